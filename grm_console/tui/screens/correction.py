"""Putting right what was entered wrong: the old words stay readable, and a reason says why."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from textual.content import Content
from textual.widgets import Static

from grm_console.clock import local_moment
from grm_console.desk.exchange_views import CorrectableCase, CorrectableExchange, CorrectionLine
from grm_console.domain.case_form import limit_of
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField, WordsField

SHOWN = 4
"""Earlier corrections that stand below the fields."""


class CorrectionScreen(SmallFormScreen):
    """The fields of one finished exchange or case; only those that differ are stored."""

    def __init__(
        self,
        subject: CorrectableExchange | CorrectableCase,
        now: datetime,
        words: dict[str, str],
        store: Callable[[dict[str, str], str], Any],
        then: Callable[[Any], None],
    ) -> None:
        self._before = (
            {"disposition": subject.disposition, "note": subject.note}
            if isinstance(subject, CorrectableExchange)
            else {name: str(getattr(subject, name)) for name in _case_labels()}
        )
        fields = _exchange_fields(subject) if isinstance(subject, CorrectableExchange) else _case_fields()
        title = (
            _("Put right: exchange of {when}").format(when=local_moment(subject.happened_at, now))
            if isinstance(subject, CorrectableExchange)
            else _("Put right: case {number}").format(number=subject.number)
        )
        why = LineField(placeholder=_("for example: wrong code picked"))
        fields = (*fields, FormField("reason", _("Why"), why, required=True))
        super().__init__(printable(title), fields, words, lambda typed: store(*self._changed(typed)), then)
        self._history = subject.history
        self._now = now

    def on_mount(self) -> None:
        for field in self._fields:
            field.load(self._before.get(field.name or "", ""))
        super().on_mount()
        lines = [_history_line(line, self._now) for line in self._history[:SHOWN]]
        if lines:
            self.query_one(".box").mount(Static(Content("\n").join(lines), markup=False), before="#said")

    def _changed(self, typed: dict[str, str]) -> tuple[dict[str, str], str]:
        changes = {name: typed[name] for name, value in self._before.items() if typed[name] != value.strip()}
        return changes, typed["reason"]


def _exchange_fields(subject: CorrectableExchange) -> tuple[FormField, ...]:
    codes = ChoiceField(tuple((code, printable(name)) for code, name in subject.dispositions) or (("", "–"),))
    return (
        FormField("disposition", _("How it ended"), codes),
        FormField("note", _("Note"), WordsField()),
    )


def _case_labels() -> dict[str, str]:
    return {
        "summary": _("Summary"),
        "details": _("Details"),
        "occurred": _("When it happens"),
        "place": _("Place of the matter"),
        "people": _("People affected"),
        "demand": _("What is asked of us"),
    }


def _case_fields() -> tuple[FormField, ...]:
    return tuple(
        FormField(name, label, WordsField() if name == "details" else LineField(limit=limit_of(name)))
        for name, label in _case_labels().items()
    )


def _history_line(line: CorrectionLine, now: datetime) -> Content:
    told = _("{when} {by}: {field} was “{before}”, because: {reason}").format(
        when=local_moment(line.at, now),
        by=printable(line.by),
        field=printable(line.field),
        before=printable(line.before, limit=60),
        reason=printable(line.reason, limit=80),
    )
    return Content.styled(told, "$text-muted")
