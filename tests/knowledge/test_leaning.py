from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from grm_console.knowledge.leaning import lean


@dataclass(frozen=True)
class Answer:
    code: str
    score: int


codes = st.sampled_from([f"K-{n}" for n in range(12)])
found = st.lists(st.builds(Answer, codes, st.integers(0, 5)), max_size=8, unique_by=lambda answer: answer.code).map(
    lambda hits: sorted(hits, key=lambda hit: -hit.score)
)


@given(found, st.sets(codes), st.lists(st.builds(Answer, codes, st.just(0)), max_size=3))
def test_whatever_is_known_of_the_caller_hides_no_answer_and_lifts_none_over_a_better_one(
    hits: list[Answer], favoured: set[str], added: list[Answer]
) -> None:
    with_it = lean(hits, favoured, added)
    assert set(hits) <= set(with_it)
    assert [hit.score for hit in with_it[: len(hits)]] == [hit.score for hit in hits]
    assert lean(hits, set()) == hits
    for score in range(6):  # among equals only: each group keeps its members and, within either half, its order
        before = [hit for hit in hits if hit.score == score]
        after = [hit for hit in with_it[: len(hits)] if hit.score == score]
        assert after == sorted(before, key=lambda hit: hit.code not in favoured)
