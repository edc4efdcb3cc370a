"""The board's first two lines: whose board it is and how old its data are, and who asks for help."""

from datetime import datetime, timedelta

from textual.content import Content
from textual.widget import Widget

from grm_console.clock import local_moment, weekday
from grm_console.desk.board_views import BoardSnapshot
from grm_console.desk.spoken import role_word
from grm_console.domain.words import StopKind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import clip
from grm_console.tui.widgets.board_lines import help_words

STALE_AFTER = timedelta(seconds=5)
"""From this age on the data are said to be old, in words and with a sign."""


class BoardHead(Widget):
    """Painted anew each second; who asks for help has a line of its own, so that nothing moves when somebody does."""

    DEFAULT_CSS = """
    BoardHead { height: 2; padding: 0 1; background: $panel; text-wrap: nowrap; }
    """

    def __init__(self, name: str, role: str, *, keys: bool) -> None:
        super().__init__()
        self._keys = keys
        """Whether somebody has keys to go to who asks for help."""
        self._whose = name
        self._role = role
        self._seen: BoardSnapshot | None = None
        self._age = timedelta(0)
        self._why = ""

    def show(self, seen: BoardSnapshot | None, age: timedelta, why: str) -> None:
        """The snapshot that is shown, how old it is, and why there is no newer one if that is known."""
        self._seen, self._age, self._why = seen, age, why
        self.refresh()

    @property
    def stale(self) -> bool:
        """Whether the data are too old to act on unasked."""
        return self._age > STALE_AFTER

    def render(self) -> Content:
        who = Content.assemble(
            (_("GRM Board  "), "bold $accent"),
            (printable(self._whose), "bold"),
            (f" · {printable(role_word(self._role))}", "$text-muted"),
        )
        state = self._state()
        if who.cell_length + state.cell_length > self.size.width - 2:
            who = Content.assemble((_("GRM Board  "), "bold $accent"))
        gap = " " * max(2, self.size.width - who.cell_length - state.cell_length)
        return Content("\n").join([Content.assemble(who, gap, state), self._help()])

    def _state(self) -> Content:
        if self._seen is None:
            return Content.styled(f"▲ {self._why}" if self._why else _("Reading the board …"), "$text-muted")
        at = self._seen.at.astimezone()
        seconds = int(self._age.total_seconds())
        if self.stale:
            old = _("▲ Data of {time}, {n} s old").format(time=f"{at:%H:%M:%S}", n=seconds)
            return Content.styled(old, "bold $error")
        day = _("{weekday} {moment}").format(weekday=weekday(at), moment=local_moment(at, at))
        return Content.assemble((day, "$foreground"), (_("   ● live · {n} s").format(n=seconds), "$success"))

    def _help(self) -> Content:
        if self._seen is None:
            return Content("")
        if self.stale and self._why:
            return Content.styled(clip(self._why, self.size.width), "$error")
        calls = [line for line in self._seen.help if not line.taken_by]
        if not calls:
            if self._seen.stops:
                return Content.styled(clip(self._stops(), self.size.width), "bold $warning")
            return Content.styled(_("Nobody asks for help."), "$text-muted")
        first = help_words(calls[0].agent, calls[0].channel)
        more = _(" · {n} more").format(n=len(calls) - 1) if len(calls) > 1 else ""
        line = f"◆ {first}{more}"
        if self._keys:
            line = _("{words} · H goes to them").format(words=line)
        if self._seen.stops:
            line = f"{line} · {self._stops()}"
        return Content.styled(clip(line, self.size.width), "bold $warning")

    def _stops(self) -> str:
        """Where machines answer no texts: altogether first, else how many stops there are."""
        assert self._seen is not None, "shown only with a snapshot"
        whole = next((stop for stop in self._seen.stops if stop.kind is StopKind.ALL), self._seen.stops[0])
        more = _(" · {n} more").format(n=len(self._seen.stops) - 1) if len(self._seen.stops) > 1 else ""
        return f"■ {printable(whole.words)}{more}"


def age_of(received: datetime | None, now: datetime) -> timedelta:
    """How long ago the newest snapshot came; by this machine's clock alone, so that two clocks need not agree."""
    return now - received if received is not None else timedelta(0)
