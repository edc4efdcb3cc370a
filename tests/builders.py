"""Rows and events that tests are made of: a small town with a hotline, its staff, services and answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import Receipt, receive, receive_all
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.domain.call_legs import is_outbound, leg_label
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel, Direction
from grm_console.store import tables
from grm_console.store.accounts import organisation_key
from grm_console.store.intake import thread_of
from grm_console.store.store import Store

LINE = "+12025550100"
CALLER = "+12025550142"
OTHER_CALLER = "+12025550143"
LONG_AGO = datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def put(store: Store, row: SQLModel) -> int:
    """Insert one row as it is; gives its key, or 0 for a table without an own key."""
    with store.writing() as write:
        return put_in(write.connection, row)


def put_in(connection: Connection, row: SQLModel) -> int:
    """Insert one row within a transaction."""
    table = type(row).__table__  # type: ignore[attr-defined]
    values = {name: value for name, value in row.model_dump().items() if name != "id" or value is not None}
    statement = insert(table).values(values)
    if "id" not in table.columns:
        connection.execute(statement)
        return 0
    return int(connection.execute(statement.returning(table.c.id)).scalar_one())


def all_rows(store: Store, model: type[SQLModel]) -> list[Any]:
    """Every row of a table by its first column."""
    table = model.__table__  # type: ignore[attr-defined]
    with store.reading() as connection:
        return list(connection.execute(select(table).order_by(next(iter(table.columns)))))


# Staff


def account(desk: Desk, name: str, role: str = "operator", **values: Any) -> int:
    """A staff account of the centre."""
    with desk.store.reading() as connection:
        centre = organisation_key(connection, "centre")
    assert centre is not None
    columns = {"full_name": name.title(), "organisation_id": centre, "created_at": LONG_AGO} | values
    return put(desk.store, tables.Account(name=name, role=role, **columns))


def staff(desk: Desk, name: str, role: str = "operator", **values: Any) -> Actor:
    """A new account as an actor; operators and supervisors have a telephone."""
    if role in ("operator", "supervisor"):
        values.setdefault("device", "+12025550190")
    account(desk, name, role, **values)
    return actor_named(desk, name)


# The town


@dataclass(frozen=True)
class Town:
    """Keys of what `found_town` made."""

    queue: int
    water: int
    roads: int
    informed: str = "informed"
    """A wrap-up code for every channel."""


def found_town(store: Store) -> Town:
    """A queue for our line, two departments, two services and two wrap-up codes."""
    queue = put(store, tables.Queue(code="town", name="General"))
    put(store, tables.QueueLine(line=LINE, queue_id=queue))
    put(store, tables.Disposition(code="informed", name="Information given", outcome="answered", position=1))
    put(store, tables.Disposition(code="dropped", name="Call dropped", outcome="none", channels="voice", position=2))
    water = put(store, tables.Organisation(code="water", kind="department", name="Water Supply"))
    roads = put(store, tables.Organisation(code="roads", kind="department", name="Roads"))
    outage = put(
        store,
        tables.Service(
            code="water-outage",
            name="Water supply interruption",
            organisation_id=water,
            kind="report",
            first_reply_hours=1,
            done_hours=24,
            default_harm=1,
            questions=[
                {
                    "code": "since",
                    "label": {"en": "Since when", "zh": "从什么时候开始"},
                    "type": "datetime",
                    "required": True,
                },
                {"code": "ill", "label": {"en": "Somebody ill at home"}, "type": "yesno", "required": True},
                {
                    "code": "need",
                    "label": {"en": "What they need first"},
                    "type": "text",
                    "required": True,
                    "when": {"question": "ill", "equals": True},
                },
            ],
        ),
    )
    put(store, tables.ServiceDepartment(service_id=outage, organisation_id=roads))
    put(
        store,
        tables.Service(
            code="misconduct",
            name="Complaint about staff",
            organisation_id=roads,
            kind="complaint",
            done_working_days=5,
            confidential=True,
            questions=[],
        ),
    )
    return Town(queue, water, roads)


def contact(
    store: Store,
    name: str,
    number: str = "",
    *,
    certainty: str = "confirmed",
    since: datetime = LONG_AGO,
    until: datetime | None = None,
    **values: Any,
) -> int:
    """A contact, holding a telephone number if one is given."""
    with store.writing() as write:
        columns = {"kind": "citizen", "created_at": LONG_AGO, "created_by_id": 1} | values
        key = put_in(write.connection, tables.Contact(name=name, **columns))
        if number:
            point = point_key(write.connection, number)
            holder = tables.PointHolder(
                contact_id=key, contact_point_id=point, certainty=certainty, since=since, until=until
            )
            put_in(write.connection, holder)
    return key


def point_key(connection: Connection, number: str) -> int:
    """The key of a telephone number's contact point, made if it is new."""
    table = tables.ContactPoint.__table__  # type: ignore[attr-defined]
    known = connection.execute(select(table.c.id).where(table.c.address == number)).scalar_one_or_none()
    return known or put_in(connection, tables.ContactPoint(kind="phone", address=number))


