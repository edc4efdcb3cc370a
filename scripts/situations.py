"""Six situations of a shift, played by keys alone on the demo city in a real pseudo-terminal.

    .venv/bin/python scripts/situations.py --out screens            all six at 80x24 and 160x45
    .venv/bin/python scripts/situations.py --out screens --size 80x24 --only shared-phone

Each step's screen is written as text and SVG. Printed are the keys pressed besides words: what is asked, named and
noted has to be typed anyway; every other key counts one, a chord such as Ctrl+S too.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from painting import svg
from stage import Carrier, stage
from terminal import Terminal

from grm_console.i18n import _, use_language

SIZES = ((80, 24), (160, 45))

TAIL = 6
"""Characters of typed words that are in sight wherever they are typed: the cursor stands behind them."""


@dataclass(frozen=True)
class Step:
    """One thing the operator does: words, then keys; and what on the screen shows that it was done.

    `shown` may be one of the console's own sentences with slots; then its longest part between them has to be seen.
    """

    act: str
    keys: str
    shown: str
    words: str = ""

    @property
    def count(self) -> int:
        """Keys besides words."""
        return len(self.keys.split())


@dataclass(frozen=True)
class Situation:
    """Who calls (nobody, if the operator begins) and what the operator does, from the first key to the last."""

    name: str
    told: str
    caller: str
    steps: tuple[Step, ...]
    language: str = "en"
    """What the console speaks from the second step on; steps name its English sentences."""

    @property
    def keys(self) -> int:
        """Keys besides words, in all."""
        return sum(step.count for step in self.steps)


RINGS = Step("the telephone rings", "", "RINGING")
ANSWER = Step("answer", "f2", "TALKING")
ASK_WHO = Step("who speaks?", "f3", "Ask for the name, then press the key.   Esc back")
HOLDER = Step("it is the holder of the number", "1", "How was it confirmed?")
BY_NAME = Step("by name", "enter", "  ✓ confirmed")
GIVEN = Step("note the answer as given", "ctrl+g", "✓ given {time}")
TO_THE_FORM = Step("go to the form", "alt+3", "type a few letters of it")
OPENED = Step("open the case", "ctrl+s", "✓ Case {number} is open.")
WRAP_UP = Step("wrap up", "f9", "How did it end?")
DONE = Step("choose how it ended", "enter", "No call waiting.")

SITUATIONS = (
    Situation(
        "angry-caller",
        "An angry caller, for the fourth time about one sewer; the case is late.",
        "+14155550177",
        (
            RINGS,
            ANSWER,
            ASK_WHO,
            HOLDER,
            BY_NAME,
            Step("read the history", "alt+1 down", "Third call on this sewer"),
            Step("open the contact", "ctrl+d", "How to reach them"),
            Step("write a note", "f5", "Everybody who serves the contact can read it"),
            Step("store the note", "ctrl+s", "How to reach them", "It is number 41; the crew rang at number 14."),
            Step("set a flag", "f4", "What everybody must know"),
            Step("store the flag", "ctrl+s", "Waited all week", "Waited all week: tell him first what is done"),
            Step("back to the desk", "escape", "It is number 41"),
            Step("call the supervisor", "f12", "The supervisor is called"),
            Step("only cases", "alt+1 s", "Sewage in the cellar"),
            Step("put the case right", "alt+c", "14 College Walk"),
            Step("empty the place", "tab tab tab ctrl+u", "Place of the matter"),
            Step("the right place", "tab tab tab", "41 College Walk", "41 College Walk, University"),
            Step("why", "ctrl+s", "1 Timeline", "number misheard"),
            WRAP_UP,
            Step("a callback is promised", "enter", "No call waiting.", "callback"),
        ),
    ),
    Situation(
        "shared-phone",
        "Somebody new on a telephone that three people use.",
        "+12025550142",
        (
            RINGS,
            ANSWER,
            ASK_WHO,
            Step("someone else", "s", "Someone else"),
            Step("who then?", "f3", "a new contact"),
            Step("a new contact", "n", "Name, as far as it is known"),
            Step("their name", "enter", "  ✓ new contact", "Zhou Ling"),
            Step("what they ask", "", "K-031", "no water in the flat when will it be back"),
            GIVEN,
            WRAP_UP,
            DONE,
        ),
    ),
    Situation(
        "mandate",
        "The bakery's manager reports bins that were left.",
        "+17025550185",
        (
            RINGS,
            ANSWER,
            Step("who speaks?", "f3", "manager of Fish Quay Bakery"),
            Step("the manager", "4", "How was it confirmed?"),
            BY_NAME,
            Step("open the contact", "ctrl+d", "How to reach them"),
            Step("what she may do", "alt+3", "Deliveries, waste and the terrace"),
            Step("back to the desk", "escape", "TALKING"),
            Step("for whom?", "f3", "the matter concerns somebody else"),
            Step("for somebody else", "c", "Whom does it concern?"),
            Step("for the bakery", "enter", "Concerns Fish Quay Bakery", "Fish Quay Bakery"),
            TO_THE_FORM,
            Step("service", "tab", "First reply by", "missed coll"),
            Step("summary, then to what is missing", "ctrl+s", "2 fields missing", "Three green bins left on Monday"),
            Step("which bin", "right right tab", "Green - food"),
            Step("the day it was due, then open", OPENED.keys, OPENED.shown, "2026-11-16"),
            WRAP_UP,
            DONE,
        ),
    ),
    Situation(
        "department",
        "The grid company's engineer reports a tree on a line.",
        "+13035550198",
        (
            RINGS,
            ANSWER,
            Step("who speaks?", "f3", "engineer of Bay Grid Company"),
            Step("the engineer", "2", "How was it confirmed?"),
            BY_NAME,
            Step("how to hand over", "", "K-905", "transfer to 112"),
            Step("it is not to be given", "ctrl+g", "⊘ Not to be given: {why}"),
            TO_THE_FORM,
            Step("service", "tab", "First reply by", "fallen tree"),
            Step("summary, then to what is missing", "ctrl+s", "2 fields missing", "Plane tree on the 10 kV line"),
            Step("what is known of it", "right tab right", "Number on the pole"),
            OPENED,
            WRAP_UP,
            DONE,
        ),
    ),
    Situation(
        "counter-visit",
        "A visit of yesterday afternoon is entered this morning.",
        "",
        (
            Step("look up", "ctrl+l", "↑ ↓ choose   Enter opens   Esc back"),
            Step("who came", "enter", "William Frost", "frost"),
            Step("log", "ctrl+r", "They came to us"),
            Step("when", "enter enter", "now, 09:15"),
            Step("the true time", "enter enter enter", "yesterday 16:30", "yesterday 16:30"),
            Step("what was said", "enter", "COUNTER VISIT", "Lamp before his door is dark"),
            TO_THE_FORM,
            Step("service", "tab", "First reply by", "street light out"),
            Step("summary, then to what is missing", "ctrl+s", "1 field missing", "Lamp N0233 is dark"),
            Step("what is wrong", "right", "‹ One lamp ›"),
            OPENED,
            WRAP_UP,
            DONE,
            Step("look again", "ctrl+l", "↑ ↓ choose   Enter opens   Esc back"),
            Step("the history", "enter", "Lamp N0233 is dark", "frost"),
        ),
    ),
    Situation(
        "chinese",
        "A caller who speaks Chinese only; the operator's console speaks it too.",
        "+15035550103",
        (
            Step("options", "alt+o", "F2"),
            Step("中文", "down left", "‹ 中文 ›"),
            Step("to the desk", "escape", "No call waiting."),
            RINGS,
            ANSWER,
            ASK_WHO,
            HOLDER,
            BY_NAME,
            Step("what they ask", "", "K-031", "停水什么时候修好"),
            GIVEN,
            TO_THE_FORM,
            Step("service", "tab", "从什么时候开始", "停水"),
            Step("summary, then to what is missing", "ctrl+s", "影响范围", "莲花巷12号六楼没有水"),
            Step("since when, how far, who", "tab right right tab right right", "整栋楼", "2026-11-20 18:00"),
            OPENED,
            WRAP_UP,
            DONE,
        ),
        language="zh",
    ),
)


def play(
    console: Terminal, carrier: Carrier, situation: Situation, look: Callable[[Step, str], None] = lambda *_: None
) -> None:
    """Play a situation; `look` gets each step with its screen. Raises AssertionError if a step does not show."""
    use_language(situation.language)
    for step in situation.steps:
        if step.act == RINGS.act:
            carrier.call(situation.caller)
        if step.words:
            console.send(step.words)
            _until(console, situation, step, step.words[-TAIL:])
            console.until_quiet(0.2)
        for key in step.keys.split():
            console.press(key)
            console.until_quiet(0.12)
        _until(console, situation, step, max(re.split(r"\{\w+\}", _(step.shown)), key=len).strip())
        console.until_quiet(0.15)
        look(step, console.text)


def _until(console: Terminal, situation: Situation, step: Step, words: str) -> None:
    try:
        console.until(lambda text: words in text)
    except AssertionError as error:
        raise AssertionError(f"{situation.name}, {step.act}: {words!r} {error}") from None


def main() -> None:
    """Play what is asked for and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder for the screens of each step")
    parser.add_argument("--size", choices=[f"{columns}x{lines}" for columns, lines in SIZES])
    parser.add_argument("--only", choices=[situation.name for situation in SITUATIONS])
    options = parser.parse_args()
    chosen = [situation for situation in SITUATIONS if options.only in (None, situation.name)]
    for columns, lines in SIZES:
        size = f"{columns}x{lines}"
        if options.size not in (None, size):
            continue
        with tempfile.TemporaryDirectory() as folder, stage(Path(folder), columns, lines) as (console, carrier):
            for situation in chosen:
                keep = _Screens(console, options.out / f"{situation.name}-{size}") if options.out else None
                play(console, carrier, situation, keep or (lambda *_: None))
    for situation in chosen:
        print(f"{situation.keys:3} keys besides words  {situation.name}: {situation.told}")


class _Screens:
    """Writes each step's screen as text and SVG into a folder."""

    def __init__(self, console: Terminal, folder: Path) -> None:
        self._console = console
        self._folder = folder
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, step: Step, text: str) -> None:
        self._number += 1
        name = f"{self._number:02} {step.act}".replace(" ", "-").replace(",", "").replace("?", "")
        (self._folder / f"{name}.txt").write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")
        (self._folder / f"{name}.svg").write_text(svg(self._console.screen, step.act))


if __name__ == "__main__":
    main()
