"""How one entry of a history looks: local time, a sign for its door, title and state, summary."""

from collections.abc import Callable
from datetime import datetime

from grm_console.clock import local_moment
from grm_console.desk.spoken import state_word
from grm_console.desk.views import TimelineRow
from grm_console.domain.words import Channel, EntryKind
from grm_console.i18n import language
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.widgets.row_view import Part

SHOWN_CHARACTERS = 400
"""More of a title or summary never fits a row."""

SIGNS = {
    Channel.VOICE: "☎",
    Channel.SMS: "✉",
    Channel.WHATSAPP: "✉",
    Channel.EMAIL: "@",
    Channel.WEB: "⊕",
    Channel.COUNTER: "⌂",
    Channel.LETTER: "✎",
    Channel.FAX: "⎙",
    Channel.TV: "TV",
}
KIND_SIGNS = {EntryKind.CASE: "▣", EntryKind.ANSWER: "✓", EntryKind.REPLY: "✉", EntryKind.NOTE: "•"}

STATES = {
    "ringing": ("●", "now"),
    "talking": ("●", "now"),
    "wrap-up": ("●", "now"),
    "waiting": ("◌", "warning"),
    "late": ("▲", "late"),
    "failed": ("✗", "late"),
    "missed": ("✗", "warning"),
    "abandoned": ("✗", "warning"),
    "short-abandon": ("✗", "muted"),
    "overflow": ("✗", "warning"),
    "voicemail": ("●", "warning"),
    "callback": ("○", "warning"),
    "blocked": ("✗", "muted"),
    "unknown": ("?", "warning"),
    "open": ("○", "text"),
    "pending": ("○", "muted"),
    "sending": ("○", "muted"),
    "delivered": ("✓", "good"),
}
"""Shape and ink of the states worth a mark; the others (done, closed, handled, sent) are the calm rule."""

QUIET = {"", "done", "closed", "handled", "answered", "sent"}

FILTERS: dict[str, Callable[[TimelineRow], bool]] = {
    "all": lambda row: True,
    "calls": lambda row: row.kind is not EntryKind.CASE and row.channel is Channel.VOICE,
    "texts": lambda row: row.kind is not EntryKind.CASE and row.channel in (Channel.SMS, Channel.WHATSAPP),
    "cases": lambda row: row.kind is EntryKind.CASE,
    "other": lambda row: (
        row.kind is not EntryKind.CASE and row.channel not in (Channel.VOICE, Channel.SMS, Channel.WHATSAPP)
    ),
}


def one_line(row: TimelineRow, now: datetime, width: int) -> list[Part]:
    """The whole entry in one line, the summaries one below the other."""
    room = width - time_cells() - 4
    head = max(24, room * 2 // 5)
    summary = clip(_summary(row), room - head - 2)
    return [*_lead(row, now), *_title(row, head, fill=True), ("  ", "text"), (summary, "muted")]


def first_line(row: TimelineRow, now: datetime, width: int) -> list[Part]:
    """Time, sign, title and state."""
    return [*_lead(row, now), *_title(row, width - time_cells() - 4, fill=False)]


def second_line(row: TimelineRow, width: int) -> list[Part]:
    """The summary, below the title; further left where room is short."""
    indent = time_cells() + 4 if width >= 44 else 4
    return [(" " * indent, "muted"), (clip(_summary(row), width - indent), "muted")]


def time_cells() -> int:
    """The width of `23 Nov 09:02` or `04 Mar 2025`, and of what Chinese writes for them."""
    return 14 if language() == "zh" else 12


def _lead(row: TimelineRow, now: datetime) -> list[Part]:
    return [(pad(local_moment(row.at, now), time_cells() + 1), "muted"), (pad(_sign(row), 3), "mark")]


def _summary(row: TimelineRow) -> str:
    return printable(row.summary, limit=SHOWN_CHARACTERS)


def _sign(row: TimelineRow) -> str:
    if row.kind in (EntryKind.CASE, EntryKind.ANSWER, EntryKind.NOTE) or row.channel is None:
        return KIND_SIGNS.get(row.kind, "•")
    return SIGNS[row.channel]


def _title(row: TimelineRow, cells: int, *, fill: bool) -> list[Part]:
    """The title and its state's mark in at most `cells`; where room is short the mark is its shape alone."""
    title = clip(printable(row.title, limit=SHOWN_CHARACTERS), cells)
    shape, ink = STATES.get(row.state, ("·", "muted"))
    mark = ""
    if row.state not in QUIET:
        word = clip(printable(state_word(row.state), limit=20), 12)
        mark = f"  {shape} {word}"
        if word.lower() in row.title.lower() or cell_len(title + mark) > cells:
            mark = f" {shape}"
    title = clip(title, cells - cell_len(mark))
    space = " " * (cells - cell_len(title + mark)) if fill else ""
    return [(title, "title"), (mark, ink), (space, "text")]
