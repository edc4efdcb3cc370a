"""`grm staff`: accounts and their passwords."""

import json
from pathlib import Path

import pytest
from command_line import Grm

from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import sign_in
from grm_console.errors import SignInRefused

ADD = ("staff", "add", "li.wei", "--full-name", "Li Wei", "--role", "operator", "--language", "en", "--language", "zh")


def test_an_account_with_a_password_from_standard_input_can_sign_in(grm: Grm, desk: Desk) -> None:
    ran = grm(*ADD, "--phone", "202-555-0191", given="correct horse battery\n")
    assert (ran.code, ran.out) == (0, "")
    actor = sign_in(desk, "li.wei", "correct horse battery")
    assert (actor.role, actor.device) == ("operator", "+12025550191")
    (line,) = grm("staff", "list", "--json").out.splitlines()
    assert json.loads(line)["languages"] == "en|zh"


def test_without_a_password_a_one_time_one_is_printed(grm: Grm, desk: Desk) -> None:
    given = grm(*ADD).out.strip()
    assert sign_in(desk, "li.wei", given).name == "li.wei"
    with desk.store.reading() as connection:
        (must,) = connection.exec_driver_sql("SELECT must_change_password FROM account WHERE name = 'li.wei'").one()
    assert must


def test_a_new_password_replaces_the_old_one(grm: Grm, desk: Desk) -> None:
    grm(*ADD, given="correct horse battery\n")
    assert grm("staff", "password", "li.wei", given="another long password\n").code == 0
    sign_in(desk, "li.wei", "another long password")
    with pytest.raises(SignInRefused):
        sign_in(desk, "li.wei", "correct horse battery")


def test_everything_wrong_is_named_and_nothing_is_made(grm: Grm) -> None:
    ran = grm("staff", "add", "Li Wei!", "--role", "boss", "--organisation", "moon", "--phone", "none", given="short\n")
    assert ran.code == 1
    for word in (
        "12 to 200",
        "lower case",
        "Full name:",
        "one of operator, ",
        "'moon' is not in",
        "what rings at the d",
    ):
        assert word in ran.err
    assert grm("staff", "list", "--json").out == ""


def test_an_account_can_be_changed_and_put_out_of_use(grm: Grm, desk: Desk) -> None:
    grm(*ADD, given="correct horse battery\n")
    assert grm("staff", "change", "li.wei", "--role", "supervisor", "--inactive").code == 0
    (line,) = grm("staff", "list", "--json").out.splitlines()
    told = json.loads(line)
    assert (told["role"], told["active"], told["name"]) == ("supervisor", False, "Li Wei")
    with pytest.raises(SignInRefused):
        sign_in(desk, "li.wei", "correct horse battery")


def test_a_dry_run_makes_no_account_and_gives_no_password(grm: Grm) -> None:
    ran = grm(*ADD, "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "li.wei: would be added" in ran.err
    assert grm("staff", "list", "--json").out == ""


def test_an_exported_file_of_accounts_comes_back_without_passwords(grm: Grm, desk: Desk, tmp_path: Path) -> None:
    grm(*ADD, given="correct horse battery\n")
    path = tmp_path / "staff.csv"
    assert grm("staff", "export", str(path)).code == 0
    assert path.read_text().splitlines() == [
        "account,name,role,organisation,languages,phone,active",
        "li.wei,Li Wei,operator,centre,en|zh,,yes",
    ]
    assert "0 added, 0 changed, 1 unchanged" in grm("staff", "import", str(path)).err
    assert sign_in(desk, "li.wei", "correct horse battery").name == "li.wei"


@pytest.mark.parametrize("name", ["nobody", "system:web"])
def test_accounts_that_are_none_of_ours_cannot_be_changed(grm: Grm, name: str) -> None:
    ran = grm("staff", "password", name, given="correct horse battery\n")
    assert ran.code == 1
    assert "grm staff list" in ran.err


def test_the_same_name_twice_is_refused(grm: Grm) -> None:
    grm(*ADD, given="correct horse battery\n")
    ran = grm(*ADD, given="correct horse battery\n")
    assert ran.code == 1
    assert "already" in ran.err


def test_every_act_on_accounts_is_audited_without_the_password(grm: Grm, desk: Desk) -> None:
    grm(*ADD, given="correct horse battery\n")
    grm("staff", "change", "li.wei", "--role", "supervisor")
    grm("staff", "password", "li.wei", given="another long password\n")
    with desk.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT purpose, detail FROM audit WHERE act = 'staff.manage' ORDER BY seq"
        ).all()
    assert [tuple(row) for row in rows] == [
        ("added", "account, name, role, organisation, languages, active"),
        ("changed", "role"),
        ("password set", ""),
    ]
