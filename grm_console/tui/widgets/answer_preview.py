"""One answer whole: as it is read on the screen, said on the telephone or sent as a text, in one of its languages."""

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock, local_day
from grm_console.desk.views import AnswerText
from grm_console.domain.words import Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.composer import length_words
from grm_console.tui.widgets.hit_words import with_matches

SCREEN, TELEPHONE, TEXT = range(3)
"""The ways a version is told, in the order of `AnswerText.renderings`."""


class AnswerPreview(VerticalScroll):
    """Scrolls when it has the focus; the way and the language that were chosen stay for the next answers."""

    def __init__(self, *, clock: Clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text: AnswerText | None = None
        """What is shown."""
        self.way = SCREEN
        self._clock = clock
        self._given: datetime | None = None
        self._matched: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, text: AnswerText | None, matched: tuple[str, ...] = (), given: datetime | None = None) -> None:
        """Show an answer, the words that matched in it, and when it was given; nothing for None."""
        another = text is None or self.text is None or text.version_id != self.text.version_id
        self.text, self._matched, self._given = text, matched, given
        if another:
            self.scroll_home(animate=False)
        self.query_one(Static).update(self._whole(text) if text is not None else "")

    def next_way(self) -> None:
        """Show the same version as it is told the next way: screen, telephone, text, and again."""
        self.way = (self.way + 1) % 3
        self.scroll_home(animate=False)
        self.show(self.text, self._matched, self._given)

    def _whole(self, text: AnswerText) -> Content:
        lines = [
            Content.assemble(
                (f"{printable(text.code, limit=40)} v{text.version} · ", "bold"),
                *self._marked(printable(text.question), "bold"),
            ),
            Content.styled(self._choices(text), "$text-muted"),
        ]
        if self._given is not None:
            told = _("✓ given {time}").format(time=f"{self._given.astimezone():%H:%M}")
            lines.append(Content.styled(told, "$success"))
        if not text.givable:
            why = printable(text.not_givable_because) or _("it is not public or not in force")
            lines.append(Content.styled(_("⊘ Not to be given: {why}").format(why=why), "$warning"))
        if text.newer_source:
            told = _("▲ Translated from {language}, which has changed since: mind that this may be out of date.")
            lines.append(Content.styled(told.format(language=printable(text.newer_source, limit=8)), "$warning"))
        return Content("\n").join([*lines, Content(""), *self._body(text), Content(""), self._facts(text)])

    def _body(self, text: AnswerText) -> list[Content]:
        if self.way == SCREEN:
            return [Content.assemble(*self._marked(printable(text.answer, lines=True), ""))]
        told = text.renderings[self.way]
        lines = [Content(printable(line, lines=True)) for line in told.lines]
        if self.way == TEXT:
            lines += [Content(""), Content.styled(length_words(told.text, Channel.SMS), "$text-muted")]
            if told.cut:
                told_of_rest = _("The answer is longer; the text says where the rest is.")
                lines.append(Content.styled(told_of_rest, "$text-muted"))
        return lines

    def _choices(self, text: AnswerText) -> str:
        """The ways and the languages, what is shown in brackets."""
        ways = _chosen((_("screen"), _("telephone"), _("text")), self.way)
        languages = [printable(language, limit=8) for language, _version_id in text.languages]
        if len(languages) < 2:
            return ways
        at = next((at for at, (language, _id) in enumerate(text.languages) if language == text.language), 0)
        return f"{ways} · {_chosen(languages, at)}"

    def _marked(self, words: str, style: str) -> list[tuple[str, str]]:
        return [
            (piece, f"{style} underline".strip() if found else style)
            for piece, found in with_matches(words, self._matched)
        ]

    def _facts(self, text: AnswerText) -> Content:
        today = self._clock().astimezone().date()
        facts = [
            (_("Law: {text}"), printable(text.legal_basis)),
            (_("Owner: {text}"), printable(text.owner)),
            (_("In force since {text}"), local_day(text.effective_on, today) if text.effective_on else ""),
            (_("Review by {text}"), local_day(text.review_on, today) if text.review_on else ""),
            (_("Expires {text}"), local_day(text.expires_on, today) if text.expires_on else ""),
        ]
        return Content.styled(" · ".join(label.format(text=value) for label, value in facts if value), "$text-muted")


def _chosen(names: Sequence[str], at: int) -> str:
    return " ".join(f"[{name}]" if place == at else name for place, name in enumerate(names))
