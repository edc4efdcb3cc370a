"""The standard answers found, best first, in two lines each: what it is, and why it is here or may not be given."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar

from grm_console.clock import Clock, local_day
from grm_console.desk.views import AnswerHit
from grm_console.domain.words import Audience
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.hit_words import why_words, with_matches
from grm_console.tui.widgets.row_view import Part, RowView

HITS_SHOWN = 50
"""Nobody reads further; ranking is the store's work."""

SHOWN_CHARACTERS = 300
"""More of a question never fits its line."""


class HitList(RowView, can_focus=False):
    """Hits of a search; the keys reach it from the search box, which keeps the focus."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--title-found", "row--text-found"}
    DEFAULT_CSS = """
    HitList {
        & > .row--title-found { text-style: bold underline; color: $foreground; }
        & > .row--text-found { text-style: underline; color: $foreground; }
    }
    """

    def __init__(self, *, clock: Clock, sentence: str, id: str | None = None) -> None:
        super().__init__(sentence=sentence, id=id)
        self.hits: tuple[AnswerHit, ...] = ()
        self.given: Mapping[str, datetime] = {}
        """When an article was given in this exchange, by its code."""
        self.unhelpful: Collection[str] = ()
        """Codes of the articles that were said not to help."""
        self._clock = clock

    def show(self, hits: tuple[AnswerHit, ...], sentence: str, stay_on: str = "") -> None:
        """Show hits, or the sentence if there are none; the cursor is on the hit of this code, else on the first."""
        hits = hits[:HITS_SHOWN]
        cursor = next((at for at, hit in enumerate(hits) if hit.code == stay_on), 0)
        if (hits, sentence, cursor) == (self.hits, self.sentence, self.cursor):
            return  # nothing flickers
        self.hits, self.sentence = hits, sentence
        self.set_reactive(HitList.cursor, cursor)
        self.rows_changed()
        if cursor == 0:
            self.jump_to(0)
        else:
            self.show_cursor()

    @property
    def current(self) -> AnswerHit | None:
        """The hit under the cursor."""
        return self.hits[self.cursor] if self.hits else None

    @property
    def cursor_active(self) -> bool:
        """The search box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many hits are shown."""
        return len(self.hits)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Code and question with the words that matched; below them why it is here, version, match, languages."""
        hit = self.hits[index]
        if line == 0:
            code = clip(printable(hit.code, limit=40), width // 2)
            question = clip(printable(hit.question, limit=SHOWN_CHARACTERS), width - cell_len(code) - 1)
            return [(f"{code} ", "mark" if hit.givable else "muted"), *self._question(index, question)]
        lead = self._lead(hit)
        lead = ("  " + clip(lead[0], width - 2), lead[1])
        return [lead, (clip(" · ".join(self._facts(hit)), width - cell_len(lead[0])), "muted")]

    def _question(self, index: int, question: str) -> list[Part]:
        hit = self.hits[index]
        if not hit.givable:
            return [(question, "muted")]
        ink = "title" if index == self.cursor else "text"
        return [(piece, f"{ink}-found" if found else ink) for piece, found in with_matches(question, hit.matched)]

    def _lead(self, hit: AnswerHit) -> Part:
        if (at := self.given.get(hit.code)) is not None:
            return _("✓ given {time} · ").format(time=f"{at.astimezone():%H:%M}"), "good"
        if not hit.givable:
            return f"⊘ {self._refusal(hit)} · ", "warning"
        return (_("✗ not helpful · "), "muted") if hit.code in self.unhelpful else ("", "muted")

    def _refusal(self, hit: AnswerHit) -> str:
        if hit.audience is not Audience.PUBLIC:
            return {Audience.INTERNAL: _("internal"), Audience.RESTRICTED: _("restricted")}[hit.audience]
        today = self._clock().astimezone().date()
        return _("expired") if hit.expires_on and hit.expires_on <= today else _("not in force")

    def _facts(self, hit: AnswerHit) -> list[str]:
        today = self._clock().astimezone().date()
        facts = [why_words(hit), f"v{hit.version}"]
        facts.append((_("sure match {score}") if hit.confident else _("match {score}")).format(score=hit.score))
        facts.append(printable(" ".join(hit.languages), limit=20))
        if hit.expires_on is not None:
            facts.append(_("expires {day}").format(day=local_day(hit.expires_on, today)))
        return facts
