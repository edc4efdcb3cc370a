"""The demo as a newcomer runs it, in tmux: it rings by itself, and keys alone take a call from ring to wrap-up."""

import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.extra,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Pane:
    """A tmux session of its own with the demo in it."""

    def __init__(self, columns: int, lines: int) -> None:
        self._name = f"grm-{uuid.uuid4().hex[:8]}"
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), "./scripts/demo --fresh")

    def _tmux(self, command: str, *arguments: str) -> str:
        target = ("-s" if command == "new-session" else "-t", self._name)
        return subprocess.run(
            ["tmux", command, *target, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def until(self, seen: Callable[[str], bool], seconds: float = 30.0) -> str:
        ends = time.monotonic() + seconds
        while not seen(shown := self.text()):
            assert time.monotonic() < ends, f"not seen:\n{shown}"
            time.sleep(0.1)
        return shown

    def close(self) -> None:
        self.press("C-q")
        time.sleep(2)
        subprocess.run(["tmux", "kill-session", "-t", self._name], capture_output=True)


@pytest.fixture(params=[(80, 24), (160, 45)], ids=["80x24", "160x45"])
def pane(request: pytest.FixtureRequest) -> Iterator[Pane]:
    opened = Pane(*request.param)
    yield opened
    opened.close()


def test_a_call_from_ring_to_wrap_up(pane: Pane) -> None:
    pane.until(lambda shown: "RINGING" in shown or "NEW TEXT" in shown)
    pane.press("F2")
    pane.until(lambda shown: "F9 Wrap up" in shown)
    pane.press("when is bulky waste collected")
    pane.until(lambda shown: "K-020" in shown)
    pane.press("C-g")
    pane.until(lambda shown: "✓ given" in shown)
    pane.press("F9")
    pane.until(lambda shown: "Information given" in shown)
    pane.press("1")
    pane.until(lambda shown: "F9 Wrap up" not in shown and "Information given" not in shown)
