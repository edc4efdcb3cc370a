"""What counts as a question without a good answer, and keeping it.

- A **text** that the machine could only acknowledge, since the engine was not sure of any answer, or whose automatic
  answer the citizen refused. Complaints, danger to life, small talk and words that say next to nothing are none.
- A **search** of an operator in an exchange that was wrapped up with no answer given (`settled_searches` says which of
  her keystrokes make a search); kept once, with the wrap-up.
- An answer **refused**: an operator called it not helpful.

None of them counts, or counts any longer, once its exchange had a standard answer that helped or opened a case: then
the matter was one for a department, not for the knowledge base. A reply in an operator's own words is no standard
answer.
Who asks is the contact point, else the contact; all others together count as one asker.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.complaint_words import is_complaint
from grm_console.domain.emergency_words import tells_danger
from grm_console.domain.permissions import Act
from grm_console.domain.small_talk import is_small_talk
from grm_console.domain.words import AskedBy
from grm_console.store import accounts, unanswered
from grm_console.store.store import Write
from grm_console.text import ELLIPSIS

KEPT_FOR = timedelta(days=120)
"""After so long a question is forgotten; an answer's effect looks back four weeks before it and four after."""
FIRST_LOOK = timedelta(days=28)
"""How far the first look goes back."""
OVERLAP = timedelta(hours=1)
"""How far each look goes back behind the last one: a slow transaction may have been under way."""
STILL_OPEN = timedelta(days=14)
"""For so long a question is dropped when its exchange has an answer or a case after all."""
_LOOKED = "questions-looked-until"
_FEWEST_TERMS = 2


def keep_searches(write: Write, exchange: Any, searches: Iterable[str]) -> None:
    """Keep what was searched for in an exchange that ends now, unless it had an answer or opened a case."""
    own = " ".join(exchange.text.split())
    # The desk searches by itself for the words of a text; those are kept as a text.
    said = [words for words in searches if not own or not own.startswith(words.removesuffix(ELLIPSIS))]
    if not said or unanswered.is_settled(write.connection, exchange.id):
        return
    unanswered.add(
        write.connection,
        (
            {
                "source": f"{AskedBy.SEARCH.value}:{exchange.id}:{number}",
                "asked_by": AskedBy.SEARCH.value,
                "at": write.now,
                "interaction_id": exchange.id,
                "contact_point_id": exchange.contact_point_id,
                "contact_id": exchange.contact_id,
                "words": words,
                "language": exchange.language,
            }
            for number, words in enumerate(said)
        ),
    )


def collect(desk: Desk, actor: Actor) -> int:
    """Find the texts and refused answers of since the last look, and drop what is settled or old; gives how many came.

    Doing it twice keeps nothing twice.
    """
    actor.require(Act.GROUP_QUESTIONS)
    now = desk.store.now()
    with desk.store.reading() as connection:
        noted = accounts.mark(connection, _LOOKED)
        since = datetime.fromisoformat(noted) - OVERLAP if noted else now - FIRST_LOOK
        texts = unanswered.acknowledged_texts(connection, since)
        refused = unanswered.refused_answers(connection, since)
    rows = [as_question(AskedBy.TEXT, row, row.id) for row in texts if _is_question(row.words)]
    rows += [as_question(AskedBy.REFUSED, row, row.interaction_id) for row in refused if _says_something(row.words)]
    with desk.store.writing() as write:
        unanswered.add(write.connection, rows)
        unanswered.forget_settled(write.connection, now - STILL_OPEN)
        unanswered.forget_before(write.connection, now - KEPT_FOR)
        accounts.set_mark(write.connection, _LOOKED, now.isoformat())
    return len(rows)


def as_question(kind: AskedBy, found: Any, interaction_id: int | None) -> dict[str, Any]:
    """A text, or a refused answer, as the store keeps it as a question."""
    return {
        "source": f"{kind.value}:{found.id}",
        "asked_by": kind.value,
        "at": found.at,
        "interaction_id": interaction_id,
        "contact_point_id": found.contact_point_id,
        "contact_id": found.contact_id,
        "verdict_id": found.id if kind is AskedBy.REFUSED else None,
        "language": found.language,
    }


def _is_question(words: str) -> bool:
    return not (is_small_talk(words) or is_complaint(words) or tells_danger(words)) and _says_something(words)


def _says_something(words: str) -> bool:
    """Whether it holds enough words to be told from other questions."""
    from grm_console.knowledge.analyse import analyse

    return len({term for term in analyse(words) if len(term) > 1}) >= _FEWEST_TERMS
