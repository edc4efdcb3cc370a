"""`grm report`: figures to standard output, and one sentence for a span that cannot be."""

from command_line import Grm
from typer.testing import CliRunner

from grm_console.cli import report
from grm_console.desk.desk import Desk
from grm_console.errors import InvalidInput

run = CliRunner().invoke
DAYS = ["interpreters", "--from", "2026-11-01", "--to", "2026-11-30"]


def test_interpreters_minutes_go_to_standard_output(grm: Grm, desk: Desk) -> None:
    """The figures are tested where they are made; here nobody has interpreted, so there is nothing but success."""
    for more in ([], ["--rows"], ["--json"], ["--rows", "--json"]):
        ran = run(report.app, [*DAYS, *more])
        assert (ran.exit_code, ran.stdout) == (0, "")
    swapped = run(report.app, ["interpreters", "--from", "2026-11-30", "--to", "2026-11-01"])
    assert isinstance(swapped.exception, InvalidInput)
