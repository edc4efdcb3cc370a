"""Interpreters' minutes: of one call, of today, and by day, language and organisation for the bill."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from grm_console.clock import elapsed
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.interpreting import Interpreted, altogether, interpreted
from grm_console.domain.permissions import Act
from grm_console.domain.words import LegRole
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import call_legs, interpreters
from grm_console.store.interpreters import InterpreterLeg

LONGEST_REPORT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class MinutesLine:
    """One day's minutes of one organisation in one language."""

    day: date
    language: str
    organisation: str
    """Its code."""
    name: str
    calls: int
    took: Interpreted


@dataclass(frozen=True, slots=True)
class InterpretedCall:
    """One interpreter's part in one call: a row behind a line."""

    interaction_id: int
    sid: str
    joined_at: datetime
    left_at: datetime | None
    """None while they are on the line."""
    language: str
    organisation: str
    took: Interpreted


def report(desk: Desk, actor: Actor, first: date, last: date) -> tuple[MinutesLine, ...]:
    """The minutes of each day from the first to the last, days by the desk's clock; a leg counts on the day it joined.

    Raises InvalidInput for a span that ends before it begins, or is longer than LONGEST_REPORT. The reading is on
    record.
    """
    found: dict[tuple[date, str, str, str], list[InterpretedCall]] = {}
    for call, name in _calls(desk, actor, first, last):
        key = (call.joined_at.astimezone().date(), call.language, call.organisation, name)
        found.setdefault(key, []).append(call)
    return tuple(
        MinutesLine(*key, len({call.interaction_id for call in calls}), altogether(call.took for call in calls))
        for key, calls in sorted(found.items())
    )


def rows(desk: Desk, actor: Actor, first: date, last: date) -> tuple[InterpretedCall, ...]:
    """The calls behind `report`, one row for each interpreter in each of them."""
    return tuple(call for call, _name in _calls(desk, actor, first, last))


def today(connection: Connection, begin: datetime, now: datetime) -> tuple[tuple[int, ...], int]:
    """The calls with an interpreter since a moment, each once, and the minutes billed until now."""
    legs = interpreters.joined(connection, begin, now + timedelta(seconds=1))
    calls = dict.fromkeys(leg.interaction_id for leg in legs)
    return tuple(calls), altogether(_took(leg, now) for leg in legs).minutes


def told(connection: Connection, interaction_id: int, now: datetime) -> str:
    """Who interpreted in a call and how long, `中文 · Lingua 4:10 (5 min)`; empty if nobody did."""
    parts = []
    for leg in call_legs.leg_rows(connection, interaction_id):
        if leg.role == LegRole.INTERPRETER and leg.joined_at is not None:
            took = interpreted(leg.joined_at, leg.left_at or now)
            words = _("{name} {time} ({minutes} min)")
            parts.append(words.format(name=leg.name, time=elapsed(took.seconds), minutes=took.minutes))
    return "; ".join(parts)


def _calls(desk: Desk, actor: Actor, first: date, last: date) -> list[tuple[InterpretedCall, str]]:
    actor.require(Act.EXPORT)
    if last < first:
        raise InvalidInput({"to": _("The last day lies before the first one. Swap them.")})
    if last - first > LONGEST_REPORT:
        raise InvalidInput({"to": _("Ask for {n} days at most.").format(n=LONGEST_REPORT.days)})
    begin, end = (datetime.combine(day, time()).astimezone() for day in (first, last + timedelta(days=1)))
    now = desk.store.now()
    with desk.store.reading() as connection:
        legs = interpreters.joined(connection, begin, end)
    with desk.store.writing() as write:
        span = f"{first.isoformat()} to {last.isoformat()}"
        record(write, actor, Act.EXPORT, "report:interpreters", span, f"{len(legs)} rows")
    return [
        (
            InterpretedCall(
                leg.interaction_id, leg.sid, leg.joined_at, leg.left_at, leg.language, leg.organisation, _took(leg, now)
            ),
            leg.name,
        )
        for leg in legs
    ]


def _took(leg: InterpreterLeg, now: datetime) -> Interpreted:
    return interpreted(leg.joined_at, leg.left_at or now)
