"""What became of a text we sent, from delivery reports in whatever order they come."""

from collections.abc import Iterable

from grm_console.domain.words import OutboxState

_RANK = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "partially_delivered": 5,
    "canceled": 6,
    "failed": 6,
    "undelivered": 6,
    "delivered": 6,
    "read": 7,
}


def furthest(states: Iterable[str]) -> str:
    """The state that stands: never down in rank; of equal finals the alphabetically last (undelivered wins)."""
    return max(states, key=lambda state: (_RANK.get(state, 0), state), default="")


def is_settled(provider_state: str) -> bool:
    """Whether a provider's delivery state says that a text arrived, or that it never will."""
    return outbox_state(provider_state) is not OutboxState.SENT


def outbox_state(provider_state: str) -> OutboxState:
    """Our own word for a provider's delivery state."""
    if provider_state in ("delivered", "read"):
        return OutboxState.DELIVERED
    if provider_state in ("failed", "undelivered", "canceled"):
        return OutboxState.FAILED
    return OutboxState.SENT
