"""The index follows what was committed: nothing is slipped past, nothing is done twice, an import is caught up with."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import (
    CALLER,
    LONG_AGO,
    Town,
    all_rows,
    call,
    contact,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from sqlalchemy import insert, update

from grm_console.desk import find_index
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.find import Finder
from grm_console.desk.housekeeping import shorten_feed
from grm_console.desk.sign_in import actor_named
from grm_console.errors import NotAllowed
from grm_console.store import changes, tables
from grm_console.store import find_index as written
from grm_console.store.store import Write
from grm_console.store.tables.columns import table_of

DERIVED = (tables.ContactName, tables.NameVariant, tables.PointTail, tables.TextEntry)


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def keeper(desk: Desk) -> Actor:
    return actor_named(desk, "system:cli")


def index_of(desk: Desk) -> list[set[tuple[object, ...]]]:
    """Everything that is derived."""
    return [{tuple(row) for row in all_rows(desk.store, table)} for table in DERIVED]


def test_a_store_that_was_never_indexed_is_gone_through(desk: Desk, town: Town) -> None:
    for number in range(7):
        contact(desk.store, f"Citizen {number}", f"+1202555019{number}")
    assert find_index.catch_up(desk, 60) is False
    names, _spelling, tails, _texts = index_of(desk)
    assert {row[2] for row in names} == {row.id for row in all_rows(desk.store, tables.Contact)}
    assert len(tails) == 7
    assert find_index.catch_up(desk, 0) is False


def test_texts_and_numbers_follow_the_feed(desk: Desk, web_actor: Actor, town: Town) -> None:
    find_index.catch_up(desk, 60)
    take_in(desk, web_actor, text("SM1", "停水了, no water", CALLER), call("CA1", CALLER))
    find_index.catch_up(desk, 60)
    _names, _spelling, tails, texts = index_of(desk)
    assert {row[0] for row in tails} == {CALLER[:0:-1]}
    assert {(row[1], row[2]) for row in texts} == {("interaction", interaction_of(desk.store, "SM1"))}
    interaction = table_of(tables.Interaction)
    with desk.store.writing() as write:
        key = interaction_of(desk.store, "SM1")
        write.connection.execute(update(interaction).where(interaction.c.id == key).values(text="", note="Pipe"))
        write.changed("interaction", key)
    find_index.catch_up(desk, 60)
    assert {row[3] for row in index_of(desk)[3]} == {"pipe"}


def test_the_feed_is_forgotten_behind_the_index_alone(
    desk: Desk, web_actor: Actor, town: Town, clock: FixedClock
) -> None:
    take_in(desk, web_actor, text("SM1", "first", CALLER))
    clock.moment += changes.LASTS + timedelta(minutes=1)
    assert shorten_feed(desk) == 0, "nobody has followed it yet"
    find_index.catch_up(desk, 60)
    take_in(desk, web_actor, text("SM2", "second", CALLER))
    assert shorten_feed(desk) == 0, "where the index stands stays"
    find_index.catch_up(desk, 60)
    assert shorten_feed(desk) > 0
    assert {row.at for row in all_rows(desk.store, tables.ChangeRow)} == {clock.moment}
    assert shorten_feed(desk) == 0
    take_in(desk, web_actor, text("SM3", "third", CALLER))
    find_index.catch_up(desk, 60)
    assert {row[3] for row in index_of(desk)[3]} == {"first", "second", "third"}


def test_an_import_is_caught_up_with_piece_by_piece(desk: Desk, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    find_index.catch_up(desk, 60)
    monkeypatch.setattr(find_index, "SMALL_PIECE", 3)
    with desk.store.writing() as write:
        for number in range(8):
            row = {"kind": "citizen", "name": f"Ann {number}", "created_at": LONG_AGO, "created_by_id": 1}
            row |= dict.fromkeys(("other_name", "language", "address", "district", "note"), "") | {"version": 1}
            write.connection.execute(insert(table_of(tables.Contact)).values(row))
        write.changed("contact", 0)
    pieces = 0
    while find_index.catch_up(desk, 0):
        find_index._step(desk, 3)
        pieces += 1
    assert pieces >= 4
    assert len({row[2] for row in index_of(desk)[0]}) == 8


def test_making_it_anew_gives_the_same(desk: Desk, web_actor: Actor, keeper: Actor, town: Town) -> None:
    contact(desk.store, "陈丽", CALLER, other_name="Chen Li")
    take_in(desk, web_actor, text("SM1", "No water", CALLER))
    find_index.catch_up(desk, 60)
    before = index_of(desk)
    assert all(before)
    assert find_index.index_all(desk, keeper) == 0
    assert find_index.index_all(desk, keeper, rebuild=True) > 0
    assert index_of(desk) == before
    with pytest.raises(NotAllowed):
        find_index.index_all(desk, staff(desk, "ann"), rebuild=True)


def test_a_name_is_found_in_the_transaction_that_wrote_it(desk: Desk) -> None:
    finder = Finder(desk, staff(desk, "ann"))
    key = contact(desk.store, "Old Name")
    find_index.catch_up(desk, 60)
    with desk.store.writing() as write:
        written.index_contact(write.connection, key, "Maria Lopez", "")
    assert [hit.contact_id for hit in finder.find("lopez").hits] == [key]
    with desk.store.writing() as write:
        written.index_contact(write.connection, key, "Maria Gomez", "")
    assert {row[0] for row in index_of(desk)[0]} == {"=gomez maria", "maria", "gomez"}


def test_lines_of_one_moment_have_a_key_each(desk: Desk, web_actor: Actor, town: Town) -> None:
    take_in(desk, web_actor, *(text(f"SM{number}", f"word{number}", CALLER) for number in range(20)))
    find_index.catch_up(desk, 60)
    at = all_rows(desk.store, tables.Interaction)[0].happened_at
    far = written.Text(written.EntryKind.INTERACTION, interaction_of(desk.store, "SM3") + written._PLACES, at, "far")
    with desk.store.writing() as write:  # one whose place is taken
        written.index_texts(write.connection, [far])
        written.index_texts(write.connection, [far])
    assert len({row[0] for row in index_of(desk)[3]}) == 21


def test_what_commits_late_is_not_slipped_past(desk: Desk, town: Town) -> None:
    """A contact's transaction began first and ends last; the index looks in between."""
    if desk.store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    find_index.catch_up(desk, 60)
    note = tables.ContactNote(contact_id=contact(desk.store, "Ann"), text="wheelchair", at=LONG_AGO, account_id=1)
    early = desk.store._writing.connect()
    early.begin()
    late = Write(early, desk.store.now())
    row = note.model_dump(exclude={"id"})
    late.connection.execute(insert(table_of(tables.ContactNote)).values(row))
    late.connection.exec_driver_sql(
        "INSERT INTO change (transaction, topic, subject_id, at)"
        f" VALUES (pg_current_xact_id()::text::bigint, 'contact', {note.contact_id}, now())"
    )
    with desk.store.writing() as write:
        write.changed(
            "contact", put(desk.store, tables.Contact(name="Bob", kind="citizen", created_at=LONG_AGO, created_by_id=1))
        )
    find_index.catch_up(desk, 60)
    early.commit()
    early.close()
    find_index.catch_up(desk, 60)
    assert {row[3] for row in index_of(desk)[3]} == {"wheelchair"}


