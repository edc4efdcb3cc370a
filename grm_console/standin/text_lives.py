"""The life of a text of the desk: its turn in the sender's queue, its states, the reports on them, its arrival."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

from grm_console.standin.message import Message
from grm_console.standin.opt_outs import is_toll_free
from grm_console.standin.rest_request import Refusal
from grm_console.standin.webhooks import Webhooks

_READ = 0.7
"""The share of texts over WhatsApp that are read while anybody looks."""
_LONGEST_QUEUE = 36_000.0
"""Seconds a text may wait for its turn (Twilio, ten hours); beyond it the sender is full (21611)."""
_OUTSIDE_WINDOW = 63016

Arrived = Callable[[Message, Random], None]


class TextLives:
    """All texts of the desk that are on their way."""

    def __init__(self, webhooks: Webhooks, arrived: Arrived) -> None:
        """`arrived` is told of each text that was delivered."""
        self._webhooks = webhooks
        self._arrived = arrived
        self._free_at: dict[str, float] = {}
        self._ending = asyncio.Event()

    @property
    def ending(self) -> bool:
        """Whether the simulation is to end, so that nobody begins anything."""
        return self._ending.is_set()

    def end(self) -> None:
        """Let everything that waits for something happen at once."""
        self._ending.set()

    def begin(self, message: Message, error: int, callback: str, draw: Random, sender: str = "") -> None:
        """Send a text on its way; it ends with `error`, or arrives. `sender` is known later if a service chooses it.

        Raises Refusal (21611) if the sender's queue is full.
        """
        wait = self._turn(message, sender or message.sender)
        self._webhooks.begin(self._live(message, error, callback, draw, wait, sender))

    async def pause(self, seconds: float) -> None:
        """Let so many simulated seconds pass, none if the simulation is to end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds / self._webhooks.pace):
                await self._ending.wait()

    def _turn(self, message: Message, sender: str) -> float:
        """Simulated seconds until the sender is free for it; it is taken until the text has gone."""
        now = asyncio.get_running_loop().time() * self._webhooks.pace
        begins = max(now, self._free_at.get(sender, now))
        if begins - now > _LONGEST_QUEUE:
            raise Refusal(429, 21611, "This 'From' number has exceeded the maximum number of queued messages")
        self._free_at[sender] = begins + max(message.segments, 1) / _segments_a_second(sender)
        return begins - now

    async def _live(self, message: Message, error: int, callback: str, draw: Random, wait: float, sender: str) -> None:
        if sender:
            await self.pause(0.2)
            message.sender = sender
            self._step(message, "queued", callback, draw)
        await self.pause(wait)
        message.sent = datetime.now(UTC)
        if error == _OUTSIDE_WINDOW:
            self._step(message, "failed", callback, draw, error)
            return
        self._step(message, "sending", callback, draw)
        await self.pause(draw.uniform(0.1, 0.5))
        self._step(message, "sent", callback, draw)
        await self.pause(draw.uniform(0.3, 3.0))
        if error:
            self._step(message, "undelivered", callback, draw, error)
            return
        self._step(message, "delivered", callback, draw)
        self._arrived(message, draw)
        if message.over_whatsapp and draw.random() < _READ:
            await self.pause(draw.uniform(1.0, 10.0))
            self._step(message, "read", callback, draw)

    def _step(self, message: Message, status: str, callback: str, draw: Random, error: int = 0) -> None:
        message.status, message.error, message.updated = status, error, datetime.now(UTC)
        if callback:
            self._webhooks.report(callback, message.fields(), draw)


def _segments_a_second(sender: str) -> float:
    """What a number may send (Twilio: long code 1, toll-free 3, short code 100, WhatsApp 80)."""
    if sender.startswith("whatsapp:"):
        return 80.0
    if not sender.startswith("+"):
        return 100.0
    return 3.0 if is_toll_free(sender) else 1.0
