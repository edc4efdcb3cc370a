"""The web process dies in mid-call: the call goes on at the carrier, and the next process takes over all of it."""

import asyncio
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from time import monotonic
from typing import Any

import pytest
from builders import all_rows, entry_of, found_town, staff
from carrier_side import ACCOUNT, LINE, PUBLIC, TOKEN
from served_process import process

from grm_console.cli.opening import open_desk
from grm_console.desk.seat import Seat
from grm_console.domain.words import AgentState
from grm_console.settings import Settings
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks
from grm_console.store import tables
from grm_console.store.store import Store

SOON = (
    "from datetime import timedelta; from grm_console.desk import sending; sending.REVIVED_AFTER = timedelta(seconds=1)"
)
"""What was interrupted is asked again after a second instead of twelve."""


class Carrier:
    """The stand-in, whose answers never reach a process that is going to die."""

    def __init__(self, port: int) -> None:
        self.told: list[dict[str, Any]] = []
        self.webhooks = Webhooks(
            f"http://127.0.0.1:{port}", PUBLIC, ACCOUNT, TOKEN, self.told.append, disorder=0, pace=40
        )
        # Repeated long enough for a process to come back.
        self.webhooks.tries = 14
        script = Script((Person("+12025550142", "en"),), (LINE,), (("en", "Good morning."),), (("en", "A question."),))
        self.exchange = Exchange(
            self.webhooks, script, self.told.append, seed="3", token=TOKEN, patience=1e6, talk=1e6, pace=40
        )
        self.mute = False
        """Whether answers are lost from now on."""
        self.lost: list[str] = []
        """What was asked meanwhile."""
        self._over = asyncio.Event()

    async def rest(self, request: http.Message) -> tuple[int, Mapping[str, str], bytes]:
        if not self.mute:
            return await self.exchange.rest(request)
        rings = request.path.endswith("/Participants.json")
        if rings:
            await self.exchange.rest(request)  # the telephone rings, but nobody hears that it does
        self.lost.append("ring" if rings else "change")
        await self._over.wait()
        raise ConnectionError

    def whats(self, what: str, **more: str) -> list[dict[str, Any]]:
        return [one for one in self.told if one["what"] == what and one.items() >= more.items()]

    async def close(self) -> None:
        self._over.set()
        await self.exchange.close()
        await self.webhooks.settle()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_the_next_process_takes_over_what_the_dead_one_left(settings: Settings, store: Store) -> None:
    found_town(store)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    carrier = Carrier(port)
    rest = await http.listen(0, carrier.rest)
    settings = settings.model_copy(
        update={"twilio_api_base_url": f"http://127.0.0.1:{rest.sockets[0].getsockname()[1]}"}
    )
    desk = open_desk(settings)
    with closing(desk.store):
        talking = Seat(desk, staff(desk, "li.wei", device="+12025550191"))
        ringing = Seat(desk, staff(desk, "ana", device="+12025550192"))
        with process(settings, port=port) as (dying, _):
            calls = [asyncio.ensure_future(carrier.exchange.call(number)) for number in (1, 2)]
            await until(lambda: len(carrier.whats("call waits")) == 2)
            first, second = (one["sid"] for one in carrier.whats("call waits"))
            key = talking.answer(entry_of(store, first)).interaction_id
            await until(lambda: talking.agent_status().state is AgentState.TALKING)

            carrier.mute = True
            talking.calls.hold(key, True)
            ringing.answer(entry_of(store, second))
            await until(lambda: sorted(carrier.lost) == ["change", "ring"])
            dying.send_signal(signal.SIGKILL)
            dying.wait()
        carrier.mute = False
        await until(lambda: bool(carrier.whats("phone answers", number="+12025550192")))
        assert not any(call.done() for call in calls), "both citizens are still on the line"

        with process(settings, port=port, first=SOON):
            await until(lambda: bool(carrier.whats("call is held")))
            await until(lambda: ringing.agent_status().state is AgentState.TALKING)
            for seat, sid in ((talking, first), (ringing, second)):
                held = seat.current()
                assert held is not None
                seat.end(held.interaction_id)
                await until(lambda sid=sid: bool(carrier.whats("call ends", sid=sid)))
                seat.wrap_up(held.interaction_id, "informed", "")
                assert seat.agent_status().state is AgentState.AVAILABLE
            await asyncio.gather(*calls)
            await carrier.close()
            await until(lambda: {leg.state for leg in all_rows(store, tables.CallLeg)} == {"left"})
    rest.close()

    assert carrier.webhooks.failures == 0
    assert len(carrier.whats("phone rings", number="+12025550192")) == 1, "nobody is rung twice"
    rows = all_rows(store, tables.Interaction)
    assert {(row.state, row.end_reason, row.provider_state) for row in rows} == {("done", "answered", "completed")}
    acts = {(act.kind, act.state) for act in all_rows(store, tables.Outbox)}
    assert acts >= {("leg-change", "sent"), ("leg-ring", "sending")}, "the hold was asked again, the ring was not"


async def until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + 60
    while not await asyncio.to_thread(holds):
        assert monotonic() < ends, "It did not happen in 60 s."
        await asyncio.sleep(0.02)
