"""Twilio's parameters read as the desk's inbound events."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Literal

from grm_console.channels.twilio.form import Form
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel, Direction
from grm_console.errors import GrmError

Door = Literal["voice", "voice/status", "voice/dialled", "sms", "sms/status"]
"""The webhook's path below `/twilio/`."""

PROVIDER = "twilio"
MAX_MEDIA = 10
"""Attachments read from one message; Twilio delivers at most ten."""
MAX_ADDRESS = 320
"""Characters of a sender or recipient; a contact point must stay short enough to be indexed."""

_SID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z_-]{1,62}\Z")
"""Two letters and 32 hexadecimal digits today; anything key-like passes, as Twilio calls SIDs opaque."""
_STATUS = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}\Z")
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_TOKEN_HEADER = "i-twilio-idempotency-token"  # noqa: S105 - a header's name, no secret


class Unreadable(GrmError):
    """A signed request lacks what an event needs; keep it with `unreadable_event` and show it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_event(door: Door, form: Form, headers: Mapping[str, str]) -> InboundEvent:
    """The event a signed request reports; `headers` answers to lower-case names.

    A value of the wrong type (a duration of `abc`) is kept in `fields` and read as absent.
    Raises Unreadable if the SID, a text's sender or a callback's status is missing or impossible.
    """
    form = form.storable()
    match door:
        case "voice":
            return _call(form, headers, EventKind.CALL, _word(form, "CallStatus"))
        case "voice/status":
            state = _status(form, "CallStatus")
            sequence = _number(form, "SequenceNumber")
            step = f"status:{state}" if sequence is None else f"seq:{sequence}"
            return _call(form, headers, EventKind.CALL_STATUS, state, step, sequence, "CallDuration")
        case "voice/dialled":
            state = _status(form, "DialCallStatus")
            step = _dialled_step(form, state, _token(headers))
            return _call(form, headers, EventKind.CALL_DIALLED, state, step, None, "DialCallDuration")
        case "sms":
            if not form.get("From", "").strip():
                raise Unreadable("The text names no sender in From; check the webhook's configuration.")
            return _text(form, headers, EventKind.TEXT, _word(form, "SmsStatus"), "", Direction.INBOUND)
        case "sms/status":
            state = _status(form, "MessageStatus", "SmsStatus")
            direction = Direction.INBOUND if state in ("receiving", "received") else Direction.OUTBOUND
            return _text(form, headers, EventKind.TEXT_STATUS, state, f"status:{state}", direction)


def unreadable_event(door: Door, raw: bytes, reason: str, headers: Mapping[str, str]) -> InboundEvent:
    """A signed request nobody could read, kept as it came so that a person can look at it.

    Its sid is a digest of the body and Twilio's token for it: a retry is the same event, two requests
    that happen to look alike are not.
    """
    token = _token(headers)
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


def _call(
    form: Form,
    headers: Mapping[str, str],
    kind: EventKind,
    state: str,
    step: str = "",
    sequence: int | None = None,
    duration: str = "",
) -> InboundEvent:
    outbound = form.get("Direction", "").startswith("outbound")
    return InboundEvent(
        provider=PROVIDER,
        sid=_sid(form, "CallSid"),
        kind=kind,
        discriminator=step,
        channel=Channel.VOICE,
        sender=_address(form, "From"),
        recipient=_address(form, "To"),
        direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
        state=state,
        sequence=sequence,
        happened_at=_moment(form.get("Timestamp", "")),
        duration=_number(form, duration),
        error=_code(form),
        parent=_parent(form),
        account=_account(form),
        idempotency_token=_token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )


def _text(
    form: Form, headers: Mapping[str, str], kind: EventKind, state: str, step: str, direction: Direction
) -> InboundEvent:
    sender, recipient = _address(form, "From"), _address(form, "To")
    over_whatsapp = sender.lower().startswith("whatsapp:") or recipient.lower().startswith("whatsapp:")
    opt_out = form.get("OptOutType", "").strip().upper()
    return InboundEvent(
        provider=PROVIDER,
        sid=_sid(form, "MessageSid", "SmsSid", "SmsMessageSid"),
        kind=kind,
        discriminator=step,
        # RCS and Messenger are texts like any other to the desk; the prefix of the address tells them apart.
        channel=Channel.WHATSAPP if over_whatsapp else Channel.SMS,
        sender=sender,
        recipient=recipient,
        direction=direction,
        state=state,
        happened_at=_moment(form.get("Timestamp", "")),
        text=form.get("Body", ""),
        error=_code(form),
        media=_media(form),
        opt_out=opt_out if opt_out in ("STOP", "START", "HELP") else "",
        account=_account(form),
        idempotency_token=_token(headers),
        fields=form.lists,
        raw=form.raw if form.damaged else b"",
    )


def _sid(form: Form, *names: str) -> str:
    """The first of the names that has a value; two different values under one name are no identity."""
    for name in names:
        values = set(form.getlist(name)) - {""}
        if values:
            value = values.pop()
            if values or not _SID.match(value):
                raise Unreadable(f"{name} is no identifier Twilio gives; check who sends this request.")
            return value
    raise Unreadable(f"{names[0]} is missing; check the webhook's configuration.")


def _address(form: Form, name: str) -> str:
    """As the provider wrote it; absent reads as blank, which is how a withheld caller comes."""
    value = form.get(name, "")
    if len(value) > MAX_ADDRESS:
        raise Unreadable(f"{name} is longer than {MAX_ADDRESS} characters; no line has such an address.")
    return value


def _status(form: Form, *names: str) -> str:
    for name in names:
        if form.get(name):
            state = _word(form, name)
            if not state:
                raise Unreadable(f"{name} is no status word; check who sends this request.")
            return state
    raise Unreadable(f"{names[0]} is missing; check which webhook address the callback uses.")


def _word(form: Form, name: str) -> str:
    value = form.get(name, "")
    return value if _STATUS.match(value) else ""


def _dialled_step(form: Form, state: str, token: str) -> str:
    """Tells the attempts to reach operators apart, as one waiting call may see several.

    An attempt that reached nobody has no leg; then only Twilio's token tells a retry from a second attempt.
    """
    leg = form.get("DialCallSid", "")
    if _SID.match(leg):
        return f"leg:{leg}"
    return f"status:{state}:{token}" if token else f"status:{state}"


def _number(form: Form, name: str) -> int | None:
    value = form.get(name, "")
    return int(value) if _DIGITS.match(value) else None


def _code(form: Form) -> str:
    value = form.get("ErrorCode", "")
    return value if _DIGITS.match(value) else ""


def _account(form: Form) -> str:
    value = form.get("AccountSid", "")
    return value if _SID.match(value) else ""


def _parent(form: Form) -> str:
    """The call a leg was dialled for; a call that names itself, or nothing key-like, has none."""
    value = form.get("ParentCallSid", "")
    return value if _SID.match(value) and value != form.get("CallSid") else ""


def _moment(value: str) -> datetime | None:
    """An RFC 2822 date as aware UTC; Twilio writes UTC, so a date without zone is read as UTC."""
    if not value or len(value) > 64:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _media(form: Form) -> tuple[tuple[str, str], ...]:
    count = min(_number(form, "NumMedia") or 0, MAX_MEDIA)
    found = ((form.get(f"MediaContentType{n}", ""), form.get(f"MediaUrl{n}", "")) for n in range(count))
    return tuple((kind, address) for kind, address in found if address)


def _token(headers: Mapping[str, str]) -> str:
    return headers.get(_TOKEN_HEADER, "")[:128]
