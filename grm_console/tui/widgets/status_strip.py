"""The top line: who sits here and what they are doing, how the queue stands, what time it is."""

from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from grm_console.clock import Clock, elapsed
from grm_console.desk.spoken import role_word
from grm_console.desk.views import AgentStatus, QueueStatus, SignedIn
from grm_console.domain.service_level import Served
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.words import state_words

Piece = tuple[str, str]


def in_target(queue: QueueStatus) -> str:
    """The service level of today's calls, by the variant in force; empty while nothing counts."""
    served = Served(queue.answered, queue.answered_in_target, queue.abandoned, queue.abandoned_in_target)
    level = served.level()
    return "" if level is None else _("{percent} % in target").format(percent=round(100 * level))


class StatusStrip(Widget):
    """One line that is painted anew each second; the operator's state and the queue stay visible at any width."""

    def __init__(self, me: SignedIn, now: Clock) -> None:
        super().__init__()
        self._me = me
        self._now = now
        self._agent: AgentStatus | None = None
        self._queue: QueueStatus | None = None
        self._gone_since: datetime | None = None
        self._parked = self._unread = 0

    def show(self, agent: AgentStatus | None, queue: QueueStatus | None, gone_since: datetime | None) -> None:
        """Show these figures; `gone_since` says since when the store cannot be reached."""
        self._agent, self._queue, self._gone_since = agent, queue, gone_since
        self.refresh()

    def show_aside(self, parked: int, unread: int) -> None:
        """Say how many exchanges are put aside, and how many notices are not read."""
        if (parked, unread) != (self._parked, self._unread):
            self._parked, self._unread = parked, unread
            self.refresh()

    def render(self) -> Content:
        now = self._now()
        clock = f"{now.astimezone():%H:%M}"
        who, state, tail = self._who(), self._state(now), (f"   {clock} ", "$foreground")
        figures = [*self._figures(now), tail]
        for left, right in (
            ([*who, *state], [*self._figures(now, target=True), tail]),
            ([*who, *state], figures),
            ([*who[:2], *state], figures),
            ([*who[1:2], *state], figures),
            (state, figures),
            (state, figures[:-1]),
        ):
            start, end = Content.assemble(*left), Content.assemble(*right)
            gap = self.size.width - start.cell_length - end.cell_length
            if gap >= 2:
                break
        return Content.assemble(start, " " * max(2, gap), end)

    def _who(self) -> list[Piece]:
        me = self._me
        return [
            ("GRM  ", "bold $accent"),
            (printable(me.full_name), "bold"),
            (f" · {printable(role_word(me.role))}", "$text-muted"),
        ]

    def _state(self, now: datetime) -> list[Piece]:
        if self._agent is None:
            return [(_("   Opening the desk …"), "$text-muted")]
        sign, word, style = state_words(self._agent)
        took, limit = elapsed((now - self._agent.since).total_seconds()), self._agent.limit_seconds
        if limit:
            took = _("{time} of {limit}").format(time=took, limit=elapsed(limit))
        late = self._agent.late(now)
        pieces: list[Piece] = [(f"   {sign} ", style), (f"{printable(word)} {took}", "$foreground")]
        if late:
            pieces = [(f"   ▲ {printable(word)} {took}", "bold $warning")]
        if self._parked:
            pieces.append((_(" · {n} parked").format(n=self._parked), "$warning"))
        if self._unread:
            told = _(" · 1 notice: Alt+N") if self._unread == 1 else _(" · {n} notices: Alt+N")
            pieces.append((told.format(n=self._unread), "bold $warning"))
        return pieces

    def _figures(self, now: datetime, *, target: bool = False) -> list[Piece]:
        if self._gone_since is not None:
            since = f"{self._gone_since.astimezone():%H:%M}"
            return [
                (_("▲ Store unreachable since {since}").format(since=since), "bold $error"),
                (_(" – what you type is kept"), "$foreground"),
            ]
        queue = self._queue
        if queue is None:
            return []
        pieces: list[Piece] = [(_("waiting "), "$text-muted"), (str(queue.waiting), "bold")]
        if queue.longest_since is not None:
            longest = elapsed((now - queue.longest_since).total_seconds())
            pieces += [(_(" · longest "), "$text-muted"), (longest, "bold")]
            if target and queue.target_seconds is not None:
                pieces.append((_(", target {time}").format(time=elapsed(queue.target_seconds)), "$text-muted"))
        if level := in_target(queue):
            pieces.append((f" · {level}", "$text-muted"))
        if queue.unreadable:
            pieces.append((_(" · ▲ {n} unreadable").format(n=queue.unreadable), "$warning"))
        return pieces
