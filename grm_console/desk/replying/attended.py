"""A text of a conversation that somebody is holding: a person answers, and needs no machine beside."""

from grm_console.desk.replying.text import Text, Verdict


def leave_to_person(text: Text) -> Verdict | None:
    """Be silent while an operator is exchanging texts with the number; the text becomes part of that exchange."""
    return Verdict("attended") if text.grounds.attended is not None else None
