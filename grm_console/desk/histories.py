"""A contact's timeline for the screen: pages of lines, and one line whole."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.clock import elapsed, whole_moment
from grm_console.desk import interpreter_minutes
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import opened
from grm_console.desk.desk import Desk, record
from grm_console.desk.emergency_callbacks import emergency_facts
from grm_console.desk.spoken import channel_word, named, state_word, voicemail_words
from grm_console.desk.views import TimelineDetail, TimelinePage, TimelineRow
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel, Confidentiality, Direction, EntryKind
from grm_console.errors import NotAllowed, NotFound
from grm_console.i18n import _
from grm_console.store import corrections, timeline
from grm_console.store.corrections import Corrected

PAGE = 50

ENTERED_LATER = timedelta(minutes=1)
"""From so much on the moment of entering is shown beside the moment of happening."""

SHOWN_BEFORE = 80
"""Characters shown of what a corrected field said before."""

_Whole = tuple[str, tuple[tuple[str, str], ...], str]
"""Title, facts and words of one line."""

_Doors = dict[Channel, tuple[str, str]]
"""What came in by each door is called, and what went out."""


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
    doors = _doors()
    shown = tuple(_row(row, doors) for row in rows)
    last = rows[-1] if len(rows) == limit else None
    return TimelinePage(shown, (last[1], last[0]) if last else None, total)


def detail(desk: Desk, actor: Actor, entry_id: int) -> TimelineDetail:
    """Everything of one line: facts to show and the whole text. Raises NotFound, and NotAllowed for what is sealed."""
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        entry = timeline.entry_row(connection, entry_id)
        if entry is None:
            raise NotFound(_("This line is no longer in the history. Open the contact again."))
        if entry.contact_id is None:
            raise NotFound(_("This line belongs to nobody's history yet."))
        opened(connection, actor, entry.contact_id)
        match EntryKind(entry.kind):
            case EntryKind.CASE:
                title, facts, text = _of_case(connection, actor, entry.source_id)
            case EntryKind.ANSWER:
                title, facts, text = _of_answer(connection, entry.source_id)
            case EntryKind.REPLY:
                title, facts, text = _of_reply(connection, entry.source_id)
            case EntryKind.NOTE:
                title, facts, text = _of_note(connection, entry.source_id)
            case EntryKind.INTERACTION:
                title, facts, text = _of_exchange(connection, entry, desk.store.now())
    return TimelineDetail(entry_id, title, tuple((label, value) for label, value in facts if value), text)


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


def _of_case(connection: Connection, actor: Actor, case_id: int) -> _Whole:
    case = timeline.case_detail(connection, case_id)
    if case is None:
        raise NotFound(_("This case is not in the store."))
    if case.confidentiality != Confidentiality.OPEN and not actor.may(Act.SEE_CONFIDENTIAL_CASES):
        raise NotAllowed(_("This case is confidential. Ask a supervisor."))
    facts = (
        (_("Case"), case.number),
        (_("Service"), named(case.service, case.other_service)[0]),
        (_("Department"), case.department),
        (_("Opened"), whole_moment(case.opened_at)),
        (_("Entered by"), case.entered_by),
        (_("Due"), whole_moment(case.due_at)),
        (_("Closed"), whole_moment(case.closed_at)),
        (_("When it happens"), case.occurred),
        (_("Place"), case.place),
        (_("People affected"), case.people),
        (_("What is asked of us"), case.demand),
        (_("Concerns"), case.concerned or case.concerned_name),
        *_corrections(connection, Corrected(case_id=case_id)),
    )
    return case.summary, facts, case.details


def _of_answer(connection: Connection, given_id: int) -> _Whole:
    given = timeline.answer_detail(connection, given_id)
    if given is None:
        raise NotFound(_("This answer is not in the store."))
    facts = (
        (_("Answer"), f"{given.code} v{given.version} ({given.language})"),
        (_("Channel"), channel_word(Channel(given.channel))),
        (_("Given"), whole_moment(given.at)),
        (_("By"), given.agent),
        (_("Searched for"), given.query),
        (_("Place in the list"), str(given.rank or "")),
        (_("Text"), state_word(given.text_state) if given.text_state else ""),
    )
    return given.question, facts, given.told or given.answer


def _of_reply(connection: Connection, outbox_id: int) -> _Whole:
    reply = timeline.reply_detail(connection, outbox_id)
    if reply is None:
        raise NotFound(_("This text is not in the store."))
    facts = (
        (_("Sent"), whole_moment(reply.sent_at)),
        (_("State"), state_word(reply.state)),
        (_("Problem"), reply.error),
    )
    return _("Text out"), facts, reply.body


def _of_note(connection: Connection, note_id: int) -> _Whole:
    note = timeline.note_detail(connection, note_id)
    if note is None:
        raise NotFound(_("This note is not in the store."))
    return _("Note"), ((_("Written"), whole_moment(note.at)), (_("By"), note.by)), note.text


def _of_exchange(connection: Connection, entry: Any, now: datetime) -> _Whole:
    one = timeline.interaction_detail(connection, entry.source_id)
    if one is None:
        raise NotFound(_("This exchange is not in the store."))
    later = one.entered_at - one.happened_at >= ENTERED_LATER
    facts = (
        (_("When"), whole_moment(one.happened_at)),
        (_("Entered"), whole_moment(one.entered_at) if later else ""),
        (_("Recovered"), _("No webhook told of it; it was found in the carrier's list.") if one.recovered else ""),
        (_("Entered by"), one.entered_by or ""),
        (_("Reference"), one.reference),
        (_("Agent"), one.agent or ""),
        (_("Wrap-up"), named(one.disposition or "", one.other_disposition or "")[0]),
        (_("Length"), elapsed(one.duration) if one.duration else ""),
        (_("Interpreter"), interpreter_minutes.told(connection, one.id, now)),
        (_("Concerns"), one.concerned or one.concerned_name),
        (_("Attachments"), str(one.attachments or "")),
        *emergency_facts(connection, one.id),
        *_corrections(connection, Corrected(interaction_id=one.id)),
    )
    words = "\n\n".join(part for part in (one.text, one.note) if part)
    return _title(entry.kind, entry.channel, entry.direction, entry.state, _doors()), facts, words


def _corrections(connection: Connection, what: Corrected) -> tuple[tuple[str, str], ...]:
    """What each corrected field said before, until when and why, newest first.

    Another contact's name is not told: whoever reads this history has not opened theirs.
    """
    rows = corrections.history_of(connection, what)
    codes = timeline.disposition_names(connection, {row.before for row in rows if row.field == "disposition"})
    was = _("{field} was {before} until {when}, because {reason} ({by})")
    return tuple(
        (
            _("Corrected"),
            was.format(
                field=_field(row.field),
                before=_before(row, codes),
                when=whole_moment(row.at),
                reason=row.reason,
                by=row.by,
            ),
        )
        for row in rows
    )


def _field(name: str) -> str:
    """A corrected field as the operator knows it."""
    return {
        "disposition": _("Wrap-up"),
        "note": _("Note"),
        "contact_id": _("Contact"),
        "summary": _("Summary"),
        "details": _("Details"),
        "occurred": _("When it happens"),
        "place": _("Place"),
        "people": _("People affected"),
        "demand": _("What is asked of us"),
    }.get(name, name)


def _before(row: Any, codes: dict[str, str]) -> str:
    """What a field said, as far as it fits; of a contact only whether there was one."""
    words = row.before
    if row.field == "contact_id":
        return _("somebody else") if words else _("nobody by name")
    if row.field == "disposition":
        words = codes.get(words, words)
    if not words:
        return _("empty")
    return f"“{words}”" if len(words) <= SHOWN_BEFORE else f"“{words[:SHOWN_BEFORE]}…”"


def _row(row: tuple[Any, ...], doors: _Doors) -> TimelineRow:
    key, at, kind, channel, direction, state, case_number, summary, voicemail = row
    if kind == EntryKind.CASE:
        title = _("Case {number}").format(number=case_number)
    else:
        title = _title(kind, channel, direction, state, doors)
    return TimelineRow(
        entry_id=key,
        at=at,
        kind=EntryKind(kind),
        channel=Channel(channel) if channel else None,
        direction=Direction(direction) if direction else None,
        title=title,
        summary=summary or voicemail_words(voicemail),
        state=state,
        case_number=case_number,
    )


def _title(kind: str, channel: str | None, direction: str | None, state: str, doors: _Doors) -> str:
    """A line's bold words: `Call`, `Missed call`, `Text in`, `Letter out`, `Answer given`."""
    if kind == EntryKind.ANSWER:
        return _("Answer given")
    if channel is None:
        return _("Note")
    came, went = doors[Channel(channel)]
    if channel == Channel.VOICE and state in ("abandoned", "short-abandon", "closed", "overflow"):
        return _("Missed call")
    return went if direction == Direction.OUTBOUND or kind == EntryKind.REPLY else came


def _doors() -> _Doors:
    """Asked once for a page: looking a sentence up for every line would be felt."""
    return {
        Channel.VOICE: (_("Call"), _("Call out")),
        Channel.SMS: (_("Text in"), _("Text out")),
        Channel.WHATSAPP: (_("WhatsApp in"), _("WhatsApp out")),
        Channel.EMAIL: (_("E-mail in"), _("E-mail out")),
        Channel.WEB: (_("Web form in"), _("Web form out")),
        Channel.COUNTER: (_("Counter visit"), _("Counter visit out")),
        Channel.LETTER: (_("Letter in"), _("Letter out")),
        Channel.FAX: (_("Fax in"), _("Fax out")),
        Channel.TV: (_("TV in"), _("TV out")),
    }
