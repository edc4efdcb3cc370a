"""`grm backup` and `grm restore`: one sentence for each outcome, counts for programs."""

import json
from pathlib import Path

import pytest
from builders import contact, found_town
from command_line import Grm
from sqlalchemy import create_engine

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.settings import read_settings
from grm_console.store.audit import begin_chains
from grm_console.store.restore import make_schema


def test_there_and_back(grm: Grm, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_town(desk.store)
    contact(desk.store, "陈莉")
    ran = grm("backup", "town.grm", "--json")
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    assert made["tables"]["contact"] == 1
    assert made["audit_intact"]
    assert "GRM_AUDIT_KEY" in ran.err, "which key must be kept is told"
    assert "test key" not in ran.err
    again = grm("backup", "town.grm")
    assert (again.code, again.out) == (1, "")
    assert "exists already" in again.err
    full = grm("restore", "town.grm")
    assert full.code == 1
    assert "GRM_DATABASE_URL" in full.err
    monkeypatch.setenv("GRM_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere' / 'grm.db'}")
    monkeypatch.setenv("GRM_AUDIT_FOLDER", str(tmp_path))
    ran = grm("restore", "town.grm", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["tables"] == made["tables"]
    assert grm("audit", "verify").code == 0
    assert grm("timeline", "check").code == 0
    (line,) = grm("export", "contacts").out.splitlines()
    assert json.loads(line)["name"] == "陈莉"
    assert ((tmp_path / "elsewhere" / "grm.db").stat().st_mode & 0o777) == 0o600


def test_without_the_key_nothing_is_restored(grm: Grm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert grm("backup", "town.grm").code == 0
    monkeypatch.setenv("GRM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.delenv("GRM_AUDIT_KEY")
    ran = grm("restore", "town.grm")
    assert ran.code == 1
    assert "audit key" in ran.err
    assert not (tmp_path / "new.db").exists()


def test_what_is_no_backup_is_said(grm: Grm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    (tmp_path / "x").write_text("no backup")
    for name, told in (("x", "no backup"), ("nothing", "cannot be read")):
        ran = grm("restore", name)
        assert (ran.code, ran.out) == (1, "")
        assert told in ran.err
        assert "Traceback" not in ran.err


def test_a_store_that_waits_for_its_migration_can_be_saved(
    grm: Grm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.db"
    monkeypatch.setenv("GRM_DATABASE_URL", f"sqlite:///{old}")
    monkeypatch.setenv("GRM_AUDIT_FOLDER", str(tmp_path))
    trail = trail_of(read_settings(), create=True)
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        make_schema(connection, "0001")
        begin_chains(connection)
        connection.exec_driver_sql(
            "INSERT INTO organisation VALUES (1, 'centre', 'department', 'C', '', '', '', '', '', 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO account (id, name, full_name, role, organisation_id, must_change_password, languages, device, "
            "active, failures, created_at) VALUES (1, 'system:cli', 'C', 'system', 1, 0, '', '', 1, 0, "
            "'2026-01-01 00:00:00.000000')"
        )
        connection.exec_driver_sql("INSERT INTO permission VALUES ('system', 'audit.verify')")
        connection.exec_driver_sql(f"INSERT INTO mark VALUES ('audit-key', '{trail.fingerprint}')")
    engine.dispose()
    ran = grm("backup", "old.grm", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["schema"] == "0001"
    monkeypatch.setenv("GRM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    ran = grm("restore", "old.grm", "--json")
    assert ran.code == 0, ran.err
    assert grm("audit", "verify").code == 0
