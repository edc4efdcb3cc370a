"""REST calls about conferences and who is in them."""

import re
from typing import Any

from grm_console.standin.conference import Conference, Entry, Participant, participant_json
from grm_console.standin.detection import USUAL, Detection
from grm_console.standin.rest_calls import dialled_by
from grm_console.standin.rest_request import Asked, Refusal, Route, not_found
from grm_console.standin.switchboard import Switchboard

_SID = re.compile(r"CF[0-9a-f]{32}")


def conference_routes(board: Switchboard) -> tuple[Route, ...]:
    """The routes below Conferences."""
    answers = _Conferences(board)
    participant = re.compile(r"Conferences/(CF\w+)/Participants/([^/]+)\.json")
    return (
        ("GET", re.compile(r"Conferences\.json"), answers.all),
        ("GET", re.compile(r"Conferences/(CF\w+)\.json"), answers.one),
        ("POST", re.compile(r"Conferences/(CF\w+)\.json"), answers.change),
        ("GET", re.compile(r"Conferences/(CF\w+)/Participants\.json"), answers.participants),
        ("POST", re.compile(r"Conferences/([^/]+)/Participants\.json"), answers.add),
        ("GET", participant, answers.participant),
        ("POST", participant, answers.change_participant),
        ("DELETE", participant, answers.remove),
    )


class _Conferences:
    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def all(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        name, status = asked.get("FriendlyName"), asked.get("Status")
        fitting = (
            self._shown(asked, conference)
            for conference in reversed(self._board.conferences.known.values())
            if name in (None, conference.name) and status in (None, conference.status)
        )
        return asked.page("conferences", fitting)

    def one(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, self._shown(asked, self._conference(sid))

    def change(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        conference = self._conference(sid)
        if asked.text("Status") == "completed":
            if conference.over:
                raise not_found(sid)
            conference.end()
        return 200, self._shown(asked, conference)

    def participants(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        conference = self._conference(sid)
        return asked.page("participants", (self._one_shown(asked, conference, one) for one in conference.participants))

    def add(self, asked: Asked, key: str) -> tuple[int, dict[str, Any]]:
        """Dial somebody into a conference: one that runs by its SID, or one that is made by its name."""
        name = self._running(key).name if _SID.fullmatch(key) else key
        entry = _entry(asked)
        sender, recipient, seconds, report = dialled_by(self._board, asked)
        detection = _detection(asked)
        conference = self._board.conferences.open(name, entry)
        if entry.label and (entry.label in conference.dialled.values() or conference.find(entry.label) is not None):
            raise Refusal(400, 16025, f"The participant label {entry.label} is taken")
        if entry.coached and conference.find(entry.coached) is None:
            raise Refusal(400, 13240, "CallSidToCoach is no participant of the conference")
        call = self._board.ring_into(name, entry, sender, recipient, seconds, report, detection)
        one = Participant(call, entry.label, entry.muted, entry.starts, entry.ends, entry.coached)
        return 201, self._one_shown(asked, conference, one) | {"status": "queued", "queue_time": "0"}

    def participant(self, asked: Asked, sid: str, key: str) -> tuple[int, dict[str, Any]]:
        conference, one = self._find(sid, key)
        return 200, self._one_shown(asked, conference, one)

    def change_participant(self, asked: Asked, sid: str, key: str) -> tuple[int, dict[str, Any]]:
        conference, one = self._find(sid, key)
        coaching, coached = asked.flag("Coaching"), asked.get("CallSidToCoach")
        if coaching and not (coached or one.coached):
            raise Refusal(400, 20001, "CallSidToCoach is required when Coaching is true")
        if coached and conference.find(coached) is None:
            raise Refusal(400, 13240, "CallSidToCoach is no participant of the conference")
        conference.change(
            one,
            held=asked.flag("Hold"),
            muted=asked.flag("Muted"),
            ends=asked.flag("EndConferenceOnExit"),
            coached="" if coaching is False else coached,
        )
        return 200, self._one_shown(asked, conference, one)

    def remove(self, asked: Asked, sid: str, key: str) -> tuple[int, None]:
        conference, one = self._find(sid, key)
        conference.leave(one, "participant_updated_via_api", kicked=True)
        return 204, None

    def _conference(self, sid: str) -> Conference:
        conference = self._board.conferences.known.get(sid)
        if conference is None:
            raise not_found(sid)
        return conference

    def _running(self, sid: str) -> Conference:
        conference = self._conference(sid)
        if conference.over:
            raise not_found(sid)
        return conference

    def _find(self, sid: str, key: str) -> tuple[Conference, Participant]:
        conference = self._running(sid)
        one = conference.find(key)
        if one is None:
            raise not_found(key)
        return conference, one

    @staticmethod
    def _shown(asked: Asked, conference: Conference) -> dict[str, Any]:
        return asked.resource(f"Conferences/{conference.sid}.json", conference.as_json())

    @staticmethod
    def _one_shown(asked: Asked, conference: Conference, one: Participant) -> dict[str, Any]:
        path = f"Conferences/{conference.sid}/Participants/{one.call.sid}.json"
        return asked.resource(path, participant_json(conference, one))


def _detection(asked: Asked) -> Detection:
    """How the carrier is to listen who picks up; raises Refusal for what it does not know."""
    if any(asked.get(name) is not None for name in ("AsyncAmd", "AsyncAmdStatusCallback")):
        raise Refusal(400, 21263, "Invalid Answering Machine Detection Parameters")
    seconds = float(asked.text("MachineDetectionTimeout") or USUAL)
    detection = Detection(asked.text("MachineDetection"), asked.text("AmdStatusCallback"), seconds)
    if not detection.known:
        raise Refusal(400, 20001, "MachineDetection or its timeout is not known")
    return detection


def _entry(asked: Asked) -> Entry:
    recorded = asked.flag("ConferenceRecord") or asked.text("ConferenceRecord") == "record-from-start"
    return Entry(
        label=asked.text("Label"),
        muted=asked.flag("Muted") or False,
        starts=asked.flag("StartConferenceOnEnter") is not False,
        ends=asked.flag("EndConferenceOnExit") or False,
        coached=asked.text("CallSidToCoach") if asked.flag("Coaching") is not False else "",
        status_callback=asked.text("ConferenceStatusCallback"),
        events=asked.words("ConferenceStatusCallbackEvent", "start end"),
        recording={
            "record": "record-from-start",
            "recordingStatusCallback": asked.text("ConferenceRecordingStatusCallback"),
            "recordingStatusCallbackEvent": " ".join(
                asked.words("ConferenceRecordingStatusCallbackEvent", "completed")
            ),
        }
        if recorded
        else {},
    )
