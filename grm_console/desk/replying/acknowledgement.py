"""The acknowledgement: that it came, that a machine says so, and when a person may be expected."""

from grm_console.desk.outlook import outlook
from grm_console.desk.phrases import spoken_moment
from grm_console.desk.replying.budget import spent
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import is_written, text_phrase
from grm_console.domain.text_rules import ACKNOWLEDGEMENT


def acknowledge(text: Text) -> Verdict:
    """Say that a person will read it, and honestly when: open, crowded, or closed until a moment.

    In the language of the text; in both of the desk's where there is no sentence in it. Silence once its number has
    had enough automatic texts.
    """
    if spent(text):
        return Verdict("budget")
    # How crowded it is is remembered for some seconds: the neighbours in this transaction need not be written for it.
    desk, connection, now, language = text.desk, text.write.ahead, text.write.now, text.reply_language
    seen = outlook(desk, connection, text.queue_id, now)
    opens_at = seen.opening.opens_at
    if not seen.opening.open and opens_at is not None:
        when = spoken_moment(opens_at.astimezone(seen.zone), now.astimezone(seen.zone), language)
        words = text_phrase("closed", language, when=when)
    else:
        words = text_phrase("crowded" if seen.crowded else "acknowledgement", language)
    if not is_written("acknowledgement", language):
        words = text_phrase("bilingual", desk.language)
    return Verdict(ACKNOWLEDGEMENT, words, not_before=text.goes_out_at)
