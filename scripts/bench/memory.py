"""Proportional set size of the web process and the console, before and after the answer engine is first used."""

import socket

import signed
from desktop import TimedTerminal
from figures import print_machine, print_table, pss_megabytes
from service import GRM, environment, folder, grm, running

CALLER = ("Thomas Reed", "+16175550119")


def main() -> None:
    """Start both, let them do a little, and print what they hold."""
    print_machine("textual", "uvicorn")
    rows: list[list[object]] = []
    with folder() as at:
        # The machine that answers texts loads the engine at the start: that is its first use.
        settings = environment(at) | {"GRM_TEXT_ANSWERS": "false"}
        grm(settings, "init", "--demo")
        with (
            running([*GRM, "serve", "--port", "0"], settings, at / "serve.log") as (port, web),
            TimedTerminal([*GRM, "console"], settings) as console,
        ):
            console.until(lambda screen: "No call waiting" in screen)
            console.until_quiet(0.5)
            rows.append(["idle", pss_megabytes(web), pss_megabytes(console.pid)])
            ring = signed.request("/twilio/voice", signed.call_fields(CALLER[1], "CA" + "1" * 32), "ring")
            with socket.create_connection(("127.0.0.1", port)) as line:
                signed.ask(line, ring)
            console.until(lambda screen: CALLER[0] in screen)
            console.press("f2")
            console.until(lambda screen: "Talking" in screen)
            console.until_quiet(0.5)
            rows.append(["a call on the desk", pss_megabytes(web), pss_megabytes(console.pid)])
            console.send("water bill")
            console.until(lambda screen: "K-" in screen)
            console.until_quiet(0.5)
            rows.append(["first search done", pss_megabytes(web), pss_megabytes(console.pid)])
    print("\nPSS in MB")
    print_table(["", "grm serve", "grm console"], rows)
    print("goals: grm serve <= 110, grm console <= 120 until the answer engine is first used")


if __name__ == "__main__":
    main()
