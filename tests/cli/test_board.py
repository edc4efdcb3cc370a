"""`grm board` needs a terminal, and whoever has no password sees nothing but a demo."""

import pytest
from builders import found_town, put, staff

from grm_console.cli.board import _signed_in, board
from grm_console.desk.board import demo_supervisor
from grm_console.desk.desk import Desk
from grm_console.errors import GrmError
from grm_console.store import tables


def test_a_pipe_is_no_wall() -> None:
    with pytest.raises(GrmError, match="needs a terminal"):
        board(account="", bell=True)


def test_only_a_demo_store_needs_no_password(desk: Desk) -> None:
    found_town(desk.store)
    zhao = staff(desk, "zhao", "supervisor")
    staff(desk, "mei")
    with pytest.raises(GrmError, match="--account"):
        _signed_in(desk, "")
    put(desk.store, tables.Mark(name="demo", value="mei"))
    assert _signed_in(desk, "") == zhao == demo_supervisor(desk)
