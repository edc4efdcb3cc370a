"""A contact's screen over an empty desk, for its tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fake_book import CHEN, NOW
from painted import until
from textual.app import App
from textual.events import Paste
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.screen import Screen

from grm_console.tui.line_filter import PrintableFilter
from grm_console.tui.screens.contact import ContactScreen
from grm_console.tui.theme import DARK

SIZES = ((80, 24), (120, 40), (200, 60))
OTHER = (8, "Lotus [/] Bakery")
"""What is found whenever the operator looks for another contact."""


class EmptyDesk(App[None]):
    """Stands for the console."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.animation_level = "none"

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), PrintableFilter()]


def found(then: Callable[[int, str], None]) -> None:
    """Finds OTHER at once."""
    then(*OTHER)


@asynccontextmanager
async def contact_opened(
    book: Any,
    size: tuple[int, int] = (120, 40),
    contact_id: int = CHEN.contact_id,
    now: Callable[[], datetime] = lambda: NOW,
) -> AsyncIterator[tuple[Pilot[None], ContactScreen]]:
    """The screen of a contact after its first read, or after that was refused."""
    app = EmptyDesk()
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = ContactScreen(book, contact_id, now, find=found, opened=book.open)
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_mounted and not screen.acting)
        await until(pilot, lambda: not screen.workers)
        yield pilot, screen


async def do(pilot: Pilot[None], *steps: str) -> None:
    """Press keys; what begins with `=` is pasted instead."""
    for step in steps:
        if step.startswith("="):
            pilot.app.post_message(Paste(step[1:]))
            await pilot.pause()
        else:
            await pilot.press(step)


def shown(screen: Screen[Any]) -> str:
    """All characters on a screen, line by line."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def said(pilot: Pilot[None]) -> str:
    """What the operator was told in passing, newest last."""
    return "\n".join(note.message for note in pilot.app._notifications)
