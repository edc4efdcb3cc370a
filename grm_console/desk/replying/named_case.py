"""A text that names a case is added to it, if its sender may; in any case a person reads it."""

from grm_console.desk.replying.budget import spent
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.text_commands import named_case
from grm_console.domain.text_rules import NOTED
from grm_console.domain.words import Confidentiality
from grm_console.store import case_status, cases


def add_to_case(text: Text) -> Verdict | None:
    """Note a text on the case it names. Only of whom is sure to write, on an open matter of their own, not sealed."""
    number = named_case(text.words)
    if number is None or text.contact_id is None:
        return None
    case = case_status.numbered(text.write.connection, number)
    if case is None or case.state != "open" or case.confidentiality != Confidentiality.OPEN:
        return None
    if not case_status.is_of(text.write.connection, case, text.contact_id):
        return None

    def note(interaction_id: int, _reply: int | None) -> None:
        cases.add_event(
            text.write.connection,
            case.id,
            "note",
            text.write.now,
            text.actor.account_id,
            note=text.words,
            detail={"interaction_id": interaction_id},
        )
        text.write.changed("case", case.id)

    words = "" if spent(text) else text_phrase("noted", text.reply_language, number=number)
    return Verdict(NOTED, words, then=note)
