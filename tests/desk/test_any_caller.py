"""The same matters from other people altogether: other numbers, names, kinds, pasts. All are served alike."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    LONG_AGO,
    Town,
    all_rows,
    answered,
    article,
    call,
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
from grm_console.desk.queue_work import queue_status
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import ContactKind, Harm
from grm_console.store import tables
from grm_console.store.tables.columns import table_of

PEOPLE, WAITING, WORLDS = 6, 18, 4
NAMES = ("", "李晨", "Sir John Goodfellow", "Fatima al-Zahra", "O'Brien [/red]", "Director Wang 主任")
NUMBERS = ("+1202555{:04}", "+44207946{:04}", "+86138001{:05}", "whatsapp:+4479460{:05}", "client:seat{}", "40{:03}")
MATTERS = (
    CaseForm(service="water-outage", summary="No water", answers=(("since", "2026-11-20"), ("ill", "no"))),
    CaseForm(
        service="water-outage", summary="No water", harm="danger", answers=(("since", "2026-11-20"), ("ill", "no"))
    ),
    CaseForm(service="misconduct", summary="Rude clerk"),
)


@pytest.fixture
def town(desk: Desk) -> Town:
    article(desk.store, "W-1", "When does the water come back?")
    article(desk.store, "W-2", "How do I pay the water bill?")
    article(desk.store, "Z-1", "停水什么时候恢复？", language="zh")
    return found_town(desk.store)


def somebody(desk: Desk, web: Actor, clock: FixedClock, chance: random.Random, number: int) -> str:
    """A sender of any kind: withheld, unknown, or a contact with any columns, segments, wishes and past."""
    if chance.random() < 0.15:
        return "anonymous"
    sender = chance.choice(NUMBERS).format(number)
    if chance.random() < 0.2:
        return sender
    now, clock.moment = clock.moment, LONG_AGO
    for past in range(chance.choice((0, 0, 1, 5))):
        take_in(desk, web, text(f"OLD-{number}-{past}", "An old matter", sender))
    clock.moment = now
    with desk.store.writing() as write:
        write.connection.execute(table_of(tables.QueueEntry).delete())
    for _ in range(chance.choice((1, 1, 2))):
        _holder(desk, chance, sender)
    return sender


def _holder(desk: Desk, chance: random.Random, sender: str) -> None:
    key = contact(
        desk.store,
        chance.choice(NAMES),
        sender,
        certainty=chance.choice(("confirmed", "stated", "imported")),
        kind=chance.choice(list(ContactKind)).value,
        other_name=chance.choice(NAMES),
        language=chance.choice(("", "en", "zh", "ar")),
        address=chance.choice(("", "1 Palace Square")),
        district=chance.choice(("", "Old Town", "Harbour")),
        note=chance.choice(("", "complains often", "knows the mayor")),
    )
    if chance.random() < 0.5:
        wishes = {"door": chance.choice(("", "voice", "sms")), "language": chance.choice(("", "zh"))}
        never = chance.random() < 0.5
        put(desk.store, tables.Preference(contact_id=key, text_only=never, never_call=never, **wishes))
    if chance.random() < 0.5:
        made = put(desk.store, tables.Segment(code=f"s{key}", name="Retired", purpose="letters"))
        put(desk.store, tables.SegmentMembership(contact_id=key, segment_id=made, reason="asked", since=LONG_AGO))


def served(desk: Desk, web: Actor, operator: Actor, clock: FixedClock, world: int) -> list[Any]:
    """The queue of a busy minute as the desk shows it; the matters are the same in every world, the people are not."""
    people = random.Random(world)
    senders = [somebody(desk, web, clock, people, world * 100 + number) for number in range(PEOPLE)]
    matters = random.Random(418)
    began = clock.moment
    sids = [f"X{world}-{number}" for number in range(WAITING)]
    for sid in sids:
        make = matters.choice((call, text))
        take_in(desk, web, replace(make(sid), sender=senders[matters.randrange(PEOPLE)]))
        clock.forward(seconds=matters.choice((0, 0, 1, 60, 120)))
        with desk.store.writing() as write:  # what the matter is about, settled by whoever reads it
            table = table_of(tables.QueueEntry)
            harm = matters.choice((Harm.NONE, Harm.NONE, Harm.HARDSHIP, Harm.DANGER)).value
            write.connection.execute(
                table.update().where(table.c.id == _entry(write.connection, sid)).values(harm=harm)
            )
    shown = {interaction_of(desk.store, sid): number for number, sid in enumerate(sids)}
    status = queue_status(desk, operator)
    clock.moment = began
    with desk.store.writing() as write:
        write.connection.execute(table_of(tables.QueueEntry).delete())
    return [(shown[item.interaction_id], item.harm, item.waiting_since - began) for item in status.items]


def _entry(connection: Any, sid: str) -> Any:
    entry, exchange = table_of(tables.QueueEntry), table_of(tables.Interaction)
    found = entry.join(exchange, exchange.c.id == entry.c.interaction_id).select().where(exchange.c.sid == sid)
    return connection.execute(found.with_only_columns(entry.c.id)).scalar_one()


def test_the_queue_is_served_in_the_same_order(desk: Desk, web_actor: Actor, clock: FixedClock, town: Town) -> None:
    operator = staff(desk, "mei")
    worlds = [served(desk, web_actor, operator, clock, world) for world in range(WORLDS)]
    assert len(worlds[0]) == WAITING
    assert [number for number, _, _ in worlds[0]] != sorted(range(WAITING))
    for world in worlds[1:]:
        assert world == worlds[0]


@pytest.mark.parametrize("matter", MATTERS, ids=("water", "danger", "misconduct"))
def test_the_same_case_is_promised_the_same(
    desk: Desk, web_actor: Actor, clock: FixedClock, town: Town, matter: CaseForm
) -> None:
    operator = staff(desk, "mei")
    told: list[Any] = []
    for world in range(WORLDS):
        sender = somebody(desk, web_actor, clock, random.Random(world), world)
        seat, key = answered(desk, web_actor, operator, call(f"CA{world}", sender))
        seat.services()
        if world % 2:
            seat.create_contact(key, NAMES[world])
            seat.set_concerned(key, NAMES[world])
        form = replace(matter, language=("", "en", "zh", "ar")[world], place=f"{world} Palace Square")
        promise = seat.promise(form)
        opened = seat.open_case(key, form)
        assert opened.promise == promise
        told.append((promise, *_due(desk, opened.case_id, clock)))
        seat.end(key)
        seat.wrap_up(key, "informed", "")
    assert told == [told[0]] * WORLDS


def _due(desk: Desk, case_id: int, clock: FixedClock) -> tuple[Any, ...]:
    case = next(row for row in all_rows(desk.store, tables.CaseFile) if row.id == case_id)
    tasks = [row for row in all_rows(desk.store, tables.Task) if row.case_id == case_id]
    due = (case.due_at, case.first_reply_due_at, case.harm, case.organisation_id, case.confidentiality)
    assert case.due_at - clock() >= timedelta(hours=24)
    return *due, [(task.organisation_id, task.due_at, task.state) for task in tasks]


def test_everybody_is_offered_and_given_the_same_answers(
    desk: Desk, web_actor: Actor, clock: FixedClock, town: Town
) -> None:
    operator = staff(desk, "mei")
    offered: list[Any] = []
    for world in range(WORLDS):
        sender = somebody(desk, web_actor, clock, random.Random(world), world)
        take_in(desk, web_actor, text(f"SM{world}", "No water", sender))
        seat = Seat(desk, operator)
        key = seat.answer(entry_of(desk.store, f"SM{world}")).interaction_id
        hits = [hit for words in ("water", "water bill", "停水", "W-2") for hit in seat.answers.search(words)]
        offered.append(hits)
        for rank, hit in enumerate(hits, 1):
            seat.answers.give(key, hit.version_id, rank, "water")
        seat.wrap_up(key, "informed", "")
    assert {hit.code for hit in offered[0]} == {"W-1", "W-2", "Z-1"}
    assert offered == [offered[0]] * WORLDS
    given = [row.interaction_id for row in all_rows(desk.store, tables.AnswerGiven)]
    assert sorted(given) == sorted(interaction_of(desk.store, f"SM{world}") for world in range(WORLDS) for _ in "WWZ")


@pytest.mark.parametrize("words", ["water", "停水", "W-1"])
def test_a_language_takes_no_answer_away(desk: Desk, town: Town, words: str) -> None:
    seat = Seat(desk, staff(desk, "mei"))
    plain = {(hit.code, hit.givable) for hit in seat.answers.search(words)}
    assert plain
    for language in ("en", "zh", "zh-Hant", "ar", "?"):
        assert {(hit.code, hit.givable) for hit in seat.answers.search(words, language)} == plain
