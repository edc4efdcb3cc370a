"""One event from outside becomes rows: event, contact point, interaction, queue entry, timeline entry, reply.

Everything happens in the caller's transaction, and all that is derived is a fold over the interaction's events,
so that the same events in any order leave the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from grm_console.desk import agent_states, callbacks, emergency_callbacks, overflow, recordings, text_delivery
from grm_console.desk.actor import Actor
from grm_console.desk.call_events import NOT_ANSWERED, citizen_hung_up, settle_call
from grm_console.desk.caller_keys import take_key
from grm_console.desk.desk import Desk, record
from grm_console.desk.intake_rows import entry_values, new_interaction, place, timeline_values
from grm_console.desk.phrases import language_of_text
from grm_console.desk.text_intake import receive_text
from grm_console.domain.addresses import Address, read_address
from grm_console.domain.call_fold import Facts, fold
from grm_console.domain.call_legs import fold_legs, is_outbound
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.permissions import Act
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import (
    AgentState,
    Channel,
    Direction,
    EndReason,
    EntryKind,
    Identification,
    InteractionState,
    QueueState,
)
from grm_console.store import accounts, call_legs, contacts, interactions, outbox
from grm_console.store import intake as rows
from grm_console.store.call_legs import Call
from grm_console.store.queue import text_delay
from grm_console.store.store import Write

SHORT_ABANDON = timedelta(seconds=5)
"""Whoever hangs up sooner could not have been answered; counted apart (ISO 18295-1 leaves the limit to the centre)."""
_FREE = ((AgentState.AVAILABLE.value, ""), (AgentState.AWAY.value, NOT_ANSWERED))
_OF_LEGS = frozenset({EventKind.CALL_LEG, EventKind.CONFERENCE})
_BY_THEMSELVES = frozenset({EventKind.TEXT, EventKind.TEXT_STATUS, EventKind.RECORDING, EventKind.UNREADABLE})
"""Events that are not part of a call, or wait for nothing that is known of it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the door may answer."""

    fresh: bool
    """False if the very same event was kept before; then nothing was changed."""
    reply: str = ""
    """Words to send back with the answer; empty for silence."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the desk itself knows of an interaction, which no outside event may change."""

    agent_id: int | None = None
    contact_id: int | None = None
    identified: str | None = None
    queue_id: int | None = None
    state: InteractionState = InteractionState.WAITING
    wrapped_up: bool = False
    ended_at: datetime | None = None
    moved: bool = False
    """Whether it was moved to another queue than its line's."""
    language: str = ""


