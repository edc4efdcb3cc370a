"""Writes of a transaction that nobody waits for: none is missed by a later question, and none survives an error."""

import contextlib
from typing import Any

import psycopg
import pytest
from sqlalchemy import bindparam, func, insert, select, text, update

from grm_console.store import tables
from grm_console.store.prepared import Prepared, ask_together
from grm_console.store.store import Store

_mark = tables.Mark.__table__  # type: ignore[attr-defined]
_ADD = Prepared(insert(_mark).values(name=bindparam("name"), value=bindparam("value")))
_ADD_AND_TELL = Prepared(insert(_mark).values(name=bindparam("name"), value=bindparam("value")).returning(_mark.c.name))
_CHANGE = Prepared(update(_mark).where(_mark.c.value == bindparam("before")).values(value=bindparam("after")))
_VALUE = Prepared(select(_mark.c.value).where(_mark.c.name == bindparam("name")))
_NUMBER = select(func.count()).where(_mark.c.name.like("trip%"))


def add(connection: Any, name: str, value: str = "") -> None:
    _ADD.run(connection, {"name": f"trip {name}", "value": value})


def kept(store: Store) -> list[str]:
    with store.reading() as connection:
        names = connection.execute(select(_mark.c.name).where(_mark.c.name.like("trip%")).order_by(_mark.c.name))
        return [name.removeprefix("trip ") for name in names.scalars()]


def test_a_question_of_either_kind_sees_what_was_written_before(store: Store) -> None:
    with store.writing() as write:
        add(write.connection, "one", "1")
        assert _VALUE.rows(write.connection, {"name": "trip one"}) == [("1",)]
        add(write.connection, "two", "2")
        assert write.connection.execute(_NUMBER).scalar_one() == 2
        write.connection.execute(_mark.delete().where(_mark.c.name == "trip one"))
        add(write.connection, "three", "3")
        assert _VALUE.first(write.connection, {"name": "trip one"}) is None
        assert _CHANGE.count(write.connection, {"before": "3", "after": "4"}) == 1
        assert _CHANGE.count(write.connection, {"before": "3", "after": "5"}) == 0
    assert kept(store) == ["three", "two"]


def test_questions_asked_together_are_answered_in_their_order(store: Store) -> None:
    with store.writing() as write:
        added, value, again = ask_together(
            write.connection,
            (_ADD_AND_TELL, {"name": "trip one", "value": "1"}),
            (_VALUE, {"name": "trip one"}),
            (_VALUE, {"name": "trip none"}),
        )
        assert (added, value, again) == ([("trip one",)], [("1",)], [])
    with store.reading() as connection:
        assert ask_together(connection, (_VALUE, {"name": "trip one"}), (_VALUE, {"name": "x"})) == [[("1",)], []]


@pytest.mark.parametrize("later", ["question", "statement", "count", "together", "end", "leaving"])
def test_an_error_undoes_all_wherever_it_comes_out(store: Store, later: str) -> None:
    add_one = {"name": "trip one", "value": ""}
    with store.writing() as write:
        add(write.connection, "one")
    with pytest.raises(Exception, match=r"(?i)unique"), store.writing() as write:
        add(write.connection, "before")
        add(write.connection, "one")
        match later:
            case "question":
                _VALUE.rows(write.connection, add_one)
            case "statement":
                write.connection.execute(_NUMBER)
            case "count":
                _CHANGE.count(write.connection, {"before": "3", "after": "5"})
            case "together":
                ask_together(write.connection, (_VALUE, add_one), (_VALUE, add_one))
            case "leaving":
                write.audit(1, 1, "act", "subject", "purpose")
        add(write.connection, "after")
    assert kept(store) == ["one"]
    with store.writing() as write:
        add(write.connection, "two")
    assert kept(store) == ["one", "two"]


