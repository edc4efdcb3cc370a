"""The digit that says which of several answers was meant."""

from grm_console.desk.replying.follow_ups import hand_over_choice
from grm_console.desk.replying.giving import give, may_be_given
from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.text_commands import read_choice
from grm_console.domain.text_rules import ANSWER
from grm_console.store import articles, asked_texts, text_questions, waiting_texts


def take_choice(text: Text) -> Verdict | None:
    """Give the answer that was chosen, if it still may be given; any other digit is for a person."""
    digit = read_choice(text.words)
    if digit is None or text.contact_point_id is None:
        return None
    connection = text.write.connection
    question = text_questions.open_one(connection, text.contact_point_id, text.write.now)
    if question is None or question.kind != text_questions.WHICH_ANSWER:
        return None
    asked = question.interaction_id
    if not waiting_texts.untouched(connection, asked):
        return None  # a person has seen to it meanwhile
    chosen = _chosen(text, question.options, digit, asked)
    if chosen is None:
        return hand_over_choice(text, question)
    text_questions.answer(connection, question.id, digit, text.write.now)
    waiting_texts.leave(connection, asked)
    text.write.changed("queue", asked)
    return Verdict(ANSWER, chosen.words, False, not_before=chosen.not_before, follows=asked, then=chosen.then)


def _chosen(text: Text, options: list[dict[str, float]], digit: int, asked: int) -> Verdict | None:
    """The verdict that tells what was chosen; None for a digit that nothing stands for, or what is told no more."""
    if not 1 <= digit <= len(options):
        return None
    option = options[digit - 1]
    row = articles.published_now(text.write.connection, int(option["text"]))
    if row is None or not may_be_given(text, row):
        return None
    query, _language = asked_texts.words_of(text.write.connection, asked)
    return give(text, row, rank=digit, confidence=option["score"], query=query)
