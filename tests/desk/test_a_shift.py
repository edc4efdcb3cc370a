"""A shift from the first ring to the last wrap-up, on both stores."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from builders import (
    CALLER,
    OTHER_CALLER,
    Town,
    all_rows,
    answered,
    article,
    call,
    call_status,
    connected,
    contact,
    entry_of,
    found_town,
    interaction_of,
    leg,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.call_legs import leg_label
from grm_console.domain.words import AgentState, EndReason, Identification, InteractionState
from grm_console.errors import AlreadyClaimed, InvalidInput, NotFound, StaleChange
from grm_console.store import tables, timeline
from grm_console.store.audit import verify_chains

FORM = CaseForm(
    service="water-outage",
    summary=" No water since Friday ",
    place="12 Lotus Lane",
    answers=(("since", "2026-11-20 08:00"), ("ill", "no"), ("unasked", "kept out")),
)


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def operator(desk: Desk, town: Town) -> Actor:
    return staff(desk, "mei")


def work_a_shift(desk: Desk, web: Actor, operator: Actor, clock: FixedClock) -> Seat:
    """A text, an enquiry, a case, an abandoned call and a call for somebody who gives no name."""
    chen = contact(desk.store, "Chen Li", CALLER, language="zh")
    water = article(desk.store, "W-1", "When does the water come back?")
    seat = Seat(desk, operator)
    seat.set_available()
    take_in(desk, web, text("SM1", "水费怎么交？", CALLER), call("CA1"), call("CA2", OTHER_CALLER))
    clock.forward(seconds=20)

    card = seat.answer(entry_of(desk.store, "CA1"))
    key = card.interaction_id
    take_in(desk, web, *connected("CA1"))
    seat.confirm_speaker(key, chen, "name + address")
    seat.answers.give(key, water, 1, "water back")
    seat.answers.give(key, water, 1, "water back")
    seat.save_draft(key, FORM)
    seat.open_case(key, FORM)
    clock.forward(seconds=90)
    take_in(desk, web, call_status("CA1", "completed", 3, duration=110))
    seat.wrap_up(key, "informed", "Told her about the works.")

    take_in(desk, web, call_status("CA2", "completed", 2, OTHER_CALLER, duration=5))
    written = seat.answer(entry_of(desk.store, "SM1")).interaction_id
    seat.end(written)
    seat.wrap_up(written, "informed", "")

    take_in(desk, web, call("CA3", "anonymous"))
    third = seat.answer(entry_of(desk.store, "CA3")).interaction_id
    seat.anonymous(third)
    seat.open_case(third, CaseForm(service="misconduct", summary="Rude clerk"))
    seat.end(third)
    seat.wrap_up(third, "informed", "")
    seat.set_away("break")
    seat.sign_out()
    return seat


def test_the_day_as_it_is_written(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    seat = work_a_shift(desk, web_actor, operator, clock)
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []
        assert verify_chains(connection, desk.store.trail) > 20
    first, second, third = (
        next(row for row in all_rows(desk.store, tables.Interaction) if row.sid == sid) for sid in ("CA1", "CA2", "CA3")
    )
    assert (first.state, first.end_reason, first.identified) == ("done", "answered", "confirmed")
    assert (second.state, second.end_reason, second.agent_id) == ("done", "abandoned", None)
    assert (third.identified, third.contact_id) == ("anonymous", None)
    chen = next(row.id for row in all_rows(desk.store, tables.Contact))
    history = seat.timeline(chen)
    assert [row.title for row in history.rows].count("Answer given") == 1
    assert {row.kind for row in history.rows} == {"interaction", "case", "answer", "reply"}
    assert history.total == len(history.rows) == 5
    waits = [(row.state, row.reason) for row in all_rows(desk.store, tables.AgentStateLog)]
    assert waits[:4] == [("available", ""), ("ringing", ""), ("talking", ""), ("wrap-up", "")]
    assert waits[-2:] == [("away", "break"), ("signed-out", "")]
    spans = all_rows(desk.store, tables.AgentStateLog)
    assert all(one.until == following.since for one, following in pairwise(spans))


def test_the_same_lines_after_a_rebuild(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    work_a_shift(desk, web_actor, operator, clock)
    line = tables.TimelineEntry.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(line.update().where(line.c.kind == "case").values(summary="forged"))
        write.connection.execute(line.delete().where(line.c.kind == "answer"))
    with desk.store.reading() as connection:
        found = timeline.differences(connection)
    assert sorted(kind for kind, _ in found) == ["answer", "case", "case"]
    with desk.store.writing() as write:
        assert timeline.rebuild(write.connection) == len(all_rows(desk.store, tables.TimelineEntry)) + 1
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_case_tasks_and_promise(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    seat.services()
    told = seat.promise(FORM)
    opened = seat.open_case(key, FORM)
    assert opened.promise == told
    assert opened.number == "26-000001-4" or opened.number.startswith("26-000001-")
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert case.answers == {"since": "2026-11-20 08:00", "ill": "no"}
    assert (case.summary, case.harm, case.state) == ("No water since Friday", 1, "open")
    assert case.due_at == clock() + timedelta(hours=24)
    assert case.first_reply_due_at == clock() + timedelta(hours=1)
    tasks = all_rows(desk.store, tables.Task)
    assert [(task.is_lead, task.state) for task in tasks] == [(True, "dispatched"), (False, "dispatched")]
    assert [event.kind for event in all_rows(desk.store, tables.CaseEvent)] == ["dispatched", "dispatched", "opened"]


def test_a_question_asked_after_another_answer_is_needed(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    seat.services()
    ill = replace(FORM, answers=(("since", "2026-11-20 08:00"), ("ill", "yes")))
    assert set(seat.missing(ill)) == {"answer:need"}
    with pytest.raises(InvalidInput) as refused:
        seat.open_case(key, ill)
    assert set(refused.value.problems) == {"answer:need"}
    assert all_rows(desk.store, tables.CaseFile) == []
    assert all_rows(desk.store, tables.Counter) == []


def test_a_confidential_service_makes_a_confidential_case(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    seat.open_case(key, CaseForm(service="misconduct", summary="Rude clerk"))
    (case,) = all_rows(desk.store, tables.CaseFile)
    assert case.confidentiality == "confidential"


def test_an_unknown_service_is_named(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    with pytest.raises(InvalidInput) as refused:
        seat.open_case(key, CaseForm(service="nothing", summary="x"))
    assert set(refused.value.problems) == {"service"}


def test_the_second_operator_is_told_who_was_first(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    other = Seat(desk, staff(desk, "zoe"))
    answered(desk, web_actor, operator, call())
    with pytest.raises(AlreadyClaimed, match="Mei was first"):
        other.answer(entry_of(desk.store, "CA1"))


def test_who_comes_second_has_the_next_of_its_kind(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    other = Seat(desk, staff(desk, "zoe"))
    take_in(desk, web_actor, call("CA1"), text("SM1", "hello", OTHER_CALLER), call("CA2", "+12025550144"))
    first, second = entry_of(desk.store, "CA1"), interaction_of(desk.store, "CA2")
    Seat(desk, operator).answer_next(first)
    assert other.answer_next(first).interaction_id == second
    with pytest.raises(AlreadyClaimed, match="Mei was first"):
        Seat(desk, staff(desk, "kim")).answer_next(first)


def test_a_seat_holds_one_exchange(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, _ = answered(desk, web_actor, operator, call())
    take_in(desk, web_actor, text("SM1", "hello", OTHER_CALLER))
    with pytest.raises(InvalidInput):
        seat.answer(entry_of(desk.store, "SM1"))
    with pytest.raises(InvalidInput):
        seat.set_available()


def test_no_call_without_a_telephone_but_texts(desk: Desk, web_actor: Actor, town: Town) -> None:
    seat = Seat(desk, staff(desk, "deaf", device=""))
    take_in(desk, web_actor, call(), text("SM1", "hello", OTHER_CALLER))
    with pytest.raises(InvalidInput) as refused:
        seat.answer(entry_of(desk.store, "CA1"))
    assert set(refused.value.problems) == {"device"}
    assert seat.answer(entry_of(desk.store, "SM1")).mine


def test_an_item_given_back_keeps_its_place(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    since = seat.card(key).waiting_since
    clock.forward(minutes=5)
    take_in(desk, web_actor, call("CA2", OTHER_CALLER))
    seat.release(key)
    assert seat.agent_status().state is AgentState.AVAILABLE
    ringing = seat.ringing()
    assert ringing is not None
    assert (ringing.interaction_id, ringing.waiting_since) == (key, since)
    with pytest.raises(StaleChange):
        seat.end(key)


def test_a_telephone_that_rings_out_gives_the_call_back(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    assert seat.agent_status().state is AgentState.RINGING
    take_in(desk, web_actor, leg("CA1", 1, "no-answer"))
    assert seat.card(key).state is InteractionState.WAITING
    assert (seat.agent_status().state, seat.agent_status().reason) == (AgentState.AWAY, "telephone not answered")
    assert seat.current() is None
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_caller_who_hangs_up_begins_the_wrap_up(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    take_in(desk, web_actor, *connected("CA1"), call_status("CA1", "completed", 4, duration=61))
    card = seat.card(key)
    assert (card.state, card.end_reason) == (InteractionState.WRAP_UP, EndReason.ANSWERED)
    assert seat.agent_status().state is AgentState.WRAP_UP
    take_in(desk, web_actor, call_status("CA1", "ringing", 0))
    assert seat.card(key).state is InteractionState.WRAP_UP
    seat.wrap_up(key, "informed", " note ")
    take_in(desk, web_actor, call_status("CA1", "in-progress", 1))
    after = seat.card(key)
    assert (after.state, after.end_reason) == (InteractionState.DONE, EndReason.ANSWERED)
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_hanging_up_asks_the_carrier_once(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    seat.end(key)
    seat.end(key)
    assert [(row.kind, row.decision, row.state) for row in all_rows(desk.store, tables.Outbox)] == [
        ("leg-ring", leg_label("CA1", 1), "failed"),  # not begun yet, so taken back
        ("call-end", "CA1", "pending"),
    ]


def test_a_code_that_is_none_is_refused_and_nothing_is_lost(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    with pytest.raises(InvalidInput):
        seat.wrap_up(key, "informed", "too early")
    seat.end(key)
    with pytest.raises(InvalidInput) as refused:
        seat.wrap_up(key, "nonsense", "note")
    assert set(refused.value.problems) == {"disposition"}
    assert seat.card(key).state is InteractionState.WRAP_UP
    assert [choice.code for choice in seat.dispositions(key)] == ["informed", "dropped"]


def test_wrap_up_codes_fit_the_door(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, text())
    assert [choice.code for choice in seat.dispositions(key)] == ["informed"]


def test_what_was_typed_survives_a_crash_and_ends_with_the_wrap_up(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    assert seat.draft(key) is None
    typed = replace(FORM, details="line\nline \x00 \ud800 终", note="half a sen")
    seat.save_draft(key, FORM)
    seat.save_draft(key, typed)
    seat.close()
    after_the_crash = Seat(desk, operator)
    current = after_the_crash.current()
    assert current is not None
    assert after_the_crash.draft(current.interaction_id) == typed
    after_the_crash.end(key)
    assert after_the_crash.draft(key) == typed
    after_the_crash.wrap_up(key, "informed", "")
    assert after_the_crash.draft(key) is None


def test_only_the_holder_types(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    _, key = answered(desk, web_actor, operator, call())
    other = Seat(desk, staff(desk, "zoe"))
    for act in (
        lambda: other.save_draft(key, FORM),
        lambda: other.open_case(key, FORM),
        lambda: other.end(key),
        lambda: other.wrap_up(key, "informed", ""),
        lambda: other.anonymous(key),
        lambda: other.set_concerned(key, "Somebody"),
    ):
        with pytest.raises(StaleChange):
            act()
    with pytest.raises(NotFound):
        other.card(999_999)


def test_the_figures_of_the_day(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    take_in(desk, web_actor, call("CA2", OTHER_CALLER), text("SM1", "hello", "+12025550149"))
    clock.forward(seconds=30)
    take_in(desk, web_actor, call_status("CA2", "completed", 1, OTHER_CALLER))
    status = seat.queue_status()
    assert (status.waiting, status.answered, status.answered_in_target) == (1, 1, 1)
    assert (status.abandoned, status.abandoned_in_target) == (1, 0)
    assert [item.interaction_id for item in status.items] == [interaction_of(desk.store, "SM1")]
    assert seat.card(key).identified is not Identification.CONFIRMED
