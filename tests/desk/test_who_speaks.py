"""Who speaks, in longer stories: ranks, mistakes taken back, merged contacts, mandates that end, who may settle it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LONG_AGO,
    OTHER_CALLER,
    Town,
    all_rows,
    answered,
    call,
    contact,
    entry_of,
    found_town,
    interaction_of,
    point_key,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import Identification
from grm_console.errors import StaleChange
from grm_console.store import contacts, tables, timeline

FORM = CaseForm(
    service="water-outage", summary="No water since Friday", answers=(("since", "2026-11-20 08:00"), ("ill", "no"))
)


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def operator(desk: Desk, town: Town) -> Actor:
    return staff(desk, "mei")


def hold(desk: Desk, contact_id: int, number: str, certainty: str = "confirmed") -> None:
    """Let a contact use one more number."""
    with desk.store.writing() as write:
        point = point_key(write.connection, number)
    put(
        desk.store,
        tables.PointHolder(contact_id=contact_id, contact_point_id=point, certainty=certainty, since=LONG_AGO),
    )


def acts_for(desk: Desk, person: int, business: int, role: str, **values: Any) -> None:
    columns: dict[str, Any] = {"since": LONG_AGO} | values
    put(desk.store, tables.Relation(person_id=person, acts_for_id=business, role=role, **columns))


def merge(desk: Desk, contact_id: int, into: int | None) -> None:
    with desk.store.writing() as write:
        contacts.merge_pointer(write.connection, contact_id, into)


def finish(seat: Seat, interaction_id: int) -> None:
    seat.end(interaction_id)
    seat.wrap_up(interaction_id, "informed", "")


def brought(desk: Desk, web: Actor, seat: Seat, sid: str, number: str, contact_id: int, form: CaseForm) -> str:
    """A case a contact brought by an earlier call; gives its number."""
    take_in(desk, web, call(sid, number))
    key = seat.answer(entry_of(desk.store, sid)).interaction_id
    seat.confirm_speaker(key, contact_id, "name")
    opened = seat.open_case(key, form)
    finish(seat, key)
    return opened.number


def holder_of(desk: Desk, contact_id: int) -> tuple[str, bool]:
    """(certainty, whether still used) of a contact's only number."""
    (row,) = (row for row in all_rows(desk.store, tables.PointHolder) if row.contact_id == contact_id)
    return row.certainty, row.until is None


def settled(desk: Desk) -> list[tuple[int | None, str, str]]:
    return [(row.contact_id, row.identified, row.how) for row in all_rows(desk.store, tables.SpeakerLog)]


# By number


def test_the_only_present_holder_of_a_number_is_sure(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, certainty="imported", language="zh", note="Hard of hearing")
    seat = Seat(desk, operator)
    number = brought(desk, web_actor, seat, "CA0", CALLER, chen, FORM)
    clock.forward(hours=25)

    take_in(desk, web_actor, call("CA1"))
    card = seat.answer(entry_of(desk.store, "CA1"))

    assert card.identified is Identification.BY_NUMBER
    assert [(one.contact_id, one.sure) for one in card.candidates] == [(chen, True)]
    assert card.speaker is not None
    assert (card.speaker.contact_id, card.speaker.name, card.speaker.note) == (chen, "Chen Li", "Hard of hearing")
    assert (card.speaker.contacts, card.speaker.last_contact) == (1, clock() - timedelta(hours=25))
    assert [(line.number, line.department, line.late) for line in card.speaker.open_cases] == [
        (number, "Water Supply", True)
    ]
    assert card.language == "zh"


