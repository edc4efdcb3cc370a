"""Working the queue: what waits, who takes it, giving back, ending, wrapping up."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from grm_console.desk import agent_states, callbacks, surveys, telephone_acts, unanswered
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.offer_ends import withdraw
from grm_console.desk.views import DispositionChoice, QueueItem, QueueStatus
from grm_console.domain.call_legs import conference_name
from grm_console.domain.case_form import limit_of
from grm_console.domain.permissions import Act
from grm_console.domain.service_level import day_of
from grm_console.domain.words import (
    AgentState,
    Channel,
    Direction,
    EndReason,
    Harm,
    InteractionState,
    LegRole,
    QueueState,
)
from grm_console.errors import AlreadyClaimed, InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import call_legs, contacts, conversations, interactions, queue, served
from grm_console.store import intake as rows
from grm_console.store.store import Write

SHOWN = 50
PREVIEW = 80

CLAIM_LASTS = timedelta(seconds=90)
"""How long an item stays with an operator whose seat is not heard of; see desk.claims."""


def queue_status(desk: Desk, actor: Actor) -> QueueStatus:
    """What waits in the queues this operator serves, and today's figures, read at one moment."""
    actor.require(Act.SEE_QUEUE)
    now = desk.store.now()
    with desk.store.reading() as connection:
        items = queue.waiting_items(connection, SHOWN, actor.account_id, now)
        waiting, longest = queue.waiting_sum(connection, actor.account_id, now)
        target = queue.longest_target(connection, actor.account_id, now)
        calls = served.calls_since(connection, day_of(now)[0])
    return QueueStatus(
        at=now,
        items=tuple(
            QueueItem(entry, interaction, Channel(channel), name, Harm(harm), since, language, text[:PREVIEW])
            for entry, interaction, channel, name, harm, since, language, text, _ in items
        ),
        waiting=waiting,
        longest_since=longest,
        target_seconds=target,
        answered_in_target=calls.answered_in_target,
        answered=calls.answered,
        abandoned=calls.abandoned,
        abandoned_in_target=calls.abandoned_in_target,
        unreadable=sum(1 for *_, problem in items if problem),
    )


def next_for(desk: Desk, actor: Actor) -> int | None:
    """The interaction that is served next of the queues the operator serves, if available; None otherwise."""
    actor.require(Act.TAKE_INTERACTION)
    if agent_states.status(desk, actor).state is not AgentState.AVAILABLE:
        return None
    with desk.store.asking() as connection:
        items = queue.waiting_items(connection, 1, actor.account_id, desk.store.now())
    return items[0][1] if items else None


