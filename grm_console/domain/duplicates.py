"""Whether two contacts may be one: weighted rules over what is known of both; a person always decides.

The weights are chosen so that no household becomes one person: a shared number, even with a shared address, stays
below the threshold, and so do two different names who share number, e-mail and address.
"""

from dataclasses import dataclass
from enum import StrEnum

from grm_console.domain.name_terms import words_of
from grm_console.domain.unnamed import is_unnamed
from grm_console.domain.words import ContactKind

THRESHOLD = 60
"""From this score on two contacts are proposed as one."""


class Sign(StrEnum):
    """One thing that speaks for or against two contacts being one."""

    SAME_EMAIL = "same-email"
    SAME_NAME = "same-name"
    SAME_NUMBER = "same-number"
    NEAR_NAME = "near-name"
    SAME_ADDRESS = "same-address"
    SAME_OTHER_NAME = "same-other-name"
    OTHER_EMAIL = "other-email"
    OTHER_ADDRESS = "other-address"
    OTHER_SCRIPT_DIFFERS = "other-script-differs"
    OTHER_NAME = "other-name"
    OTHER_KIND = "other-kind"


WEIGHTS = {
    Sign.SAME_EMAIL: 50,
    Sign.SAME_NAME: 40,
    Sign.SAME_NUMBER: 30,
    Sign.NEAR_NAME: 20,
    Sign.SAME_ADDRESS: 20,
    Sign.SAME_OTHER_NAME: 15,
    Sign.OTHER_EMAIL: -5,
    Sign.OTHER_ADDRESS: -5,
    Sign.OTHER_SCRIPT_DIFFERS: -30,
    Sign.OTHER_NAME: -45,
    Sign.OTHER_KIND: -1000,
}
"""What each sign adds to the score; a different kind is a veto."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one contact, with all that was merged into it."""

    kind: ContactKind
    name: str
    other_name: str = ""
    address: str = ""
    emails: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    """E.164, whatever channel they are used for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two contacts are."""

    score: int
    """0 to 100."""
    signs: tuple[Sign, ...]

    @property
    def proposed(self) -> bool:
        """Whether a person should look at the two."""
        return self.score >= THRESHOLD

    @property
    def reasons(self) -> tuple[Sign, ...]:
        """What speaks for it, the heaviest first."""
        return tuple(sign for sign in self.signs if WEIGHTS[sign] > 0)

    @property
    def against(self) -> tuple[Sign, ...]:
        """What speaks against it."""
        return tuple(sign for sign in self.signs if WEIGHTS[sign] < 0)


def likeness(one: Known, other: Known) -> Likeness:
    """Compare two contacts; the order of the two does not matter."""
    signs = _of_names(one, other)
    if one.kind is not other.kind:
        signs.append(Sign.OTHER_KIND)
    if one.emails & other.emails:
        signs.append(Sign.SAME_EMAIL)
    elif one.emails and other.emails:
        signs.append(Sign.OTHER_EMAIL)
    if one.numbers & other.numbers:
        signs.append(Sign.SAME_NUMBER)
    here, there = fold(one.address), fold(other.address)
    if here and there:
        signs.append(Sign.SAME_ADDRESS if here == there else Sign.OTHER_ADDRESS)
    signs.sort(key=lambda sign: -abs(WEIGHTS[sign]))
    return Likeness(max(0, min(100, sum(WEIGHTS[sign] for sign in signs))), tuple(signs))


def fold(text: str) -> tuple[str, ...]:
    """The words of a text in a fixed order: `Li, Chén` is `chen li`, and 陳莉 is 陈莉."""
    return tuple(sorted(words_of(text)))


def _of_names(one: Known, other: Known) -> list[Sign]:
    """What the names say; a contact called by its number only has no name, which says nothing."""
    mine, my_other = _name(one.name), fold(one.other_name)
    theirs, their_other = _name(other.name), fold(other.other_name)
    if not mine or not theirs:
        return []
    signs = []
    if {mine, my_other} & {theirs, their_other} - {()}:
        signs.append(Sign.SAME_NAME)
        if my_other and their_other and mine == theirs:
            signs.append(Sign.SAME_OTHER_NAME if my_other == their_other else Sign.OTHER_SCRIPT_DIFFERS)
    else:
        signs.append(Sign.NEAR_NAME if _near(mine, theirs) else Sign.OTHER_NAME)
    return signs


_LONG_ENOUGH_TO_MISSPELL = 5
"""Letters; with fewer, one letter more makes another name: Li and Lin are two people."""


def _name(name: str) -> tuple[str, ...]:
    return () if is_unnamed(name) else fold(name)


def _near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """One word is missing, an initial, or misspelt by one letter, and at least one word is the same."""
    mine, theirs = list(one), list(other)
    for word in one:
        if word in theirs:
            mine.remove(word)
            theirs.remove(word)
    shared = len(one) - len(mine)
    if not mine or not theirs:
        return shared >= 2 and len(mine) + len(theirs) == 1
    if len(mine) != 1 or len(theirs) != 1:
        return False
    short, long = sorted((mine[0], theirs[0]), key=len)
    return (shared >= 1 and len(short) == 1 and long.startswith(short)) or _one_letter_apart(short, long)


def _one_letter_apart(short: str, long: str) -> bool:
    """Whether one letter was changed, added or left out; `short` is not the longer one."""
    if len(short) < _LONG_ENOUGH_TO_MISSPELL or len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
