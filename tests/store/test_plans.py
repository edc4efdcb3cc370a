"""What is asked again and again never reads over the past: it is found by indexes, however many years are kept."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from grm_console import store as store_package
from grm_console.store.prepared import Prepared
from grm_console.store.store import Store

PAST = re.compile(
    r"SCAN (interaction|queue_entry|inbound_event|outbox|case_file|case_event|agent_state_log|audit|timeline_entry"
    r"|change|call_leg|live_call|transfer|callback|follow_up|recording|attachment|answer_given|answer_verdict"
    r"|unanswered_question|text_question|asked_text|point_consent|point_reach|speaker_log|emergency_call|text_entry"
    r"|contact|contact_point|contact_name|point_holder|point_tail)(?! USING)\b"
)
"""A whole table that keeps years; scanning an index of what is open now reads nothing of them."""

OF_POSTGRESQL = {"audit._APPEND_AND_MOVE_HEAD", "claim_lock._TAKE", "store._NOTIFY", "store._SERVERS_MOMENT"}
"""Asked of PostgreSQL alone; SQLite does not know them."""


def prepared() -> Iterator[tuple[str, Prepared]]:
    for module in iter_modules(store_package.__path__):
        if module.ispkg:
            continue
        for name, value in vars(import_module(f"{store_package.__name__}.{module.name}")).items():
            for number, part in enumerate(value if isinstance(value, tuple) else (value,)):
                full_name = f"{module.name}.{name}.{number}" if isinstance(value, tuple) else f"{module.name}.{name}"
                if isinstance(part, Prepared) and full_name not in OF_POSTGRESQL:
                    yield full_name, part


def test_no_statement_reads_a_whole_table_of_the_past(store: Store) -> None:
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL chooses by what is in the tables; an empty one it always reads whole")
    reads_whole = {}
    with store.reading() as connection:
        for name, statement in prepared():
            compiled = statement._for(connection.dialect)
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [None] * len(compiled._slots))
            plan = [row[3] for row in cursor.fetchall()]
            if any(PAST.search(step) for step in plan):
                reads_whole[name] = plan
    assert not reads_whole
