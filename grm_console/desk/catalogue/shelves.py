"""The shelf of each kind."""

from collections.abc import Mapping

from grm_console.desk.catalogue.fields import Kind
from grm_console.desk.catalogue.shelf import Shelf
from grm_console.desk.imports import (
    calendars,
    dispositions,
    emergency_lines,
    organisations,
    queues,
    segments,
    services,
    spoken_texts,
    staff,
)

_MODULES = (
    staff,
    queues,
    calendars,
    spoken_texts,
    emergency_lines,
    services,
    organisations,
    dispositions,
    segments,
)
_SHELVES: Mapping[str, Shelf] = {module.SHELF.kind.name: module.SHELF for module in _MODULES}


def shelf_of(kind: Kind) -> Shelf:
    """Where the rows of a kind lie."""
    return _SHELVES[kind.name]
