"""Who asks, how often, how badly answered, and whether an answer helped."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.question_rank import Asked, Told, effect, grew_markedly, may_show_words, rank
from grm_console.domain.settled_searches import LONGEST, MOST, SearchTrail

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASKED = st.builds(
    Asked,
    st.integers(0, 80).map(lambda days: NOW - timedelta(days=days)),
    st.sampled_from(["", "p1", "p2", "p3", "c4"]),
    st.integers(0, 100),
    st.integers(1, 20),
)


@given(st.lists(ASKED))
def test_a_rank_counts_people_and_nobody_twice(asked: list[Asked]) -> None:
    found = rank(asked)
    assert found == rank(reversed(asked))
    assert found.repeats <= found.askers <= found.questions == len(asked)
    assert 0 <= found.score <= 2 * found.askers
    assert 0 <= found.gap <= 100


@given(st.lists(ASKED, min_size=1), st.integers(2, 50))
def test_one_person_cannot_flood_a_group(asked: list[Asked], times: int) -> None:
    one = Asked(NOW, "p9", 20)
    flood = [Asked(NOW, "p9", 20, 100 + number) for number in range(times)]
    assert rank([*asked, *flood]).askers == rank([*asked, one]).askers
    assert rank([*asked, *flood]).repeats <= rank([*asked, one]).repeats + 1


def test_other_words_in_one_exchange_are_no_second_time() -> None:
    assert rank([Asked(NOW, "p1", 10, 5), Asked(NOW, "p1", 10, 5)]).repeats == 0
    assert rank([Asked(NOW, "p1", 10, 5), Asked(NOW, "p1", 10, 6)]).repeats == 1
    assert rank([Asked(NOW, "", 10, 5), Asked(NOW, "", 10, 6)]).repeats == 0


def asked_on(*days: int) -> list[Asked]:
    """One new person each day before (below 0) and after the moment."""
    return [Asked(NOW + timedelta(days=day, hours=1), f"p{place}", 10, place) for place, day in enumerate(days)]


def test_an_effect_is_only_told_where_it_can_be() -> None:
    before = [-day for day in range(1, 20)]
    assert effect(asked_on(*before), None, NOW).told is Told.NOT_PUBLISHED
    assert effect(asked_on(*before), NOW, NOW + timedelta(days=3)).told is Told.TOO_EARLY
    assert effect(asked_on(-1, -2), NOW, NOW + timedelta(days=20)).told is Told.TOO_FEW
    fewer = effect(asked_on(*before, 3), NOW, NOW + timedelta(days=20))
    assert (fewer.told, fewer.days, fewer.askers_before, fewer.askers_after, fewer.change) == (
        *(Told.FEWER, 20, 19, 1),
        -95,
    )
    assert effect(asked_on(*before[:6], 1, 2, 3, 4), NOW, NOW + timedelta(days=20)).told is Told.AS_MANY
    more = effect(asked_on(*before[:6], *range(19)), NOW, NOW + timedelta(days=20))
    assert (more.told, more.askers_before, more.askers_after) == (Told.MORE, 6, 19)


def test_words_and_growth() -> None:
    assert not may_show_words(2, reads_exchanges=False)
    assert may_show_words(2, reads_exchanges=True)
    assert may_show_words(3, reads_exchanges=False)
    assert [grew_markedly(now, 4) for now in (5, 7, 8)] == [False, False, True]
    assert [grew_markedly(now, 0) for now in (2, 3)] == [False, True]


@given(st.lists(st.text(max_size=130), max_size=40))
def test_a_trail_keeps_few_and_no_keystrokes(typed: list[str]) -> None:
    trail = SearchTrail()
    for words in typed:
        for end in range(len(words) + 1):
            trail.note(words[:end])
    kept = trail.settled()
    assert len(kept) == len(set(kept)) <= MOST
    said = {" ".join(words.split()) for words in typed}
    assert all(one in said and len(one) <= LONGEST for one in kept)


def test_words_taken_back_are_kept_as_they_were_fullest() -> None:
    trail = SearchTrail()
    for words in ("wat", "water bill", "water bi", "", "street", "street lamp out"):
        trail.note(words)
    assert trail.settled() == ("water bill", "street lamp out")
