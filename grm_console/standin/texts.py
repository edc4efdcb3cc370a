"""All texts of the account: those of citizens to the desk, and the desk's own."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from xml.etree import ElementTree as ET

from grm_console.standin.attachments import Attachment, attach
from grm_console.standin.faults import Faults
from grm_console.standin.http import Message as Reply
from grm_console.standin.message import Message
from grm_console.standin.opt_outs import Handled, OptOuts
from grm_console.standin.reachability import Reach, Wish, bare, check, ending, over_whatsapp
from grm_console.standin.rest_request import Refusal
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.text_lives import Arrived, TextLives

KEPT = 20_000
"""Texts that can still be asked for."""
_WINDOW = timedelta(hours=24)
"""How long somebody may be answered freely over WhatsApp after their last text."""
_OUTSIDE_WINDOW = 63016


class Texts:
    """The account's texts by SID, and what becomes of them."""

    def __init__(self, board: Switchboard, reach: Mapping[str, Reach], faults: Faults, arrived: Arrived) -> None:
        """`reach` says what becomes of texts to a number, without its channel; `arrived` is told of each that is
        delivered to somebody."""
        self.known: dict[str, Message] = {}
        self._board = board
        self._reach = reach
        self._faults = faults
        self._opt_outs = OptOuts()
        self.lives = TextLives(board.webhooks, arrived)
        self._wrote_at: dict[tuple[str, str], datetime] = {}
        self._count = 0

    def newest_first(self) -> Iterator[Message]:
        """All texts that are still known."""
        return reversed(self.known.values())

    async def come_in(
        self,
        draw: Random,
        sender: str,
        line: str,
        body: str,
        *,
        attachments: tuple[Attachment, ...] = (),
        answers: Message | None = None,
    ) -> None:
        """Somebody sends the desk a text: its webhook, the fallback, and what the desk answers with it.

        `answers` is the text of the desk it quotes, as WhatsApp can. Of a share of texts no webhook is sent at all.
        """
        board = self._board
        number = board.numbers.known[bare(line)]
        lost = draw.random() < self._faults.lost_texts
        message = self._keep(
            Message(
                f"{'MM' if attachments else 'SM'}{draw.getrandbits(128):032x}",
                board.webhooks.account_sid,
                *("inbound", sender, line, body, "received", attachments, number.service_sid),
                sent=datetime.now(UTC),
            )
        )
        self._wrote_at[sender, line] = message.created
        board.tell({"what": "text comes", "sid": message.sid, "number": sender, "text": body})
        handled = self._opt_outs.hear(line, number.service_sid, sender, body)
        if handled is not None and handled.answer:
            self._carrier_answers(message, handled.answer, draw)
        if lost:
            board.tell({"what": "text lost", "sid": message.sid})
            return
        fields = self._fields(message, handled, answers)
        reply = await board.webhooks.ask(number.values["sms_url"], fields, draw)
        if reply is None and number.values["sms_fallback_url"]:
            board.tell({"what": "text falls back", "sid": message.sid})
            told = {"ErrorCode": "11200", "ErrorUrl": number.values["sms_url"]}
            reply = await board.webhooks.ask(number.values["sms_fallback_url"], fields | told, draw)
        if reply is not None:
            self._follow(message, reply, draw)

    def send(self, form: Mapping[str, str], media: tuple[str, ...] = ()) -> Message:
        """The desk sends a text; `form` is the REST call's. Raises Refusal with the carrier's error code."""
        board = self._board
        wish = Wish(
            form.get("From", ""), form.get("To", ""), form.get("Body", ""), media, "MessagingServiceSid" in form
        )
        service_sid = form.get("MessagingServiceSid", "")
        chosen = ""
        if wish.through_service and not wish.sender:
            chosen = board.numbers.of_service(service_sid)
            if not chosen:
                raise Refusal(400, 21703, f"The Messaging Service {service_sid} has no phone number to send from")
        sender = wish.sender or chosen
        number = board.numbers.known.get(bare(sender))
        ours = sender if number is None else number.service_sid or bare(sender)
        check(
            wish,
            ours=number is not None,
            reach=self._reach.get(bare(wish.recipient), Reach.PERSON),
            opted_out=self._opt_outs.is_out(ours, wish.recipient),
        )
        return self._send(wish, "outbound-api", form.get("StatusCallback", ""), service_sid, chosen)

    def _send(self, wish: Wish, direction: str, callback: str, service_sid: str = "", chosen: str = "") -> Message:
        self._count += 1
        draw = self._board.draw("sent", self._count)
        message = Message(
            f"{'MM' if wish.media else 'SM'}{draw.getrandbits(128):032x}",
            self._board.webhooks.account_sid,
            *(direction, wish.sender, wish.recipient, wish.body, "accepted" if chosen else "queued"),
            tuple(attach(draw, "image/png") for _ in wish.media),
            service_sid,
        )
        error = ending(self._reach.get(bare(wish.recipient), Reach.PERSON), self._faults.undelivered, draw)
        if over_whatsapp(wish.recipient) and not self._may_answer(wish.recipient, wish.sender):
            error = _OUTSIDE_WINDOW
        self.lives.begin(message, error, callback, draw, chosen)
        self._board.tell({"what": "text sent", "sid": message.sid, "number": wish.recipient, "text": wish.body})
        return self._keep(message)

    def _may_answer(self, theirs: str, ours: str) -> bool:
        wrote_at = self._wrote_at.get((theirs, ours))
        return wrote_at is not None and datetime.now(UTC) - wrote_at < _WINDOW

    def _follow(self, message: Message, reply: Reply, draw: Random) -> None:
        """Send what the desk answered with the webhook: a document, or plain words."""
        body = reply.body.decode("utf-8", "replace")
        if reply.headers.get("content-type", "").startswith("text/plain"):
            verbs = [ET.Element("Message")]
            verbs[0].text = body
        else:
            try:
                verbs = [verb for verb in ET.fromstring(body) if verb.tag == "Message"] if body.strip() else []  # noqa: S314
            except ET.ParseError:
                self._board.tell({"what": "text answer refused", "sid": message.sid, "problem": "no document (12100)"})
                return
        ours = message.service_sid or bare(message.recipient)
        for verb in verbs:
            words = (verb.findtext("Body") or verb.text or "").strip()
            if self._opt_outs.is_out(ours, message.sender):
                self._board.tell({"what": "text answer refused", "sid": message.sid, "problem": "opted out (21610)"})
                continue
            self._board.tell({"what": "text answered", "sid": message.sid, "text": words})
            callback = verb.get("statusCallback") or verb.get("action") or ""
            self._send(Wish(message.recipient, message.sender, words, (), False), "outbound-reply", callback)

    def _carrier_answers(self, message: Message, words: str, draw: Random) -> None:
        """The carrier's own words on an opt-out; they are in the account's list and nobody is told of them."""
        sid = f"SM{draw.getrandbits(128):032x}"
        now = datetime.now(UTC)
        self._keep(
            Message(
                *(sid, message.account_sid, "outbound-reply", message.recipient, message.sender, words, "delivered"),
                sent=now,
            )
        )
        self._board.tell({"what": "carrier answers", "sid": message.sid, "text": words})

    def _fields(self, message: Message, handled: Handled | None, answers: Message | None) -> dict[str, str]:
        """What the webhook says of a text that comes in."""
        sid = message.sid
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": message.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.sender,
            "To": message.recipient,
            "Body": message.body,
            "NumMedia": str(len(message.attachments)),
            "NumSegments": str(message.segments),
            "SmsStatus": "received",
        }
        if message.service_sid:
            fields["MessagingServiceSid"] = message.service_sid
            if handled is not None:
                fields["OptOutType"] = handled.word
        for place, attachment in enumerate(message.attachments):
            address = self._board.recordings.address
            fields[f"MediaUrl{place}"] = attachment.url(address, sid, message.account_sid)
            fields[f"MediaContentType{place}"] = attachment.media_type
        if not message.over_whatsapp:
            places = ("City", "State", "Zip", "Country")
            return fields | {f"{side}{place}": "" for side in ("From", "To") for place in places}
        fields |= {"WaId": bare(message.sender).removeprefix("+"), "ProfileName": "", "MessageType": "text"}
        if answers is not None:
            fields |= {
                "OriginalRepliedMessageSid": answers.sid,
                "OriginalRepliedMessageSender": answers.sender,
            }
        return fields

    def _keep(self, message: Message) -> Message:
        self.known[message.sid] = message
        if len(self.known) > KEPT:
            del self.known[next(iter(self.known))]
        return message
