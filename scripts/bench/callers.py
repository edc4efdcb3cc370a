"""The callers' side of `calls.py`: the carrier's stand-in in a process of its own, which keeps so many calls waiting.

Its settings come as one JSON object on the command line. What happens it tells as JSON lines, with the moment (seconds
since 1970), in a file. A line `stop` on its standard input lets all who
wait give up and nobody call any more; the end of its input lets it end when every report is through.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import signed

from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks

LOOK_SECONDS = 0.05
"""How often it is looked whether enough calls wait; one call begins at a look, so that the first ones do not come as
a single burst, nor all ask for what they hear next at the same moment ever after."""


async def main() -> None:
    """Call until told to stop."""
    options: dict[str, Any] = json.loads(sys.argv[1])
    with Path(options["log"]).open("w", buffering=1 << 16) as log:

        def tell(happening: dict[str, Any]) -> None:
            log.write(json.dumps({"at": time.time(), **happening}) + "\n")

        webhooks = Webhooks(
            options["target"],
            signed.PUBLIC,
            signed.ACCOUNT,
            signed.TOKEN,
            tell,
            disorder=options["disorder"],
            pace=options["speed"],
        )
        script = Script(
            people=(),
            lines=tuple(options["lines"]),
            openings=(("en", "Good morning."),),
            texts=(("en", "A question."),),
            departments=tuple(options["departments"]),
        )
        exchange = Exchange(
            webhooks,
            script,
            tell,
            seed="calls",
            token=signed.TOKEN,
            patience=options["patience"],
            talk=options["talk"],
            pace=options["speed"],
            no_answer=options["no_answer"],
        )
        server = await http.listen(options["port"], exchange.rest)
        exchange.lies_at(f"http://127.0.0.1:{options['port']}")
        calling = await _call(exchange, tuple(options["lines"]), options["waiting"], tell)
        await exchange.close()
        await asyncio.gather(*calling)
        await webhooks.settle()
        server.close()
        tell({"what": "over", "failures": webhooks.failures})


async def _call(exchange: Exchange, lines: tuple[str, ...], waiting: int, tell: Any) -> "set[asyncio.Task[None]]":
    """Keep so many calls on their way into the queue or in it, until the input ends; gives all calls."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    listening = asyncio.ensure_future(orders.readline())
    draw, calling = Random("lines"), set[asyncio.Task[None]]()
    before, late = time.perf_counter(), list[float]()
    while not listening.done():
        began = sum(1 for call in exchange.board.live() if call.direction == "inbound")
        talking = sum(
            1
            for conference in exchange.board.conferences.known.values()
            for one in conference.participants
            if one.call.direction == "inbound"
        )
        if began - talking < waiting:
            person = Person(signed.number(), draw.choice(("en", "zh")))
            call = exchange.call(len(calling) + 1, caller=person, line=draw.choice(lines))
            calling.add(asyncio.ensure_future(call))
        await asyncio.sleep(LOOK_SECONDS)
        now = time.perf_counter()
        late.append(now - before - LOOK_SECONDS)
        before = now
    tell({"what": "stop", "late": sorted(late)})
    for queue in exchange.board.queues.values():
        for place in tuple(queue.places):
            place.call.hang_up("the caller gave up")
    if await listening:
        await orders.read()
    return calling


if __name__ == "__main__":
    asyncio.run(main())
