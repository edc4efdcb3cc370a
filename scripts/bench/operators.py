"""The operators of `calls.py`: real seats that do what operators do all day.

Only people are faster than life: how long somebody thinks, talks or writes is divided by the speed. The desk, its
store and the sender know nothing of that. In life each seat has a computer of its own; here a handful share a process,
so that what a program does once when it begins is not done fifty times beside the desk that is measured.
"""

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from grm_console.cli.opening import open_desk
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CallerCard
from grm_console.domain.words import AgentState, InteractionState, LegRole, LegState
from grm_console.errors import AlreadyClaimed, InvalidInput, StaleChange, StoreError
from grm_console.settings import read_settings
from grm_console.tui.watch import CALM, elsewhere, look, rest_after


@dataclass
class Shift:
    """What one operator does until the end of the shift, and what is noted of it."""

    name: str
    speed: float
    seconds: float
    """After which no call is answered any more."""
    talk: float
    queues: list[str]
    notes: list[dict[str, Any]] = field(default_factory=list)
    took: float = 0.0
    """Seconds of the latest look."""
    held: CallerCard | None = None
    """What the latest look showed at this seat."""

    def sit_down(self, desk: Desk) -> None:
        """Open the seat and look once, as a console does before its operator comes."""
        self.draw = Random(self.name)
        self.seat = Seat(desk, actor_named(desk, self.name))
        look(self.seat, 0)
        self.seat.wait_for_change(0)

    def run(self) -> None:
        """Come, work until all is done, and go."""
        self.ends = time.time() + self.seconds
        self._think(0, 60)  # a shift comes to its seats within a minute, not at the stroke of the clock
        self._work()
        self.seat.close()

    def _work(self) -> None:
        while True:
            try:
                self._look()
                if self.held is not None:
                    self._serve(self.held.interaction_id)
                elif time.time() >= self.ends and self.seat.calls.offered() is None:
                    self.seat.sign_out()
                    return
                else:
                    self._next()
            except StoreError as error:
                self._note("store", error=str(error))
            except (StaleChange, InvalidInput, AlreadyClaimed) as error:
                # The caller has hung up or a colleague was first: an operator reads the sentence and looks again.
                self._note("refused", error=str(error))

    def _next(self) -> None:
        """Take what is offered or rings, or wait for it."""
        seat = self.seat
        offer = seat.calls.offered()
        if offer is not None and not offer.accepted:
            seat.calls.accept(offer.transfer_id)
            self._note("accept", interaction=offer.interaction_id)
        if offer is not None:
            self._wait()
            return
        if seat.agent_status().state in (AgentState.AWAY, AgentState.SIGNED_OUT):
            seat.set_available()
        began = time.time()
        card = seat.ringing()
        ended = time.time()
        self.took = 2 * (ended - began)  # a console reads about as much again for its strip
        if card is None or card.entry_id is None:
            self._wait()
            return
        time.sleep(self.draw.uniform(0.5, 2) / self.speed)
        asked = time.time()
        try:
            seat.answer_next(card.entry_id)
        except AlreadyClaimed:
            self._note("late", look=[began, ended], interaction=card.interaction_id)
            return
        self._note("answer", look=[began, ended], interaction=card.interaction_id, ms=(time.time() - asked) * 1000)

    def _serve(self, key: int) -> None:
        """From the ring to the wrap-up, whatever comes between."""
        seat = self.seat
        while self._mine(key) and seat.agent_status().state is AgentState.RINGING:
            self._wait(held=key)
        try:
            if self._talks(key):
                self._talk(key)
        except (StaleChange, InvalidInput) as error:
            self._note("refused", error=str(error))
        if not self._mine(key):
            return
        if self._talks(key):
            seat.end(key)
            self._note("end", interaction=key)
        self._think(10, 30)
        seat.wrap_up(key, "informed", "")
        self._note("wrap-up", interaction=key)

    def _talk(self, key: int) -> None:
        seat, chance = self.seat, self.draw.random()
        if not self._speak(key, 10, 25):
            return
        if chance < 0.3:
            seat.calls.hold(key, True)
            self._note("hold", interaction=key)
            if self._speak(key, 5, 20):
                seat.calls.hold(key, False)
        elif chance < 0.5:
            self._consult(key)
        elif chance < 0.6:
            self._hand_over(key)
        elif chance < 0.65:
            seat.calls.to_queue(key, self.draw.choice(self.queues), "Somebody else knows better.")
            self._note("to queue", interaction=key)
        if self._mine(key):
            self._speak(key, self.talk * 0.5, self.talk * 1.5)

    def _consult(self, key: int) -> None:
        seat = self.seat
        department = next(p for p in seat.calls.directory("") if p.role is LegRole.DEPARTMENT)
        seat.calls.add(key, department, consult=True)
        self._note("consult", interaction=key)
        until = time.time() + 60 / self.speed
        while self._talks(key) and time.time() < until and not self._on_the_line(key):
            self._wait(held=key)
        if self._speak(key, 5, 20):
            seat.calls.together(key)
        if self._speak(key, 5, 20):
            line = seat.calls.line(key)
            leg = line.leg(LegRole.DEPARTMENT) if line is not None else None
            if leg is not None:
                seat.calls.drop(key, leg.number)

    def _hand_over(self, key: int) -> None:
        seat = self.seat
        free = [p for p in seat.calls.directory("") if p.role is LegRole.OPERATOR and p.free]
        if not free:
            return
        seat.calls.offer(key, self._one_of(free), "Please take over.")
        self._note("offer", interaction=key)
        until = time.time() + 60 / self.speed
        while self._talks(key) and time.time() < until:
            line = seat.calls.line(key)
            if line is None or line.transfer is None:
                break  # declined, or not picked up
            if line.transfer.accepted and sum(leg.state is LegState.JOINED for leg in line.legs) > 2:
                seat.calls.complete(key)
                self._note("complete", interaction=key)
                return
            self._wait(held=key)
        if self._talks(key):
            seat.calls.cancel(key)

    def _one_of(self, free: list[ThirdParty]) -> ThirdParty:
        return self.draw.choice(free)

    def _on_the_line(self, key: int) -> bool:
        line = self.seat.calls.line(key)
        leg = line.leg(LegRole.DEPARTMENT) if line is not None else None
        return leg is None or leg.state is LegState.JOINED

    def _speak(self, key: int, least: float, most: float) -> bool:
        """Let so many seconds pass by chance; whether the call still goes on with this operator."""
        until = time.time() + self.draw.uniform(least, most) / self.speed
        while (left := until - time.time()) > 0 and self._talks(key) and time.time() < self.ends:
            self._wait(left, key)
        return self._talks(key)

    def _think(self, least: float, most: float) -> None:
        time.sleep(self.draw.uniform(least, most) / self.speed)

    def _look(self) -> None:
        self.held = self.seat.current()

    def _mine(self, key: int) -> bool:
        return self.held is not None and self.held.interaction_id == key

    def _talks(self, key: int) -> bool:
        return self._mine(key) and self.held.state is InteractionState.TALKING  # type: ignore[union-attr]

    def _wait(self, most: float = 1.0, held: int = 0) -> None:
        """Until something changed that concerns whoever holds this exchange, as a console waits."""
        until = time.time() + min(most, CALM)
        while (left := until - time.time()) > 0:
            changes = self.seat.wait_for_change(left)
            time.sleep(min(rest_after(self.took), max(0.0, until - time.time())))
            if not held or not elsewhere(changes, held, self.seat.me.account_id):
                break
        self._look()

    def _note(self, what: str, **more: Any) -> None:
        self.notes.append({"what": what, "at": time.time(), "who": self.name, **more})


def work(shifts: Sequence[Shift], notes: Path, all_here: Barrier) -> None:
    """Sit down side by side, work once `all_here`, then write what was noted, one JSON object a line.

    They leave the processors to the desk where both want them.
    """
    os.nice(19)
    with open_desk(read_settings()).store as store:
        desk = Desk(store, "US", "en")
        for shift in shifts:
            shift.sit_down(desk)
        all_here.wait()
        seats = [threading.Thread(target=shift.run, name=shift.name) for shift in shifts]
        for seat in seats:
            seat.start()
        for seat in seats:
            seat.join()
    notes.write_text("".join(json.dumps(note) + "\n" for shift in shifts for note in shift.notes))
