"""What the administrator's screen gets to see. Light on purpose: it loads no database code."""

from dataclasses import dataclass

from grm_console.desk.catalogue.fields import Kind, Row


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row as the list shows it and the form opens it."""

    code: str
    cells: Row
    active: bool
    """Whether it is in use."""
    has_password: bool = True
    """Whether somebody can sign in with it; only of staff."""


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """All rows of a kind, read at one moment."""

    kind: Kind
    rows: tuple[CatalogueRow, ...]


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A row as it is stored now."""

    kind: Kind
    row: CatalogueRow
    password: str = ""
    """The one-time password of a new account; it is kept nowhere and can be shown only now."""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of a file's rows, or would become of them."""

    added: int
    changed: int
    unchanged: int
