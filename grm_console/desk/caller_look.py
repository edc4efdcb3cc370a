"""One look at a call on its way: its rows, its hours, and the words for its caller."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from grm_console.desk import caller_windows
from grm_console.desk.callbacks import why_never
from grm_console.desk.caller_words import Sentence, sentence
from grm_console.desk.desk import Desk
from grm_console.desk.opening_hours import ALWAYS_OPEN, Opening, opening_in
from grm_console.domain.callback_rules import WindowChoice
from grm_console.domain.caller_keys import offered_languages, spoken_language
from grm_console.domain.words import Direction, EndReason, InteractionState
from grm_console.store import caller_steps as rows
from grm_console.store.caller_steps import CallerRow
from grm_console.store.spoken_texts import for_queue


class Way:
    """One look at a call: its rows, and what may be said to it."""

    def __init__(
        self,
        desk: Desk,
        connection: Connection,
        now: datetime,
        row: CallerRow,
        windows: Mapping[str, WindowChoice],
    ) -> None:
        self.desk = desk
        self.connection = connection
        self.now = now
        self.row = row
        self.windows = windows
        self.languages = offered_languages(row.languages or "")
        self.language = spoken_language(row.languages or "", row.language, desk.language)
        self.reason = EndReason(row.end_reason) if row.end_reason else None

    @cached_property
    def opening(self) -> Opening:
        """The hours of its queue."""
        queue_id = self.row.queue_id
        return ALWAYS_OPEN if queue_id is None else opening_in(self.connection, queue_id, self.now)

    @cached_property
    def can_be_called(self) -> bool:
        """Whether the caller may be offered a callback."""
        point = self.row.contact_point_id
        if point is None or self.row.direction != Direction.INBOUND:
            return False
        return not why_never(self.connection, point, None, self.now)

    @property
    def waits(self) -> bool:
        """Whether it is in the queue and nobody has taken it."""
        return self.row.state == InteractionState.WAITING

    @property
    def talks(self) -> bool:
        """Whether an operator holds it, be it that their telephone only rings."""
        return self.row.state == InteractionState.TALKING

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency service calls back, which nothing may keep from being answered."""
        return self.row.emergency is not None

    def say(self, name: str, language: str = "", **slots: object) -> Sentence:
        """A sentence of desk.phrases in the caller's language, or in another one."""
        return sentence(self._own_words, name, language or self.language, slots)

    @cached_property
    def _own_words(self) -> dict[tuple[str, str], str]:
        return for_queue(self.connection, self.row.queue_code or "") if self.row.own_words else {}


@contextmanager
def look(desk: Desk, provider: str, sid: str, *, windows: bool = False) -> Iterator[Way | None]:
    """Windows are read before, as they take a connection of their own: two at once for each request could run out."""
    now = desk.store.now()
    offered: Mapping[str, WindowChoice] = {}
    if windows:
        with desk.store.asking() as connection:
            row = rows.caller(connection, provider, sid)
        if row is not None and row.queue_id is not None:
            offered = caller_windows.offered(desk, row.queue_id, now)
    with desk.store.asking() as connection:
        row = rows.caller(connection, provider, sid)
        yield None if row is None else Way(desk, connection, now, row, offered)
