"""The words of unanswered questions as they may be shown: masked, and none where too few people asked."""

from typing import Any

from sqlalchemy import Connection

from grm_console.domain.masking import mask
from grm_console.domain.question_rank import may_show_words
from grm_console.store import proposals, unanswered

LONGEST = 300
"""Characters of one question that are shown."""


def masked_words(sample: Any) -> str:
    """A question of `unanswered.samples` on one line, without what tells whom it is about."""
    names = (sample.name, sample.other_name, sample.concerned_name, sample.about, sample.about_other)
    shown = mask(sample.words or "", [name for name in names if name])
    return " ".join(shown.split())[:LONGEST]


def topic_words(connection: Connection, group_id: int, fewest: int) -> str:
    """What a group asks, for everybody at the desk; empty where too few people asked."""
    row = proposals.one(connection, group_id)
    best = unanswered.samples(connection, group_id, 1)
    shown = row is not None and may_show_words(row.askers, reads_exchanges=False, fewest=fewest)
    return masked_words(best[0]) if best and shown else ""
