"""Recordings: noted in any order, fetched once, heard by those who may, and never from a foreign address."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from builders import (
    CALL,
    CALLER,
    all_rows,
    call,
    call_status,
    conference,
    contact,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
)
from conftest import FixedClock

from grm_console.desk import histories, recordings
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.recording_views import RecordingStage
from grm_console.desk.recordings import MOST_BYTES, Recordings
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.permissions import PERMISSIONS, Act
from grm_console.domain.words import RecordingKind
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.i18n import use_language
from grm_console.store import tables
from grm_console.store.store import Store

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


def recorded(state: str = "completed", sid: str = "RE1", parent: str = "CA1", **changes: Any) -> InboundEvent:
    """What the carrier tells of a voicemail; with no parent and a conference's id, of a call."""
    fields = {"RecordingSource": ["RecordVerb" if parent else "Conference"]}
    fields |= changes.pop("fields", {})
    done = {"text": URL, "duration": 32} if state == "completed" else {}
    told = {"discriminator": state, "sender": "", "recipient": "", "state": state, "parent": parent, "fields": fields}
    return replace(CALL, sid=sid, kind=EventKind.RECORDING, **(told | done | changes))


def row_of(store: Store, sid: str = "RE1") -> Any:
    (row,) = [row for row in all_rows(store, tables.Recording) if row.sid == sid]
    return row


def voicemails(store: Store) -> list[int | None]:
    """The seconds of voicemail that each line of the histories tells."""
    return [entry.voicemail_seconds for entry in all_rows(store, tables.TimelineEntry)]


