"""The board and the strip never read over the past: what they ask is found by indexes of what is open or of today."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from grm_console.store import board, queue, served
from grm_console.store.prepared import Prepared
from grm_console.store.store import Store

PAST = re.compile(r"SCAN (interaction|queue_entry|outbox|case_file|agent_state_log|audit_row|timeline_entry)(?! USING)")
"""A whole table that keeps years; scanning an index of what is open now reads nothing of them."""


def statements(module: Any) -> Iterator[Prepared]:
    for value in vars(module).values():
        parts = value if isinstance(value, tuple) else (value,)
        yield from (part for part in parts if isinstance(part, Prepared))


@pytest.mark.parametrize("module", [board, served, queue], ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_statement_reads_a_whole_table_of_the_past(store: Store, module: Any) -> None:
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL chooses by what is in the tables; an empty one it always reads whole")
    with store.reading() as connection:
        for statement in statements(module):
            compiled = statement._for(connection.dialect)
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [None] * len(compiled._slots))
            plan = [row[3] for row in cursor.fetchall()]
            assert not [step for step in plan if PAST.search(step)], (plan, compiled.sql)
