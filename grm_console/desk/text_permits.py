"""Whether an operator's text may go to a contact point now, by which of our numbers, and what to think of before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.contact_views import Preferences
from grm_console.desk.desk import Desk
from grm_console.desk.outlook import begins_at
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.opt_out import automatic_reply_allowed
from grm_console.domain.reach import why_not
from grm_console.domain.text_failures import failure_of
from grm_console.domain.text_rules import country_allowed
from grm_console.domain.words import Channel
from grm_console.i18n import _
from grm_console.store import contact_book, contacts, conversations, text_state
from grm_console.store.intake import first_line

WHATSAPP_WINDOW = timedelta(hours=24)
"""How long after the citizen's last message WhatsApp takes free words (Twilio error 63016)."""

_PREFIXED = {AddressKind.WHATSAPP: "whatsapp", AddressKind.RCS: "rcs", AddressKind.MESSENGER: "messenger"}


@dataclass(frozen=True, slots=True)
class Permit:
    """The way a text would go, and what stands in it."""

    channel: Channel
    sender: str
    """Our number as the carrier wants it, with the channel's prefix."""
    recipient: str
    line: str
    """Our number alone."""
    blocked: str
    """A sentence; empty if the text may go."""
    warnings: tuple[str, ...]
    opted_out: bool


def permit_for(desk: Desk, connection: Connection, row: Any, now: datetime) -> Permit:
    """The permit of an exchange; `row` is `store.conversations.exchange`'s."""
    if row.contact_point_id is None:
        blocked = _("This number is withheld, so no text can go there.")
        return Permit(Channel.SMS, "", "", row.line, blocked, (), False)
    channel = conversations.channel_of(row.kind)
    line = row.line or conversations.last_line_of(connection, row.contact_point_id) or first_line(connection, None)
    prefix = _PREFIXED.get(AddressKind(row.kind), "")
    sender = f"{prefix}:{line}" if prefix and not line.startswith(f"{prefix}:") else line
    wishes = contacts.preference_row(connection, row.contact_id) if row.contact_id is not None else None
    opted_out = text_state.opted_out(connection, row.contact_point_id)
    warnings = []
    if wishes is not None and wishes.text_only:
        warnings.append(_("This contact is served in writing only: do not call."))
    unreached = text_state.unreached(connection, row.contact_point_id)
    if unreached is not None:
        told = _("Texts did not arrive here on {when}: {reason}")
        why = unreached.reason or failure_of(unreached.code).sentence()
        warnings.append(told.format(when=_moment(unreached.at), reason=why))
    quiet = begins_at(desk, connection, row.queue_id, now)
    if quiet is not None:
        told = _("Quiet hours until {time}: send only what cannot wait.")
        warnings.append(told.format(time=f"{quiet.astimezone():%H:%M}"))
    blocked = _blocked(desk, connection, row, line)
    if not blocked:
        blocked = why_not(channel, wishes or Preferences(), opted_out)
    if channel is Channel.WHATSAPP:
        last = conversations.last_came_by(connection, row.contact_point_id, Channel.WHATSAPP)
        closes = None if last is None else last + WHATSAPP_WINDOW
        if closes is None or closes <= now:
            blocked = blocked or failure_of(63016).sentence()
        else:
            warnings.append(_("The WhatsApp window closes at {time}.").format(time=f"{closes.astimezone():%H:%M}"))
    return Permit(channel, sender, row.address, line, blocked, tuple(warnings), opted_out)


def _blocked(desk: Desk, connection: Connection, row: Any, line: str) -> str:
    """Why this kind of address takes no text from us, or we have no number to send one from."""
    if not line:
        return _("No line of ours is known to send texts from. The administrator gives a queue its number.")
    address = read_address(row.address, desk.region)
    if not address.repliable:
        return _("This address takes no texts. Choose another way to reach them.")
    number = address.number
    if number and contact_book.is_own_line(connection, number):
        return _("This is our own number, so no text goes there.")
    if not automatic_reply_allowed(address, frozenset(), read_address(line, desk.region)):
        return _("No texts go to numbers of this kind, e.g. premium rate. Call instead.")
    if number and not country_allowed(number, desk.texts.countries, desk.region):
        return _("Texts may not go to this country. The administrator can allow it: GRM_TEXT_COUNTRIES.")
    return ""


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
