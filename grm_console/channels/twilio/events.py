"""Twilio's requests read as the desk's inbound events."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Literal

from grm_console.channels.twilio import parameters
from grm_console.channels.twilio.form import Form
from grm_console.channels.twilio.parameters import Unreadable
from grm_console.domain.call_legs import MUTED, read_label, thread_of_name
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel, Direction

Door = Literal[
    "voice",
    "voice/status",
    "voice/leg",
    "voice/machine",
    "voice/conference",
    "voice/recording",
    "sms",
    "sms/status",
]
"""How a request is read: the webhook's path below `/twilio/`; all steps of a caller's way read as `voice`."""

PROVIDER = "twilio"
_URL_LIMIT = 2000
"""Characters of a recording's address."""


def read_event(door: Door, form: Form, headers: Mapping[str, str], label: str = "") -> InboundEvent:
    """The event a signed request reports; `headers` answers to lower-case names.

    `label` is the leg that our own address of `voice/leg` or `voice/machine` names, or the text that one of
    `sms/status` does. A value of the wrong type (a duration of `abc`) is kept in `fields` and read as absent. Raises
    Unreadable if the SID, a text's sender, a callback's status or the call it belongs to is missing or impossible.
    """
    form = form.storable()
    match door:
        case "voice":
            return _call(form, headers, EventKind.CALL, parameters.word(form, "CallStatus"))
        case "voice/status":
            return _status(form, headers, EventKind.CALL_STATUS)
        case "voice/leg":
            event = _status(form, headers, EventKind.CALL_LEG)
            return replace(event, sender=label, parent=_thread(label), text=parameters.word(form, "AnsweredBy"))
        case "voice/machine":
            heard = parameters.status(form, "AnsweredBy")
            event = _call(form, headers, EventKind.CALL_LEG, "")
            told = f"answered-by:{heard}"
            return replace(event, sender=label, parent=_thread(label), text=heard, discriminator=told)
        case "voice/conference":
            return _conference(form, headers)
        case "voice/recording":
            return _recording(form, headers)
        case "sms":
            if not form.get("From", "").strip():
                raise Unreadable("The text names no sender in From; check the webhook's configuration.")
            return _text(form, headers, EventKind.TEXT, parameters.word(form, "SmsStatus"), "", Direction.INBOUND)
        case "sms/status":
            state = parameters.status(form, "MessageStatus", "SmsStatus")
            direction = Direction.INBOUND if state in ("receiving", "received") else Direction.OUTBOUND
            report = _text(form, headers, EventKind.TEXT_STATUS, state, f"status:{state}", direction)
            return replace(report, parent=label)


def _thread(label: str) -> str:
    """The call that a leg's label belongs to; raises Unreadable for a label that is not ours."""
    read = read_label(label)
    if read is None:
        raise Unreadable("This address names no leg of a call of ours; check who sends this request.")
    return read[0]


def key_event(call: InboundEvent, question: str, turn: int) -> InboundEvent | None:
    """The keys that a request of a caller's way brings, as an answer to a question; None if it brings none.

    `turn` counts the questions asked under one name. Pressing the same key again is another event, a retry is not.
    """
    keys = parameters.keys(call.fields)
    if not keys:
        return None
    return replace(
        call,
        kind=EventKind.CALL_KEY,
        discriminator=f"{question}:{call.idempotency_token or f'{keys}:{turn}'}",
        state=question,
        sequence=turn,
        text=keys,
        duration=None,
        error="",
    )


def step_event(call: InboundEvent, step: str) -> InboundEvent:
    """That the caller of a request has come to a place of the way that is kept; once for each call and place."""
    return replace(call, kind=EventKind.CALL_STEP, discriminator=step, state=step, duration=None, error="")


def unreadable_event(door: Door, raw: bytes, reason: str, headers: Mapping[str, str]) -> InboundEvent:
    """A signed request nobody could read, kept as it came so that a person can look at it.

    Its sid is a digest of the body and Twilio's token for it: a retry is the same event, two requests
    that happen to look alike are not.
    """
    token = parameters.token(headers)
    digest = sha256(b"\0".join((door.encode(), token.encode(), raw))).hexdigest()
    return InboundEvent(
        provider=PROVIDER,
        sid=f"unreadable-{digest[:32]}",
        kind=EventKind.UNREADABLE,
        discriminator="",
        channel=Channel.VOICE if door.startswith("voice") else Channel.SMS,
        sender="",
        recipient="",
        error=reason,
        idempotency_token=token,
        raw=raw,
    )


