from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.article_wording import MAX_ANSWER, read_frame, read_wording, several

GOOD = {"question": "Why is there no water?", "answer": "Works."}


def problems(**cells: str) -> set[str]:
    found: dict[str, str] = {}
    read_wording(GOOD | cells, found)
    read_frame(cells, found)
    return set(found)


def test_what_is_wrong_is_named_by_its_cell() -> None:
    assert problems() == set()
    assert problems(question=" ", answer="x" * (MAX_ANSWER + 1)) == {"question", "answer"}
    assert problems(phrasings="|".join(map(str, range(51)))) == {"phrasings"}
    assert problems(sms="One sentence that never ends " * 20) == {"sms"}
    assert problems(effective_on="2026-02-30", review_on="soon", expires_on="20261123") == {
        "effective_on", "review_on", "expires_on",
    }  # fmt: skip
    assert problems(effective_on="2026-05-01", expires_on="2026-05-01") == {"expires_on"}
    assert problems(audience="everybody", legal_basis="§" * 501) == {"audience", "legal_basis"}


@given(
    st.dictionaries(st.sampled_from(["question", "answer", "sms", "phrasings", "expires_on", "audience"]), st.text())
)
def test_any_cells_are_read_or_refused(cells: dict[str, str]) -> None:
    problems(**cells)


def test_several_values_stand_in_one_cell() -> None:
    assert several(" a |b\n c|a||") == ("a", "b", "c")
