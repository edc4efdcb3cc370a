"""Attachments of texts, and the files behind those that somebody wished to see."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from grm_console.domain.words import AttachmentStage, Confidentiality, Identification
from grm_console.store.tables import Attachment, CaseFile, Interaction, StoredFile
from grm_console.store.tables.columns import table_of

_attachment = table_of(Attachment)
_file = table_of(StoredFile)
_interaction = table_of(Interaction)
_case = table_of(CaseFile)

_LINES = (
    select(
        _attachment,
        _file.c.size,
        _interaction.c.provider,
        _interaction.c.sid,
        _interaction.c.happened_at,
        or_(
            func.coalesce(_interaction.c.identified, "") == Identification.ANONYMOUS.value,
            select(_case.c.id)
            .where(
                _case.c.interaction_id == _attachment.c.interaction_id,
                _case.c.confidentiality != Confidentiality.OPEN.value,
            )
            .correlate(_attachment)
            .exists(),
        ).label("sealed"),
    )
    .join_from(_attachment, _interaction, _interaction.c.id == _attachment.c.interaction_id)
    .join(_file, _file.c.digest == _attachment.c.digest, isouter=True)
)
"""Everything of an attachment but the file itself; its size once it is kept, and whether its matter is sealed."""


def add(connection: Connection, interaction_id: int, media: Sequence[tuple[str, str]]) -> None:
    """List the attachments of a text that came in, as (media type, address)."""
    rows = [
        {
            "interaction_id": interaction_id,
            "position": position,
            "media_type": media_type,
            "url": url,
            "stage": AttachmentStage.LISTED.value,
            "problem": "",
            "digest": None,
            "asked": 0,
            "settled_at": None,
        }
        for position, (media_type, url) in enumerate(media, 1)
    ]
    connection.execute(insert(_attachment), rows)


def of_exchanges(connection: Connection, interactions: Collection[int]) -> dict[int, list[Any]]:
    """The attachments of exchanges, each in its order."""
    if not interactions:
        return {}
    statement = _LINES.where(_attachment.c.interaction_id.in_(list(interactions)))
    found: dict[int, list[Any]] = {}
    for row in connection.execute(statement.order_by(_attachment.c.interaction_id, _attachment.c.position)):
        found.setdefault(row.interaction_id, []).append(row)
    return found


def line(connection: Connection, attachment_id: int) -> Any | None:
    """One attachment as `_LINES` tells it, or None."""
    return connection.execute(_LINES.where(_attachment.c.id == attachment_id)).one_or_none()


def ask(connection: Connection, attachment_id: int) -> int:
    """Note that an attachment was asked for; gives how often it was, this time counted."""
    statement = (
        update(_attachment)
        .where(_attachment.c.id == attachment_id)
        .values(stage=AttachmentStage.ASKED.value, problem="", asked=_attachment.c.asked + 1)
        .returning(_attachment.c.asked)
    )
    return int(connection.execute(statement).scalar_one())


def keep(
    connection: Connection, attachment_id: int, media_type: str, digest: str, content: bytes, at: datetime
) -> None:
    """Keep what was fetched; the same content twice is one file."""
    known = connection.execute(select(_file.c.digest).where(_file.c.digest == digest)).first()
    if known is None:
        connection.execute(insert(_file).values(digest=digest, size=len(content), content=content, kept_at=at))
    connection.execute(
        update(_attachment)
        .where(_attachment.c.id == attachment_id)
        .values(stage=AttachmentStage.KEPT.value, media_type=media_type, digest=digest, problem="", settled_at=at)
    )


def fail(connection: Connection, attachment_id: int, problem: str, at: datetime) -> None:
    """Keep why an attachment could not be fetched; it may be asked for again."""
    connection.execute(
        update(_attachment)
        .where(_attachment.c.id == attachment_id)
        .values(stage=AttachmentStage.FAILED.value, problem=problem, settled_at=at)
    )


def content_of(connection: Connection, digest: str) -> bytes | None:
    """A kept file's content."""
    found = connection.execute(select(_file.c.content).where(_file.c.digest == digest)).scalar_one_or_none()
    return None if found is None else bytes(found)
