"""The texts exchanged with a citizen, as one conversation: read, written to, taken back; with consent and attachments.

A text never tells who wrote it. Whose number is held by several sees only what belongs to the settled speaker, and
before that only the texts of the exchange itself, as with histories.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk import attachments, text_consent, writing
from grm_console.desk.actor import Actor
from grm_console.desk.answer_stops import warnings_for
from grm_console.desk.conversation_views import AttachmentLine, ConsentLog, Conversation, ConversationLine
from grm_console.desk.desk import Desk
from grm_console.desk.text_permits import permit_for
from grm_console.desk.views import AnswerFound
from grm_console.domain.addresses import read_address
from grm_console.domain.matching import rank_holders
from grm_console.domain.permissions import Act
from grm_console.domain.text_failures import failure_of
from grm_console.domain.words import Direction, OutboxState
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.store import attachments as files
from grm_console.store import contacts, conversations
from grm_console.text import mask_number

PAGE = 50


class Conversations:
    """What one operator reads and writes."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def of_interaction(self, interaction_id: int) -> Conversation:
        """The texts with whoever is on this exchange; for a call those with the caller's number. Raises NotFound."""
        self._actor.require(Act.OPEN_CONTACT)
        now = self._desk.store.now()
        with self._desk.store.reading() as connection:
            row = _exchange(connection, interaction_id)
            lines, older = self._page(connection, row, None, now)
            permit = permit_for(self._desk, connection, row, now)
            speaker = contacts.living_row(connection, row.contact_id) if row.contact_id is not None else None
            stopped = warnings_for(connection, row.contact_point_id, row.contact_id)
        address = read_address(row.address or row.sender, self._desk.region)
        shown = address.display or address.address
        line = read_address(permit.line, self._desk.region) if permit.line else None
        return Conversation(
            interaction_id=interaction_id,
            contact_point_id=row.contact_point_id,
            channel=permit.channel,
            address=mask_number(shown) if self._actor.masked else shown,
            who=speaker.name if speaker is not None else "",
            language=row.language,
            lines=lines,
            older=older,
            blocked=permit.blocked,
            warnings=(*stopped, *permit.warnings),
            opted_out=permit.opted_out,
            our_line=(line.display or permit.line) if line is not None else "",
        )

    def older(
        self, interaction_id: int, key: tuple[datetime, str]
    ) -> tuple[tuple[ConversationLine, ...], tuple[datetime, str] | None]:
        """The lines before a page, oldest first, and the key of what is older still."""
        self._actor.require(Act.OPEN_CONTACT)
        with self._desk.store.reading() as connection:
            return self._page(connection, _exchange(connection, interaction_id), key, self._desk.store.now())

    def start(self, contact_point_id: int, contact_id: int | None) -> int:
        """Begin a text exchange and hold it; gives its interaction. Raises InvalidInput, also while a call is on."""
        return writing.start(self._desk, self._actor, contact_point_id, contact_id)

    def write(
        self, interaction_id: int, text: str, *, key: str, found: tuple[AnswerFound, ...] = ()
    ) -> ConversationLine:
        """Send a text after the undo seconds; the same `key` again gives the same line. Raises InvalidInput.

        `found` are standard answers that were put into it: those it still tells are recorded as given.
        """
        return self._line_of(writing.write_text(self._desk, self._actor, interaction_id, text, key, found))

    def undo(self, outbox_id: int) -> str:
        """Take a text back that is not under way; gives its words. Raises InvalidInput once it is."""
        return writing.undo(self._desk, self._actor, outbox_id)

    def send_again(self, outbox_id: int) -> ConversationLine:
        """Send the words of a text once more that surely did not arrive. Raises InvalidInput if it may have."""
        return self._line_of(writing.send_again(self._desk, self._actor, outbox_id))

    # Attachments

    def ask_attachment(self, attachment_id: int) -> AttachmentLine:
        """Have an attachment fetched; a change of topic `attachment` tells when it is here."""
        return attachments.ask(self._desk, self._actor, attachment_id)

    def attachment(self, attachment_id: int) -> tuple[AttachmentLine, bytes]:
        """A fetched attachment with what is in it; on record. Raises InvalidInput as long as it is not here."""
        return attachments.open_one(self._desk, self._actor, attachment_id)

    def save_attachment(self, attachment_id: int, path: Path, *, overwrite: bool = False) -> None:
        """Write a fetched attachment to a file; on record. Raises InvalidInput (`path`, `attachment`)."""
        attachments.save(self._desk, self._actor, attachment_id, path, overwrite=overwrite)

    # Consent

    def consent(self, contact_point_id: int) -> ConsentLog:
        """Whether a number may be sent texts, and everything that led to it."""
        return text_consent.log_of(self._desk, self._actor, contact_point_id)

    def set_consent(self, contact_point_id: int, *, opted_out: bool, reason: str) -> ConsentLog:
        """Note what the citizen said about texts. Raises InvalidInput without a reason."""
        text_consent.set_consent(self._desk, self._actor, contact_point_id, opted_out, reason)
        return self.consent(contact_point_id)

    def lift_unreached(self, contact_point_id: int, reason: str) -> ConsentLog:
        """Let texts go again to a number the carrier called unreachable. Raises InvalidInput without a reason."""
        text_consent.lift_unreached(self._desk, self._actor, contact_point_id, reason)
        return self.consent(contact_point_id)

    def _page(
        self, connection: Connection, row: Any, before: tuple[datetime, str] | None, now: datetime
    ) -> tuple[tuple[ConversationLine, ...], tuple[datetime, str] | None]:
        seen = _seen(connection, row, now)
        if seen is None:
            return (), None
        came = conversations.came(connection, seen, before, PAGE + 1)
        went = conversations.went(connection, seen, before, PAGE + 1)
        with_files = files.of_exchanges(connection, [one.id for one in came if one.attachments])
        lines = [_in(one, with_files.get(one.id, [])) for one in came] + [_out(one, now) for one in went]
        lines.sort(key=_place, reverse=True)
        page = lines[:PAGE]
        older = (page[-1].at, page[-1].line_id) if len(lines) > PAGE else None
        return tuple(reversed(page)), older

    def _line_of(self, outbox_id: int) -> ConversationLine:
        with self._desk.store.reading() as connection:
            row = conversations.text_sent(connection, outbox_id)
        assert row is not None, "it was decided a moment ago"
        return _out(row, self._desk.store.now())


