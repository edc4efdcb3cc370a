"""Runs the console at a fake seat and waits for what its threads bring."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from fake_seat import FakeSeat, FakeSignIn
from textual.pilot import Pilot
from textual.widgets import Static

from grm_console.tui.app import GrmConsole
from grm_console.tui.screens.desk import DeskScreen

SIZES = ((80, 24), (120, 40), (200, 60))
PATIENCE = 30.0
"""Seconds until a condition counts as never met; reached only by a failing test."""


@asynccontextmanager
async def seated(
    seat: FakeSeat, drafts: Path, size: tuple[int, int] = (120, 40), *, bell: bool = True
) -> AsyncIterator[tuple[Pilot[None], DeskScreen]]:
    """The desk of a demo store, after its first look."""

    def clock() -> datetime:
        return seat.now

    app = GrmConsole(lambda: FakeSignIn(seat, "demo"), demo=True, bell=bell, clock=clock, drafts=drafts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, DeskScreen) and app.screen.looked)
        desk = app.screen
        assert isinstance(desk, DeskScreen)
        yield pilot, desk


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the console work until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause(0.01)
    await pilot.pause()


def shown(desk: DeskScreen) -> str:
    """All characters on the screen, line by line."""
    return "\n".join("".join(segment.text for segment in line) for line in desk._compositor.render_strips())


def card_text(desk: DeskScreen) -> str:
    """What the caller card says."""
    return "\n".join(str(desk.query_one(f"#card-{part}", Static).visual) for part in ("head", "who", "words"))
