"""Find: contacts by number, name or case number, and lines of histories by their words, as they are typed.

What is typed is never written down: it may be a name or a number. The audit tells who searched, what kinds of hits
there were and how many, once for each search that was looked at or opened, not for each key.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.find_index import catch_up
from grm_console.desk.find_views import Found, FoundList
from grm_console.domain.addresses import AddressKind, read_address, search_digits
from grm_console.domain.case_number import read_case_number
from grm_console.domain.name_terms import LONGEST_NAME, fold
from grm_console.domain.permissions import Act
from grm_console.domain.text_terms import wanted_terms
from grm_console.domain.words import Channel, Confidentiality, ContactKind, Direction, EntryKind
from grm_console.errors import NotFound, StoreError
from grm_console.i18n import _
from grm_console.store import contacts, find, find_index
from grm_console.store.find_names import by_name
from grm_console.text import mask_number

RECENT = 10
MOST_TEXTS = 50
MOST_CASES = 5
FEWEST_DIGITS = 4
"""Digits from which the end of a number is looked for."""
LOOK_AGAIN = 1.0
"""Seconds after which a search looks again whether the index is behind."""
CATCH_UP = 0.02
"""Seconds after which a search leaves the rest of the index to the web process, or to the next search."""
WORDS_BEFORE, WORDS_SHOWN = 30, 160
"""Characters shown before the first match of a text, and in all."""

_CASE_BEGUN = re.compile(r"(\d{2})[-\s]?(\d{1,9})-?")
_CASE_WHOLE = re.compile(r"\d{2}-\d{6,9}-\d")


class Finder:
    """The find screen's side of the desk, bound to one actor. Every method may block on the store."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self._next_look = 0.0
        self._shown = FoundList("", ())
        self._noted: FoundList | None = None

    def find(self, text: str, limit: int = 20) -> FoundList:
        """At most `limit` contacts, then at most 50 lines of histories, newest first; with nothing typed `recent()`."""
        self._actor.require(Act.FIND_CONTACT)
        typed = unicodedata.normalize("NFKC", text[:LONGEST_NAME]).strip()
        if not typed:
            return self.recent()
        behind = self._keep_up()
        with self._desk.store.reading() as connection:
            cases, notice = self._cases(connection, typed)
            people = self._people(connection, typed, limit)
            texts = self._texts(connection, typed)
            hits = (*cases, *people, *texts)
        if behind and not notice:
            notice = _("The index is still being made: not everything is found yet.")
        self._shown = FoundList(typed, hits, notice, behind)
        return self._shown

    def recent(self) -> FoundList:
        """The contacts this account opened last, by whatever way; the audit knows them."""
        self._actor.require(Act.FIND_CONTACT)
        self._keep_up()
        with self._desk.store.reading() as connection:
            keys = find.opened_last(connection, self._actor.account_id, RECENT)
            hits = self._contact_hits(connection, dict.fromkeys(keys, _("opened lately")))
        self._shown = FoundList("", hits)
        return self._shown

    def rested(self, found: FoundList) -> None:
        """The operator looked at these hits for a while: audited once, with their kinds and number only."""
        self._actor.require(Act.FIND_CONTACT)
        if not found.typed or found is self._noted:
            return
        with self._desk.store.writing() as write:
            record(write, self._actor, Act.FIND_CONTACT, "find:hits", "looked at", found.kinds)
        self._noted = found

    def open(self, contact_id: int) -> None:
        """Open a contact that was found, which is audited; from then on its history may be read. Raises NotFound."""
        self._actor.require(Act.FIND_CONTACT, Act.OPEN_CONTACT)
        found = self._shown
        with self._desk.store.writing() as write:
            living = contacts.living_row(write.connection, contact_id)
            if living is None:
                raise NotFound(_("This contact is not in the store any more. Search again."))
            if found.typed and found is not self._noted:
                record(write, self._actor, Act.FIND_CONTACT, "find:hits", "opened", found.kinds)
            record(write, self._actor, Act.OPEN_CONTACT, f"contact:{living.id}", "find", found.kinds)
        self._noted = found

    # -- by number and name

    def _people(self, connection: Connection, typed: str, limit: int) -> tuple[Found, ...]:
        why = self._numbers(connection, typed, limit)
        if len(why) < limit:
            words = {"name": _("name"), "alike": _("sounds alike / misspelt")}
            for key, how in by_name(connection, typed, limit).items():
                why.setdefault(key, words[how])
        return self._contact_hits(connection, dict(list(why.items())[:limit]))

    def _numbers(self, connection: Connection, typed: str, limit: int) -> dict[int, str]:
        """Who holds a number or e-mail that is, ends or begins as it was typed, and why each is a hit.

        Of what was typed in part the rest stays hidden. Who sees numbers masked finds them only by the whole:
        else each further digit would tell one more.
        """
        address = read_address(typed, self._desk.region)
        whole = find.points_at(connection, [address.address, *(f"{p}:{address.number}" for p in ("whatsapp", "rcs"))])
        points = dict.fromkeys(whole)
        digits = search_digits(typed)
        if not self._actor.masked:
            # An end may begin with zeros, which a national number loses.
            for end in dict.fromkeys((re.sub(r"[^0-9]", "", typed), digits)) if digits else ():
                if len(end) >= FEWEST_DIGITS:
                    points.update(dict.fromkeys(find.points_ending(connection, end[::-1], limit)))
            for begun in self._beginnings(typed, digits):
                points.update(dict.fromkeys(find.points_beginning(connection, begun, limit)))
        if not points:
            return {}
        entire = {address.address, f"whatsapp:{address.number}", f"rcs:{address.number}"}
        return {
            key: self._holds(held, whole=held in entire)
            for key, held in find.holders_of(connection, list(points), limit).items()
        }

    def _beginnings(self, typed: str, digits: str) -> list[str]:
        """The beginnings of addresses that may be meant."""
        if digits:
            if typed.startswith("+"):
                begun = f"+{digits}"
            else:
                # Imported here as in domain.addresses: a desk that looks for names need not wait for it.
                from phonenumbers import country_code_for_region

                begun = f"+{country_code_for_region(self._desk.region)}{digits}"
            return [begun, f"whatsapp:{begun}"]
        if not re.search(r"\s", typed) and re.search(r"[^@._-][@._]", typed):
            return [typed.lower()]
        return []

    def _holds(self, address: str, *, whole: bool) -> str:
        read = read_address(address, self._desk.region)
        if read.kind is AddressKind.EMAIL:
            return _("e-mail {address}").format(address=read.display if whole else _hidden(read.display))
        shown = read.display if whole and not self._actor.masked else mask_number(read.number or read.address)
        return _("number {number}").format(number=shown)

    def _contact_hits(self, connection: Connection, why: Mapping[int, str]) -> tuple[Found, ...]:
        facts = self._facts(connection, why)
        return tuple(_hit("contact", facts[key], key, reason) for key, reason in why.items() if key in facts)

    def _facts(self, connection: Connection, keys: Collection[int]) -> dict[int, Any]:
        return find.facts_of(connection, keys, confidential=self._actor.may(Act.SEE_CONFIDENTIAL_CASES))

    # -- by case number

    def _cases(self, connection: Connection, typed: str) -> tuple[tuple[Found, ...], str]:
        """The cases whose number begins as it was typed; a sentence if it is whole and wrong, or sealed."""
        number = read_case_number(typed)
        if number is None and _CASE_WHOLE.fullmatch(typed):
            return (), _("{number} is no case number: its check digit is wrong. Read it again.").format(number=typed)
        begun = _CASE_BEGUN.fullmatch(typed) if typed.isascii() else None
        if number is None and (begun is None or len(typed) < FEWEST_DIGITS):
            return (), ""
        if number is None:
            assert begun is not None
            number = f"{begun.group(1)}-{begun.group(2)}"
        rows = find.cases_numbered(connection, number, MOST_CASES)
        may_see = self._actor.may(Act.SEE_CONFIDENTIAL_CASES)
        seen = [row for row in rows if row.confidentiality == Confidentiality.OPEN or may_see]
        notice = ""
        if len(rows) == 1 and rows[0].number == number and not seen:
            notice = _("Case {number} is confidential. Ask a supervisor.").format(number=number)
        facts = self._facts(connection, {row.contact_id for row in seen if row.contact_id is not None})
        return tuple(
            _hit(
                "case",
                facts.get(row.contact_id),
                row.contact_id,
                _("case {number}").format(number=row.number),
                at=row.opened_at,
                entry_id=row.entry_id,
                entry_kind=EntryKind.CASE,
                case_id=row.id,
            )
            for row in seen
        ), notice

    # -- by words

    def _texts(self, connection: Connection, typed: str) -> tuple[Found, ...]:
        wanted = wanted_terms(typed)
        rows = find.texts_holding(connection, wanted, MOST_TEXTS) if wanted else []
        if not rows:
            return ()
        facts = self._facts(connection, {row.contact_id for row in rows})
        opened = set() if self._actor.masked else find.opened_among(connection, self._actor.account_id, facts)
        words = _words_of(connection, [row for row in rows if row.contact_id in opened])
        return tuple(
            _hit(
                "text",
                facts[row.contact_id],
                row.contact_id,
                _("words of the history"),
                at=row.at,
                entry_id=row.entry_id,
                entry_kind=EntryKind(row.kind),
                channel=Channel(row.channel) if row.channel else None,
                direction=Direction(row.direction) if row.direction else None,
                case_id=row.source_id if row.kind == EntryKind.CASE else None,
                words=_around(words.get((row.kind, row.source_id), ""), wanted),
            )
            for row in rows
        )

    def _keep_up(self) -> bool:
        """Index a little of what is not yet; gives whether more is left."""
        if monotonic() < self._next_look:
            return False
        try:
            behind = catch_up(self._desk, CATCH_UP)
        except StoreError:
            return False  # the search itself will say so
        # While it is behind the next search looks again; an index that has caught up is trusted for a moment.
        self._next_look = monotonic() + (0.0 if behind else LOOK_AGAIN)
        return behind


