"""Histories: pages by key equal the sorted whole, merged contacts read as one, and the index carries them."""

import random
from datetime import timedelta
from typing import Any

import pytest
from builders import CALLER, LONG_AGO, contact, point_key, put_in
from sqlalchemy import select

from grm_console.domain.words import Certainty
from grm_console.store import contacts, tables, timeline
from grm_console.store.store import Store

_entry = tables.TimelineEntry.__table__  # type: ignore[attr-defined]


def history(store: Store, people: list[int], lines: int, seed: int) -> None:
    """Lines at random moments, many of them at the same one."""
    chance = random.Random(seed)
    rows = [
        {
            "contact_id": chance.choice(people),
            "at": LONG_AGO + timedelta(microseconds=chance.choice((0, 1, 2, 10**6 * chance.randrange(20)))),
            "kind": "note",
            "source_id": seed * 100_000 + number,
            "state": "",
            "case_number": "",
            "summary": f"line {number}",
        }
        for number in range(lines)
    ]
    with store.writing() as write:
        write.connection.execute(_entry.insert(), rows)


def pages(store: Store, person: int, limit: int) -> list[list[tuple[Any, ...]]]:
    found, older = [], None
    with store.reading() as connection:
        while rows := timeline.page(connection, person, older, limit):
            found.append(rows)
            older = (rows[-1][1], rows[-1][0])
    return found


def whole(store: Store, people: list[int]) -> list[int]:
    with store.reading() as connection:
        rows = connection.execute(select(_entry.c.id, _entry.c.at).where(_entry.c.contact_id.in_(people))).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.at, row.id), reverse=True)]


@pytest.mark.parametrize("limit", [1, 7, 50, 1000])
def test_pages_are_the_sorted_whole(store: Store, limit: int) -> None:
    chen, other = contact(store, "Chen"), contact(store, "Other")
    history(store, [chen, other], 120, seed=1)
    found = pages(store, chen, limit)
    assert [row[0] for page in found for row in page] == whole(store, [chen])
    assert all(len(page) == limit for page in found[:-1])


def test_a_new_line_moves_no_older_page(store: Store) -> None:
    chen = contact(store, "Chen")
    history(store, [chen], 60, seed=1)
    with store.reading() as connection:
        first = timeline.page(connection, chen, None, 20)
    before = pages(store, chen, 20)
    with store.writing() as write:
        put_in(
            write.connection,
            tables.TimelineEntry(contact_id=chen, at=LONG_AGO + timedelta(days=1), kind="note", source_id=7),
        )
    with store.reading() as connection:
        assert timeline.page(connection, chen, (first[-1][1], first[-1][0]), 20) == before[1]


def test_merged_contacts_read_as_one_and_apart_again(store: Store) -> None:
    people = [contact(store, name) for name in ("Chen", "Chen L.", "C. Li")]
    survivor = people[0]
    history(store, people, 150, seed=2)
    apart = {person: pages(store, person, 20) for person in people}
    with store.writing() as write:
        for person in people[1:]:
            contacts.merge_pointer(write.connection, person, survivor)
    assert [row[0] for page in pages(store, survivor, 20) for row in page] == whole(store, people)
    with store.reading() as connection:
        assert timeline.count(connection, survivor) == 150
    with store.writing() as write:
        for person in people[1:]:
            contacts.merge_pointer(write.connection, person, None)
    assert {person: pages(store, person, 20) for person in people} == apart


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_merged_holder_counts_once_with_the_surer_claim(store: Store, order: tuple[int, int]) -> None:
    claims = (("imported", None), ("confirmed", None))
    survivor = contact(store, "Chen")
    for number in order:
        certainty, until = claims[number]
        merged = contact(store, f"Chen {number}", CALLER, certainty=certainty, until=until)
        with store.writing() as write:
            contacts.merge_pointer(write.connection, merged, survivor)
    with store.writing() as write:
        (holder,) = contacts.holders_of(write.connection, point_key(write.connection, CALLER))
    assert (holder.contact_id, holder.certainty) == (survivor, Certainty.CONFIRMED)


def test_the_page_is_read_from_its_index(store: Store) -> None:
    chen, other = contact(store, "Chen"), contact(store, "Other")
    history(store, [chen, other, other, other], 4000, seed=3)
    prepared = timeline._PAGE._for(store._reading.dialect)
    at, key = timeline._AFTER_ALL
    values = prepared.bind({"contact": chen, "at": at, "id": key, "limit": 50})
    if store.dialect == "postgresql":
        with store.writing() as write:
            write.connection.exec_driver_sql("ANALYZE timeline_entry")
    explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN "
    with store.reading() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(explain + prepared.sql, values)
        plan = "\n".join(str(row) for row in cursor.fetchall())
        cursor.close()
    assert "ix_timeline_entry_contact" in plan
    assert "SCAN timeline_entry" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
