"""The demo: a store of the demo city, the web process, simulated callers and the console, all on this machine.

`--smoke` does the same without a terminal, opens the console in a pseudo-terminal of its own, then looks for the
signed call and the signed text in a timeline, and says what it saw.
"""

import argparse
import json
import os
import pty
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CITY = ROOT / "data" / "city"
GRM = [sys.executable, "-m", "grm_console"]
LISTENING = "listening on "
REACHED = {
    "+12065550171": "off",
    "+15035550103": "landline",
    "+18085550147": "opted-out",
    "+15035550149": "auto-reply",
}
"""People of the demo city whom our texts do not reach, and one whose telephone answers texts by itself."""
LOST_TEXTS = 0.05
"""The share of texts that no webhook tells of; the web process finds them in the carrier's list."""
MACHINE = "+12025550113"
"""The Civil Registry's telephone, where an answering machine picks up."""


def main() -> int:
    """Run the demo; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="run without a terminal, check, and exit")
    parser.add_argument("--fresh", action="store_true", help="forget the demo's store and begin anew")
    parser.add_argument("--calls-per-minute", type=float, default=3.0)
    parser.add_argument("--texts-per-minute", type=float, default=2.0)
    parser.add_argument("--seat", metavar="NAME", help="sit down in the running demo, e.g. sun.ying or zhao.min")
    options = parser.parse_args()
    if not options.smoke and not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("The demo needs a terminal. Without one, run ./scripts/demo --smoke.", file=sys.stderr)
        return 1
    folder = ROOT / ".demo"
    if options.smoke:
        folder = folder / "smoke"
    if options.fresh or options.smoke:
        forget(folder)
    folder.mkdir(parents=True, exist_ok=True)
    environment = demo_environment(folder)
    if options.seat:
        # Everything else is under way in the terminal in which the demo was started.
        return subprocess.run([*GRM, "console", "--name", options.seat], env=environment).returncode
    subprocess.run([*GRM, "init", "--demo"], env=environment, check=True, stderr=None)
    with Running(folder) as running:
        address = running.serve(environment)
        if options.smoke:
            return smoke(running, environment, address)
        running.simulate(environment, address, options.calls_per_minute, options.texts_per_minute)
        return subprocess.run([*GRM, "console"], env=environment).returncode


def demo_environment(folder: Path) -> dict[str, str]:
    """The settings of a desk whose carrier is the stand-in on this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRM_")}
    return kept | {
        "GRM_DATABASE_URL": f"sqlite:///{folder / 'grm.db'}",
        "GRM_PUBLIC_BASE_URL": "https://hotline.demo.example",
        "GRM_TWILIO_ACCOUNT_SID": "AC" + "d0" * 16,
        "GRM_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "GRM_TWILIO_API_BASE_URL": f"http://127.0.0.1:{free_port()}",
        "GRM_RECONCILE_MINUTES": "1",
        "GRM_LOG_LEVEL": "warning",
    }


def free_port() -> int:
    """A port of loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def forget(folder: Path) -> None:
    """Remove an earlier demo's store."""
    for file in folder.glob("grm.db*"):
        file.unlink()


class Running:
    """The processes the demo started; all of them end with it."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "demo.log").open("w")
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._log.close()

    def serve(self, environment: dict[str, str]) -> str:
        """Start the web process; gives the address it listens on."""
        command = [*GRM, "serve", "--port", "0"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self._processes.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(LISTENING):
                # Whatever it says later goes to the log, or the pipe would fill up and stop it.
                subprocess_log(process, self._log.name)
                return line.removeprefix(LISTENING).strip()
            sys.stderr.write(line)
        raise SystemExit("The web process did not start; what it said is above.")

    def simulate(self, environment: dict[str, str], address: str, calls: float, texts: float) -> None:
        """Start the simulated callers and texters."""
        api = environment["GRM_TWILIO_API_BASE_URL"].rpartition(":")[2]
        command = [
            *(*GRM, "simulate", "--to", address, "--api-port", api),
            *("--calls-per-minute", str(calls), "--texts-per-minute", str(texts)),
            *("--script", str(CITY / "phrases.yaml"), "--callers", str(CITY / "contacts.csv")),
            *("--phone", f"{MACHINE}=machine", "--lost-texts", str(LOST_TEXTS)),
            *(f"--phone={number}={reach}" for number, reach in REACHED.items()),
        ]
        self._processes.append(
            subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log, text=True)
        )


def subprocess_log(process: "subprocess.Popen[str]", log: str) -> None:
    """Let a process's later messages run into the log."""
    import threading

    def copy() -> None:
        assert process.stderr is not None
        with open(log, "a") as file:
            for line in process.stderr:
                file.write(line)
                file.flush()

    threading.Thread(target=copy, daemon=True).start()


def smoke(running: Running, environment: dict[str, str], address: str) -> int:
    """Send one signed call and one signed text, see the desk paint, and look both up again."""
    command = [*GRM, "simulate", "--to", address, "--once", "--json", "--script", str(CITY / "phrases.yaml")]
    sent = subprocess.run(
        [*command, "--callers", str(CITY / "contacts.csv")], env=environment, capture_output=True, text=True
    )
    if sent.returncode != 0:
        print(f"The simulated callers failed: {sent.stderr.strip()}", file=sys.stderr)
        return 1
    exported = subprocess.run(
        [*GRM, "export", "interactions"], env=environment, capture_output=True, text=True, check=True
    )
    rows = [row for row in map(json.loads, exported.stdout.splitlines()) if row["sid"]]
    calls = [row for row in rows if row["channel"] == "voice"]
    texts = [row for row in rows if row["channel"] in ("sms", "whatsapp")]
    checked = subprocess.run([*GRM, "timeline", "check"], env=environment, capture_output=True, text=True)
    audit = subprocess.run([*GRM, "audit", "verify"], env=environment, capture_output=True, text=True)
    painted = console_paints(environment)
    for row in (*calls, *texts):
        words = f" “{row['text'][:60]}”" if row["text"] else ""
        print(f"{row['channel']:5} {row['sid']}  {row['sender']:16} {row['end_reason'] or row['state']}{words}")
    print(checked.stdout.strip() or checked.stderr.strip())
    print(audit.stdout.strip() or audit.stderr.strip())
    print("The desk painted in a pseudo-terminal." if painted else "The desk did not paint.")
    good = bool(calls and texts and painted) and checked.returncode == 0 and audit.returncode == 0
    print("Smoke test passed." if good else "Smoke test FAILED.")
    return 0 if good else 1


def console_paints(environment: dict[str, str]) -> bool:
    """Open the console in a pseudo-terminal, wait for the desk, and quit with its own key."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(environment | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"})
        os.execv(GRM[0], [*GRM, "console"])
    seen, until = b"", time.monotonic() + 20
    while time.monotonic() < until and b"Timeline" not in seen:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
    os.write(terminal, b"\x11")
    until = time.monotonic() + 10
    while time.monotonic() < until and os.waitpid(child, os.WNOHANG) == (0, 0):
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                os.read(terminal, 65536)
            except OSError:
                time.sleep(0.05)
    else:
        if time.monotonic() >= until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    os.close(terminal)
    return b"Timeline" in seen


if __name__ == "__main__":
    sys.exit(main())
