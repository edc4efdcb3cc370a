"""A board and a shift in memory, with the real views: what tests of the board's screen look at."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from grm_console.desk.board_views import (
    AgentLine,
    BehindFigure,
    BoardSnapshot,
    CaseRow,
    DepartmentLine,
    ExchangeRow,
    Figure,
    HeldItem,
    HelpLine,
    NoticeLine,
    Opened,
    QueueLine,
    RowsOf,
    Traffic,
    figure_of,
)
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.words import AgentState, Channel, Harm, InteractionState
from grm_console.errors import GrmError

NOW = datetime(2026, 11, 23, 9, 2, 11, tzinfo=UTC)


def exchanges(*keys: int) -> Figure:
    return figure_of(RowsOf.EXCHANGES, keys)


def cases(*keys: int) -> Figure:
    return figure_of(RowsOf.CASES, keys)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def snapshot(agents: int = 12) -> BoardSnapshot:
    """A Monday morning: water calls wait too long, one agent asks for help."""
    water = Traffic(
        figure_of(RowsOf.WAITING, (1, 2)), ago(seconds=41), ago(seconds=41),
        exchanges(*range(100, 171)), exchanges(*range(200, 229)), exchanges(5), exchanges(6, 7, 8),
    )  # fmt: skip
    permits = Traffic(figure_of(RowsOf.WAITING, (3,)), ago(seconds=9), ago(seconds=9), exchanges(*range(300, 392)))
    texts = Traffic(figure_of(RowsOf.WAITING, (4,)), ago(seconds=100), ago(seconds=-20), exchanges(*range(400, 420)))
    states = (AgentState.TALKING, AgentState.WRAP_UP, AgentState.AVAILABLE, AgentState.AWAY)
    names = ("Ana Ortiz", "Kim Soo", "Li Wei 李薇", "Sun Ying 孙颖 \x1b[2J[/]")
    return BoardSnapshot(
        at=NOW,
        queues=(
            QueueLine(1, "water", "Water & Streets", "供水与道路", 20, water, texts),
            QueueLine(2, "permits", "Permits [/bold]", "证照与企业", 30, permits, Traffic()),
            QueueLine(3, "chinese", "中文热线", "中文热线", 20, Traffic(), Traffic()),
        ),
        agents=tuple(
            AgentLine(
                n, f"{names[n % 4]} {n}" if n >= 4 else names[n], "operator", states[n % 4],
                "lunch" if states[n % 4] is AgentState.AWAY else "", ago(seconds=31 + 60 * n),
                (HeldItem(100 + n, Channel.VOICE, "Water & Streets", False),) if n % 4 < 2 else (),
                ("中文热线",) if n % 4 == 2 else (), 90 if n % 4 < 2 else 0,
            )
            for n in range(agents)
        ),
        departments=(
            DepartmentLine(1, "Housing", "", cases(1, 2), cases(3), cases(4, 5, 6)),
            DepartmentLine(2, "Water Supply 供水", "", cases(), cases(7), cases(8)),
        ),
        help=(HelpLine(1, "Kim Soo", 1, Channel.VOICE, ago(seconds=25), ""),),
        notices=(
            NoticeLine(1, "No water in Lotus Lane until 17:00.", "", ago(minutes=9), ago(hours=-8), "Zhao Min"),
        ),
        answered_by_machine=exchanges(400, 401),
        acknowledged=exchanges(402, 403, 404),
        unreadable=figure_of(RowsOf.WAITING, (9,)),
    )  # fmt: skip


class FakeBoard:
    """Gives the snapshot it holds; `frozen` lets it hang, `error` lets it fail."""

    name = "Zhao Min 赵敏"

    def __init__(self, seen: BoardSnapshot | None = None, role: Role = Role.SUPERVISOR) -> None:
        self.seen = seen or snapshot()
        self.role = role.value
        self.looks = 0
        self.error: GrmError | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.acts: list[tuple[object, ...]] = []
        self._acts = PERMISSIONS[role]

    def may(self, act: Act) -> bool:
        return act in self._acts

    def snapshot(self) -> BoardSnapshot:
        self.looks += 1
        self.go_on.wait(10)
        if self.error is not None:
            raise self.error
        return self.seen

    def rows(self, figure: Figure) -> tuple[BehindFigure, ...]:
        if figure.of is RowsOf.AGENTS:
            return tuple(agent for agent in self.seen.agents if agent.account_id in figure.keys)
        if figure.of is RowsOf.CASES:
            return tuple(
                CaseRow(
                    key, f"26-{key:06}-7", "Street light broken", "Housing", Harm.NONE, ago(days=3), ago(hours=key - 3),
                    False, key == 2,
                )
                for key in figure.keys
            )  # fmt: skip
        waiting = figure.of is RowsOf.WAITING
        state = InteractionState.WAITING if waiting else InteractionState.DONE
        answered, agent = (None, "") if waiting else (ago(seconds=20), "Li Wei")
        return tuple(
            ExchangeRow(
                key, Channel.VOICE if key % 2 else Channel.SMS, "Water & Streets",
                Harm.DANGER if key == 2 else Harm.NONE, state, None, waiting, key == 101, key == 101,
                ago(seconds=41), answered, agent,
                key == 9,
            )
            for key in figure.keys
        )  # fmt: skip

    def open(self, row: BehindFigure) -> Opened:
        self.acts.append(("open", row))
        return Opened("voice", (("Queue", "Water & Streets"),), "words \x1b[2J [/]")

    def open_exchange(self, interaction_id: int) -> Opened:
        self.acts.append(("exchange", interaction_id))
        return Opened("voice", (("Queue", "Water & Streets"),), "Her words")

    def set_state(self, account_id: int, state: AgentState, reason: str) -> None:
        self.acts.append(("state", account_id, state, reason))

    def set_queues(self, account_id: int, queues: frozenset[int], reason: str) -> None:
        self.acts.append(("queues", account_id, sorted(queues), reason))

    def move(self, interaction_id: int, queue_id: int, reason: str) -> None:
        self.acts.append(("move", interaction_id, queue_id, reason))

    def take_over(self, interaction_id: int, reason: str) -> None:
        self.acts.append(("take over", interaction_id, reason))


class FakeShift:
    """Notes what was asked of it in the board's list of acts."""

    def __init__(self, board: FakeBoard) -> None:
        self._board = board

    def take_help(self, request_id: int) -> int | None:
        self._board.acts.append(("take", request_id))
        taken = tuple(replace(line, taken_by="Zhao Min") for line in self._board.seen.help)
        self._board.seen = replace(self._board.seen, help=taken)
        return 1

    def end_help(self, request_id: int) -> None:
        self._board.acts.append(("end", request_id))

    def end_notice(self, notice_id: int) -> None:
        self._board.acts.append(("down", notice_id))

    def post_notice(self, text: str, until: datetime, queue_id: int | None) -> int:
        self._board.acts.append(("notice", text, until, queue_id))
        return 2