def receive(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> Receipt:
    """Take one verified event into the store, once.

    Raises a StoreError if the store fails; then the whole event is to be refused, so that it is sent again.
    """
    actor.require(Act.RECEIVE_EVENTS)
    if _legs_of(event) is not None:
        return _receive_of_legs(desk, write, actor, [event])[0]
    received_at = event.received_at(write.now)
    thread = None
    if event.kind not in _BY_THEMSELVES and event.kind is not EventKind.CALL:
        thread = rows.add_to_thread(write.connection, [(event, received_at)])
    fresh = thread.fresh[0] if thread is not None else rows.add_event(write.ahead, event, received_at)
    if not fresh:
        if event.kind is not EventKind.TEXT:
            return Receipt(False)
        return Receipt(False, outbox.reply_by_document(write.connection, event.provider, event.sid))
    if event.kind is EventKind.TEXT_STATUS:
        subject = text_delivery.reported(write, actor, event)
        record(write, actor, Act.RECEIVE_EVENTS, subject, f"{event.provider}:{event.kind}")
        return Receipt(True)
    if event.kind is EventKind.RECORDING:
        recordings.note(desk, write, actor, event)
        record(write, actor, Act.RECEIVE_EVENTS, f"{event.provider}:{event.sid}", f"{event.provider}:{event.kind}")
        return Receipt(True)
    if event.kind is EventKind.TEXT:
        return Receipt(True, receive_text(desk, write, actor, event))
    interaction_id, values = _settle_interaction(desk, write, actor, event, thread)
    record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{interaction_id}", f"{event.provider}:{event.kind}")
    write.changed("queue", interaction_id)
    if event.kind is EventKind.CALL_STEP and event.state == overflow.STEP:
        overflow.offer(write, actor, interaction_id)
    if event.kind is EventKind.CALL and event.direction is Direction.INBOUND:
        caller, waits = _address(desk, event.sender), values["state"] == InteractionState.WAITING.value
        emergency_callbacks.recognise(desk, write, actor, interaction_id, caller, values["line"], waits=waits)
    if event.kind is EventKind.CALL_KEY and take_key(desk, write, actor, event):
        _settle_interaction(desk, write, actor, event)
    return Receipt(True)


def receive_all(desk: Desk, write: Write, actor: Actor, events: Sequence[InboundEvent]) -> list[Receipt]:
    """Take several events as `receive` takes one; gives their receipts in the same order.

    What stands together and is told of the legs of one call is kept together, and what follows is decided once, of
    what all of it says: where events wait for their turn it is the sooner theirs.
    """
    receipts: list[Receipt] = []
    for call, run in groupby(events, _legs_of):
        if call is None:
            receipts += [receive(desk, write, actor, event) for event in run]
        else:
            receipts += _receive_of_legs(desk, write, actor, list(run))
    return receipts


def _legs_of(event: InboundEvent) -> tuple[str, str] | None:
    """The call (provider, sid) of whose legs an event tells, as everything does about one that we made; else None."""
    thread = rows.thread_of(event)
    if event.kind in _OF_LEGS or (event.kind not in _BY_THEMSELVES and is_outbound(thread)):
        return event.provider, thread
    return None


def _receive_of_legs(desk: Desk, write: Write, actor: Actor, events: Sequence[InboundEvent]) -> list[Receipt]:
    """Take what is told of the legs of one call."""
    actor.require(Act.RECEIVE_EVENTS)
    thread = rows.add_to_thread(write.connection, [(event, event.received_at(write.now)) for event in events])
    fresh = [event for event, is_fresh in zip(events, thread.fresh, strict=True) if is_fresh]
    if fresh:
        known = _settle_legs(desk, write, actor, fresh, thread)
        for event in fresh:
            subject = f"interaction:{known}" if known is not None else f"{event.provider}:{event.parent}"
            record(write, actor, Act.RECEIVE_EVENTS, subject, f"{event.provider}:{event.kind}")
        if known is not None:
            write.changed("queue", known)
    return [Receipt(is_fresh) for is_fresh in thread.fresh]


def _settle_legs(
    desk: Desk, write: Write, actor: Actor, fresh: Sequence[InboundEvent], thread: rows.Thread
) -> int | None:
    """Bring a call and its legs to what all its events say; None for a call that nobody has told us of yet."""
    found, events = thread.found, thread.events
    if found is None:
        return None
    ours = _talking_now(write, found)
    known: Call | None = thread.call
    if not is_outbound(rows.thread_of(fresh[0])):
        facts = fold(events, ours)
        if _is_news(fresh, events, write.now, facts, ours):
            _settle_known(desk, write, actor, found, facts)
            known = None
    settle_call(desk, write, actor, int(found[0]), fold_legs(events, ours), known)
    _join_recordings(write, actor, found)
    return int(found[0])


def _is_news(
    fresh: Sequence[InboundEvent],
    events: list[SeenEvent],
    now: datetime,
    facts: Facts,
    ours: frozenset[int] | None,
) -> bool:
    """Whether some events change what all of their interaction say together; most of those about legs do not."""
    own = [rows.seen(event, event.received_at(now)) for event in fresh]
    before = [other for other in events if other not in own]
    return not before or len(before) != len(events) - len(own) or fold(before, ours) != facts


def _talking_now(write: Write, found: rows.Found) -> frozenset[int] | None:
    """The legs whose talk counts: of a call that went back to a queue only those that were rung since."""
    key, *_, moved_at, _recordings_wait = found
    return None if moved_at is None else call_legs.rung_since(write.connection, key, moved_at)


def _settle_interaction(
    desk: Desk, write: Write, actor: Actor, event: InboundEvent, thread: rows.Thread | None = None
) -> tuple[int, dict[str, Any]]:
    """Bring the event's interaction to what all its events say, the `thread` if read; gives its key and columns."""
    connection, sid = write.connection, rows.thread_of(event)
    # What opens an interaction is hardly ever late: it is written at once, and looked for only if it was there.
    opens = event.kind is EventKind.CALL
    found: rows.Found | None = None
    if thread is not None:
        found, events = thread.found, thread.events
    elif not opens:
        found, events = rows.locked_thread(connection, event.provider, sid)
    if found is None:
        facts = fold([rows.seen(event, event.received_at(write.now))])
        values, delay = _derive(desk, write, facts, _Held())
        key = rows.add_interaction(connection, new_interaction(values, event, sid, write.now))
        if key is not None:
            _queue(write, key, values, facts, delay, fresh=True)
            rows.add_timeline_entry(
                connection,
                timeline_values(values)
                | {
                    "kind": EntryKind.INTERACTION.value,
                    "source_id": key,
                    "interaction_id": key,
                    "case_number": "",
                },
            )
            if event.channel is Channel.VOICE:
                recordings.join_late(write, actor)
            return key, values
        found, events = rows.locked_thread(connection, event.provider, sid)
    assert found is not None
    ours = _talking_now(write, found)
    values = _settle_known(desk, write, actor, found, fold(events, ours))
    if event.kind is EventKind.CALL_STATUS:
        # The citizen's own leg is known by the call's own callbacks, whether or not the conference tells of it.
        settle_call(desk, write, actor, int(found[0]), fold_legs(events, ours))
    _join_recordings(write, actor, found)
    return int(found[0]), values


def _join_recordings(write: Write, actor: Actor, found: rows.Found) -> None:
    """After an event of a call that was `found`: what was recorded before it was known belongs to it."""
    *_, recordings_wait = found
    if recordings_wait:
        recordings.join_late(write, actor)


def _settle_known(desk: Desk, write: Write, actor: Actor, found: rows.Found, facts: Facts) -> dict[str, Any]:
    """Bring an interaction that was `found` to its facts; gives its columns."""
    connection = write.connection
    key, state, agent_id, _, contact_id, identified, queue_id, wrapped_up_at, ended_at, language, moved_at, _ = found
    held = _Held(
        agent_id,
        contact_id,
        identified,
        queue_id,
        InteractionState(state),
        wrapped_up_at is not None,
        ended_at,
        moved_at is not None,
        language,
    )
    if facts.reached and facts.ended_at is not None and held.agent_id is None:
        # Given back or given up by callbacks that came out of order: it was talked, and somebody has to wrap it up.
        held = replace(held, agent_id=call_legs.talker(connection, key, facts.talkers))
    values, delay = _derive(desk, write, facts, held)
    rows.settle_interaction(connection, key, values)
    _queue(write, key, values, facts, delay, fresh=False)
    rows.settle_timeline_entry(connection, key, timeline_values(values))
    if values["contact_id"] != contact_id:
        interactions.move_lines(connection, key, values["contact_id"])
    if held.state is InteractionState.TALKING and values["state"] != InteractionState.TALKING.value:
        _call_is_over(desk, write, actor, key, agent_id, values)
    elif values["state"] == InteractionState.WRAP_UP.value and held.state is not InteractionState.WRAP_UP:
        assert held.agent_id is not None, "only what somebody talked in is wrapped up"
        _was_talked(write, actor, key, held.agent_id, facts.connected_at or write.now)
    elif held.state is InteractionState.WAITING and values["end_reason"] == EndReason.ABANDONED.value:
        callbacks.dropped(desk, write, actor, key)
    return values


def _was_talked(write: Write, actor: Actor, key: int, agent_id: int, at: datetime) -> None:
    """Late events tell that an operator had picked up: they wrap it up now, or later if they are at something else."""
    state = accounts.open_state(write.connection, agent_id)
    free = state is not None and (state.state, state.reason) in _FREE
    interactions.take_up_again(write.connection, key, agent_id, at, None if free else write.now)
    if free:
        agent_states.change(write, actor, agent_id, AgentState.WRAP_UP, "")


def _call_is_over(
    desk: Desk, write: Write, actor: Actor, key: int, agent_id: int | None, values: dict[str, Any]
) -> None:
    """The caller is gone: whoever talked wraps up; whose telephone only rang is free again."""
    if agent_id is not None:
        talked = values["state"] == InteractionState.WRAP_UP.value
        agent_states.change(write, actor, agent_id, AgentState.WRAP_UP if talked else AgentState.AVAILABLE, "")
        if not talked:
            interactions.let_go(write.connection, key)
    citizen_hung_up(write, actor, interactions.locked(write.connection, key))
    if values["end_reason"] == EndReason.ABANDONED.value:
        callbacks.dropped(desk, write, actor, key)


def _derive(desk: Desk, write: Write, facts: Facts, held: _Held) -> tuple[dict[str, Any], int]:
    """Every column that follows from the outside's facts and what the desk holds; and the line's delay of texts."""
    connection = write.connection
    sender = _address(desk, facts.sender)
    line = _address(desk, facts.recipient)
    our_line = line.number or line.address
    point, sure_contact, leads = place(write, sender, our_line)
    contact_id, identified = held.contact_id, held.identified
    if identified in (None, Identification.BY_NUMBER.value):
        contact_id = sure_contact
        identified = Identification.BY_NUMBER.value if contact_id is not None else None
    language = contacts.language_of(connection, contact_id) if contact_id is not None else ""
    state, end_reason = _state(facts, held)
    queue_id, delay = (None, 0) if leads is None else leads
    if held.moved and held.queue_id is not None:
        queue_id, delay = held.queue_id, text_delay(connection, held.queue_id)
    values = {
        "channel": facts.channel.value,
        "direction": facts.direction.value,
        "state": state.value,
        "provider_state": facts.provider_state,
        "sender": facts.sender,
        "line": our_line,
        "contact_point_id": point,
        "contact_id": contact_id,
        "identified": identified,
        "queue_id": held.queue_id if held.agent_id is not None else queue_id,
        "language": held.language if facts.language_chosen else language or language_of_text(facts.text, ""),
        "happened_at": facts.happened_at,
        "connected_at": facts.connected_at,
        "ended_at": facts.ended_at or held.ended_at,
        "duration": facts.duration,
        "end_reason": end_reason.value if end_reason is not None else None,
        "text": facts.text,
        "attachments": facts.attachments,
        "problem": facts.problem,
    }
    return values, delay


def _state(facts: Facts, held: _Held) -> tuple[InteractionState, EndReason | None]:
    """Where the interaction stands: what the outside says joined with what the desk did, in no order of their own."""
    if held.wrapped_up:
        return InteractionState.DONE, EndReason.ANSWERED if facts.channel is Channel.VOICE else EndReason.HANDLED
    if held.state is InteractionState.WRAP_UP:
        return InteractionState.WRAP_UP, EndReason.ANSWERED if facts.channel is Channel.VOICE else None
    if facts.direction is Direction.OUTBOUND:
        return (InteractionState.DONE if facts.ended_at else InteractionState.TALKING), None
    if facts.channel is not Channel.VOICE or facts.problem:
        if held.agent_id is not None:
            return InteractionState.TALKING, None
        return InteractionState.WAITING, None
    waits_again = held.agent_id is None and facts.step in (EndReason.CALLBACK, EndReason.VOICEMAIL)
    if facts.step is not None and (waits_again or not facts.reached):
        return InteractionState.DONE, facts.step
    if facts.ended_at is None:
        return (InteractionState.TALKING if held.agent_id is not None else InteractionState.WAITING), None
    if held.agent_id is not None and facts.reached:
        return InteractionState.WRAP_UP, EndReason.ANSWERED
    short = facts.ended_at - facts.happened_at < SHORT_ABANDON
    return InteractionState.DONE, EndReason.SHORT_ABANDON if short else EndReason.ABANDONED


def _queue(write: Write, key: int, values: dict[str, Any], facts: Facts, delay: int, *, fresh: bool) -> None:
    """Give the interaction its place in the queue, correct the place, or take it out."""
    state = InteractionState(values["state"])
    waits = facts.direction is Direction.INBOUND and values["end_reason"] != EndReason.HANDLED.value
    if not waits or values["queue_id"] is None:
        return
    as_of = queued_as_of(facts.channel, facts.first_received_at, delay)
    left = state is InteractionState.DONE and values["end_reason"] is not None
    entry = entry_values(
        key,
        values["queue_id"],
        (QueueState.LEFT if left else QueueState.WAITING).value,
        facts.first_received_at,
        as_of,
    )
    if left:
        entry |= {"left_at": facts.ended_at or facts.happened_at, "left_reason": values["end_reason"]}
    if fresh:
        rows.add_queue_entry(write.connection, entry)
        return
    rows.settle_queue_entry(write.connection, key, values["queue_id"], facts.first_received_at, as_of)
    if (facts.ended_at or facts.step) is not None and state in (InteractionState.DONE, InteractionState.WRAP_UP):
        rows.leave_queue(write.connection, key, facts.ended_at or write.now, values["end_reason"])


def _address(desk: Desk, raw: str) -> Address:
    return read_address(raw, desk.region)
