"""What the keys that a caller pressed change in the store: the language, or a callback in place of the wait."""

from dataclasses import replace

from grm_console.desk import callbacks, caller_windows, overflow
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.callback_rules import WindowKind
from grm_console.domain.caller_keys import language_of_key
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import CallbackReason, Direction, EndReason, InteractionState
from grm_console.store import caller_steps as rows
from grm_console.store import intake, interactions
from grm_console.store.caller_steps import CallerRow
from grm_console.store.store import Write

_AWAY = (EndReason.CLOSED, EndReason.OVERFLOW)
"""Ends of a wait after which a caller may still ask to be called back."""


def take_key(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> bool:
    """Do what keys mean, once their event is kept and its call is in the store.

    A language becomes the call's; a window becomes a callback, and a step of its own that ends the wait. Gives whether
    the call has such a new step: then its events are to be folded anew. Any other key is only kept.
    """
    row = rows.caller(write.connection, event.provider, intake.thread_of(event))
    if row is None:
        return False
    match event.state:
        case "language":
            language = language_of_key(row.languages or "", event.text)
            if language:
                interactions.set_language(write.connection, row.interaction_id, language)
                overflow.language_chosen(desk, write, row.interaction_id, language)
            return False
        case "window":
            return _call_back(desk, write, actor, event, row)
        case _:
            return False


def _call_back(desk: Desk, write: Write, actor: Actor, event: InboundEvent, row: CallerRow) -> bool:
    waits = row.state == InteractionState.WAITING
    if row.direction != Direction.INBOUND or not (waits or row.end_reason in _AWAY):
        return False
    if row.contact_point_id is None or row.queue_id is None:
        return False
    choice = caller_windows.offered(desk, row.queue_id, write.now).get(event.text)
    if choice is None:
        return False
    made = callbacks.request(
        desk,
        write,
        actor,
        asked_in_id=row.interaction_id,
        contact_point_id=row.contact_point_id,
        queue_id=row.queue_id,
        language=row.language,
        harm=row.harm or 0,
        waiting_since=row.waiting_since or write.now,
        reason=CallbackReason.CLOSED if row.end_reason == EndReason.CLOSED else CallbackReason.ASKED,
        window=None if choice.kind is WindowKind.SOON else choice.window,
    )
    # Whoever is to be called back already keeps that callback and its place; whoever never is must not be told so.
    if made is None and not rows.has_open_callback(write.connection, row.contact_point_id, row.queue_id):
        return False
    step = replace(
        event,
        kind=EventKind.CALL_STEP,
        discriminator=EndReason.CALLBACK.value,
        state=EndReason.CALLBACK.value,
        sequence=None,
        text="",
    )
    return intake.add_event(write.connection, step, write.now)
