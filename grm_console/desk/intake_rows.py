"""Rows of an exchange that comes in, as calls and texts alike are written."""

from datetime import datetime
from typing import Any, NamedTuple

from grm_console.domain.addresses import Address, AddressKind
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.matching import rank_holders
from grm_console.domain.words import Harm
from grm_console.store.placing import placed
from grm_console.store.queue import ForLine, queue_for_line
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


class Place(NamedTuple):
    """Who called or wrote, and where it leads."""

    point: int | None
    """Key of the sender's address; None for a withheld one."""
    sure_contact: int | None
    """The contact that the address alone makes sure: its one present holder."""
    leads: ForLine | None


def place(write: Write, sender: Address, line: str) -> Place:
    """Where what comes from an address to a line of ours belongs."""
    if sender.kind is AddressKind.WITHHELD:
        return Place(None, None, queue_for_line(write.ahead, line))
    point, holders, leads = placed(write.ahead, sender, line)
    matches = rank_holders(holders, write.now) if holders else []
    return Place(point, matches[0].contact_id if matches and matches[0].sure else None, leads)
