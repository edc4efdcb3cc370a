"""STOP, START and HELP: noted, and confirmed where nobody else does."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.opt_out import OptOut, automatic_reply_allowed, carrier_answers
from grm_console.store.intake import add_consent


def take_opt_out(text: Text) -> Verdict | None:
    """Note what the number wants of further texts; the carrier's own words are answered by the carrier.

    START from a number that had not stopped is a citizen's YES: a person reads it.
    """
    word = text.opt_out
    if word is None or text.contact_point_id is None:
        return None
    told = bool(text.event.opt_out)
    add_consent(
        text.write.connection,
        {
            "contact_point_id": text.contact_point_id,
            "word": word.value,
            "by_provider": told,
            "provider": text.event.provider,
            "sid": text.event.sid,
            "reason": "",
            "account_id": None,
            "at": text.event.received_at(text.write.now),
        },
    )
    if word is OptOut.START and not text.grounds.opted_out and not told:
        return Verdict("opt-out")
    return Verdict("opt-out", _confirmation(text, word, told), waits=False)


def _confirmation(text: Text, word: OptOut, told: bool) -> str:
    """What to say to it, once; nothing where somebody else answers or no machine may write."""
    if carrier_answers(text.words, text.line_kind, text.sender, told):
        return ""
    if text.event.too_old_to_answer(text.write.now):
        return ""
    own = frozenset({text.sender.number}) if text.grounds.own_line else frozenset[str]()
    if not automatic_reply_allowed(text.sender, own, text.recipient):
        return ""
    if word is OptOut.HELP and text.grounds.replies >= text.desk.texts.commands_per_number:
        return ""
    if word is OptOut.STOP and text.grounds.opted_out:
        return ""
    name = {OptOut.STOP: "stopped", OptOut.START: "started", OptOut.HELP: "help"}[word]
    return text_phrase(name, text.reply_language)
