"""Recordings and voicemails: noted when the carrier tells of them, fetched when somebody wishes to hear them.

What the carrier tells is a fold over its events, so that late, early and repeated ones leave the same row. The audio
is fetched by the web process alone, and heard only by those who may: every hearing is on record.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.recording_views import AUDIO_SUFFIXES, RecordingLine, RecordingStage
from grm_console.desk.whole_file import whole_bytes
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.permissions import Act
from grm_console.domain.recording_fold import COMPLETED, RecordingFacts, fold_recording, is_of_carrier
from grm_console.domain.words import OutboxState, RecordingKind
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.i18n import _
from grm_console.store import outbox, recordings
from grm_console.store.store import Write

MOST_BYTES = 20 * 1024 * 1024
"""More audio is not kept: an hour of a call as MP3 is about 15 MB, and each recording is one row of the store."""

TRIED_AT_ONCE = 20
"""Recordings without a call that are looked at when a call comes, newest first: what came long ago finds none."""


def note(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> int | None:
    """Bring a recording to what all its stored events say, the one given included; gives its interaction if known.

    A recording of a call that is not known yet is kept, and joined by `join_late` when the call comes. An address
    that is not the carrier's is never kept as one to fetch: the problem says so, the event keeps it as evidence.
    Whoever takes in the event puts it on record.
    """
    actor.require(Act.RECEIVE_EVENTS)
    connection = write.connection
    row = recordings.locked(connection, event.provider, event.sid, write.now)
    told = fold_recording(recordings.events_of(connection, event.provider, event.sid), event.sid)
    interaction_id: int | None = row.interaction_id or _exchange(connection, event.provider, told)
    values: dict[str, Any] = {
        "interaction_id": interaction_id,
        "kind": told.kind.value,
        "state": told.state,
        "url": told.url if is_of_carrier(told.url) else "",
        "seconds": told.seconds,
        "started_at": told.started_at,
    }
    if told.state != row.state:
        values["problem"] = _problem(told)
    recordings.settle(connection, row.id, values)
    _joined(write, interaction_id)
    write.changed("recording", row.id)
    return interaction_id


def join_late(write: Write, actor: Actor) -> None:
    """After an event of a call: what was recorded before its call was known belongs to it now."""
    actor.require(Act.RECEIVE_EVENTS)
    connection = write.connection
    for key, provider, sid in recordings.without_exchange(connection, TRIED_AT_ONCE):
        found = _exchange(connection, provider, fold_recording(recordings.events_of(connection, provider, sid), sid))
        if found is not None:
            recordings.settle(connection, key, {"interaction_id": found})
            record(write, actor, Act.RECEIVE_EVENTS, f"recording:{key}", f"interaction:{found}", "joined")
            _joined(write, found)


def fetched(desk: Desk, write: Write, recording_id: int, media_type: str, audio: bytes) -> None:
    """Keep the audio that the carrier gave; what is no audio, or too much of it, is refused and the problem says so."""
    media_type = media_type.partition(";")[0].strip().lower()
    if not audio or not media_type.startswith("audio/"):
        failed(desk, write, recording_id, _("What came was no audio. Try again, or ask the administrator."))
    elif len(audio) > MOST_BYTES:
        told = _("It is larger than {n} MB and was not kept. Listen to it in the carrier's console.")
        failed(desk, write, recording_id, told.format(n=MOST_BYTES >> 20))
    else:
        values = {"media_type": media_type, "audio": audio, "fetched_at": write.now, "problem": ""}
        recordings.settle(write.connection, recording_id, values)
        write.changed("recording", recording_id)


def failed(desk: Desk, write: Write, recording_id: int, sentence: str) -> None:
    """Keep why the audio could not be fetched; it may be wished for again."""
    recordings.settle(write.connection, recording_id, {"problem": sentence})
    write.changed("recording", recording_id)


class Recordings:
    """The recordings an actor may hear."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def of(self, interaction_id: int) -> tuple[RecordingLine, ...]:
        """The recordings and voicemails of one exchange, oldest first; sealed ones are told of, not heard."""
        self._actor.require(Act.HEAR_RECORDINGS)
        with self._desk.store.reading() as connection:
            rows = recordings.of_exchange(connection, interaction_id)
        return tuple(self._line(row) for row in rows)

    def newest(self, limit: int = 100, call_sid: str = "") -> tuple[RecordingLine, ...]:
        """The newest recordings of all calls, or of the call with this provider id."""
        self._actor.require(Act.HEAR_RECORDINGS)
        with self._desk.store.reading() as connection:
            rows = recordings.newest(connection, limit, call_sid)
        return tuple(self._line(row) for row in rows)

    def wish(self, recording_id: int) -> RecordingLine:
        """Have the audio fetched, once; gives the recording as it is then: coming, or here.

        Raises NotFound, NotAllowed for what is sealed, InvalidInput (`recording`) where there is no audio to fetch.
        """
        self._actor.require(Act.HEAR_RECORDINGS)
        with self._desk.store.writing() as write:
            row = self._hearable(write.connection, recording_id)
            stage = _stage(row)
            if row.interaction_id is None:
                raise InvalidInput({"recording": _("Its call is not known yet. Try again in a minute.")})
            if stage is RecordingStage.KEPT:
                self._ask(write, row)
                purpose = f"interaction:{row.interaction_id}"
                record(write, self._actor, Act.HEAR_RECORDINGS, f"recording:{recording_id}", purpose, "asked for")
                write.changed("outbox", row.interaction_id)
                row = recordings.line(write.connection, recording_id)
            elif stage not in (RecordingStage.COMING, RecordingStage.HERE):
                raise InvalidInput({"recording": _nothing_to_hear(row, stage)})
            return self._line(row)

    def audio(self, recording_id: int) -> tuple[str, bytes]:
        """Media type and audio, for hearing it now; on record.

        Raises NotFound, NotAllowed for what is sealed, InvalidInput (`recording`) if it was not fetched yet.
        """
        return self._taken(recording_id, "heard")

    def save(self, recording_id: int, path: Path, *, overwrite: bool = False) -> None:
        """Write the audio to a file that only its owner may read; on record.

        Raises as `audio`, and InvalidInput (`path`) if the file is there already or cannot be written.
        """
        self._actor.require(Act.HEAR_RECORDINGS)
        with whole_bytes(path, overwrite=overwrite) as file:
            _media_type, audio = self._taken(recording_id, "saved")
            file.write(audio)

    def _ask(self, write: Write, row: Any) -> None:
        """Put the fetching into the outbox; an asking that is over does not stand in the way of another one."""
        outbox.decide(
            write.connection,
            kind=outbox.FETCH,
            decision=f"{row.sid}:{recordings.times_asked(write.connection, row)}",
            interaction_id=row.interaction_id,
            contact_point_id=None,
            provider=row.provider,
            answered_sid=row.sid,
            body="",
            by_document=False,
            state=OutboxState.PENDING,
            account_id=self._actor.account_id,
            at=write.now,
            detail={"recording_id": row.id, "url": _sound(row.url, RecordingKind(row.kind))},
        )

    def _taken(self, recording_id: int, how: str) -> tuple[str, bytes]:
        self._actor.require(Act.HEAR_RECORDINGS)
        with self._desk.store.reading() as connection:
            row = self._hearable(connection, recording_id)
            found = recordings.audio_of(connection, recording_id)
        if found is None:
            raise InvalidInput({"recording": _nothing_to_hear(row, _stage(row))})
        with self._desk.store.writing() as write:
            purpose = f"interaction:{row.interaction_id}"
            record(write, self._actor, Act.HEAR_RECORDINGS, f"recording:{recording_id}", purpose, how)
        return found

    def _hearable(self, connection: Connection, recording_id: int) -> Any:
        row = recordings.line(connection, recording_id)
        if row is None:
            raise NotFound(_("This recording is not in the store. Read the list again."))
        if self._sealed(row):
            raise NotAllowed(_("This recording is sealed: the matter is confidential. Ask a supervisor."))
        return row

    def _sealed(self, row: Any) -> bool:
        return row.sealed and not self._actor.may(Act.SEE_CONFIDENTIAL_CASES)

    def _line(self, row: Any) -> RecordingLine:
        return RecordingLine(
            recording_id=row.id,
            interaction_id=row.interaction_id,
            call_sid=row.call_sid or "",
            kind=RecordingKind(row.kind),
            stage=_stage(row),
            started_at=row.started_at,
            seconds=row.seconds,
            media_type=row.media_type,
            problem=row.problem,
            sealed=self._sealed(row),
        )


