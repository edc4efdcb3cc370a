"""Second clicks and late news change nothing that was settled, and no history opens without its card."""

from dataclasses import replace

import pytest
from builders import (
    CALLER,
    OTHER_CALLER,
    all_rows,
    answered,
    call,
    contact,
    entry_of,
    found_town,
    interaction_of,
    leg,
    staff,
    take_in,
    text,
)

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.store import tables

COMPLAINT = CaseForm(service="misconduct", summary="Rude at the counter")


def test_the_same_form_twice_opens_one_case(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    assert seat.open_case(interaction, COMPLAINT) == seat.open_case(interaction, COMPLAINT)
    other = seat.open_case(interaction, replace(COMPLAINT, summary="Rude on the phone, too"))
    assert [row.number for row in all_rows(desk.store, tables.CaseFile)][-1] == other.number
    assert len(all_rows(desk.store, tables.CaseFile)) == 2


def test_a_case_goes_with_whoever_turns_out_to_speak(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    chen, wu = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Wu Fang", CALLER)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    seat.open_case(interaction, COMPLAINT)
    for speaker in (chen, wu):
        seat.confirm_speaker(interaction, speaker, "name")
        assert [row.contact_id for row in all_rows(desk.store, tables.CaseFile)] == [speaker]
        assert {row.contact_id for row in all_rows(desk.store, tables.TimelineEntry)} == {speaker}


def test_one_key_pressed_twice_makes_one_contact(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    assert seat.create_contact(interaction).speaker == seat.create_contact(interaction).speaker
    assert len(all_rows(desk.store, tables.Contact)) == 1


def test_a_telephone_that_rang_out_costs_only_its_own_operator_the_call(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    first, interaction = answered(desk, web_actor, staff(desk, "li"), call("CA1"))
    first.release(interaction)
    second = Seat(desk, staff(desk, "sun"))
    second.answer(entry_of(desk.store, "CA1"))
    take_in(desk, web_actor, leg("CA1", 1, "no-answer"))
    assert second.card(interaction).mine
    assert second.agent_status().state is AgentState.RINGING
    take_in(desk, web_actor, leg("CA1", 2, "no-answer"))
    assert second.current() is None
    assert second.agent_status().state is AgentState.AWAY


def test_no_history_opens_without_its_card(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    chen, wu = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Wu Fang", CALLER)
    stranger = contact(desk.store, "Somebody Else", OTHER_CALLER)
    take_in(desk, web_actor, text("SM1", sender=OTHER_CALLER))
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    for person in (chen, wu, stranger):
        with pytest.raises(NotAllowed, match="F3"):
            seat.timeline(person)
    seat.confirm_speaker(interaction, chen, "name")
    (line,) = seat.timeline(chen).rows
    assert seat.timeline_detail(line.entry_id).title
    for person in (wu, stranger):
        with pytest.raises(NotAllowed):
            seat.timeline(person)
    foreign = next(row for row in all_rows(desk.store, tables.TimelineEntry) if row.contact_id == stranger)
    with pytest.raises(NotAllowed):
        seat.timeline_detail(foreign.id)


def test_a_line_of_nobody_is_nobodys_to_read(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, _ = answered(desk, web_actor, staff(desk, "li"), call())
    (line,) = all_rows(desk.store, tables.TimelineEntry)
    with pytest.raises(NotFound):
        seat.timeline_detail(line.id)


def test_a_code_of_another_channel_is_refused(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), text("SM1"))
    with pytest.raises(InvalidInput, match="wrap-up codes"):
        seat.wrap_up(interaction, "dropped", "")
    assert seat.current() is not None
    assert interaction == interaction_of(desk.store, "SM1")
