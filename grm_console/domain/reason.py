"""A reason that somebody must give before something is set right or taken from somebody else."""

from unicodedata import east_asian_width

from grm_console.errors import InvalidInput
from grm_console.i18n import _

LEAST = 3
MOST = 500


def check_reason(reason: str) -> str:
    """The reason without blanks around it; a Chinese character counts as two letters.

    Raises InvalidInput for `reason` with fewer than three letters, or more than 500 characters.
    """
    said = reason.strip()
    letters = sum(2 if east_asian_width(char) == "W" else 1 for char in said if char.isalpha())
    if letters < LEAST:
        raise InvalidInput({"reason": _("Say why in a few words, e.g. wrong code chosen.")})
    if len(said) > MOST:
        raise InvalidInput({"reason": _("Keep the reason under {limit} characters.").format(limit=MOST)})
    return said
