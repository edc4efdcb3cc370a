from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import Static

from grm_console.text import MARK
from grm_console.tui.cells import clip, pad
from grm_console.tui.line_filter import PrintableFilter

BLACK = Color(0, 0, 0)
NET = PrintableFilter()
hostile = st.text(
    st.one_of(st.characters(), st.sampled_from("\x00\x1b\x9b\x7f\u202e\u200e\u2066\ufeff\u00ad\ud800漢e\u0301"))
)


def caught(text: str) -> str:
    return "".join(segment.text for segment in NET.apply([Segment(text)], BLACK))


@pytest.mark.parametrize("text", ["plain", "停水三天了", "👨‍👩‍👧‍👦", "می‌خواهم", "e\u0301", "┌─┐"])
def test_a_harmless_line_is_handed_on_untouched(text: str) -> None:
    line = [Segment(text, Style(bold=True))]
    assert NET.apply(line, BLACK) is line


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x200E, 0x202E, 0x2066, 0xD800])
def test_no_steering_character_passes(code: int) -> None:
    assert chr(code) not in caught(f"a{chr(code)}b")


def test_a_measured_character_becomes_a_mark_and_style_is_kept() -> None:
    bold = Style(bold=True)
    assert NET.apply([Segment("a\u00adb\x1b[2J", bold), Segment("c")], BLACK) == [
        Segment(f"a{MARK}b[2J", bold),
        Segment("c"),
    ]


def test_the_terminal_s_own_controls_are_left_alone() -> None:
    control = Segment("\x1b[H", None, [(ControlType.HOME,)])
    assert NET.apply([control, Segment("\x1b")], BLACK)[0] is control


@given(hostile)
def test_widths_stay_as_measured(text: str) -> None:
    assert cell_len(caught(text)) == cell_len(text)


class Desk(App[None]):
    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), NET]

    def compose(self) -> ComposeResult:
        yield Static(Content("water\x1b[2J\x1b]52;c;aGk=\x07\u202e here"))


async def test_an_app_paints_through_the_net() -> None:
    async with Desk().run_test(size=(60, 3)) as pilot:
        shot = pilot.app.export_screenshot()
    assert "water" in shot.replace("&#160;", " ")
    assert "\u202e" not in shot
    assert "\x1b" not in shot


@pytest.mark.parametrize(
    ("text", "cells", "clipped"),
    [
        ("water", 5, "water"),
        ("water", 4, "wat…"),
        ("停水三天", 8, "停水三天"),
        ("停水三天", 7, "停水三…"),
        ("停水三天", 6, "停水…"),
        ("no water", 4, "no…"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
        ("ab", -1, ""),
    ],
)
def test_clip(text: str, cells: int, clipped: str) -> None:
    assert clip(text, cells) == clipped


@given(st.text(st.characters(exclude_categories=["C", "M"])), st.integers(0, 20), st.booleans())
def test_pad_fills_exactly(text: str, cells: int, right: bool) -> None:
    assert cell_len(clip(text, cells)) <= cells
    assert cell_len(pad(text, cells, right=right)) == cells
