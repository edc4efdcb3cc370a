"""The PIN of a case: told once when the case is opened, kept as a hash, asked for where a number proves nobody."""

from datetime import timedelta
from secrets import randbelow
from typing import TYPE_CHECKING

from grm_console.store import case_status
from grm_console.store.store import Write

if TYPE_CHECKING:
    from argon2 import PasswordHasher

DIGITS = 6
MOST_WRONG = 5
"""Wrong PINs in `WINDOW` for one case or from one number; then none is looked at, be it the right one."""
WINDOW = timedelta(hours=24)


def make_pin(write: Write, case_id: int) -> str:
    """A new case's PIN, to be told and never shown again."""
    pin = f"{randbelow(10**DIGITS):0{DIGITS}d}"
    case_status.keep_pin(write.connection, case_id, _hasher().hash(pin), write.now)
    return pin


def is_locked(write: Write, case_id: int, contact_point_id: int) -> bool:
    """Whether too many wrong PINs were given."""
    since = write.now - WINDOW
    return case_status.wrong_pins(write.connection, case_id, contact_point_id, since) >= MOST_WRONG


def is_right(write: Write, case_id: int, contact_point_id: int, pin: str) -> bool:
    """Whether a PIN is the case's; a wrong one is counted."""
    from argon2.exceptions import Argon2Error, InvalidHash

    hashed = case_status.pin_hash(write.connection, case_id)
    try:
        if hashed and _hasher().verify(hashed, pin):
            return True
    except (Argon2Error, InvalidHash):
        pass
    case_status.note_wrong_pin(write.connection, case_id, contact_point_id, write.now)
    return False


def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # costs 20 ms that only those who use it should pay

    # Light: intake waits for it, and six digits are guarded by the count of attempts, not by the hash.
    return PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
