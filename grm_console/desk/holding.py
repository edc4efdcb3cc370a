"""Holding the citizen: asked of the carrier in view of what was asked before, as its callbacks come later."""

from datetime import datetime, timedelta
from typing import Any

from grm_console.desk import telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import record
from grm_console.domain.call_legs import CALLER
from grm_console.domain.words import LegState
from grm_console.store import outbox
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write

TOLD_WITHIN = timedelta(seconds=15)
"""What was asked longer ago has been told by callbacks, or was given up."""


def hold_citizen(write: Write, actor: Actor, call: Any, live: CallRow, legs: list[LegRow], on_hold: bool) -> None:
    """Ask for the citizen's leg to be held or not; nothing to ask if it is so already and nothing else was asked.

    A hold whose callback is late, or lost, is taken back all the same.
    """
    citizen = legs[CALLER]
    asked = _asked(write, call, call.happened_at)
    if citizen.state == LegState.JOINED and not (citizen.held == on_hold and asked in (None, on_hold)):
        telephone_acts.change(write, actor, call, live, citizen, held=on_hold)
        record(write, actor, actor.work, f"interaction:{call.id}", "hold" if on_hold else "resume")
        write.changed("interaction", call.id)


def is_held(write: Write, call: Any, legs: list[LegRow]) -> bool:
    """Whether the citizen is on hold, or is about to be."""
    asked = _asked(write, call, write.now - TOLD_WITHIN)
    return legs[CALLER].held if asked is None else asked


def _asked(write: Write, call: Any, since: datetime) -> bool | None:
    asked = outbox.last_asked(write.connection, call.id, "leg-change", "held", since)
    return None if asked is None else bool(asked)
