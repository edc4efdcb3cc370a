"""The history list: pages, cursor, filters, details, and rows that stay harmless and aligned."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from grm_console.desk.views import TimelineDetail, TimelinePage, TimelineRow
from grm_console.domain.words import Channel, Direction, EntryKind
from grm_console.tui.cells import cell_len
from grm_console.tui.widgets.timeline_panel import TimelinePanel
from grm_console.tui.widgets.timeline_rows import first_line, one_line
from grm_console.tui.widgets.timeline_view import PAGES_UNASKED, TimelineView

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
KINDS = (
    (EntryKind.INTERACTION, Channel.VOICE),
    (EntryKind.INTERACTION, Channel.SMS),
    (EntryKind.CASE, None),
    (EntryKind.INTERACTION, Channel.LETTER),
)


def row(number: int, title: str = "", summary: str = "", state: str = "done") -> TimelineRow:
    """Entry `number`, the higher the older; every fourth one is a call, a text, a case, a letter."""
    kind, channel = KINDS[number % 4]
    return TimelineRow(
        number,
        NOW - timedelta(hours=number),
        kind,
        channel,
        Direction.INBOUND,
        title or f"Entry {number}",
        summary or f"summary {number}",
        state,
    )


def page(start: int, end: int, *, last: bool = False, total: int | None = None) -> TimelinePage:
    """Entries `start` to `end`, the latter not included."""
    rows = tuple(row(number) for number in range(start, end))
    return TimelinePage(rows, None if last else (rows[-1].at, rows[-1].entry_id), total)


class Host(App[None]):
    """A screen with only the panel; it notes what the panel asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = TimelinePanel(clock=lambda: NOW)
        self.older: list[TimelineView.NeedOlder] = []
        self.details: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.panel

    def on_timeline_view_need_older(self, message: TimelineView.NeedOlder) -> None:
        self.older.append(message)

    def on_timeline_view_detail_wanted(self, message: TimelineView.DetailWanted) -> None:
        self.details.append(message.entry_id)


