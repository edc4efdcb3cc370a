"""Who speaks: never guessed from a shared phone, settled by the operator, and kept with how it was settled."""

from datetime import timedelta

import pytest
from builders import (
    CALLER,
    LONG_AGO,
    OTHER_CALLER,
    all_rows,
    answered,
    article,
    call,
    call_status,
    contact,
    entry_of,
    found_town,
    interaction_of,
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
from grm_console.domain.words import Confidentiality, Identification
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.store import tables, timeline


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def open_a_case(seat: Seat, key: int, level: Confidentiality = Confidentiality.OPEN) -> None:
    form = CaseForm(service="misconduct", summary="Secret matter", confidentiality=level)
    if level is Confidentiality.OPEN:
        form = CaseForm(service="water-outage", summary="Open matter", answers=(("since", "2026-11-20"), ("ill", "no")))
    seat.open_case(key, form)


def no_differences(desk: Desk) -> None:
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_number_of_one_holder_is_sure(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, language="zh")
    take_in(desk, web_actor, call())
    card = Seat(desk, operator).card(interaction_of(desk.store, "CA1"))
    assert card.identified is Identification.BY_NUMBER
    assert card.speaker is not None
    assert (card.speaker.contact_id, card.speaker.name, card.language) == (chen, "Chen Li", "zh")
    assert [(c.contact_id, c.sure) for c in card.candidates] == [(chen, True)]


def test_a_shared_number_shows_names_only(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    chen, son = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Chen Bo", CALLER, certainty="stated")
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.confirm_speaker(key, chen, "name + address")
    assert card.speaker is not None
    open_a_case(seat, key)
    seat.end(key)
    seat.wrap_up(key, "informed", "")

    before = len(all_rows(desk.store, tables.AuditRow))
    clock.forward(hours=1)
    take_in(desk, web_actor, call("CA2"))
    again = seat.card(interaction_of(desk.store, "CA2"))
    assert (again.identified, again.speaker) == (None, None)
    assert [(c.contact_id, c.sure) for c in again.candidates] == [(chen, False), (son, False)]
    opened = [row for row in all_rows(desk.store, tables.AuditRow)[before:] if row.act == "contact.open"]
    assert opened == [], "names of candidates open nobody's history"

    seat.set_available()
    seat.answer(entry_of(desk.store, "CA2"))
    confirmed = seat.confirm_speaker(again.interaction_id, chen, "date of the last call")
    assert confirmed.identified is Identification.CONFIRMED
    assert confirmed.speaker is not None
    assert [case.summary for case in confirmed.speaker.open_cases] == ["Open matter"]
    assert confirmed.speaker.contacts == 1
    log = all_rows(desk.store, tables.SpeakerLog)
    assert [(row.contact_id, row.identified, row.how) for row in log][-1] == (
        chen,
        "confirmed",
        "date of the last call",
    )
    no_differences(desk)


def test_confirming_says_how(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", OTHER_CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    with pytest.raises(InvalidInput) as refused:
        seat.confirm_speaker(key, chen, "  ")
    assert set(refused.value.problems) == {"how"}
    with pytest.raises(NotFound):
        seat.confirm_speaker(key, 999_999, "name")
    assert all_rows(desk.store, tables.SpeakerLog) == []


def test_confirming_on_a_foreign_phone_gives_nobody_that_phone(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", OTHER_CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    seat.confirm_speaker(key, chen, "name + address")
    assert len(all_rows(desk.store, tables.PointHolder)) == 1


def test_a_confirmed_holder_is_surer_next_time(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER, certainty="imported")
    seat, key = answered(desk, web_actor, operator, call())
    seat.confirm_speaker(key, chen, "name + address")
    (holder,) = all_rows(desk.store, tables.PointHolder)
    assert holder.certainty == "confirmed"


def test_a_former_holder_is_named_but_never_sure(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    old = contact(desk.store, "Moved Away", CALLER, until=clock() - timedelta(days=1))
    take_in(desk, web_actor, call())
    seat = Seat(desk, operator)
    card = seat.card(interaction_of(desk.store, "CA1"))
    assert (card.identified, card.speaker) == (None, None)
    assert [(c.contact_id, c.sure, c.why) for c in card.candidates] == [(old, False, "used this number before")]
    new = contact(desk.store, "New Tenant", CALLER)
    take_in(desk, web_actor, call("CA2"))
    second = seat.card(interaction_of(desk.store, "CA2"))
    assert second.speaker is not None
    assert second.speaker.contact_id == new


@pytest.mark.parametrize("answer", ["someone_else", "anonymous"])
def test_nobody_by_name(desk: Desk, web_actor: Actor, operator: Actor, answer: str) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    water = article(desk.store, "W-1", "When does the water come back?")
    seat, key = answered(desk, web_actor, operator, call())
    seat.answers.give(key, water, 1, "water")
    assert seat.timeline(chen).total == 2
    card = getattr(seat, answer)(key)
    assert (card.speaker, card.identified) == (None, Identification(answer.replace("_", "-")))
    assert seat.timeline(chen).total == 0, "what a stranger asked is not in her history"
    take_in(desk, web_actor, call_status("CA1", "in-progress", 1))
    assert seat.card(key).speaker is None, "a later event does not guess again"
    no_differences(desk)


def test_a_holder_found_meanwhile_moves_the_whole_exchange(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    """The number is shared from now on, and the call's next event says so: its lines must stay together."""
    contact(desk.store, "Chen Li", CALLER)
    water = article(desk.store, "W-1", "When does the water come back?")
    seat, key = answered(desk, web_actor, operator, call())
    seat.answers.give(key, water, 1, "water")
    contact(desk.store, "Chen Bo", CALLER)
    take_in(desk, web_actor, call_status("CA1", "in-progress", 1))
    no_differences(desk)


def test_two_withheld_callers_become_two_contacts_without_an_address(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    made = []
    for sid, sender in (("CA1", "anonymous"), ("CA2", "+266696687")):
        seat, key = answered(desk, web_actor, operator, call(sid, sender))
        card = seat.create_contact(key)
        assert card.withheld
        assert card.address == "withheld"
        assert card.speaker is not None
        made.append(card.speaker.contact_id)
        seat.end(key)
        seat.wrap_up(key, "informed", "")
    assert len(set(made)) == 2
    assert all_rows(desk.store, tables.ContactPoint) == []
    assert all_rows(desk.store, tables.PointHolder) == []
    take_in(desk, web_actor, call("CA3", "anonymous"))
    third = Seat(desk, operator).card(interaction_of(desk.store, "CA3"))
    assert (third.speaker, third.candidates) == (None, ())


def test_an_unknown_caller_becomes_a_contact_with_the_number(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.create_contact(key, " Ana Silva ")
    assert card.speaker is not None
    assert (card.speaker.name, card.identified) == ("Ana Silva", Identification.CREATED)
    (holder,) = all_rows(desk.store, tables.PointHolder)
    assert (holder.contact_id, holder.certainty, holder.until) == (card.speaker.contact_id, "stated", None)
    take_in(desk, web_actor, text("SM1", "hello again"))
    assert Seat(desk, operator).card(interaction_of(desk.store, "SM1")).identified is Identification.BY_NUMBER
    no_differences(desk)


def test_a_business_offers_who_may_act_for_it(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    bakery = contact(desk.store, "Lotus Bakery", CALLER, kind="business")
    manager, former, later = (contact(desk.store, name) for name in ("Ana", "Ben", "Cy"))
    for person, since, until in (
        (manager, LONG_AGO, None),
        (former, LONG_AGO, clock() - timedelta(days=1)),
        (later, clock() + timedelta(days=1), None),
    ):
        relation = tables.Relation(person_id=person, acts_for_id=bakery, role="manager", since=since, until=until)
        put(desk.store, relation)
    seat, key = answered(desk, web_actor, operator, call())
    card = seat.card(key)
    assert [(c.contact_id, c.why) for c in card.candidates][1:] == [(manager, "manager of Lotus Bakery")]
    person = seat.confirm_speaker(key, manager, "name").speaker
    assert person is not None
    assert person.acts_for == ("manager of Lotus Bakery",)


def test_confidential_cases_are_not_the_operators_to_see(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    open_a_case(seat, key)
    open_a_case(seat, key, Confidentiality.CONFIDENTIAL)
    supervisor = Seat(desk, staff(desk, "sup", "supervisor"))
    seen = {
        who.me.name: [case.summary for case in card.speaker.open_cases]
        for who in (seat, supervisor)
        if (card := who.card(key)).speaker is not None
    }
    assert seen["mei"] == ["Open matter"]
    assert sorted(seen["sup"]) == ["Open matter", "Secret matter"]
    page = seat.timeline(chen)
    assert not any("Secret" in row.summary for row in page.rows), "nor does a line of the history give it away"
    (sealed,) = [row for row in page.rows if row.kind == "case" and row.summary != "Open matter"]
    with pytest.raises(NotAllowed):
        seat.timeline_detail(sealed.entry_id)
    assert supervisor.timeline_detail(sealed.entry_id).title == "Secret matter"
    no_differences(desk)


def test_an_anonymous_case_leads_back_to_nobody(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    seat, key = answered(desk, web_actor, operator, call())
    open_a_case(seat, key, Confidentiality.ANONYMOUS)
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert (case.confidentiality, case.contact_id, case.interaction_id) == ("anonymous", None, None)
    assert [row.kind for row in seat.timeline(chen).rows] == ["interaction"]
    audited = [row for row in all_rows(desk.store, tables.AuditRow) if row.act == "case.open"]
    assert [row.purpose for row in audited] == ["anonymous"]
    no_differences(desk)


def test_contractors_see_numbers_masked(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    firm = put(desk.store, tables.Organisation(code="firm", kind="contractor", name="Call Firm"))
    take_in(desk, web_actor, call())
    key = interaction_of(desk.store, "CA1")
    inside = Seat(desk, operator).card(key).address
    outside = Seat(desk, staff(desk, "hired", organisation_id=firm)).card(key).address
    assert inside.endswith("0142")
    assert "*" in outside
    assert "202" not in outside


def test_one_opening_is_audited_once_for_each_operator_and_exchange(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    take_in(desk, web_actor, call(), call("CA2"))
    seats = [Seat(desk, operator), Seat(desk, staff(desk, "zoe"))]
    for _ in range(3):
        for seat in seats:
            for sid in ("CA1", "CA2"):
                seat.card(interaction_of(desk.store, sid))
    opened = [
        (row.account_id, row.subject, row.purpose)
        for row in all_rows(desk.store, tables.AuditRow)
        if row.act == "contact.open"
    ]
    assert len(opened) == len(set(opened)) == 4
    assert {subject for _, subject, _ in opened} == {f"contact:{chen}"}
