"""REST calls about the account itself: its numbers and recordings."""

import re
from typing import Any

from grm_console.standin.numbers import IncomingNumber
from grm_console.standin.recordings import Recording
from grm_console.standin.rest_request import Asked, Content, Route, not_found
from grm_console.standin.switchboard import Switchboard


def account_routes(board: Switchboard) -> tuple[Route, ...]:
    """The routes of the account, its numbers and recordings."""
    answers = _Account(board)
    return (
        ("GET", re.compile(r"\.json"), answers.account),
        ("GET", re.compile(r"IncomingPhoneNumbers\.json"), answers.numbers),
        ("GET", re.compile(r"IncomingPhoneNumbers/(PN\w+)\.json"), answers.number),
        ("POST", re.compile(r"IncomingPhoneNumbers/(PN\w+)\.json"), answers.change_number),
        ("GET", re.compile(r"Recordings\.json"), answers.recordings),
        ("GET", re.compile(r"Calls/(CA\w+)/Recordings\.json"), answers.recordings_of),
        ("GET", re.compile(r"Recordings/(RE\w+)\.json"), answers.recording),
        ("DELETE", re.compile(r"Recordings/(RE\w+)\.json"), answers.forget),
        ("GET", re.compile(r"Recordings/(RE\w+)(?:\.wav|\.mp3)?"), answers.audio),
    )


class _Account:
    def __init__(self, board: Switchboard) -> None:
        self._board = board

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

    def audio(self, asked: Asked, sid: str) -> tuple[int, Content]:
        recording = self._recording(sid)
        if recording.status != "completed":
            raise not_found(sid)
        return 200, Content("audio/x-wav", recording.audio())

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
