"""Whom an operator may bring into a call: departments with a telephone, interpreters, colleagues."""

from typing import Any

from grm_console.desk import telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk, record
from grm_console.desk.spoken import agent_state_word, language_word
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, LegRole
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import call_legs, third_parties
from grm_console.store.call_legs import LegRow
from grm_console.store.store import Write

SHOWN = 30


def directory(desk: Desk, actor: Actor, words: str) -> tuple[ThirdParty, ...]:
    """Everybody whose name, duties or language holds all the words; without words the first ones of each kind.

    A queue, where the caller would wait again, has the caller's own role.
    """
    actor.require(Act.TAKE_INTERACTION)
    wanted = words.casefold().split()
    with desk.store.reading() as connection:
        departments = third_parties.departments(connection)
        queues = third_parties.queues(connection)
        colleagues = third_parties.colleagues(connection, actor.account_id)
    found = [
        ThirdParty(
            LegRole.INTERPRETER if language else LegRole.DEPARTMENT,
            row.code,
            f"{language_word(language)} · {row.name}" if language else row.name,
            row.phone,
            " · ".join(part for part in (row.other_name, row.hours, row.duties) if part),
            language=language,
        )
        for row in departments
        for language in row.interprets.split("|")
    ]
    found += [ThirdParty(LegRole.CALLER, row.code, row.name, "", row.other_name) for row in queues]
    found += [
        ThirdParty(
            LegRole.OPERATOR,
            row.name,
            row.full_name,
            row.device,
            " · ".join(part for part in (agent_state_word(row.state or "signed-out"), row.languages) if part),
            free=row.state == AgentState.AVAILABLE and bool(row.device),
        )
        for row in colleagues
    ]
    fits = [p for p in found if all(word in f"{p.name} {p.key} {p.detail}".casefold() for word in wanted)]

    def rank(party: ThirdParty) -> tuple[bool, bool, bool, str]:
        """Whoever is free first, then whose name holds the words rather than their duties."""
        by_name = all(word in f"{party.name} {party.key}".casefold() for word in wanted)
        return not party.free, not by_name, party.role == LegRole.OPERATOR, party.name

    return tuple(sorted(fits, key=rank)[:SHOWN])


def add(write: Write, actor: Actor, call: Any, legs: list[LegRow], party: ThirdParty) -> None:
    """Ring a department or an interpreter into a call; the same number twice is refused while it is on the line."""
    number = third_parties.number_of(write.connection, party.key)
    if party.role is LegRole.OPERATOR or number is None or not number.phone:
        raise InvalidInput({"party": _("Choose a department or interpreter with a telephone number.")})
    if any(leg.address == number.phone for leg in call_legs.alive(legs)):
        raise InvalidInput({"party": _("They are in this call already.")})
    language = party.language if party.language in number.interprets.split("|") else ""
    telephone_acts.bring_in(
        write,
        actor,
        call,
        LegRole.INTERPRETER if language else LegRole.DEPARTMENT,
        number.phone,
        organisation_id=number.id,
        name=f"{language_word(language)} · {number.name}" if language else number.name,
        language=language,
        detects=number.detects_machines,
    )
    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "add", f"organisation:{number.id}")
    write.changed("interaction", call.id)
