"""The hash of an audit row covers all of it and all before it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.audit_chain import START, AuditEntry, chain_hash, chain_of, row_number

ENTRY = AuditEntry(7, datetime(2026, 11, 23, 9, 2, tzinfo=UTC), 3, 1, "contact.open", "contact:42", "call:1", "")
CHANGES: dict[str, Any] = {
    "seq": 8,
    "at": ENTRY.at + timedelta(microseconds=1),
    "account_id": 4,
    "organisation_id": 2,
    "act": "contact.change",
    "subject": "contact:43",
    "purpose": "call:2",
    "detail": "x",
}


@pytest.mark.parametrize("name", [field.name for field in fields(AuditEntry)])
def test_every_field_counts(name: str) -> None:
    assert chain_hash(b"key", START, replace(ENTRY, **{name: CHANGES[name]})) != chain_hash(b"key", START, ENTRY)


def test_key_and_what_came_before_count() -> None:
    hashes = {chain_hash(key, before, ENTRY) for key in (b"key", b"Key") for before in (START, "1" * 64)}
    assert len(hashes) == 4


@given(st.integers(1, 1000), st.integers(1, 1 << 40))
def test_a_number_tells_its_chain_and_no_two_rows_share_one(chain: int, place: int) -> None:
    number = row_number(chain, place)
    assert chain_of(number) == chain
    assert number - row_number(chain, 1) == place - 1
    assert row_number(1, place) == place


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_no_field_poses_as_its_neighbour(one: str, other: str, third: str, fourth: str) -> None:
    first = chain_hash(b"key", START, replace(ENTRY, purpose=one, detail=other))
    second = chain_hash(b"key", START, replace(ENTRY, purpose=third, detail=fourth))
    assert (first == second) is ((one, other) == (third, fourth))