def test_two_processes_do_not_wait_for_each_other(desk: Desk, town: Town) -> None:
    if desk.store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    find_index.catch_up(desk, 60)
    contact(desk.store, "Ann")
    with desk.store.writing() as write:
        write.changed("contact", 0)
    with desk.store.writing() as write:
        assert written.locked_state(write.connection)
        assert find_index.catch_up(desk, 60) is True
    assert find_index.catch_up(desk, 60) is False


def test_any_text_can_be_indexed(desk: Desk, web_actor: Actor, town: Town) -> None:
    bodies = ("\x00'\"*()", "a" * 5000, "水" * 3000, "\ud800 OR 1=1 -- %_", "İ̇ ﷺ ゚")
    for place, body in enumerate(bodies):
        take_in(desk, web_actor, text(f"SM{place}", f"{body} end", CALLER))
    assert find_index.catch_up(desk, 60) is False
    assert [row[3].split().count("end") for row in index_of(desk)[3]] == [1] * len(bodies)


def test_nothing_is_written_while_nothing_happens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    find_index.catch_up(desk, 60)
    with desk.store.writing() as write:
        write.changed("agent", 3)

    def refused(*_: object) -> Callable[[], None]:
        raise AssertionError("a lock was taken for nothing")

    monkeypatch.setattr(find_index, "_step", refused)
    assert find_index.catch_up(desk, 60) is False
