"""The provider's words for the state of a call, and which of two counts."""

_PROGRESS = {"": 0, "queued": 1, "initiated": 2, "ringing": 3, "in-progress": 4}
_FINAL = {"canceled": 5, "no-answer": 6, "busy": 7, "failed": 8, "completed": 9}
"""Final states; two different ones cannot both be true, so a fixed precedence settles it: the fullest account wins."""
_RANK = _PROGRESS | _FINAL


def is_final(state: str) -> bool:
    """Whether a call in this provider state is over for good."""
    return state in _FINAL


def further(one: str, other: str) -> str:
    """The call state that stands when both were reported, in whatever order."""
    return max(one, other, key=lambda state: (_RANK.get(state, 0), state))
