"""The audit chain in the store, and its head kept apart in a file."""

import fcntl
import hashlib
import logging
import os
import secrets
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, insert, select, text, update

from grm_console.domain.audit_chain import START, AuditEntry, chain_hash
from grm_console.errors import AuditBroken, SettingsError
from grm_console.i18n import _
from grm_console.store.prepared import Prepared
from grm_console.store.tables import AuditHead, AuditRow
from grm_console.store.tables.columns import INSTANT, storable, table_of

_log = logging.getLogger(__name__)
_audit = table_of(AuditRow)
_head = table_of(AuditHead)

_LOCK_HEAD = Prepared(select(_head.c.count, _head.c.hash).where(_head.c.id == 1).with_for_update())
_READ_HEAD = Prepared(select(_head.c.count, _head.c.hash).where(_head.c.id == 1))
_MOVE_HEAD = Prepared(
    update(_head).where(_head.c.id == 1).values(count=bindparam("new_count"), hash=bindparam("new_hash"))
)
_APPEND = Prepared(insert(_audit).values({c.name: bindparam(c.name) for c in _audit.columns}))
_APPEND_AND_MOVE_HEAD = Prepared(
    text(
        "WITH moved AS (UPDATE audit_head SET count = :new_count, hash = :new_hash WHERE id = 1)"
        " INSERT INTO audit (seq, at, account_id, organisation_id, act, subject, purpose, detail, hash)"
        " SELECT seq, :at, account_id, organisation_id, act, subject, purpose, detail, hash"
        " FROM unnest(CAST(:seq AS bigint[]), CAST(:account_id AS bigint[]), CAST(:organisation_id AS bigint[]),"
        " CAST(:act AS text[]), CAST(:subject AS text[]), CAST(:purpose AS text[]), CAST(:detail AS text[]),"
        " CAST(:hash AS text[]))"
        " AS told (seq, account_id, organisation_id, act, subject, purpose, detail, hash)"
    ).bindparams(bindparam("at", type_=INSTANT))
)
"""Both at once for PostgreSQL, where all other writers wait meanwhile: `at` is of all rows, the rest are lists."""

_COLUMNS = (
    _audit.c.seq,
    _audit.c.at,
    _audit.c.account_id,
    _audit.c.organisation_id,
    _audit.c.act,
    _audit.c.subject,
    _audit.c.purpose,
    _audit.c.detail,
    _audit.c.hash,
)


@dataclass(frozen=True, slots=True)
class PendingAudit:
    """An audit row of the running transaction, numbered and hashed when it commits."""

    account_id: int
    organisation_id: int
    act: str
    subject: str
    purpose: str
    detail: str


