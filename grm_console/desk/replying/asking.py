"""Questions for the answer engine: it takes too long to be asked while a webhook waits, so it is asked right after."""

from datetime import timedelta

from grm_console.desk.replying.budget import is_paused
from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.sentences import sentences
from grm_console.domain.small_talk import is_small_talk
from grm_console.domain.text_commands import read_choice
from grm_console.domain.text_rules import ANSWER
from grm_console.store import asked_texts

OFFERED_AFTER = timedelta(seconds=3)
"""From when a text is offered to people although nobody has decided on it: the web process may have died."""
MOST_WAITING = 40
"""Texts that wait for the engine, some 30 ms each, from which on a further one is acknowledged at once."""
LONGEST = 300
MOST_SENTENCES = 4
"""A text beyond these tells a story, which a person should read."""


def ask_engine(text: Text) -> Verdict | None:
    """Let the engine decide on what may be a question; until it has, the text waits, though nobody is offered it."""
    if not text.desk.texts.answers or text.event.recovered or text.contact_point_id is None:
        return None
    if not may_be_question(text.words) or text.event.media or is_paused(text, ANSWER):
        return None
    found = asked_texts.may_ask(text.write.ahead, text.contact_point_id, text.contact_id, MOST_WAITING)
    if not found.published or found.stopped or found.waiting >= MOST_WAITING:
        return None

    def ask(interaction_id: int, _reply: int | None) -> None:
        asked_texts.add(text.write.ahead, interaction_id, text.write.now)

    return Verdict("asked", offered_from=text.write.now + OFFERED_AFTER, then=ask)


def may_be_question(words: str) -> bool:
    """Whether words may ask something that a standard answer can answer: neither small talk nor a story."""
    words = words.strip()
    if not words or len(words) > LONGEST or len(sentences(words)) > MOST_SENTENCES:
        return False
    return not is_small_talk(words) and read_choice(words) is None
