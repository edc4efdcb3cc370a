"""REST calls about the account itself: its numbers, texts and recordings."""

import re
from typing import Any

from grm_console.standin.numbers import IncomingNumber
from grm_console.standin.recordings import Recording
from grm_console.standin.rest_request import Asked, Refusal, Route, not_found
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.texts import Texts


def account_routes(board: Switchboard, texts: Texts) -> tuple[Route, ...]:
    """The routes of the account, its numbers, texts and recordings."""
    answers = _Account(board, texts)
    return (
        ("GET", re.compile(r"\.json"), answers.account),
        ("GET", re.compile(r"IncomingPhoneNumbers\.json"), answers.numbers),
        ("GET", re.compile(r"IncomingPhoneNumbers/(PN\w+)\.json"), answers.number),
        ("POST", re.compile(r"IncomingPhoneNumbers/(PN\w+)\.json"), answers.change_number),
        ("GET", re.compile(r"Messages\.json"), answers.texts),
        ("POST", re.compile(r"Messages\.json"), answers.send),
        ("GET", re.compile(r"Messages/(SM\w+)\.json"), answers.text),
        ("GET", re.compile(r"Recordings\.json"), answers.recordings),
        ("GET", re.compile(r"Calls/(CA\w+)/Recordings\.json"), answers.recordings_of),
        ("GET", re.compile(r"Recordings/(RE\w+)\.json"), answers.recording),
        ("DELETE", re.compile(r"Recordings/(RE\w+)\.json"), answers.forget),
        ("GET", re.compile(r"Recordings/(RE\w+)(?:\.wav|\.mp3)?"), answers.audio),
    )


class _Account:
    def __init__(self, board: Switchboard, texts: Texts) -> None:
        self._board = board
        self._texts = texts

    def account(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        account = self._board.webhooks.account_sid
        own = {"sid": account, "owner_account_sid": account, "friendly_name": "Stand-in"}
        return 200, own | {"status": "active", "type": "Full"}

    def numbers(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        wished = asked.text("PhoneNumber")
        known = self._board.numbers.known.values()
        return asked.page("incoming_phone_numbers", (self._shown(asked, one) for one in known if wished in one.number))

    def number(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, self._shown(asked, self._number(sid))

    def change_number(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        number = self._number(sid)
        number.set(asked.fields())
        return 200, self._shown(asked, number)

    def texts(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        sender, recipient = asked.get("From"), asked.get("To")
        fitting = (
            asked.resource(f"Messages/{sid}.json", text)
            for sid, text in reversed(self._texts.sent.items())
            if sender in (None, text["from"]) and recipient in (None, text["to"])
            if asked.within("DateSent", text["date_sent"])
        )
        return asked.page("messages", fitting)

    def send(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        if not asked.text("Body"):
            raise Refusal(400, 21602, "Message body is required.")
        text = self._texts.send(asked.fields())
        return 201, asked.resource(f"Messages/{text['sid']}.json", text)

    def text(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        if sid not in self._texts.sent:
            raise not_found(sid)
        return 200, asked.resource(f"Messages/{sid}.json", self._texts.sent[sid])

    def recordings(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        return self.recordings_of(asked, asked.text("CallSid"))

    def recordings_of(self, asked: Asked, call_sid: str) -> tuple[int, dict[str, Any]]:
        known = reversed(self._board.recordings.known.values())
        shown = (self._recording_shown(asked, one) for one in known if not call_sid or one.call_sid == call_sid)
        return asked.page("recordings", shown)

    def recording(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, self._recording_shown(asked, self._recording(sid))

    def forget(self, asked: Asked, sid: str) -> tuple[int, None]:
        del self._board.recordings.known[self._recording(sid).sid]
        return 204, None

    def audio(self, asked: Asked, sid: str) -> tuple[int, bytes]:
        recording = self._recording(sid)
        if recording.status != "completed":
            raise not_found(sid)
        return 200, recording.audio()

    def _number(self, sid: str) -> IncomingNumber:
        number = self._board.numbers.by_sid(sid)
        if number is None:
            raise not_found(sid)
        return number

    def _recording(self, sid: str) -> Recording:
        recording = self._board.recordings.known.get(sid)
        if recording is None:
            raise not_found(sid)
        return recording

    @staticmethod
    def _shown(asked: Asked, number: IncomingNumber) -> dict[str, Any]:
        return asked.resource(f"IncomingPhoneNumbers/{number.sid}.json", number.as_json())

    @staticmethod
    def _recording_shown(asked: Asked, recording: Recording) -> dict[str, Any]:
        return asked.resource(f"Recordings/{recording.sid}.json", recording.as_json())