class AuditTrail:
    """Appends to the chain and keeps its head apart.

    The key never stands in the store: whoever can write the store still cannot forge the chain. The head file
    holds count and hash of the newest row this host wrote, so that a cut-off tail is noticed too.
    """

    def __init__(self, key: bytes, head_file: Path) -> None:
        self.key = key
        self.head_file = head_file

    @property
    def fingerprint(self) -> str:
        """Tells one key from another without telling the key."""
        return hashlib.sha256(b"grm audit key:" + self.key).hexdigest()[:16]

    def append(self, connection: Connection, pending: Sequence[PendingAudit], at: datetime) -> tuple[int, str]:
        """Chain the rows, one or more, at the end of a transaction; gives the new head.

        The head row stays locked until the commit, so writers queue here: call it as the last statement.
        """
        head = _LOCK_HEAD.first(connection, {})
        if head is None:
            raise AuditBroken(_("The audit chain has lost its head row. Run grm audit verify and restore a backup."))
        count, previous = head
        rows = []
        for row in pending:
            count += 1
            # What the hash covers must be what the store gives back.
            told = (storable(row.act), storable(row.subject), storable(row.purpose), storable(row.detail))
            entry = AuditEntry(count, at, row.account_id, row.organisation_id, *told)
            previous = chain_hash(self.key, previous, entry)
            rows.append({name: getattr(entry, name) for name in AuditEntry.__slots__} | {"hash": previous})
        moved = {"new_count": count, "new_hash": previous}
        if connection.dialect.name == "postgresql":
            lists = {name: [row[name] for row in rows] for name in rows[0] if name != "at"}
            _APPEND_AND_MOVE_HEAD.run(connection, {"at": at} | lists | moved)
        else:
            _APPEND.run_many(connection, rows)
            _MOVE_HEAD.run(connection, moved)
        return count, previous

    def note_head(self, count: int, digest: str) -> None:
        """Keep the head apart after the commit; an older one never replaces a newer."""
        try:
            descriptor = os.open(self.head_file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _parse_head(os.pread(descriptor, 200, 0))[0] < count:
                    os.pwrite(descriptor, f"{count:020} {digest}\n".encode(), 0)
            finally:
                os.close(descriptor)
        except OSError as error:
            _log.warning("The audit head could not be kept apart: %s", error)

    def begin_again(self, count: int, digest: str) -> int:
        """Keep the head of a restored store apart; gives how many rows further the one kept before it was.

        That one is evidence of rows that are lost: it is put aside under its number.
        """
        known, known_digest = self.kept_head()
        if known >= count and (known, known_digest) != (count, digest):
            self.head_file.replace(self.head_file.with_name(f"{self.head_file.name}.{known}"))
        self.note_head(count, digest)
        return max(0, known - count)

    def kept_head(self) -> tuple[int, str]:
        """Count and hash of the head kept apart; (0, the start) if there is none yet."""
        try:
            return _parse_head(self.head_file.read_bytes())
        except FileNotFoundError:
            return 0, START


def open_trail(key_text: str, key_file: Path, head_file: Path, *, create: bool) -> AuditTrail:
    """The trail with its key: from the setting, or from the key file, made when the store is.

    Raises SettingsError when there is neither, because a chain under a new key would not verify.
    """
    if key_text:
        return AuditTrail(key_text.encode(), head_file)
    if not key_file.exists():
        if not create:
            raise SettingsError(
                _(
                    "The audit key {file} is missing. Copy it from the host where grm init ran, or set GRM_AUDIT_KEY."
                ).format(file=key_file)
            )
        key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return AuditTrail(key_file.read_text().strip().encode(), head_file)


def begin_chain(connection: Connection) -> None:
    """Make the head row of a store's new chain; a chain begun before goes on."""
    if _READ_HEAD.first(connection, {}) is None:
        connection.execute(insert(_head).values(id=1, count=0, hash=START))


def read_head(connection: Connection) -> tuple[int, str]:
    """Count and hash of the newest row; (0, the start) if the head row is lost."""
    row = _READ_HEAD.first(connection, {})
    return (0, START) if row is None else (row[0], row[1])


def verify_chain(connection: Connection, trail: AuditTrail, kept: tuple[int, str] | None = None) -> int:
    """Check every row, the head row and the head kept apart; gives the number of rows.

    `kept` is the head kept apart if it is not that of the trail's file, as for a store that is being restored.

    Raises AuditBroken naming the first row that was changed, is missing, or was cut off the end.
    """
    with closing(_all_rows(connection)) as rows:
        return _verify(connection, trail, rows, kept or trail.kept_head())


def _verify(
    connection: Connection, trail: AuditTrail, rows: Iterable[tuple[AuditEntry, str]], kept: tuple[int, str]
) -> int:
    expected, previous = 0, START
    kept_count, kept_hash = kept
    for entry, digest in rows:
        expected += 1
        if entry.seq != expected:
            raise AuditBroken(
                _("Audit row {row} is missing. Compare with a backup before that row.").format(row=expected)
            )
        previous = chain_hash(trail.key, previous, entry)
        if previous != digest:
            raise AuditBroken(
                _("Audit row {row} or its place was changed. Compare with a backup before that row.").format(
                    row=expected
                )
            )
        if expected == kept_count and digest != kept_hash:
            raise AuditBroken(
                _("Audit row {row} is not the one whose hash was kept apart in {file}.").format(
                    row=expected, file=trail.head_file
                )
            )
    head = _READ_HEAD.first(connection, {})
    if head != (expected, previous):
        raise AuditBroken(
            _("The head row does not match audit row {row}: the end of the chain was cut or changed.").format(
                row=expected
            )
        )
    if kept_count > expected:
        raise AuditBroken(
            _("The chain ends at row {row}, but {file} knows row {kept}: its end was cut off.").format(
                row=expected, file=trail.head_file, kept=kept_count
            )
        )
    return expected


def _all_rows(connection: Connection) -> Generator[tuple[AuditEntry, str], None, None]:
    statement = select(*_COLUMNS).order_by(_audit.c.seq)
    with connection.execute(statement, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            yield AuditEntry(*row[:8]), row[8]


def _parse_head(data: bytes) -> tuple[int, str]:
    words = data.decode("ascii", "replace").split()
    if len(words) != 2 or not words[0].isdigit():
        return 0, START
    return int(words[0]), words[1]
