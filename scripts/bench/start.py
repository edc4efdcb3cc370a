"""From the start of the process to the first paint of the console, against bare Textual in the same run.

First paint is the first frame with words on it: the sign-in box. When the desk itself stands is told beside it, on
the demo city, where the console signs in by itself.
"""

import argparse
import sys
import time
from pathlib import Path

from desktop import TimedTerminal
from figures import percentile, print_machine, print_table
from service import GRM, environment, folder, grm

BARE = [sys.executable, str(Path(__file__).with_name("bare_screen.py"))]
GOAL_S = 0.6


def main() -> None:
    """Start both in turns and print how long they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()
    print_machine("textual")
    taken: dict[str, list[float]] = {"bare Textual": [], "first paint": [], "desk ready": []}
    with folder() as at:
        settings = environment(at)
        grm(settings, "init", "--demo")
        for turn in range(options.starts + 1):
            bare = _seconds(BARE, settings, (b"channel",))
            console = _seconds([*GRM, "console"], settings, (b"Hotline desk", b"No call waiting"))
            if turn:  # the first start compiles and fills the disk's cache
                for name, seconds in zip(taken, (*bare, *console), strict=True):
                    taken[name].append(seconds)
    print(f"\nprocess start to paint, seconds, n={options.starts}")
    floor = percentile(taken["bare Textual"], 0.5)
    print_table(
        ["", "min", "p50", "max", "p50 / bare"],
        [
            [name, min(times), percentile(times, 0.5), max(times), percentile(times, 0.5) / floor]
            for name, times in taken.items()
        ],
    )
    print(f"goal: first paint <= {GOAL_S} s, or bare Textual >= 0.6 of it")


def _seconds(command: list[str], settings: dict[str, str], needles: tuple[bytes, ...]) -> list[float]:
    began = time.perf_counter()
    with TimedTerminal(command, settings) as terminal:
        moments = [terminal.until_bytes(needle) - began for needle in needles]
        terminal.until_quiet()
        terminal.press("ctrl+q")
        terminal.ended(5.0)
    return moments


if __name__ == "__main__":
    main()
