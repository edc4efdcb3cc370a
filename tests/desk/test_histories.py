"""One line of a history, whole: what was entered, by whom and when, and what was put right."""

from datetime import timedelta

import pytest
from builders import CALLER, contact, found_town, put, staff
from conftest import FixedClock

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.corrections import Corrections
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.views import CaseForm, TimelineDetail
from grm_console.domain.words import Channel, EntryKind
from grm_console.store import tables

FORM = CaseForm(
    service="water-outage",
    summary="No water since Friday",
    details="The whole house is dry.",
    occurred="since 20 Nov",
    place="12 Lotus Lane",
    people="two children",
    demand="a water truck",
    answers=(("since", "2026-11-20 08:00"), ("ill", "no")),
    note="Promised a truck.",
)


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    put(desk.store, tables.Disposition(code="passed-on", name="Passed on", outcome="handed-over", position=3))
    return staff(desk, "mei", "supervisor")


@pytest.fixture
def chen(desk: Desk, operator: Actor) -> int:
    key = contact(desk.store, "Chen Li", CALLER)
    note_opening(desk, operator, key, None)
    return key


def whole(desk: Desk, actor: Actor, contact_id: int, kind: EntryKind) -> TimelineDetail:
    (row,) = (one for one in histories.page(desk, actor, contact_id).rows if one.kind is kind)
    return histories.detail(desk, actor, row.entry_id)


def shown(clock: FixedClock, ago: timedelta = timedelta(0)) -> str:
    return f"{(clock() - ago).astimezone():%d %b %Y %H:%M}"


def test_a_letter_says_who_entered_it_and_when_and_what_was_put_right(
    desk: Desk, operator: Actor, chen: int, clock: FixedClock
) -> None:
    late = timedelta(days=2)
    letter = NewEntry(
        Channel.LETTER, happened_at=clock() - late, reference="AZ 12/2026", text="Dear city", contact_id=chen
    )
    done = Entries(desk, operator).log_and_close(letter, "informed", FORM)
    assert done.case is not None
    exchange = whole(desk, operator, chen, EntryKind.INTERACTION)
    assert exchange.title == "Letter in"
    assert exchange.facts == (
        ("When", shown(clock, late)),
        ("Entered", shown(clock)),
        ("Entered by", "Mei"),
        ("Reference", "AZ 12/2026"),
        ("Agent", "Mei"),
        ("Wrap-up", "Information given"),
    )
    assert exchange.text == "Dear city\n\nPromised a truck."
    case = dict(whole(desk, operator, chen, EntryKind.CASE).facts)
    elements = {
        "When it happens": "since 20 Nov",
        "People affected": "two children",
        "What is asked of us": "a water truck",
    }
    assert elements.items() <= case.items()
    assert case["Entered by"] == "Mei"

    clock.forward(hours=1)
    corrections = Corrections(desk, operator)
    version = corrections.exchange(done.interaction_id).version
    changes = {"disposition": "passed-on", "note": ""}
    corrections.correct_exchange(done.interaction_id, version, changes, "wrong line")
    at = shown(clock)
    told = whole(desk, operator, chen, EntryKind.INTERACTION).facts
    assert ("Wrap-up", "Passed on") in told
    assert {value for label, value in told if label == "Corrected"} == {
        f"Wrap-up was “Information given” until {at}, because wrong line (Mei)",
        f"Note was “Promised a truck.” until {at}, because wrong line (Mei)",
    }
    corrections.correct_case(done.case.case_id, 1, {"details": "x" * 9000, "demand": ""}, "misheard")
    corrections.correct_case(done.case.case_id, 2, {"details": "Dry."}, "misheard again")
    told = whole(desk, operator, chen, EntryKind.CASE).facts
    newest = next(value for label, value in told if label == "Corrected")
    assert newest == f"Details was “{'x' * histories.SHOWN_BEFORE}…” until {at}, because misheard again (Mei)"


def test_another_contacts_name_is_not_told_by_a_correction(desk: Desk, operator: Actor, chen: int) -> None:
    ana = contact(desk.store, "Ana Ruiz")
    note_opening(desk, operator, ana, None)
    done = Entries(desk, operator).log_and_close(NewEntry(Channel.COUNTER, contact_id=ana), "informed")
    corrections = Corrections(desk, operator)
    version = corrections.exchange(done.interaction_id).version
    corrections.correct_exchange(done.interaction_id, version, {"contact_id": str(chen)}, "two at the counter")
    exchange = whole(desk, operator, chen, EntryKind.INTERACTION)
    assert exchange.facts[-1][1].startswith("Contact was somebody else until ")
    assert "Ana" not in repr(exchange)
    assert "Entered" not in dict(exchange.facts), "it happened as it was entered"
