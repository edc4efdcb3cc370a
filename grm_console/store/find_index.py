"""Writing what contacts and texts are found by, and how far that has come."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.domain.addresses import AddressKind
from grm_console.domain.name_terms import deletions, edits_allowed, name_key, name_terms
from grm_console.domain.text_terms import text_terms
from grm_console.domain.words import Confidentiality, EntryKind
from grm_console.store import bulk
from grm_console.store.tables import (
    CaseFile,
    Contact,
    ContactName,
    ContactNote,
    ContactPoint,
    Interaction,
    Mark,
    NameVariant,
    PointHolder,
    PointTail,
    TextEntry,
)
from grm_console.store.tables.columns import table_of

_contact = table_of(Contact)
_name = table_of(ContactName)
_variant = table_of(NameVariant)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_tail = table_of(PointTail)
_text = table_of(TextEntry)
_interaction = table_of(Interaction)
_case = table_of(CaseFile)
_note = table_of(ContactNote)
_mark = table_of(Mark)

_STATE = "find"
_NUMBERS = (AddressKind.PHONE, AddressKind.WHATSAPP, AddressKind.RCS, AddressKind.SHORT_CODE)
_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACES = 1 << 21
"""Lines of one millisecond that have a key each."""
_Row = tuple[int, str, str, int]
_KINDS = (EntryKind.INTERACTION, EntryKind.CASE, EntryKind.NOTE)
"""What has words of its own. Answers and replies repeat the standard answers, which have their own search."""


@dataclass(frozen=True, slots=True)
class Text:
    """The words of one line of a history, whatever they are now; empty if there are none to find it by."""

    kind: EntryKind
    source_id: int
    at: datetime
    words: str


def index_contact(connection: Connection, contact_id: int, name: str, other_name: str) -> None:
    """Write by what a contact is found, in the transaction that made it or changed its names."""
    index_contacts(connection, [(contact_id, name, other_name)])


def index_contacts(connection: Connection, contacts: Sequence[tuple[int, str, str]]) -> None:
    """Write by what contacts are found, given as (id, name, other_name); what is there already stays."""
    wanted: set[tuple[str, str, int]] = set()
    for contact_id, name, other_name in contacts:
        key = name_key(name)
        wanted.update((term, key, contact_id) for term in name_terms(name, other_name))
    there = {
        (row.term, row.name, row.contact_id)
        for row in bulk.rows_of(connection, _name, "contact_id", [row[0] for row in contacts])
    }
    if renamed := {contact_id for _, _, contact_id in there - wanted}:
        bulk.delete_rows(connection, _name, "contact_id", renamed)
        there = {row for row in there if row[2] not in renamed}
    bulk.insert_rows(connection, _name, ["term", "name", "contact_id"], sorted(wanted - there))
    _learn_spelling(connection, {term for term, _, _ in wanted - there})


def index_points(connection: Connection, points: Iterable[int]) -> None:
    """Write the ends of numbers of contact points."""
    for part in _parts(list(points)):
        rows = connection.execute(select(_point.c.id, _point.c.kind, _point.c.address).where(_point.c.id.in_(part)))
        tails = sorted((digits_backwards(row.address), row.id) for row in rows if row.kind in _NUMBERS)
        bulk.insert_rows(connection, _tail, ["digits", "contact_point_id"], tails, once=True)


def digits_backwards(number: str) -> str:
    """The digits of a number from the last to the first."""
    return re.sub(r"[^0-9]", "", number)[::-1]


def index_texts(connection: Connection, texts: Sequence[Text]) -> None:
    """Write the words of lines anew; those without words are forgotten."""
    for kind in _KINDS:
        wanted = {text.source_id: (_time_key(text), text_terms(text.words)) for text in texts if text.kind is kind}
        for part in _parts(sorted(wanted)):
            of_kind = (_text.c.kind == kind.value, _text.c.source_id.in_(part))
            there = {
                source: (key, tokens)
                for source, key, tokens in connection.execute(
                    select(_text.c.source_id, _text.c.id, _text.c.tokens).where(*of_kind)
                )
            }
            stale = [source for source, row in there.items() if not _same(row, wanted[source])]
            if stale:
                connection.execute(delete(_text).where(_text.c.kind == kind.value, _text.c.source_id.in_(stale)))
            new = [
                (*wanted[source], kind.value, source)
                for source in part
                if wanted[source][1] and (source not in there or source in stale)
            ]
            bulk.insert_rows(connection, _text, ["id", "tokens", "kind", "source_id"], _with_free_keys(connection, new))


def texts_of_interactions(connection: Connection, interactions: Iterable[int]) -> list[Text]:
    """The words of exchanges and of the cases that came of them."""
    found: list[Text] = []
    for part in _parts(list(interactions)):
        columns = (_interaction.c.id, _interaction.c.happened_at, _interaction.c.text, _interaction.c.note)
        rows = connection.execute(select(*columns).where(_interaction.c.id.in_(part)))
        found += [Text(EntryKind.INTERACTION, row.id, row.happened_at, f"{row.text}\n{row.note}") for row in rows]
        found += _cases(connection, _case.c.interaction_id.in_(part))
    return found


def texts_of_cases(connection: Connection, cases: Iterable[int]) -> list[Text]:
    """The summaries of cases; nothing of one that is confidential or anonymous."""
    return [text for part in _parts(list(cases)) for text in _cases(connection, _case.c.id.in_(part))]


def texts_of_contacts(connection: Connection, contacts: Iterable[int]) -> list[Text]:
    """The notes about contacts."""
    return [text for part in _parts(list(contacts)) for text in _notes(connection, _note.c.contact_id.in_(part))]


def texts_of_notes(connection: Connection, notes: Iterable[int]) -> list[Text]:
    """Notes about contacts by their own keys."""
    return [text for part in _parts(list(notes)) for text in _notes(connection, _note.c.id.in_(part))]


def names_of_contacts(connection: Connection, contacts: Iterable[int]) -> list[tuple[int, str, str]]:
    """(id, name, other_name)."""
    statement = select(_contact.c.id, _contact.c.name, _contact.c.other_name)
    return [
        (row.id, row.name, row.other_name)
        for part in _parts(list(contacts))
        for row in connection.execute(statement.where(_contact.c.id.in_(part)))
    ]


def points_of_contacts(connection: Connection, contacts: Iterable[int]) -> list[int]:
    """The contact points that contacts hold or held."""
    statement = select(_holder.c.contact_point_id)
    return [
        key
        for part in _parts(list(contacts))
        for key in connection.execute(statement.where(_holder.c.contact_id.in_(part))).scalars()
    ]


def points_of_interactions(connection: Connection, interactions: Iterable[int]) -> list[int]:
    """The contact points that exchanges came from."""
    statement = select(_interaction.c.contact_point_id).where(_interaction.c.contact_point_id.is_not(None))
    return [
        key
        for part in _parts(list(interactions))
        for key in connection.execute(statement.where(_interaction.c.id.in_(part))).scalars()
    ]


SCANNED = {"contact": _contact, "point": _point, "interaction": _interaction, "case": _case, "note": _note}
"""What is gone through from end to end after an import, in this order."""


def keys_above(connection: Connection, what: str, key: int, limit: int) -> list[int]:
    """The next keys of one of the scanned tables."""
    table = SCANNED[what]
    return list(
        connection.execute(select(table.c.id).where(table.c.id > key).order_by(table.c.id).limit(limit)).scalars()
    )


def kept_state(connection: Connection) -> str:
    """How far the index has come, as it was kept; empty if nothing was ever indexed."""
    return connection.execute(select(_mark.c.value).where(_mark.c.name == _STATE)).scalar_one_or_none() or ""


def locked_state(connection: Connection) -> str | None:
    """The same for whoever goes on from there; None while another process does."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(maker(_mark).values(name=_STATE, value="").on_conflict_do_nothing())
    mine = select(_mark.c.value).where(_mark.c.name == _STATE).with_for_update(skip_locked=True)
    return connection.execute(mine).scalar_one_or_none()


