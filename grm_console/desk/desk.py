"""What every use case works with: the store and the desk's own facts."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.domain.permissions import Act
from grm_console.domain.question_rank import FEWEST_ASKERS
from grm_console.domain.text_rules import TextRules
from grm_console.store.store import Store, Write


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: its store, the region its national numbers belong to, and its first language."""

    store: Store
    region: str = "US"
    language: str = "en"
    texts: TextRules = field(default_factory=TextRules)
    outlooks: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)
    """What this process remembers of its queues for some seconds, see desk.outlook."""
    emergency_callbacks_for: timedelta = timedelta(hours=2)
    """For how long after an emergency call its service is known when it calls back."""
    fewest_askers: int = FEWEST_ASKERS
    """From how many people on a group of questions shows words to whoever may not read exchanges."""
    alarm_again: timedelta = timedelta(hours=1)
    """How long a topic whose alarm is over raises none anew."""


def record(write: Write, actor: Actor, act: Act, subject: str, purpose: str, detail: str = "") -> None:
    """Check that the actor may, and write the audit row of the act; the two belong together."""
    actor.require(act)
    write.audit(actor.account_id, actor.organisation_id, act.value, subject, purpose, detail)
