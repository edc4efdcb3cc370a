"""Queries on single interactions: what a card shows and what the desk does to one."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from grm_console.domain.words import EndReason, Identification, InteractionState
from grm_console.store.prepared import Prepared, PreparedUpdate, fixed, row_type
from grm_console.store.tables import (
    Contact,
    Disposition,
    Draft,
    EmergencyCallback,
    Interaction,
    PointHolder,
    Queue,
    QueueEntry,
    SpeakerLog,
    TimelineEntry,
)
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_contact = table_of(Contact)
_timeline = table_of(TimelineEntry)
_speaker = table_of(SpeakerLog)
_draft = table_of(Draft)
_disposition = table_of(Disposition)
_emergency = table_of(EmergencyCallback)
_holder = table_of(PointHolder)

_concerned = _contact.alias("concerned")
_cards = (
    select(
        _interaction.c.id,
        _interaction.c.channel,
        _interaction.c.direction,
        _interaction.c.state,
        _interaction.c.end_reason,
        _interaction.c.line,
        _interaction.c.sender,
        _interaction.c.contact_point_id,
        _interaction.c.contact_id,
        _interaction.c.identified,
        _interaction.c.agent_id,
        _interaction.c.language,
        _interaction.c.happened_at,
        _interaction.c.answered_at,
        _interaction.c.connected_at,
        _interaction.c.ended_at,
        _interaction.c.text,
        _interaction.c.attachments,
        _interaction.c.problem,
        _interaction.c.concerned_name,
        _concerned.c.name,
        _entry.c.id,
        _entry.c.waiting_since,
        _queue.c.name,
        exists().where(_emergency.c.interaction_id == _interaction.c.id),
        exists().where(_holder.c.contact_point_id == _interaction.c.contact_point_id),
    )
    .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
    .join(_queue, _queue.c.id == _interaction.c.queue_id, isouter=True)
    .join(_concerned, _concerned.c.id == _interaction.c.concerned_id, isouter=True)
)
_CARD = Prepared(_cards.where(_interaction.c.id == bindparam("interaction")))
_is_held = and_(
    _interaction.c.agent_id == bindparam("account"),
    _interaction.c.parked_at.is_(None),
    or_(
        _interaction.c.state == fixed(InteractionState.TALKING),
        _interaction.c.state == fixed(InteractionState.WRAP_UP),
    ),
)
_HELD = Prepared(select(_interaction.c.id).where(_is_held).order_by(_interaction.c.id).limit(1))
_HELD_CARD = Prepared(_cards.where(_is_held).order_by(_interaction.c.id).limit(1))


def card_row(connection: Connection, interaction_id: int) -> tuple[Any, ...] | None:
    """The columns of an interaction that a caller card shows, in the order of `_cards`."""
    return _CARD.first(connection, {"interaction": interaction_id})


def held_card_row(connection: Connection, account_id: int) -> tuple[Any, ...] | None:
    """The same of the interaction that `held_by` tells, or None."""
    return _HELD_CARD.first(connection, {"account": account_id})


def held_by(connection: Connection, account_id: int) -> int | None:
    """The interaction an operator talks in or wraps up, or None; what is parked does not count."""
    row = _HELD.first(connection, {"account": account_id})
    return None if row is None else int(row[0])


_Locked = row_type(_interaction)
LOCKED = Prepared(select(_interaction).where(_interaction.c.id == bindparam("interaction")).with_for_update())
_change = PreparedUpdate(_interaction, "id", also={"version": _interaction.c.version + literal_column("1")})
_CONNECT = Prepared(
    update(_interaction)
    .where(_interaction.c.id == bindparam("interaction"), _interaction.c.agent_id.is_not(None))
    .values(connected_at=bindparam("at"))
)
_change_entry = PreparedUpdate(_entry, "interaction_id")
_LINE_STATE = Prepared(
    update(_timeline)
    .where(_timeline.c.kind == literal_column("'interaction'"), _timeline.c.source_id == bindparam("interaction"))
    .values(state=bindparam("state"))
)


def _with_note(words: ColumnElement[str]) -> ColumnElement[str]:
    """The notes of an exchange with another line below them, if there is one."""
    before = _interaction.c.note
    between = case((or_(words == literal_column("''"), before == literal_column("''")), ""), else_="\n")
    return before + between + words


_WRAP_UP = Prepared(
    update(_interaction)
    .where(_interaction.c.id == bindparam("interaction"))
    .values(
        state=InteractionState.DONE.value,
        end_reason=bindparam("reason"),
        disposition_id=bindparam("disposition"),
        note=_with_note(bindparam("words", type_=_interaction.c.note.type)),
        wrapped_up_at=bindparam("at"),
        version=_interaction.c.version + literal_column("1"),
    )
)
_KEEP_DRAFT = Prepared(insert(_draft).values({c.name: bindparam(c.name) for c in _draft.columns}))
_DELETE_DRAFT = Prepared(delete(_draft).where(_draft.c.interaction_id == bindparam("interaction")))
_Disposition = row_type(_disposition)
_DISPOSITIONS = Prepared(
    select(_disposition).where(_disposition.c.active).order_by(_disposition.c.position, _disposition.c.id)
)


def locked(connection: Connection, interaction_id: int) -> Any | None:
    """An interaction whole, locked until the commit; None if there is none."""
    return locked_row(LOCKED.rows(connection, {"interaction": interaction_id}))


def locked_row(rows: list[tuple[Any, ...]]) -> Any | None:
    """The interaction that `LOCKED` found, None if there is none."""
    return _Locked(*rows[0]) if rows else None


def take(connection: Connection, interaction_id: int, account_id: int, at: datetime) -> None:
    """Note who answered, and when for the first time."""
    taken = {
        "agent_id": account_id,
        "state": InteractionState.TALKING.value,
        "parked_at": None,
        "answered_at": at,
    }
    _change(connection, [interaction_id], taken)
    _timeline_state(connection, interaction_id, InteractionState.TALKING.value)


def connect(connection: Connection, interaction_id: int, at: datetime) -> None:
    """Note when citizen and operator were first both on the line."""
    _CONNECT.run(connection, {"interaction": interaction_id, "at": at})


def let_go(connection: Connection, interaction_id: int) -> None:
    """The caller went before anybody talked: there is nothing to wrap up. Whose telephone rang stays noted."""
    _change(connection, [interaction_id], {"answered_at": None})
    _change_entry(connection, [interaction_id], {"claimed_by_id": None, "claim_expires_at": None})


def take_up_again(
    connection: Connection, interaction_id: int, account_id: int, at: datetime, parked_at: datetime | None
) -> None:
    """A call that seemed to be given up was talked after all: its operator has it to wrap up."""
    _change(connection, [interaction_id], {"agent_id": account_id, "answered_at": at, "parked_at": parked_at})


def pass_on(connection: Connection, interaction_id: int, account_id: int) -> None:
    """Another operator holds the exchange from now on."""
    _change(connection, [interaction_id], {"agent_id": account_id})
    _change_entry(connection, [interaction_id], {"claimed_by_id": account_id})


def add_note(connection: Connection, interaction_id: int, words: str) -> None:
    """Add a line to the notes of an exchange."""
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(note=_with_note(literal(words, _interaction.c.note.type)), version=_interaction.c.version + 1)
    )


def give_back(connection: Connection, interaction_id: int, queue_id: int | None = None) -> None:
    """Nobody holds it any more; it waits again, perhaps in another queue."""
    elsewhere = {"queue_id": queue_id} if queue_id is not None else {}
    nobodys = {
        "agent_id": None,
        "state": InteractionState.WAITING.value,
        "parked_at": None,
        "answered_at": None,
        "connected_at": None,
    }
    _change(connection, [interaction_id], nobodys | elsewhere)
    _timeline_state(connection, interaction_id, InteractionState.WAITING.value)


def end(connection: Connection, interaction_id: int, at: datetime) -> None:
    """The talking is over; the wrap-up begins."""
    _change(connection, [interaction_id], {"state": InteractionState.WRAP_UP.value, "ended_at": at})
    _timeline_state(connection, interaction_id, InteractionState.WRAP_UP.value)


def wrap_up(
    connection: Connection, interaction_id: int, disposition_id: int, reason: EndReason, note: str, at: datetime
) -> None:
    """The exchange is over and coded; the note stands below what was noted while it went on."""
    coded = {"reason": reason.value, "disposition": disposition_id, "words": note, "at": at}
    _WRAP_UP.run(connection, coded | {"interaction": interaction_id})
    _timeline_state(connection, interaction_id, reason.value)


def identify(
    connection: Connection,
    interaction_id: int,
    contact_id: int | None,
    identified: Identification,
    how: str,
    account_id: int,
    at: datetime,
) -> None:
    """Settle who speaks, keep how it was settled, and move the exchange's lines to that history."""
    connection.execute(
        insert(_speaker).values(
            interaction_id=interaction_id,
            contact_id=contact_id,
            identified=identified.value,
            how=how,
            account_id=account_id,
            at=at,
        )
    )
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(contact_id=contact_id, identified=identified.value, version=_interaction.c.version + 1)
    )
    move_lines(connection, interaction_id, contact_id)


