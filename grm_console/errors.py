"""Everything that can go wrong for a reason we know, as one tree.

GrmError
├── SettingsError          a setting is missing or wrong
├── StoreError
│   ├── StoreGone          the store cannot be reached just now
│   ├── StoreTooNew        the store was migrated by a newer program
│   ├── StoreTooOld        the store needs `grm migrate`
│   └── StoreBusy          the store did not answer in time
├── NotAllowed             the actor's role lacks the permission
├── SignInRefused          wrong name or password, or too many attempts
├── NotFound               no such row, or not for this actor
├── AlreadyClaimed         somebody else took the item first
├── StaleChange            the row was changed by somebody else meanwhile
├── InvalidInput           one or more fields are missing or wrong
├── ImportRefused          a file's lines are wrong; nothing was changed
├── AuditBroken            the audit chain was changed, has a gap or lost its tail
└── CarrierError           the telephone provider refused or did not answer

channels/twilio adds FormRefused and Unreadable for requests it cannot take or understand.

Every message is a sentence that says what to do next.
"""

from dataclasses import dataclass
from datetime import datetime

from grm_console.i18n import _

SHOWN_PROBLEMS = 20
"""How many lines of a refused file its sentence names."""


class GrmError(Exception):
    """Root of all errors a user may be shown; `str(error)` is the sentence to show."""


class SettingsError(GrmError):
    """A setting is missing or wrong; the message names it and the fix."""


class StoreError(GrmError):
    """Root of the store's errors."""


class StoreGone(StoreError):
    """The store cannot be reached; the same act may be tried again."""


class StoreTooNew(StoreError):
    """The store was migrated by a newer program than this one."""


class StoreTooOld(StoreError):
    """The store is not initialised or needs `grm migrate`."""


class StoreBusy(StoreError):
    """The store did not answer in time; nothing was written."""


class NotAllowed(GrmError):
    """The actor's role lacks the permission for the act."""


class SignInRefused(GrmError):
    """Wrong account or password, or too many attempts; says how long to wait."""


class NotFound(GrmError):
    """There is no such row, or none that this actor may see."""


class AlreadyClaimed(GrmError):
    """Another operator took the item first."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody else changed since the screen was opened."""

    field: str
    mine: str
    theirs: str
    before: str
    by: str
    """The full name of who changed it; empty if it came from a file."""
    at: datetime


class StaleChange(GrmError):
    """The row was changed by somebody else since it was read.

    `conflicts` are the fields that both changed, differently; empty where there are no fields to choose from.
    """

    def __init__(self, message: str, conflicts: tuple[Conflict, ...] = ()) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class InvalidInput(GrmError):
    """One or more fields are missing or wrong.

    `problems` maps a field's name to a sentence with the rule and an example.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(problems.values()))


class ImportRefused(GrmError):
    """A file was refused whole; `problems` is a list of (line number, reason), nothing was changed."""

    def __init__(self, source: str, problems: list[tuple[int, str]]) -> None:
        self.source = source
        self.problems = list(problems)
        told = [
            _("line {line}: {reason}").format(line=line, reason=reason) for line, reason in problems[:SHOWN_PROBLEMS]
        ]
        if len(problems) > SHOWN_PROBLEMS:
            told.append(_("and {count} more").format(count=len(problems) - SHOWN_PROBLEMS))
        sentence = _("{source} was not imported and nothing was changed: {problems}")
        super().__init__(sentence.format(source=source, problems="; ".join(told)))


class AuditBroken(GrmError):
    """The audit chain does not verify; the message names the first bad row."""


class CarrierError(GrmError):
    """The telephone provider refused or did not answer.

    `retryable` says whether the same request may be sent again; `unknown` that it may have been carried out, so that
    it must never be sent again by itself.
    """

    def __init__(self, message: str, *, code: int = 0, retryable: bool = False, unknown: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.unknown = unknown
