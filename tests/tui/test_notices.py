"""The operator's list of notices: all in force, the unread marked, and noted as read once."""

from fake_board import NOW, ago
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App

from grm_console.desk.board_views import NoticeLine
from grm_console.tui.screens.notices import NoticesScreen


async def test_what_is_shown_counts_as_read() -> None:
    noted: list[tuple[int, ...]] = []
    notices = (
        NoticeLine(7, "No water in Lotus Lane", "Water", ago(minutes=1), ago(hours=-2), "Zhao Min", True),
        NoticeLine(5, HOSTILE, "", ago(minutes=9), ago(hours=-1), "Zhao Min"),
    )
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(NoticesScreen(notices, NOW, noted.append))
        await until(pilot, lambda: noted == [(7,)])
        text = "\n".join(lines(app))
        assert "◆ No water in Lotus Lane" in text
        assert "for Water" in text
        assert_harmless(app)
        await pilot.press("escape")
        await app.push_screen(NoticesScreen((), NOW, noted.append))
        await until(pilot, lambda: "No notice is in force" in "\n".join(lines(app)))
    assert noted == [(7,)]
