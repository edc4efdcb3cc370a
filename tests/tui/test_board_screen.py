"""The board's screen: figures open their rows, nothing moves under the hands, old data say so, help rings once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fake_board import NOW, FakeBoard, FakeShift, ago, exchanges, snapshot
from painted import assert_harmless, lines, until
from textual.app import App
from textual.pilot import Pilot

from grm_console.desk.board_views import HeldItem, HelpLine, RowsOf
from grm_console.desk.call_views import Ear
from grm_console.domain.permissions import Role
from grm_console.domain.words import AgentState, Channel
from grm_console.errors import InvalidInput, StoreGone
from grm_console.tui.board_app import BoardApp
from grm_console.tui.screens.board import BoardScreen
from grm_console.tui.screens.board_rows import BoardRowsScreen
from grm_console.tui.screens.board_wall import WallScreen
from grm_console.tui.screens.board_words import WordsScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.theme import DARK, THEMES

SIZES = ((80, 24), (120, 40), (200, 60))


class Surroundings(App[None]):
    """What the console gives a screen: the colours."""

    rung = 0

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def bell(self) -> None:
        self.rung += 1


class Hands:
    """Presses keys and reads the screen; the machine's clock is moved by hand."""

    def __init__(self, pilot: Pilot[None], board: FakeBoard, screen: BoardScreen) -> None:
        self.pilot, self.board, self.screen = pilot, board, screen
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    @property
    def text(self) -> str:
        return "\n".join(lines(self.pilot.app))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def sees(self, words: str) -> None:
        await until(self.pilot, lambda: words in self.text)

    async def refreshed(self) -> None:
        """The next snapshot is on the screen."""
        self.screen.look()
        await until(self.pilot, lambda: self.screen.seen is self.board.seen and not self.screen._asked)
        await self.pilot.pause()


@asynccontextmanager
async def opened(board: FakeBoard | None = None, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Hands]:
    board = board or FakeBoard()
    app = Surroundings()
    async with app.run_test(size=size, notifications=True) as pilot:
        hands: Hands
        screen = BoardScreen(board, FakeShift(board), lambda: hands.now())  # type: ignore[arg-type]
        hands = Hands(pilot, board, screen)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.seen is not None)
        await pilot.pause()
        yield hands


@pytest.mark.parametrize("size", SIZES)
async def test_every_table_is_reached_at_every_size(size: tuple[int, int]) -> None:
    async with opened(FakeBoard(snapshot(50)), size) as hands:
        assert_harmless(hands.pilot.app)
        for words in ("84 % ●", "0:41 ▲", "n/(N+A-a)", "live", "Kim Soo asks for help with a call", "F1 Help"):
            assert words in hands.text
        for words in ("Water &", "Wrap-up", "2 ▲", "No water in Lotus Lane", "Waiting"):
            await hands.sees(words)
            await hands.press("f6")
            assert_harmless(hands.pilot.app)


async def test_enter_opens_the_rows_of_the_figure_under_the_cursor() -> None:
    async with opened() as hands:
        for keys, title, count in (
            ((), "All calls · wait", 3),
            (("down", "right", "right"), "Water & Streets · calls · level", 71),
            (("right",), "Water & Streets · calls · offered", 104),
            (("right", "right"), "Water & Streets · calls · gave up", 4),
            (("f6", "right"), "", 0),
            (("f6", "right", "right"), "Housing · late", 2),
            (("f6", "f6", "right", "right", "right"), "Answered", 192),
        ):
            await hands.press(*keys)
            if not title:
                continue
            await hands.press("enter")
            await until(hands.pilot, lambda: isinstance(hands.pilot.app.screen, BoardRowsScreen))
            rows = hands.pilot.app.screen
            assert isinstance(rows, BoardRowsScreen)
            await until(hands.pilot, lambda rows=rows: rows.rows is not None)
            assert f"{title}  {count} as of 09:02:11" in hands.text
            assert rows.table.count == count
            assert_harmless(hands.pilot.app)
            await hands.press("escape")


async def test_a_row_opens_and_a_waiting_one_moves() -> None:
    async with opened() as hands:
        await hands.press("enter")
        await hands.sees("danger")
        await hands.press("enter")
        await until(hands.pilot, lambda: isinstance(hands.pilot.app.screen, WholeTextScreen))
        assert "Queue: Water & Streets" in hands.text
        assert_harmless(hands.pilot.app)
        await hands.press("escape", "down", "m", "2")
        await until(hands.pilot, lambda: isinstance(hands.pilot.app.screen, WordsScreen))
        await hands.press("enter", *"water", "enter")
        await until(hands.pilot, lambda: hands.board.acts[-1] == ("move", 2, 2, "water"))
        await hands.press("escape", *["right"] * 5, "enter")
        await hands.sees("gave up")
        await hands.press("m")
        assert isinstance(hands.pilot.app.screen, BoardRowsScreen), "what has left the queue is not moved"


