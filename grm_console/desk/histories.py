"""A contact's timeline for the screen: pages of lines, and one line whole."""

from datetime import datetime
from typing import Any

from grm_console.clock import elapsed
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import opened
from grm_console.desk.desk import Desk, record
from grm_console.desk.views import TimelineDetail, TimelinePage, TimelineRow
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel, Direction, EntryKind
from grm_console.errors import NotAllowed, NotFound
from grm_console.store import timeline

PAGE = 50


def page(
    desk: Desk, actor: Actor, contact_id: int, older: tuple[datetime, int] | None = None, limit: int = PAGE
) -> TimelinePage:
    """A page of a contact's history, newest first; `older` is the key the page before gave.

    Only of a contact whose card this actor has opened, which is audited: a candidate of a shared number is none.
    """
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        opened(connection, actor, contact_id)
        rows = timeline.page(connection, contact_id, older, limit)
        total = timeline.count(connection, contact_id) if older is None else None
    shown = tuple(_row(row) for row in rows)
    last = rows[-1] if len(rows) == limit else None
    return TimelinePage(shown, (last[1], last[0]) if last else None, total)


def detail(desk: Desk, actor: Actor, entry_id: int) -> TimelineDetail:
    """Everything of one line: facts to show and the whole text. Raises NotFound, and NotAllowed for what is sealed."""
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        entry = timeline.entry_row(connection, entry_id)
        if entry is None:
            raise NotFound("This line is no longer in the history. Open the contact again.")
        if entry.contact_id is None:
            raise NotFound("This line belongs to nobody's history yet.")
        opened(connection, actor, entry.contact_id)
        facts: tuple[tuple[str, str], ...]
        match EntryKind(entry.kind):
            case EntryKind.CASE:
                case = timeline.case_detail(connection, entry.source_id)
                if case is None:
                    raise NotFound("This case is not in the store.")
                if case.confidentiality != "open" and not actor.may(Act.SEE_CONFIDENTIAL_CASES):
                    raise NotAllowed("This case is confidential. Ask a supervisor.")
                facts = (
                    ("Case", case.number),
                    ("Service", case.service),
                    ("Department", case.department),
                    ("Opened", _moment(case.opened_at)),
                    ("Due", _moment(case.due_at)),
                    ("Closed", _moment(case.closed_at)),
                    ("Place", case.place),
                    ("Concerns", case.concerned or case.concerned_name),
                )
                return _detail(entry_id, case.summary, facts, case.details)
            case EntryKind.ANSWER:
                given = timeline.answer_detail(connection, entry.source_id)
                if given is None:
                    raise NotFound("This answer is not in the store.")
                facts = (
                    ("Answer", f"{given.code} v{given.version} ({given.language})"),
                    ("Given", _moment(given.at)),
                    ("By", given.agent),
                    ("Searched for", given.query),
                )
                return _detail(entry_id, given.question, facts, given.answer)
            case EntryKind.REPLY:
                reply = timeline.reply_detail(connection, entry.source_id)
                if reply is None:
                    raise NotFound("This text is not in the store.")
                facts = (("Sent", _moment(reply.sent_at)), ("State", reply.state), ("Problem", reply.error))
                return _detail(entry_id, "Text out", facts, reply.body)
            case EntryKind.NOTE:
                note = timeline.note_detail(connection, entry.source_id)
                if note is None:
                    raise NotFound("This note is not in the store.")
                facts = (("Written", _moment(note.at)), ("By", note.by))
                return _detail(entry_id, "Note", facts, note.text)
            case EntryKind.INTERACTION:
                one = timeline.interaction_detail(connection, entry.source_id)
                if one is None:
                    raise NotFound("This exchange is not in the store.")
                facts = (
                    ("When", _moment(one.happened_at)),
                    ("Entered", _moment(one.entered_at) if one.entered_by_id else ""),
                    ("Agent", one.agent or ""),
                    ("Wrap-up", one.disposition or ""),
                    ("Length", elapsed(one.duration) if one.duration else ""),
                    ("Concerns", one.concerned or one.concerned_name),
                    ("Attachments", str(one.attachments or "")),
                )
                text = "\n\n".join(part for part in (one.text, one.note) if part)
                return _detail(entry_id, _title(entry.kind, entry.channel, entry.direction, entry.state), facts, text)


def check_all(desk: Desk, actor: Actor) -> list[tuple[str, int]]:
    """(kind, source) of every line of any history that is not as its source says; empty if all is well."""
    actor.require(Act.EXPORT)
    with desk.store.reading() as connection:
        return timeline.differences(connection)


def rebuild_all(desk: Desk, actor: Actor) -> int:
    """Make every line of every history anew; gives how many there are."""
    actor.require(Act.IMPORT)
    with desk.store.writing() as write:
        lines = timeline.rebuild(write.connection)
        record(write, actor, Act.IMPORT, "timeline:all", "command line", f"{lines} lines rebuilt")
        write.changed("contact", 0)
    return lines


def _detail(entry_id: int, title: str, facts: tuple[tuple[str, str], ...], text: str) -> TimelineDetail:
    return TimelineDetail(entry_id, title, tuple((label, value) for label, value in facts if value), text)


def _row(row: tuple[Any, ...]) -> TimelineRow:
    key, at, kind, channel, direction, state, case_number, summary = row
    title = f"Case {case_number}" if kind == EntryKind.CASE else _title(kind, channel, direction, state)
    return TimelineRow(
        entry_id=key,
        at=at,
        kind=EntryKind(kind),
        channel=Channel(channel) if channel else None,
        direction=Direction(direction) if direction else None,
        title=title,
        summary=summary,
        state=state,
        case_number=case_number,
    )


_DOORS = {
    Channel.VOICE: "Call",
    Channel.SMS: "Text",
    Channel.WHATSAPP: "WhatsApp",
    Channel.EMAIL: "E-mail",
    Channel.WEB: "Web form",
    Channel.COUNTER: "Counter visit",
    Channel.LETTER: "Letter",
    Channel.FAX: "Fax",
    Channel.TV: "TV",
}


def _title(kind: str, channel: str | None, direction: str | None, state: str) -> str:
    """A line's bold words: `Call`, `Missed call`, `Text in`, `Letter out`, `Answer given`."""
    if kind == EntryKind.ANSWER:
        return "Answer given"
    if channel is None:
        return "Note"
    door = _DOORS[Channel(channel)]
    if channel in (Channel.VOICE, Channel.COUNTER):
        if state == "abandoned":
            return f"Missed {door.lower()}"
        return f"{door} out" if direction == Direction.OUTBOUND else door
    return f"{door} out" if direction == Direction.OUTBOUND or kind == EntryKind.REPLY else f"{door} in"


def _moment(at: datetime | None) -> str:
    return at.astimezone().strftime("%d %b %Y %H:%M") if at is not None else ""
