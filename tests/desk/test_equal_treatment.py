"""Who somebody is changes no queue order, no promise and no answer; only the matter counts."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from builders import LONG_AGO, Town, all_rows, article, call, contact, found_town, put, staff, take_in, text
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.store import tables
from grm_console.store.store import Store

PEOPLE = 6
FORM = CaseForm(service="water-outage", summary="No water", answers=(("since", "2026-11-20"), ("ill", "no")))

_contact = tables.Contact.__table__  # type: ignore[attr-defined]
Change = Callable[[Store, int], None]


def _number(round_: int, person: int) -> str:
    return f"+12025{round_:02}02{person:02}"


def column(**values: Any) -> Change:
    def change(store: Store, key: int) -> None:
        with store.writing() as write:
            write.connection.execute(_contact.update().where(_contact.c.id == key).values(**values))

    return change


def segment(store: Store, key: int) -> None:
    made = put(store, tables.Segment(code=f"retired-{key}", name="Retired", purpose="pension letters"))
    put(store, tables.SegmentMembership(contact_id=key, segment_id=made, reason="asked", since=LONG_AGO))


def preference(store: Store, key: int) -> None:
    put(store, tables.Preference(contact_id=key, door="sms", hours="mornings", text_only=True, never_call=True))


def history(store: Store, key: int) -> None:
    for number in range(30):
        put(
            store,
            tables.TimelineEntry(contact_id=key, at=LONG_AGO, kind="note", source_id=100_000 + key * 100 + number),
        )


def relation(store: Store, key: int) -> None:
    mayor = contact(store, "The Mayor's Office", kind="department")
    put(store, tables.Relation(person_id=key, acts_for_id=mayor, role="head", since=LONG_AGO))


CHANGES: dict[str, Change] = {
    "name": column(name="Excellency Sir John"),
    "other_name": column(other_name="穆罕默德"),
    "language": column(language="ar"),
    "district": column(district="Harbour Slum"),
    "address": column(address="1 Palace Square"),
    "kind": column(kind="business"),
    "department": column(kind="department"),
    "note": column(note="complains often"),
    "segment": segment,
    "preference": preference,
    "past contacts": history,
    "relation": relation,
}


@pytest.fixture
def town(desk: Desk) -> Town:
    for code, question in (("W-1", "When does the water come back?"), ("W-2", "How do I pay the water bill?")):
        article(desk.store, code, question)
    article(desk.store, "Z-1", "停水什么时候恢复？", language="zh")
    return found_town(desk.store)


def what_they_get(
    desk: Desk, web: Actor, clock: FixedClock, seat: Seat, round_: int, change: Change | None
) -> dict[str, Any]:
    """The order in which a round of people is served, what each is promised, and what is found for each."""
    numbers = [_number(round_, person) for person in range(PEOPLE)]
    people = [contact(desk.store, f"Person {person}", number) for person, number in enumerate(numbers)]
    for person in people[::2]:
        if change is not None:
            change(desk.store, person)
    chance = random.Random(3)
    for person, number in enumerate(numbers):
        sid = f"X{round_}-{person}"
        take_in(desk, web, call(sid, number) if chance.random() < 0.6 else text(sid, "No water", number))
        clock.forward(seconds=chance.randrange(70))
    waiting = [(item.harm, clock() - item.waiting_since) for item in seat.queue_status().items]
    served, promised, found = [], [], []
    while (card := seat.ringing()) is not None:
        assert card.entry_id is not None
        key = seat.answer(card.entry_id).interaction_id
        served.append(numbers.index(card.address.replace(" ", "").replace("-", "")))
        told = seat.open_case(key, FORM).promise
        assert told.first_reply_by is not None
        promised.append((told.done_by - clock(), told.first_reply_by - clock(), told.lead, told.cooperating))
        hits = [hit for words in ("water back", "停水") for hit in seat.answers.search(words, interaction_id=key)]
        found.append([(hit.code, hit.score, hit.givable) for hit in hits])
        seat.answers.give(key, hits[0].version_id, 1, "water back")
        seat.end(key)
        seat.wrap_up(key, "informed", "")
    cases = all_rows(desk.store, tables.CaseFile)[-PEOPLE:]
    tasks = all_rows(desk.store, tables.Task)[-2 * PEOPLE :]
    return {
        "waiting": waiting,
        "served": served,
        "promised": promised,
        "found": found,
        "cases": [(case.harm, case.due_at - case.opened_at, case.organisation_id) for case in cases],
        "tasks": [(task.organisation_id, task.due_at - task.dispatched_at) for task in tasks],
        "replies": sum(row.kind == "text" for row in all_rows(desk.store, tables.Outbox)[-PEOPLE:]),
    }


def test_who_somebody_is_changes_nothing(desk: Desk, web_actor: Actor, clock: FixedClock, town: Town) -> None:
    seat = Seat(desk, staff(desk, "mei"))
    seat.set_available()
    plain = what_they_get(desk, web_actor, clock, seat, 10, None)
    assert sorted(plain["served"]) == list(range(PEOPLE))
    assert plain["served"] != sorted(plain["served"]), "a text is served later than a call that came after it"
    assert all(plain["found"])
    for round_, (name, change) in enumerate(CHANGES.items(), start=11):
        assert what_they_get(desk, web_actor, clock, seat, round_, change) == plain, name
