"""Where a text to the citizen is written: Enter sends it, ctrl+J begins a new line."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from grm_console.domain.sms import SmsEncoding, segments
from grm_console.domain.words import Channel
from grm_console.i18n import _
from grm_console.tui.widgets.text_fields import WordsField

LONGEST = 1600
"""Characters of one text, whatever its alphabet (Twilio error 21617)."""


class Composer(WordsField):
    """A field of some lines; its screen is asked to send what stands in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,ctrl+enter", "new_line", "New line", show=False),
    ]

    @dataclass
    class SendWanted(Message):
        """The words are to go out."""

        text: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(limit=LONGEST, placeholder=_("Write to the citizen; Enter sends it."), id=id)

    async def _on_key(self, event: events.Key) -> None:
        # A binding would come too late: a field of several lines takes Enter for itself.
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()

    def action_send(self) -> None:
        """Ask for the words to be sent."""
        if self.text.strip():
            self.post_message(self.SendWanted(self.text.rstrip()))

    def action_new_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")


def length_words(text: str, channel: Channel) -> str:
    """What a text costs: alphabet, characters of those that fit, messages; WhatsApp counts none."""
    if channel is Channel.WHATSAPP:
        return _("{count} of {most} characters").format(count=len(text), most=LONGEST)
    taken = segments(text)
    single, several = (160, 153) if taken.encoding is SmsEncoding.GSM_7 else (70, 67)
    room = single if taken.parts <= 1 else several * taken.parts
    told = _("{count}/{room} · 1 message") if taken.parts <= 1 else _("{count}/{room} · {n} messages")
    return f"{taken.encoding.value} " + told.format(count=taken.characters, room=room, n=taken.parts)
