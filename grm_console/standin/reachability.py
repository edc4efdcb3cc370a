"""Whether a text of the desk is taken, and whether it arrives: by its numbers, its words, and who is reached."""

import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from grm_console.standin.rest_request import Refusal
from grm_console.standin.segments import MOST_CHARACTERS

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")


class Reach(StrEnum):
    """What becomes of texts to a number."""

    PERSON = "person"
    MACHINE = "auto-reply"
    """Answers everything by itself, also what other machines say."""
    INVALID = "invalid"
    LANDLINE = "landline"
    OPTED_OUT = "opted-out"
    FORBIDDEN = "forbidden"
    """In a country the account may not write to."""
    NO_ROUTE = "no-route"
    OFF = "off"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    FILTERED = "filtered"
    LOST = "lost"


_REFUSED = {
    Reach.INVALID: (21211, "The 'To' number is not a valid phone number"),
    Reach.LANDLINE: (21614, "The 'To' number is not a mobile number"),
    Reach.OPTED_OUT: (21610, "Attempt to send to unsubscribed recipient"),
    Reach.FORBIDDEN: (21408, "Permission to send an SMS has not been enabled for the region of the 'To' number"),
    Reach.NO_ROUTE: (21612, "The 'To' number is not reachable from this 'From' number"),
}
_UNDELIVERED = {
    Reach.OFF: 30003,
    Reach.BLOCKED: 30004,
    Reach.UNKNOWN: 30005,
    Reach.UNREACHABLE: 30006,
    Reach.FILTERED: 30007,
    Reach.LOST: 30008,
}
_TEST_NUMBERS = {
    "+15005550001": Reach.INVALID,
    "+15005550002": Reach.NO_ROUTE,
    "+15005550003": Reach.FORBIDDEN,
    "+15005550004": Reach.OPTED_OUT,
    "+15005550009": Reach.LANDLINE,
}
_TEST_SENDERS = {
    "+15005550001": (21212, "The 'From' number is not a valid phone number"),
    "+15005550007": (21606, "The 'From' number is not owned by the account or cannot send texts"),
    "+15005550008": (21611, "The 'From' number has exceeded the maximum number of queued messages"),
}
GOOD_SENDER = "+15005550006"
"""The test number that may send without being the account's own."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A text as the desk wants it sent; addresses as it wrote them."""

    sender: str
    recipient: str
    body: str
    media: tuple[str, ...]
    through_service: bool


def check(wish: Wish, *, ours: bool, reach: Reach, opted_out: bool) -> None:
    """Raise the refusal the carrier answers at once; `ours` says that the sender is the account's own."""
    sender, recipient = bare(wish.sender), bare(wish.recipient)
    if not wish.sender and not wish.through_service:
        raise Refusal(400, 21603, "A 'From' phone number is required.")
    if sender in _TEST_SENDERS:
        raise Refusal(400, *_TEST_SENDERS[sender])
    if sender and not (_NUMBER.fullmatch(sender) or _SHORT_CODE.fullmatch(sender)):
        raise Refusal(400, 21212, f"The 'From' number {sender} is not a valid phone number")
    if sender and not ours and sender != GOOD_SENDER:
        code = 63007 if wish.sender != sender else 21606
        raise Refusal(400, code, f"The 'From' number {sender} is not one of the account's that can send this")
    if not wish.recipient:
        raise Refusal(400, 21604, "A 'To' phone number is required.")
    if not _NUMBER.fullmatch(recipient):
        raise Refusal(400, 21211, f"Invalid 'To' Phone Number: {recipient}")
    if wish.sender and over_whatsapp(wish.sender) != over_whatsapp(wish.recipient):
        raise Refusal(400, 21910, "'From' and 'To' are not of the same channel")
    if sender == recipient:
        raise Refusal(400, 21266, "'To' and 'From' number cannot be the same")
    if not wish.body and not wish.media:
        raise Refusal(400, 21619 if wish.through_service else 21602, "A text message body or media urls are required.")
    if len(wish.body) > MOST_CHARACTERS:
        raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    reach = _TEST_NUMBERS.get(recipient, reach)
    if reach in _REFUSED:
        raise Refusal(400, *_REFUSED[reach])
    if opted_out:
        raise Refusal(400, *_REFUSED[Reach.OPTED_OUT])


def ending(reach: Reach, undelivered: float, draw: Random) -> int:
    """The error with which a text that was taken does not arrive; 0 if it arrives.

    `undelivered` is the share of texts that do not arrive at anybody at all.
    """
    chance = draw.random()
    return _UNDELIVERED.get(reach, 30003 if chance < undelivered else 0)


def bare(address: str) -> str:
    """An address without its channel: `whatsapp:+12025550142` is `+12025550142`."""
    return address.removeprefix("whatsapp:")


def over_whatsapp(address: str) -> bool:
    """Whether an address is one of WhatsApp's."""
    return address.startswith("whatsapp:")
