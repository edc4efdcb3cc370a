"""Group commit: a writer thread takes what is queued, one COMMIT makes it durable, then all are answered."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from zlib import crc32

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import Receipt, receive_all
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import StoreBusy, StoreError, StoreGone
from grm_console.store.store import is_lost_or_busy

_log = logging.getLogger(__name__)

BATCH = 256
"""Events in one transaction at most."""

MOST_WAITING = 10_000
"""Events queued at most, some seconds' work: what comes beyond is told to come again, or memory would run out."""

_TRIES = 3


_Answer = Future[Receipt]


@dataclass(slots=True)
class _Waiting:
    event: InboundEvent
    name: tuple[str, ...]
    answers: list[_Answer]
    """Of all requests that brought this event and were not told yet that it is begun."""
    begun: list[_Answer] = field(default_factory=list)


class GroupCommit:
    """Takes verified events from many requests and writes them together; an answer means it is on the disk.

    A bad event never takes its neighbours along. An event that is sent again while it still waits is written once, and
    all who brought it are answered: else a store that is slow would get slower by every impatient carrier. Start it
    with `start`, end it with `close`, which answers everything still queued.
    """

    def __init__(self, desk: Desk, actor: Actor, writers: int = 1) -> None:
        """So many `writers` take what waits, each the events of its own calls, which so stay in their order."""
        self._desk = desk
        self._actor = actor
        self._lanes: list[queue.SimpleQueue[_Waiting | None]] = [queue.SimpleQueue() for _ in range(writers)]
        self._known: dict[tuple[str, ...], _Waiting] = {}
        """What waits or is being written, by the event's name."""
        self._lock = threading.Lock()
        self._closed = False
        self.submitted = 0
        """Events queued so far."""
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name="group-commit", daemon=True) for lane in self._lanes
        ]

    def start(self) -> None:
        """Begin to write."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._closed = True
        for lane in self._lanes:
            lane.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, event: InboundEvent) -> "Future[Receipt]":
        """Queue an event; the future ends after the commit, or with the StoreError that refused it.

        Raises StoreBusy at once when too much is queued, as in a long outage.

        Whoever no longer waits may cancel it: an event not yet begun is then not written.
        """
        if self._closed:
            raise StoreGone("This process is ending. Send it again.")
        if sum(lane.qsize() for lane in self._lanes) >= MOST_WAITING:
            raise StoreBusy("Too much is waiting for the store. Send it again in a moment.")
        answer, name = _Answer(), _name(event)
        with self._lock:
            known = self._known.get(name)
            if known is not None:
                known.answers.append(answer)
            else:
                waiting = self._known[name] = _Waiting(event, name, [answer])
                self._lanes[crc32(":".join(name[:2]).encode("utf-8", "replace")) % len(self._lanes)].put(waiting)
            self.submitted += 1
        return answer

    def _run(self, lane: "queue.SimpleQueue[_Waiting | None]") -> None:
        open_for_more = True
        while open_for_more:
            first = lane.get()
            if first is None:
                return
            batch = [first]
            while len(batch) < BATCH and not lane.empty():
                item = lane.get()
                if item is None:
                    open_for_more = False
                    break
                batch.append(item)
            self._answer([item for item in batch if self._begin(item)])

    def _begin(self, item: _Waiting) -> bool:
        """Whether anybody still waits for it; what nobody waits for is not written."""
        with self._lock:
            item.begun = [answer for answer in item.answers if answer.set_running_or_notify_cancel()]
            item.answers.clear()
            if not item.begun:
                del self._known[item.name]
            return bool(item.begun)

    def _end(self, item: _Waiting, outcome: Receipt | Exception) -> None:
        with self._lock:
            del self._known[item.name]
        late = [answer for answer in item.answers if answer.set_running_or_notify_cancel()]
        for number, answer in enumerate((*item.begun, *late)):
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome if number == 0 else replace(outcome, fresh=False))

    def _answer(self, batch: list[_Waiting]) -> None:
        # The same order of locks in every process, whatever the order of arrival.
        batch.sort(key=lambda item: item.name)
        try:
            outcomes = self._retried(lambda: self._commit(batch))
        except Exception as error:  # one answer for every request, whatever went wrong
            known = isinstance(error, StoreError)
            refusal = error if known else StoreGone(f"The store failed: {type(error).__name__}.")
            if not known:
                _log.exception("A batch of %d events could not be written", len(batch))
            outcomes = [refusal] * len(batch)
        for item, outcome in zip(batch, outcomes, strict=True):
            self._end(item, outcome)

    def _commit(self, batch: list[_Waiting]) -> list[Receipt | Exception]:
        """Write all in one transaction; only if one of them fails, all again with a savepoint around each."""
        try:
            with self._desk.store.writing() as write:
                return list(receive_all(self._desk, write, self._actor, [item.event for item in batch]))
        except Exception as error:
            if isinstance(error, StoreError) or is_lost_or_busy(error):
                raise
        return self._commit_each(batch)

    def _commit_each(self, batch: list[_Waiting]) -> list[Receipt | Exception]:
        outcomes: list[Receipt | Exception] = []
        with self._desk.store.writing() as write:
            for item in batch:
                try:
                    with write.savepoint():
                        outcomes += receive_all(self._desk, write, self._actor, [item.event])
                except Exception as error:
                    if isinstance(error, StoreError) or is_lost_or_busy(error):
                        raise
                    _log.exception("An event of %s could not be written", item.event.provider)
                    outcomes.append(StoreGone(f"The event could not be written: {type(error).__name__}."))
        return outcomes

    @staticmethod
    def _retried(commit: Callable[[], list[Receipt | Exception]]) -> list[Receipt | Exception]:
        """Deadlocks and lost races end a whole transaction, which is idempotent: it is simply done again."""
        for _ in range(_TRIES - 1):
            try:
                return commit()
            except StoreBusy as error:
                _log.info("Writing a batch again: %s", error)
        return commit()


def _name(event: InboundEvent) -> tuple[str, ...]:
    """What tells an event from all others, its call's name first: the order in which locks are taken."""
    return (event.provider, event.parent or event.sid, event.sid, event.kind, event.discriminator)