def _hit(kind: Any, facts: Any | None, contact_id: int | None, why: str, **more: Any) -> Found:
    if facts is None:
        return Found(kind, contact_id, "", "", ContactKind.CITIZEN, why, **more)
    return Found(
        kind=kind,
        contact_id=contact_id,
        name=facts.name,
        other_name=facts.other_name,
        contact_kind=ContactKind(facts.kind),
        why=why,
        district=facts.district,
        last_contact=facts.last_contact,
        open_cases=int(facts.open_cases),
        **more,
    )


def _hidden(email: str) -> str:
    """An e-mail address with only its first two characters and its host."""
    user, _at, host = email.partition("@")
    return f"{user[:2]}***@{host}"


def _words_of(connection: Connection, rows: Collection[Any]) -> dict[tuple[str, int], str]:
    """The whole words of lines, by kind and source."""
    keys = {kind: [row.source_id for row in rows if row.kind == kind] for kind in EntryKind}
    texts = [
        *find_index.texts_of_interactions(connection, keys[EntryKind.INTERACTION]),
        *find_index.texts_of_cases(connection, keys[EntryKind.CASE]),
        *find_index.texts_of_notes(connection, keys[EntryKind.NOTE]),
    ]
    return {(text.kind.value, text.source_id): text.words for text in texts}


def _around(words: str, wanted: list[tuple[str, bool]]) -> str:
    """The words around the first match; folding seldom changes a length, so that the place is nearly the same."""
    folded = fold(words)
    at = min((place for term, _begun in wanted if (place := folded.find(term)) >= 0), default=0)
    start = max(0, at - WORDS_BEFORE)
    return " ".join(words[start : start + WORDS_SHOWN].split())
