"""Putting an exchange aside and taking it up again: several may be parked, one is held, no word is lost."""

from typing import Any

from sqlalchemy import Connection

from grm_console.desk import agent_states
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.exchange_views import ParkedLine
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.permissions import Act
from grm_console.domain.reason import check_reason
from grm_console.domain.words import AgentState, Channel, InteractionState
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import accounts, contacts, entries, interactions
from grm_console.store.store import Write
from grm_console.text import mask_number

FIRST_WORDS = 80
_OURS = (InteractionState.TALKING, InteractionState.WRAP_UP)


class Parking:
    """What one operator puts aside; a supervisor sees everybody's and may take one over."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def park(self, interaction_id: int) -> None:
        """Put the held exchange aside and be available; parked already is well too.

        Raises InvalidInput for a call that is not over, StaleChange if the exchange is no longer held.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            row = own(write, actor, interaction_id)
            if row.parked_at is None:
                _set_aside(write, actor, row)
                agent_states.change(write, actor, actor.account_id, AgentState.AVAILABLE, "")

    def resume(self, interaction_id: int) -> None:
        """Hold a parked exchange again; what is held now is parked in its stead.

        Raises InvalidInput while a call is not over, StaleChange if the exchange is somebody else's meanwhile.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            row = own(write, actor, interaction_id)
            if row.parked_at is None:
                return
            make_room(write, actor)
            entries.resume(write.connection, interaction_id)
            state = AgentState.WRAP_UP if row.state == InteractionState.WRAP_UP else AgentState.TALKING
            agent_states.change(write, actor, actor.account_id, state, "")
            record(write, actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", "resume")
            write.changed("interaction", interaction_id)

    def parked(self) -> tuple[ParkedLine, ...]:
        """What this operator has put aside, longest parked first."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.reading() as connection:
            rows = entries.parked_rows(connection, self._actor.account_id)
            return tuple(self._line(connection, row) for row in rows)

    def all_parked(self) -> tuple[ParkedLine, ...]:
        """What all operators have put aside, for a supervisor; longest parked first."""
        self._actor.require(Act.LEAD_AGENTS)
        with self._desk.store.reading() as connection:
            return tuple(self._line(connection, row) for row in entries.parked_rows(connection))

    def take_over(self, interaction_id: int, reason: str) -> None:
        """Take somebody's parked exchange, or what somebody holds who has signed out; it is parked here then.

        Raises InvalidInput without a reason, StaleChange if its operator is at work on it.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION, Act.LEAD_AGENTS)
        reason = check_reason(reason)
        with self._desk.store.writing() as write:
            row = interactions.locked(write.connection, interaction_id)
            if row is None:
                raise NotFound(_("This exchange is not in the store."))
            if row.agent_id == actor.account_id:
                return
            if row.agent_id is None or row.state not in _OURS:
                raise StaleChange(_("Nobody holds this exchange any more. The list is read again."))
            if row.parked_at is None and (is_live(row) or not _signed_out(write.connection, row.agent_id)):
                raise StaleChange(_("Its operator is at work on this exchange. Ask for it to be parked first."))
            entries.hand_over(write.connection, interaction_id, actor.account_id, write.now)
            told = f"from account:{row.agent_id}: {reason}"
            record(write, actor, Act.LEAD_AGENTS, f"interaction:{interaction_id}", "take over", told)
            write.changed("interaction", interaction_id)

    def _line(self, connection: Connection, row: Any) -> ParkedLine:
        contact = contacts.living_row(connection, row.contact_id) if row.contact_id is not None else None
        if contact is not None:
            who = contact.name
        else:
            address = read_address(row.sender, self._desk.region)
            shown = address.display or address.address
            who = mask_number(shown) if self._actor.masked else shown
            if address.kind is AddressKind.WITHHELD:
                who = _("unknown")
        words = (row.form or {}).get("summary") or row.text
        return ParkedLine(
            interaction_id=row.id,
            channel=Channel(row.channel),
            who=who,
            summary=words[:FIRST_WORDS],
            parked_at=row.parked_at,
            happened_at=row.happened_at,
            by=row.agent,
        )


def own(write: Write, actor: Actor, interaction_id: int) -> Any:
    """The interaction, locked; raises unless this operator holds it or has parked it."""
    entries.lock_account(write.connection, actor.account_id)
    row = interactions.locked(write.connection, interaction_id)
    if row is None:
        raise NotFound(_("This exchange is not in the store."))
    if row.agent_id != actor.account_id or row.state not in _OURS:
        raise StaleChange(_("You no longer hold this exchange. What you typed is kept as its draft."))
    return row


def make_room(write: Write, actor: Actor) -> None:
    """Put aside whatever the operator holds; raises InvalidInput if it is a call that is not over."""
    entries.lock_account(write.connection, actor.account_id)
    holding = interactions.held_by(write.connection, actor.account_id)
    if holding is not None:
        _set_aside(write, actor, interactions.locked(write.connection, holding))


def is_live(row: Any) -> bool:
    """Whether somebody is on a line: a call that came or went by the carrier and is not over."""
    on_a_line = row.channel == Channel.VOICE and row.sid and not row.problem
    return bool(on_a_line) and row.state == InteractionState.TALKING


def _set_aside(write: Write, actor: Actor, row: Any) -> None:
    if is_live(row):
        raise InvalidInput({"state": _("A call that is not over cannot be parked. End it first (F8).")})
    entries.park(write.connection, row.id, write.now)
    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{row.id}", "park")
    write.changed("interaction", row.id)


def _signed_out(connection: Connection, account_id: int) -> bool:
    state = accounts.open_state(connection, account_id)
    return state is None or state.state == AgentState.SIGNED_OUT
