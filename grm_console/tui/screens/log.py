"""Entering what did not ring here: a visit, a letter, an e-mail, a call made from another telephone."""

import secrets
from collections.abc import Callable
from datetime import datetime

from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.spoken import channel_word
from grm_console.domain.case_form import limit_of
from grm_console.domain.moments import read_moment
from grm_console.domain.words import Channel, Direction
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField

DOORS = (
    Channel.COUNTER,
    Channel.LETTER,
    Channel.EMAIL,
    Channel.WEB,
    Channel.FAX,
    Channel.TV,
    Channel.VOICE,
    Channel.SMS,
    Channel.WHATSAPP,
)
"""In the order of the keys: first what never comes over a wire."""


class LogScreen(SmallFormScreen):
    """Asks by which door and when; the desk then works on it like on a call.

    `store` gets the entry and a key that names this submission, in a thread.
    """

    def __init__(
        self,
        words: dict[str, str],
        now: Callable[[], datetime],
        contact: tuple[int, str] | None,
        store: Callable[[NewEntry, str], int],
        then: Callable[[int], None],
    ) -> None:
        title = _("Log an exchange")
        if contact is not None:
            title = _("Log an exchange with {name}").format(name=printable(contact[1], limit=40))
        contact_id = contact[0] if contact is not None else None
        key = secrets.token_hex(8)  # tried again after a lost store, it is entered once
        super().__init__(
            title, entry_fields(), words, lambda typed: store(entry_of(typed, now(), contact_id=contact_id), key), then
        )


def entry_fields(door: Channel = Channel.COUNTER) -> tuple[FormField, ...]:
    """The fields that differ by door: everything else is the desk's one form."""
    doors = ChoiceField(tuple((channel.value, channel_word(channel)) for channel in DOORS))
    doors.load(door.value)
    ways = ChoiceField(
        ((Direction.INBOUND.value, _("They came to us")), (Direction.OUTBOUND.value, _("We went to them")))
    )
    when = LineField(placeholder=_("now, 09:15, yesterday 17:00, 21 Nov 09:15"))
    address = LineField(limit=limit_of("address"), placeholder=_("number, e-mail or postal address, if known"))
    reference = LineField(limit=limit_of("reference"), placeholder=_("the letter's own number, the e-mail's subject"))
    return (
        FormField("channel", _("Door"), doors),
        FormField("direction", _("Direction"), ways),
        FormField("happened_at", _("When it happened"), when),
        FormField("address", _("From or to"), address),
        FormField("reference", _("Reference"), reference),
        FormField("text", _("What was said or written"), LineField(limit=limit_of("text"))),
    )


def entry_of(typed: dict[str, str], now: datetime, *, contact_id: int | None = None) -> NewEntry:
    """The entry that was typed; raises InvalidInput if the moment cannot be read."""
    try:
        happened_at = read_moment(typed["happened_at"], now)
    except ValueError as error:
        raise InvalidInput({"happened_at": str(error)}) from None
    return NewEntry(
        channel=Channel(typed["channel"]),
        direction=Direction(typed["direction"]),
        happened_at=happened_at if typed["happened_at"] else None,
        address=typed["address"],
        reference=typed["reference"],
        text=typed["text"],
        contact_id=contact_id,
    )
