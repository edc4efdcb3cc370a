"""The audit chains: each row's hash covers the one before it, under a key that is not in the store."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

START = "0" * 64
"""The hash before the first row."""

_PLACE_BITS = 40
"""A row's number is its chain less one, then its place: the first chain's numbers are its places, and 10^12 of each
chain leave 2^23 chains in a signed 64-bit key."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of a chain."""

    count: int
    """Rows of the chain, so this row's place."""
    hash: str


Heads = dict[int, Head]
"""Heads by their chains, of which the first is 1."""

NO_ROW = Head(0, START)
"""The head of a chain before its first row."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What one audit row says."""

    seq: int
    at: datetime
    account_id: int
    organisation_id: int
    act: str
    subject: str
    purpose: str
    detail: str


def row_number(chain: int, place: int) -> int:
    """The number of a row of a chain; both count from 1."""
    return ((chain - 1) << _PLACE_BITS) + place


def chain_of(number: int) -> int:
    """The chain of the row with this number."""
    return ((number - 1) >> _PLACE_BITS) + 1


def chain_hash(key: bytes, previous: str, entry: AuditEntry) -> str:
    """HMAC-SHA256 in hex over the previous hash and the row; each field with its length, so none poses as another."""
    parts = (
        previous,
        str(entry.seq),
        entry.at.isoformat(),
        str(entry.account_id),
        str(entry.organisation_id),
        entry.act,
        entry.subject,
        entry.purpose,
        entry.detail,
    )
    data = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
    return hmac.new(key, data, hashlib.sha256).hexdigest()
