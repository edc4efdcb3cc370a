"""Recordings: the carrier's own events of them, the exchange each belongs to, and the audio once it was fetched."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, cast, func, or_, select, update

from grm_console.domain.inbound import EventKind
from grm_console.domain.recording_fold import COMPLETED, RecordingEvent
from grm_console.domain.words import Confidentiality, EntryKind, Identification, OutboxState, RecordingKind
from grm_console.store.exchange_sids import HAS_SID
from grm_console.store.insert_once import InsertOnce
from grm_console.store.outbox import FETCH
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import CaseFile, InboundEventRow, Interaction, Outbox, Recording, TimelineEntry
from grm_console.store.tables.columns import KEY, table_of

_recording = table_of(Recording)
_event = table_of(InboundEventRow)
_interaction = table_of(Interaction)
_case = table_of(CaseFile)
_outbox = table_of(Outbox)
_timeline = table_of(TimelineEntry)


_ADD = InsertOnce(_recording, [_recording.c.provider, _recording.c.sid])

_WITHOUT_EXCHANGE = Prepared(
    select(_recording.c.id, _recording.c.provider, _recording.c.sid)
    .where(_recording.c.interaction_id.is_(None))
    .order_by(_recording.c.id.desc())
    .limit(bindparam("limit"))
)
_asks = (
    select(_outbox.c.id)
    .where(
        _outbox.c.interaction_id == _recording.c.interaction_id,
        _outbox.c.kind == FETCH,
        _outbox.c.answered_sid == _recording.c.sid,
    )
    .correlate(_recording)
)
_LINES = select(
    *(column for column in _recording.c if column.name != "audio"),
    _recording.c.audio.is_not(None).label("here"),
    _asks.where(_outbox.c.state.in_((OutboxState.PENDING.value, OutboxState.SENDING.value))).exists().label("asked"),
    _interaction.c.sid.label("call_sid"),
    or_(
        func.coalesce(_interaction.c.identified, "") == Identification.ANONYMOUS.value,
        select(_case.c.id)
        .where(
            _case.c.interaction_id == _recording.c.interaction_id,
            _case.c.confidentiality != Confidentiality.OPEN.value,
        )
        .correlate(_recording)
        .exists(),
    ).label("sealed"),
).join_from(_recording, _interaction, _interaction.c.id == _recording.c.interaction_id, isouter=True)
"""Everything of a recording but its audio; whether it is here, asked for, and sealed; and its call's provider id."""


def locked(connection: Connection, provider: str, sid: str, at: datetime) -> Any:
    """The row of a recording without its audio, made if it is new, locked until the commit."""
    _ADD(
        connection,
        {
            "interaction_id": None,
            "provider": provider,
            "sid": sid,
            "kind": RecordingKind.CALL.value,
            "state": "",
            "url": "",
            "seconds": None,
            "started_at": at,
            "media_type": "",
            "audio": None,
            "fetched_at": None,
            "problem": "",
        },
    )
    columns = [column for column in _recording.c if column.name != "audio"]
    statement = select(*columns).where(_recording.c.provider == provider, _recording.c.sid == sid)
    return connection.execute(statement.with_for_update()).one()


def events_of(connection: Connection, provider: str, sid: str) -> list[RecordingEvent]:
    """All events of one recording, in no particular order."""
    statement = select(
        _event.c.state,
        _event.c.thread_sid,
        _event.c.happened_at,
        _event.c.received_at,
        _event.c.text,
        _event.c.duration,
        _event.c.error,
        _event.c.fields,
    ).where(_event.c.provider == provider, _event.c.sid == sid, _event.c.kind == EventKind.RECORDING.value)
    return [RecordingEvent(*row[:-1], row.fields or {}) for row in connection.execute(statement)]


def exchange_of_call(connection: Connection, provider: str, sid: str) -> int | None:
    """The interaction of a call by the provider's id; None for a call that is not known yet."""
    statement = select(_interaction.c.id).where(_interaction.c.provider == provider, _interaction.c.sid == sid, HAS_SID)
    return connection.execute(statement).scalar_one_or_none()


