"""What a machine does about a text: the rules in their order, each seen from outside."""

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    OTHER_CALLER,
    all_rows,
    answered,
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
from switchboard import RememberingCarrier

from grm_console.desk import text_breaker
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.desk.shift import Shift
from grm_console.desk.text_phrases import NAMES, text_phrase
from grm_console.desk.views import CaseForm
from grm_console.domain.case_number import case_number
from grm_console.domain.opt_out import LineKind, OptOut
from grm_console.domain.text_rules import TextRules
from grm_console.domain.words import Confidentiality
from grm_console.store import tables

FORM = CaseForm(
    service="water-outage",
    summary="No water",
    answers=(("since", "2026-11-23 08:00"), ("ill", "no")),
)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def reply(desk: Desk, web: Actor, body: str, sender: str = CALLER, sid: str = "", **changes: Any) -> str:
    """The words that answer a text."""
    number = len(all_rows(desk.store, tables.InboundEventRow))
    (receipt,) = take_in(desk, web, text(sid or f"T{number}", body, sender, **changes))
    return receipt.reply


def waiting(desk: Desk) -> list[str]:
    rows = {row.id: row for row in all_rows(desk.store, tables.Interaction)}
    entries = [row for row in all_rows(desk.store, tables.QueueEntry) if row.state == "waiting"]
    entries.sort(key=lambda row: (-row.harm, row.queued_as_of, row.id))
    return [rows[entry.interaction_id].text for entry in entries]


def open_case(desk: Desk, web: Actor, operator: Actor, sid: str, form: CaseForm = FORM, **changes: Any) -> Any:
    """A case opened in a call of a number's only holder, who is then gone."""
    seat, exchange = answered(desk, web, operator, call(sid, **changes))
    opened = seat.open_case(exchange, form)
    seat.end(exchange)
    seat.wrap_up(exchange, "informed", "")
    take_in(desk, web, call_status(sid, "completed", 9, **changes))
    return opened


