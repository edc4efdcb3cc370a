from hypothesis import given
from hypothesis import strategies as st

from grm_console.knowledge.passages import PASSAGE_LENGTH, passages


@given(st.text(alphabet="ab。. \n", max_size=3_000))
def test_passages_are_the_whole_answer_in_bounded_parts(answer: str) -> None:
    parts = passages(answer)
    assert "".join(parts) == answer
    assert parts
    assert all(len(part) <= PASSAGE_LENGTH * 5 // 2 for part in parts)


def test_a_short_answer_stays_whole() -> None:
    assert passages("Bring your card. It is free.") == ["Bring your card. It is free."]


def test_a_long_answer_is_cut_between_sentences() -> None:
    parts = passages("This sentence has forty characters in it. " * 30)
    assert len(parts) > 2
    assert all(part.rstrip().endswith(".") for part in parts)