def exchange_of_conference(connection: Connection, provider: str, sid: str) -> int | None:
    """The interaction a conference belongs to, by the conference's own events; None as long as none came.

    Not by the call's row, which names only the newest of a call's conferences, and has no index on it.
    """
    statement = (
        select(_interaction.c.id)
        .join_from(
            _event,
            _interaction,
            (_interaction.c.provider == _event.c.provider) & (_interaction.c.sid == _event.c.thread_sid),
        )
        .where(
            _event.c.provider == provider,
            _event.c.sid == sid,
            _event.c.kind == EventKind.CONFERENCE.value,
            HAS_SID,
        )
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def settle(connection: Connection, recording_id: int, values: dict[str, Any]) -> None:
    """Write columns of a recording."""
    connection.execute(update(_recording).where(_recording.c.id == recording_id).values(values))


def without_exchange(connection: Connection, limit: int) -> list[tuple[Any, ...]]:
    """(id, provider, sid) of recordings whose call is not known yet, newest first; hardly ever are there any."""
    return _WITHOUT_EXCHANGE.rows(connection, {"limit": limit})


def line(connection: Connection, recording_id: int) -> Any | None:
    """One recording as `_LINES` tells it, or None."""
    return connection.execute(_LINES.where(_recording.c.id == recording_id)).one_or_none()


def of_exchange(connection: Connection, interaction_id: int) -> list[Any]:
    """The recordings of one exchange, oldest first."""
    statement = _LINES.where(_recording.c.interaction_id == interaction_id)
    return list(connection.execute(statement.order_by(_recording.c.started_at, _recording.c.id)))


def newest(connection: Connection, limit: int, call_sid: str = "") -> list[Any]:
    """The newest recordings of all calls, or of one call."""
    statement = _LINES.order_by(_recording.c.id.desc()).limit(limit)
    if call_sid:
        statement = statement.where(_interaction.c.sid == call_sid)
    return list(connection.execute(statement))


def audio_of(connection: Connection, recording_id: int) -> tuple[str, bytes] | None:
    """Media type and audio; None if it was not fetched."""
    statement = select(_recording.c.media_type, _recording.c.audio).where(
        _recording.c.id == recording_id, _recording.c.audio.is_not(None)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else (row.media_type, bytes(row.audio))


def times_asked(connection: Connection, recording: Any) -> int:
    """How often the audio of a recording was asked for so far; two who ask at once get the same number."""
    statement = select(func.count(_outbox.c.id)).where(
        _outbox.c.interaction_id == recording.interaction_id,
        _outbox.c.kind == FETCH,
        _outbox.c.answered_sid == recording.sid,
    )
    return int(connection.execute(statement).scalar_one())


# The line of a voicemail in the history


def voicemail_seconds(interaction_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The seconds of all voicemails left in an exchange, 0 if their length is unknown; null if there is none."""
    return (
        select(cast(func.sum(func.coalesce(_recording.c.seconds, 0)), KEY))
        .where(
            _recording.c.interaction_id == interaction_id,
            _recording.c.kind == fixed(RecordingKind.VOICEMAIL),
            _recording.c.state == COMPLETED,
        )
        .scalar_subquery()
    )


_VOICEMAIL = Prepared(select(voicemail_seconds(bindparam("interaction", type_=KEY)).label("seconds")))
_SETTLE_LINE = Prepared(
    update(_timeline)
    .where(_timeline.c.kind == fixed(EntryKind.INTERACTION), _timeline.c.source_id == bindparam("interaction"))
    .values(voicemail_seconds=bindparam("seconds"))
)


def settle_line(connection: Connection, interaction_id: int) -> None:
    """Let the line of a call say that it left a voicemail; a call without one keeps its line."""
    found = _VOICEMAIL.first(connection, {"interaction": interaction_id})
    if found is not None and found[0] is not None:
        _SETTLE_LINE.run(connection, {"interaction": interaction_id, "seconds": found[0]})
