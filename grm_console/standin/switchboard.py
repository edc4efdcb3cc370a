"""What all calls share: the account's calls, conferences, queues, numbers and recordings, and who can be reached."""

import asyncio
from collections.abc import Coroutine, Mapping
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

from grm_console.standin.call import Call, Source, StatusCallback
from grm_console.standin.conference import Conferences, Entry
from grm_console.standin.detection import Detection
from grm_console.standin.numbers import IncomingNumbers
from grm_console.standin.phones import Habit, Phones, Pickup
from grm_console.standin.queue import Queue
from grm_console.standin.recordings import Recordings
from grm_console.standin.script import Script
from grm_console.standin.verbs import Walk
from grm_console.standin.webhooks import Tell, Webhooks

KEPT = 5000
"""Calls that are over and can still be asked for."""


class Switchboard:
    """The carrier's side of every call; the same seed draws the same people and SIDs."""

    def __init__(
        self,
        webhooks: Webhooks,
        script: Script,
        phones: Phones,
        tell: Tell,
        *,
        seed: str,
        pace: float,
        presses: Mapping[str, tuple[str, ...]],
        in_service: frozenset[str] = frozenset(),
    ) -> None:
        """`presses` are keys that every citizen presses, by question; they win over the script's.

        `in_service` are the lines in a Messaging Service with Advanced Opt-Out.
        """
        self._seed = seed
        self.webhooks = webhooks
        self.phones = phones
        self.tell = tell
        self.pace = pace
        self.recordings = Recordings(webhooks)
        self.conferences = Conferences(webhooks, self.recordings, self.draw("conferences"))
        self.numbers = IncomingNumbers(script.lines, in_service, webhooks.public_base_url)
        self.queues: dict[str, Queue] = {}
        self.calls: dict[str, Call] = {}
        self._script = script
        self._presses = presses
        self._rung = 0
        self._ended = False
        self._legs: set[asyncio.Task[None]] = set()

    def draw(self, name: str, number: int = 0) -> Random:
        """A source of chance of its own for everything that is drawn."""
        return Random(f"{self._seed}/{name}/{number}")  # noqa: S311 - play, no secret

    def queue(self, name: str) -> Queue:
        """The queue of this name, made on demand."""
        if name not in self.queues:
            sid = f"QU{self.draw(f'queue {name}').getrandbits(128):032x}"
            self.queues[name] = Queue(sid, name, self.pace)
        return self.queues[name]

    async def come_in(self, draw: Random, caller: str, language: str, line: str) -> None:
        """A citizen calls a line of ours: the whole call, from ring to end; nobody does any more after the end."""
        if self._ended:
            return
        self.phones.meet(caller)
        manner = self.phones.citizen(self._script.opening(language, draw), draw)
        call = Call(self, draw, manner, caller, line, keys=self._keys(language, draw))
        self._keep(call)
        values = self.numbers.known[line].values
        report = StatusCallback(values["status_callback"], frozenset({"completed"}))
        await call.come_in(values["voice_url"], values["voice_fallback_url"], report)

    def ring(self, sender: str, recipient: str, seconds: float, report: StatusCallback, source: Source) -> Call:
        """Ring a telephone for so many seconds; whoever answers hears what `source` gives."""
        call, pickup = self._made(sender, recipient)
        self._start(call.go_out(pickup, seconds, report, source))
        return call

    def ring_into(
        self,
        name: str,
        entry: Entry,
        sender: str,
        recipient: str,
        seconds: float,
        report: StatusCallback,
        detection: Detection,
    ) -> Call:
        """Ring a telephone; whoever answers enters the conference of this name."""
        conference = self.conferences.open(name, entry)
        call, pickup = self._made(sender, recipient)
        conference.dialled[call.sid] = entry.label

        async def joining(walk: Walk) -> ET.Element | None:
            conference.dialled.pop(call.sid, None)
            return await walk.enter(name, entry)

        async def ringing() -> None:
            await call.go_out(pickup, seconds, report, joining, detection)
            if not call.was_answered:
                conference.never_joined(call, entry.label, call.state)

        self._start(ringing())
        return call

    def end(self) -> None:
        """Cut every call that still lives, and let none begin: who was about to call would talk on by themselves."""
        self._ended = True
        for call in self.live():
            call.hang_up("the simulation ends")

    async def close(self) -> None:
        """End, and wait until every call is over."""
        self.end()
        if self._legs:
            await asyncio.wait(self._legs)

    def live(self) -> list[Call]:
        """The calls that are not over."""
        return [call for call in self.calls.values() if not call.over]

    def _made(self, sender: str, recipient: str) -> tuple[Call, Pickup]:
        self._rung += 1
        draw = self.draw("phone", self._rung)
        language = draw.choice(("en", "zh"))
        pickup = self.phones.pick_up(recipient, self._script.opening(language, draw), draw)
        keys = self._keys(language, draw) if pickup.habit is Habit.CITIZEN else {}
        call = Call(self, draw, pickup.manner, sender, recipient, outbound=True, keys=keys)
        self._keep(call)
        return call, pickup

    def _keys(self, language: str, draw: Random) -> dict[str, list[str]]:
        return {name: list(keys) for name, keys in {**self._script.keys(language, draw), **self._presses}.items()}

    def _keep(self, call: Call) -> None:
        self.calls[call.sid] = call
        if self._ended:
            call.hang_up("the simulation ends")
        while len(self.calls) > KEPT and (oldest := next(iter(self.calls.values()))).over:
            del self.calls[oldest.sid]

    def _start(self, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(life)
        self._legs.add(task)
        task.add_done_callback(self._legs.discard)