def keep_state(connection: Connection, state: str) -> None:
    """Keep how far the index has come."""
    connection.execute(update(_mark).where(_mark.c.name == _STATE).values(value=state))


def forget_all(connection: Connection) -> None:
    """Empty the index; the sources stay."""
    for table in (_name, _variant, _tail, _text):
        connection.execute(delete(table))


def _learn_spelling(connection: Connection, terms: set[str]) -> None:
    """Keep the neighbourhood of words that were never seen before; a word is its own first neighbour."""
    words = sorted(term for term in terms if edits_allowed(term))
    new = set(words)
    for part in _parts(words):
        known = select(_variant.c.term).where(_variant.c.variant.in_(part), _variant.c.term == _variant.c.variant)
        new.difference_update(connection.execute(known).scalars())
    rows = sorted((variant, word) for word in new for variant in deletions(word, edits_allowed(word)))
    bulk.insert_rows(connection, _variant, ["variant", "term"], rows, once=True)


def _cases(connection: Connection, which: Any) -> list[Text]:
    statement = select(_case.c.id, _case.c.opened_at, _case.c.summary, _case.c.confidentiality).where(which)
    return [
        Text(EntryKind.CASE, row.id, row.opened_at, row.summary if row.confidentiality == Confidentiality.OPEN else "")
        for row in connection.execute(statement)
    ]


def _notes(connection: Connection, which: Any) -> list[Text]:
    rows = connection.execute(select(_note.c.id, _note.c.at, _note.c.text).where(which))
    return [Text(EntryKind.NOTE, row.id, row.at, row.text) for row in rows]


def _time_key(text: Text) -> int:
    """Rises with the moment by milliseconds; lines of one moment lie beside each other, each in its own place."""
    moment = (text.at - _EPOCH) // timedelta(milliseconds=1)
    return moment * _PLACES + (text.source_id * len(_KINDS) + _KINDS.index(text.kind)) % _PLACES


def _same(there: tuple[int, str], wanted: tuple[int, str]) -> bool:
    """Whether a row stands as it should; its key may lie a little higher, if its place was taken."""
    return there[1] == wanted[1] and 0 <= there[0] - wanted[0] < _PLACES


def _with_free_keys(connection: Connection, rows: list[_Row]) -> list[_Row]:
    """The rows with keys that nobody has: two lines of one millisecond want the same only if they are far apart."""
    taken: set[int] = set()
    for part in _parts([row[0] for row in rows]):
        taken.update(connection.execute(select(_text.c.id).where(_text.c.id.in_(part))).scalars())
    placed = []
    for key, tokens, kind, source in rows:
        while key in taken:
            taken.update(connection.execute(select(_text.c.id).where(_text.c.id == key + 1)).scalars())
            key += 1
        taken.add(key)
        placed.append((key, tokens, kind, source))
    return placed


def _parts(values: list[Any]) -> list[list[Any]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
