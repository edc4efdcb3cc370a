"""A small carrier that does what it is asked, and tells of it late, early, twice, in any order, or never."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from builders import call, call_status, conference, leg
from conftest import FixedClock

from grm_console.domain.call_legs import CALLER, read_label
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import CarrierError

AGAIN = 0.2
"""The share of callbacks that come twice."""


@dataclass
class Room:
    """The conference of one call; a new one is opened when everybody had left."""

    thread: str
    opened: int = 0
    told: int = 0
    inside: list[int] = field(default_factory=list)


class UnrulyCarrier:
    """Telephones ring, people pick up and hang up by chance; `under_way` is what nobody has heard of yet."""

    def __init__(self, chance: Random, clock: FixedClock) -> None:
        self.lost = 0.0
        """The share of callbacks that never come."""
        self.talked: set[str] = set()
        """Calls whose citizen and an operator hear each other, or did to the end."""
        self._chance = chance
        self._clock = clock
        self._alive: dict[str, tuple[str, int]] = {}
        self._ringing: set[str] = set()
        self._rooms: dict[str, Room] = {}
        self._steps: dict[str, int] = {}
        self.under_way: list[InboundEvent] = []

    def comes_in(self, sid: str) -> InboundEvent:
        """A citizen calls; their own request is answered at once."""
        self._alive[sid] = (sid, CALLER)
        return call(sid, happened_at=self._clock.moment)

    def happens(self) -> None:
        """Somebody picks up, lets it ring, or hangs up."""
        for sid in sorted(self._ringing):
            if self._chance.random() < 0.5:
                self._ringing.discard(sid)
                if self._chance.random() < 0.8:
                    self._leg(sid, "in-progress")
                    self._enters(sid)
                else:
                    self._ends(sid, "no-answer")
        living = sorted(self._alive.keys() - self._ringing)
        if living and self._chance.random() < 0.1:
            self._ends(self._chance.choice(living), "completed")

    def all_hang_up(self) -> None:
        """The end of the day."""
        for sid in sorted(self._alive):
            self._ends(sid, "no-answer" if sid in self._ringing else "completed")

    def heard(self, most: int) -> Iterator[InboundEvent]:
        """Up to so many callbacks, in any order; some are told again later, some are lost."""
        for _ in range(min(most, len(self.under_way))):
            event = self.under_way.pop(self._chance.randrange(len(self.under_way)))
            if self._chance.random() < self.lost:
                continue
            if self._chance.random() < AGAIN:
                self.under_way.append(event)
            yield event

    # What the desk asks for

    def ring(self, **asked: Any) -> str:
        read = read_label(asked["label"])
        assert read is not None
        thread, number = read
        sid = f"{thread}L{number}"
        self._alive[sid] = read
        self._ringing.add(sid)
        self._leg(sid, "initiated")
        self._leg(sid, "ringing")
        return sid

    def join(self, *, sid: str, **_: Any) -> None:
        self._need(sid)
        self._leaves(sid)
        self._enters(sid)

    def send(self, *, sid: str, step: str) -> None:
        self._need(sid)
        self._leaves(sid)
        if step == "silent":
            self._enters(sid)
        else:
            self.talked.discard(sid)

    def change_leg(self, *, sid: str, held: bool | None = None, muted: bool | None = None, **_: Any) -> None:
        self._need(sid)
        thread, number = self._alive[sid]
        if number not in self._room(thread).inside:
            raise CarrierError("It is not in it.", code=20404)
        for wanted, name in ((held, "hold"), (muted, "mute")):
            if wanted is not None:
                self._step(thread, f"participant-{'' if wanted else 'un'}{name}", number)

    def drop_leg(self, *, sid: str, **_: Any) -> None:
        self._ends(sid, "canceled" if sid in self._ringing else "completed")

    def end_conference(self, *, conference_sid: str) -> None:
        for sid, (thread, _) in sorted(self._alive.items()):
            room = self._room(thread)
            if conference_sid == f"CF{thread}-{room.opened}" and self._alive[sid][1] in room.inside:
                self._ends(sid, "completed")

    def end_call(self, sid: str) -> None:
        self._ends(sid, "completed")

    def send_text(self, sender: str, recipient: str, body: str) -> str:
        raise AssertionError("Nobody writes here.")

    def fetch_recording(self, url: str) -> tuple[str, bytes]:
        raise AssertionError("Nothing is recorded here.")

    # What follows

    def _need(self, sid: str) -> None:
        if sid not in self._alive:
            raise CarrierError("The call is over.", code=21220)

    def _room(self, thread: str) -> Room:
        return self._rooms.setdefault(thread, Room(thread))

    def _enters(self, sid: str) -> None:
        thread, number = self._alive[sid]
        room = self._room(thread)
        if not room.inside:
            room.opened, room.told = room.opened + 1, 0
        room.inside.append(number)
        self._step(thread, "participant-join", number)
        if len(room.inside) == 2:
            self._step(thread, "conference-start")
        if CALLER in room.inside and len(room.inside) > 1:
            self.talked.add(thread)

    def _leaves(self, sid: str) -> None:
        thread, number = self._alive[sid]
        room = self._room(thread)
        if number in room.inside:
            room.inside.remove(number)
            self._step(thread, "participant-leave", number)
            if not room.inside:
                self._step(thread, "conference-end")

    def _ends(self, sid: str, outcome: str) -> None:
        if sid not in self._alive:
            return
        self._leaves(sid)
        self._ringing.discard(sid)
        if self._alive[sid][1] == CALLER:
            self.under_way.append(call_status(sid, outcome, 9, happened_at=self._clock.moment))
        else:
            self._leg(sid, outcome)
        del self._alive[sid]

    def _leg(self, sid: str, state: str) -> None:
        thread, number = self._alive[sid]
        step = self._steps[sid] = self._steps.get(sid, -1) + 1
        self.under_way.append(leg(thread, number, state, sequence=step, happened_at=self._clock.moment))

    def _step(self, thread: str, step: str, number: int = 0) -> None:
        room = self._room(thread)
        room.told += 1
        told = conference(thread, step, number, room.told, happened_at=self._clock.moment)
        self.under_way.append(replace(told, sid=f"CF{thread}-{room.opened}"))
