"""What is shown of the blocklist: frozen rows. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import datetime

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