def answer(desk: Desk, actor: Actor, entry_id: int, *, or_next: bool = False) -> int:
    """Take an item; gives its interaction.

    With `or_next` whoever comes second takes the next of the same kind that waits: when fifty see the same call and
    two hundred wait, forty-nine are not sent back to look again. Raises AlreadyClaimed if another operator was first,
    NotFound for an unknown item, InvalidInput if it is a call and the operator has no telephone, or holds another
    exchange.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        entry = queue.entry_row(write.connection, entry_id)
        if entry is None:
            raise NotFound(_("This item is not in the queue. The list is read again."))
        on_a_line = entry.channel == Channel.VOICE and not entry.problem
        if on_a_line:
            telephone_acts.need_telephone(actor)
        if interactions.held_by(write.connection, actor.account_id) is not None:
            raise InvalidInput({"state": _("Wrap up the exchange you hold first (F9).")})
        if not _claim(write, actor, entry.id):
            following = _next_of_its_kind(write, actor, on_a_line) if or_next else None
            if following is None:
                raise _was_first(write, entry_id)
            entry = following
        interactions.take(write.connection, entry.interaction_id, actor.account_id, write.now)
        if entry.channel in conversations.TEXT_CHANNELS:
            # One conversation for one operator: what else the citizen wrote and waits belongs to it.
            for joined in conversations.join_waiting(write.connection, entry.interaction_id, write.now):
                write.changed("queue", joined)
        agent_states.change(write, actor, actor.account_id, AgentState.RINGING if on_a_line else AgentState.TALKING, "")
        if on_a_line:
            ring_operator(write, actor, interactions.locked(write.connection, entry.interaction_id))
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{entry.interaction_id}", "answer")
        write.changed("queue", entry.interaction_id)
        return int(entry.interaction_id)


def _claim(write: Write, actor: Actor, entry_id: int) -> bool:
    return queue.claim(write.connection, entry_id, actor.account_id, write.now, write.now + CLAIM_LASTS)


def _next_of_its_kind(write: Write, actor: Actor, on_a_line: bool) -> queue.EntryRow | None:
    """The first waiting call, or what is written, that nobody else takes just now, claimed; None if there is none."""
    for entry_id, *_rest, problem in queue.waiting_items(write.connection, SHOWN, actor.account_id, write.now):
        entry = queue.entry_row(write.connection, entry_id)
        fits = entry is not None and on_a_line == (entry.channel == Channel.VOICE and not problem)
        if fits and _claim(write, actor, entry_id):
            return entry
    return None


def _was_first(write: Write, entry_id: int) -> AlreadyClaimed:
    """What is told to an operator who came too late."""
    holder = queue.claimer_name(write.connection, entry_id)
    if holder:
        return AlreadyClaimed(_("{name} was first. The next item is shown.").format(name=holder))
    now = queue.entry_row(write.connection, entry_id)
    if now is not None and now.state == QueueState.WAITING:
        # Whoever takes it at this very moment has not committed yet.
        return AlreadyClaimed(_("A colleague was first. The next item is shown."))
    return AlreadyClaimed(_("The caller has gone. The next item is shown."))


def ring_operator(write: Write, operator: Actor, call: Any) -> None:
    """Ring an operator's own telephone into the conference of a call; `call` is its row."""
    connection, now = write.connection, write.now
    citizen = (
        call.sender if call.direction == Direction.INBOUND else contacts.address_of(connection, call.contact_point_id)
    )
    inbound = call.direction == Direction.INBOUND
    call_legs.begin(
        connection,
        call.id,
        conference_name(call.sid),
        citizen,
        call.sid if inbound else "",
        operator.account_id,
        now,
        detects=not inbound and queue.detects_machines(connection, call.queue_id),
    )
    telephone_acts.bring_in(
        write,
        operator,
        call,
        LegRole.OPERATOR,
        operator.device,
        account_id=operator.account_id,
        name=operator.full_name,
    )


def release(desk: Desk, actor: Actor, interaction_id: int) -> None:
    """Give a taken item back to its queue, where it keeps its waiting-since."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id, InteractionState.TALKING)
        if row.entered_by_id is not None:
            raise InvalidInput({"state": _("It was entered by hand and never waited. Wrap it up (F9) or park it.")})
        if row.direction == Direction.OUTBOUND and row.channel in conversations.TEXT_CHANNELS:
            raise InvalidInput({"state": _("You began it and nobody waits. Wrap it up (F9) or park it.")})
        give_back(write, actor, interaction_id, actor.account_id, AgentState.AVAILABLE, "")


def give_back(write: Write, actor: Actor, interaction_id: int, account_id: int, state: AgentState, reason: str) -> None:
    """Put an item back into its queue and its operator into another state; a telephone that rings stops."""
    call, (live, legs) = call_legs.locked_with_legs(write.connection, interaction_id)
    if live is not None:
        for leg in call_legs.alive(legs):
            if leg.account_id == account_id:
                telephone_acts.drop(write, actor, call, live, leg)
    for parted in conversations.part_again(write.connection, interaction_id):
        write.changed("queue", parted)
    queue.release(write.connection, interaction_id)
    interactions.give_back(write.connection, interaction_id)
    agent_states.change(write, actor, account_id, state, reason)
    write.changed("queue", interaction_id)


def end(desk: Desk, actor: Actor, interaction_id: int) -> None:
    """End the talking: hang up a call through the outbox, and begin the wrap-up."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        if row.state == InteractionState.WRAP_UP:
            return
        withdraw(write, actor, row)
        interactions.end(write.connection, interaction_id, write.now)
        rows.leave_queue(write.connection, interaction_id, write.now, _reason(row.channel).value)
        if row.channel == Channel.VOICE and row.sid and not row.problem:
            telephone_acts.hang_up(write, actor, row)
        if row.direction == Direction.OUTBOUND:
            callbacks.ended(desk, write, actor, interaction_id)
        agent_states.change(write, actor, actor.account_id, AgentState.WRAP_UP, "")
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", "end")
        write.changed("queue", interaction_id)


