"""How patient the carrier is with one address: what its fragment asks for (Twilio, connection overrides)."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag

_POLICIES = frozenset({"4xx", "5xx", "ct", "rt"})
MOST = 5
"""Retries at most."""


@dataclass(frozen=True, slots=True)
class Retries:
    """Without a fragment: one retry, and only when no connection could be made; times in seconds."""

    count: int = 1
    after: frozenset[str] = frozenset({"ct"})
    """Of `4xx`, `5xx`, `ct` (no connection) and `rt` (no answer in time)."""
    connect: float = 5.0
    answer: float = 15.0
    total: float = 15.0

    def again(self, outcome: str) -> bool:
        """Whether a try that ended so is worth another one."""
        return outcome in self.after


def read_retries(url: str) -> tuple[str, Retries]:
    """An address without its fragment, and the patience its fragment asks for; what is no such wish is passed over."""
    plain, fragment = urldefrag(url)
    if not fragment:
        return plain, Retries()
    wishes = {name: values[-1] for name, values in parse_qs(fragment).items()}
    after = frozenset(wishes.get("rp", "ct").split(","))
    return plain, Retries(
        count=min(_number(wishes, "rc", 1), MOST),
        after=_POLICIES if "all" in after else after & _POLICIES,
        connect=_number(wishes, "ct", 5000) / 1000,
        answer=_number(wishes, "rt", 15000) / 1000,
        total=_number(wishes, "tt", 15000) / 1000,
    )


def _number(wishes: dict[str, str], name: str, default: int) -> int:
    value = wishes.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() else default
