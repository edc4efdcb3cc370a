"""`grm kb list`, `show`, `diff`, `told` and the steps of an article's life; what is wrong is said in one sentence."""

import csv
import io
import json
from pathlib import Path

import pytest
from builders import all_rows, answered, call, found_town, staff
from command_line import Grm

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.store import tables

HEAD = "id,code,language,question,answer,segments\n"
WATER = "wa,K-031,en,Why is there no water?,Works are announced two days ahead.,\n"
PASSWORD = "correct horse battery"
ADD = ("staff", "add", "--language", "en", "--full-name")


@pytest.fixture
def drafted(grm: Grm, tmp_path: Path) -> Path:
    """A published article with a draft of its next version, an editor and an approver."""
    file = tmp_path / "kb.csv"
    file.write_text(HEAD + WATER, encoding="utf-8")
    assert grm("kb", "import", str(file), "--publish").code == 0
    file.write_text(HEAD + WATER.replace("two days", "three days").replace(",\n", ",retired\n"), encoding="utf-8")
    assert grm("kb", "import", str(file)).code == 0
    for name, role in (("lin", "editor"), ("zhao", "approver")):
        assert grm(*ADD, name.title(), name, "--role", role, given=f"{PASSWORD}\n").code == 0
    return file


def refused(grm: Grm, *arguments: str, given: str = "") -> str:
    """The one sentence with which a command refuses."""
    ran = grm("kb", *arguments, given=given)
    assert (ran.code != 0, ran.out) == (True, "")
    assert "Traceback" not in ran.err
    return ran.err


def test_a_version_from_draft_to_withdrawn_with_two_people(grm: Grm, drafted: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(grm("kb", "list").out))
    assert (row["code"], row["published"], row["coming"], row["coming_state"]) == ("K-031", "1", "2", "draft")
    told = grm("kb", "diff", "K-031", "en").out
    assert "announced[- two-]{+ three+} days" in told
    assert "segments: {+retired+}" in told
    assert "v2 is review" in grm("kb", "submit", "K-031", "en").err
    assert "v2 is draft" in grm("kb", "return", "K-031", "en", "--reason", "which days?").err
    grm("kb", "submit", "K-031", "en", "--by", "lin", given=f"{PASSWORD}\n")
    ran = grm("kb", "approve", "K-031", "en", "--by", "zhao", given=f"{PASSWORD}\n")
    assert (ran.code, ran.out) == (0, "")
    assert "v2 is" in ran.err
    newest, older = (json.loads(line) for line in grm("kb", "show", "K-031", "--json").out.splitlines())
    assert (newest["state"], newest["segments"], older["state"]) == ("published", ["retired"], "expired")
    assert "v2 is expired" in grm("kb", "withdraw", "K-031", "en", "--reason", "wrong").err
    assert grm("kb", "search", "no water").out == ""
    assert "three days" in grm("kb", "show", "K-031").out, "what was said stays readable"


def test_nobody_approves_alone_or_what_is_over(grm: Grm, drafted: Path, desk: Desk) -> None:
    approve = ("approve", "K-031", "en", "--by", "zhao")
    assert "not in the state for it" in refused(grm, *approve, given=f"{PASSWORD}\n")
    assert grm("kb", "submit", "K-031", "en").code == 0
    assert "role editor may not" in refused(grm, *approve[:-1], "lin", given=f"{PASSWORD}\n")
    assert "wrong" in refused(grm, *approve, given="wrong\n")
    with desk.store.writing() as write:  # an editor who came to be an approver
        write.connection.exec_driver_sql(
            "UPDATE article_version SET edited_by_id = (SELECT id FROM account WHERE name = 'zhao') WHERE version = 2"
        )
    assert "You wrote this version" in refused(grm, *approve, given=f"{PASSWORD}\n")
    assert grm("kb", "withdraw", "K-031", "en", "--reason", "not needed").code == 0
    assert "not in the state for it" in refused(grm, *approve, given=f"{PASSWORD}\n")
    assert json.loads(grm("kb", "list", "--json").out)["coming"] is None


def test_what_is_wrong_is_said_in_one_sentence(grm: Grm, drafted: Path) -> None:
    for arguments, told in (
        (("show", "K-999"), "There is no article K-999"),
        (("show", "\x1b[2J"), "There is no article"),
        (("diff", "K-031", "xx"), "There is no K-031 xx"),
        (("diff", "K-031", "en", "7"), "There is no K-031 en v7"),
        (("submit", "K-031", "zh"), "There is no K-031 zh"),
        (("told", "K-999"), "There is no article K-999"),
        (("withdraw", "K-031", "en", "--reason", " "), "why"),
    ):
        said = refused(grm, *arguments)
        assert told in said
        assert "\x1b" not in said


def test_who_was_told_is_listed_and_called_back_once(grm: Grm, drafted: Path, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, exchange = answered(desk, web_actor, staff(desk, "mei"), call())
    seat.answers.give(exchange, seat.answers.search("water")[0].version_id, 1, "water")
    seat.end(exchange)
    seat.wrap_up(exchange, "informed", "")
    assert grm("kb", "told", "K-031").out.strip().count("\n") == 0, "it still holds"
    assert grm("kb", "import", str(drafted), "--publish").code == 0
    (line,) = (json.loads(one) for one in grm("kb", "told", "K-031", "--json").out.splitlines())
    assert (line["version"], line["channel"], line["again"]) == (1, "voice", "")
    first = grm("kb", "told", "K-031", "--call")
    assert "1 callbacks" in first.err
    assert "0 callbacks" in grm("kb", "told", "K-031", "--call").err
    assert len(all_rows(desk.store, tables.ToldAgain)) == 1
