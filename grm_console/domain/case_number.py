"""The public number of a case, `26-000418-8`: year, running number, check digit.

The check digit is Damm's (H. M. Damm, 2004): it notices every single wrong digit and every swap of neighbours, the
two slips people make when they read a number out on the phone.
"""

import re

_QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_FORM = re.compile(r"(\d{2})\D{0,3}(\d{6,9})\D{0,3}(\d)")


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _QUASIGROUP[interim][int(digit)]
    return interim


def case_number(year: int, running: int) -> str:
    """The number of the `running`-th case of a year, e.g. `case_number(2026, 418)`; `running` starts at 1."""
    body = f"{year % 100:02}{running:06}"
    return f"{body[:2]}-{body[2:]}-{_check_digit(body)}"


def read_case_number(text: str) -> str | None:
    """The case number that a person wrote or typed, in its usual form; None if it is none or was misread."""
    found = _FORM.fullmatch(text.strip())
    if found is None or not text.isascii():
        return None
    year, running, check = found.groups()
    return f"{year}-{running}-{check}" if _check_digit(year + running) == int(check) else None