def _exchange(connection: Connection, interaction_id: int) -> Any:
    row = conversations.exchange(connection, interaction_id)
    if row is None:
        raise NotFound(_("This exchange is not in the store."))
    return row


def _seen(connection: Connection, row: Any, now: datetime) -> conversations.Seen | None:
    """Which texts this exchange may show; None for a withheld number."""
    if row.contact_point_id is None:
        return None
    members: list[int] = []
    if row.contact_id is not None:
        living = contacts.living_row(connection, row.contact_id)
        members = contacts.union_of(connection, row.contact_id if living is None else living.id)
    holders = rank_holders(contacts.holders_of(connection, row.contact_point_id), now)
    several = sum(match.current for match in holders) > 1
    return conversations.Seen(row.id, row.contact_point_id, members, nobodys=not several)


def _in(row: Any, attached: list[Any]) -> ConversationLine:
    return ConversationLine(
        line_id=f"in-{row.id}",
        at=row.at,
        direction=Direction(row.direction),
        text=row.text,
        by=row.by or "",
        automatic=False,
        state=None,
        problem="",
        attachments=tuple(attachments.view(one) for one in attached),
        recovered=row.recovered,
    )


def _out(row: Any, now: datetime) -> ConversationLine:
    state = OutboxState(row.state)
    return ConversationLine(
        line_id=f"out-{row.id}",
        at=row.at,
        direction=Direction.OUTBOUND,
        text=row.body,
        by="" if row.rule else row.by,
        automatic=bool(row.rule),
        state=state,
        problem=_problem(row, state),
        outbox_id=row.id,
        undo_until=row.not_before if state is OutboxState.PENDING and row.not_before > now else None,
        may_send_again=writing.may_send_again(row),
    )


def _problem(row: Any, state: OutboxState) -> str:
    if state is OutboxState.UNKNOWN:
        return _("Nobody can say whether it went out; it is not sent again by itself.")
    if state is OutboxState.PENDING and row.attempts and row.code:
        return failure_of(row.code).sentence()
    if state is OutboxState.FAILED:
        return failure_of(row.code).sentence() if row.code else row.error or failure_of(0).sentence()
    return ""


def _place(line: ConversationLine) -> tuple[datetime, str, int]:
    """The order of lines, the same as the store's: of one moment first what came in, each kind by its key."""
    kind, _dash, number = line.line_id.partition("-")
    return line.at, kind, int(number)
