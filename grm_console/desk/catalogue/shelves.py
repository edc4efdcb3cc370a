"""The shelf of each kind."""

from collections.abc import Mapping

from grm_console.desk.catalogue.fields import Kind
from grm_console.desk.catalogue.shelf import Shelf
from grm_console.desk.imports import dispositions, organisations, queues, segments, services, staff

_SHELVES: Mapping[str, Shelf] = {
    module.SHELF.kind.name: module.SHELF for module in (staff, queues, services, organisations, dispositions, segments)
}


def shelf_of(kind: Kind) -> Shelf:
    """Where the rows of a kind lie."""
    return _SHELVES[kind.name]
