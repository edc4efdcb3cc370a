"""The carrier's REST API refuses, fails before and after the deed, or is down: the desk keeps the work and goes on."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from random import Random
from time import monotonic
from typing import Any, ClassVar

from builders import all_rows, contact, entry_of, found_town, put, staff
from carrier_side import ACCOUNT, LINE, PUBLIC, TOKEN
from conftest import FixedClock, settings_for
from served_process import address_of, served

from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.channels.web import web_app
from grm_console.cli.opening import trail_of
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import AgentState, LegRole, LegState
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.faults import Fault, Faults
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store

CITIZEN, MEI, ANA, WATER = "+12025550142", "+12025550191", "+12025550192", "+12025550119"
TOO_MANY, BEFORE, AFTER, NONE = Fault.TOO_MANY, Fault.BEFORE, Fault.AFTER, Fault.NONE


class Coming(Faults):
    """What becomes of the next REST calls, in turn; then all is well again."""

    faults: ClassVar[list[Fault]] = []

    def draw(self, draw: Random) -> tuple[Fault, float]:
        return (self.faults.pop(0) if self.faults else NONE), 0.0


async def test_every_act_outlives_a_carrier_that_fails(sqlite_url: str, tmp_path: Any, clock: FixedClock) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    store = Store(read_url(sqlite_url), trail_of(settings, create=False), clock)
    desk = Desk(store, "US", "en")
    found_town(store)
    put(store, tables.Organisation(code="fire", kind="department", name="Fire brigade", phone=WATER))
    contact(store, "Chen Li", CITIZEN)
    web = actor_named(desk, "system:web")
    listener = socket.create_server(("127.0.0.1", 0))
    told: list[dict[str, Any]] = []
    script = Script((Person(CITIZEN, "en"),), (LINE,), (("en", "Hello."),), (("en", "A question."),), (WATER,))
    webhooks = Webhooks(address_of(listener), PUBLIC, ACCOUNT, TOKEN, told.append, disorder=0, pace=100)
    exchange = Exchange(
        webhooks, script, told.append, seed="3", token=TOKEN, patience=1e6, talk=1e6, pace=100, faults=Coming()
    )
    rest = await http.listen(0, exchange.rest)
    api = address_of(rest.sockets[0])
    exchange.lies_at(api)
    carrier = TwilioCarrier(ACCOUNT, TOKEN, api_base_url=api, public_base_url=PUBLIC)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = TwilioCarrier(ACCOUNT, TOKEN, api_base_url=address_of(closed), public_base_url=PUBLIC)

    async def send(*faults: Fault, by: TwilioCarrier = carrier, rounds: int = 12) -> None:
        """Let the sender go on for some seconds, while the next requests end like this."""
        Coming.faults[:] = faults
        for _ in range(rounds):
            await asyncio.to_thread(send_due, desk, web, by)
            clock.forward(seconds=1.5)
        async with asyncio.timeout(20):
            while Coming.faults:  # an act may wait for a callback that is still on its way
                await asyncio.sleep(0.02)
                await asyncio.to_thread(send_due, desk, web, by)
                clock.forward(seconds=0.25)

    def leg(key: int, role: LegRole) -> str:
        """The state of the newest leg of a role."""
        line = mei.calls.line(key)
        assert line is not None
        return [one.state for one in line.legs if one.role is role][-1]

    def count(what: str, **more: str) -> int:
        return sum(1 for one in told if one["what"] == what and one.items() >= more.items())

    async with served(web_app(desk, web, settings), listener):
        mei, ana = Seat(desk, staff(desk, "mei", device=MEI)), Seat(desk, staff(desk, "ana", device=ANA))
        calling: list[Awaitable[None]] = [asyncio.ensure_future(exchange.call(1, line=LINE))]
        await until(lambda: count("call waits") == 1)
        sid = next(one["sid"] for one in told if one["what"] == "call waits")

        key = mei.answer(entry_of(store, sid)).interaction_id
        # The ring, and the joining of the caller, which follows as soon as the telephone is picked up.
        await send(TOO_MANY, TOO_MANY, NONE, BEFORE, AFTER)
        await until(lambda: leg(key, LegRole.OPERATOR) == LegState.JOINED)
        assert count("phone rings") == 1
        await until(lambda: mei.agent_status().state is AgentState.TALKING)

        mei.calls.hold(key, True)
        await send(AFTER, TOO_MANY)
        await until(lambda: held(mei, key))
        mei.calls.hold(key, False)
        await send(TOO_MANY, BEFORE)
        await until(lambda: not held(mei, key))

        (fire,) = mei.calls.directory("fire")
        mei.calls.add(key, fire, consult=False)
        await send(AFTER)
        await until(lambda: leg(key, LegRole.DEPARTMENT) == LegState.JOINED)
        assert count("phone rings", number=WATER) == 1, "what may be done is not done again"
        mei.calls.drop(key, 2)
        await send(BEFORE, TOO_MANY)
        await until(lambda: leg(key, LegRole.DEPARTMENT) == LegState.LEFT)

        ana.set_available()
        mei.calls.offer(key, ThirdParty(LegRole.OPERATOR, "ana", "Ana", "", ""), "")
        offer = ana.calls.offered()
        assert offer is not None
        ana.calls.accept(offer.transfer_id)
        await send(AFTER, NONE, TOO_MANY)
        await until(lambda: ana.agent_status().state is AgentState.TALKING)
        mei.calls.complete(key)
        await send(BEFORE, TOO_MANY)
        await until(lambda: count("phone leaves") == 2 and not held(mei, key))
        assert (ana.card(key).mine, mei.agent_status().state) == (True, AgentState.AVAILABLE)

        ana.calls.hold(key, True)
        await send(by=nobody)
        line = ana.calls.line(key)
        assert line is not None
        assert "did not answer" in line.trouble
        ana.end(key)
        await send(by=nobody, rounds=30)
        ana.wrap_up(key, "informed", "")
        assert count("call ends") == 0
        await send(BEFORE, TOO_MANY, AFTER, rounds=60)
        await until(lambda: count("call ends") == 1)

        out = ana.calls.dial(all_rows(store, tables.ContactPoint)[0].id, None)
        await send(TOO_MANY, NONE, TOO_MANY)  # the operator, who may pick up at once, then the citizen
        await send()
        await until(lambda: ana.agent_status().state is AgentState.TALKING)
        ana.end(out)
        await send(AFTER)
        ana.wrap_up(out, "informed", "")
        await asyncio.gather(*calling)
        await exchange.close()
        await webhooks.settle()

        acts = [(act.kind, act.state) for act in all_rows(store, tables.Outbox) if act.state != "sent"]
        assert acts == [("leg-ring", "unknown"), ("leg-change", "failed")]
        assert {one.state for one in all_rows(store, tables.CallLeg)} == {"left"}
        assert [row.end_reason for row in all_rows(store, tables.Interaction)] == ["answered", "answered"]
        assert webhooks.failures == 0
    rest.close()


def held(seat: Seat, key: int) -> bool:
    line = seat.calls.line(key)
    return line is not None and line.held


async def until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + 30
    while not await asyncio.to_thread(holds):
        assert monotonic() < ends, "It did not happen in 30 s."
        await asyncio.sleep(0.02)
