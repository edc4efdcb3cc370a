"""The strip's figures and what it drops first where there is no room."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_seat import NOW, FakeSeat
from seated import seated, shown, until
from textual.app import App, ComposeResult

from grm_console.domain.words import AgentState
from grm_console.tui.widgets.status_strip import StatusStrip, in_target


class StripApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.strip = StatusStrip(FakeSeat().me, lambda: NOW)

    def compose(self) -> ComposeResult:
        yield self.strip


@pytest.mark.parametrize(
    ("in_time", "answered", "abandoned", "abandoned_in_time", "expected"),
    [
        (83, 98, 2, 0, "83 % in target"),
        (0, 0, 0, 0, ""),
        (0, 0, 3, 3, ""),
        (8, 10, 2, 2, "80 % in target"),
        (0, 0, 4, 0, "0 % in target"),
    ],
)
def test_service_level_is_n_over_answered_and_late_abandoned(
    in_time: int, answered: int, abandoned: int, abandoned_in_time: int, expected: str
) -> None:
    queue = replace(
        FakeSeat().queue_status(),
        answered_in_target=in_time,
        answered=answered,
        abandoned=abandoned,
        abandoned_in_target=abandoned_in_time,
    )
    assert in_target(queue) == expected


@pytest.mark.parametrize(
    ("width", "seen", "dropped"),
    [
        (120, ("GRM", "Li Wei · operator", "Away: lunch 1:12", "waiting 0", "3 unreadable"), ()),
        (80, ("Away: lunch 1:12", "waiting 0"), ("operator",)),
    ],
)
async def test_the_state_and_the_queue_outlive_the_rest(
    width: int, seen: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    seat = FakeSeat(state=AgentState.AWAY)
    app = StripApp()
    async with app.run_test(size=(width, 24)):
        agent = replace(seat.agent_status(), reason="lunch")
        app.strip.show(agent, replace(seat.queue_status(), unreadable=3), None)
        line = str(app.strip.render())
        for words in seen:
            assert words in line
        for words in dropped:
            assert words not in line


async def test_a_wrap_up_stands_beside_its_limit_and_says_when_it_is_over(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.WRAP_UP)
    seat._agent = replace(seat.agent_status(), limit_seconds=90)
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        await until(pilot, lambda: "◐ Wrap-up 1:12 of 1:30" in shown(desk))
        desk._tick()
        assert not pilot.app._notifications
        seat._agent = replace(seat.agent_status(), limit_seconds=60)
        seat.change("agent")
        await until(pilot, lambda: "▲ Wrap-up 1:12 of 1:00" in shown(desk))
        for _ in range(2):
            desk._tick()
        await pilot.pause()
        assert [n.message for n in pilot.app._notifications] == [
            "The time of the wrap-up is over. F9 closes it, Alt+W takes more time."
        ]


async def test_a_lost_store_says_since_when_and_that_nothing_is_lost() -> None:
    seat = FakeSeat()
    app = StripApp()
    async with app.run_test(size=(120, 24)):
        app.strip.show(seat.agent_status(), None, NOW - timedelta(minutes=3))
        since = (NOW - timedelta(minutes=3)).astimezone()
        line = str(app.strip.render())
        assert f"Store unreachable since {since:%H:%M} – what you type is kept" in line


@pytest.mark.parametrize(("width", "told"), [(120, True), (80, False)])
async def test_the_longest_wait_stands_beside_its_target_where_there_is_room(width: int, told: bool) -> None:
    seat = FakeSeat()
    app = StripApp()
    async with app.run_test(size=(width, 24)):
        queue = replace(seat.queue_status(), longest_since=NOW - timedelta(seconds=41), target_seconds=20)
        app.strip.show(seat.agent_status(), queue, None)
        line = str(app.strip.render())
        assert "longest 0:41" in line
        assert (", target 0:20" in line) == told