def test_opt_out_words_by_kind_of_line(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    short = replace(desk, texts=TextRules(line_kinds={LINE: LineKind.SHORT_CODE}))
    assert reply(desk, web_actor, "STOP") == "", "the carrier answers"
    assert reply(desk, web_actor, "hello") == "", "who said stop is not written to"
    assert reply(desk, web_actor, "there is a fire in the house") == "", "not even then; but people are alarmed"
    assert waiting(desk)[0] == "there is a fire in the house"
    assert reply(desk, web_actor, "START") == ""
    assert "automatic" in reply(desk, web_actor, "hello").lower()
    assert "more texts" in reply(short, web_actor, "stop", OTHER_CALLER)
    assert reply(short, web_actor, "STOP", OTHER_CALLER) == "", "confirmed once"
    assert reply(short, web_actor, "恢复", OTHER_CALLER).startswith("已恢复")
    assert "STATUS" in reply(short, web_actor, "HELP", "+12025550146")
    assert reply(short, web_actor, "STOP", "+12025550147", opt_out="STOP") == ""
    assert reply(desk, web_actor, "退订", "+12025550148").startswith("您已退订"), "no carrier knows this word"
    # YES from a number that never stopped is an answer to a person.
    assert reply(desk, web_actor, "Yes", "+12025550149") == ""
    assert "Yes" in waiting(desk)
    words = {row.word for row in all_rows(desk.store, tables.PointConsent)}
    assert words == {OptOut.STOP.value, OptOut.START.value, OptOut.HELP.value}


def test_danger_is_answered_whatever_the_hour_and_people_are_alarmed(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    put(desk.store, tables.EmergencyLine(area="*", number="911", dial="", script=""))
    put(desk.store, tables.EmergencyLine(area="Lotus Island", number="202 555 0911", dial="", script=""))
    night = replace(desk, texts=TextRules(answers_at_night=False, replies_per_number=0))
    clock.forward(hours=16)
    for number in range(4):
        reply(night, web_actor, f"question {number}")
    assert "call 911 NOW" in reply(night, web_actor, "gas leak!")
    assert "202 555 0911" in reply(night, web_actor, "House on Lotus Island is on fire")
    assert "911" in reply(night, web_actor, "我家着火了", "+12025550199")
    assert reply(night, web_actor, "gas leak", "12345") == "", "no machine writes to a short code"
    assert len(waiting(night)) == 8
    assert waiting(night)[0] == "gas leak!"
    boss = staff(desk, "boss", "supervisor")
    assert len(Shift(desk, boss).notices()) == 4


def test_a_status_is_told_to_whom_it_is_safe_to_tell(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    contact(desk.store, "Chen Li", CALLER)
    assert "no open case" in reply(desk, web_actor, "STATUS")
    first = open_case(desk, web_actor, mei, "CA1")
    told = reply(desk, web_actor, "status")
    assert first.number in told
    assert "Water supply interruption" in told
    assert "办理中" in reply(desk, web_actor, "进度")
    assert waiting(desk) == [], "a command waits for nobody"
    clock.forward(minutes=1)
    second = open_case(desk, web_actor, mei, "CA2")
    menu = reply(desk, web_actor, "STATUS")
    assert menu.splitlines()[1].startswith(f"1 = {second.number}")
    assert first.number in reply(desk, web_actor, "2")
    assert first.number not in reply(desk, web_actor, "2"), "a digit is taken once"
    assert first.number in reply(desk, web_actor, f"STATUS {first.number}")
    assert "last digit" in reply(desk, web_actor, f"STATUS {first.number[:-1]}{(int(first.number[-1]) + 1) % 10}")

    # Another number needs the PIN, and learns nothing without it, not even that there is such a case.
    other = "+12025550177"
    without = reply(desk, web_actor, f"STATUS {first.number}", other)
    assert "PIN" in without
    assert reply(desk, web_actor, f"STATUS {case_number(2026, 999999)}", other) == without
    assert reply(desk, web_actor, f"STATUS {first.number} 000000", other) == without or first.pin == "000000"
    assert first.number in reply(desk, web_actor, f"STATUS {first.number} {first.pin}", other)
    for _ in range(5):
        reply(desk, web_actor, f"STATUS {first.number} 999999", other)
    assert "too many" in reply(desk, web_actor, f"STATUS {first.number} {first.pin}", other)

    # A shared telephone is nobody's.
    contact(desk.store, "Chen Bo", CALLER)
    assert "add the case number" in reply(desk, web_actor, "STATUS")
    assert "PIN" in reply(desk, web_actor, f"STATUS {second.number}")
    assert second.number in reply(desk, web_actor, f"STATUS {second.number} {second.pin}")
    hashed = [row.pin_hash for row in all_rows(desk.store, tables.CasePin)]
    assert len(hashed) == 2
    assert not any(second.pin in one for one in hashed)


def test_a_sealed_case_needs_the_pin_and_tells_no_service(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    contact(desk.store, "Chen Li", CALLER)
    sealed = open_case(desk, web_actor, mei, "CA1", CaseForm(service="misconduct", summary="Rude clerk"))
    anonymous = open_case(
        desk, web_actor, mei, "CA2", replace(FORM, confidentiality=Confidentiality.ANONYMOUS), sender=OTHER_CALLER
    )
    assert "no open case" in reply(desk, web_actor, "STATUS")
    assert "PIN" in reply(desk, web_actor, f"STATUS {sealed.number}")
    told = reply(desk, web_actor, f"STATUS {sealed.number} {sealed.pin}")
    assert sealed.number in told
    assert "staff" not in told
    assert anonymous.number in reply(desk, web_actor, f"STATUS {anonymous.number} {anonymous.pin}", OTHER_CALLER)


def test_a_text_that_names_a_case_acts_on_it_only_if_its_sender_may(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    contact(desk.store, "Chen Li", CALLER)
    opened = open_case(desk, web_actor, mei, "CA1")
    assert f"case {opened.number}" in reply(desk, web_actor, f"{opened.number}: the tap is dry again")
    assert opened.number not in reply(desk, web_actor, f"{opened.number}: stop working on it", OTHER_CALLER)
    notes = [row.note for row in all_rows(desk.store, tables.CaseEvent) if row.kind == "note"]
    assert notes == [f"{opened.number}: the tap is dry again"]
    assert len(waiting(desk)) == 2, "a person reads both"


def test_two_machines_fall_silent_and_the_breaker_stops_all(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    answers = [reply(desk, web_actor, f"I am away until Monday ({number})") for number in range(6)]
    assert [bool(words) for words in answers] == [True, True, True, False, False, False]
    small = replace(desk, texts=TextRules(replies_per_desk=3))
    assert text_breaker.watch(small, web_actor) == 1
    assert text_breaker.watch(small, web_actor) == 0
    assert reply(small, web_actor, "hello", OTHER_CALLER) == ""
    assert "paused" in Shift(desk, mei).notices()[0].text
    clock.forward(minutes=61)
    assert reply(small, web_actor, "hello", OTHER_CALLER)


def test_at_night_and_closed(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    calendar = put(desk.store, tables.Calendar(code="office", name="Office", time_zone="UTC"))
    put(desk.store, tables.CalendarSpan(calendar_id=calendar, weekday=0, opens=540, closes=1020))
    put(desk.store, tables.CalendarSpan(calendar_id=calendar, weekday=1, opens=540, closes=1020))
    queue = tables.Queue.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(queue.update().values(calendar_id=calendar, quiet_hours="20:00-07:30"))
    assert "closed" not in reply(desk, web_actor, "hello")
    clock.forward(hours=13)
    assert "tomorrow at 09:00" in reply(desk, web_actor, "hello")
    assert "明天09:00" in reply(desk, web_actor, "您好", OTHER_CALLER)
    silent = replace(desk, texts=TextRules(answers_at_night=False))
    assert reply(silent, web_actor, "hello", "+12025550155") == ""
    carrier = RememberingCarrier()
    assert send_due(desk, web_actor, carrier) == 0
    clock.forward(hours=9.5)
    assert send_due(desk, web_actor, carrier) == 1
    assert carrier.asked[0][1]["recipient"] == "+12025550155"


def test_a_held_conversation_takes_what_comes_and_no_machine_speaks(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    take_in(desk, web_actor, text("SM1", "first"), text("SM2", "second"), text("SM3", "other", OTHER_CALLER))
    seat = Seat(desk, mei)
    seat.answer(entry_of(desk.store, "SM1"))
    exchange = interaction_of(desk.store, "SM1")
    assert waiting(desk) == ["other"], "one conversation for one operator"
    assert reply(desk, web_actor, "third") == ""
    assert waiting(desk) == ["other"]
    assert [line.text for line in seat.conversations.of_interaction(exchange).lines if not line.automatic] == [
        "first",
        "second",
        "third",
    ]
    assert "911" in reply(desk, web_actor, "now the house is on fire")
    seat.wrap_up(exchange, "informed", "")
    assert reply(desk, web_actor, "fourth") == "", "three automatic texts are enough"
    assert sorted(waiting(desk)) == ["fourth", "other"]


def test_a_rating_is_asked_for_and_taken_once(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    queue = tables.Queue.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(queue.update().values(asks_rating=True))
    seat, exchange = answered(desk, web_actor, mei, text("SM1"))
    seat.wrap_up(exchange, "informed", "")
    assert send_due(desk, web_actor, RememberingCarrier()) == 1
    assert "Thank you" in reply(desk, web_actor, "5")
    assert reply(desk, web_actor, "4") == reply(desk, web_actor, "hm"), "taken once; now an ordinary text"
    (question,) = all_rows(desk.store, tables.TextQuestion)
    assert (question.kind, question.answer, question.interaction_id) == ("rating", 5, exchange)
    clock.forward(days=8)
    seat, exchange = answered(desk, web_actor, staff(desk, "lan"), text("SM9", sender=OTHER_CALLER))
    seat.wrap_up(exchange, "informed", "")
    assert "sorry" in reply(desk, web_actor, "1", OTHER_CALLER)
    assert "1" in waiting(desk), "a low rating is looked at"


def test_who_is_served_in_writing_is_written_to_instead_of_rung(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    put(desk.store, tables.Preference(contact_id=chen, text_only=True))
    queue = tables.Queue.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(queue.update().values(callback_dropped=True))
    ringing = call("CA1", happened_at=desk.store.now())
    gone = call_status("CA1", "completed", 3, happened_at=desk.store.now().replace(minute=30))
    take_in(desk, web_actor, ringing, gone)
    assert all_rows(desk.store, tables.Callback) == []
    (row,) = [row for row in all_rows(desk.store, tables.Outbox) if row.kind == "text"]
    assert (row.rule, row.detail["recipient"]) == ("text-instead", CALLER)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_short_and_say_the_same_slots(name: str) -> None:
    import re

    english, chinese = text_phrase(name, "en"), text_phrase(name, "zh")
    assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese))
    assert len(english) <= 306
    assert len(chinese) <= 134