def dispositions(desk: Desk, actor: Actor, interaction_id: int) -> tuple[DispositionChoice, ...]:
    """The wrap-up codes that fit the exchange's channel."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        card = interactions.card_row(connection, interaction_id)
        if card is None:
            raise NotFound(_("This exchange is not in the store."))
        found = interactions.dispositions(connection)
    return tuple(DispositionChoice(d.code, d.name, d.other_name, d.outcome) for d in found if _fits(d, card[1]))


def wrap_up(
    desk: Desk, actor: Actor, interaction_id: int, disposition: str, note: str, searches: Iterable[str] = ()
) -> None:
    """Code the exchange and close it; the operator is available again. `searches` are those made in it, settled."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        if row.state != InteractionState.WRAP_UP:
            if row.channel == Channel.VOICE and row.sid and not row.problem:
                raise InvalidInput({"state": _("End the call first (F8), then wrap it up.")})
            # What was written has no line to hang up: coding it ends it.
            interactions.end(write.connection, interaction_id, write.now)
            rows.leave_queue(write.connection, interaction_id, write.now, EndReason.HANDLED.value)
        known = {d.code: d for d in interactions.dispositions(write.connection) if _fits(d, row.channel)}
        if disposition not in known:
            raise InvalidInput({"disposition": _("Choose one of the wrap-up codes, e.g. information given.")})
        interactions.wrap_up(
            write.connection,
            interaction_id,
            known[disposition].id,
            _reason(row.channel),
            note.strip()[: limit_of("note")],
            write.now,
        )
        unanswered.keep_searches(write, row, searches)
        interactions.delete_draft(write.connection, interaction_id)
        surveys.ask_rating(desk, write, actor, interaction_id)
        agent_states.change(write, actor, actor.account_id, AgentState.AVAILABLE, "")
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", "wrap-up", disposition)
        write.changed("interaction", interaction_id)


def _fits(disposition: Any, channel: str) -> bool:
    return disposition.channels == "*" or channel in disposition.channels.split("|")


def held(write: Write, actor: Actor, interaction_id: int, state: InteractionState | None = None) -> Any:
    """The interaction, locked; raises unless this operator holds it."""
    actor.require(Act.TAKE_INTERACTION)
    row = interactions.locked(write.connection, interaction_id)
    if row is None:
        raise NotFound(_("This exchange is not in the store."))
    if row.agent_id != actor.account_id or row.state not in (InteractionState.TALKING, InteractionState.WRAP_UP):
        raise StaleChange(_("You no longer hold this exchange. What you typed is kept as its draft."))
    if row.parked_at is not None:
        raise InvalidInput({"state": _("This exchange is parked. Take it up first (Ctrl+K).")})
    if state is not None and row.state != state:
        raise StaleChange(_("The exchange has ended meanwhile. Wrap it up (F9)."))
    return row


def _reason(channel: str) -> EndReason:
    return EndReason.ANSWERED if channel == Channel.VOICE else EndReason.HANDLED