def meaning(row: Any) -> tuple[Any, ...]:
    return row.kind, row.state, row.url, row.seconds, row.started_at, row.problem, row.interaction_id is not None


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def test_every_order_leaves_the_same_row(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    steps = (recorded("in-progress", happened_at=None), recorded(), recorded())
    found = set()
    for number, order in enumerate(permutations(steps)):
        sid = f"CA{number}"
        events = [replace(step, sid=f"RE{number}", parent=sid) for step in order]
        take_in(desk, web_actor, call(sid), *events)
        found.add(meaning(row_of(desk.store, f"RE{number}")))
    assert found == {("voicemail", "completed", URL, 32, desk.store.now(), "", True)}


def test_a_recording_that_comes_before_its_call_finds_it(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    of_conference = recorded("in-progress", "RE2", "", fields={"ConferenceSid": ["CFCA2"]})
    take_in(desk, web_actor, recorded(), of_conference, recorded(sid="RE3", parent="CA3"))
    assert [row.interaction_id for row in all_rows(desk.store, tables.Recording)] == [None, None, None]
    take_in(desk, web_actor, call("CA1"), call("CA2"), conference("CA2", "participant-join", 0, 1))
    with desk.store.writing() as write:
        recordings.join_late(write, web_actor)
    one, two = interaction_of(desk.store, "CA1"), interaction_of(desk.store, "CA2")
    assert [row.interaction_id for row in all_rows(desk.store, tables.Recording)] == [one, two, None]
    (unknown,) = [line for line in Recordings(desk, mei).newest() if line.interaction_id is None]
    with pytest.raises(InvalidInput, match="not known yet"):
        Recordings(desk, mei).wish(unknown.recording_id)


def test_a_call_recorded_in_its_conference(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    first, second = ({"ConferenceSid": [sid]} for sid in ("CFCA1", "CFother"))
    take_in(desk, web_actor, call(), conference("CA1", "participant-join", 0, 1))
    take_in(desk, web_actor, recorded(sid="RE1", parent="", fields=first))
    take_in(desk, web_actor, recorded(sid="RE2", parent="", fields=second))
    (line,) = Recordings(desk, mei).of(interaction_of(desk.store, "CA1"))
    assert (line.kind, line.stage, line.seconds) == (RecordingKind.CALL, RecordingStage.KEPT, 32)
    assert line.file_name.startswith("call-2026")
    assert all(entry.summary == "" for entry in all_rows(desk.store, tables.TimelineEntry))


def test_a_voicemail_stands_in_the_line_of_its_call(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    take_in(desk, web_actor, call(), recorded("in-progress"))
    assert voicemails(desk.store) == [None]
    take_in(desk, web_actor, recorded())
    assert voicemails(desk.store) == [32]
    take_in(desk, web_actor, recorded(sid="RE2", duration=None))
    assert voicemails(desk.store) == [32]


def test_the_line_of_a_voicemail_is_in_the_language_of_whoever_reads_it(
    desk: Desk, web_actor: Actor, mei: Actor
) -> None:
    who = contact(desk.store, "Chen", CALLER)
    take_in(desk, web_actor, call(), recorded())
    Seat(desk, mei).card(interaction_of(desk.store, "CA1"))
    heard = {}
    for language in ("en", "zh"):
        use_language(language)
        heard[language] = histories.page(desk, mei, who).rows[0].summary
    use_language("en")
    assert heard == {"en": "Voicemail, 32 s", "zh": "语音留言，32 秒"}


def test_it_is_fetched_once_and_then_heard(
    desk: Desk, web_actor: Actor, mei: Actor, tmp_path: Path, clock: FixedClock
) -> None:
    take_in(desk, web_actor, call(), recorded())
    kept, key = Recordings(desk, mei), row_of(desk.store).id
    with pytest.raises(InvalidInput, match="Fetch it first"):
        kept.audio(key)
    assert kept.wish(key).stage is RecordingStage.COMING
    assert kept.wish(key).stage is RecordingStage.COMING
    (asked,) = [row for row in all_rows(desk.store, tables.Outbox) if row.kind == "recording-fetch"]
    assert asked.detail == {"recording_id": key, "url": f"{URL}.wav"}
    with desk.store.writing() as write:
        recordings.fetched(desk, write, key, "audio/x-wav; charset=binary", WAV)
    (line,) = kept.of(interaction_of(desk.store, "CA1"))
    assert (line.stage, line.media_type) == (RecordingStage.HERE, "audio/x-wav")
    assert kept.wish(key).stage is RecordingStage.HERE
    assert kept.audio(key) == ("audio/x-wav", WAV)
    file = tmp_path / line.file_name
    kept.save(key, file)
    assert file.read_bytes() == WAV
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(InvalidInput, match="there already"):
        kept.save(key, file)
    kept.save(key, file, overwrite=True)
    with pytest.raises(InvalidInput, match="cannot be written"):
        kept.save(key, tmp_path / "nowhere" / "x.wav")
    audits = [row for row in all_rows(desk.store, tables.AuditRow) if row.act == Act.HEAR_RECORDINGS]
    assert [row.detail for row in audits] == ["asked for", "heard", "saved", "saved"]
    assert {(row.subject, row.account_id) for row in audits} == {(f"recording:{key}", mei.account_id)}
    take_in(desk, web_actor, recorded("in-progress"))
    assert kept.audio(key) == ("audio/x-wav", WAV), "a late step takes nothing away"


def test_what_could_not_be_fetched_may_be_wished_for_again(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    take_in(desk, web_actor, call(), recorded())
    kept, key = Recordings(desk, mei), row_of(desk.store).id
    kept.wish(key)
    outbox = tables.Outbox.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(outbox.update().values(state="failed"))
        recordings.failed(desk, write, key, "The carrier did not answer.")
    (line,) = kept.of(interaction_of(desk.store, "CA1"))
    assert (line.stage, line.problem) == (RecordingStage.KEPT, "The carrier did not answer.")
    assert kept.wish(key).stage is RecordingStage.COMING
    assert sum(row.kind == "recording-fetch" for row in all_rows(desk.store, tables.Outbox)) == 2
    for media_type, audio, problem in (
        ("text/html", WAV, "no audio"),
        ("audio/mpeg", b"", "no audio"),
        ("audio/mpeg", bytes(MOST_BYTES + 1), "larger than 20 MB"),
    ):
        with desk.store.writing() as write:
            recordings.fetched(desk, write, key, media_type, audio)
        row = row_of(desk.store)
        assert row.audio is None
        assert problem in row.problem


@pytest.mark.parametrize(
    ("event", "stage", "sentence"),
    [
        (recorded("in-progress"), RecordingStage.RUNNING, "still being recorded"),
        (recorded("absent"), RecordingStage.SILENT, "Nothing was said"),
        (recorded("failed", error="16104"), RecordingStage.FAILED, "error 16104"),
        (recorded(text="http://169.254.169.254/latest"), RecordingStage.FAILED, "not the carrier's"),
        (recorded(text="https://api.twilio.com.evil.example/RE1"), RecordingStage.FAILED, "not the carrier's"),
        (recorded(text=""), RecordingStage.FAILED, "not the carrier's"),
    ],
)
def test_what_cannot_be_heard_says_why(
    desk: Desk, web_actor: Actor, mei: Actor, event: InboundEvent, stage: RecordingStage, sentence: str
) -> None:
    take_in(desk, web_actor, call(), event)
    kept, row = Recordings(desk, mei), row_of(desk.store)
    assert row.url == ""
    assert kept.of(row.interaction_id)[0].stage is stage
    for ask in (kept.wish, kept.audio):
        with pytest.raises(InvalidInput, match=sentence):
            ask(row.id)
    assert not [one for one in all_rows(desk.store, tables.Outbox) if one.kind == "recording-fetch"]
    with pytest.raises(NotFound):
        kept.wish(row.id + 1)


@pytest.mark.parametrize("why", ["confidential case", "anonymous caller"])
def test_a_sealed_one_is_for_those_who_may_see_it(desk: Desk, web_actor: Actor, mei: Actor, why: str) -> None:
    take_in(desk, web_actor, call(), recorded())
    key, exchange = row_of(desk.store).id, interaction_of(desk.store, "CA1")
    if why == "confidential case":
        seat = Seat(desk, mei)
        seat.set_available()
        card = seat.ringing()
        assert card is not None
        assert card.entry_id is not None
        seat.answer(card.entry_id)
        seat.open_case(exchange, CaseForm(service="misconduct", summary="Rude clerk"))
    else:
        table = tables.Interaction.__table__  # type: ignore[attr-defined]
        with desk.store.writing() as write:
            write.connection.execute(table.update().values(identified="anonymous"))
    kept, leader = Recordings(desk, mei), Recordings(desk, staff(desk, "lan", "supervisor"))
    assert [line.sealed for line in kept.of(exchange)] == [True]
    assert [line.sealed for line in leader.of(exchange)] == [False]
    assert leader.wish(key).stage is RecordingStage.COMING
    with desk.store.writing() as write:
        recordings.fetched(desk, write, key, "audio/wav", WAV)
    for ask in (kept.wish, kept.audio, lambda one: kept.save(one, Path("x.wav"))):
        with pytest.raises(NotAllowed, match="sealed"):
            ask(key)
    assert leader.audio(key)[1] == WAV
    assert not Path("x.wav").exists()


def test_each_role_may_do_what_the_table_says(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    put(
        desk.store,
        tables.Recording(provider="twilio", sid="RE9", kind="call", started_at=desk.store.now(), audio=WAV),
    )
    for role, acts in PERMISSIONS.items():
        kept = Recordings(desk, Actor(1, "x", "X", role, 1, "Centre", acts))
        if Act.HEAR_RECORDINGS in acts:
            assert kept.audio(1)[1] == WAV
            assert len(kept.newest()) == 1
            continue
        for ask in (kept.wish, kept.audio, kept.of, lambda one, kept=kept: kept.save(one, Path("y")), kept.newest):
            with pytest.raises(NotAllowed):
                ask(1)
    with desk.store.writing() as write, pytest.raises(NotAllowed):
        recordings.note(desk, write, Actor(1, "x", "X", "operator", 1, "Centre", frozenset()), recorded())


def test_a_status_that_comes_after_the_voicemail_leaves_its_line(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    take_in(desk, web_actor, call(), recorded(), call_status("CA1", "completed", 1))
    assert voicemails(desk.store) == [32]
