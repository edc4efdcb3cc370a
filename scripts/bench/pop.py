"""From a signed webhook to the caller's card: written on the socket until the terminal has the caller's name.

`grm serve` and `grm console` run as they do at a desk, idle otherwise, on the demo city. Each call ends before the
next one comes, so that every ring finds a free desk.
"""

import argparse
import socket
import time
from contextlib import closing
from random import Random

import signed
from desktop import TimedTerminal
from figures import percentile, print_machine, print_table
from service import GRM, environment, folder, grm, running

CALLERS = (
    ("Thomas Reed", "+16175550119"),
    ("Joan Tucker", "+13035550197"),
    ("George Whitaker", "+14155550139"),
    ("Layla Mansour", "+16465550158"),
)
"""Contacts of the demo city who alone hold their number."""
GOAL_MS = 75


def main() -> None:
    """Ring so many times and print how long the card took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=40)
    options = parser.parse_args()
    print_machine("textual", "uvicorn")
    painted, acknowledged = [], []
    draw = Random(11)
    with folder() as at:
        settings = environment(at)
        grm(settings, "init", "--demo")
        with (
            running([*GRM, "serve", "--port", "0"], settings, at / "serve.log") as (port, _),
            TimedTerminal([*GRM, "console"], settings) as console,
            closing(socket.create_connection(("127.0.0.1", port))) as line,
        ):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            console.until(lambda screen: "Available" in screen and "No call waiting" in screen)
            for turn in range(options.calls + 1):
                name, caller = CALLERS[turn % len(CALLERS)]
                sid = f"CA{draw.getrandbits(128):032x}"
                ring = signed.request("/twilio/voice", signed.call_fields(caller, sid), f"ring-{turn}")
                # At no fixed distance from the console's clock and polling.
                console.until_quiet(0.2)
                time.sleep(0.3 + draw.random() * 0.5)
                began = time.perf_counter()
                signed.ask(line, ring)
                answered = time.perf_counter()
                moment = console.until_bytes(name.encode())
                if turn:  # the first one loads what only a first call needs
                    acknowledged.append((answered - began) * 1000)
                    painted.append((moment - began) * 1000)
                over = signed.call_fields(caller, sid, "completed")
                signed.ask(line, signed.request("/twilio/voice/status", over, f"end-{turn}"))
                console.until(lambda screen: "No call waiting" in screen)
    print(f"\nwebhook to painted caller card, idle, n={len(painted)}")
    print_table(
        ["", "p50 ms", "p95 ms", "max ms"],
        [
            [name, *(percentile(times, share) for share in (0.5, 0.95, 1.0))]
            for name, times in (("acknowledged", acknowledged), ("card painted", painted))
        ],
    )
    print(f"goal: card painted p95 <= {GOAL_MS} ms")


if __name__ == "__main__":
    main()
