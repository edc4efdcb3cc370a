"""No text whatever crashes or repaints a desk: seen in a real pseudo-terminal, byte by byte."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import account, article, contact, found_town, take_in, text
from terminal import Terminal

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.settings import Settings
from grm_console.store import accounts

HOSTILE = (
    "clear \x1b[2J\x1b[1;1H and write PWNED",
    "title \x1b]0;PWNED\x07 and \x1b]2;PWNED\x1b\\",
    "clipboard \x1b]52;c;UFdORUQ=\x07 \x1b]52;c;UFdORUQ=\x1b\\",
    "C1 \x9b2J \x9d0;PWNED\x9c \x90q\x9c",
    "reset \x1bc shift \x0e\x0f bell \x07\x08\x08\x08",
    "bidi \u202edetrevni\u202c \u2066x\u2069 \u200f",
    "nul \x00 and surrogate \ud800 end",
    "markup [/] [/bold] [red]x[/red] [@click=app.quit]quit[/] [",
    "long " + "x" * 1595,
    "还没有来水，什么时候修好？" * 40,
    "emoji 👨‍👩‍👧‍👦 🇨🇳 👍🏽 e\u0301\u0301\u0301\u0301\u0301\u0301",
    "lines\nand\r\nreturns\rand\ttabs\x0b\x0c\u2028\u2029",
)
FORBIDDEN = (
    b"\x1b]52",
    b"\x1b]0;PWNED",
    b"\x1b]2;PWNED",
    b"\x1bc",
    b"\x1b[1;1H and",
    b"\x0e",
    b"\x00",
    "\x9b".encode(),
    "\x9d".encode(),
    "\x90".encode(),
    "\u202e".encode(),
    "\u2066".encode(),
    "\u200f".encode(),
    "\u2028".encode(),
)


@pytest.fixture
def console(
    request: pytest.FixtureRequest, settings: Settings, desk: Desk, web_actor: Actor, tmp_path: Path
) -> Iterator[Terminal]:
    """A demo console at the size of the parameter, with every hostile text waiting."""
    columns, lines = request.param
    found_town(desk.store)
    account(desk, "li.wei", device="+12025550191")
    with desk.store.writing() as write:
        accounts.set_mark(write.connection, "demo", "li.wei")
    contact(desk.store, HOSTILE[0], "+12025550142")
    article(desk.store, "K-001", "Water [/] \x1b[2J outage", "Answer \x1b]52;c;UFdORUQ=\x07 [/bold] text")
    # Each from a number of its own: what one number writes is one conversation and taken as one.
    senders = [f"+1202555{142 + number:04}" for number in range(len(HOSTILE))]
    received = zip(senders, HOSTILE, strict=True)
    take_in(desk, web_actor, *(text(f"SM{sender}", words, sender) for sender, words in received))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "GRM_DATABASE_URL": settings.database_url,
        "GRM_AUDIT_FOLDER": str(settings.audit_folder),
        "GRM_AUDIT_KEY": settings.audit_key.get_secret_value(),
    }
    with Terminal([sys.executable, "-m", "grm_console", "console"], environment, columns, lines) as terminal:
        yield terminal


@pytest.mark.parametrize(
    ("store_url", "console"),
    [("sqlite", (80, 24)), ("postgresql", (160, 45))],
    indirect=True,
    ids=["sqlite-80x24", "postgresql-160x45"],
)
def test_every_hostile_text_is_only_text(console: Terminal) -> None:
    console.until(lambda seen: "li.wei" in seen.lower())
    for _ in HOSTILE:
        console.until(lambda seen: "F2 Answer" in seen)
        console.press("f2")
        console.until(lambda seen: "F9 Wrap up" in seen and "F2 Answer" not in seen)
        console.press("ctrl+f")
        console.send("water outage")
        console.until_quiet()
        assert console.text.lstrip().startswith("GRM"), "the strip was painted over"
        console.press("f9")
        console.until(lambda seen: "Information given" in seen)
        console.press("1")
        console.until(lambda seen: "Information given" not in seen)
    written = bytes(console.raw)
    for sequence in FORBIDDEN:
        assert sequence not in written, sequence
    assert "PWNED" not in console.screen.title
    console.press("ctrl+q")
    assert console.ended(10), "Ctrl+Q did not end the console"
