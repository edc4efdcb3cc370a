"""The places of a caller's way, and one step to such a place with its words."""

from dataclasses import dataclass
from enum import StrEnum

from grm_console.desk.caller_words import Sentence
from grm_console.domain.words import EndReason


class WayPoint(StrEnum):
    """A place of a caller's way."""

    UNKNOWN = "unknown"
    """The call is not in the store yet: its event must be taken in first."""
    BLOCKED = "blocked"
    LANGUAGE = "language"
    """Is asked for the language."""
    QUEUE = "queue"
    """Comes to wait, or waits on."""
    WAIT = "wait"
    """Waits, and hears something meanwhile."""
    LEAVE = "leave"
    """Leaves the waiting for something else."""
    CHOICE = "choice"
    """Is asked whether to be called back or to leave a message."""
    WINDOW = "window"
    """Is asked when to be called back."""
    VOICEMAIL = "voicemail"
    QUESTION = "question"
    """Answers by keys what the operator asks."""
    CONFERENCE = "conference"
    """Goes back to the operator."""
    END = "end"


@dataclass(frozen=True, slots=True)
class CallerStep:
    """One place of the way with what is said there."""

    at: WayPoint
    sentences: tuple[Sentence, ...] = ()
    ends: EndReason | None = None
    """What ends the wait with this step; it is to be kept before the caller hears of it."""
    overflows: bool = False
    """Whether its queue is full and the agents of another one are to be offered it; to be kept as well."""
    again: bool = False
    """Whether nothing new was told to a waiting caller: the same turn follows."""
    music: str = ""
    """What a waiting caller hears besides: an address, `none`, or nothing for our own piece."""
    keys: bool = False
    """Whether a waiting caller may press a key to be called back."""
    thread: str = ""
    """What the conference is named after."""
    records: bool = False
    """Whether the talk is recorded."""
