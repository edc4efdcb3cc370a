"""Texts: those of citizens to the desk, and the desk's own with the reports on their delivery."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from grm_console.standin.script import Person
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.webhooks import stamp

_UNDELIVERED = 0.05
"""The share of the desk's texts that do not arrive."""
KEPT = 5000
"""Texts of the desk that can still be asked for."""


class Texts:
    """All texts of the account."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self.sent: dict[str, dict[str, Any]] = {}
        """The desk's texts as the REST API shows them, by SID."""
        self._count = 0

    async def come_in(self, number: int, person: Person, line: str, body: str) -> None:
        """Somebody sends the desk a text; `number` is its place in the series."""
        board = self._board
        draw = board.draw("text sid", number)
        sid = f"SM{draw.getrandbits(128):032x}"
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": board.webhooks.account_sid,
            "ApiVersion": "2010-04-01",
            "From": person.number,
            "To": line,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "FromCity": "",
            "FromZip": "",
        }
        board.tell({"what": "text comes", "sid": sid, "number": person.number, "text": body})
        reply = await board.webhooks.ask(board.numbers.known[line].values["sms_url"], fields, draw)
        words = [message.text or "" for message in ET.fromstring(reply.body)] if reply is not None else []  # noqa: S314
        for answer in words:
            board.tell({"what": "text answered", "sid": sid, "text": answer})

    def send(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The desk sends a text; `form` is the REST call's."""
        self._count += 1
        draw = self._board.draw("sent", self._count)
        sid = f"SM{draw.getrandbits(128):032x}"
        self._board.tell({"what": "text sent", "sid": sid, "number": form.get("To", ""), "text": form.get("Body", "")})
        now = datetime.now(UTC)
        text = {
            "sid": sid,
            "account_sid": self._board.webhooks.account_sid,
            "status": "queued",
            "direction": "outbound-api",
            "to": form.get("To"),
            "from": form.get("From"),
            "body": form.get("Body"),
            "num_segments": "1",
            "num_media": "0",
            "error_code": None,
            "date_created": stamp(now),
            "date_sent": stamp(now),
        }
        arrives = draw.random() >= _UNDELIVERED
        last = {"MessageStatus": "delivered"} if arrives else {"MessageStatus": "undelivered", "ErrorCode": "30003"}
        # A list shows where it stands in the end; the answer to the call itself says no more than queued.
        self.sent[sid] = text | {"status": last["MessageStatus"], "error_code": None if arrives else 30003}
        if len(self.sent) > KEPT:
            del self.sent[next(iter(self.sent))]
        if form.get("StatusCallback"):
            base = {
                "MessageSid": sid,
                "SmsSid": sid,
                "AccountSid": self._board.webhooks.account_sid,
                "ApiVersion": "2010-04-01",
                "From": form.get("From", ""),
                "To": form.get("To", ""),
            }
            for step in ({"MessageStatus": "sent"}, last):
                fields = base | step | {"SmsStatus": step["MessageStatus"]}
                self._board.webhooks.report(form["StatusCallback"], fields, draw)
        return text
