"""A text as intake has placed it, and what the rules make of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.outlook import begins_at
from grm_console.desk.phrases import language_of_text
from grm_console.domain.addresses import Address
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.opt_out import LineKind, OptOut
from grm_console.domain.text_language import may_be_written_in, written_language
from grm_console.domain.words import Harm
from grm_console.store.reply_grounds import ReplyGrounds
from grm_console.store.store import Write


@dataclass(frozen=True, slots=True)
class Text:
    """A text before it is written down, with all that the rules may ask."""

    desk: Desk
    write: Write
    actor: Actor
    event: InboundEvent
    sender: Address
    recipient: Address
    contact_point_id: int | None
    """None for a withheld sender."""
    contact_id: int | None
    """The number's one and only holder; None if nobody is sure to write."""
    language: str
    """The contact's own, else as the words look; empty if neither tells."""
    queue_id: int | None
    line_kind: LineKind
    opt_out: OptOut | None
    """What the whole of it asks about further texts, in its words or by the carrier's."""
    grounds: ReplyGrounds
    awaited: bool = True
    """Whether its webhook is still to be answered, so that a reply may go with that answer."""

    @property
    def words(self) -> str:
        """What was written."""
        return self.event.text

    @property
    def reply_language(self) -> str:
        """The language to answer in: that of the words, else the contact's, else the desk's."""
        return language_to_answer_in(self.event.text, self.language or self.desk.language)

    @property
    def goes_out_at(self) -> datetime | None:
        """When a reply may go out; None for at once."""
        if self.desk.texts.answers_at_night:
            return None
        return begins_at(self.desk, self.write.ahead, self.queue_id, self.write.now)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done about a text."""

    rule: str
    words: str = ""
    """The reply; empty for silence."""
    waits: bool = True
    """Whether a person is still to see it."""
    harm: Harm = Harm.NONE
    not_before: datetime | None = None
    """When the reply goes out; None for at once, with the webhook's own answer."""
    offered_from: datetime | None = None
    """From when a text that waits is offered to people; None for at once."""
    follows: int | None = None
    """The exchange of which the text becomes a part, in place of waiting by itself."""
    then: Callable[[int, int | None], None] | None = None
    """What else is to be written once the text is: it gets the exchange and the reply's row, if there is one."""


def language_to_answer_in(words: str, otherwise: str) -> str:
    """The language of the words, else the one known of their writer or the desk's own if they may be written in it."""
    written = written_language(words) or language_of_text(words, "")
    if written:
        return written
    return otherwise if may_be_written_in(words, otherwise) else "en"


Rule = Callable[[Text], Verdict | None]
"""Decides about a text, or leaves it to the rules after it."""
