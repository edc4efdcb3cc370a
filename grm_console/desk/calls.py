"""What a held call is to do next: wait on, be joined with the operator who took it, or end."""

from dataclasses import dataclass
from enum import StrEnum

from grm_console.desk.desk import Desk
from grm_console.store import interactions


class NextStep(StrEnum):
    """What the carrier's next document says."""

    UNKNOWN = "unknown"
    """The call is not in the store yet: the event must be taken in first."""
    WAIT = "wait"
    DIAL = "dial"
    END = "end"


@dataclass(frozen=True, slots=True)
class CallStep:
    """The next step of a call, with what the document needs."""

    step: NextStep
    device: str = ""
    """The operator's telephone to dial."""
    agent_id: int = 0
    """Whose telephone that is."""
    line: str = ""
    """Our own number that was called, shown to the operator's telephone as the caller."""
    language: str = ""


def next_step(desk: Desk, provider: str, sid: str) -> CallStep:
    """Read what a call is to do next; names nobody, so it needs no actor."""
    with desk.store.reading() as connection:
        row = interactions.call_step(connection, provider, sid)
    if row is None:
        return CallStep(NextStep.UNKNOWN)
    state, line, language, device, agent_id = row
    if state in ("done", "wrap-up"):
        return CallStep(NextStep.END, line=line, language=language)
    if device:
        return CallStep(NextStep.DIAL, device, agent_id, line, language)
    return CallStep(NextStep.WAIT, line=line, language=language)
