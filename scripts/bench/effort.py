"""How many keys an operator presses besides words: an enquiry, a case, and six situations of a shift.

Played with keys alone on the demo city, by the real console with its web process and simulated callers. Words are
what the operator would have to type anyway: what is asked, what the matter is, what somebody is called. Every other
key counts one, a chord such as Ctrl+S too.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from figures import print_machine, print_table
from situations import (
    ANSWER,
    ASK_WHO,
    BY_NAME,
    DONE,
    GIVEN,
    HOLDER,
    OPENED,
    RINGS,
    SITUATIONS,
    TO_THE_FORM,
    WRAP_UP,
    Situation,
    Step,
    play,
)
from stage import stage

COLUMNS, LINES = 120, 40
CALLER = "+16175550119"

ENQUIRY = Situation(
    "enquiry",
    "A question, answered from the standard answers.",
    CALLER,
    (
        RINGS,
        ANSWER,
        Step("what they ask", "", "K-052", "when is the pension paid"),
        GIVEN,
        WRAP_UP,
        DONE,
    ),
)
CASE = Situation(
    "case",
    "A matter that becomes a case.",
    CALLER,
    (
        RINGS,
        ANSWER,
        ASK_WHO,
        HOLDER,
        BY_NAME,
        TO_THE_FORM,
        Step("service", "tab", "2 fields missing", "street light out"),
        Step("summary, then to what is missing", "ctrl+s", "1 field missing", "Lamp 2217 is dark"),
        Step("the required field", "right", "‹ One lamp ›"),
        OPENED,
        WRAP_UP,
        DONE,
    ),
)
GOALS = {ENQUIRY.name: 6, CASE.name: 12}


def main() -> None:
    """Play all of them and print the counts."""
    print_machine("textual")
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder), COLUMNS, LINES) as (console, carrier):
        for situation in (ENQUIRY, CASE, *SITUATIONS):
            print(f"\n{situation.name}: {situation.told}")
            play(console, carrier, situation, _tell)
            rows.append([situation.name, situation.keys, GOALS.get(situation.name, "")])
    print()
    print_table(["", "keys besides words", "goal at most"], rows)


def _tell(step: Step, _screen: str) -> None:
    typed = f" “{step.words}”" if step.words else ""
    print(f"  {step.count}  {step.act}:{typed} {step.keys}")


if __name__ == "__main__":
    main()
