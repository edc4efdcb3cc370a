"""Finding what no webhook brought: the provider's own lists of texts and calls held against the store.

What is missing goes through intake like everything else, marked `recovered`, so that a webhook that comes after all is
a duplicate. Texts of ours that may have gone out are looked up: found, or surely not sent.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.desk.ports import Carrier
from grm_console.desk.provider_lists import GRACE, PROVIDER, Found, Pause, found, pages, patiently
from grm_console.desk.unknown_texts import look_up_unknown
from grm_console.domain.addresses import read_address
from grm_console.domain.call_legs import leg_label
from grm_console.domain.call_state import is_final
from grm_console.domain.delivery import is_settled
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.permissions import Act
from grm_console.domain.words import Direction
from grm_console.store import accounts
from grm_console.store import reconcile as known

OVERLAP = timedelta(minutes=30)
"""How far each look of the timer goes back behind the last one, for delivery reports that were lost."""
FIRST_LOOK = timedelta(hours=24)
"""How far the timer's very first look goes back."""
SPAN = timedelta(hours=6)
"""What is asked for at a time, so that a look far back gets on even if it is broken off."""
_UNTIL, _BEGUN = "reconciled-until", "reconcile-begun"


def reconcile(
    desk: Desk, actor: Actor, carrier: Carrier, since: datetime, until: datetime, *, pause: Pause
) -> Iterator[Found]:
    """Hold the provider's lists between two moments against the store; gives what was found as soon as it is stored.

    What is younger than GRACE is left to its webhook. `pause` waits so many seconds. Raises CarrierError if the
    provider cannot be asked; what was found before stays.
    """
    actor.require(Act.RECEIVE_EVENTS)
    until = min(until, desk.store.now() - GRACE)
    while since < until:
        end = min(since + SPAN, until)
        yield from _span(desk, actor, carrier, since, end, pause)
        since = end
    yield from look_up_unknown(desk, actor, carrier, pause)


def reconcile_when_due(desk: Desk, actor: Actor, carrier: Carrier, every: timedelta, *, pause: Pause) -> int:
    """Do what `reconcile` does if the last look of any process is longer ago than `every`; gives how much was found."""
    actor.require(Act.RECEIVE_EVENTS)
    now = desk.store.now()
    with desk.store.reading() as connection:
        if now - _moment(accounts.mark(connection, _BEGUN), now - 2 * every) < every:
            return 0
    with desk.store.writing() as write:
        if write.now - _moment(accounts.mark(write.connection, _BEGUN), write.now - 2 * every) < every:
            return 0
        accounts.set_mark(write.connection, _BEGUN, write.now.isoformat())
        since = _moment(accounts.mark(write.connection, _UNTIL), write.now - FIRST_LOOK)
    until = now - GRACE
    count = sum(1 for _one in reconcile(desk, actor, carrier, since - OVERLAP, until, pause=pause))
    with desk.store.writing() as write:
        accounts.set_mark(write.connection, _UNTIL, until.isoformat())
    return count


def _moment(noted: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(noted) if noted else otherwise


def _span(
    desk: Desk, actor: Actor, carrier: Carrier, since: datetime, until: datetime, pause: Pause
) -> Iterator[Found]:
    for events in pages(lambda page: carrier.past_texts(since, until, following=page), pause):
        yield from _texts(desk, actor, carrier, events, pause)
    for events in pages(lambda page: carrier.past_calls(since, until, following=page), pause):
        yield from _calls(desk, actor, events)


def _texts(desk: Desk, actor: Actor, carrier: Carrier, events: list[InboundEvent], pause: Pause) -> Iterator[Found]:
    came = [event for event in events if event.kind is EventKind.TEXT]
    went = [event for event in events if event.kind is EventKind.TEXT_STATUS and is_settled(event.state)]
    with desk.store.reading() as connection:
        exchanges = known.exchanges(connection, PROVIDER, [event.sid for event in came])
        lines = known.our_lines(connection)
        ours = known.sent(connection, PROVIDER, [event.sid for event in went])
        told = known.told(connection, PROVIDER, EventKind.TEXT_STATUS, ours)
    for event in came:
        if event.sid not in exchanges and _leads_here(desk, event, lines):
            yield from _take(desk, actor, _with_attachments(carrier, event, pause), "text")
    for event in went:
        if event.sid in ours and (event.sid, event.state) not in told:
            yield from _take(desk, actor, event, "delivery")


def _calls(desk: Desk, actor: Actor, events: list[InboundEvent]) -> Iterator[Found]:
    with desk.store.reading() as connection:
        sids = {event.sid for event in events}
        exchanges = known.exchanges(connection, PROVIDER, sids)
        lines = known.our_lines(connection)
        legs = known.legs(connection, PROVIDER, sids - exchanges.keys())
        told = known.told(connection, PROVIDER, EventKind.CALL_LEG, legs.keys())
    ended_legs = {sid for sid, state in told if is_final(state)}
    began = {event.sid: event for event in events if event.kind is EventKind.CALL and _leads_here(desk, event, lines)}
    for event in events:
        if event.kind is not EventKind.CALL_STATUS:
            continue
        if event.sid in began and event.sid not in exchanges:
            # Together, or it would ring at the desks for a moment.
            yield from _take(desk, actor, event, "call", before=began[event.sid])
        elif event.sid in exchanges and not is_final(exchanges[event.sid]):
            yield from _take(desk, actor, event, "call-end")
        elif event.sid in legs and event.sid not in ended_legs:
            thread, number = legs[event.sid]
            leg = replace(event, kind=EventKind.CALL_LEG, sender=leg_label(thread, number), parent=thread)
            yield from _take(desk, actor, leg, "leg-end")


def _leads_here(desk: Desk, event: InboundEvent, lines: frozenset[str]) -> bool:
    """Whether it was for this desk: an account may have numbers that lead elsewhere."""
    if event.direction is not Direction.INBOUND:
        return False
    address = read_address(event.recipient, desk.region)
    return not lines or bool({address.number, address.address} & lines)


def _with_attachments(carrier: Carrier, event: InboundEvent, pause: Pause) -> InboundEvent:
    """A text with what came with it, which the list only counts."""
    if (event.fields.get("NumMedia") or ["0"])[0] in ("", "0"):
        return event
    return replace(event, media=tuple(patiently(lambda: carrier.attachments_of(event.sid), pause)))


def _take(
    desk: Desk, actor: Actor, event: InboundEvent, what: str, *, before: InboundEvent | None = None
) -> Iterator[Found]:
    """Store an event, and the one before it, as webhooks would have; nothing is found if those came after all."""
    with desk.store.writing() as write:
        if before is not None:
            receive(desk, write, actor, before)
        fresh = receive(desk, write, actor, event).fresh
        now = write.now
    if fresh:
        yield found(what, event, now)
