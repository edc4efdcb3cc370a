"""Whatever operators do while callbacks come late, early, twice, in any order or never: all ends right."""

from contextlib import suppress
from random import Random

from builders import all_rows, found_town, put, staff, take_in, take_in_together
from conftest import FixedClock
from unruly_carrier import UnrulyCarrier

from grm_console.desk.actor import Actor
from grm_console.desk.call_failures import end_lost_legs, give_up_rings
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.leaving import leave_where_sure
from grm_console.desk.offer_ends import give_up_offers
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.domain.words import AgentState, InteractionState, LegRole
from grm_console.errors import AlreadyClaimed, InvalidInput, NotAllowed, StaleChange
from grm_console.store import tables, timeline

CALLS, MOMENTS, SEED = 12, 40, 10
FIRE = ThirdParty(LegRole.DEPARTMENT, "fire", "Fire brigade", "", "")


class Town:
    """One desk with three operators, its web process, and a carrier nobody can rely on."""

    def __init__(self, desk: Desk, web: Actor, clock: FixedClock, chance: Random) -> None:
        self.desk, self.web, self.clock, self.chance = desk, web, clock, chance
        self.carrier = UnrulyCarrier(chance, clock)
        self.seats = {name: Seat(desk, staff(desk, name)) for name in ("mei", "ana", "ben")}

    def lives(self) -> None:
        """A moment: somebody acts, the web process does its rounds, some callbacks come."""
        name = self.chance.choice(sorted(self.seats))
        # A refusal is a sentence on the screen, and the operator looks again.
        with suppress(InvalidInput, StaleChange, AlreadyClaimed, NotAllowed):
            self.acts(name, self.seats[name])
        if self.chance.random() < 0.7:
            self.sends()
        self.carrier.happens()
        receive = self.chance.choice((take_in, take_in_together))
        receive(self.desk, self.web, *self.carrier.heard(self.chance.randrange(6)))
        self.clock.forward(seconds=self.chance.uniform(0.2, 4))

    def sends(self) -> None:
        while send_due(self.desk, self.web, self.carrier):
            pass

    def acts(self, name: str, seat: Seat) -> None:
        """One thing an operator may do in the present state."""
        current = seat.current()
        if current is None:
            offer = seat.calls.offered()
            if offer is not None:
                self.chance.choice((seat.calls.accept, seat.calls.decline))(offer.transfer_id)
                return
            seat.set_available()
            ringing = seat.ringing()
            if ringing is not None and ringing.entry_id is not None:
                seat.answer(ringing.entry_id)
            return
        key, others = current.interaction_id, [other for other in self.seats if other != name]
        if current.state is InteractionState.WRAP_UP:
            seat.wrap_up(key, "informed", "")
            return
        line = seat.calls.line(key)
        legs = [leg.number for leg in line.legs] if line is not None else [0]
        acts = {
            "hold": lambda: seat.calls.hold(key, True),
            "resume": lambda: seat.calls.hold(key, False),
            "mute": lambda: seat.calls.mute(key, True),
            "consult": lambda: seat.calls.add(key, FIRE, consult=True),
            "drop": lambda: seat.calls.drop(key, self.chance.choice(legs)),
            "leave": lambda: seat.calls.leave(key),
            "offer": lambda: seat.calls.offer(key, _party(self.chance.choice(others)), ""),
            "complete": lambda: seat.calls.complete(key),
            "cancel": lambda: seat.calls.cancel(key),
            "to queue": lambda: seat.calls.to_queue(key, "town", ""),
            "silent": lambda: seat.calls.ask_silently(key),
            "emergency": lambda: seat.calls.emergency(key, "*", "Lotus Lane"),
            "release": lambda: seat.release(key) if current.connected_at is None else None,
            "end": lambda: seat.end(key),
        }
        acts[self.chance.choice(sorted(acts))]()

    def keeps(self) -> None:
        """The rounds of the web process, long enough for every time-out."""
        for seconds in (20, 40, 80, 5 * 3600):
            self.clock.forward(seconds=seconds)
            self.sends()
            give_up_rings(self.desk, self.web)
            end_lost_legs(self.desk, self.web)
            give_up_offers(self.desk, self.web)
            leave_where_sure(self.desk, self.web)
            self.sends()

    def hangs_up(self) -> None:
        """Nobody is on the line any more, and what was told of it has come or is lost."""
        self.carrier.all_hang_up()
        while self.carrier.under_way:
            take_in_together(self.desk, self.web, *self.carrier.heard(20))

    def ends(self) -> None:
        """The lines are closed, and every operator finishes what is left."""
        for _ in range(3):
            self.hangs_up()
            self.keeps()
            for seat in self.seats.values():
                for parked in seat.parking.parked():
                    seat.parking.resume(parked.interaction_id)
                    self.finishes(seat)
                self.finishes(seat)
                seat.set_available()
                # A caller whose end was lost seems to wait: whoever answers learns it.
                if (ringing := seat.ringing()) is not None and ringing.entry_id is not None:
                    seat.answer(ringing.entry_id)
                    self.sends()

    def finishes(self, seat: Seat) -> None:
        current = seat.current()
        if current is not None:
            if current.state is InteractionState.TALKING:
                seat.end(current.interaction_id)
            seat.wrap_up(current.interaction_id, "informed", "")


def _party(name: str) -> ThirdParty:
    return ThirdParty(LegRole.OPERATOR, name, name.title(), "", "")


def test_all_ends_right(desk: Desk, web_actor: Actor, clock: FixedClock) -> None:
    found_town(desk.store)
    put(desk.store, tables.Organisation(code="fire", kind="department", name="Fire brigade", phone="+12025550119"))
    put(desk.store, tables.EmergencyLine(area="*", number="911", dial="+12025550118", script=""))
    town = Town(desk, web_actor, clock, Random(SEED))
    for number in range(CALLS):
        if number == CALLS // 2:
            town.hangs_up()
            heard = set(town.carrier.talked)
            town.carrier.lost = 0.15
        take_in(desk, web_actor, town.carrier.comes_in(f"CA{number}"))
        for _ in range(MOMENTS):
            town.lives()
    town.ends()

    store = desk.store
    assert {(row.state, row.end_reason) for row in all_rows(store, tables.Interaction)} <= {
        ("done", "answered"), ("done", "abandoned"), ("done", "short-abandon"),
    }  # fmt: skip
    sent_back = {row.interaction_id for row in all_rows(store, tables.QueueEntry) if row.moved_at is not None}
    not_answered = {row.sid for row in all_rows(store, tables.Interaction) if row.end_reason != "answered"} - {
        row.sid for row in all_rows(store, tables.Interaction) if row.id in sent_back
    }
    assert not heard & not_answered, "where no callback is lost, no talk is"
    assert {row.state for row in all_rows(store, tables.QueueEntry)} == {"left"}
    assert {row.state for row in all_rows(store, tables.CallLeg)} <= {"left", "failed"}
    assert {row.state for row in all_rows(store, tables.Outbox)} <= {"sent", "failed"}
    assert {seat.agent_status().state for seat in town.seats.values()} <= {AgentState.AVAILABLE, AgentState.AWAY}
    assert [seat.calls.offered() for seat in town.seats.values()] == [None, None, None]
    log = all_rows(store, tables.AgentStateLog)
    for account in {row.account_id for row in log}:
        mine = [row for row in log if row.account_id == account]
        assert [row.until for row in mine[:-1]] == [row.since for row in mine[1:]], "every second in one state"
    with store.reading() as connection:
        assert timeline.differences(connection) == []