async def test_one_that_waits_moves_from_the_board_itself() -> None:
    async with opened() as hands:
        await hands.press("down", "m")
        await hands.sees("Move which?")
        await hands.press("2", "3", *"water", "enter")
        await until(hands.pilot, lambda: bool(hands.board.acts))
        assert hands.board.acts == [("move", 2, 3, "water")]
        await hands.press("down", "down", "down")
        assert "Move" not in lines(hands.pilot.app)[-1], "nobody waits there"


async def test_what_an_agent_put_aside_is_taken_over_with_a_reason() -> None:
    async with opened() as hands:
        await hands.press("tab", "down", "enter")
        await hands.sees("Kim Soo  1 as of 09:02:11")
        await hands.sees("parked")
        await hands.press("t", *"she went home", "enter")
        await until(hands.pilot, lambda: hands.board.acts == [("take over", 101, "she went home")])
        await hands.sees("Ctrl+K takes it up")
        await hands.press("escape", "up", "enter")
        await hands.sees("Ana Ortiz  1 as of")
        assert "Take over" not in lines(hands.pilot.app)[-1], "who is at work keeps the exchange"


async def test_nothing_moves_under_the_hands() -> None:
    async with opened(FakeBoard(snapshot(80))) as hands:
        await hands.press("tab", *["down"] * 40)
        table = hands.screen.tables["agents"]
        row, below = table.row, table.cursor - table.scroll_offset.y
        assert row is not None
        seen = hands.board.seen
        hands.board.seen = replace(seen, at=seen.at + timedelta(seconds=1), agents=seen.agents[3:])
        await hands.refreshed()
        assert table.row is not None
        assert (table.row.key, table.cursor) == (row.key, 37)
        assert table.cursor - table.scroll_offset.y == below
        assert hands.screen.focused is table
        assert f"{row.title} " in hands.text


async def test_old_data_say_so_in_words_and_shape_and_time_stands_still() -> None:
    async with opened() as hands:
        hands.board.go_on.clear()
        hands.screen.look()
        hands.moment += timedelta(seconds=5)
        hands.screen._tick()
        await hands.sees("live · 5 s")
        assert "0:46 ▲" in hands.text
        hands.moment += timedelta(seconds=2)
        hands.screen._tick()
        await hands.sees("▲ Data of 09:02:11, 7 s old")
        assert "live" not in hands.text
        assert "0:41 ▲" in hands.text
        looks = hands.board.looks
        hands.screen._tick()
        assert hands.board.looks == looks, "a store that hangs is asked once"
        hands.board.error = StoreGone("The store cannot be reached.")
        hands.board.go_on.set()
        await hands.sees("The store cannot be reached.")
        hands.board.error = None
        await hands.refreshed()
        await hands.sees("live · 0 s")


async def test_help_rings_once_and_is_gone_to() -> None:
    async with opened() as hands:
        app = hands.pilot.app
        assert isinstance(app, Surroundings)
        assert app.rung == 1
        await hands.refreshed()
        assert app.rung == 1
        another = HelpLine(2, "Ana Ortiz", None, None, ago(seconds=1), "")
        hands.board.seen = replace(hands.board.seen, help=(*hands.board.seen.help, another))
        await hands.refreshed()
        assert app.rung == 2
        assert "Kim Soo asks for help with a call · 1 more" in hands.text
        await hands.press("h")
        await until(hands.pilot, lambda: isinstance(app.screen, WholeTextScreen))
        assert "Her words" in hands.text
        assert hands.board.acts[:2] == [("take", 1), ("exchange", 1)]
        await hands.press("escape")
        await hands.sees("Nobody asks for help.")
        await hands.press("tab", "tab", "tab", "d")
        await until(hands.pilot, lambda: hands.board.acts[-1] == ("end", 1))


async def test_an_agents_state_and_queues_are_changed_with_a_reason() -> None:
    async with opened() as hands:
        await hands.press("tab", "down", "s", "2")
        await until(hands.pilot, lambda: isinstance(hands.pilot.app.screen, WordsScreen))
        await hands.press(*"drill", "enter")
        await until(hands.pilot, lambda: hands.board.acts == [("state", 1, AgentState.AWAY, "drill")])
        await hands.press("u")
        await until(hands.pilot, lambda: isinstance(hands.pilot.app.screen, PickScreen))
        await hands.press("3", "1", *"more", "enter")
        await until(hands.pilot, lambda: hands.board.acts[-1] == ("queues", 1, [1, 3], "more"))


