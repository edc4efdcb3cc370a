"""`grm find index`: says what it did, and may be run again."""

from builders import all_rows, contact
from command_line import Grm
from typer.testing import CliRunner

from grm_console.cli import find
from grm_console.desk.desk import Desk
from grm_console.store import tables


def test_the_index_is_made_and_made_anew(grm: Grm, desk: Desk) -> None:
    """The fixture `grm` puts the settings into the environment."""
    key = contact(desk.store, "陈丽", "+12025550142")
    runner = CliRunner()
    ran = runner.invoke(find.app, ["index"])
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "Everything is indexed.\n")
    assert {row.contact_id for row in all_rows(desk.store, tables.ContactName)} == {key}
    assert runner.invoke(find.app, ["index"]).stderr == "Everything was indexed already.\n"
    before = all_rows(desk.store, tables.ContactName)
    assert runner.invoke(find.app, ["index", "--rebuild"]).exit_code == 0
    assert all_rows(desk.store, tables.ContactName) == before
