"""Whatever a shift brings, every history says what its sources say; what was changed behind its back is named."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    OTHER_CALLER,
    Town,
    all_rows,
    article,
    call,
    call_status,
    conference,
    connected,
    contact,
    entry_of,
    found_town,
    interaction_of,
    leg,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CaseForm
from grm_console.domain.words import Confidentiality
from grm_console.errors import GrmError
from grm_console.store import tables, timeline
from grm_console.store.tables.columns import table_of

STEPS = 90
FORM = CaseForm(service="misconduct", summary=" Rude clerk ")


@pytest.fixture
def town(desk: Desk) -> Town:
    for number in range(3):
        article(desk.store, f"W-{number}", "When does the water come back? " * 9)
    return found_town(desk.store)


@pytest.fixture
def keeper(desk: Desk) -> Actor:
    """Whoever uses the command line."""
    return actor_named(desk, "system:cli")


class Shift:
    """Two operators who do anything at any time; what the rules refuse is refused."""

    def __init__(self, desk: Desk, web: Actor, clock: FixedClock, seed: int) -> None:
        self.desk, self.web, self.clock, self.chance = desk, web, clock, random.Random(seed)
        self.seats = [Seat(desk, staff(desk, name)) for name in ("mei", "zoe")]
        self.people = [contact(desk.store, "Chen", CALLER), contact(desk.store, "Ana", OTHER_CALLER)]
        self.people.append(contact(desk.store, "Ben", OTHER_CALLER))
        self.versions = [row.id for row in all_rows(desk.store, tables.ArticleVersion)]
        self.sids: list[str] = []

    def step(self) -> str:
        """One act; gives what it was."""
        act = self.chance.choice((self.begins, self.goes_on, self.answers, self.works, self.works, self.works))
        self.clock.forward(seconds=self.chance.choice((0.000001, 1, 30)))
        try:
            return act()
        except GrmError as refused:
            return f"{act.__name__} refused: {refused}"

    def begins(self) -> str:
        sender = self.chance.choice((CALLER, OTHER_CALLER, "+12025550155", "anonymous"))
        body = self.chance.choice(("Is it open?", "x" * 500, "STOP", "\x00水\ud800" * 150))
        sid = f"S{len(self.sids)}"
        self.sids.append(sid)
        take_in(self.desk, self.web, self.chance.choice((call(sid, sender), text(sid, body, sender))))
        return f"{sid} begins"

    def goes_on(self) -> str:
        sid = self.chance.choice(self.sids)
        events = (
            call_status(sid, "in-progress", 1),
            call_status(sid, "completed", 3, duration=40, happened_at=self.clock() - timedelta(seconds=5)),
            leg(sid, 1, "no-answer"),
            *connected(sid),
            conference(sid, "participant-leave", 1, 3),
        )
        event = self.chance.choice(events)
        take_in(self.desk, self.web, event)
        return f"{sid} {event.kind} {event.state}"

    def answers(self) -> str:
        entry = self.chance.choice(all_rows(self.desk.store, tables.QueueEntry))
        self.chance.choice(self.seats).answer(entry.id)
        return f"item {entry.id} answered"

    def works(self) -> str:
        seat = self.chance.choice(self.seats)
        card = seat.current()
        if card is None:
            return "nothing held"
        key = card.interaction_id
        acts: dict[str, Callable[[], object]] = {
            "release": lambda: seat.release(key),
            "confirm": lambda: seat.confirm_speaker(key, self.chance.choice(self.people), "name"),
            "someone else": lambda: seat.someone_else(key),
            "anonymous": lambda: seat.anonymous(key),
            "create": lambda: seat.create_contact(key, "New"),
            "give": lambda: seat.answers.give(key, self.chance.choice(self.versions), 1, "water"),
            "case": lambda: seat.open_case(key, FORM),
            "anonymous case": lambda: seat.open_case(
                key, CaseForm(service="misconduct", summary="Bribe", confidentiality=Confidentiality.ANONYMOUS)
            ),
            "concerned": lambda: seat.set_concerned(key, "Grandmother"),
            "end": lambda: seat.end(key),
            "wrap up": lambda: seat.wrap_up(key, "informed", "note"),
        }
        name = self.chance.choice([*acts, "give", "case"])
        acts[name]()
        return name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_act_leaves_every_history_right(
    desk: Desk, web_actor: Actor, keeper: Actor, clock: FixedClock, town: Town, seed: int
) -> None:
    shift = Shift(desk, web_actor, clock, seed)
    done = [shift.begins()]
    for _ in range(STEPS):
        done.append(shift.step())
        assert histories.check_all(desk, keeper) == [], done
    kinds = {row.kind for row in all_rows(desk.store, tables.TimelineEntry)}
    assert kinds == {"interaction", "reply", "answer", "case"}


def test_a_rebuild_after_a_shift_changes_no_history(
    desk: Desk, web_actor: Actor, keeper: Actor, clock: FixedClock, town: Town
) -> None:
    shift = Shift(desk, web_actor, clock, 6)
    shift.begins()
    for _ in range(STEPS):
        shift.step()
    before = [read(desk, person) for person in shift.people]
    assert sum(map(len, before)) > 5
    assert histories.rebuild_all(desk, keeper) == len(all_rows(desk.store, tables.TimelineEntry))
    assert [read(desk, person) for person in shift.people] == before
    assert histories.check_all(desk, keeper) == []


def test_a_rebuild_keeps_the_order_of_what_came_at_one_moment(
    desk: Desk, web_actor: Actor, keeper: Actor, town: Town
) -> None:
    """Also after the first was written again, which moves it within PostgreSQL's file."""
    chen = contact(desk.store, "Chen", CALLER)
    take_in(desk, web_actor, *(call(f"CA{number}", CALLER) for number in range(4)), text("SM1"))
    take_in(desk, web_actor, call_status("CA1", "completed", 3), call_status("CA0", "completed", 3))
    before = read(desk, chen)
    assert len(before) == 6
    histories.rebuild_all(desk, keeper)
    assert read(desk, chen) == before


