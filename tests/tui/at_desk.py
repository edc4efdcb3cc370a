"""Runs the console at a real Seat on a real store: what tests of the wiring between screens and desk sit at."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from builders import article, contact, found_town, staff, take_in
from conftest import FixedClock
from painted import lines
from seated import PATIENCE, SIZES, until
from textual import events
from textual.pilot import Pilot

from grm_console.desk.actor import Actor
from grm_console.desk.console_choices import save
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import ConsoleChoices
from grm_console.domain.inbound import InboundEvent
from grm_console.tui.app import GrmConsole
from grm_console.tui.screens.desk import DeskScreen

__all__ = ["PATIENCE", "SIZES", "Shift", "keys", "painted", "until"]


class Door:
    """Lets one account sit down at once, as the demo's does."""

    def __init__(self, desk: Desk, actor: Actor, lock_after: timedelta | None) -> None:
        self.demo_account = actor.name
        self._desk, self._actor, self._lock_after = desk, actor, lock_after

    def __call__(self, name: str, password: str) -> Seat:
        return self.demo()

    def demo(self, name: str = "") -> Seat:
        seat = Seat(self._desk, self._actor)
        seat.lock_after = self._lock_after
        return seat


class Shift:
    """A small town with its hotline: one contact, one answer, operators who sit down when asked to."""

    def __init__(self, desk: Desk, clock: FixedClock, folder: Path) -> None:
        self.desk, self.clock, self._folder = desk, clock, folder
        self.town = found_town(desk.store)
        self.chen = contact(desk.store, "Chen Li", "+12025550177", other_name="陈莉")
        article(desk.store, "K-031", "Water outage: causes and repair times", "Most are repaired within 24 hours.")
        self.web = actor_named(desk, "system:web")
        self.actors: dict[str, Actor] = {}

    def actor(self, name: str, role: str = "operator", choices: ConsoleChoices | None = None, **values: Any) -> Actor:
        """An account, made at the first call, that has taken the tour unless `choices` says otherwise."""
        if name not in self.actors:
            self.actors[name] = staff(self.desk, name, role, **values)
            save(self.desk, self.actors[name], choices or ConsoleChoices(toured=True))
        return self.actors[name]

    def seat(self, name: str, role: str = "operator") -> Seat:
        """A seat without a screen."""
        return Seat(self.desk, self.actor(name, role))

    def happens(self, *events: InboundEvent) -> None:
        """Something comes in from outside."""
        take_in(self.desk, self.web, *events)

    @asynccontextmanager
    async def console(
        self,
        name: str = "li wei",
        role: str = "operator",
        *,
        size: tuple[int, int] = (120, 40),
        choices: ConsoleChoices | None = None,
        lock_after: timedelta | None = None,
    ) -> AsyncIterator[Pilot[None]]:
        """The console of one account, whatever its role opens first."""
        door = Door(self.desk, self.actor(name, role, choices), lock_after)
        app = GrmConsole(lambda: door, demo=True, bell=False, clock=self.clock, drafts=self._folder)  # type: ignore[arg-type,return-value]
        async with app.run_test(size=size, notifications=True) as pilot:
            yield pilot

    @asynccontextmanager
    async def sits(self, name: str = "li wei", **options: Any) -> AsyncIterator[tuple[Pilot[None], DeskScreen]]:
        """An operator's desk after its first look, with the catalogue."""
        async with self.console(name, **options) as pilot:
            await until(pilot, lambda: isinstance(pilot.app.screen, DeskScreen) and pilot.app.screen.looked)
            desk = pilot.app.screen
            assert isinstance(desk, DeskScreen)
            await until(pilot, lambda: desk.services)
            yield pilot, desk


def painted(pilot: Pilot[None]) -> str:
    """All characters on the screen, line by line."""
    return "\n".join(lines(pilot.app))


async def keys(pilot: Pilot[None], *steps: str, then: Callable[[], object] = lambda: True) -> None:
    """Press keys, paste words that begin with `=`, type those that begin with `~`; then wait for what comes of it."""
    for step in steps:
        if step.startswith("~"):
            await pilot.press(*("space" if letter == " " else letter for letter in step[1:]))
        elif step.startswith("="):
            pilot.app.post_message(events.Paste(step[1:]))
            await pilot.pause()
        else:
            await pilot.press(step)
    await until(pilot, then)
