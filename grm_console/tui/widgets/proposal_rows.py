"""Rows of proposals, and one of them in full beside the list."""

from datetime import datetime

from textual.content import Content

from grm_console.desk.proposal_views import Proposal, ProposalLine
from grm_console.desk.spoken import effect_words
from grm_console.domain.words import AskedBy, ProposalState, ProposedAs
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import clip, pad
from grm_console.tui.widgets.article_words import state_word
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.words import when

_SCORE, _PEOPLE = 7, 10


class ProposalRows(RowView, can_focus=True):
    """What is asked on the first line; how many ask, how badly answered, and whose it is on the second."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Reading …"))
        self.lines: tuple[ProposalLine, ...] = ()
        self._now = datetime.min

    def show(self, lines: tuple[ProposalLine, ...], now: datetime, sentence: str) -> None:
        """Show these, with the cursor on the one it was on if that is still there; the sentence if there are none."""
        before = self.current.group_id if self.current is not None else 0
        self.lines, self._now, self.sentence = lines, now, sentence
        at = next((place for place, line in enumerate(lines) if line.group_id == before), self.cursor)
        self.set_reactive(ProposalRows.cursor, self.validate_cursor(at))
        self.rows_changed()
        self.show_cursor()

    @property
    def current(self) -> ProposalLine | None:
        """The proposal under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Two lines of a proposal."""
        row = self.lines[index]
        if line == 0:
            marks = " " + _("▲ came back") if row.grown else ""
            words = printable(row.words, limit=300) or hidden_words()
            room = max(0, width - _SCORE - len(marks))
            ink = "title" if row.words else "muted"
            return [(pad(f"{row.score:.1f}", _SCORE), "mark"), (clip(words, room), ink), (marks, "warning")]
        facts = [
            _("{n} asking").format(n=row.askers),
            _("gap {n} %").format(n=row.gap),
            *([_("{n} asked again").format(n=row.repeats)] if row.repeats else []),
            kind_words(row),
            printable(row.owner, limit=40) or _("the desk's editors"),
            when(row.last_at, self._now),
        ]
        return [(clip(" " * _SCORE + " · ".join(facts), width), "muted")]


def kind_words(line: ProposalLine) -> str:
    """What is proposed."""
    if line.proposed_as is ProposedAs.PHRASING:
        return _("phrasing of {code}").format(code=printable(line.code, limit=20) or "…")
    return _("new article")


def hidden_words() -> str:
    """Why no words are shown."""
    return _("(too few people asked for their words to be shown)")


def proposal_words(found: Proposal, now: datetime) -> Content:
    """One proposal in full: what is asked in which words, what it is near to, and what came of it."""
    line = found.line
    parts = [
        Content.styled(printable(line.words) or hidden_words(), "bold" if line.words else "$text-muted"),
        Content(""),
    ]
    parts += [
        _fact(
            _("People"),
            _("{n} in four weeks, of them {again} more than once").format(n=line.askers, again=line.repeats),
        ),
        _fact(_("Gap"), _("{n} %: how badly the best answer fits").format(n=line.gap)),
        _fact(_("Rank"), _("{score} = people x gap x repeats").format(score=f"{line.score:.1f}")),
        _fact(_("Proposed"), kind_words(line)),
        _fact(_("Put to"), printable(line.owner) or _("the desk's editors")),
    ]
    if line.code:
        nearest = f"{printable(line.code, limit=20)} {printable(found.article, limit=200)}"
        parts.append(_fact(_("Nearest article"), nearest))
    if line.state is not ProposalState.OPEN or line.grown:
        parts.append(Content(""))
        parts += _decision(found, now)
    if found.samples:
        parts += [Content(""), Content.styled(_("As people put it (names and numbers masked):"), "$text-muted")]
        for sample in found.samples:
            sign = {AskedBy.TEXT: "✉", AskedBy.SEARCH: "⌕", AskedBy.REFUSED: "✗"}[sample.asked_by]
            parts.append(Content(f"{sign} {printable(sample.words)}"))
    elif not line.words:
        told = _("Words are shown from {n} people on, so that nobody is known by them.")
        parts += [Content(""), Content.styled(told.format(n=found.fewest), "$text-muted")]
    return Content("\n").join(parts)


def _decision(found: Proposal, now: datetime) -> list[Content]:
    who, at = printable(found.decided_by), when(found.decided_at, now) if found.decided_at is not None else ""
    if found.taken_as is None:
        told = _("Set aside by {who}, {when}: {reason}")
        return [Content(told.format(who=who, when=at, reason=printable(found.reason)))]
    state = state_word(found.made_state) if found.made_state is not None else ""
    told = _("Accepted by {who}, {when}: {made}, {state}")
    return [
        Content(told.format(who=who, when=at, made=printable(found.made, limit=40), state=state)),
        Content.styled(effect_words(found.effect), "$success" if found.effect.change < 0 else ""),
    ]


def _fact(label: str, value: str) -> Content:
    return Content.assemble((f"{label}: ", "$text-muted"), value)
