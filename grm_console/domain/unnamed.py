"""What a contact is called whose name nobody has asked for yet: by an address, else by the door and the day.

These names are kept with the contact, so they are in one language whoever reads them: `is_unnamed` knows them again.
"""

import re
from datetime import date

from grm_console.domain.addresses import Address, AddressKind
from grm_console.domain.words import Channel, Direction

_DOORS = {
    Channel.VOICE: "call",
    Channel.SMS: "text",
    Channel.WHATSAPP: "WhatsApp",
    Channel.EMAIL: "e-mail",
    Channel.WEB: "web form",
    Channel.COUNTER: "counter",
    Channel.LETTER: "letter",
    Channel.FAX: "fax",
    Channel.TV: "TV",
}
_UNNAMED = re.compile(r"(?:Caller|Visitor|Sender|Recipient)(?:, number withheld|,? .*[0-9@].*)", re.DOTALL)


def unnamed(channel: Channel, direction: Direction, address: Address, entered_on: date | None) -> str:
    """The name of somebody nobody has named.

    `entered_on` is the local day of an exchange that was entered by hand, where no address means that none is known;
    None for what came by a line, where it means that the number was withheld.
    """
    if address.number:
        return f"Caller {address.display}"
    if entered_on is None and address.kind is AddressKind.WITHHELD:
        return "Caller, number withheld"
    if direction is Direction.OUTBOUND:
        who = "Recipient"
    else:
        who = {Channel.VOICE: "Caller", Channel.COUNTER: "Visitor"}.get(channel, "Sender")
    if address.kind is not AddressKind.WITHHELD:
        return f"{who} {address.display or address.address}"
    return f"{who}, {_DOORS[channel]} {entered_on:%d %b}"


def is_unnamed(name: str) -> bool:
    """Whether a name is one that `unnamed` gives: a person's own has neither figures nor an at sign."""
    return _UNNAMED.fullmatch(name) is not None
