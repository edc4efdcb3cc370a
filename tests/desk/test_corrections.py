"""What was typed wrongly is put right with a reason; what was there stays to be seen, and promises stay promises."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from builders import CALLER, all_rows, answered, call, contact, found_town, put, staff, take_in
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.corrections import CASE_FIELDS, Corrections
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables, timeline
from grm_console.store.audit import verify_chains

FORM = CaseForm(
    service="water-outage",
    summary="No water since Friday",
    place="12 Lotus Lane",
    answers=(("since", "2026-11-20 08:00"), ("ill", "no")),
)
WHY = "Wrong line on the list"
NEVER = ("number", "service_id", "organisation_id", "opened_at", "first_reply_due_at", "due_at", "state", "harm")


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    put(desk.store, tables.Disposition(code="passed-on", name="Passed on", outcome="handed-over", position=3))
    return staff(desk, "mei")


@pytest.fixture
def boss(desk: Desk, operator: Actor) -> Actor:
    return staff(desk, "boss", "supervisor")


def finished(desk: Desk, web: Actor, operator: Actor, form: CaseForm = FORM, sid: str = "CA1") -> tuple[int, int]:
    """A call that was wrapped up, with a case; gives both keys."""
    seat, key = answered(desk, web, operator, call(sid))
    opened = seat.open_case(key, form)
    seat.end(key)
    seat.wrap_up(key, "informed", "Told her about the works.")
    return key, opened.case_id


def row_of(desk: Desk, model: Any, key: int) -> Any:
    return next(row for row in all_rows(desk.store, model) if row.id == key)


def test_a_wrong_wrap_up_is_put_right_and_the_old_one_stays_to_be_seen(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    key, _ = finished(desk, web_actor, operator)
    corrections = Corrections(desk, operator)
    opened = corrections.exchange(key)
    assert (opened.disposition, opened.note, opened.contact_id) == ("informed", "Told her about the works.", None)
    assert opened.dispositions == (
        ("informed", "Information given"),
        ("dropped", "Call dropped"),
        ("passed-on", "Passed on"),
    )
    before = row_of(desk, tables.Interaction, key)
    clock.forward(days=6)
    changes = {"disposition": "passed-on", "note": opened.note, "contact_id": ""}
    after = corrections.correct_exchange(key, opened.version, changes, f" {WHY} ")
    assert (after.disposition, after.version) == ("passed-on", opened.version + 1)
    (line,) = after.history
    assert (line.field, line.before, line.after, line.reason, line.by, line.at) == (
        *("disposition", "informed", "passed-on", WHY, "Mei"),
        clock(),
    )
    row = row_of(desk, tables.Interaction, key)
    same = ("state", "end_reason", "ended_at", "wrapped_up_at", "happened_at", "note", "contact_id")
    assert [getattr(row, name) for name in same] == [getattr(before, name) for name in same]
    audited = all_rows(desk.store, tables.AuditRow)[-1]
    assert (audited.act, audited.subject, audited.detail) == (
        "interaction.correct",
        f"interaction:{key}",
        "disposition",
    )


def test_who_it_was_moves_the_whole_exchange_to_the_right_history(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    chen, ana = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Ana")
    key, case = finished(desk, web_actor, operator)
    corrections = Corrections(desk, operator)
    version = corrections.exchange(key).version
    for wrong in (str(ana), "999999", "Ana"):
        with pytest.raises(InvalidInput) as refused:
            corrections.correct_exchange(key, version, {"contact_id": wrong}, WHY)
        assert set(refused.value.problems) == {"contact_id"}
    note_opening(desk, operator, ana, None)
    after = corrections.correct_exchange(key, version, {"contact_id": str(ana)}, WHY)
    assert (after.contact_id, after.contact_name, after.version) == (ana, "Ana", version + 1)
    assert [(line.before, line.after) for line in after.history] == [("Chen Li", "Ana")]
    assert {row.contact_id for row in all_rows(desk.store, tables.TimelineEntry)} == {ana}
    assert row_of(desk, tables.CaseFile, case).contact_id == ana
    assert [(line.field, line.after) for line in corrections.case(case).history] == [("contact_id", "Ana")]
    nobody = corrections.correct_exchange(key, after.version, {"contact_id": ""}, WHY)
    assert (nobody.contact_id, row_of(desk, tables.CaseFile, case).contact_id) == (None, None)
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []
        verify_chains(connection, desk.store.trail)
    assert chen not in {row.contact_id for row in all_rows(desk.store, tables.TimelineEntry)}


def test_the_words_of_a_case_are_put_right_and_nothing_that_was_promised(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    _, case = finished(desk, web_actor, operator)
    before = row_of(desk, tables.CaseFile, case)
    clock.forward(hours=30)
    corrections = Corrections(desk, operator)
    words = {name: f" new {name} [/] " for name in CASE_FIELDS}
    after = corrections.correct_case(case, corrections.case(case).version, words, WHY)
    assert {name: getattr(after, name) for name in CASE_FIELDS} == {n: w.strip() for n, w in words.items()}
    assert {(line.field, line.before) for line in after.history} == {(n, getattr(before, n)) for n in CASE_FIELDS}
    row = row_of(desk, tables.CaseFile, case)
    assert [getattr(row, name) for name in NEVER] == [getattr(before, name) for name in NEVER]
    line = next(row for row in all_rows(desk.store, tables.TimelineEntry) if row.kind == "case")
    assert line.summary == "new summary [/]"
    event = all_rows(desk.store, tables.CaseEvent)[-1]
    assert (event.kind, event.note, event.detail) == ("corrected", WHY, {"fields": sorted(CASE_FIELDS)})
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_what_is_never_corrected_is_said(desk: Desk, web_actor: Actor, boss: Actor) -> None:
    key, case = finished(desk, web_actor, boss)
    corrections = Corrections(desk, boss)
    number = corrections.case(case).number
    with pytest.raises(InvalidInput) as refused:
        corrections.correct_case(case, 1, {"service": "misconduct", "due_at": "tomorrow", "summary": " "}, WHY)
    assert set(refused.value.problems) == {"service", "due_at", "summary"}
    assert number in refused.value.problems["service"]
    version = corrections.exchange(key).version
    with pytest.raises(InvalidInput) as refused:
        changes = {"happened_at": "then", "disposition": "nonsense", "note": "x" * 10_001}
        corrections.correct_exchange(key, version, changes, WHY)
    assert set(refused.value.problems) == {"happened_at", "disposition", "note"}
    for changes, reason in (({"note": "New"}, " a "), ({"note": "Told her about the works."}, WHY), ({}, WHY)):
        with pytest.raises(InvalidInput) as refused:
            corrections.correct_exchange(key, version, changes, reason)
        assert set(refused.value.problems) == {"reason"}
    assert all_rows(desk.store, tables.Correction) == []


def test_a_stale_save_overwrites_nothing_and_says_who_changed_what(
    desk: Desk, web_actor: Actor, operator: Actor, boss: Actor
) -> None:
    key, case = finished(desk, web_actor, operator)
    mine, theirs = Corrections(desk, operator), Corrections(desk, boss)
    first = mine.exchange(key)
    theirs.correct_exchange(key, first.version, {"note": "Theirs", "disposition": "passed-on"}, WHY)
    with pytest.raises(StaleChange, match="Boss: ") as stale:
        mine.correct_exchange(key, first.version, {"note": "Mine", "disposition": "passed-on"}, WHY)
    (conflict,) = stale.value.conflicts
    assert (conflict.field, conflict.mine, conflict.theirs, conflict.before, conflict.by) == (
        *("note", "Mine", "Theirs"),
        *("Told her about the works.", "Boss"),
    )
    again = mine.exchange(key)
    assert mine.correct_exchange(key, again.version, {"note": "Both"}, WHY).note == "Both"
    case_first = mine.case(case)
    theirs.correct_case(case, case_first.version, {"place": "14 Lotus Lane"}, WHY)
    theirs.correct_case(case, case_first.version + 1, {"place": "16 Lotus Lane"}, WHY)
    with pytest.raises(StaleChange) as stale:
        mine.correct_case(case, case_first.version, {"place": "18 Lotus Lane", "people": "two"}, WHY)
    assert [asdict(c) | {"at": None} for c in stale.value.conflicts] == [
        {
            "field": "place",
            "mine": "18 Lotus Lane",
            "theirs": "16 Lotus Lane",
            "before": "12 Lotus Lane",
            "by": "Boss",
            "at": None,
        }
    ]
    assert mine.case(case).people == ""


def test_operators_correct_their_own_for_a_week_and_supervisors_everything(
    desk: Desk, web_actor: Actor, operator: Actor, boss: Actor, clock: FixedClock
) -> None:
    key, case = finished(desk, web_actor, operator)
    other = Corrections(desk, staff(desk, "zoe"))
    for act in (lambda: other.exchange(key), lambda: other.case(case)):
        with pytest.raises(NotAllowed, match="supervisor"):
            act()
    clock.forward(days=7, seconds=1)
    late = Corrections(desk, operator)
    for change in (
        lambda: late.exchange(key),
        lambda: late.correct_exchange(key, 1, {"note": "New"}, WHY),
        lambda: late.correct_case(case, 1, {"summary": "New"}, WHY),
    ):
        with pytest.raises(NotAllowed, match="7 days"):
            change()
    lead = Corrections(desk, boss)
    assert lead.correct_exchange(key, lead.exchange(key).version, {"note": "New"}, WHY).note == "New"
    with pytest.raises(NotFound):
        lead.exchange(999_999)
    with pytest.raises(NotFound):
        lead.case(999_999)
    with pytest.raises(NotAllowed):
        Corrections(desk, staff(desk, "aud", "auditor")).exchange(key)


def test_a_sealed_case_is_corrected_only_by_who_may_see_it(
    desk: Desk, web_actor: Actor, operator: Actor, boss: Actor
) -> None:
    ana = contact(desk.store, "Ana")
    key, case = finished(desk, web_actor, operator, replace(FORM, service="misconduct", answers=()))
    note_opening(desk, operator, ana, None)
    mine = Corrections(desk, operator)
    for change in (
        lambda: mine.case(case),
        lambda: mine.correct_case(case, 1, {"summary": "New"}, WHY),
        lambda: mine.correct_exchange(key, mine.exchange(key).version, {"contact_id": str(ana)}, WHY),
    ):
        with pytest.raises(NotAllowed, match="confidential"):
            change()
    lead = Corrections(desk, boss)
    assert lead.correct_case(case, lead.case(case).version, {"summary": "New"}, WHY).summary == "New"
    line = next(row for row in all_rows(desk.store, tables.TimelineEntry) if row.kind == "case")
    assert line.summary == ""
    assert row_of(desk, tables.Interaction, key).contact_id is None


def test_what_is_not_finished_is_not_corrected(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    take_in(desk, web_actor, call("CA9"))
    _, key = answered(desk, web_actor, operator, call("CA8"))
    with pytest.raises(InvalidInput, match="F9"):
        Corrections(desk, operator).exchange(key)
    assert Seat(desk, operator).current() is not None
