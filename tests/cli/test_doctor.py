"""`grm doctor`: facts in words, secrets never."""

import json

from builders import account
from command_line import Grm

from grm_console.desk.desk import Desk
from grm_console.settings import Settings


def test_everything_fine(grm: Grm, settings: Settings) -> None:
    ran = grm("doctor", "--json")
    found = json.loads(ran.out)
    assert ran.code == 0, [f for f in found if not f["fine"]]
    facts = {finding["part"]: finding["fact"] for finding in found}
    assert facts["schema"].isdigit(), "no advice: it is the one needed"
    if settings.database_url.startswith("sqlite"):
        assert (facts["journal_mode"], facts["synchronous"]) == ("wal", "FULL")
        assert facts["SQLite"].startswith("3.5")
    else:
        assert facts["synchronous_commit"] == "on"
    urls = [finding["fact"] for finding in found if finding["part"] == "signed URL"]
    assert urls[0].startswith("https://desk.example.gov/twilio/voice")
    assert "#rc=3" in facts["retries"]
    assert "every 10 min" in facts["lost requests"]


def test_a_store_nobody_administers_tells_the_next_step(grm: Grm, desk: Desk) -> None:
    assert "grm staff add NAME" in grm("doctor").out
    account(desk, "ada", "administrator")
    assert "staff add" not in grm("doctor").out


def test_no_secret_is_told(grm: Grm, monkeypatch: object) -> None:
    ran = grm("doctor")
    assert "secret-token" not in ran.out + ran.err
    assert "test key" not in ran.out + ran.err
    assert "set (1)" in ran.out


def test_a_wrong_setting_is_named_with_its_fix(grm: Grm, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("GRM_DEFAULT_REGION", "Germany")
    ran = grm("doctor")
    assert ran.code == 1
    assert "GRM_DEFAULT_REGION" in ran.err
    assert "two letters" in ran.err


def test_a_store_that_is_not_there_is_said(grm: Grm, monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("GRM_DATABASE_URL", "mysql://x/y")
    assert "sqlite and postgresql" in grm("doctor").err
