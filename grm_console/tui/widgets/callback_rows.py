"""The lines of missed calls and of callbacks, two lines of the screen each."""

from datetime import datetime

from grm_console.clock import elapsed
from grm_console.desk.call_views import CallbackLine, MissedCall
from grm_console.desk.spoken import state_word
from grm_console.domain.callback_rules import MOST_ATTEMPTS
from grm_console.domain.words import CallbackReason, CallbackState, EndReason
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit
from grm_console.tui.words import when

WORDS_SHOWN = 60


class MissedRows(RowView, can_focus=True):
    """Calls in which nobody was talked to, newest first; who hung up at once is dimmed."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Reading the calls …"), id="missed")
        self.lines: tuple[MissedCall, ...] = ()
        self._now = datetime.min

    def show(self, lines: tuple[MissedCall, ...], now: datetime) -> None:
        """Show these; the cursor stays on its call as long as that is there."""
        before = self.current
        self.lines, self._now = lines, now
        self.sentence = _(
            "No missed call. Who hung up before anybody answered, called while the line was closed, or left a message "
            "stands here until somebody has seen to it, or has talked with them."
        )
        keys = [line.interaction_id for line in lines]
        if before is not None and before.interaction_id in keys:
            self.set_reactive(MissedRows.cursor, keys.index(before.interaction_id))
        self.rows_changed()

    @property
    def current(self) -> MissedCall | None:
        """The call under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def count(self) -> int:
        """How many calls there are."""
        return len(self.lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Number and how it ended; below it when, for how long, and where."""
        call = self.lines[index]
        dim = call.end_reason is EndReason.SHORT_ABANDON
        if line == 0:
            number = printable(call.number) or _("number withheld")
            message = f"  ✉ {_('message')}" if call.voicemail else ""
            return fit(
                (
                    (number, "muted" if dim else "title"),
                    (f"  {state_word(call.end_reason)}", "muted" if dim else "text"),
                    (message, "mark"),
                ),
                width,
            )
        waited = _("waited {time}").format(time=elapsed(call.waited_seconds))
        return fit(((_facts(when(call.at, self._now), waited, call.queue, call.language), "muted"),), width)


class CallbackRows(RowView, can_focus=True):
    """Callbacks, the next one first; below them those that were missed."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Reading the callbacks …"), id="callbacks")
        self.lines: tuple[CallbackLine, ...] = ()
        self._now = datetime.min

    def show(self, lines: tuple[CallbackLine, ...], now: datetime) -> None:
        """Show these; the cursor stays on its callback as long as that is there."""
        before = self.current
        self.lines, self._now = lines, now
        self.sentence = _(
            "Nobody is to be called back. Who presses 1 while waiting stands here, keeps the place, and is offered to "
            "the desk in turn like a call."
        )
        keys = [line.interaction_id for line in lines]
        if before is not None and before.interaction_id in keys:
            self.set_reactive(CallbackRows.cursor, keys.index(before.interaction_id))
        self.rows_changed()

    @property
    def current(self) -> CallbackLine | None:
        """The callback under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def count(self) -> int:
        """How many callbacks there are."""
        return len(self.lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Number, when it is due, and attempts; below it why, the window, and where."""
        callback = self.lines[index]
        if line == 0:
            tried = ""
            if callback.attempts:
                tried = _("{n} of {most} attempts").format(n=callback.attempts, most=MOST_ATTEMPTS)
            return fit(
                ((printable(callback.number), "title"), self._due(callback), (f"  {tried}" if tried else "", "muted")),
                width,
            )
        begins, ends = when(callback.window_from, self._now), f"{callback.window_to.astimezone():%H:%M}"
        if callback.window_from.astimezone().date() != callback.window_to.astimezone().date():
            ends = when(callback.window_to, self._now)
        window = f"{begins}–{ends}"
        return fit(((_facts(_why(callback.reason), window, callback.queue, callback.language), "muted"),), width)

    def _due(self, callback: CallbackLine) -> Part:
        if callback.state is CallbackState.MISSED:
            return f"  {state_word(callback.state)}", "late"
        if callback.next_at is not None and callback.next_at > self._now:
            return "  " + _("from {when}").format(when=when(callback.next_at, self._now)), "text"
        if callback.window_to < self._now:
            return "  " + _("late"), "late"
        return "  " + _("due now"), "now"


def _why(reason: CallbackReason) -> str:
    return {
        CallbackReason.ASKED: _("asked while waiting"),
        CallbackReason.CLOSED: _("called while we were closed"),
        CallbackReason.DROPPED: _("the call broke off"),
        CallbackReason.PROMISED: _("promised at the desk"),
        CallbackReason.CORRECTION: _("the answer they got has changed"),
    }[reason]


def _facts(*facts: str) -> str:
    return " · ".join(printable(fact, limit=WORDS_SHOWN) for fact in facts if fact)