def test_candidates_are_ranked_by_certainty_then_by_last_contact(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    contact(desk.store, "Former", CALLER, until=clock())
    contact(desk.store, "Imported", CALLER, certainty="imported")
    contact(desk.store, "Stated", CALLER, certainty="stated")
    contact(desk.store, "Confirmed, silent", CALLER)
    older = contact(desk.store, "Confirmed, last year", CALLER)
    newer = contact(desk.store, "Confirmed, today", CALLER)
    for key, at in ((older, LONG_AGO), (newer, clock() - timedelta(hours=1))):
        put(desk.store, tables.TimelineEntry(contact_id=key, at=at, kind="interaction", source_id=-key))
    clock.forward(seconds=1)

    take_in(desk, web_actor, call())
    card = Seat(desk, operator).card(interaction_of(desk.store, "CA1"))

    assert [one.name for one in card.candidates] == [
        "Confirmed, today",
        "Confirmed, last year",
        "Confirmed, silent",
        "Stated",
        "Imported",
        "Former",
    ]
    assert len({one.why for one in card.candidates}) == 4
    assert not any(one.sure for one in card.candidates)


def test_beside_a_former_holder_the_present_one_is_sure(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    contact(desk.store, "Chen Li", CALLER, until=clock() - timedelta(days=1))
    wang = contact(desk.store, "Wang Jun", CALLER, certainty="imported", until=clock() + timedelta(days=30))
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.card(key)
    assert card.speaker is not None
    assert card.speaker.contact_id == wang
    assert [(one.name, one.sure) for one in card.candidates] == [("Wang Jun", True), ("Chen Li", False)]


def test_confirming_a_former_holder_does_not_give_the_number_back(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, certainty="imported", until=clock() - timedelta(days=1))
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.confirm_speaker(key, chen, "date of birth")
    assert card.speaker is not None
    assert card.identified is Identification.CONFIRMED
    assert holder_of(desk, chen) == ("imported", False)
    finish(seat, key)
    take_in(desk, web_actor, call("CA2"))
    assert seat.card(interaction_of(desk.store, "CA2")).speaker is None


# Settled by the operator


def test_confirming_shows_the_speaker_and_keeps_how(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, certainty="imported", language="zh")
    wang = contact(desk.store, "Wang Jun", CALLER, certainty="imported")
    seat = Seat(desk, operator)
    number = brought(desk, web_actor, seat, "CA0", OTHER_CALLER, chen, FORM)

    take_in(desk, web_actor, call("CA1"))
    key = seat.answer(entry_of(desk.store, "CA1")).interaction_id
    card = seat.confirm_speaker(key, chen, " name + address ")

    assert (card.identified, card.language) == (Identification.CONFIRMED, "zh")
    assert card.speaker is not None
    assert [line.number for line in card.speaker.open_cases] == [number]
    log = all_rows(desk.store, tables.SpeakerLog)[-1]
    assert (log.interaction_id, log.contact_id, log.identified, log.how) == (key, chen, "confirmed", "name + address")
    assert (log.account_id, log.at) == (operator.account_id, clock())
    assert (holder_of(desk, chen), holder_of(desk, wang)) == (("confirmed", True), ("imported", True))
    assert seat.timeline(chen).total == 3
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_mistake_is_taken_back_and_both_steps_are_kept(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    wang = contact(desk.store, "Wang Jun", CALLER)
    seat, key = answered(desk, web_actor, operator, text())
    seat.confirm_speaker(key, chen, "name")
    seat.someone_else(key)
    card = seat.confirm_speaker(key, wang, "voice")
    assert card.speaker is not None
    assert card.speaker.contact_id == wang
    assert settled(desk) == [(chen, "confirmed", "name"), (None, "someone-else", ""), (wang, "confirmed", "voice")]
    assert (seat.timeline(chen).total, seat.timeline(wang).total) == (0, 2)


# New contacts


def test_one_key_makes_a_contact_that_the_number_finds_again(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.create_contact(key)
    assert card.speaker is not None
    assert card.identified is Identification.CREATED
    assert card.speaker.name == "Caller +1 202-555-0142"
    assert holder_of(desk, card.speaker.contact_id) == ("stated", True)
    assert [row.contact_id for row in all_rows(desk.store, tables.SpeakerLog)] == [card.speaker.contact_id]
    finish(seat, key)

    clock.forward(minutes=5)
    take_in(desk, web_actor, text("SM1", "hello"))
    again = seat.card(interaction_of(desk.store, "SM1"))
    assert again.speaker is not None
    assert (again.speaker.contact_id, again.speaker.contacts) == (card.speaker.contact_id, 1)


def test_a_name_is_taken_as_it_is_said(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, text("SM1", "水费怎么交？"))
    card = seat.create_contact(key, "  王军  ")
    assert card.speaker is not None
    assert (card.speaker.name, card.speaker.language) == ("王军", "zh")


def test_a_new_contact_on_a_known_number_makes_nobody_sure(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    contact(desk.store, "Chen Li", CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    seat.create_contact(key, "Her neighbour")
    finish(seat, key)
    take_in(desk, web_actor, call("CA2"))
    card = seat.card(interaction_of(desk.store, "CA2"))
    assert card.speaker is None
    assert [one.name for one in card.candidates] == ["Chen Li", "Her neighbour"]


# Businesses


def test_a_business_number_offers_who_may_act_for_it_now(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    bakery = contact(desk.store, "Lotus Bakery", CALLER, kind="business")
    manager, accountant, former, coming = (
        contact(desk.store, name) for name in ("Ma Ning", "Qian Yu", "Old Sun", "New Zhou")
    )
    acts_for(desk, manager, bakery, "manager", since=LONG_AGO)
    acts_for(desk, accountant, bakery, "accountant", since=LONG_AGO + timedelta(1), until=clock() + timedelta(days=1))
    acts_for(desk, former, bakery, "manager", until=clock() - timedelta(seconds=1))
    acts_for(desk, coming, bakery, "manager", since=clock() + timedelta(days=1))

    seat, key = answered(desk, web_actor, operator, call())
    offered = [(one.name, one.sure) for one in seat.card(key).candidates]
    assert offered == [("Lotus Bakery", True), ("Ma Ning", False), ("Qian Yu", False)]
    assert seat.card(key).candidates[1].why == "manager of Lotus Bakery"

    card = seat.confirm_speaker(key, manager, "name")
    assert card.speaker is not None
    assert card.speaker.acts_for == ("manager of Lotus Bakery",)
    assert [row.contact_id for row in all_rows(desk.store, tables.PointHolder)] == [bakery]
    clock.forward(days=2)
    assert [one.name for one in seat.card(key).candidates] == ["Lotus Bakery", "Ma Ning", "New Zhou"]


def test_a_business_that_gave_its_number_up_offers_nobody(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    bakery = contact(desk.store, "Lotus Bakery", CALLER, kind="business", until=clock() - timedelta(days=1))
    acts_for(desk, contact(desk.store, "Ma Ning"), bakery, "manager")
    seat, key = answered(desk, web_actor, operator, call())
    assert [one.name for one in seat.card(key).candidates] == ["Lotus Bakery"]


# Merged contacts


def test_a_merged_contact_counts_as_its_survivor_until_the_merge_is_undone(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    double = contact(desk.store, "Caller +1 202-555-0143", OTHER_CALLER, certainty="stated")
    seat = Seat(desk, operator)
    own = brought(desk, web_actor, seat, "CA1", CALLER, chen, FORM)
    doubles = brought(desk, web_actor, seat, "CA2", OTHER_CALLER, double, FORM)
    take_in(desk, web_actor, call("CA3", OTHER_CALLER))
    ringing = interaction_of(desk.store, "CA3")

    def shown(key: int) -> tuple[int, set[str], list[int]]:
        card = seat.card(key)
        assert card.speaker is not None
        cases = {line.number for line in card.speaker.open_cases}
        return card.speaker.contact_id, cases, [one.contact_id for one in card.candidates]

    assert shown(ringing) == (double, {doubles}, [double])
    merge(desk, double, chen)
    assert shown(ringing) == (chen, {own, doubles}, [chen])
    take_in(desk, web_actor, text("SM1", "hello", OTHER_CALLER))
    assert shown(interaction_of(desk.store, "SM1")) == (chen, {own, doubles}, [chen])
    merged = seat.timeline(chen)
    assert (merged.total, {row.case_number for row in merged.rows} - {""}) == (7, {own, doubles})
    assert [row.at for row in merged.rows] == sorted((row.at for row in merged.rows), reverse=True)

    merge(desk, double, None)
    assert shown(ringing) == (double, {doubles}, [double])
    assert seat.timeline(double).total == 3
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_number_both_used_is_sure_once_they_are_one(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, until=clock() - timedelta(days=1))
    double = contact(desk.store, "Mrs Chen", CALLER, certainty="stated", until=clock() + timedelta(days=1))
    merge(desk, double, chen)
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.card(key)
    assert card.speaker is not None
    assert [(one.contact_id, one.name, one.sure) for one in card.candidates] == [(chen, "Chen Li", True)]
    seat.confirm_speaker(key, chen, "name")
    merge(desk, double, None)
    assert [one.contact_id for one in seat.card(key).candidates] == [double, chen]


def test_the_surest_of_a_merged_contacts_holdings_counts(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, certainty="imported")
    contact(desk.store, "Wang Jun", CALLER, certainty="stated")
    merge(desk, contact(desk.store, "Mrs Chen", CALLER), chen)
    seat, key = answered(desk, web_actor, operator, call())
    assert [one.name for one in seat.card(key).candidates] == ["Chen Li", "Wang Jun"]


def test_who_acts_for_a_business_is_offered_once_and_by_the_survivors_name(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    bakery = contact(desk.store, "Lotus Bakery", CALLER, kind="business")
    branch = contact(desk.store, "Lotus Bakery Ltd", kind="business")
    ma = contact(desk.store, "Ma Ning")
    double = contact(desk.store, "Mr Ma")
    acts_for(desk, double, branch, "manager")
    merge(desk, double, ma)
    merge(desk, branch, bakery)
    seat, key = answered(desk, web_actor, operator, call())
    assert [one.name for one in seat.card(key).candidates] == ["Lotus Bakery", "Ma Ning"]
    card = seat.confirm_speaker(key, ma, "name")
    assert card.speaker is not None
    assert card.speaker.acts_for == ("manager of Lotus Bakery",)


# Who may settle it, and what is written down


def test_only_who_holds_the_exchange_settles_who_speaks(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    contact(desk.store, "Wang Jun", CALLER)
    take_in(desk, web_actor, call())
    key = interaction_of(desk.store, "CA1")
    seat, other = Seat(desk, operator), Seat(desk, staff(desk, "zoe"))

    def nobody_may(someone: Seat) -> None:
        acts: list[Callable[[], object]] = [
            lambda: someone.confirm_speaker(key, chen, "name"),
            lambda: someone.create_contact(key),
            lambda: someone.someone_else(key),
            lambda: someone.anonymous(key),
            lambda: someone.set_concerned(key, "Somebody"),
        ]
        for act in acts:
            with pytest.raises(StaleChange):
                act()

    nobody_may(seat)
    seat.answer(entry_of(desk.store, "CA1"))
    nobody_may(other)
    finish(seat, key)
    nobody_may(seat)
    assert settled(desk) == []
    assert len(all_rows(desk.store, tables.Contact)) == 2
    assert seat.card(key).concerned == ""


def test_the_audit_names_nobody(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    seat.confirm_speaker(key, chen, "name + address")
    seat.create_contact(key, "Wang Jun")
    seat.set_concerned(key, "Grandmother Wang")
    # Without the hashes, in which any four digits may stand by chance.
    rows = all_rows(desk.store, tables.AuditRow)
    written = " ".join(f"{row.act} {row.subject} {row.purpose} {row.detail}" for row in rows)
    for name in ("Chen", "Wang", "0142"):
        assert name not in written


def test_who_reports_whom_it_concerns_and_who_types_are_kept_apart(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    daughter = contact(desk.store, "Chen Li", CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.set_concerned(key, " Grandmother Chen ")
    assert (card.concerned, card.speaker is not None and card.speaker.contact_id) == ("Grandmother Chen", daughter)
    seat.open_case(key, FORM)
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert (case.contact_id, case.concerned_name, case.entered_by_id) == (
        daughter,
        "Grandmother Chen",
        operator.account_id,
    )
    assert case.concerned_id is None
    (line,) = (row for row in seat.timeline(daughter).rows if row.case_number)
    assert ("Concerns", "Grandmother Chen") in seat.timeline_detail(line.entry_id).facts
    assert seat.set_concerned(key, "").concerned == ""
    assert all_rows(desk.store, tables.CaseFile)[0].concerned_name == "Grandmother Chen"
