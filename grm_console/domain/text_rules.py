"""What a desk has settled about its texts, from its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grm_console.domain.addresses import number_of
from grm_console.domain.opt_out import LineKind

ACKNOWLEDGEMENT = "acknowledgement"
NOTED = "noted"
MENU = "menu"
"""Rules whose replies answer nothing: a person does, or the citizen chooses."""
ANSWER = "answer"
"""The rule by which a machine gives a standard answer."""


@dataclass(frozen=True, slots=True)
class TextRules:
    """The rules every text of a desk is held to."""

    undo_seconds: int = 5
    """How long what an operator wrote waits before it goes out, so that it can be taken back."""
    countries: frozenset[str] = frozenset()
    """Country calling codes texts may go to, e.g. `1`; empty means that of the desk's region."""
    line_kinds: Mapping[str, LineKind] = field(default_factory=dict)
    """What our numbers are where the number itself does not tell, e.g. a short code of eight digits."""
    quiet_hours: str = "21:00-08:00"
    """When no machine begins a text, by the local clock; `none` for never."""
    answers_at_night: bool = True
    """Whether a text that just came is answered in the quiet hours as well."""
    replies_per_number: int = 3
    """Acknowledgements to one number in 24 hours: two machines that answer each other fall silent."""
    commands_per_number: int = 20
    """Automatic texts to one number in 24 hours beyond which its commands are no longer answered either."""
    replies_per_desk: int = 10_000
    """Automatic texts of the whole desk in an hour, beyond which the breaker opens; 0 for any number."""
    replies_per_rule: int = 5_000
    """Automatic texts by one rule in an hour, likewise."""
    answers: bool = False
    """Whether texts are answered from the knowledge base by themselves, where the engine is sure."""
    answers_per_number: int = 10
    """Automatic texts to one number in 24 hours beyond which no question is answered by a machine either."""


def country_allowed(number: str, countries: frozenset[str], region: str) -> bool:
    """Whether texts may go to the country of an E.164 number; without a list only to those of the desk's region."""
    import phonenumbers  # here for the reason given in addresses

    parsed = number_of(number)
    if parsed is None:
        return False
    allowed = countries or frozenset({str(phonenumbers.country_code_for_region(region))})
    return str(parsed.country_code) in allowed
