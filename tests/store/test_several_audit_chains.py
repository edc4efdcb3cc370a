"""On PostgreSQL writers take the next free audit chain: none waits for another, and each chain is watched like one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from builders import LONG_AGO, all_rows
from sqlalchemy import Connection, func, select, text, update

from grm_console.errors import AuditBroken, StoreBusy
from grm_console.store import tables
from grm_console.store.audit import CHAINS, PendingAudit, read_heads, verify_chains
from grm_console.store.store import Store

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

_audit = tables.AuditRow.__table__  # type: ignore[attr-defined]
_head = tables.AuditHead.__table__  # type: ignore[attr-defined]
SECOND = 1 << 40
"""What the numbers of the second chain's rows begin after."""


def verify(store: Store) -> int:
    with store.reading() as connection:
        return verify_chains(connection, store.trail)


def write(store: Store, subject: str = "one") -> None:
    with store.writing() as writing:
        writing.audit(1, 1, "act", subject, "purpose")


@contextmanager
def held_up(store: Store) -> Iterator[None]:
    """A writer that has appended and whose commit does not come before the block ends."""
    with store._writing.begin() as connection:
        row = PendingAudit(1, 1, "act", "held up", "purpose", "")
        chain, head = store.trail.append(connection, [row], LONG_AGO)
        yield
    store.trail.note_head(chain, head)


def test_nobody_waits_for_a_writer_that_is_held_up(store: Store) -> None:
    before = verify(store)
    with held_up(store):
        write(store)
        write(store)
        assert verify(store) == before + 2
    write(store)
    assert verify(store) == before + 4
    with store.reading() as connection:
        assert [read_heads(connection)[chain].count for chain in (1, 2, 3)] == [before + 2, 2, 0]
    assert {chain: head.count for chain, head in store.trail.kept_heads().items()} == {1: before + 2, 2: 2}


def test_with_all_chains_held_a_writer_waits(store: Store) -> None:
    before = verify(store)
    with ExitStack() as others:
        for _ in range(CHAINS["postgresql"]):
            others.enter_context(held_up(store))
        with pytest.raises(StoreBusy), store.writing() as writing:
            writing.connection.execute(text("SET LOCAL lock_timeout = '20ms'"))
            writing.audit(1, 1, "act", "late", "purpose")
    write(store)
    assert verify(store) == before + CHAINS["postgresql"] + 1
    assert not any(row.subject == "late" for row in all_rows(store, tables.AuditRow))


def _delete(*numbers: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(_audit.delete().where(_audit.c.seq.in_(numbers)))


def _move(connection: Connection) -> None:
    """Put the second chain's newest row at the end of the first, and both heads to where they then belong."""
    rows = connection.execute(select(_audit).where(_audit.c.seq > SECOND).order_by(_audit.c.seq)).all()
    first = connection.execute(select(func.max(_audit.c.seq)).where(_audit.c.seq < SECOND)).scalar_one()
    connection.execute(update(_audit).where(_audit.c.seq == rows[-1].seq).values(seq=first + 1))
    connection.execute(update(_head).where(_head.c.id == 1).values(count=first + 1, hash=rows[-1].hash))
    connection.execute(update(_head).where(_head.c.id == 2).values(count=len(rows) - 1, hash=rows[-2].hash))


def _forget(connection: Connection) -> None:
    """Take a whole chain away as if it had never been written."""
    connection.execute(_audit.delete().where(_audit.c.seq > SECOND))
    connection.execute(update(_head).where(_head.c.id == 2).values(count=0, hash="0" * 64))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(_delete(SECOND + 1), f"row {SECOND + 1} is missing", id="its first row removed"),
        pytest.param(_delete(SECOND + 2), f"row {SECOND + 2} is missing", id="a row removed"),
        pytest.param(_delete(SECOND + 3), f"match audit row {SECOND + 2}", id="its last row removed"),
        pytest.param(_move, "or its place was changed", id="a row moved to another chain"),
        pytest.param(_forget, "end was cut off", id="the chain removed with its head put back"),
        pytest.param(
            lambda connection: connection.execute(_head.delete().where(_head.c.id == 2)), "head row", id="head removed"
        ),
        pytest.param(
            lambda connection: connection.execute(update(_audit).where(_audit.c.seq == SECOND + 2).values(seq=-5)),
            "missing",
            id="a number that is none",
        ),
    ],
)
def test_a_change_in_the_second_chain_is_noticed(
    store: Store, change: Callable[[Connection], object], named: str
) -> None:
    with held_up(store):
        for _ in range(3):
            write(store)
    verify(store)
    with store.writing() as writing:
        change(writing.connection)
    with pytest.raises(AuditBroken, match=named):
        verify(store)