def _call(form: Form, headers: Mapping[str, str], kind: EventKind, state: str) -> InboundEvent:
    outbound = form.get("Direction", "").startswith("outbound")
    return InboundEvent(
        provider=PROVIDER,
        sid=parameters.sid(form, "CallSid"),
        kind=kind,
        discriminator="",
        channel=Channel.VOICE,
        sender=parameters.address(form, "From"),
        recipient=parameters.address(form, "To"),
        direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
        state=state,
        happened_at=parameters.moment(form.get("Timestamp", "")),
        error=parameters.code(form),
        parent=parameters.parent(form),
        account=parameters.account(form),
        idempotency_token=parameters.token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )


def _status(form: Form, headers: Mapping[str, str], kind: EventKind) -> InboundEvent:
    state = parameters.status(form, "CallStatus")
    sequence = parameters.number(form, "SequenceNumber")
    return replace(
        _call(form, headers, kind, state),
        discriminator=f"status:{state}" if sequence is None else f"seq:{sequence}",
        sequence=sequence,
        duration=parameters.number(form, "CallDuration"),
    )


def _conference(form: Form, headers: Mapping[str, str]) -> InboundEvent:
    """A step of a conference; it belongs to the call that its name, or else the leg's label, is made of."""
    state = parameters.status(form, "StatusCallbackEvent")
    label = parameters.address(form, "ParticipantLabel")
    read = read_label(label)
    thread = thread_of_name(parameters.address(form, "FriendlyName")) or (read[0] if read is not None else "")
    if not thread:
        raise Unreadable("FriendlyName is no conference of ours; check which conferences report to this address.")
    sequence = parameters.number(form, "SequenceNumber")
    told = form.get("Timestamp", "")[:64]
    call_sid = form.get("CallSid", "")
    return InboundEvent(
        provider=PROVIDER,
        sid=parameters.sid(form, "ConferenceSid"),
        kind=EventKind.CONFERENCE,
        discriminator=f"{state}:{label[:100]}:{told}" if sequence is None else f"{state}:{sequence}",
        channel=Channel.VOICE,
        sender=label,
        recipient=parameters.sid(form, "CallSid") if call_sid else "",
        state=state,
        sequence=sequence,
        happened_at=parameters.moment(told),
        text=MUTED if form.get("Muted", "") == "true" else "",
        error=parameters.code(form),
        parent=thread,
        account=parameters.account(form),
        idempotency_token=parameters.token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )


def _recording(form: Form, headers: Mapping[str, str]) -> InboundEvent:
    """What became of a recording; one of a conference names no call, `fields` has the conference then."""
    state = parameters.status(form, "RecordingStatus")
    return InboundEvent(
        provider=PROVIDER,
        sid=parameters.sid(form, "RecordingSid"),
        kind=EventKind.RECORDING,
        discriminator=state,
        channel=Channel.VOICE,
        sender="",
        recipient="",
        state=state,
        happened_at=parameters.moment(form.get("RecordingStartTime", "")),
        text=form.get("RecordingUrl", "")[:_URL_LIMIT],
        duration=parameters.number(form, "RecordingDuration"),
        error=parameters.code(form),
        parent=parameters.sid(form, "CallSid") if form.get("CallSid") else "",
        account=parameters.account(form),
        idempotency_token=parameters.token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )


def _text(
    form: Form, headers: Mapping[str, str], kind: EventKind, state: str, step: str, direction: Direction
) -> InboundEvent:
    sender, recipient = parameters.address(form, "From"), parameters.address(form, "To")
    over_whatsapp = sender.lower().startswith("whatsapp:") or recipient.lower().startswith("whatsapp:")
    opt_out = form.get("OptOutType", "").strip().upper()
    return InboundEvent(
        provider=PROVIDER,
        sid=parameters.sid(form, "MessageSid", "SmsSid", "SmsMessageSid"),
        kind=kind,
        discriminator=step,
        # RCS and Messenger are texts like any other to the desk; the prefix of the address tells them apart.
        channel=Channel.WHATSAPP if over_whatsapp else Channel.SMS,
        sender=sender,
        recipient=recipient,
        direction=direction,
        state=state,
        happened_at=parameters.moment(form.get("Timestamp", "")),
        text=form.get("Body", ""),
        error=parameters.code(form),
        media=parameters.media(form),
        opt_out=opt_out if opt_out in ("STOP", "START", "HELP") else "",
        account=parameters.account(form),
        idempotency_token=parameters.token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )
