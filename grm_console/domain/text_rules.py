"""What a desk has settled about its texts, from its settings."""

from dataclasses import dataclass

from grm_console.domain.addresses import number_of


@dataclass(frozen=True, slots=True)
class TextRules:
    """The rules every text of a desk is held to."""

    undo_seconds: int = 5
    """How long what an operator wrote waits before it goes out, so that it can be taken back."""
    countries: frozenset[str] = frozenset()
    """Country calling codes texts may go to, e.g. `1`; empty means that of the desk's region."""


def country_allowed(number: str, countries: frozenset[str], region: str) -> bool:
    """Whether texts may go to the country of an E.164 number; without a list only to those of the desk's region."""
    import phonenumbers  # here for the reason given in addresses

    parsed = number_of(number)
    if parsed is None:
        return False
    allowed = countries or frozenset({str(phonenumbers.country_code_for_region(region))})
    return str(parsed.country_code) in allowed
