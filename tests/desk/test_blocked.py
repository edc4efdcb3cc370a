"""The blocklist: machines and fraud for a time and with a reason; a person is never kept out nor put back."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    OTHER_CALLER,
    all_rows,
    call,
    contact,
    entry_of,
    found_town,
    meaning,
    point_key,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.blocked import Blocked, blocks_call, rules_for
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.permissions import PERMISSIONS, Act
from grm_console.domain.words import BlockKind
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables

TODAY = date(2026, 11, 23)
SOON = TODAY + timedelta(days=30)
RULES = "one call a day, about the lamp"
LETTER = "by letter on 20 November"


@pytest.fixture
def lan(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "lan", "supervisor")


def is_blocked(desk: Desk, number: str) -> bool:
    with desk.store.writing() as write:
        return blocks_call(write.connection, point_key(write.connection, number), write.now)


def rules(desk: Desk, number: str) -> str:
    with desk.store.writing() as write:
        return rules_for(write.connection, point_key(write.connection, number), write.now)


@pytest.mark.parametrize("kind", [BlockKind.MACHINE, BlockKind.FRAUD])
def test_a_machine_is_kept_out_until_the_last_day_is_over(
    desk: Desk, lan: Actor, clock: FixedClock, kind: BlockKind
) -> None:
    list_ = Blocked(desk, lan)
    key = list_.add("(202) 555-0142", kind, "rings every minute", TODAY + timedelta(days=1))
    assert is_blocked(desk, CALLER)
    assert not is_blocked(desk, OTHER_CALLER)
    assert not rules(desk, CALLER)
    (line,) = list_.lines()
    assert (line.block_id, line.number, line.kind, line.set_by, line.review_due) == (key, CALLER, kind, "Lan", False)
    with pytest.raises(InvalidInput, match="on the list already"):
        list_.add(CALLER, kind, "again", SOON)
    clock.moment = line.until - timedelta(microseconds=1)
    assert is_blocked(desk, CALLER)
    clock.moment = line.until
    assert not is_blocked(desk, CALLER)
    assert list_.lines() == ()
    assert len(list_.lines(ended=True)) == 1
    with pytest.raises(StaleChange):
        list_.lift(key)


def test_lifting_keeps_the_row(desk: Desk, lan: Actor) -> None:
    list_ = Blocked(desk, lan)
    key = list_.add(CALLER, BlockKind.MACHINE, "rings every minute", SOON)
    list_.lift(key)
    assert not is_blocked(desk, CALLER)
    (line,) = list_.lines(ended=True)
    assert (line.lifted_at, line.lifted_by) == (desk.store.now(), "Lan")
    with pytest.raises(StaleChange):
        list_.lift(key)
    with pytest.raises(NotFound):
        list_.lift(key + 1)
    list_.add(CALLER, BlockKind.MACHINE, "it rings again", SOON)
    assert is_blocked(desk, CALLER)
    audits = [row for row in all_rows(desk.store, tables.AuditRow) if row.act == Act.BLOCK_NUMBERS]
    assert [row.purpose for row in audits] == ["block", "lift", "list", "block"]
    assert not any("555" in f"{row.subject}{row.detail}" for row in audits), "keys, never numbers"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 600}, "reason"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": date(2027, 11, 24)}, "until"),
        ({"number": "anonymous"}, "number"),
        ({"number": "+266696687"}, "number"),
        ({"number": "ana@mail.example"}, "number"),
        ({"number": "the neighbour"}, "number"),
        ({"number": LINE}, "number"),
        ({"number": "+12025550160"}, "number"),
        ({"number": "+1 202 555 0161"}, "number"),
        ({"number": "911"}, "number"),
        ({"kind": BlockKind.PERSON, "notice": ""}, "notice"),
        ({"kind": BlockKind.PERSON, "notice": "y" * 600}, "notice"),
        ({"kind": BlockKind.PERSON, "review_on": None}, "review_on"),
        ({"kind": BlockKind.PERSON, "review_on": TODAY}, "review_on"),
        ({"kind": BlockKind.PERSON, "review_on": SOON + timedelta(days=1)}, "review_on"),
    ],
)
def test_what_is_refused_and_at_which_field(desk: Desk, lan: Actor, changes: dict[str, Any], field: str) -> None:
    contact(desk.store, "Roads Department", "+12025550160", kind="department")
    put(desk.store, tables.Organisation(code="fire", kind="other", name="Fire", phone="(202) 555-0161"))
    put(desk.store, tables.EmergencyLine(area="*", number="911", script="Dial 911"))
    given: dict[str, Any] = {
        "number": CALLER,
        "kind": BlockKind.FRAUD,
        "reason": "asks for bank details",
        "until": SOON,
        "notice": LETTER,
        "review_on": SOON,
    }
    with pytest.raises(InvalidInput) as refused:
        Blocked(desk, lan).add(**(given | changes))
    assert list(refused.value.problems) == [field]
    assert not all_rows(desk.store, tables.BlockedNumber)
    Blocked(desk, lan).add(**given)


def test_rules_for_a_person_block_nothing_and_are_shown(desk: Desk, lan: Actor, clock: FixedClock) -> None:
    list_ = Blocked(desk, lan)
    list_.add(CALLER, BlockKind.PERSON, RULES, SOON, notice=LETTER, review_on=TODAY + timedelta(days=10))
    assert not is_blocked(desk, CALLER)
    assert rules(desk, CALLER) == f"Rules agreed until 23 Dec: {RULES}"
    assert not rules(desk, OTHER_CALLER)
    assert not list_.lines()[0].review_due
    clock.forward(days=11)
    assert list_.lines()[0].review_due
    clock.forward(days=30)
    assert not rules(desk, CALLER)
    with desk.store.reading() as connection:
        assert not blocks_call(connection, None, clock())
        assert not rules_for(connection, None, clock())


def test_who_may(desk: Desk) -> None:
    found_town(desk.store)
    for number, (role, acts) in enumerate(PERMISSIONS.items()):
        list_ = Blocked(desk, Actor(1, "x", "X", role, 1, "Centre", acts, masked=True))
        caller = f"+1202555020{number}"
        if Act.BLOCK_NUMBERS not in acts:
            for ask in (
                list_.lines,
                lambda one=list_: one.lift(1),
                lambda one=list_, who=caller: one.add(who, BlockKind.MACHINE, "robot", SOON),
            ):
                with pytest.raises(NotAllowed):
                    ask()
            continue
        list_.add(caller, BlockKind.MACHINE, "robot", SOON)
        assert list_.lines()[-1].number == f"+1******020{number}", "contractors see no numbers"
        if role == "supervisor":
            list_.add(caller, BlockKind.PERSON, RULES, SOON, notice=LETTER, review_on=SOON)
        else:
            with pytest.raises(NotAllowed, match=r"call\.lead"):
                list_.add(caller, BlockKind.PERSON, RULES, SOON, notice=LETTER, review_on=SOON)


class Undone(Exception):
    """Takes a transaction back, so that the same can happen again."""


def test_rules_for_a_person_change_no_place_no_row_and_no_due_time(
    desk: Desk, web_actor: Actor, lan: Actor, clock: FixedClock
) -> None:
    """The same events leave the same rows, whoever of the callers has rules."""
    numbers = [f"+120255502{person:02}" for person in range(6)]
    events = [
        call(f"CA{n}", number) if n % 3 else text(f"SM{n}", "No water since morning", number)
        for n, number in enumerate(numbers)
    ]
    for number in numbers:
        contact(desk.store, f"Person {number[-2:]}", number)

    def outcome() -> list[Any]:
        found: list[Any] = []
        with suppress(Undone), desk.store.writing() as write:
            replies = [receive(desk, write, web_actor, event).reply for event in events]
            asked = [blocks_call(write.connection, point_key(write.connection, one), write.now) for one in numbers]
            found += [replies, asked, meaning(write.connection)]
            raise Undone
        return found

    before = outcome()
    for number in numbers[::2]:
        Blocked(desk, lan).add(number, BlockKind.PERSON, RULES, SOON, notice=LETTER, review_on=SOON)
    assert outcome() == before
    take_in(desk, web_actor, call("CA90", numbers[0]), call("CA91", numbers[1]))
    seat = Seat(desk, staff(desk, "mei"))
    seat.set_available()
    promised = []
    for sid in ("CA90", "CA91"):
        card = seat.ringing()
        assert card is not None
        assert card.entry_id == entry_of(desk.store, sid), "who has rules keeps the place"
        assert card.entry_id is not None
        key = seat.answer(card.entry_id).interaction_id
        form = CaseForm(service="water-outage", summary="No water", answers=(("since", "2026-11-20"), ("ill", "no")))
        promised.append(seat.open_case(key, form).promise)
        seat.end(key)
        seat.wrap_up(key, "informed", "")
    assert promised[0] == promised[1]
