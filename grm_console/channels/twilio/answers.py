"""What the door answers, and how long it waits for the store before it does."""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from grm_console.channels.twilio.documents import TWIML
from grm_console.desk.group_commit import GroupCommit
from grm_console.desk.intake import Receipt
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import StoreBusy

_log = logging.getLogger(__name__)

STORE_SECONDS = 0.8
"""How long a request waits for a commit or a look; Twilio waits 15 s at most, the citizen hears silence meanwhile."""

_Found = TypeVar("_Found")


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


def twiml(document: bytes) -> Answer:
    """A document to follow."""
    return Answer(200, document, ((b"content-type", TWIML.encode()),))


def plain(status: int, sentence: bytes) -> Answer:
    """A sentence for whoever reads the carrier's log."""
    return Answer(status, sentence, ((b"content-type", b"text/plain; charset=utf-8"),))


class StoreInTime:
    """The store as a request may use it: it answers in STORE_SECONDS, or counts as busy."""

    def __init__(self, commits: GroupCommit) -> None:
        self._commits = commits

    async def take_in(self, event: InboundEvent) -> Receipt:
        """Wait for the event's commit; StoreBusy when it takes too long, though it may still be written later."""
        answer = asyncio.wrap_future(self._commits.submit(event))
        done, _ = await asyncio.wait((answer,), timeout=STORE_SECONDS)
        if not done:
            answer.add_done_callback(_late)
            raise StoreBusy("The store did not take the event in time. It is tried on; send it again.")
        return answer.result()

    async def look(self, read: Callable[[], _Found]) -> _Found:
        """Read in a thread; raises StoreError, StoreBusy when it takes too long."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await asyncio.to_thread(read)
        except TimeoutError:
            raise StoreBusy("The store did not answer in time. It is asked again.") from None


def _late(answer: "asyncio.Future[Receipt]") -> None:
    """Nobody waits for this answer any more; a failure is told here, once."""
    if not answer.cancelled() and (error := answer.exception()) is not None:
        _log.warning("An event was not written: %s", error)
