"""The standard answers found, best first, in two lines each: what it is, and why it is here or may not be given."""

from collections.abc import Mapping
from datetime import datetime

from grm_console.clock import Clock, local_day
from grm_console.desk.views import AnswerHit
from grm_console.domain.words import Audience
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.row_view import Part, RowView

HITS_SHOWN = 50
"""Nobody reads further; ranking is the store's work."""

SHOWN_CHARACTERS = 300
"""More of a question never fits its line."""


class HitList(RowView, can_focus=False):
    """Hits of a search; the keys reach it from the search box, which keeps the focus."""

    def __init__(self, *, clock: Clock, sentence: str, id: str | None = None) -> None:
        super().__init__(sentence=sentence, id=id)
        self.hits: tuple[AnswerHit, ...] = ()
        self.given: Mapping[str, datetime] = {}
        """When an article was marked as given in this exchange, by its code."""
        self._clock = clock

    def show(self, hits: tuple[AnswerHit, ...], sentence: str) -> None:
        """Show hits with the cursor on the first one, or the sentence if there are none."""
        self.hits, self.sentence = hits[:HITS_SHOWN], sentence
        self.set_reactive(HitList.cursor, 0)
        self.jump_to(0)
        self.rows_changed()

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
        """Code and question; below them version, expiry, languages, match and the words that matched."""
        hit = self.hits[index]
        if line == 0:
            code = clip(printable(hit.code, limit=40), width // 2)
            question = clip(printable(hit.question, limit=SHOWN_CHARACTERS), width - cell_len(code) - 1)
            return [(f"{code} ", "mark" if hit.givable else "muted"), (question, self._question_ink(index))]
        if (at := self.given.get(hit.code)) is not None:
            lead: Part = (_("✓ given {time} · ").format(time=f"{at.astimezone():%H:%M}"), "good")
        elif not hit.givable:
            lead = (f"⊘ {self._refusal(hit)} · ", "warning")
        else:
            lead = ("", "muted")
        lead = ("  " + clip(lead[0], width - 2), lead[1])
        return [lead, (clip(" · ".join(self._facts(hit)), width - cell_len(lead[0])), "muted")]

    def _question_ink(self, index: int) -> str:
        if not self.hits[index].givable:
            return "muted"
        return "title" if index == self.cursor else "text"

    def _refusal(self, hit: AnswerHit) -> str:
        if hit.audience is not Audience.PUBLIC:
            return {Audience.INTERNAL: _("internal"), Audience.RESTRICTED: _("restricted")}[hit.audience]
        today = self._clock().astimezone().date()
        return _("expired") if hit.expires_on and hit.expires_on <= today else _("not in force")

    def _facts(self, hit: AnswerHit) -> list[str]:
        today = self._clock().astimezone().date()
        facts = [f"v{hit.version}"]
        if hit.expires_on is not None:
            facts.append(_("expires {day}").format(day=local_day(hit.expires_on, today)))
        facts.append(printable(" ".join(hit.languages), limit=20))
        facts.append((_("sure match {score}") if hit.confident else _("match {score}")).format(score=hit.score))
        if hit.matched:
            facts.append(printable(", ".join(hit.matched), limit=SHOWN_CHARACTERS))
        return facts