def article(
    store: Store,
    code: str,
    question: str,
    answer: str = "The answer.",
    *,
    audience: str = "public",
    state: str = "published",
    language: str = "en",
    effective_on: date | None = None,
    expires_on: date | None = None,
) -> int:
    """An article with one version; gives the version's key."""
    with store.writing() as write:
        key = put_in(write.connection, tables.Article(code=code, audience=audience))
        text = put_in(write.connection, tables.ArticleText(article_id=key, language=language, import_id=code))
        version = tables.ArticleVersion(
            article_text_id=text,
            version=1,
            state=state,
            question=question,
            answer=answer,
            effective_on=effective_on,
            expires_on=expires_on,
            author_id=1,
            created_at=LONG_AGO,
            edited_by_id=1,
            edited_at=LONG_AGO,
        )
        made = put_in(write.connection, version)
        write.changed("article", key)
    return made


# Events

CALL = InboundEvent(
    provider="twilio",
    sid="CA1",
    kind=EventKind.CALL,
    discriminator="",
    channel=Channel.VOICE,
    sender=CALLER,
    recipient=LINE,
    state="ringing",
)


def call(sid: str = "CA1", sender: str = CALLER, **changes: Any) -> InboundEvent:
    """A call that begins."""
    return replace(CALL, sid=sid, sender=sender, **changes)


def call_status(
    sid: str, state: str, sequence: int | None = None, sender: str = CALLER, **changes: Any
) -> InboundEvent:
    """A step of a call, with the carrier's sequence number or without."""
    step = f"status:{state}" if sequence is None else f"sequence:{sequence}"
    return replace(
        CALL,
        sid=sid,
        sender=sender,
        kind=EventKind.CALL_STATUS,
        discriminator=step,
        state=state,
        sequence=sequence,
        **changes,
    )


def leg(thread: str, number: int, state: str, sid: str = "", **changes: Any) -> InboundEvent:
    """A step of a telephone that the desk had rung into a call; number 1 is the first operator's."""
    return replace(
        CALL,
        sid=sid or f"{thread}L{number}",
        parent=thread,
        kind=EventKind.CALL_LEG,
        discriminator=f"status:{state}",
        sender=leg_label(thread, number),
        recipient="+12025550190",
        direction=Direction.OUTBOUND,
        state=state,
        **changes,
    )


def picked_up_by(thread: str, number: int, who: str) -> InboundEvent:
    """The carrier has heard who picked up a leg, e.g. `human`, `machine_start`."""
    return replace(leg(thread, number, ""), discriminator=f"answered-by:{who}", text=who)


def conference(thread: str, step: str, number: int = 0, sequence: int | None = None, **changes: Any) -> InboundEvent:
    """A step of the conference a call lives in, e.g. `participant-join` of leg `number`."""
    label = "" if step in ("conference-start", "conference-end") else leg_label(thread, number)
    own = thread if number == 0 and not is_outbound(thread) else f"{thread}L{number}"
    return replace(
        CALL,
        sid=f"CF{thread}",
        parent=thread,
        kind=EventKind.CONFERENCE,
        discriminator=f"{step}:{number if sequence is None else sequence}",
        sender=label,
        recipient=own if label else "",
        state=step,
        sequence=sequence,
        **changes,
    )


