"""The audit chain: each row's hash covers the one before it, under a key that is not in the store."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

START = "0" * 64
"""The hash before the first row."""


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
