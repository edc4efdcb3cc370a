"""The audit chains in the store, and their heads kept apart in a file.

Who appends to a chain holds its head until the commit. On SQLite writers come one after the other anyway, so there is
one chain; on PostgreSQL there are several, or the slowest line to a seat would set the pace of all writers.
"""

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

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, text, update

from grm_console.domain.audit_chain import NO_ROW, START, AuditEntry, Head, Heads, chain_hash, chain_of, row_number
from grm_console.errors import AuditBroken, SettingsError
from grm_console.i18n import _
from grm_console.store.prepared import Prepared
from grm_console.store.tables import AuditHead, AuditRow
from grm_console.store.tables.columns import INSTANT, storable, table_of

_log = logging.getLogger(__name__)
_audit = table_of(AuditRow)
_head = table_of(AuditHead)

CHAINS = {"sqlite": 1, "postgresql": 8}
"""Chains of a new store. The next free one is taken, so a quiet desk writes only the first."""

_HEADS = select(_head.c.id, _head.c.count, _head.c.hash)
_LOCK_A_FREE_HEAD = Prepared(_HEADS.order_by(_head.c.id).limit(literal_column("1")).with_for_update(skip_locked=True))
_LOCK_ANY_HEAD = Prepared(_HEADS.order_by(func.random()).limit(literal_column("1")).with_for_update())
_READ_HEADS = Prepared(_HEADS)
_MOVE_HEAD = Prepared(
    update(_head).where(_head.c.id == bindparam("chain")).values(count=bindparam("count"), hash=bindparam("digest"))
)
_APPEND = Prepared(insert(_audit).values({c.name: bindparam(c.name) for c in _audit.columns}))
_APPEND_AND_MOVE_HEAD = Prepared(
    text(
        "WITH moved AS (UPDATE audit_head SET count = :count, hash = :digest WHERE id = :chain)"
        " INSERT INTO audit (seq, at, account_id, organisation_id, act, subject, purpose, detail, hash)"
        " SELECT seq, :at, account_id, organisation_id, act, subject, purpose, detail, hash"
        " FROM unnest(CAST(:seq AS bigint[]), CAST(:account_id AS bigint[]), CAST(:organisation_id AS bigint[]),"
        " CAST(:act AS text[]), CAST(:subject AS text[]), CAST(:purpose AS text[]), CAST(:detail AS text[]),"
        " CAST(:hash AS text[]))"
        " AS told (seq, account_id, organisation_id, act, subject, purpose, detail, hash)"
    ).bindparams(bindparam("at", type_=INSTANT))
)
"""Both at once for PostgreSQL, where other writers may wait meanwhile: `at` is of all rows, the rest are lists."""

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