@asynccontextmanager
async def desk(size: tuple[int, int] = (50, 40)) -> AsyncIterator[tuple[Host, TimelineView, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.panel.view.focus()
        await pilot.pause()
        yield app, app.panel.view, pilot


@pytest.mark.parametrize(("size", "height"), [((40, 30), 2), ((60, 40), 2), ((78, 20), 1), ((78, 40), 1)])
async def test_a_row_takes_two_lines_or_one_by_the_width(size: tuple[int, int], height: int) -> None:
    async with desk(size) as (app, view, pilot):
        view.show(1, page(0, 14, last=True, total=14))
        await pilot.pause()
        assert view.row_height == height
        text = "\n".join(lines(app))
        assert "1 Timeline · 14" in text
        assert "summary 0" in text
        assert "Entry 13" in text or height == 2


async def test_cursor_keys_move_and_scroll_without_leaving_the_list() -> None:
    async with desk((50, 20)) as (_, view, pilot):
        view.show(1, page(0, 60, last=True))
        await pilot.press("up")
        assert view.cursor == 0
        await pilot.press("down", "down")
        assert view.cursor == 2
        await pilot.press("pagedown")
        assert view.cursor == 2 + view.page_rows
        await pilot.press("end", "down")
        assert view.cursor == 59
        assert view.scroll_offset.y == 60 * 2 - view.scrollable_content_region.height
        await pilot.press("home")
        assert (view.cursor, view.scroll_offset.y) == (0, 0)


async def test_a_cursor_key_repaints_only_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as (_, view, pilot):
        view.show(1, page(0, 200, last=True))
        await pilot.press("down")
        painted: list[int] = []
        paint = TimelineView.render_line

        def noted(self: TimelineView, y: int) -> object:
            painted.append(y)
            return paint(self, y)

        monkeypatch.setattr(TimelineView, "render_line", noted)
        view.action_move(1)
        await pilot.pause()
        assert set(painted) <= {2, 3, 4, 5}


async def test_older_pages_are_asked_for_once_and_appended_once() -> None:
    async with desk() as (app, view, pilot):
        view.show(1, page(0, 50, total=120))
        await pilot.press("end")
        asked = {message.older for message in app.older}
        assert asked == {(row(49).at, 49)}
        assert "↓ older entries" in "\n".join(lines(app))
        view.extend(1, page(50, 100))
        view.extend(1, page(50, 100))
        assert view.count == 100
        await pilot.press("end")
        view.extend(1, page(100, 120, last=True))
        await pilot.press("end")
        assert view.count == 120
        assert view.current == row(119)
        assert "↓ older entries" not in "\n".join(lines(app))


async def test_a_page_for_another_contact_is_dropped() -> None:
    async with desk() as (_, view, _pilot):
        view.show(1, page(0, 50))
        view.show(2, page(100, 150))
        view.extend(1, page(50, 100))
        assert view.count == 50
        view.clear("Nobody is on the line.")
        view.extend(2, page(150, 200))
        assert view.count == 0


async def test_a_failed_page_can_be_asked_for_again_by_a_key() -> None:
    async with desk() as (app, view, pilot):
        view.show(1, page(0, 50))
        await pilot.press("end")
        before = len(app.older)
        await pilot.press("down")
        assert len(app.older) == before + 1


async def test_a_refresh_keeps_the_operators_place() -> None:
    async with desk((50, 20)) as (_, view, pilot):
        view.show(1, page(10, 60))
        view.extend(1, page(60, 110, last=True))
        for _ in range(12):
            view.action_move(1)
        await pilot.pause()
        here, on_screen = view.current, view.cursor * 2 - view.scroll_offset.y
        view.show(1, page(7, 57, total=103))
        await pilot.pause()
        assert view.current == here
        assert view.cursor == 15
        assert view.cursor * 2 - view.scroll_offset.y == on_screen
        assert view.count == 103
        assert [each.entry_id for each in view._shown] == list(range(7, 110))


async def test_more_news_than_a_page_leaves_no_gap() -> None:
    async with desk() as (_, view, _pilot):
        view.show(1, page(100, 150))
        view.show(1, page(0, 50, total=150))
        assert view.count == 50
        view.extend(1, page(50, 100))
        assert view.count == 100


@pytest.mark.parametrize(
    ("key", "entries"), [("c", {0, 4}), ("t", {1, 5}), ("s", {2, 6}), ("o", {3, 7}), ("a", set(range(8)))]
)
async def test_filter_keys(key: str, entries: set[int]) -> None:
    async with desk() as (app, view, pilot):
        view.show(1, page(0, 8, last=True, total=8))
        await pilot.press("t" if key == "a" else "a", key)
        assert {each.entry_id for each in view._shown} == entries
        title = "1 Timeline · 8" if key == "a" else "1 Timeline · 2 of 8"
        assert title in lines(app)[0]


async def test_left_and_right_go_round_the_filters() -> None:
    async with desk() as (_, view, pilot):
        view.show(1, page(0, 8, last=True))
        await pilot.press("right", "right")
        assert view.chosen == "texts"
        await pilot.press("left", "left", "left")
        assert view.chosen == "other"


async def test_a_filter_without_matches_looks_back_by_itself_but_not_for_ever() -> None:
    async with desk() as (app, view, pilot):
        letters = [TimelinePage((row(3 + 4 * n),), (NOW - timedelta(hours=n), n), None) for n in range(40)]
        view.show(1, letters[0])
        app.older.clear()
        await pilot.press("s")
        given = 1
        while len(app.older) == given and given < 39:
            view.extend(1, letters[given])
            given += 1
            await pilot.pause()
        assert len(app.older) == PAGES_UNASKED
        assert "End looks further back" in " ".join(lines(app)).replace("│", "")


async def test_details_are_asked_for_when_the_eye_rests_and_late_ones_are_dropped() -> None:
    async with desk() as (app, view, pilot):
        view.show(1, page(0, 8, last=True))
        await pilot.press("down", "down")
        await until(pilot, lambda: app.details == [2])
        view.show_detail(TimelineDetail(1, "Entry 1", (), "late words"))
        assert view.detail is None
        view.show_detail(TimelineDetail(2, "Entry 2", (("Agent", "Li Wei"),), "the whole text"))
        await pilot.pause()
        text = "\n".join(lines(app))
        assert "the whole text" in text
        assert "Agent  Li Wei" in text
        await pilot.press("down")
        await until(pilot, lambda: app.details == [2, 3])


async def test_a_short_panel_opens_the_details_with_enter_and_closes_them_with_escape() -> None:
    async with desk((78, 20)) as (app, view, pilot):
        view.show(1, page(0, 8, last=True))
        await pilot.press("down")
        assert app.details == []
        await pilot.press("enter")
        assert app.details == [1]
        assert app.panel.detail_open
        await pilot.press("escape")
        assert not app.panel.detail_open
        assert view.has_focus


async def test_an_empty_history_says_so() -> None:
    async with desk() as (app, view, pilot):
        view.clear("Settle who speaks with F3; the history opens then.")
        await pilot.pause()
        assert "Settle who speaks with F3" in " ".join(lines(app))
        view.show(1, TimelinePage((), None, 0))
        await pilot.pause()
        assert "No contact with us before" in " ".join(lines(app))
        await pilot.press("down", "end", "pagedown", "enter", "c")
        assert view.current is None


@pytest.mark.parametrize("size", [(40, 30), (60, 40), (78, 20), (12, 6)])
async def test_hostile_words_neither_crash_nor_steer_the_terminal(size: tuple[int, int]) -> None:
    async with desk(size) as (app, view, pilot):
        rows = tuple(row(number, HOSTILE, HOSTILE, HOSTILE if number else "late") for number in range(5))
        view.show(1, TimelinePage(rows, None, 5))
        view.show_detail(TimelineDetail(0, HOSTILE, ((HOSTILE, HOSTILE),), HOSTILE))
        await pilot.press("down", "enter")
        assert_harmless(app)


@pytest.mark.parametrize("title", ["Text in", "还没有来水，什么时候修好？" * 4, "a" * 400, "👨‍👩‍👧‍👦" * 30])
@pytest.mark.parametrize("state", ["", "late", "delivered"])
def test_rows_are_cut_by_cells_and_the_state_stays(title: str, state: str) -> None:
    for width in (38, 58, 76, 120):
        entry = row(1, title, "停水" * 100, state)
        shown = "".join(text for text, _ in first_line(entry, NOW, width))
        whole = "".join(text for text, _ in one_line(entry, NOW, width + 40))
        assert cell_len(shown) <= width
        assert cell_len(whole) <= width + 40
        assert shown.startswith("23 Nov 08:02 ".replace("08", f"{entry.at.astimezone():%H}"))
        for shape in {"late": "▲", "delivered": "✓"}.get(state, ""):
            assert shape in shown
            assert shape in whole
