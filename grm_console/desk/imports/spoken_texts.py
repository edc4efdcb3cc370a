"""Words of ours that callers hear instead of the built-in sentences."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.cells import FieldCells
from grm_console.desk.catalogue.fields import SPOKEN_TEXT
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import CsvShelf, Putting
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import is_code, shown
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.desk.phrases import NAMES, phrase
from grm_console.domain.languages import is_language
from grm_console.i18n import _
from grm_console.store import bulk, spoken_texts
from grm_console.store.bulk import Upserted
from grm_console.store.spoken_texts import Place
from grm_console.store.tables import Queue, SpokenText
from grm_console.store.tables.columns import table_of

LONGEST = 1000
"""Characters of a spoken text: more than a minute of speech; the carrier takes 4096 (Twilio documentation, Say)."""


class _SpokenTextShelf(CsvShelf):
    """Rows known by sentence, language and queue together."""

    kind = SPOKEN_TEXT
    table = table_of(SpokenText)
    natural = ""

    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values, in the order of the file."""
        for row in spoken_texts.texts(connection):
            yield {"text": _code_of((row.name, row.language, row.queue)), "words": row.words}

    def locked_key(self, connection: Connection, code: str) -> int | None:
        """The key of a row, which nobody else changes before the transaction ends; None if there is none."""
        place = _place_of(code)
        return spoken_texts.locked_key(connection, place) if place is not None else None

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them; a file without the column `words` changes nothing."""
        rows = self.read(work, lines)
        wanted: dict[Place, str] = {}
        for code, (cells, values) in rows.items():
            place = _place_of(code)
            if place is None:
                cells.wrong(_("text {value} is not known").format(value=shown(code)), "text")
                continue
            _check_words(cells, place[0], values.get("words", ""))
            if "words" in values:
                wanted[place] = values["words"]
        queues = bulk.keys_by(work.connection, table_of(Queue), "code", {queue for _n, _l, queue in wanted})
        for place in wanted:
            if place[2] and place[2] not in queues:
                cells, _values = rows[_code_of(place)]
                told = _("{queue} is not in the store; see grm queue list")
                cells.refuse("text", told.format(queue=shown(place[2])))
        work.problems.refuse()
        keys, added, changed = spoken_texts.put(work.connection, wanted)
        return Upserted(
            {_code_of(place): key for place, key in keys.items()},
            {_code_of(place) for place in added},
            {_code_of(place) for place in changed},
        )


SHELF = _SpokenTextShelf()


def import_spoken_texts(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of spoken texts into the store, by `text`; empty words give the built-in sentence back.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)


def _place_of(code: str) -> Place | None:
    """What `closed/en` or `closed/en/water-streets` stands for; None if it can stand for nothing."""
    match code.split("/"):
        case [name, language]:
            queue = ""
        case [name, language, queue] if is_code(queue):
            pass
        case _:
            return None
    return (name, language, queue) if name in NAMES and is_language(language) else None


def _code_of(place: Place) -> str:
    return "/".join(place if place[2] else place[:2])


def _check_words(cells: FieldCells, name: str, words: str) -> None:
    """Words fit into what is said, and name no other slots than the built-in sentence has."""
    if len(words) > LONGEST:
        cells.refuse("words", _("is too long; nobody listens to more than {n} characters").format(n=LONGEST))
    slots = _slots(phrase(name, "en")) or frozenset()
    told = _slots(words)
    if told is None or not told <= slots:
        known = ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or _("none")
        cells.refuse("words", _("has a brace that is no slot; slots here: {slots}").format(slots=known))


def _slots(words: str) -> frozenset[str] | None:
    """The slots in braces; None if a brace stands alone or asks for more than a slot's value."""
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        return None
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        return None
    return frozenset(name for _text, name, _spec, _conversion in parts if name is not None)
