"""What Twilio's lists tell of texts and calls, read as the events its webhooks would have brought."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from grm_console.channels.twilio.events import Door, read_event
from grm_console.channels.twilio.form import Form, FormRefused
from grm_console.channels.twilio.parameters import Unreadable
from grm_console.channels.twilio.rest import asked
from grm_console.desk.ports import PastEvents
from grm_console.domain.call_state import is_final
from grm_console.domain.inbound import InboundEvent

if TYPE_CHECKING:
    from twilio.rest import Client

PAGE_SIZE = 500
"""Texts or calls asked for at a time; Twilio gives 1000 at most."""


def texts_page(client: "Client", since: datetime, until: datetime, recipient: str, following: str) -> PastEvents:
    """A page of the account's texts between two moments, to one recipient or to anybody. Raises CarrierError."""
    # The package writes a moment's own clock with a Z behind it, whatever its zone is.
    span = {"date_sent_after": since.astimezone(UTC), "date_sent_before": until.astimezone(UTC)}
    to: dict[str, Any] = {"to": recipient} if recipient else {}
    messages = client.messages
    page = asked(
        lambda: messages.get_page(following) if following else messages.page(**span, **to, page_size=PAGE_SIZE),
        harmless_twice=True,
    )
    events = [event for message in page if (event := _text(message)) is not None]
    return PastEvents(tuple(events), page.next_page_url or "")


def calls_page(client: "Client", since: datetime, until: datetime, following: str) -> PastEvents:
    """A page of the account's calls that began between two moments: how each of them stands. Raises CarrierError."""
    span = {"start_time_after": since.astimezone(UTC), "start_time_before": until.astimezone(UTC)}
    calls = client.calls
    page = asked(
        lambda: calls.get_page(following) if following else calls.page(**span, page_size=PAGE_SIZE),
        harmless_twice=True,
    )
    return PastEvents(tuple(event for call in page for event in _call(call)), page.next_page_url or "")


def attachments_of(client: "Client", sid: str, most: int) -> tuple[tuple[str, str], ...]:
    """(content type, address) of what came with a text. Raises CarrierError."""
    found = asked(lambda: client.messages(sid).media.list(limit=most), harmless_twice=True)
    base = client.api.base_url
    return tuple((str(one.content_type or ""), base + str(one.uri).removesuffix(".json")) for one in found if one.uri)


def _text(message: Any) -> InboundEvent | None:
    """A text as its webhook would tell it: one that came in, or the state of one of ours."""
    came = message.direction == "inbound"
    fields = {
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "MessagingServiceSid": message.messaging_service_sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body or "",
        "NumSegments": message.num_segments,
        "NumMedia": message.num_media,
        "SmsStatus" if came else "MessageStatus": message.status,
        "ErrorCode": message.error_code,
    }
    return _read("sms" if came else "sms/status", fields, message.date_sent or message.date_created)


def _call(call: Any) -> list[InboundEvent]:
    """That a call came in, and how it ended; nothing of one that is not over, as its webhooks may be under way."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "ParentCallSid": call.parent_call_sid,
        # The package calls it so, unlike a text's.
        "From": call._from or "",
        "To": call.to,
        "Direction": call.direction,
        "CallStatus": call.status,
        "CallDuration": call.duration,
    }
    began = call.start_time or call.date_created
    ended = _read("voice/status", fields, call.end_time or began)
    if ended is None or not is_final(ended.state):
        return []
    came = _read("voice", fields | {"CallStatus": "ringing"}, began) if call.direction == "inbound" else None
    return [ended] if came is None else [came, ended]


def _read(door: Door, fields: Mapping[str, object], at: datetime | None) -> InboundEvent | None:
    """The event; None for what the list tells without what an event needs."""
    if at is None:
        return None
    told = {name: str(value) for name, value in fields.items() if value is not None}
    try:
        event = read_event(door, Form.parse(urlencode(told | {"Timestamp": format_datetime(at)}).encode()), {})
    except (FormRefused, Unreadable):
        return None
    return replace(event, recovered=True)
