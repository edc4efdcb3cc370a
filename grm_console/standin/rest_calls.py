"""REST calls about calls and queues: make, move, end, look up."""

import re
from typing import Any

from grm_console.standin.call import Call, Source, StatusCallback
from grm_console.standin.queue import Place, Queue, member_json
from grm_console.standin.rest_request import Asked, Refusal, Route, not_found
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.verbs import inline

_DEFAULT_SECONDS = 60.0
"""How long a telephone rings unless the call says otherwise (Twilio documentation)."""
_GRACE_SECONDS = 5.0
_NEVER_CONNECTED = frozenset({"+15005550001", ""})
"""The test number that is not valid, and none at all."""


def call_routes(board: Switchboard) -> tuple[Route, ...]:
    """The routes below Calls and Queues."""
    answers = _Calls(board)
    return (
        ("GET", re.compile(r"Calls\.json"), answers.all),
        ("POST", re.compile(r"Calls\.json"), answers.make),
        ("GET", re.compile(r"Calls/(CA\w+)\.json"), answers.one),
        ("POST", re.compile(r"Calls/(CA\w+)\.json"), answers.change),
        ("GET", re.compile(r"Queues\.json"), answers.queues),
        ("GET", re.compile(r"Queues/(QU\w+)\.json"), answers.queue),
        ("GET", re.compile(r"Queues/(QU\w+)/Members\.json"), answers.members),
        ("GET", re.compile(r"Queues/(QU\w+)/Members/(CA\w+|Front)\.json"), answers.member),
        ("POST", re.compile(r"Queues/(QU\w+)/Members/(CA\w+|Front)\.json"), answers.take),
    )


def dialled_by(board: Switchboard, asked: Asked) -> tuple[str, str, float, StatusCallback]:
    """From, To, ring time and callback of a call that is to be made; raises Refusal for numbers that cannot be."""
    sender, recipient = asked.text("From"), asked.text("To")
    if recipient in _NEVER_CONNECTED:
        raise Refusal(400, 21211, f"Invalid 'To' Phone Number: {recipient}")
    if sender not in board.numbers.known:
        raise Refusal(400, 21210, f"Source number {sender} is not yet verified for this account")
    seconds = float(asked.text("Timeout") or _DEFAULT_SECONDS) + _GRACE_SECONDS
    events = asked.words("StatusCallbackEvent", "completed")
    return sender, recipient, seconds, StatusCallback(asked.text("StatusCallback"), events)


class _Calls:
    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def all(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        wished = {name: asked.get(name) for name in ("From", "To", "Status")}
        fitting = (call for call in reversed(self._board.calls.values()) if asked.within("StartTime", call.began))
        shown = (self._shown(asked, call) for call in fitting)
        return asked.page(
            "calls", (call for call in shown if all(call[n.lower()] == v for n, v in wished.items() if v is not None))
        )

    def make(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        source = _source(asked)
        if source is None:
            raise Refusal(400, 21205, "Url parameter is required.")
        call = self._board.ring(*dialled_by(self._board, asked), source)
        return 201, self._shown(asked, call) | {"queue_time": "0"}

    def one(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, self._shown(asked, self._call(sid))

    def change(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        call = self._call(sid)
        if call.cut:
            raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        status, source = asked.get("Status"), _source(asked)
        if status == "completed" or (status == "canceled" and not call.was_answered):
            call.hang_up("the desk hung up", by_desk=True)
        elif source is not None and call.was_answered:
            call.move(source)
        elif status is None and source is None:
            raise Refusal(400, 20001, "Nothing to change was given")
        else:
            raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        shown = self._shown(asked, call)
        if call.cut:
            shown["status"] = "completed" if call.was_answered else "canceled"
        return 200, shown

    def queues(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        return asked.page("queues", (self._queue_shown(asked, queue) for queue in self._board.queues.values()))

    def queue(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, self._queue_shown(asked, self._queue(sid))

    def members(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return asked.page("queue_members", (self._member_shown(asked, place) for place in self._queue(sid).places))

    def member(self, asked: Asked, sid: str, key: str) -> tuple[int, dict[str, Any]]:
        return 200, self._member_shown(asked, self._place(sid, key))

    def take(self, asked: Asked, sid: str, key: str) -> tuple[int, dict[str, Any]]:
        place, source = self._place(sid, key), _source(asked)
        if source is None:
            raise Refusal(400, 20001, "Url parameter is required.")
        shown = self._member_shown(asked, place)
        place.call.move(source)
        return 200, shown

    def _call(self, sid: str) -> Call:
        call = self._board.calls.get(sid)
        if call is None:
            raise not_found(sid)
        return call

    def _queue(self, sid: str) -> Queue:
        queue = next((queue for queue in self._board.queues.values() if queue.sid == sid), None)
        if queue is None:
            raise not_found(sid)
        return queue

    def _place(self, sid: str, key: str) -> Place:
        places = self._queue(sid).places
        found = places[:1] if key == "Front" else [place for place in places if place.call.sid == key]
        if not found or found[0].call.cut:
            raise not_found(key)
        return found[0]

    @staticmethod
    def _shown(asked: Asked, call: Call) -> dict[str, Any]:
        return asked.resource(f"Calls/{call.sid}.json", call.as_json())

    @staticmethod
    def _queue_shown(asked: Asked, queue: Queue) -> dict[str, Any]:
        return asked.resource(f"Queues/{queue.sid}.json", queue.as_json())

    @staticmethod
    def _member_shown(asked: Asked, place: Place) -> dict[str, Any]:
        return asked.resource(f"Queues/{place.queue.sid}/Members/{place.call.sid}.json", member_json(place))


def _source(asked: Asked) -> Source | None:
    """What a call is to hear next by `Twiml` or `Url`; None if the request names neither."""
    if (written := asked.get("Twiml")) is not None:
        document = inline(written)
        if document is None:
            raise Refusal(400, 32018, "The TwiML is too long or cannot be read")

        async def given(_: object) -> Any:
            return document

        return given
    url = asked.text("Url")
    return (lambda walk: walk.fetch(url)) if url else None
