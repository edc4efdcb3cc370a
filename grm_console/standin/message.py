"""One text of the account, as the REST API and the callbacks tell it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from grm_console.standin.attachments import Attachment
from grm_console.standin.segments import count_segments
from grm_console.standin.webhooks import stamp

_ERRORS = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    63016: "Failed to send freeform message because you are outside the allowed window",
}


@dataclass(slots=True)
class Message:
    """A text; `sender` and `recipient` as the carrier writes them, e.g. `whatsapp:+12025550142`."""

    sid: str
    account_sid: str
    direction: str
    """`inbound`, `outbound-api`, or `outbound-reply` for one that a document answered with."""
    sender: str
    recipient: str
    body: str
    status: str
    attachments: tuple[Attachment, ...] = ()
    service_sid: str = ""
    """The Messaging Service it went through."""
    error: int = 0
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: datetime | None = None
    updated: datetime | None = None

    @property
    def over_whatsapp(self) -> bool:
        """Whether it goes over WhatsApp, where it can be read and is not cut into segments."""
        return self.sender.startswith("whatsapp:")

    @property
    def segments(self) -> int:
        """What it costs; none is known before a Messaging Service has chosen its sender."""
        if self.status == "accepted":
            return 0
        return 1 if self.over_whatsapp else count_segments(self.body)

    def fields(self) -> dict[str, str]:
        """What a status callback says of it."""
        told = {
            "MessageSid": self.sid,
            "SmsSid": self.sid,
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": self.sender,
            "To": self.recipient,
            "MessageStatus": self.status,
            "SmsStatus": self.status,
        }
        if self.service_sid:
            told["MessagingServiceSid"] = self.service_sid
        if self.error:
            told["ErrorCode"] = str(self.error)
        if self.status in ("delivered", "undelivered") and not self.over_whatsapp:
            told["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
        if self.over_whatsapp:
            told |= {"ChannelPrefix": "whatsapp", "ChannelInstallSid": "XE" + self.account_sid[2:]}
            if self.status == "read":
                told["EventType"] = "READ"
        return told

    def as_json(self) -> dict[str, Any]:
        """The text as the REST API shows it."""
        return {
            "sid": self.sid,
            "direction": self.direction,
            "from": self.sender or None,
            "to": self.recipient,
            "body": self.body,
            "status": self.status,
            "num_segments": str(self.segments),
            "num_media": str(len(self.attachments)),
            "messaging_service_sid": self.service_sid or None,
            "error_code": self.error or None,
            "error_message": _ERRORS.get(self.error),
            "date_created": stamp(self.created),
            "date_sent": stamp(self.sent) if self.sent else None,
            "date_updated": stamp(self.updated or self.created),
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
        }
