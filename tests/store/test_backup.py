"""A backup restores whole into either kind of store, or not at all; nothing that was cut off or changed is taken."""

import hashlib
import hmac
import json
import random
import stat
import threading
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from builders import LONG_AGO, all_rows, answered, call, contact, found_town, put, staff, take_in, text
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from grm_console.desk import case_work
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.histories import check_all
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CaseForm
from grm_console.errors import StoreError
from grm_console.store import portable_rows, tables
from grm_console.store.audit import AuditTrail, verify_chains
from grm_console.store.backup import take_backup
from grm_console.store.backup_file import Manifest, open_backup
from grm_console.store.engine import read_url
from grm_console.store.portable_rows import Kind
from grm_console.store.restore import restore
from grm_console.store.store import Store
from grm_console.store.tables import metadata

ODD = "tab\tline\nreturn\rback\\slash \\N \\. \b\f\v 停水 👨‍👩‍👧 \x01 ' \""


@pytest.fixture
def used(desk: Desk, web_actor: Actor) -> Store:
    """A store after a call, a text with a case, one with every odd character, one nobody can read, and raw bytes."""
    found_town(desk.store)
    contact(desk.store, ODD, "+12025550142")
    take_in(desk, web_actor, call())
    seat, key = answered(desk, web_actor, staff(desk, "mei"), text("SM0"))
    form = CaseForm(service="misconduct", summary=ODD, details="\\N", place="")
    case_work.open_case(desk, actor_named(desk, "mei"), key, form)
    seat.save_draft(key, form)
    seat.close()
    take_in(desk, web_actor, text("SM1", ODD, "+12025550143"))
    put(desk.store, tables.TextEntry(id=7, kind="note", source_id=1, tokens="zebra 停水 water"))
    raw = tables.InboundEventRow(
        provider="twilio", sid="SM9", kind="unreadable", discriminator="", thread_sid="SM9", channel="sms",
        direction="inbound", sender="", recipient="", received_at=LONG_AGO, raw=bytes(range(256)), fields={"a": "\x00"},
    )  # fmt: skip
    put(desk.store, raw)
    return desk.store


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be restored to."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'grm.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"grm_empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield read_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def another_trail(tmp_path: Path, key: bytes = b"test key") -> AuditTrail:
    return AuditTrail(key, tmp_path / "other.audit-head")


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, but for the server's own transaction numbers."""
    with store.reading() as connection:
        return {
            table.name: [
                {name: value for name, value in row._mapping.items() if (table.name, name) != ("change", "transaction")}
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


def written(rows: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """The rows without the audit chains that nobody wrote: the two kinds of store begin with different numbers."""
    return rows | {"audit_head": [head for head in rows["audit_head"] if head["count"]]}


def test_a_backup_restores_whole_into_either_store(used: Store, empty_url: str, tmp_path: Path) -> None:
    before = everything(used)
    first = take_backup(used, tmp_path / "one.grm")
    assert {name: part.rows for name, part in first.manifest.tables.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    trail = another_trail(tmp_path)
    done = restore(read_url(empty_url), trail, tmp_path / "one.grm")
    assert (done.manifest, done.audit_problem, done.unsent, done.cut_off) == (first.manifest, "", 0, 0)
    with Store(read_url(empty_url), trail) as restored:
        assert written(everything(restored)) == written(before)
        desk = Desk(restored)
        assert check_all(desk, actor_named(desk, "system:cli")) == []
        # What one store writes is byte for byte what the other writes.
        tables_then = take_backup(restored, tmp_path / "two.grm").manifest.tables
        assert {**tables_then, "audit_head": None} == {**first.manifest.tables, "audit_head": None}
        highest = max(row["id"] for row in before["contact"])  # type: ignore[type-var]
        assert contact(restored, "New") > highest  # type: ignore[operator]
        with restored.writing() as write:
            write.audit(1, 1, "test", "store:1", "")
            write.changed("contact", 1)
        with restored.reading() as connection:
            verify_chains(connection, trail)


def test_others_go_on_writing_and_the_copy_is_of_one_moment(
    used: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {name: len(rows) for name, rows in everything(used).items()}
    read = portable_rows.read_rows
    written = []

    def read_while_another_writes(connection: object, shape: portable_rows.Shape) -> Iterator[bytes]:
        if shape.name in ("audit", "contact", "queue"):
            writer = threading.Thread(target=lambda: written.append(contact(used, "Meanwhile")))
            writer.start()
            writer.join()
        yield from read(connection, shape)  # type: ignore[arg-type]

    monkeypatch.setattr("grm_console.store.backup.read_rows", read_while_another_writes)
    made = take_backup(used, tmp_path / "one.grm")
    assert len(written) == 3
    assert {name: part.rows for name, part in made.manifest.tables.items()} == counted


def test_the_file_is_private_and_overwrites_nothing(used: Store, tmp_path: Path) -> None:
    target = tmp_path / "one.grm"
    take_backup(used, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    held = target.read_bytes()
    assert b"test key" not in held
    with pytest.raises(StoreError, match="exists already"):
        take_backup(used, target)
    assert target.read_bytes() == held


def test_an_interrupted_backup_leaves_nothing(used: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def interrupted(*_: object) -> Iterator[bytes]:
        seen.extend(tmp_path.glob(".one.grm.unfinished-*"))
        yield b""
        raise KeyboardInterrupt

    monkeypatch.setattr("grm_console.store.backup.read_rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        take_backup(used, tmp_path / "one.grm")
    assert len(seen) == 1
    assert list(tmp_path.glob("*one.grm*")) == []


def test_nothing_cut_off_or_changed_is_restored(sqlite_url: str, tmp_path: Path) -> None:
    trail = another_trail(tmp_path)
    with Store(read_url(sqlite_url), trail) as store:
        contact(store, "Chen Li")
        take_backup(store, tmp_path / "whole.grm")
    whole = (tmp_path / "whole.grm").read_bytes()
    chance = random.Random(7)
    url = read_url(f"sqlite:///{tmp_path / 'new' / 'grm.db'}")
    damaged = [b"", b"PK", whole[: len(whole) // 2], whole[:-1], b"not a backup"]
    for _ in range(60):
        place = chance.randrange(len(whole))
        damaged.append(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    refused = 0
    for data in damaged:
        (tmp_path / "damaged.grm").write_bytes(data)
        try:
            with open_backup(tmp_path / "damaged.grm", trail) as file:
                file.check()
        except StoreError:
            refused += 1
            with pytest.raises(StoreError):
                restore(url, trail, tmp_path / "damaged.grm")
            assert not (tmp_path / "new").exists()
    # A few bits of a ZIP say nothing, such as its times; whatever says something is noticed.
    assert refused > len(damaged) * 0.6


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_said_to_be_packed_in_another_way_is_refused(sqlite_url: str, tmp_path: Path, method: int) -> None:
    trail = another_trail(tmp_path)
    with Store(read_url(sqlite_url), trail) as store:
        take_backup(store, tmp_path / "whole.grm")
    data = bytearray((tmp_path / "whole.grm").read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 10 : directory + 12] = method.to_bytes(2, "little")
    (tmp_path / "damaged.grm").write_bytes(data)
    damaged = pytest.raises(StoreError, match="no backup, or was cut off or changed")
    with damaged, open_backup(tmp_path / "damaged.grm", trail) as file:
        file.check()


def test_a_forger_without_the_key_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    trail = another_trail(tmp_path)
    with Store(read_url(sqlite_url), trail) as store:
        take_backup(store, tmp_path / "whole.grm")
    with zipfile.ZipFile(tmp_path / "whole.grm") as whole, zipfile.ZipFile(tmp_path / "forged.grm", "w") as forged:
        for name in whole.namelist():
            data = whole.read(name)
            forged.writestr(name, data.replace(b'"rows":1,', b'"rows":2,') if name == "manifest.json" else data)
    url = read_url(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(StoreError, match="seal is broken"):
        restore(url, trail, tmp_path / "forged.grm")
    with pytest.raises(StoreError, match="another audit key"):
        restore(url, another_trail(tmp_path, b"another key"), tmp_path / "whole.grm")
    assert not (tmp_path / "new.db").exists()


def test_a_store_with_rows_is_never_overwritten(used: Store, tmp_path: Path) -> None:
    before = everything(used)
    take_backup(used, tmp_path / "one.grm")
    with pytest.raises(StoreError, match=r"overwrites nothing|only into an empty one"):
        restore(used.url, used.trail, tmp_path / "one.grm")
    assert everything(used) == before


def test_a_log_left_over_from_a_lost_store_is_not_mixed_in(sqlite_url: str, tmp_path: Path) -> None:
    trail = another_trail(tmp_path)
    with Store(read_url(sqlite_url), trail) as store:
        take_backup(store, tmp_path / "one.grm")
    (tmp_path / "lost.db-wal").write_bytes(b"frames")
    with pytest.raises(StoreError, match=r"lost\.db-wal"):
        restore(read_url(f"sqlite:///{tmp_path / 'lost.db'}"), trail, tmp_path / "one.grm")


def test_a_load_that_fails_leaves_an_empty_store(used: Store, empty_url: str, tmp_path: Path) -> None:
    take_backup(used, tmp_path / "one.grm")
    trail = another_trail(tmp_path)

    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(read_url(empty_url), trail, tmp_path / "one.grm", fail)
    assert not any(file.suffix != "" for file in (tmp_path / "new").glob("*"))
    restore(read_url(empty_url), trail, tmp_path / "one.grm")


def test_the_heads_of_lost_rows_are_put_aside_and_the_chain_goes_on(used: Store, tmp_path: Path) -> None:
    made = take_backup(used, tmp_path / "one.grm")
    with used.writing() as write:
        write.audit(1, 1, "test", "store:1", "lost")
    url = read_url(f"sqlite:///{tmp_path / 'new.db'}")
    done = restore(url, used.trail, tmp_path / "one.grm")
    assert done.cut_off == 1
    aside = used.trail.head_file.with_name(f"{used.trail.head_file.name}.{made.manifest.audit_rows + 1}")
    assert aside.read_text().startswith(f"{made.manifest.audit_rows + 1:020}")
    with Store(url, used.trail) as restored, restored.reading() as connection:
        assert verify_chains(connection, used.trail) == made.manifest.audit_rows


def test_a_backup_of_one_chain_in_the_older_format_is_taken(sqlite_url: str, tmp_path: Path) -> None:
    trail = another_trail(tmp_path)
    with Store(read_url(sqlite_url), trail) as store:
        contact(store, "Chen Li")
        made = take_backup(store, tmp_path / "new.grm")
    with zipfile.ZipFile(tmp_path / "new.grm") as new, zipfile.ZipFile(tmp_path / "old.grm", "w") as old:
        told = json.loads(new.read("manifest.json"))
        head = told.pop("audit_heads")["1"]
        data = json.dumps(told | {"format": 1, "audit_rows": head["count"], "audit_hash": head["hash"]}).encode()
        for name in new.namelist():
            seal = hmac.new(b"test key", b"grm backup:" + data, hashlib.sha256).hexdigest()
            old.writestr(name, {"manifest.json": data, "seal": seal}.get(name, new.read(name)))
    url = read_url(f"sqlite:///{tmp_path / 'new.db'}")
    assert restore(url, trail, tmp_path / "old.grm").manifest == made.manifest


def test_a_broken_chain_is_saved_and_told(used: Store, tmp_path: Path) -> None:
    with used.writing() as write:
        write.connection.execute(tables.AuditRow.__table__.update().where(func.length("x") == 1).values(detail="x"))  # type: ignore[attr-defined]
    made = take_backup(used, tmp_path / "one.grm")
    assert "row 1" in made.audit_problem
    done = restore(read_url(f"sqlite:///{tmp_path / 'new.db'}"), another_trail(tmp_path), tmp_path / "one.grm")
    assert "row 1" in done.audit_problem


def test_what_waited_to_be_sent_is_not_sent_again(used: Store, tmp_path: Path) -> None:
    seen: Manifest
    key = all_rows(used, tables.Interaction)[-1].id
    common = {"not_before": LONG_AGO} | {
        "interaction_id": key,
        "provider": "twilio",
        "body": "x",
        "decided_at": LONG_AGO,
        "decided_by_id": 1,
    }
    for state in ("pending", "sending", "sent"):
        row = tables.Outbox(kind="text", decision=state, state=state, answered_sid="", **common)  # type: ignore[arg-type]
        put(used, row)
    seen = take_backup(used, tmp_path / "one.grm").manifest
    trail = another_trail(tmp_path)
    url = read_url(f"sqlite:///{tmp_path / 'new.db'}")
    before = seen.tables["outbox"].rows
    done = restore(url, trail, tmp_path / "one.grm")
    with Store(url, trail) as restored:
        states = [row.state for row in all_rows(restored, tables.Outbox)]
    assert len(states) == before
    assert "pending" not in states
    assert done.unsent == states.count("unknown")


@given(values=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_words_come_back_as_they_were(values: list[str | None]) -> None:
    lines = portable_rows._WRITTEN[Kind.WORDS](values)
    assert not any(set(line) & set("\t\n") for line in lines)
    assert list(portable_rows._READ[Kind.WORDS](lines)) == values