def connected(thread: str, **changes: Any) -> tuple[InboundEvent, ...]:
    """The operator picks up and the citizen is brought in."""
    return (
        leg(thread, 1, "in-progress", **changes),
        conference(thread, "participant-join", 1, 1, **changes),
        conference(thread, "participant-join", 0, 2, **changes),
    )


def text(
    sid: str = "SM1", body: str = "When is bulky waste collected?", sender: str = CALLER, **changes: Any
) -> InboundEvent:
    """A text that came in."""
    return replace(
        CALL, sid=sid, kind=EventKind.TEXT, channel=Channel.SMS, sender=sender, state="received", text=body, **changes
    )


def take_in(desk: Desk, actor: Actor, *events: InboundEvent) -> list[Receipt]:
    """Receive events one after the other, each in a transaction of its own."""
    receipts = []
    for event in events:
        with desk.store.writing() as write:
            receipts.append(receive(desk, write, actor, event))
    return receipts


def side_by_side(events: Iterable[InboundEvent]) -> list[InboundEvent]:
    """Events as they stand in a batch that waited for its turn: those of one call together."""
    return sorted(events, key=thread_of)


def take_in_together(desk: Desk, actor: Actor, *events: InboundEvent) -> list[Receipt]:
    """Receive events in one transaction, as those are that waited for their turn."""
    with desk.store.writing() as write:
        return receive_all(desk, write, actor, side_by_side(events))


def interaction_of(store: Store, sid: str) -> int:
    """The key of an interaction by its provider's id."""
    table = tables.Interaction.__table__  # type: ignore[attr-defined]
    with store.reading() as connection:
        return int(connection.execute(select(table.c.id).where(table.c.sid == sid)).scalar_one())


def entry_of(store: Store, sid: str) -> int:
    """The key of an interaction's queue entry."""
    table = tables.QueueEntry.__table__  # type: ignore[attr-defined]
    key = interaction_of(store, sid)
    with store.reading() as connection:
        return int(connection.execute(select(table.c.id).where(table.c.interaction_id == key)).scalar_one())


def answered(desk: Desk, web: Actor, operator: Actor, event: InboundEvent) -> tuple[Seat, int]:
    """An operator who has taken this event's exchange: the seat and the interaction."""
    take_in(desk, web, event)
    seat = Seat(desk, operator)
    card = seat.answer(entry_of(desk.store, event.sid))
    return seat, card.interaction_id


# What rows mean

_DERIVED = (
    tables.InboundEventRow,
    tables.ContactPoint,
    tables.Interaction,
    tables.QueueEntry,
    tables.TimelineEntry,
    tables.Outbox,
    tables.PointConsent,
    tables.Recording,
)


def meaning(connection: Connection) -> dict[str, list[str]]:
    """Everything intake derives, with the store's own keys replaced by what they stand for, in a fixed order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model in _DERIVED:
        table = model.__table__  # type: ignore[attr-defined]
        found[table.name] = [dict(row._mapping) for row in connection.execute(select(table))]
    names: dict[tuple[str, int], str] = {}
    for row in found["contact_point"]:
        names["contact_point", row["id"]] = f"{row['kind']}:{row['address']}"
    for row in found["interaction"]:
        names["interaction", row["id"]] = row["sid"]
    for row in found["outbox"]:
        names["reply", row["id"]] = f"{row['kind']}:{row['decision']}"
    for rows in found.values():
        for row in rows:
            del row["id"]
            if "source_id" in row:
                row["source_id"] = names[row["kind"], row["source_id"]]
            for column, kind in (("interaction_id", "interaction"), ("contact_point_id", "contact_point")):
                if row.get(column) is not None:
                    row[column] = names[kind, row[column]]
    return {name: sorted(repr(sorted(row.items())) for row in rows) for name, rows in found.items()}
