"""Slots of ready-made texts: a fixed list, one pass, citizens' braces are only braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.canned_slots import SLOTS, fill_slots, slots_of, unknown_slots
from grm_console.domain.reason import check_reason
from grm_console.errors import InvalidInput

PIECES = st.one_of(st.sampled_from([f"{{{slot}}}" for slot in SLOTS]), st.text(st.characters(exclude_characters="{}")))
VALUES = st.fixed_dictionaries({slot: st.text(st.sampled_from("{}a终 name")) for slot in SLOTS})


@given(st.lists(PIECES, max_size=12), VALUES)
def test_each_slot_becomes_its_value_and_all_else_stays(pieces: list[str], values: dict[str, str]) -> None:
    expected = "".join(values[piece[1:-1]] if piece.startswith("{") else piece for piece in pieces)
    assert fill_slots("".join(pieces), values) == expected


@given(st.text(st.sampled_from("{}name x\n")))
def test_what_is_accepted_can_be_filled(body: str) -> None:
    if not unknown_slots(body):
        filled = fill_slots(body, dict.fromkeys(SLOTS, "#"))
        assert "{name}" not in filled


def test_slots_are_told_once_in_their_order_and_strange_ones_are_named() -> None:
    body = "{name} {case} {name} {Name} {} {0} {name!r} {name.__class__} lone { and }"
    assert slots_of(body) == ("name", "case", "Name", "", "0", "name!r", "name.__class__", " and ")
    assert unknown_slots(body) == ("Name", "", "0", "name!r", "name.__class__", " and ")


@pytest.mark.parametrize("reason", ["", "  ", "ok", "...", "1234", "误"])
def test_a_reason_needs_words(reason: str) -> None:
    with pytest.raises(InvalidInput, match=r"e\.g\."):
        check_reason(reason)


@pytest.mark.parametrize("reason", ["typo in the name", "笔误", "oui"])
def test_a_few_words_are_a_reason(reason: str) -> None:
    assert check_reason(f" {reason} ") == reason
