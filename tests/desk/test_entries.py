"""Exchanges logged by hand: any door, the same matter, the same promise; the morning's post in one go."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    OTHER_CALLER,
    Town,
    all_rows,
    answered,
    article,
    call,
    connected,
    contact,
    entry_of,
    found_town,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.exports import export_lines
from grm_console.desk.parking import Parking
from grm_console.desk.queue_work import queue_status
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState, Certainty, Channel, Confidentiality, Direction, InteractionState
from grm_console.errors import InvalidInput, NotAllowed
from grm_console.store import contacts, tables, timeline
from grm_console.store.audit import verify_chains

MATTER = "No water since Friday"
FORM = CaseForm(
    service="water-outage",
    summary=MATTER,
    details="The whole house is dry.",
    occurred="since 20 Nov, 08:00",
    place="12 Lotus Lane",
    people="two children, one ill",
    demand="a water truck today",
    answers=(("since", "2026-11-20 08:00"), ("ill", "no")),
    note="Promised a truck.",
)
ADDRESSES = {
    Channel.WHATSAPP: CALLER,
    Channel.EMAIL: "chen.li@mail.example",
    Channel.WEB: "chen.li@mail.example",
    Channel.COUNTER: "",
    Channel.LETTER: "12 Lotus Lane, Old Town",
    Channel.FAX: CALLER,
    Channel.TV: CALLER,
}
OF_THE_DOOR = {
    "interactions": {"id", "provider", "sid", "channel", "provider_state", "sender", "line", "queue", "end_reason"}
    # A call has no words and is connected; who types an exchange is told, and what the door calls it.
    | {"text", "connected_at", "entered_by", "reference"},
    "cases": {"id", "number", "interaction_id"},
    "timeline": {"id", "source_id", "interaction_id", "case_number", "channel"},
}
"""All in which one matter may differ from door to door."""


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def operator(desk: Desk, town: Town) -> Actor:
    return staff(desk, "mei")


@pytest.fixture
def entries(desk: Desk, operator: Actor) -> Entries:
    return Entries(desk, operator)


def exported(desk: Desk, kind: str) -> list[dict[str, Any]]:
    system = staff(desk, f"boss-{kind}-{len(all_rows(desk.store, tables.Account))}", "supervisor")
    return [json.loads(line) for line in export_lines(desk, system, kind, "jsonl")]


def without(row: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OF_THE_DOOR[kind]}


def test_one_matter_by_nine_doors_differs_only_in_the_door(
    desk: Desk, web_actor: Actor, operator: Actor, entries: Entries, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, language="zh")
    water = article(desk.store, "W-1", "When does the water come back?")
    seat = Seat(desk, operator)
    promised, asked, given = [], [], []
    for channel in Channel:
        if channel is Channel.VOICE:
            take_in(desk, web_actor, call())
            key = seat.answer(entry_of(desk.store, "CA1")).interaction_id
            take_in(desk, web_actor, *connected("CA1"))
        elif channel is Channel.SMS:
            take_in(desk, web_actor, text(body=MATTER))
            key = seat.answer(entry_of(desk.store, "SM1")).interaction_id
        else:
            key = entries.log(NewEntry(channel, address=ADDRESSES[channel], text=MATTER, language="zh"))
        card = seat.confirm_speaker(key, chen, "name + address")
        assert (card.mine, card.state, card.language) == (True, InteractionState.TALKING, "zh")
        assert seat.agent_status().state is AgentState.TALKING
        current = seat.current()
        assert current is not None
        assert current.interaction_id == key
        asked.append(next(s.questions for s in seat.services() if s.code == FORM.service))
        seat.save_draft(key, FORM)
        assert seat.draft(key) == FORM
        hit = seat.answers.search("water back")[0]
        assert hit.version_id == water
        seat.answers.give(key, water, 1, "water back")
        given.append([row.article_version_id for row in all_rows(desk.store, tables.AnswerGiven)][-1])
        promised.append(seat.promise(FORM))
        assert seat.open_case(key, FORM).promise == promised[-1]
        seat.end(key)
        assert seat.agent_status().state is AgentState.WRAP_UP
        seat.wrap_up(key, "informed", FORM.note)
        assert seat.draft(key) is None
    assert promised == [promised[0]] * len(Channel)
    assert asked == [asked[0]] * len(Channel)
    assert given == [water] * len(Channel)
    for kind in ("interactions", "cases"):
        rows = exported(desk, kind)
        assert len(rows) == len(Channel), kind
        assert [without(row, kind) for row in rows] == [without(rows[0], kind)] * len(Channel), kind
    lines = [dict(row._mapping) for row in all_rows(desk.store, tables.TimelineEntry) if row.kind != "reply"]
    for row in lines:
        if row["kind"] == "interaction":
            row.update(state="", summary="")  # how a call ends, and that it has no words
    by_door = [
        sorted(str(without(row, "timeline")) for row in lines if row["interaction_id"] == key)
        for key in sorted({row["interaction_id"] for row in lines})
    ]
    assert by_door == [by_door[0]] * len(Channel)
    tasks = [(row.organisation_id, row.is_lead, row.due_at) for row in all_rows(desk.store, tables.Task)]
    assert tasks == tasks[:2] * len(Channel)
    case = all_rows(desk.store, tables.CaseFile)[0]
    assert (case.occurred, case.people, case.demand) == (FORM.occurred, FORM.people, FORM.demand)
    status = queue_status(desk, operator)
    assert (status.answered, status.waiting) == (1, 0), "what never waited does not count as answered"
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []
        verify_chains(connection, desk.store.trail)


def test_the_true_time_stands_beside_the_time_of_entering(desk: Desk, entries: Entries, clock: FixedClock) -> None:
    visited = clock() - timedelta(days=3, microseconds=7)
    key = entries.log(NewEntry(Channel.COUNTER, happened_at=visited, reference="A 17", text="Asked about permits."))
    (row,) = all_rows(desk.store, tables.Interaction)
    assert (row.id, row.happened_at, row.entered_at, row.answered_at) == (key, visited, clock(), clock())
    assert (row.reference, row.queue_id, row.contact_point_id) == ("A 17", None, None)
    (line,) = all_rows(desk.store, tables.TimelineEntry)
    assert (line.at, line.summary) == (visited, "Asked about permits.")


REFUSED = [
    ("happened_at", NewEntry(Channel.LETTER, happened_at=datetime(2026, 11, 23, 9, 2, 1, tzinfo=UTC))),
    ("happened_at", NewEntry(Channel.LETTER, happened_at=datetime(1989, 12, 31, tzinfo=UTC))),
    ("happened_at", NewEntry(Channel.LETTER, happened_at=datetime(2026, 11, 20))),
    ("address", NewEntry(Channel.EMAIL, address="chen.li at mail.example")),
    ("address", NewEntry(Channel.VOICE, address="the mayor's office, second floor")),
    ("address", NewEntry(Channel.LETTER, address="x" * 501)),
    ("reference", NewEntry(Channel.LETTER, reference="x" * 201)),
    ("text", NewEntry(Channel.LETTER, text="x" * 10_001)),
    ("language", NewEntry(Channel.LETTER, language="Chinese!")),
]


def test_a_refused_field_says_rule_and_example(desk: Desk, entries: Entries) -> None:
    for field, entry in REFUSED:
        with pytest.raises(InvalidInput) as refused:
            entries.log(entry)
        assert set(refused.value.problems) == {field}
        assert "e.g." in refused.value.problems[field]
    assert all_rows(desk.store, tables.Interaction) == []
    assert all_rows(desk.store, tables.ContactPoint) == []


def test_an_address_brings_its_holders_and_a_roof_makes_nobody_sure(
    desk: Desk, operator: Actor, entries: Entries
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    seat = Seat(desk, operator)
    faxed = seat.card(entries.log(NewEntry(Channel.FAX, address="(202) 555-0142")))
    assert faxed.speaker is not None
    assert faxed.speaker.contact_id == chen
    contact(desk.store, "Ana", CALLER)
    shared = seat.card(entries.log(NewEntry(Channel.FAX, address=CALLER)))
    assert shared.speaker is None
    assert {c.name for c in shared.candidates} == {"Chen Li", "Ana"}
    first = entries.log(NewEntry(Channel.LETTER, address="12 Lotus Lane"))
    with desk.store.writing() as write:
        point = all_rows(desk.store, tables.ContactPoint)[-1].id
        contacts.hold_point(write.connection, chen, point, Certainty.STATED, write.now)
    again = seat.card(entries.log(NewEntry(Channel.LETTER, address=" 12  LOTUS Lane ")))
    assert again.speaker is None
    assert [c.name for c in again.candidates] == ["Chen Li"]
    assert len(Parking(desk, operator).parked()) == 3
    assert first in {line.interaction_id for line in Parking(desk, operator).parked()}


def test_only_an_opened_contact_may_be_named(desk: Desk, operator: Actor, entries: Entries) -> None:
    chen = contact(desk.store, "Chen Li")
    with pytest.raises(NotAllowed):
        entries.log(NewEntry(Channel.LETTER, contact_id=chen))
    note_opening(desk, operator, chen, None)
    card = Seat(desk, operator).card(entries.log(NewEntry(Channel.LETTER, contact_id=chen)))
    assert card.speaker is not None
    assert card.speaker.contact_id == chen
    rows = all_rows(desk.store, tables.AuditRow)
    assert [(row.act, row.purpose) for row in rows if row.subject == f"interaction:{card.interaction_id}"] == [
        ("interaction.take", "log"),
        ("contact.open", f"contact:{chen}"),
    ]


@pytest.mark.parametrize("wish", ["text_only", "never_call"])
def test_no_call_to_who_is_not_to_be_called(desk: Desk, entries: Entries, wish: str) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    put(desk.store, tables.Preference(contact_id=chen, **{wish: True}))
    out = NewEntry(Channel.VOICE, Direction.OUTBOUND, address=CALLER)
    with pytest.raises(InvalidInput, match="call"):
        entries.log(out)
    assert all_rows(desk.store, tables.Interaction) == []
    entries.log(replace(out, channel=Channel.LETTER, address="12 Lotus Lane"))
    entries.log(replace(out, direction=Direction.INBOUND))
    entries.log(replace(out, address=OTHER_CALLER))


def test_a_live_call_is_never_interrupted_and_everything_else_waits(
    desk: Desk, web_actor: Actor, operator: Actor, entries: Entries
) -> None:
    seat, first = answered(desk, web_actor, operator, call())
    with pytest.raises(InvalidInput, match="F8"):
        entries.log(NewEntry(Channel.COUNTER))
    assert seat.card(first).state is InteractionState.TALKING
    closed = entries.log_and_close(NewEntry(Channel.LETTER, text="Thanks"), "informed")
    assert closed.case is None
    assert seat.agent_status().state is AgentState.RINGING
    seat.end(first)
    seat.save_draft(first, FORM)
    second = entries.log(NewEntry(Channel.COUNTER))
    current = seat.current()
    assert current is not None
    assert current.interaction_id == second
    assert [line.interaction_id for line in Parking(desk, operator).parked()] == [first]
    assert seat.draft(first) == FORM


def test_the_mornings_post_letter_by_letter(desk: Desk, operator: Actor, entries: Entries, clock: FixedClock) -> None:
    chen = contact(desk.store, "Chen Li")
    note_opening(desk, operator, chen, None)
    letter = NewEntry(
        Channel.LETTER, happened_at=clock() - timedelta(days=2), reference="L 1", text="水没有了", contact_id=chen
    )
    closed = entries.log_and_close(letter, "informed", FORM, key="post-1")
    before = {model: len(all_rows(desk.store, model)) for model in (tables.Interaction, tables.CaseFile, tables.Task)}
    assert entries.log_and_close(letter, "informed", FORM, key="post-1") == closed
    assert {model: len(all_rows(desk.store, model)) for model in before} == before
    assert closed.case is not None
    assert [choice.code for choice in entries.dispositions(Channel.LETTER)] == ["informed"]
    (row,) = all_rows(desk.store, tables.Interaction)
    assert (row.state, row.end_reason, row.note, row.language) == ("done", "handled", FORM.note, "zh")
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert (case.contact_id, case.interaction_id, case.language) == (chen, row.id, "zh")
    assert case.due_at == clock() + timedelta(hours=24)
    assert Seat(desk, operator).current() is None
    without_case = entries.log_and_close(letter, "informed", CaseForm(note="Only a greeting."), key="post-2")
    assert without_case.case is None
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_letter_is_entered_whole_or_not_at_all(desk: Desk, entries: Entries) -> None:
    letter = NewEntry(Channel.LETTER, address="12 Lotus Lane", text="No water")
    before = len(all_rows(desk.store, tables.AuditRow))
    with pytest.raises(InvalidInput) as refused:
        entries.log_and_close(replace(letter, language="?"), "dropped", replace(FORM, note="x" * 10_001))
    assert set(refused.value.problems) == {"disposition", "note", "language"}
    with pytest.raises(InvalidInput) as refused:
        entries.log_and_close(letter, "informed", replace(FORM, service="", demand="x" * 10_001))
    assert set(refused.value.problems) == {"service", "demand"}
    with pytest.raises(InvalidInput) as refused:
        entries.log_and_close(letter, "informed", CaseForm(details="Only this was typed."))
    assert set(refused.value.problems) == {"service", "summary"}
    for model in (tables.Interaction, tables.CaseFile, tables.ContactPoint, tables.TimelineEntry):
        assert all_rows(desk.store, model) == []
    assert len(all_rows(desk.store, tables.AuditRow)) == before


def test_an_anonymous_letter_leads_back_to_nobody(desk: Desk, operator: Actor, entries: Entries) -> None:
    form = replace(FORM, service="misconduct", answers=(), confidentiality=Confidentiality.ANONYMOUS)
    letter = NewEntry(Channel.LETTER, address="12 Lotus Lane", text="A bribe was asked for.")
    with pytest.raises(InvalidInput) as refused:
        entries.log_and_close(letter, "informed", form)
    assert set(refused.value.problems) == {"confidentiality"}
    closed = entries.log_and_close(replace(letter, address=""), "informed", form, key="a")
    assert closed.case is not None
    again = entries.log_and_close(replace(letter, address=""), "informed", form, key="a")
    assert (again.interaction_id, again.case) == (closed.interaction_id, None)
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert (case.contact_id, case.interaction_id, case.concerned_name) == (None, None, "")
    audited = [row for row in all_rows(desk.store, tables.AuditRow) if row.subject == f"case:{case.id}"]
    assert [row.purpose for row in audited] == ["anonymous"]


def test_who_an_anonymous_case_concerns_is_not_kept(desk: Desk, operator: Actor, entries: Entries) -> None:
    seat = Seat(desk, operator)
    key = entries.log(NewEntry(Channel.COUNTER))
    seat.set_concerned(key, "Her son Chen Guo")
    seat.open_case(key, replace(FORM, confidentiality=Confidentiality.ANONYMOUS))
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert (case.concerned_id, case.concerned_name, case.language) == (None, "", "")


def test_a_second_key_press_enters_nothing_twice(desk: Desk, operator: Actor, entries: Entries) -> None:
    visit = NewEntry(Channel.COUNTER, text="Visit")
    assert entries.log(visit, key="k") == entries.log(visit, key="k")
    assert len(all_rows(desk.store, tables.Interaction)) == 1
    other = Entries(desk, staff(desk, "zoe"))
    assert other.log(visit, key="k") != entries.log(visit, key="k"), "another operator's key is another key"
    assert len(all_rows(desk.store, tables.Interaction)) == 2


def test_the_language_follows_who_speaks(desk: Desk, operator: Actor, entries: Entries) -> None:
    zhou = contact(desk.store, "Zhou", CALLER, language="zh")
    ana = contact(desk.store, "Ana", language="en")
    seat = Seat(desk, operator)
    key = entries.log(NewEntry(Channel.FAX, address=CALLER))
    assert seat.card(key).language == "zh"
    assert seat.confirm_speaker(key, ana, "name").language == "en"
    assert seat.confirm_speaker(key, zhou, "name").language == "zh"