_LINE = len(f"{0:020} {START}\n")
"""Bytes of a head in the head file, where each chain has its place."""


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
    """Appends to the chains and keeps their heads apart.

    The key never stands in the store: whoever can write the store still cannot forge a chain. The head file holds
    count and hash of the newest row of each chain that this host wrote, so that a cut-off tail is noticed too.
    """

    def __init__(self, key: bytes, head_file: Path) -> None:
        self.key = key
        self.head_file = head_file

    @property
    def fingerprint(self) -> str:
        """Tells one key from another without telling the key."""
        return hashlib.sha256(b"grm audit key:" + self.key).hexdigest()[:16]

    def append(self, connection: Connection, pending: Sequence[PendingAudit], at: datetime) -> tuple[int, Head]:
        """Put the rows, one or more, at the end of a chain; gives the chain and its new head.

        The head row stays locked until the commit, so other writers may wait here: call it as the last statement.
        """
        head = _LOCK_A_FREE_HEAD.first(connection, {}) or _LOCK_ANY_HEAD.first(connection, {})
        if head is None:
            raise AuditBroken(_("The audit chain has lost its head row. Run grm audit verify and restore a backup."))
        chain, count, previous = head
        rows = []
        for row in pending:
            count += 1
            # What the hash covers must be what the store gives back.
            told = (storable(row.act), storable(row.subject), storable(row.purpose), storable(row.detail))
            entry = AuditEntry(row_number(chain, count), at, row.account_id, row.organisation_id, *told)
            previous = chain_hash(self.key, previous, entry)
            rows.append({name: getattr(entry, name) for name in AuditEntry.__slots__} | {"hash": previous})
        moved = {"chain": chain, "count": count, "digest": previous}
        if connection.dialect.name == "postgresql":
            lists = {name: [row[name] for row in rows] for name in rows[0] if name != "at"}
            _APPEND_AND_MOVE_HEAD.run(connection, {"at": at} | lists | moved)
        else:
            _APPEND.run_many(connection, rows)
            _MOVE_HEAD.run(connection, moved)
        return chain, Head(count, previous)

    def note_head(self, chain: int, head: Head) -> None:
        """Keep a chain's head apart after the commit; an older one never replaces a newer."""
        try:
            descriptor = os.open(self.head_file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                place = (chain - 1) * _LINE
                if _parse_head(os.pread(descriptor, _LINE, place)).count < head.count:
                    os.pwrite(descriptor, f"{head.count:020} {head.hash}\n".encode(), place)
            finally:
                os.close(descriptor)
        except OSError as error:
            _log.warning("The audit head could not be kept apart: %s", error)

    def begin_again(self, heads: Heads) -> int:
        """Keep the heads of a restored store apart; gives how many rows further those kept before it were.

        Those are evidence of rows that are lost: they are put aside under their number.
        """
        known = self.kept_heads()
        further = {chain: head.count - heads.get(chain, NO_ROW).count for chain, head in known.items()}
        if any(rows >= 0 and heads.get(chain) != known[chain] for chain, rows in further.items()):
            total = sum(head.count for head in known.values())
            self.head_file.replace(self.head_file.with_name(f"{self.head_file.name}.{total}"))
        for chain, head in heads.items():
            self.note_head(chain, head)
        return sum(rows for rows in further.values() if rows > 0)

    def kept_heads(self) -> Heads:
        """The heads kept apart, of the chains that have any."""
        try:
            data = self.head_file.read_bytes()
        except FileNotFoundError:
            return {}
        lines = (data[place : place + _LINE] for place in range(0, len(data), _LINE))
        heads = {chain: _parse_head(line) for chain, line in enumerate(lines, start=1)}
        return {chain: head for chain, head in heads.items() if head.count}


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


def begin_chains(connection: Connection) -> None:
    """Make the head rows that a store of its kind lacks; a chain begun before goes on, and a lost head stays lost."""
    there = read_heads(connection)
    for chain in range(1, CHAINS[connection.dialect.name] + 1):
        of_chain = _audit.c.seq.between(row_number(chain, 1), row_number(chain + 1, 0))
        if chain not in there and connection.execute(select(_audit.c.seq).where(of_chain).limit(1)).first() is None:
            connection.execute(insert(_head).values(id=chain, count=0, hash=START))


def read_heads(connection: Connection) -> Heads:
    """The head rows that are there, by their chains."""
    return {chain: Head(count, digest) for chain, count, digest in _READ_HEADS.rows(connection, {})}


def verify_chains(connection: Connection, trail: AuditTrail, kept: Heads | None = None) -> int:
    """Check every row, the head rows and the heads kept apart; gives the number of rows.

    `kept` are the heads kept apart if they are not those of the trail's file, as for a store that is being restored.

    Raises AuditBroken naming the first row that was changed, is missing, or was cut off the end.
    """
    with closing(_all_rows(connection)) as rows:
        return _verify(connection, trail, rows, trail.kept_heads() if kept is None else kept)


def _verify(connection: Connection, trail: AuditTrail, rows: Iterable[tuple[AuditEntry, str]], kept: Heads) -> int:
    ends: Heads = {}
    for entry, digest in rows:
        chain = chain_of(entry.seq)
        end = ends.get(chain, NO_ROW)
        expected = row_number(chain, end.count + 1)
        if entry.seq != expected:
            raise AuditBroken(
                _("Audit row {row} is missing. Compare with a backup before that row.").format(row=expected)
            )
        if chain_hash(trail.key, end.hash, entry) != digest:
            raise AuditBroken(
                _("Audit row {row} or its place was changed. Compare with a backup before that row.").format(
                    row=expected
                )
            )
        ends[chain] = end = Head(end.count + 1, digest)
        if chain in kept and kept[chain].count == end.count and kept[chain] != end:
            raise AuditBroken(
                _("Audit row {row} is not the one whose hash was kept apart in {file}.").format(
                    row=expected, file=trail.head_file
                )
            )
    heads = read_heads(connection)
    for chain in sorted({1, *heads, *ends, *kept}):
        end = ends.get(chain, NO_ROW)
        last = row_number(chain, end.count)
        if heads.get(chain) != end:
            raise AuditBroken(
                _("The head row does not match audit row {row}: the end of the chain was cut or changed.").format(
                    row=last
                )
            )
        if chain in kept and kept[chain].count > end.count:
            raise AuditBroken(
                _("The chain ends at row {row}, but {file} knows row {kept}: its end was cut off.").format(
                    row=last, file=trail.head_file, kept=row_number(chain, kept[chain].count)
                )
            )
    return sum(end.count for end in ends.values())


def _all_rows(connection: Connection) -> Generator[tuple[AuditEntry, str], None, None]:
    statement = select(*_COLUMNS).order_by(_audit.c.seq)
    with connection.execute(statement, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            yield AuditEntry(*row[:8]), row[8]


def _parse_head(line: bytes) -> Head:
    words = line.decode("ascii", "replace").split()
    if len(words) != 2 or not words[0].isdigit():
        return NO_ROW
    return Head(int(words[0]), words[1])