def _exchange(connection: Connection, provider: str, told: RecordingFacts) -> int | None:
    if told.call_sid:
        found = recordings.exchange_of_call(connection, provider, told.call_sid)
        if found is not None:
            return found
    return recordings.exchange_of_conference(connection, provider, told.conference_sid) if told.conference_sid else None


def _joined(write: Write, interaction_id: int | None) -> None:
    if interaction_id is not None:
        recordings.settle_line(write.connection, interaction_id)
        write.changed("interaction", interaction_id)


def _problem(told: RecordingFacts) -> str:
    if told.state == "failed":
        return _("The carrier could not record it (error {code}).").format(code=told.error or "?")
    if told.state == COMPLETED and not is_of_carrier(told.url):
        return _("The address given for it is not the carrier's, so it is not fetched. Tell the administrator.")
    return ""


def _stage(row: Any) -> RecordingStage:
    if row.here:
        return RecordingStage.HERE
    if row.state == COMPLETED:
        if not row.url:
            return RecordingStage.FAILED
        return RecordingStage.COMING if row.asked else RecordingStage.KEPT
    return {"absent": RecordingStage.SILENT, "failed": RecordingStage.FAILED}.get(row.state, RecordingStage.RUNNING)


def _nothing_to_hear(row: Any, stage: RecordingStage) -> str:
    match stage:
        case RecordingStage.RUNNING:
            return _("It is still being recorded. Try again when the call is over.")
        case RecordingStage.SILENT:
            return _("Nothing was said, so there is no audio.")
        case RecordingStage.FAILED:
            return row.problem or _("There is no audio of it.")
        case RecordingStage.COMING:
            return _("It is on its way. Try again in a few seconds.")
        case _:
            return _("It is not here yet. Fetch it first (Enter).")


def _sound(url: str, kind: RecordingKind) -> str:
    """The address of the audio in the form to fetch (Twilio documentation, recordings: `.wav` or `.mp3`).

    A voicemail is short, and WAV plays everywhere; an hour of a call would be 57 MB of it, and is 15 as MP3.
    """
    if urlsplit(url).path.endswith(tuple(AUDIO_SUFFIXES.values())):
        return url
    return url + (".wav" if kind is RecordingKind.VOICEMAIL else ".mp3")
