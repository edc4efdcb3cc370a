"""Attachments of texts: listed when a text comes, fetched when an operator wishes, kept once by digest."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.conversation_views import AttachmentLine
from grm_console.desk.desk import Desk, record
from grm_console.desk.whole_file import whole_bytes
from grm_console.domain.media_types import suffix_of
from grm_console.domain.permissions import Act
from grm_console.domain.words import AttachmentStage, OutboxState
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.i18n import _
from grm_console.store import attachments, outbox
from grm_console.store.store import Write

MOST_BYTES = 20 * 1024 * 1024
"""More is not kept; the carriers themselves take 5 MB of an MMS and 16 MB by WhatsApp."""


def view(row: Any) -> AttachmentLine:
    """A row of the store as screens see it."""
    return AttachmentLine(
        attachment_id=row.id,
        name=f"text-{row.happened_at.astimezone():%Y%m%d-%H%M}-{row.id}{suffix_of(row.media_type)}",
        media_type=row.media_type,
        size=row.size,
        stage=AttachmentStage(row.stage),
        problem=row.problem,
        digest=row.digest or "",
    )


def ask(desk: Desk, actor: Actor, attachment_id: int) -> AttachmentLine:
    """Have an attachment fetched, once; gives it as it is then. What is kept or under way is not asked for again.

    Raises NotFound, and NotAllowed for what is sealed.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = _readable(write.connection, actor, attachment_id)
        if row.stage in (AttachmentStage.LISTED, AttachmentStage.FAILED):
            times = attachments.ask(write.connection, attachment_id)
            outbox.decide(
                write.connection,
                kind=outbox.FETCH_ATTACHMENT,
                decision=f"{attachment_id}:{times}",
                interaction_id=row.interaction_id,
                contact_point_id=None,
                provider=row.provider,
                answered_sid=row.sid,
                body="",
                by_document=False,
                state=OutboxState.PENDING,
                account_id=actor.account_id,
                at=write.now,
                detail={"attachment_id": attachment_id, "url": row.url},
            )
            purpose = f"interaction:{row.interaction_id}"
            record(write, actor, Act.TAKE_INTERACTION, f"attachment:{attachment_id}", purpose, "asked for")
            write.changed("outbox", row.interaction_id)
            row = attachments.line(write.connection, attachment_id)
        return view(row)


def open_one(desk: Desk, actor: Actor, attachment_id: int) -> tuple[AttachmentLine, bytes]:
    """An attachment with what is in it; on record.

    Raises NotFound, NotAllowed for what is sealed, InvalidInput (`attachment`) if it was not fetched yet.
    """
    return _taken(desk, actor, attachment_id, "looked at")


def save(desk: Desk, actor: Actor, attachment_id: int, path: Path, *, overwrite: bool = False) -> None:
    """Write an attachment to a file that only its owner may read; on record.

    Raises as `open_one`, and InvalidInput (`path`) if the file is there already or cannot be written.
    """
    actor.require(Act.TAKE_INTERACTION)
    with whole_bytes(path, overwrite=overwrite) as file:
        _line, content = _taken(desk, actor, attachment_id, "saved")
        file.write(content)


def fetched(write: Write, attachment_id: int, media_type: str, content: bytes) -> None:
    """Keep what the carrier gave; too much of it, or nothing, is refused and the problem says so."""
    if not content:
        failed(write, attachment_id, _("What came was empty. Try again, or ask the citizen to send it anew."))
    elif len(content) > MOST_BYTES:
        told = _("It is larger than {n} MB and was not kept. Ask for a smaller one.")
        failed(write, attachment_id, told.format(n=MOST_BYTES >> 20))
    else:
        digest = sha256(content).hexdigest()
        attachments.keep(write.connection, attachment_id, media_type, digest, content, write.now)
        write.changed("attachment", attachment_id)


def failed(write: Write, attachment_id: int, sentence: str) -> None:
    """Keep why it could not be fetched; it may be wished for again."""
    attachments.fail(write.connection, attachment_id, sentence, write.now)
    write.changed("attachment", attachment_id)


def _taken(desk: Desk, actor: Actor, attachment_id: int, how: str) -> tuple[AttachmentLine, bytes]:
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        row = _readable(connection, actor, attachment_id)
        content = attachments.content_of(connection, row.digest) if row.digest else None
    if content is None:
        raise InvalidInput({"attachment": _nothing_to_see(row)})
    with desk.store.writing() as write:
        purpose = f"interaction:{row.interaction_id}"
        record(write, actor, Act.TAKE_INTERACTION, f"attachment:{attachment_id}", purpose, how)
    return view(row), content


def _readable(connection: Connection, actor: Actor, attachment_id: int) -> Any:
    row = attachments.line(connection, attachment_id)
    if row is None:
        raise NotFound(_("This attachment is not in the store. Read the conversation again."))
    if row.sealed and not actor.may(Act.SEE_CONFIDENTIAL_CASES):
        raise NotAllowed(_("This attachment is sealed: the matter is confidential. Ask a supervisor."))
    return row


def _nothing_to_see(row: Any) -> str:
    match AttachmentStage(row.stage):
        case AttachmentStage.ASKED:
            return _("It is on its way. Try again in a few seconds.")
        case AttachmentStage.FAILED:
            return str(row.problem)
        case _:
            return _("It is not here yet. Fetch it first (Enter).")
