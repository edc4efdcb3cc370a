"""What became of a text we sent, by the carrier's answer and by its reports, and the one right thing to do then.

Reports come in any order, twice, and before our own commit of the carrier's id: the address they come to names the
row, so that each finds it, and what a row says is a fold over all that came. A text whose request was never answered
is healed in the same way.
"""

from datetime import timedelta
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.alerts import alert
from grm_console.domain.delivery import furthest, outbox_state
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.opt_out import OptOut
from grm_console.domain.permissions import Act
from grm_console.domain.text_failures import Remedy, failure_of
from grm_console.domain.words import OutboxState
from grm_console.errors import CarrierError
from grm_console.i18n import _
from grm_console.store import outbox, text_pauses, text_state
from grm_console.store.intake import add_consent, settle_reply_entry
from grm_console.store.outbox import TextRow
from grm_console.store.store import Write

MOST_TRIES = 10
"""Requests for one text that the carrier refused for the moment; with their waits about a quarter of an hour."""
LONGEST_WAIT = timedelta(minutes=5)
SPACING = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""When a text is tried again that the carrier took and could not deliver for the moment."""
PAUSE = timedelta(minutes=10)
"""How long nothing more goes out from a line of ours that the carrier refuses."""

_CREDENTIALS = 20003


def sent(write: Write, actor: Actor, row: Any, provider_id: str) -> OutboxState:
    """The carrier took a text over; a report that came before this tells more. Gives where the text stands."""
    known = _locked(write, row.id)
    outbox.settle(write.connection, row.id, state=OutboxState.SENT, at=write.now, provider_id=provider_id)
    settle_reply_entry(write.connection, row.id, OutboxState.SENT.value)
    told = known._replace(state=OutboxState.SENT.value, provider_id=provider_id)
    return _follow(write, actor, told) or OutboxState.SENT


def refused(write: Write, actor: Actor, row: Any, failure: CarrierError) -> OutboxState:
    """The carrier did not take a text over, or nobody knows. Gives where the text stands."""
    known = _locked(write, row.id)
    if known.provider_id and known.state != OutboxState.SENDING:
        return OutboxState(known.state)  # a report knows better: it went out
    if failure.retryable and row.attempts < MOST_TRIES:
        state, wait = OutboxState.PENDING, min(timedelta(seconds=2**row.attempts), LONGEST_WAIT)
    else:
        state, wait = OutboxState.UNKNOWN if failure.unknown else OutboxState.FAILED, None
    outbox.settle(
        write.connection,
        row.id,
        state=state,
        at=write.now,
        error=str(failure),
        code=failure.code,
        not_before=write.now + wait if wait else None,
    )
    settle_reply_entry(write.connection, row.id, state.value)
    if state is OutboxState.FAILED:
        _remedy(write, actor, known, failure.code)
    return state


def reported(write: Write, actor: Actor, event: InboundEvent) -> str:
    """Bring a text we sent to the furthest state its reports tell; a report for an unknown text is kept for later."""
    row = outbox.text_by_provider_id(write.connection, event.provider, event.sid)
    if row is None and event.parent:
        row = _named(write, event)
    if row is None:
        return f"{event.provider}:{event.sid}"
    _follow(write, actor, row)
    return f"outbox:{row.id}"


def _locked(write: Write, outbox_id: int) -> TextRow:
    row = outbox.locked_text(write.connection, outbox_id)
    assert row is not None, "rows of the outbox are never deleted"
    return row


def label(outbox_id: int) -> str:
    """What the address of a text's reports names it by."""
    return f"text-{outbox_id}"


def _named(write: Write, event: InboundEvent) -> TextRow | None:
    """The text that a report's address names, if its request is still unanswered; it gets the carrier's id now."""
    number = event.parent.removeprefix("text-")
    row = outbox.locked_text(write.connection, int(number)) if number.isdecimal() else None
    if row is None or row.provider_id or row.state not in (OutboxState.SENDING, OutboxState.UNKNOWN):
        return None
    outbox.settle(write.connection, row.id, state=OutboxState.SENT, at=write.now, provider_id=event.sid)
    return row._replace(state=OutboxState.SENT.value, provider_id=event.sid)


def _follow(write: Write, actor: Actor, row: TextRow) -> OutboxState | None:
    """Write what all reports of a text say together; gives it if it is another than the row's."""
    reports = outbox.delivery_states(write.connection, row.provider, row.provider_id)
    furthest_state = furthest(state for state, _error in reports)
    told = outbox_state(furthest_state)
    waits_again = row.state in (OutboxState.PENDING, OutboxState.SENDING)
    if not reports or told == row.state or (waits_again and told is not OutboxState.DELIVERED):
        return None
    error = next((error for state, error in reports if state == furthest_state and error), "")
    code = int(error) if error.isdecimal() and len(error) < 7 else 0
    later = told is OutboxState.FAILED and failure_of(code).remedy is Remedy.LATER and row.attempts <= len(SPACING)
    state = OutboxState.PENDING if later else told
    outbox.settle(
        write.connection,
        row.id,
        state=state,
        at=write.now,
        error="" if code else error,
        code=code,
        not_before=write.now + SPACING[row.attempts - 1] if later else None,
    )
    settle_reply_entry(write.connection, row.id, state.value)
    if state is OutboxState.FAILED:
        _remedy(write, actor, row, code)
    write.changed("outbox", row.id)
    write.changed("interaction", row.interaction_id)
    return state


def _remedy(write: Write, actor: Actor, row: TextRow, code: int) -> None:
    """Do what a failure calls for, once."""
    failure = failure_of(code)
    match failure.remedy:
        case Remedy.OPTED_OUT if row.contact_point_id is not None:
            add_consent(
                write.connection,
                {
                    "contact_point_id": row.contact_point_id,
                    "word": OptOut.STOP.value,
                    "by_provider": True,
                    "provider": row.provider,
                    "sid": f"outbox:{row.id}",
                    "reason": "",
                    "account_id": None,
                    "at": write.now,
                },
            )
            write.changed("contact-point", row.contact_point_id)
        case Remedy.STOP if row.contact_point_id is not None:
            text_state.note_reach(write.connection, row.contact_point_id, False, write.now, code=code)
            write.changed("contact-point", row.contact_point_id)
        case Remedy.FIX:
            _pause(write, actor, "" if code == _CREDENTIALS else (row.detail or {}).get("sender", ""), code)
        case _:
            pass


def _pause(write: Write, actor: Actor, line: str, code: int) -> None:
    """Let nothing more go out from a line of ours for a while, and tell those who can mend it."""
    paused = text_pauses.in_force(write.connection, write.now, text_pauses.LINE)
    if any(pause.line in ("", line) for pause in paused):
        return
    until = write.now + PAUSE
    text_pauses.add(write.connection, text_pauses.LINE, write.now, until, line=line, code=code)
    told = _("Texts from {line} are held back until {time}. {reason}")
    words = told.format(
        line=line or _("all our numbers"), time=f"{until.astimezone():%H:%M}", reason=failure_of(code).sentence()
    )
    alert(write, actor, Act.SEND_OUTBOX if actor.may(Act.SEND_OUTBOX) else Act.RECEIVE_EVENTS, words, PAUSE)
