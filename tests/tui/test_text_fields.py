"""Fields for typing: what is pasted is cut to what fits and cleaned, with a notice, and never stops the console."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from painted import HOSTILE, assert_harmless
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from grm_console.tui.widgets import text_fields
from grm_console.tui.widgets.text_fields import LineField, SecretField, WordsField

MUCH = 10_000_000


class Fields(App[None]):
    """One field of each kind."""

    def compose(self) -> ComposeResult:
        yield LineField(limit=20, id="line")
        yield WordsField(limit=30, id="words")
        yield SecretField(id="secret")

    @property
    def told(self) -> list[str]:
        """What was said since the last look."""
        said = [notice.message for notice in self._notifications]
        self.clear_notifications()
        return said


@asynccontextmanager
async def fields() -> AsyncIterator[tuple[Fields, Pilot[None]]]:
    app = Fields()
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        yield app, pilot


async def paste(pilot: Pilot[None], field: str, text: str) -> str:
    """Paste into a field; gives what it holds then."""
    widget = pilot.app.query_one(f"#{field}")
    widget.focus()
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()
    await pilot.pause()
    return widget.text if isinstance(widget, TextArea) else pilot.app.query_one(f"#{field}", Input).value


@pytest.mark.parametrize(("field", "limit"), [("line", 20), ("words", 30)])
@pytest.mark.parametrize("text", ["word\nword ", "x", "\u0301", "\x1b[2J", "字\r\n"])
async def test_megabytes_are_cut_before_anybody_reads_them_all(
    field: str, limit: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def printable(words: str, *, lines: bool = False) -> str:
        looked_at.append(len(words))
        return clean(words, lines=lines)

    clean = text_fields.printable
    monkeypatch.setattr(text_fields, "printable", printable)
    async with fields() as (app, pilot):
        held = await paste(pilot, field, text * (MUCH // len(text)))
        assert 0 < len(held) <= limit
        (said,) = app.told
        assert re.fullmatch(
            rf"Of \d{{7,8}} characters pasted only the first {limit} were kept: .* takes {limit}\.", said
        )
        assert max(looked_at) <= limit
        assert_harmless(app)


async def test_a_hostile_text_is_cut_and_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fields() as (app, pilot):
        for field in ("line", "words"):
            assert "\x1b" not in await paste(pilot, field, HOSTILE)
            assert_harmless(app)


@pytest.mark.parametrize(("field", "limit"), [("line", 20), ("words", 30)])
async def test_typing_beyond_the_limit_is_told_once(field: str, limit: int) -> None:
    async with fields() as (app, pilot):
        assert await paste(pilot, field, "x" * limit) == "x" * limit
        assert app.told == []
        await pilot.press("y", "y", "y")
        assert await paste(pilot, field, "") == "x" * limit
        assert app.told == [f"This field takes {limit} characters, and it is full."]
        await pilot.press("backspace", "z", "z")
        assert await paste(pilot, field, "") == "x" * (limit - 1) + "z"
        assert len(app.told) == 1


@pytest.mark.parametrize("field", ["line", "words"])
async def test_what_is_replaced_makes_room(field: str) -> None:
    async with fields() as (app, pilot):
        await paste(pilot, field, "x" * 18)
        widget = app.query_one(f"#{field}")
        assert isinstance(widget, LineField | WordsField)
        widget.action_select_all()
        assert await paste(pilot, field, "y" * 15) == "y" * 15
        assert app.told == []


async def test_what_was_stored_longer_stays_and_can_be_shortened() -> None:
    async with fields() as (app, pilot):
        app.query_one("#line", LineField).value = "x" * 25
        app.query_one("#words", WordsField).load_text("x" * 35)
        for field, held in (("line", 25), ("words", 35)):
            app.query_one(f"#{field}").focus()
            await pilot.press("end", "backspace")
            assert len(await paste(pilot, field, "y")) == held - 1
        assert len(app.told) == 2


async def test_a_password_is_never_cut() -> None:
    async with fields() as (app, pilot):
        assert await paste(pilot, "secret", "x" * MUCH) == ""
        assert app.told == ["No password has more than 200 characters; nothing was put in."]
        assert await paste(pilot, "secret", "copper-window") == "copper-window"
