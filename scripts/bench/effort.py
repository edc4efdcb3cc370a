"""How many keys an operator presses besides words: an enquiry answered and wrapped up, and a case opened.

Played with keys alone on the demo city. Words are what the operator would have to type anyway: what is asked, what
the matter is. Every other key counts one, a chord such as Ctrl+S too.
"""

import socket
from dataclasses import dataclass
from random import Random

import signed
from desktop import TimedTerminal
from figures import print_machine, print_table
from service import GRM, environment, folder, grm, running

CALLER = ("Thomas Reed", "+16175550119")


@dataclass(frozen=True)
class Step:
    """One thing the operator does, and the words on the screen that show it was done."""

    act: str
    keys: tuple[str, ...]
    shown: str
    words: str = ""


ENQUIRY = (
    Step("answer", ("f2",), "Talking"),
    Step("what they ask", (), "K-052", "when is the pension paid"),
    Step("note the answer as given", ("ctrl+g",), "Answer given"),
    Step("wrap up", ("f9",), "▌1 Information given"),
    Step("choose how it ended", ("enter",), "No call waiting"),
)
CASE = (
    Step("answer", ("f2",), "Talking"),
    Step("who speaks?", ("f3",), "the only one known on this number"),
    Step("it is the holder of the number", ("1",), "How was it confirmed?"),
    Step("by name", ("enter",), "✓ confirmed"),
    Step("go to the form", ("\x1b3",), "type a few letters"),
    Step("service", ("tab",), "2 fields missing", "street light out"),
    Step("summary, then to what is missing", ("ctrl+s",), "missing", "Lamp 2217 is dark"),
    Step("the required field", ("right",), "Ctrl+S open case"),
    Step("open the case", ("ctrl+s",), "2 open cases"),
    Step("wrap up", ("f9",), "▌1 Case opened"),
    Step("choose how it ended", ("enter",), "No call waiting"),
)


def main() -> None:
    """Play both and print the counts."""
    print_machine("textual")
    rows: list[list[object]] = []
    with folder() as at:
        settings = environment(at)
        grm(settings, "init", "--demo")
        with (
            running([*GRM, "serve", "--port", "0"], settings, at / "serve.log") as (port, _),
            TimedTerminal([*GRM, "console"], settings) as console,
        ):
            console.until(lambda screen: "No call waiting" in screen)
            console.until_quiet(0.5)
            for name, steps, goal in (("enquiry", ENQUIRY, 6), ("case", CASE, 12)):
                sid = f"CA{Random(name).getrandbits(128):032x}"
                with socket.create_connection(("127.0.0.1", port)) as line:
                    signed.ask(line, signed.request("/twilio/voice", signed.call_fields(CALLER[1], sid), name))
                console.until(lambda screen: "RINGING" in screen and CALLER[0] in screen)
                print(f"\n{name}: {CALLER[0]} rings")
                rows.append([name, sum(_play(console, step) for step in steps), goal])
    print()
    print_table(["", "keys besides words", "goal at most"], rows)


def _play(console: TimedTerminal, step: Step) -> int:
    if step.words:
        console.send(step.words)
        console.until_quiet(0.4)
    for key in step.keys:
        console.press(key)
        console.until_quiet(0.25)
    screen = console.until(lambda text: step.shown in text)
    line = next(line for line in screen.splitlines() if step.shown in line)
    part = line[max(0, line.index(step.shown) - 20) :][:70].strip(" │▌")
    pressed = " ".join("alt+3" if key == "\x1b3" else key for key in step.keys)
    typed = f" “{step.words}”" if step.words else ""
    print(f"  {len(step.keys)}  {step.act}:{typed} {pressed}  -> {part}")
    return len(step.keys)


if __name__ == "__main__":
    main()
