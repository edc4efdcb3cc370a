"""Whom a name that is being typed may mean; led by the rarest word, so that a million contacts are not gone through."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, exists, func, literal_column, select, tuple_

from grm_console.domain.name_terms import (
    KEY_LENGTH,
    Words,
    deletions,
    edits_allowed,
    edits_between,
    read_query,
    whole_terms,
    words_of,
)
from grm_console.store.tables import Contact, ContactName, NameVariant
from grm_console.store.tables.columns import table_of

_contact = table_of(Contact)
_name = table_of(ContactName)
_other = _name.alias("other")
_variant = table_of(NameVariant)

LAST = "\U0010ffff"
"""Comes after every character, so that a beginning is a range."""
LIVING = func.coalesce(_contact.c.merged_into_id, _contact.c.id)
"""The contact that stands for this one after a merge."""

_COUNTED = 20_000
"""Holders of a word that are counted, to begin with the rarest word."""
_AT_ONCE = 5000
_PAGES = 4
"""Times so many holders of a word that are looked through for the other words."""
_SEEMS = 40
"""Words that a misspelt one may mean; the nearest count."""

Found = dict[int, str]
"""Contacts in the order to show them, by key, and how each was found: `name` or `alike`."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a name must hold for one typed word: one of some terms, or one that begins so.

    With a beginning and no terms only a longer one will do.
    """

    terms: tuple[str, ...]
    beginning: str = ""

    def of(self, table: Any) -> Any:
        """The condition on a row of terms."""
        if self.beginning:
            low = table.c.term >= self.beginning if self.terms else table.c.term > self.beginning
            return and_(low, table.c.term < self.beginning + LAST)
        return table.c.term == self.terms[0] if len(self.terms) == 1 else table.c.term.in_(self.terms)


def by_name(connection: Connection, typed: str, limit: int) -> Found:
    """Whose name holds every typed word, the last by its beginning: whole names first, then by name, then by key.

    Only if there is nobody, every word may go on; then words that are a slip away count as well. A merged contact is
    found by its old names and given as its survivor.
    """
    found: Found = {}
    readings = read_query(typed)
    if not readings:
        return found
    ways: list[Callable[[], list[int]]] = [
        lambda: _rows(connection, [_Wanted(tuple(whole_terms(typed)))], limit),
        lambda: _beginning_so(connection, typed, limit),
    ]
    for words in readings:
        ways.append(partial(_rows, connection, [_Wanted((word,)) for word in words], limit))
        ways.append(partial(_unfinished, connection, words, limit))
    for way in ways:
        if len(found) < limit:
            _add(connection, found, way(), "name", limit)
    if not found and len(readings[0]) > 1:
        begun = [_Wanted((word,), word) for word in readings[0]]
        _add(connection, found, _rows(connection, begun, limit), "name", limit)
    if not found:
        near = [_Wanted((word, *_alike(connection, word))) for word in readings[0]]
        _add(connection, found, _rows(connection, near, limit), "alike", limit)
    return found


def _add(connection: Connection, found: Found, contacts: list[int], how: str, limit: int) -> None:
    living = survivors(connection, contacts)
    for key in contacts:
        if len(found) < limit:
            found.setdefault(living.get(key, key), how)


def _beginning_so(connection: Connection, typed: str, limit: int) -> list[int]:
    """Whose name begins with all that was typed: for two common words the quickest way, and the one most meant."""
    words = words_of(typed)
    if len(words) < 2:
        return []
    begun = " ".join(words)[:KEY_LENGTH]
    statement = (
        select(_name.c.contact_id)
        .where(_name.c.term == words[0], _name.c.name >= begun, _name.c.name < begun + LAST)
        .order_by(_name.c.name, _name.c.contact_id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def _unfinished(connection: Connection, words: Words, limit: int) -> list[int]:
    """Whose name has the words, but the last one goes on. Of one word the ways to go on come by the alphabet."""
    *others, word = words
    if others:
        return _rows(connection, [*(_Wanted((other,)) for other in others), _Wanted((), word)], limit)
    found: dict[int, None] = {}
    after = (word, LAST, 0)
    while len(found) < limit:
        statement = (
            select(_name.c.term, _name.c.name, _name.c.contact_id)
            .where(tuple_(_name.c.term, _name.c.name, _name.c.contact_id) > after, _name.c.term < word + LAST)
            .order_by(_name.c.term, _name.c.name, _name.c.contact_id)
            .limit(limit * 3)
        )
        rows = connection.execute(statement).all()
        found.update((row.contact_id, None) for row in rows)
        if len(rows) < limit * 3:
            break
        after = (rows[-1].term, rows[-1].name, rows[-1].contact_id)
    return list(found)[:limit]


def _rows(connection: Connection, wanted: Sequence[_Wanted], limit: int) -> list[int]:
    """Who holds all that is wanted, by name, then key; led by the word that fewest have."""
    if len(wanted) == 1:
        return _led(connection, wanted[0], (), limit)
    held = [_holders(connection, word) for word in wanted]
    if not all(held):
        return []
    rarest_first = sorted(range(len(wanted)), key=lambda place: (held[place], place))
    if min(held) < _COUNTED:
        lead = rarest_first[0]
    else:  # all are common: one exact word stands in the order that is shown
        ordered = [place for place, word in enumerate(wanted) if len(word.terms) == 1 and not word.beginning]
        if not ordered:
            return []
        lead = ordered[0]
    return _led(connection, wanted[lead], [wanted[place] for place in rarest_first if place != lead], limit)


def _led(connection: Connection, lead: _Wanted, others: Sequence[_Wanted], limit: int) -> list[int]:
    found: dict[int, None] = {}
    after: tuple[str, int] = ("", 0)
    for _page in range(_PAGES):
        # Cut before the others are asked for, so that no planner turns the question round.
        page = (
            select(_name.c.name, _name.c.contact_id)
            .where(lead.of(_name), tuple_(_name.c.name, _name.c.contact_id) > after)
            .order_by(_name.c.name, _name.c.contact_id)
            .limit(_AT_ONCE if others else limit * 2)
            .subquery()
        )
        held = [exists().where(_other.c.contact_id == page.c.contact_id, word.of(_other)) for word in others]
        statement = select(page).where(*held).order_by(page.c.name, page.c.contact_id).limit(limit * 2)
        rows = connection.execute(statement).all()
        found.update((row.contact_id, None) for row in rows)
        if len(found) >= limit or not others:
            break
        end = connection.execute(
            select(page).order_by(page.c.name, page.c.contact_id).offset(_AT_ONCE - 1).limit(1)
        ).one_or_none()
        if end is None:
            break
        after = (end.name, end.contact_id)
    return list(found)[:limit]


def _holders(connection: Connection, wanted: _Wanted) -> int:
    """How many rows of terms fit, counted up to `_COUNTED`."""
    some = select(literal_column("1")).select_from(_name).where(wanted.of(_name)).limit(_COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _alike(connection: Connection, word: str) -> list[str]:
    """The known words that are a slip or two away, nearest first."""
    edits = edits_allowed(word)
    if not edits:
        return []
    statement = select(_variant.c.term).where(_variant.c.variant.in_(deletions(word, edits))).distinct()
    near = {term: edits_between(word, term) for term in connection.execute(statement).scalars()}
    return sorted((term for term, away in near.items() if 0 < away <= edits), key=lambda term: (near[term], term))[
        :_SEEMS
    ]


def survivors(connection: Connection, contacts: Collection[int]) -> dict[int, int]:
    """Which contact stands for each of these after merges."""
    if not contacts:
        return {}
    rows = connection.execute(select(_contact.c.id, LIVING.label("living")).where(_contact.c.id.in_(contacts)))
    return {row.id: row.living for row in rows}
