"""Budgets: of one number, so that two machines fall silent, and of each rule and the desk by the breaker."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.text_rules import ACKNOWLEDGEMENT
from grm_console.store import text_pauses


def stay_within(text: Text) -> Verdict | None:
    """Leave a text to people when its number has had enough automatic texts, or the breaker is open."""
    if text.grounds.replies >= text.desk.texts.replies_per_number:
        return Verdict("budget")
    if not text.grounds.paused:
        return None
    paused = {pause.kind for pause in text_pauses.in_force(text.write.connection, text.write.now)}
    return Verdict("budget") if paused & {text_pauses.AUTOMATIC, ACKNOWLEDGEMENT} else None
