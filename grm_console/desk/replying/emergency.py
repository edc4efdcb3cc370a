"""Danger to life in a text: the emergency number at once, and people alarmed, whatever the hour and the budget."""

from grm_console.desk.alerts import alert
from grm_console.desk.emergency_lines import ELSEWHERE, area_fits
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.emergency_words import tells_danger
from grm_console.domain.opt_out import automatic_reply_allowed
from grm_console.domain.permissions import Act
from grm_console.domain.words import Harm
from grm_console.i18n import _
from grm_console.store import emergency_lines

MOST_REPLIES = 50
"""Automatic texts to one number in 24 hours, whatever they were: beyond it two machines are talking."""

_NATIONAL = {"US": "911", "CA": "911", "CN": "110 / 119 / 120", "GB": "999", "AU": "000", "NZ": "111"}
"""Emergency numbers where the desk names none (national regulators); 112 elsewhere, which every GSM network knows."""


def answer_danger(text: Text) -> Verdict | None:
    """Answer with the number of the place, serve it before everything else, and alarm the supervisors."""
    if not tells_danger(text.words):
        return None
    own = frozenset({text.sender.number}) if text.grounds.own_line else frozenset[str]()
    may = (
        text.contact_point_id is not None
        and not text.event.too_old_to_answer(text.write.now)
        and not text.grounds.opted_out
        and text.grounds.replies < MOST_REPLIES
        and automatic_reply_allowed(text.sender, own, text.recipient)
    )
    words = text_phrase("emergency", text.reply_language, number=_number(text)) if may else ""

    def alarm(interaction_id: int, _reply: int | None) -> None:
        told = _("Danger to life in a text: exchange {number}, first in the queue.")
        alert(text.write, text.actor, Act.RECEIVE_EVENTS, told.format(number=interaction_id))

    return Verdict("emergency", words, harm=Harm.DANGER, then=alarm)


def _number(text: Text) -> str:
    """The number of the area that the text names, of everywhere else, or the country's."""
    lines = emergency_lines.lines_in_use(text.write.connection)
    named = sorted((line for line in lines if area_fits(line.area, text.words)), key=lambda line: -len(line.area))
    fitting = named or [line for line in lines if line.area == ELSEWHERE]
    return fitting[0].number if fitting else _NATIONAL.get(text.desk.region, "112")
