"""Rows of an exchange that comes in, as calls and texts alike are written."""

from datetime import datetime
from typing import Any

from grm_console.domain.inbound import InboundEvent
from grm_console.domain.matching import rank_holders
from grm_console.domain.words import Harm
from grm_console.store import contacts
from grm_console.store.store import Write

SUMMARY_LENGTH = 200


def new_interaction(values: dict[str, Any], event: InboundEvent, sid: str, now: datetime) -> dict[str, Any]:
    """All columns of an interaction nobody has seen to yet; `values` are those that intake derives."""
    return values | {
        "import_key": None,
        "provider": event.provider,
        "sid": sid,
        "recovered": event.recovered,
        "concerned_id": None,
        "concerned_name": "",
        "entered_by_id": None,
        "follows_id": None,
        "agent_id": None,
        "entered_at": now,
        "answered_at": None,
        "parked_at": None,
        "wrapped_up_at": None,
        "reference": "",
        "disposition_id": None,
        "note": "",
        "version": 1,
    }


def timeline_values(values: dict[str, Any]) -> dict[str, Any]:
    """What an exchange's line in a history takes from its columns."""
    return {
        "contact_id": values["contact_id"],
        "at": values["happened_at"],
        "channel": values["channel"],
        "direction": values["direction"],
        "state": values["end_reason"] or values["state"],
        "summary": values["text"][:SUMMARY_LENGTH],
    }


def entry_values(
    interaction_id: int, queue_id: int, state: str, waiting_since: datetime, queued_as_of: datetime
) -> dict[str, Any]:
    """A place in a queue that nobody has taken."""
    return {
        "interaction_id": interaction_id,
        "queue_id": queue_id,
        "state": state,
        "harm": Harm.NONE.value,
        "waiting_since": waiting_since,
        "queued_as_of": queued_as_of,
        "claimed_by_id": None,
        "claimed_at": None,
        "claim_expires_at": None,
        "moved_at": None,
        "not_before": None,
        "replied_at": None,
        "left_at": None,
        "left_reason": None,
    }


def sure_contact(write: Write, point: int | None) -> int | None:
    """The contact that the number alone makes sure: its one present holder."""
    if point is None:
        return None
    matches = rank_holders(contacts.holders_of(write.connection, point), write.now)
    return matches[0].contact_id if matches and matches[0].sure else None
