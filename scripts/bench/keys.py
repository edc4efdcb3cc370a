"""From a key to the first and the last byte painted on the full desk, against bare Textual in the same run.

The desk holds a call of the demo city with a history and the form of a case; 120 columns, 40 lines. Keys come one at
a time to a quiet screen. Late answers of the search, which wait for a pause in typing, are not part of a key.
"""

import argparse
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from random import Random

import signed
from desktop import SILENCE, TimedTerminal
from figures import percentile, print_machine, print_table
from service import GRM, environment, folder, grm, running

BARE = [sys.executable, str(Path(__file__).with_name("bare_screen.py"))]
CALLER = ("Thomas Reed", "+16175550119")
WORDS = "water bill pension permit "
GOAL_MS = 54


def main() -> None:
    """Press keys in both and print how long they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=40, help="keys in each place")
    options = parser.parse_args()
    print_machine("textual")
    with ExitStack() as stack:
        at = stack.enter_context(folder())
        settings = environment(at)
        grm(settings, "init", "--demo")
        port, _ = stack.enter_context(running([*GRM, "serve", "--port", "0"], settings, at / "serve.log"))
        desk = stack.enter_context(TimedTerminal([*GRM, "console"], settings))
        bare = stack.enter_context(TimedTerminal(BARE, settings))
        desk.until(lambda screen: "No call waiting" in screen)
        desk.until_quiet(0.5)
        sid = f"CA{Random(1).getrandbits(128):032x}"
        with socket.create_connection(("127.0.0.1", port)) as line:
            signed.ask(line, signed.request("/twilio/voice", signed.call_fields(CALLER[1], sid), "ring"))
        desk.until(lambda screen: CALLER[0] in screen)
        desk.press("f2")
        desk.until(lambda screen: "Talking" in screen and "Timeline · " in screen)
        letters = [WORDS[number % len(WORDS)] for number in range(options.keys)]
        rows_of_history = ["down"] * 8 + ["up"] * 8
        taken: dict[str, list[tuple[float, float]]] = {}
        for name, terminal, opening, keys in (
            ("bare: typing", bare, [], letters),
            ("desk: search", desk, ["ctrl+f"], letters),
            ("bare: table down", bare, ["tab"], ["down"] * options.keys),
            ("desk: timeline", desk, ["\x1b1"], (rows_of_history * options.keys)[: options.keys]),
            ("desk: form", desk, ["\x1b3", "tab"], letters),
        ):
            terminal.press(*opening)
            terminal.until_quiet(0.4)
            taken[name] = list(filter(None, (_measured(terminal, key) for key in keys)))
        print(f"\nkey to paint on {desk.columns}x{desk.lines}, end = {SILENCE * 1000:.0f} ms of silence")
        rows: list[list[object]] = []
        for name, times in taken.items():
            if not times:
                raise SystemExit(f"{name}: no key was answered. The screen:\n{desk.text}")
            first, last = zip(*times, strict=True)
            floor = [end for _, end in taken["bare: table down" if "timeline" in name else "bare: typing"]]
            rows.append(
                [name, len(times)]
                + [percentile(values, share) for values in (first, last) for share in (0.5, 0.95)]
                + [percentile(last, 0.95) / percentile(floor, 0.95)]
            )
        print_table(["", "n", "first p50 ms", "first p95", "last p50", "last p95", "last p95 / bare"], rows)
        print(f"goal: last byte p95 <= {GOAL_MS} ms, or <= 1.4 x bare Textual")


def _measured(terminal: TimedTerminal, key: str) -> tuple[float, float] | None:
    times = terminal.answer(key)
    terminal.until_quiet(0.25)
    return times


if __name__ == "__main__":
    main()
