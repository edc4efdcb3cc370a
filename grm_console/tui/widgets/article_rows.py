"""Rows of articles and of their versions: state by sign and word, and what is due."""

from datetime import date, datetime, timedelta

from grm_console.clock import local_day
from grm_console.desk.editorial_views import ArticleLine, ToldLine, VersionView
from grm_console.desk.spoken import channel_word
from grm_console.domain.words import Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.widgets.article_words import STATE_SIGNS, state_word
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.words import CHANNEL_SIGNS, when

SOON = timedelta(days=30)
"""From how long before its day on a review or an expiry is told."""

OWNED = 100
"""Columns from which the owner has room."""

CODE = 7
LANGUAGE = 4
STATES = 16
OWNER = 20


class ArticleRows(RowView, can_focus=False):
    """The filter box keeps the focus; its keys move this cursor."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.lines: tuple[ArticleLine, ...] = ()
        self._today = date.min

    def show(self, lines: tuple[ArticleLine, ...], text_id: int, today: date, sentence: str) -> None:
        """Show lines with the cursor on the one of this text, else on the first; the sentence if there are none."""
        self.lines, self._today, self.sentence = lines, today, sentence
        at = next((index for index, line in enumerate(lines) if line.text_id == text_id), 0)
        self.set_reactive(ArticleRows.cursor, at)
        self.rows_changed()
        self.show_cursor()

    @property
    def current(self) -> ArticleLine | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def cursor_active(self) -> bool:
        """The filter box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many lines are shown."""
        return len(self.lines)

    @property
    def row_height(self) -> int:
        """One line each."""
        return 1

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Signs, code, language, states, question, owner, and at the end what is due."""
        row = self.lines[index]
        sign, ink = STATE_SIGNS[row.states[-1]]
        marks = _marks(row, self._today)
        due = sum(cell_len(text) for text, _ink in marks)
        owner = OWNER if width >= OWNED else 0
        room = width - 2 - CODE - LANGUAGE - STATES - owner - due
        return [
            (pad(sign, 2), ink),
            (pad(printable(row.code, limit=20), CODE), "title"),
            (pad(printable(row.language, limit=8), LANGUAGE), "text"),
            (pad(f"v{row.coming or row.published} {state_word(row.states[-1])}", STATES), ink),
            (pad(printable(row.question, limit=300), max(0, room)), "text"),
            *marks,
            (pad(f" {printable(row.owner, limit=60)}" if owner else "", owner), "muted"),
        ]


def _marks(row: ArticleLine, today: date) -> list[Part]:
    marks: list[Part] = []
    if row.stale:
        marks.append((" " + _("▲ stale"), "warning"))
    if row.review_on is not None and row.review_on <= today + SOON:
        over = row.review_on < today
        told = _("review {day}").format(day=local_day(row.review_on, today))
        marks.append((f" {told}", "late" if over else "warning"))
    if row.expires_on is not None and row.published and row.expires_on <= today + SOON:
        told = _("ends {day}").format(day=local_day(row.expires_on, today))
        marks.append((f" {told}", "warning"))
    return marks


class VersionRows(RowView, can_focus=True):
    """Every version of an article, by language, the newest first."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, sentence=_("Reading …"))
        self.versions: tuple[VersionView, ...] = ()
        self._today = date.min

    def show(self, versions: tuple[VersionView, ...], version_id: int, today: date) -> None:
        """Show versions with the cursor on this one, else on the first."""
        self.versions, self._today = versions, today
        at = next((index for index, one in enumerate(versions) if one.version_id == version_id), 0)
        self.set_reactive(VersionRows.cursor, at)
        self.rows_changed()
        self.show_cursor()

    @property
    def current(self) -> VersionView | None:
        """The version under the cursor."""
        return self.versions[self.cursor] if self.versions else None

    @property
    def count(self) -> int:
        """How many versions there are."""
        return len(self.versions)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Language, number and state; below since when, or what it waits for."""
        one = self.versions[index]
        sign, ink = STATE_SIGNS[one.state]
        if line == 0:
            stale = " " + _("▲ stale") if one.source is not None and one.source.stale else ""
            head = f"{sign} {printable(one.language, limit=8)} v{one.version} {state_word(one.state)}"
            return [(clip(head, width), ink), (clip(stale, max(0, width - cell_len(head))), "warning")]
        return [(clip(f"  {_told(one, self._today)}", width), "muted")]


def _told(one: VersionView, today: date) -> str:
    facts = []
    if one.effective_on is not None and one.effective_on > today:
        facts.append(_("from {day}").format(day=local_day(one.effective_on, today)))
    if one.expires_on is not None:
        facts.append(_("until {day}").format(day=local_day(one.expires_on, today)))
    if one.source is not None:
        facts.append(_("from {language} v{n}").format(language=one.source.language, n=one.source.version))
    return " · ".join([*facts, printable(one.author, limit=40)])


class ToldRows(RowView, can_focus=True):
    """Who was told a version that no longer holds."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Reading …"))
        self.lines: tuple[ToldLine, ...] = ()
        self._now = datetime.min

    def show(self, lines: tuple[ToldLine, ...], now: datetime, sentence: str) -> None:
        """Show these people; the sentence if there are none."""
        self.lines, self._now, self.sentence = lines, now, sentence
        self.rows_changed()

    @property
    def current(self) -> ToldLine | None:
        """The person under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Who, when and by which door; below what was told, and whether they are told again."""
        one = self.lines[index]
        if line == 0:
            moment = when(one.at, self._now)
            head = f"{CHANNEL_SIGNS[one.channel]} {printable(one.who, limit=60)}"
            rest = f"  {moment} · {channel_word(one.channel)}"
            return [(clip(head, width), "title"), (clip(rest, max(0, width - cell_len(head))), "muted")]
        told = "  " + _("told v{version} {language} by {name}").format(
            version=one.version, language=one.language, name=printable(one.by, limit=40)
        )
        state: Part = ("", "muted")
        if one.again:
            state = (" · " + _("✓ told again by {door}").format(door=channel_word(Channel(one.again))), "good")
        elif one.why_not:
            state = (f" · ⊘ {printable(one.why_not, limit=120)}", "warning")
        return [(clip(told, width), "muted"), (clip(state[0], max(0, width - cell_len(told))), state[1])]
