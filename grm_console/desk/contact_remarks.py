"""What is said of a contact beside its fields: notes, flags with an end, and segments."""

from datetime import datetime, timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_change, opened
from grm_console.desk.contact_changes import tidy
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import contact_book, memberships

LONGEST_FLAG = 200
LONGEST_NOTE = 20_000
LONGEST_REASON = 200
FLAG_LASTS = timedelta(days=366)
"""The most; no flag is for ever."""


def note(desk: Desk, actor: Actor, contact_id: int, text: str) -> int:
    """Keep a note, which is a line of the history; gives its key. Raises InvalidInput if empty or too long."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    text = text.strip()
    if not text:
        raise InvalidInput({"text": _("Write the note, e.g. Interpreter booked for Friday.")})
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(
            {"text": _("Keep the note under {limit} characters, e.g. in two notes.").format(limit=LONGEST_NOTE)}
        )
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        key = contact_book.add_note(write.connection, living.id, text, write.now, actor.account_id)
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"note {key}")
        return key


def set_flag(desk: Desk, actor: Actor, contact_id: int, text: str, expires_at: datetime | None) -> int:
    """Set a flag that everybody who serves the contact sees until it expires; gives its key. Raises InvalidInput."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    text = tidy(text)
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        problems = {}
        if not text or len(text) > LONGEST_FLAG:
            problems["text"] = _(
                "Say in 1 to {limit} characters what everybody must know, e.g. Needs an interpreter."
            ).format(limit=LONGEST_FLAG)
        if expires_at is None or not write.now < expires_at <= write.now + FLAG_LASTS:
            problems["expires_at"] = _("Say when the flag ends, a year from now at the latest, e.g. in 30 days.")
        if problems or expires_at is None:
            raise InvalidInput(problems)
        key = contact_book.add_flag(write.connection, living.id, text, write.now, expires_at, actor.account_id)
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"flag {key}")
        return key


def lift_flag(desk: Desk, actor: Actor, flag_id: int) -> None:
    """End a flag now; one that has ended stays as it is. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        row = contact_book.flag(write.connection, flag_id)
        if row is None:
            raise NotFound(_("This flag is not in the store. Read the contact again."))
        living = opened(write.connection, actor, row.contact_id)
        if row.expires_at <= write.now:
            return
        contact_book.end_flag(write.connection, flag_id, write.now)
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"flag {flag_id} lifted")


def join_segment(
    desk: Desk, actor: Actor, contact_id: int, code: str, reason: str, expires_at: datetime | None = None
) -> None:
    """Put the contact into a segment, also one they left before. Raises InvalidInput naming what is missing."""
    _say_membership(desk, actor, contact_id, code, reason, expires_at, out=False)


def leave_segment(desk: Desk, actor: Actor, contact_id: int, code: str, reason: str) -> None:
    """The contact opts out of a segment: no file puts them back, only an operator can. Raises InvalidInput."""
    _say_membership(desk, actor, contact_id, code, reason, None, out=True)


def _say_membership(
    desk: Desk, actor: Actor, contact_id: int, code: str, reason: str, expires_at: datetime | None, *, out: bool
) -> None:
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    reason = tidy(reason)
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        segment = memberships.segment_coded(write.connection, code)
        problems = {}
        if segment is None:
            known = memberships.segment_codes(write.connection, write.now)[:5]
            problems["code"] = _("Choose one of the segments, e.g. {codes}.").format(
                codes=", ".join(known) or "retired"
            )
        if not reason or len(reason) > LONGEST_REASON:
            problems["reason"] = _("Say why in 1 to {limit} characters, e.g. asked for it on the phone.").format(
                limit=LONGEST_REASON
            )
        if expires_at is not None and expires_at <= write.now:
            problems["expires_at"] = _("Say a moment to come, e.g. in a year, or none.")
        if problems or segment is None:
            raise InvalidInput(problems)
        values = {
            "reason": reason,
            "since": write.now,
            "expires_at": expires_at,
            "opted_out_at": write.now if out else None,
        }
        memberships.write_membership(write.connection, living.id, segment.id, values)
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"segment {segment.id} {'left' if out else 'joined'}")
