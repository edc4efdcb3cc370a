"""Makes the README's picture: the real console on a fresh demo store, in the middle of a call.

Run it with .venv/bin/python scripts/screenshot.py; it writes data/screenshots/desk.svg.
"""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from painting import self_contained

from grm_console.cli.opening import initialise, open_desk, system_actor
from grm_console.desk.demo import load_city
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.desk.seat import SignIn
from grm_console.domain.call_legs import leg_label
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel
from grm_console.settings import Settings
from grm_console.tui.app import GrmConsole

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "data" / "screenshots" / "desk.svg"
SIZE = (160, 45)
CALL = InboundEvent(
    provider="twilio",
    sid="CA" + "5" * 32,
    kind=EventKind.CALL,
    discriminator="",
    channel=Channel.VOICE,
    sender="+12025550142",
    recipient="+12025550100",
    state="ringing",
)
JOINED = tuple(
    replace(
        CALL,
        sid="CF" + "6" * 32,
        kind=EventKind.CONFERENCE,
        discriminator=f"participant-join:{step}",
        state="participant-join",
        sequence=step,
        sender=leg_label(CALL.sid, number),
        recipient=CALL.sid if number == 0 else "CA" + "6" * 32,
        parent=CALL.sid,
    )
    for step, number in enumerate((1, 0))
)
"""The operator's own telephone is taken up, and the citizen is brought in."""


def main() -> None:
    """Set the scene and take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/grm.db", audit_folder=Path(folder), _env_file=None)
        initialise(settings)
        desk = open_desk(settings)
        with desk.store:
            load_city(desk, system_actor(desk, "system:cli"), ROOT / "data" / "city", desk.store.now())
            take_in(desk, CALL)
            picture = asyncio.run(take_picture(desk, Path(folder)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(self_contained(picture), encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)} is new.")


def take_in(desk: Desk, event: InboundEvent) -> None:
    """Let something happen outside."""
    with desk.store.writing() as write:
        receive(desk, write, system_actor(desk, "system:web"), event)


async def take_picture(desk: Desk, folder: Path) -> str:
    """Answer, settle who speaks, search, begin the form; gives the SVG."""
    app = GrmConsole(lambda: SignIn(desk), demo=True, bell=False, drafts=folder)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("alt+x", "f2")
        await settled(pilot)
        for event in JOINED:
            take_in(desk, event)
        for keys in (
            ("f3", "1", "a"),
            ("ctrl+f", *"停水什么时候修好"),
            ("ctrl+g",),
            ("alt+3", *"interruption", "enter"),
            tuple("No water since Friday evening"),
        ):
            await settled(pilot)
            await pilot.press(*("space" if key == " " else key for key in keys))
        await settled(pilot)
        return app.export_screenshot(title="GRM Console")


async def settled(pilot: object) -> None:
    """Wait until the threads have answered and the screen is painted."""
    for _ in range(8):
        await pilot.pause(0.15)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
