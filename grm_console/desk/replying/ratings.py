"""A digit that rates our service, while we have asked for it; a low one is looked at by a person."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.text_commands import read_digit
from grm_console.domain.words import Harm
from grm_console.store import interactions, text_questions

LOW = 2
"""Ratings up to this make a task: the text waits at the desk, with what was rated."""
BEST = 5


def take_rating(text: Text) -> Verdict | None:
    """Keep a rating once, if one was asked for; thank for it."""
    digit = read_digit(text.words)
    if digit is None or digit > BEST or text.contact_point_id is None:
        return None
    question = text_questions.open_one(text.write.connection, text.contact_point_id, text.write.now)
    if question is None or question.kind != text_questions.RATING:
        return None
    text_questions.answer(text.write.connection, question.id, digit, text.write.now)
    if digit > LOW:
        return Verdict("rating", text_phrase("rated", text.reply_language), waits=False)

    def tell(interaction_id: int, _reply: int | None) -> None:
        told = f"Rated {digit} of {BEST}: exchange {question.interaction_id}"
        interactions.add_note(text.write.connection, interaction_id, told)

    return Verdict("rating", text_phrase("rated-low", text.reply_language), harm=Harm.NONE, then=tell)
