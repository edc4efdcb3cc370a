import pytest

from grm_console.knowledge.codes import canonical, codes_in


@pytest.mark.parametrize("typed", ["K-214", "k214", "K 214", "k–214", "Ｋ２１４", "K_214", "K-0214"])
def test_one_code_however_it_is_typed(typed: str) -> None:
    assert canonical(typed) == "K214"
    assert "K214" in codes_in(typed)


def test_zeros_inside_a_number_stay() -> None:
    assert canonical("K-1007") == "K1007"


def test_a_code_inside_a_sentence_is_written_together() -> None:
    assert "K31" in codes_in("what does k031 say about bins")
    assert "A12" not in codes_in("i paid a 12 dollar fee")


def test_no_code_in_empty_text() -> None:
    assert codes_in(" -- ") == []
