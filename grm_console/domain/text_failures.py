"""What an error code of a text means: a plain sentence, and the one right thing to do about it.

One table for both ways an error comes, the answer to our request and the carrier's report (Twilio documentation,
error dictionary). A code that is not here is `UNKNOWN`: such a text is never sent again by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from grm_console.i18n import _


class Remedy(Enum):
    """What to do after a text failed."""

    OPTED_OUT = auto()
    """The number said STOP to the carrier: note it, send nothing more."""
    STOP = auto()
    """Texts do not arrive at this number: send nothing by itself until something comes from there."""
    FIX = auto()
    """Our account or settings are wrong: tell who can mend them, and pause what goes out from this line."""
    LATER = auto()
    """It may pass: try again after a while, a few times."""
    OTHER_WORDS = auto()
    """Filtered: the same words shall not go out again, others may."""
    UNKNOWN = auto()
    """Nobody can say whether it arrived: never again by itself."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What one code means."""

    remedy: Remedy
    sentence: Callable[[], str]
    """Asked when it is shown, in the reader's language."""


def failure_of(code: int) -> Failure:
    """The meaning of a carrier's error code; 0 and codes nobody knows are `UNKNOWN`."""
    return _FAILURES.get(code, _UNKNOWN)


def _invalid() -> str:
    return _("The number is not valid. Check it with the citizen.")


def _cannot_receive() -> str:
    return _("This number cannot receive texts, e.g. a landline. Call instead.")


def _opted_out() -> str:
    return _("This number said STOP to the carrier. Only a START from there lifts it; call instead.")


def _gone() -> str:
    return _("The carrier does not know this number. Check it with the citizen.")


def _country() -> str:
    return _("The account may not text this country. The administrator can allow it at the carrier.")


def _no_route() -> str:
    return _("There is no route from our number to this one. Call instead.")


def _credentials() -> str:
    return _("The carrier refused our credentials. The administrator must check the account and its token.")


def _own_number() -> str:
    return _("Our own number cannot send texts. The administrator must check it at the carrier.")


def _empty() -> str:
    return _("The text was empty. Write one.")


def _too_long() -> str:
    return _("The text was too long. Shorten it to 1600 characters.")


def _registration() -> str:
    return _("Our number is not registered for texts yet. The administrator must register it at the carrier.")


def _trial() -> str:
    return _("A trial account reaches verified numbers only. The administrator must upgrade it.")


def _window() -> str:
    return _("WhatsApp takes free words only within 24 hours after the citizen's last message. Call instead.")


def _busy() -> str:
    return _("The carrier had too much to send. It is tried again by itself.")


def _expired() -> str:
    return _("It waited at the carrier for too long. It is tried again by itself.")


def _off() -> str:
    return _("The telephone was off or out of reach. It is tried again by itself.")


def _filtered() -> str:
    return _("The carrier filtered it as spam. Say it in other words, without links.")


def _blocked() -> str:
    return _("The carrier or the citizen blocks our texts. Call instead.")


def _unknown() -> str:
    return _("It did not arrive, and the carrier does not say why. Look before you send it again.")


_UNKNOWN = Failure(Remedy.UNKNOWN, _unknown)

_FAILURES: dict[int, Failure] = {
    **dict.fromkeys((21211, 21217, 21401, 21421), Failure(Remedy.STOP, _invalid)),
    **dict.fromkeys((21214, 21614, 21635, 30006), Failure(Remedy.STOP, _cannot_receive)),
    30005: Failure(Remedy.STOP, _gone),
    21612: Failure(Remedy.STOP, _no_route),
    30004: Failure(Remedy.STOP, _blocked),
    **dict.fromkeys((21408, 21215), Failure(Remedy.STOP, _country)),
    21610: Failure(Remedy.OPTED_OUT, _opted_out),
    20003: Failure(Remedy.FIX, _credentials),
    **dict.fromkeys((21212, 21210, 21603, 21606, 21659, 21660), Failure(Remedy.FIX, _own_number)),
    **dict.fromkeys((30032, 30034), Failure(Remedy.FIX, _registration)),
    **dict.fromkeys((21608, 21219), Failure(Remedy.FIX, _trial)),
    **dict.fromkeys((21602, 21619), Failure(Remedy.OTHER_WORDS, _empty)),
    21617: Failure(Remedy.OTHER_WORDS, _too_long),
    63016: Failure(Remedy.OTHER_WORDS, _window),
    30007: Failure(Remedy.OTHER_WORDS, _filtered),
    **dict.fromkeys((20429, 21611), Failure(Remedy.LATER, _busy)),
    30001: Failure(Remedy.LATER, _expired),
    30003: Failure(Remedy.LATER, _off),
    30008: _UNKNOWN,
}
