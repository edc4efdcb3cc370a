"""The audit chain notices what anybody changes in the store, and a tail that is cut off."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import CALLER, LONG_AGO, all_rows, answered, call, contact, found_town, staff
from sqlalchemy import Connection, select, update

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.audit_chain import Head
from grm_console.errors import AuditBroken
from grm_console.store import tables
from grm_console.store.audit import CHAINS, AuditTrail, PendingAudit, begin_chains, read_heads, verify_chains
from grm_console.store.store import Store

_audit = tables.AuditRow.__table__  # type: ignore[attr-defined]
_head = tables.AuditHead.__table__  # type: ignore[attr-defined]


@pytest.fixture
def chained(desk: Desk, web_actor: Actor) -> Store:
    """A store after an operator's call."""
    found_town(desk.store)
    contact(desk.store, "Chen", CALLER)
    seat, key = answered(desk, web_actor, staff(desk, "mei"), call())
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    return desk.store


def _verify(store: Store) -> int:
    with store.reading() as connection:
        return verify_chains(connection, store.trail)


def test_it_verifies(chained: Store) -> None:
    assert _verify(chained) == len(all_rows(chained, tables.AuditRow)) > 6


def _forge(column: str, value: Any) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(
        update(_audit).where(_audit.c.seq == 3).values({column: value})
    ).close()


def _earlier(connection: Connection) -> None:
    connection.execute(update(_audit).where(_audit.c.seq == 3).values(at=LONG_AGO))


def _remove(*numbers: int) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(_audit.delete().where(_audit.c.seq.in_(numbers))).close()


def _swap(connection: Connection) -> None:
    for seq, new in ((3, 1003), (4, 3), (1003, 4)):
        connection.execute(update(_audit).where(_audit.c.seq == seq).values(seq=new))


def _renumber(connection: Connection) -> None:
    """Take one row out and close the gap."""
    connection.execute(_audit.delete().where(_audit.c.seq == 3))
    for row in connection.execute(select(_audit.c.seq).where(_audit.c.seq > 3).order_by(_audit.c.seq)).all():
        connection.execute(update(_audit).where(_audit.c.seq == row.seq).values(seq=row.seq - 1))


def _cut_tail(connection: Connection) -> None:
    """Delete the newest rows and put the head row back to where the chain now ends."""
    rows = connection.execute(select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq)).all()
    connection.execute(_audit.delete().where(_audit.c.seq > len(rows) - 2))
    connection.execute(update(_head).values(count=len(rows) - 2, hash=rows[-3].hash))


def _append_unkeyed(connection: Connection) -> None:
    forger = AuditTrail(b"not the key", Path("none"))
    forger.append(connection, [PendingAudit(1, 1, "contact.open", "contact:1", "none", "")], LONG_AGO)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(_earlier, "3", id="at"),
        pytest.param(_forge("account_id", 99), "3", id="account"),
        pytest.param(_forge("organisation_id", 99), "3", id="organisation"),
        pytest.param(_forge("act", "contact.close"), "3", id="act"),
        pytest.param(_forge("subject", "contact:99"), "3", id="subject"),
        pytest.param(_forge("purpose", "fun"), "3", id="purpose"),
        pytest.param(_forge("detail", "nothing"), "3", id="detail"),
        pytest.param(_forge("hash", "0" * 64), "3", id="hash"),
        pytest.param(_remove(1), "1", id="the first row removed"),
        pytest.param(_remove(3), "3", id="a row removed"),
        pytest.param(_renumber, "3", id="a row removed and the gap closed"),
        pytest.param(_swap, "3", id="two rows swapped"),
        pytest.param(_cut_tail, "end was cut off", id="tail cut, head put back"),
        pytest.param(_append_unkeyed, "changed", id="a row of another key"),
        pytest.param(lambda c: c.execute(_head.delete()).close(), "head row", id="head row removed"),
        pytest.param(lambda c: c.execute(update(_head).values(count=1)).close(), "head row", id="head row changed"),
    ],
)
def test_a_change_is_noticed(chained: Store, change: Callable[[Connection], None], named: str) -> None:
    _verify(chained)
    with chained.writing() as write:
        change(write.connection)
    with pytest.raises(AuditBroken, match=named):
        _verify(chained)


def test_a_lost_head_is_not_made_anew(chained: Store) -> None:
    """Else the chain's numbers would be given out again."""
    with chained.writing() as write:
        write.connection.execute(_head.delete().where(_head.c.id == 1))
        begin_chains(write.connection)
        assert 1 not in read_heads(write.connection)
        assert len(read_heads(write.connection)) == CHAINS[chained.dialect] - 1


def test_another_key_does_not_verify(chained: Store) -> None:
    with chained.reading() as connection, pytest.raises(AuditBroken, match="row 1"):
        verify_chains(connection, AuditTrail(b"another key", chained.trail.head_file))


def test_a_head_kept_apart_may_be_behind_but_not_other(chained: Store) -> None:
    rows = all_rows(chained, tables.AuditRow)
    file = chained.trail.head_file
    file.write_text(f"{2:020} {rows[1].hash}\n")
    assert _verify(chained) == len(rows)
    file.unlink()
    assert _verify(chained) == len(rows)
    file.write_text(f"{2:020} {'0' * 64}\n")
    with pytest.raises(AuditBroken, match="row 2"):
        _verify(chained)


def test_the_head_kept_apart_never_goes_back(chained: Store) -> None:
    kept = chained.trail.kept_heads()
    chained.trail.note_head(1, Head(kept[1].count - 1, "0" * 64))
    assert chained.trail.kept_heads() == kept
    assert kept[1].count == len(all_rows(chained, tables.AuditRow))


def test_a_head_that_cannot_be_kept_stops_no_work(chained: Store) -> None:
    trail = AuditTrail(chained.trail.key, chained.trail.head_file.parent / "missing" / "head")
    with Store(chained.url, trail, chained._clock) as store:
        with store.writing() as write:
            write.audit(1, 1, "act", "subject", "purpose")
        assert _verify(store) == len(all_rows(store, tables.AuditRow))


def test_hostile_words_do_not_break_the_chain(chained: Store) -> None:
    with chained.writing() as write:
        write.audit(1, 1, "act\x00", "subject\ud800", "\udfff purpose", "detail \x00 終 😀 " + "x" * 500)
    assert _verify(chained) == len(all_rows(chained, tables.AuditRow))


def test_a_transaction_undone_leaves_no_row(chained: Store) -> None:
    before = _verify(chained)
    with pytest.raises(RuntimeError), chained.writing() as write:
        write.audit(1, 1, "act", "subject", "purpose")
        raise RuntimeError
    assert _verify(chained) == before
