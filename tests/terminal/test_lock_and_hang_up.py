"""In a real pseudo-terminal: a locked seat leaves no cell of the desk, and a terminal that hangs up loses no word."""

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import account, all_rows, contact, found_town, interaction_of, take_in, text
from terminal import Terminal

from grm_console.desk.actor import Actor
from grm_console.desk.agent_states import status
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import AgentState
from grm_console.settings import Settings
from grm_console.store import accounts, tables

WORDS = "Pressure is low on floor six"
SECRETS = ("Chen", "0142", "no water since", WORDS, "Knowledge", "Timeline")

LOCKED = """
from pathlib import Path
from textual.binding import Binding
from grm_console.cli.opening import open_desk
from grm_console.desk.seat import SignIn
from grm_console.settings import read_settings
from grm_console.tui import app
from grm_console.tui.screens.lock import LockScreen

class Lockable(app.GrmConsole):
    CSS_PATH = Path(app.__file__).with_name("app.tcss")
    BINDINGS = [Binding("f12", "cover", priority=True)]

    def action_cover(self):
        self.push_screen(LockScreen("Li Wei", lambda password: None))

Lockable(lambda: SignIn(open_desk(read_settings())), demo=True).run()
"""


@pytest.fixture
def environment(settings: Settings, desk: Desk, web_actor: Actor, tmp_path: Path) -> dict[str, str]:
    """A demo store in which a text of a known contact waits."""
    found_town(desk.store)
    account(desk, "li.wei", device="+12025550191")
    with desk.store.writing() as write:
        accounts.set_mark(write.connection, "demo", "li.wei")
    contact(desk.store, "Chen Li", "+12025550142")
    take_in(desk, web_actor, text("SM1", "no water since Friday"))
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "GRM_DATABASE_URL": settings.database_url,
        "GRM_AUDIT_FOLDER": str(settings.audit_folder),
        "GRM_AUDIT_KEY": settings.audit_key.get_secret_value(),
    }


def at_work(terminal: Terminal) -> None:
    """Take the text and type into the case form."""
    terminal.until(lambda seen: "F2 Answer" in seen)
    terminal.press("f2")
    terminal.until(lambda seen: "F9 Wrap up" in seen and "F2 Answer" not in seen)
    terminal.until_quiet(0.5)
    terminal.send("\x1b3")
    shown = terminal.until(lambda seen: "Details" in seen).splitlines()
    line = next(number for number, words in enumerate(shown) if "Details" in words)
    column = shown[line].index("Details")
    for end in "Mm":
        terminal.send(f"\x1b[<0;{column + 3};{line + 2}{end}")
    terminal.until_quiet(0.5)
    terminal.send(WORDS)
    terminal.until(lambda seen: WORDS in seen)
    terminal.until_quiet()


def ends(pid: int, seconds: float) -> bool:
    """Whether a child of ours ends by itself within a time."""
    watched = os.pidfd_open(pid)
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_no_cell_keeps_what_the_desk_showed(environment: dict[str, str], size: tuple[int, int], tmp_path: Path) -> None:
    program = tmp_path / "lockable.py"
    program.write_text(LOCKED)
    with Terminal([sys.executable, str(program)], environment, *size) as terminal:
        at_work(terminal)
        terminal.send("\x1b[24~")
        terminal.until(lambda seen: "Li Wei is signed in" in seen)
        before = len(terminal.raw)
        terminal.until_quiet(1.2)
        for secret in SECRETS:
            assert secret not in terminal.text
        assert all(secret.encode() not in bytes(terminal.raw[before:]) for secret in SECRETS)
        terminal.send("any")
        terminal.press("enter")
        terminal.until(lambda seen: WORDS in seen)
        terminal.press("ctrl+q")
        assert terminal.ended(10)


@pytest.fixture
def hung_up(environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal([sys.executable, "-m", "grm_console", "console"], environment, 120, 40)
    yield terminal
    if terminal.pid:
        os.kill(terminal.pid, 9)
        os.waitpid(terminal.pid, 0)


@pytest.mark.parametrize("way", ["hang-up", "SIGTERM"])
def test_the_end_from_outside_keeps_every_word(hung_up: Terminal, desk: Desk, way: str) -> None:
    at_work(hung_up)
    if way == "hang-up":
        os.close(hung_up._side)
    else:
        os.kill(hung_up.pid, 15)
    assert ends(hung_up.pid, 10), "the console goes on without a terminal"
    _pid, code = os.waitpid(hung_up.pid, 0)
    hung_up.pid = 0
    if way == "SIGTERM":
        os.close(hung_up._side)
    assert os.waitstatus_to_exitcode(code) == 0
    (draft,) = all_rows(desk.store, tables.Draft)
    assert draft.interaction_id == interaction_of(desk.store, "SM1")
    assert WORDS in str(draft.form)
    assert status(desk, actor_named(desk, "li.wei")).state is AgentState.SIGNED_OUT
