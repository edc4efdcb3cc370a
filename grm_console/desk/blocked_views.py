"""What is shown of the blocklist: frozen rows. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from grm_console.domain.words import BlockKind


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A number that is not put through, or rules for the talk with a person."""

    block_id: int
    number: str
    """Masked for contractors."""
    kind: BlockKind
    reason: str
    notice: str
    """How and when the person was told; empty for machines and fraud."""
    since: datetime
    until: datetime
    review_on: datetime | None
    review_due: bool
    """Whether the day of the review has come and the rules still hold."""
    set_by: str
    lifted_at: datetime | None
    lifted_by: str
    stopped: int
    """Calls that were kept out by it; none where it is rules for a person."""

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.lifted_at is None and now < self.until

    @property
    def last_day(self) -> date:
        """The last day on which it counts."""
        return (self.until.astimezone() - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True)
class StoppedCall:
    """A call that was kept out."""

    at: datetime
    line: str
    """Our own number that was called."""
