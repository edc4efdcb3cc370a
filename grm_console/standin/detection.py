"""Answering machine detection: the carrier listens who picked up, and tells an address of its own."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grm_console.standin.phones import Habit

if TYPE_CHECKING:
    from grm_console.standin.call import Call

_MODES = ("Enable", "DetectMessageEnd")
_MACHINES = frozenset({Habit.MACHINE, Habit.VOICEMAIL})
_GREETING_SECONDS = 8.0
"""How long a machine speaks until its tone."""
SHORTEST, LONGEST, USUAL = 3, 59, 30
"""Seconds that `MachineDetectionTimeout` may have, and has without being given (Twilio documentation)."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What was asked for with a call; without a mode nobody listens."""

    mode: str = ""
    url: str = ""
    timeout: float = USUAL

    @property
    def known(self) -> bool:
        """Whether the carrier would take it."""
        return self.mode in ("", *_MODES) and SHORTEST <= self.timeout <= LONGEST

    def begin(self, call: "Call", habit: Habit) -> asyncio.TimerHandle | None:
        """Somebody has picked up: after a while it is told who; nothing is told of a call that is over by then.

        A person is known by their short greeting, a machine by its long one, or by its tone in the other mode.
        """
        if not self.mode:
            return None
        machine = habit in _MACHINES
        seconds = call.draw.uniform(2.5, 4.0) if machine else call.draw.uniform(1.5, 3.0)
        heard = "machine_start" if machine else "human"
        if machine and self.mode == "DetectMessageEnd":
            seconds, heard = seconds + _GREETING_SECONDS, "machine_end_beep"
        if seconds > self.timeout:
            seconds, heard = self.timeout, "unknown"
        return asyncio.get_running_loop().call_later(seconds / call.pace, self._tell, call, heard, seconds)

    def _tell(self, call: "Call", heard: str, seconds: float) -> None:
        call.heard = {"AnsweredBy": heard, "MachineDetectionDuration": str(round(seconds * 1000))}
        call.say("was answered", by=heard)
        if self.url:
            own = {"CallSid": call.sid, "AccountSid": call.board.webhooks.account_sid}
            call.board.webhooks.report(self.url, own | call.heard, call.draw)
