"""Case numbers are read out on the phone: one slip must be noticed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.case_number import case_number, read_case_number

_numbers = st.builds(case_number, st.integers(2000, 2099), st.integers(1, 999_999_999))


@given(_numbers)
def test_a_number_reads_back(number: str) -> None:
    assert re.fullmatch(r"\d\d-\d{6,9}-\d", number)
    assert read_case_number(number) == number
    assert read_case_number(f"  {number.replace('-', ' ')} ") == number
    assert read_case_number(number.replace("-", "")) == number


@given(_numbers, st.data())
def test_every_single_wrong_digit_is_noticed(number: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([i for i, char in enumerate(number) if char.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[at]]))
    assert read_case_number(number[:at] + wrong + number[at + 1 :]) is None


@given(_numbers, st.data())
def test_every_swap_of_neighbours_is_noticed(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    if swapped != digits:
        assert read_case_number(swapped) is None


@pytest.mark.parametrize(
    "text", ["", "26", "water", "26-000418", "２６-000418-8", "26-00-0418-8", "x26-000418-8", "26-000418-8-1"]
)
def test_what_is_none(text: str) -> None:
    assert read_case_number(text) is None


def test_numbers_of_a_year_differ() -> None:
    assert len({case_number(2026, running) for running in range(1, 2000)}) == 1999
    assert case_number(2026, 1) != case_number(2027, 1)
