"""`grm block`: machines by the command line's own account, rules for a person only with a supervisor's password."""

import json
from datetime import timedelta

from builders import all_rows, staff
from command_line import Grm
from typer.testing import CliRunner

from grm_console.cli import block
from grm_console.clock import system_clock
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import hash_password
from grm_console.errors import NotAllowed, SignInRefused
from grm_console.store import tables

run = CliRunner().invoke


def test_a_machine_is_added_listed_and_lifted(grm: Grm, desk: Desk) -> None:
    """The fixture `grm` puts the settings into the environment; the clock is the machine's."""
    until = f"{desk.store.now().year + 500}-01-01"
    added = ("add", "202-555-0142", "--kind", "machine", "--reason", "=rings every minute")
    refused = run(block.app, [*added, "--until", until])
    assert "nothing is blocked for longer" in str(refused.exception)
    ran = run(block.app, [*added, "--until", f"{system_clock().astimezone():%Y-%m-%d}"])
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "Noted as number 1. Lift it: grm block lift 1\n")
    (line,) = [json.loads(one) for one in run(block.app, ["list", "--json"]).stdout.splitlines()]
    assert (line["id"], line["number"], line["kind"]) == (1, "+12025550142", "machine")
    assert "'=rings every minute" in run(block.app, ["list"]).stdout, "no cell is a formula"
    assert run(block.app, ["lift", "1"]).exit_code == 0
    assert run(block.app, ["list"]).stdout == ""
    assert run(block.app, ["list", "--all"]).stdout.count("\n") == 2


def test_rules_for_a_person_need_a_supervisor(grm: Grm, desk: Desk) -> None:
    staff(desk, "lan", "supervisor", password_hash=hash_password("tide and lamp 42"))
    staff(desk, "mei", password_hash=hash_password("tide and lamp 43"))
    today = system_clock().astimezone().date()
    days = {"until": today + timedelta(days=30), "review": today + timedelta(days=20)}
    given = ["add", "+12025550142", "--kind", "person", "--reason", "one call a day", "--notice", "by letter"]
    given += [part for name, day in days.items() for part in (f"--{name}", day.isoformat())]
    assert isinstance(run(block.app, given).exception, NotAllowed)
    assert isinstance(run(block.app, [*given, "--by", "mei"], input="tide and lamp 43\n").exception, NotAllowed)
    assert isinstance(run(block.app, [*given, "--by", "lan"], input="wrong\n").exception, SignInRefused)
    assert run(block.app, [*given, "--by", "lan"], input="tide and lamp 42\n").exit_code == 0
    (row,) = all_rows(desk.store, tables.BlockedNumber)
    (lan,) = [one.id for one in all_rows(desk.store, tables.Account) if one.name == "lan"]
    assert (row.kind, row.notice, row.account_id) == ("person", "by letter", lan)
