"""The machine that answers texts: asks the answer engine beside intake, and decides each text in one transaction."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grm_console.desk.actor import Actor
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.desk import Desk, record
from grm_console.desk.replying.answering import decide
from grm_console.desk.replying.carry_out import carry_out
from grm_console.desk.replying.text import language_to_answer_in
from grm_console.desk.text_intake import placed
from grm_console.domain.inbound import ANSWERED_WITHIN
from grm_console.domain.permissions import Act
from grm_console.errors import GrmError, StoreBusy
from grm_console.store import asked_texts, text_questions, waiting_texts
from grm_console.store.asked_texts import TakenText
from grm_console.store.store import Write

if TYPE_CHECKING:
    from grm_console.knowledge.entry import Hit

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1.5)
"""How old a text may be when the engine has answered; an older one is acknowledged without it."""
LEASE = timedelta(seconds=5)
"""After so long a text that was taken and not decided is taken by the next: who had it died."""
BATCH = 4
"""Texts taken at a time, so that several processes share them."""
MOST_TRIES = 3
"""So often a text that cannot be decided on is taken; then people have it without a reply."""
MOST_HITS = 12
_COMMITS = 3

Search = Callable[[str, str], "list[Hit]"]
"""The engine's hits for a text in a language."""


@dataclass(frozen=True, slots=True)
class _Found:
    hits: "list[Hit] | None"
    trouble: str = ""


class TextAnswerer:
    """Takes what waits for the engine and decides on it; several processes may do so at once, each text once."""

    def __init__(self, desk: Desk, actor: Actor, search: Search | None = None) -> None:
        """`search` stands for the engine of the desk's own answers."""
        self._desk = desk
        self._actor = actor
        self._search = search or self._engine(AnswerShelf(desk))
        # One thread: the engine's arithmetic must not crowd out the webhooks, however many texts wait.
        self._asking = ThreadPoolExecutor(1, "answer-engine")

    def warm(self) -> None:
        """Load the engine meanwhile, so that the first text is answered as fast as the others; returns at once."""
        self._asking.submit(self._warm).add_done_callback(_told)

    def answer(self) -> int:
        """Decide on what waits; gives how many. To be called again and again by one thread."""
        self._actor.require(Act.RECEIVE_EVENTS)
        now = self._desk.store.now()
        with self._desk.store.asking() as connection:
            if not asked_texts.wait(connection, now - LEASE):
                return 0
        with self._desk.store.writing() as write:
            taken = asked_texts.take(write.connection, write.now, write.now - LEASE, BATCH)
        for one in taken:
            try:
                self._settle(one)
            except GrmError as error:
                _log.warning("text answers: %s", error)
            except Exception:
                _log.exception("A text could not be decided on and is looked at again later")
        return len(taken)

    def close(self) -> None:
        """Let the search under way come to its end."""
        self._asking.shutdown(cancel_futures=True)

    def _settle(self, taken: TakenText) -> None:
        found = self._ask(taken)
        for left in reversed(range(_COMMITS)):
            try:
                with self._desk.store.writing() as write:
                    _decide(self._desk, write, self._actor, taken, found)
                return
            except StoreBusy:
                if not left:
                    raise

    def _ask(self, taken: TakenText) -> _Found:
        """What the engine finds for a text, if it finds it in time."""
        left = taken.asked_at + PATIENCE - self._desk.store.now()
        if left <= timedelta(0):
            return _Found(None, "slow")
        with self._desk.store.reading() as connection:
            words, known = asked_texts.words_of(connection, taken.interaction_id)
        search = self._asking.submit(self._search, words, language_to_answer_in(words, known or self._desk.language))
        try:
            return _Found(search.result(left.total_seconds()))
        except TooSlow:
            search.cancel()
            return _Found(None, "slow")
        except Exception:
            _log.exception("The answer engine failed; the text is acknowledged")
            return _Found(None, "failed")

    def _warm(self) -> None:
        with self._desk.store.reading() as connection:
            if not asked_texts.may_ask(connection, 0, None, 0).published:
                return  # what nobody can be answered with costs no memory
        self._search("Where can I ask a question?", self._desk.language)

    def _engine(self, shelf: AnswerShelf) -> Search:
        return lambda text, language: shelf.raw_search(self._actor, text, language, MOST_HITS)


def _decide(desk: Desk, write: Write, actor: Actor, taken: TakenText, found: _Found) -> None:
    """Decide on a text, once: its reply, whether it waits, and the record of it, in one transaction."""
    connection, key = write.connection, taken.interaction_id
    if not asked_texts.lock(connection, taken.id):
        return
    event = asked_texts.event_of(connection, key)
    confidence = found.hits[0].score if found.hits else None
    if event is None or taken.tries > MOST_TRIES or not waiting_texts.untouched(connection, key):
        outcome = "failed" if taken.tries > MOST_TRIES else "attended"
        waiting_texts.offer_from(connection, key, None)
    elif write.now - taken.asked_at > ANSWERED_WITHIN:
        outcome = "late"
        waiting_texts.offer_from(connection, key, None)
    else:
        text, _leads = placed(desk, write, actor, event, awaited=False)
        decision = decide(text, found.hits, found.trouble)
        verdict, outcome = decision.verdict, decision.outcome
        if text.contact_point_id is not None:
            _close_menu(write, text.contact_point_id, settled=not verdict.waits)
        if verdict.waits:
            waiting_texts.offer_from(connection, key, verdict.offered_from)
        else:
            waiting_texts.leave(connection, key)
        carry_out(text, verdict, key)
    asked_texts.settle(connection, taken.id, write.now, outcome, confidence)
    record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{key}", "answer engine", outcome)
    write.changed("queue", key)
    write.changed("interaction", key)


def _close_menu(write: Write, contact_point_id: int, *, settled: bool) -> None:
    """Whoever asks in other words makes no choice any more; with an answer, what the menu was for is settled too."""
    question = text_questions.open_one(write.connection, contact_point_id, write.now)
    if question is None or question.kind != text_questions.WHICH_ANSWER:
        return
    text_questions.answer(write.connection, question.id, 0, write.now)
    if settled:
        waiting_texts.leave(write.connection, question.interaction_id)
        write.changed("queue", question.interaction_id)


def _told(search: Future[None]) -> None:
    if not search.cancelled() and search.exception() is not None:
        _log.warning("The answer engine does not start: %s", search.exception())