def read(desk: Desk, person: int) -> list[tuple[Any, ...]]:
    """A history as it is shown, without the lines' own keys."""
    with desk.store.reading() as connection:
        return [row[1:] for row in timeline.page(connection, person, None, 1000)]


@pytest.fixture
def served(desk: Desk, web_actor: Actor, town: Town, clock: FixedClock) -> int:
    """A contact with one line of each kind; gives its key."""
    chen = contact(desk.store, "Chen", CALLER)
    seat = Seat(desk, staff(desk, "mei"))
    take_in(desk, web_actor, text("SM1", "No water", CALLER))
    key = seat.answer(entry_of(desk.store, "SM1")).interaction_id
    for act in (
        lambda: seat.answers.give(key, all_rows(desk.store, tables.ArticleVersion)[0].id, 1, "water"),
        lambda: seat.open_case(key, FORM),
    ):
        clock.forward(minutes=1)
        act()
    seat.wrap_up(key, "informed", "")
    return chen


def test_a_line_that_was_changed_is_named_and_healed(desk: Desk, web_actor: Actor, keeper: Actor, served: int) -> None:
    take_in(desk, web_actor, call("CA9", "anonymous"))
    forged = {
        "contact_id": contact(desk.store, "Other"),
        "at": all_rows(desk.store, tables.TimelineEntry)[0].at + timedelta(microseconds=1),
        "interaction_id": interaction_of(desk.store, "CA9"),
        "channel": "fax",
        "direction": None,
        "state": "forged",
        "case_number": "26-999999-9",
        "summary": "forged",
    }
    before = read(desk, served)
    assert sorted(row[1] for row in before) == ["answer", "case", "interaction", "reply"]
    table = table_of(tables.TimelineEntry)
    for column, value in forged.items():
        lines = [row for row in all_rows(desk.store, tables.TimelineEntry) if getattr(row, column) != value]
        with desk.store.writing() as write:
            write.connection.execute(
                table.update().where(table.c.id.in_([r.id for r in lines])).values({column: value})
            )
        assert histories.check_all(desk, keeper) == sorted((row.kind, row.source_id) for row in lines), column
        assert len(lines) >= 3, column
        histories.rebuild_all(desk, keeper)
        assert histories.check_all(desk, keeper) == []
        assert read(desk, served) == before


def test_a_line_without_a_source_and_a_source_without_a_line_are_named(
    desk: Desk, keeper: Actor, served: int, clock: FixedClock
) -> None:
    invented = tables.TimelineEntry(contact_id=served, at=clock(), kind="answer", source_id=4711)
    table = table_of(tables.TimelineEntry)
    case = next(row for row in all_rows(desk.store, tables.TimelineEntry) if row.kind == "case")
    before = read(desk, served)
    put(desk.store, invented)
    with desk.store.writing() as write:
        write.connection.execute(table.delete().where(table.c.id == case.id))
    assert histories.check_all(desk, keeper) == [("answer", 4711), ("case", case.source_id)]
    histories.rebuild_all(desk, keeper)
    assert histories.check_all(desk, keeper) == []
    assert read(desk, served) == before
