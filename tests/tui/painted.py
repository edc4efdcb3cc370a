"""What a terminal would be sent, and what no sender may ever put there."""

import unicodedata
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot

HOSTILE = (
    "\x1b[2J\x1b[1;1HPWNED \x1b]52;c;aGk=\x1b\\ \x9b31m \u202eabc\x00\r\n[/ [/bold] [@click=app.quit]x[/] "
    "👨\u200d👩\u200d👧\u200d👦 家庭 " + "long " * 300
)
"""Escapes, a clipboard write, C1, a direction override, NUL, markup, a joined emoji, wide text, 1,600 characters."""


def lines(app: App[None]) -> list[str]:
    """The screen's lines as they are composed now."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def assert_harmless(app: App[None]) -> None:
    """No control or direction character is on the screen, and every line has the screen's width."""
    strips = app.screen._compositor.render_strips()
    for strip in strips:
        assert all(unicodedata.category(char) not in {"Cc", "Cs"} for char in strip.text), repr(strip.text)
        assert "\u202e" not in strip.text
        assert strip.cell_length == app.size.width


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    """Let the app run until something has happened, which must be soon."""
    for _ in range(200):
        if happened():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not happen")
