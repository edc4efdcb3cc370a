"""The slots of ready-made texts: a fixed list, filled in one pass, so that nothing a citizen wrote is ever a slot."""

import re
from collections.abc import Mapping

SLOTS = ("name", "case", "service", "due", "department", "agent", "line")
"""What may stand in braces, e.g. `{name}`."""

_SLOT = re.compile(r"\{([^{}\n]*)\}")


def slots_of(body: str) -> tuple[str, ...]:
    """The words in braces, each once, in their order; a lone brace is no slot."""
    return tuple(dict.fromkeys(_SLOT.findall(body)))


def unknown_slots(body: str) -> tuple[str, ...]:
    """The words in braces that are none of SLOTS."""
    return tuple(slot for slot in slots_of(body) if slot not in SLOTS)


def fill_slots(body: str, values: Mapping[str, str]) -> str:
    """The text with every slot replaced by its value; values are taken as they are, braces and all.

    Raises KeyError for a slot without a value.
    """
    return _SLOT.sub(lambda found: values[found[1]], body)