def move_lines(connection: Connection, interaction_id: int, contact_id: int | None) -> None:
    """Put all lines of an exchange into the history of whoever speaks; an anonymous case leads to no exchange."""
    connection.execute(
        update(_timeline).where(_timeline.c.interaction_id == interaction_id).values(contact_id=contact_id)
    )


def set_concerned(connection: Connection, interaction_id: int, name: str) -> None:
    """Note whom the matter concerns, by name."""
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(concerned_name=name, version=_interaction.c.version + 1)
    )


def set_language(connection: Connection, interaction_id: int, language: str) -> None:
    """Note the language the exchange is held in."""
    connection.execute(update(_interaction).where(_interaction.c.id == interaction_id).values(language=language))


def dispositions(connection: Connection) -> list[Any]:
    """All wrap-up codes in use, in their order."""
    return [_Disposition(*row) for row in _DISPOSITIONS.rows(connection, {})]


def draft_of(connection: Connection, interaction_id: int) -> Any | None:
    """The form typed so far as JSON values, or None."""
    return connection.execute(
        select(_draft.c.form).where(_draft.c.interaction_id == interaction_id)
    ).scalar_one_or_none()


def save_draft(connection: Connection, interaction_id: int, account_id: int, form: Any, at: datetime) -> None:
    """Keep what was typed, over what was kept before."""
    delete_draft(connection, interaction_id)
    kept = {"interaction_id": interaction_id, "account_id": account_id, "form": form, "saved_at": at}
    _KEEP_DRAFT.run(connection, kept)


def delete_draft(connection: Connection, interaction_id: int) -> None:
    """Forget a form that was used or is no longer wanted."""
    _DELETE_DRAFT.run(connection, {"interaction": interaction_id})


def _timeline_state(connection: Connection, interaction_id: int, state: str) -> None:
    _LINE_STATE.run(connection, {"interaction": interaction_id, "state": state})
