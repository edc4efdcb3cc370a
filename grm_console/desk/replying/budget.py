"""Budgets: of one number, so that two machines fall silent, and of each rule and the desk by the breaker."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.text_rules import ACKNOWLEDGEMENT
from grm_console.store import text_pauses


def stay_within(text: Text) -> Verdict | None:
    """Leave a text to people when its number has had enough of all automatic texts, or the breaker is open."""
    rules = text.desk.texts
    if text.grounds.replies >= max(rules.replies_per_number, rules.answers_per_number if rules.answers else 0):
        return Verdict("budget")
    return Verdict("budget") if is_paused(text, ACKNOWLEDGEMENT) else None


def spent(text: Text) -> bool:
    """Whether a number has had enough automatic texts for one that answers nothing."""
    return text.grounds.replies >= text.desk.texts.replies_per_number


def is_paused(text: Text, rule: str) -> bool:
    """Whether the breaker holds back everything that machines decide, or what this rule does."""
    if not text.grounds.paused:
        return False
    paused = {pause.kind for pause in text_pauses.in_force(text.write.ahead, text.write.now)}
    return bool(paused & {text_pauses.AUTOMATIC, rule})
