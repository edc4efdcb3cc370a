"""The row of an exchange that we begin: a call that waits as a callback or is dialled at once, or a text."""

from grm_console.domain.words import Channel, Direction, EntryKind, Identification, InteractionState
from grm_console.store import contacts
from grm_console.store import intake as rows
from grm_console.store.store import Write

PROVIDER = "twilio"


def add_outbound(
    write: Write,
    *,
    sid: str,
    address: str,
    contact_point_id: int,
    contact_id: int | None,
    state: InteractionState,
    agent_id: int | None = None,
    queue_id: int | None = None,
    line: str = "",
    language: str = "",
    channel: Channel = Channel.VOICE,
) -> int:
    """Write an outbound exchange and its line in the history; gives its key.

    `sid` is our own name of it, `address` the citizen's number, `line` the number of ours they see.
    """
    connection = write.connection
    spoken = contacts.language_of(connection, contact_id) if contact_id is not None else ""
    key = rows.add_interaction(
        connection,
        {
            "import_key": None,
            "provider": PROVIDER,
            "sid": sid,
            "channel": channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": state.value,
            "provider_state": "",
            "sender": address,
            "line": line or rows.first_line(connection, queue_id),
            "contact_point_id": contact_point_id,
            "contact_id": contact_id,
            "concerned_id": None,
            "concerned_name": "",
            "entered_by_id": None,
            "reference": "",
            "follows_id": None,
            "identified": Identification.CONFIRMED.value if contact_id is not None else None,
            "agent_id": agent_id,
            "queue_id": queue_id,
            "language": language or spoken,
            "happened_at": write.now,
            "entered_at": write.now,
            "parked_at": None,
            "answered_at": write.now if agent_id is not None else None,
            "connected_at": None,
            "ended_at": None,
            "wrapped_up_at": None,
            "duration": None,
            "end_reason": None,
            "disposition_id": None,
            "text": "",
            "attachments": 0,
            "note": "",
            "problem": "",
            "recovered": False,
            "version": 1,
        },
    )
    assert key is not None, "the name of an outbound exchange is drawn anew each time"
    rows.add_timeline_entry(
        connection,
        {
            "contact_id": contact_id,
            "at": write.now,
            "kind": EntryKind.INTERACTION.value,
            "source_id": key,
            "interaction_id": key,
            "channel": channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": state.value,
            "case_number": "",
            "summary": "",
        },
    )
    return key