def test_a_block_that_gives_up_leaves_nothing(store: Store) -> None:
    with contextlib.suppress(RuntimeError), store.writing() as write:
        add(write.connection, "one")
        raise RuntimeError
    with contextlib.suppress(RuntimeError), store.writing() as write:
        raise RuntimeError
    assert kept(store) == []


def test_a_part_that_fails_late_leaves_the_rest(store: Store) -> None:
    with store.writing() as write:
        add(write.connection, "one")
        with pytest.raises(Exception, match=r"(?i)unique"), write.savepoint():
            add(write.connection, "part")
            add(write.connection, "one")
        with write.savepoint():
            add(write.connection, "two")
        add(write.connection, "three")
    assert kept(store) == ["one", "three", "two"]


def test_a_transaction_begins_with_its_first_statement_whatever_its_kind(store: Store) -> None:
    for name in ("plain", "prepared"):
        with pytest.raises(RuntimeError), store.writing() as write:
            if name == "plain":
                write.connection.execute(insert(_mark).values(name="trip plain", value=""))
            else:
                add(write.connection, name)
            raise RuntimeError
    assert kept(store) == []


def test_a_write_waits_for_no_answer(store: Store) -> None:
    if store.dialect != "postgresql":
        pytest.skip("of PostgreSQL alone")
    with pytest.raises(psycopg.errors.UniqueViolation), store.writing() as write:
        with store.writing() as other:
            add(other.connection, "one", "1")
            assert _VALUE.rows(other.connection, {"name": "trip one"}) == [("1",)]
            add(write.connection, "one", "2")  # the server answers this only when the other has committed
        assert kept(store) == ["one"]
    assert kept(store) == ["one"]


def test_a_writer_sees_what_others_commit_meanwhile_whatever_the_server_was_told(store: Store) -> None:
    if store.dialect != "postgresql":
        pytest.skip("of PostgreSQL alone")
    with store.writing() as write:
        write.connection.execute(text("SET default_transaction_isolation = 'serializable'"))
    try:
        with store.writing() as write:
            assert _VALUE.rows(write.connection, {"name": "trip one"}) == []
            with store.writing() as other:
                add(other.connection, "one", "1")
            assert _VALUE.rows(write.connection, {"name": "trip one"}) == [("1",)]
    finally:
        with store.writing() as write:
            write.connection.execute(text("RESET default_transaction_isolation"))


def test_a_trip_may_be_longer_than_the_lines_buffers(store: Store) -> None:
    many = [f"{number:03}" for number in range(150)]
    with store.writing() as write:
        answers = ask_together(
            write.connection, *((_ADD_AND_TELL, {"name": f"trip {name}", "value": name * 10_000}) for name in many)
        )
    assert answers == [[(f"trip {name}",)] for name in many]
    with store.writing() as write:
        for name in many:
            _CHANGE.run(write.connection, {"before": name * 10_000, "after": name * 9_000})
        assert _VALUE.first(write.connection, {"name": "trip 149"}) == ("149" * 9_000,)
    assert kept(store) == many


def test_a_value_the_driver_refuses_undoes_all(store: Store) -> None:
    with pytest.raises(Exception, match=r"object|adapt|type"), store.writing() as write:
        add(write.connection, "one")
        _CHANGE.run(write.connection, {"before": "", "after": object()})
        add(write.connection, "two")
    assert kept(store) == []


def test_a_trip_leaves_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time the driver sends or looks for an answer it lets others have the interpreter."""
    if store.dialect != "postgresql":
        pytest.skip("of PostgreSQL alone")
    waits = []
    waiting = psycopg.Connection.wait

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        waits.append(1)
        return waiting(self, *args, **options)

    with store.writing() as write:
        add(write.connection, "zero")
        monkeypatch.setattr(psycopg.Connection, "wait", counted)
        for name in ("one", "two", "three"):
            add(write.connection, name)
        assert len(waits) == 0
        assert _VALUE.first(write.connection, {"name": "trip three"}) == ("",)
        assert len(waits) == 1
    assert kept(store) == ["one", "three", "two", "zero"]