async def test_a_refused_notice_keeps_its_words() -> None:
    async with opened() as hands:
        shift, posted = hands.screen._shift, FakeShift.post_notice

        def refuse(*_: object) -> int:
            raise InvalidInput({"until": "Choose an end from now to 7 days ahead."})

        shift.post_notice = refuse  # type: ignore[method-assign]
        await hands.press("n", *"Fire", "enter", "2", "1")
        await hands.sees("7 days ahead")
        shift.post_notice = posted.__get__(shift)  # type: ignore[method-assign]
        await hands.press("n")
        await hands.sees("Fire")
        await hands.press("enter", "2", "3")
        await until(hands.pilot, lambda: bool(hands.board.acts))
        assert hands.board.acts == [("notice", "Fire", NOW + timedelta(hours=1), 2)]


@pytest.mark.parametrize("size", SIZES)
async def test_plain_mode_says_everything_in_words(size: tuple[int, int]) -> None:
    async with opened(size=size) as hands:
        hands.pilot.app.set_class(True, "-plain")
        hands.screen.lay_out()
        hands.screen.paint()
        await hands.sees("0:41 late")
        await hands.press("down", "right", "right")
        await hands.sees("Water & Streets · calls, level: 69 % fair")
        await hands.press("shift+tab", "right")
        await hands.sees("Longest: 0:41 late, target 0:20")
        for words in ("texts: Water", "1:31 late", "Housing, late: 2", "asks for help with a call"):
            await hands.press("f6", *(["right", "right"] if words.startswith("Housing") else []))
            await hands.sees(words)
            tables = "\n".join(lines(hands.pilot.app)[7:])
            assert not set(tables) & set("▲●☎✉╭│"), words


async def test_who_may_only_look_is_offered_no_act() -> None:
    async with opened(FakeBoard(role=Role.ADMINISTRATOR)) as hands:
        await hands.press("tab")
        for words in ("Go to help", "State", "Queues ", "Notice "):
            assert words not in lines(hands.pilot.app)[-1]
        await hands.press("s", "u", "n", "h", "d")
        assert hands.pilot.app.screen is hands.screen
        assert hands.board.acts == []


async def test_the_wall_needs_no_keys_and_q_ends_it() -> None:
    board = FakeBoard(snapshot(50))
    app = BoardApp(board, bell=False, clock=lambda: NOW)  # type: ignore[arg-type]
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, WallScreen)
        await until(pilot, lambda: screen.seen is not None and "Ana Ortiz 4 " in "\n".join(lines(app)))
        assert screen.focused is None
        assert "▌" not in "\n".join(lines(app))
        screen.turn()
        await until(pilot, lambda: "Ana Ortiz 4 " not in "\n".join(lines(app)))
        await pilot.press("enter", "n", "s", "f1")
        assert app.screen is screen
        assert board.acts == []
        await pilot.press("q")
    assert app.return_code == 0


def test_a_figure_counts_its_rows() -> None:
    assert (exchanges(1, 2) + exchanges(3)).count == 3
    assert exchanges().of is RowsOf.EXCHANGES


class FakeEars:
    """Keeps which calls the supervisor takes part in, and how."""

    def __init__(self) -> None:
        self.acts: list[tuple[object, ...]] = []

    def take_part(self, interaction_id: int, ear: Ear) -> None:
        self.acts.append((interaction_id, ear))

    def leave_ear(self, interaction_id: int) -> None:
        self.acts.append((interaction_id, "leave"))


async def test_a_supervisor_listens_whispers_and_joins_where_somebody_talks() -> None:
    board, ears = FakeBoard(), FakeEars()
    talking, *rest = board.seen.agents
    held = (HeldItem(77, Channel.VOICE, "Water & Streets", parked=False),)
    board.seen = replace(board.seen, agents=(replace(talking, state=AgentState.TALKING, held=held), *rest))
    async with opened(board) as hands:
        hands.screen._calls = ears  # type: ignore[assignment]
        assert "Listen" not in lines(hands.pilot.app)[-1]
        await hands.press("tab")
        await hands.sees("L Listen")
        await hands.press("l")
        await hands.sees("you hear the call")
        await hands.press("w", "j", "x")
        await until(hands.pilot, lambda: len(ears.acts) == 4)
        assert ears.acts == [(77, Ear.LISTEN), (77, Ear.WHISPER), (77, Ear.JOIN), (77, "leave")]
        await hands.press("down")
        await until(hands.pilot, lambda: "Listen" not in lines(hands.pilot.app)[-1])
