"""To whom no machine writes: senders that are no persons, numbers that said STOP, countries off the list, old texts."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.opt_out import automatic_reply_allowed
from grm_console.domain.text_rules import country_allowed


def stay_silent(text: Text) -> Verdict | None:
    """Leave a text to people that no machine may answer."""
    own = frozenset({text.sender.number}) if text.grounds.own_line else frozenset[str]()
    allowed = (
        text.contact_point_id is not None
        and not text.event.too_old_to_answer(text.write.now)
        and automatic_reply_allowed(text.sender, own, text.recipient)
        and not text.grounds.opted_out
        and (not text.sender.number or country_allowed(text.sender.number, text.desk.texts.countries, text.desk.region))
    )
    return None if allowed else Verdict("sender")
