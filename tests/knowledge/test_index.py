from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.knowledge.entry import Entry, Hit
from grm_console.knowledge.index import LONGEST_QUERY, MOST_HITS, AnswerIndex
from grm_console.knowledge.models.model import STEPS
from grm_console.knowledge.postings import units_of

TEXTS = {
    "en": [
        ("How do I renew my passport?", "Apply online or at the passport counter. Renewal takes ten working days."),
        ("How do I have bulky items such as furniture collected?", "Book a bulky-waste pickup three days ahead."),
        ("How do I register my dog?", "Register the dog at a veterinary station within 30 days."),
        ("How do I get a resident parking permit?", "Show proof of address and the vehicle licence."),
        ("Why is there no water, and when will it be back?", "See the notices of planned water cuts."),
    ],
    "zh": [
        ("护照到期怎么换发？", "可在网上或出入境窗口办理，普通换发十个工作日。"),
        ("大件垃圾如何预约清运？", "至少提前三天电话或网上预约。"),
        ("养犬登记怎么办？", "三十天内到防疫站登记。"),
        ("居民停车证怎么办？", "凭住址证明和行驶证申请。"),
        ("为什么停水，什么时候恢复？", "请查看计划停水通知。"),
    ],
}


def entries() -> list[Entry]:
    return [
        Entry(10 * number + place, f"{language}-{number}", f"K-{number:03}", language, question, (), answer)
        for place, (language, texts) in enumerate(TEXTS.items())
        for number, (question, answer) in enumerate(texts, 1)
    ]


@pytest.fixture(scope="module")
def index() -> AnswerIndex:
    return AnswerIndex(entries())


def found(hits: list[Hit]) -> list[str]:
    return [hit.article_id for hit in hits]


@pytest.mark.parametrize(
    ("text", "language", "article_id"),
    [
        ("renew passport", "en", "en-1"),
        ("when is bulky waste collected", "en", "en-2"),
        ("pasport renewel", "en", "en-1"),
        ("registred dogs", "en", "en-3"),
        ("我的护照快到期了", "zh", "zh-1"),
        ("我的護照快到期了", "zh", "zh-1"),
        ("小区停水了", "zh", "zh-5"),
    ],
)
def test_the_right_answer_is_first(index: AnswerIndex, text: str, language: str, article_id: str) -> None:
    assert found(index.search(text, language))[0] == article_id


def test_a_half_typed_word_already_finds(index: AnswerIndex) -> None:
    for typed in ("pas", "passpo", "renew passpor", "resid"):
        assert index.search(typed, "en", prefix=True)
    assert found(index.search("how do i renew my passp", "en", prefix=True))[0] == "en-1"
    assert index.search("pas", "en") == []


def test_every_key_of_a_word_finds_it(index: AnswerIndex) -> None:
    word = "registering"
    for length in range(3, len(word) + 1):
        assert "en-3" in found(index.search(f"dogs {word[:length]}", "en", prefix=True))
        assert "en-3" in found(index.search(word[:length], "en", prefix=True)), word[:length]


@pytest.mark.parametrize("typed", ["K-003", "k003", "K 003", "k3", "Ｋ－００３"])
def test_a_short_code_finds_its_article_at_once(index: AnswerIndex, typed: str) -> None:
    hits = index.search(typed, "zh")
    assert found(hits) == ["zh-3", "en-3"]
    assert [hit.score for hit in hits] == [1.0, 1.0]
    assert [hit.confident for hit in hits] == [True, False]


def test_a_code_in_a_sentence_comes_before_what_the_words_find(index: AnswerIndex) -> None:
    hits = index.search("is k-003 about the passport", "en")
    assert found(hits)[0] == "en-3"
    assert "en-1" in found(hits)


def test_two_codes_are_not_one_sure_answer(index: AnswerIndex) -> None:
    assert not any(hit.confident for hit in index.search("K-001 or K-003", "en"))


def test_the_words_that_matched_are_shown_as_the_article_writes_them(index: AnswerIndex) -> None:
    assert index.search("RENEWING passports", "en")[0].matched == ("renew", "passport", "Renewal")
    assert index.search("護照到期", "zh")[0].matched[0] == "护照到期"


def test_matched_words_keep_the_traditional_form_of_the_article() -> None:
    index = AnswerIndex([Entry(1, "a", "", "zh", "護照換發", (), "")])
    assert index.search("护照", "zh")[0].matched == ("護照",)


def rows_of(entry: Entry, place: int) -> np.ndarray:
    rows = np.zeros((len(units_of(entry.question, entry.phrasings, entry.answer)), 8), np.int16)
    rows[:, place] = STEPS
    return rows


def asked(place: int) -> dict[str, np.ndarray]:
    vector = np.zeros(8, np.float32)
    vector[place] = STEPS
    return {MODEL: vector}


MODEL = "use-multilingual-3/test"


def test_what_means_the_same_is_found_without_a_common_word_and_words_still_count() -> None:
    plain = entries()
    meanings = {MODEL: {one.key: rows_of(one, number % 5) for number, one in enumerate(plain)}}
    index = AnswerIndex(plain, None, meanings)
    assert index.lacking(MODEL) == 0
    assert found(index.search("sofa", "en", asked=asked(1)))[0] == "en-2"
    both = index.search("renew a sofa", "en", asked=asked(1))
    assert found(both) == ["en-2", "zh-2", "en-1"]
    assert [hit.matched for hit in both] == [(), (), ("renew", "Renewal")]
    assert both[0].meaning == 1.0
    assert index.search("the and of", "en", asked=asked(1)) == []
    assert index.search("sofa", "en") == []


def test_an_entry_that_waits_for_its_rows_is_judged_by_its_words_until_they_come() -> None:
    plain = entries()
    later = {one.key: rows_of(one, 1) for one in plain}
    some = {key: rows for key, rows in later.items() if key != plain[0].key}
    index = AnswerIndex(plain, None, {MODEL: some})
    assert index.lacking(MODEL) == 1
    assert index.knowing(MODEL) == set(some)
    assert index.search("renew my passport", "en", asked=asked(5))[0].article_id == "en-1"
    late = index.replace([], meanings={MODEL: {plain[0].key: later[plain[0].key]}})
    whole = AnswerIndex(plain, None, {MODEL: later})
    for text, place in (("renew my passport", 1), ("sofa", 1), ("dog", 3)):
        assert late.search(text, "en", asked=asked(place)) == whole.search(text, "en", asked=asked(place))
    wrong = index.replace([], meanings={MODEL: {plain[0].key: np.zeros((9, 8), np.int16)}})
    assert wrong.lacking(MODEL) == 1


def test_an_index_from_its_arrays_answers_as_the_one_they_came_from() -> None:
    plain = [*entries(), Entry(99, "多", "Ü-1", "zh-TW", "護照", ("passport",), "x. " * 400)]
    index = AnswerIndex(plain, None, {MODEL: {one.key: rows_of(one, one.key % 8) for one in plain}})
    again = AnswerIndex.of_arrays(index.arrays())
    for text in ("renew passport", "护照", "U-1", "ü1", "dogs registr", "sofa"):
        assert again.search(text, "en", asked=asked(2)) == index.search(text, "en", asked=asked(2))
    assert again.replace(plain[:2], [99]).search("passport") == index.replace(plain[:2], [99]).search("passport")
    assert AnswerIndex.of_arrays(AnswerIndex().arrays()).search("passport") == []


def test_other_phrasings_find_the_article() -> None:
    plain = entries()
    taught = [replace(plain[1], phrasings=("get rid of my old sofa",))]
    assert found(AnswerIndex(plain).search("old sofa", "en")) == []
    assert found(AnswerIndex(plain).replace(taught).search("old sofa", "en"))[0] == "en-2"


def test_an_article_in_the_language_asked_in_goes_first() -> None:
    both = [Entry(1, "a", "", "de", "Visa", (), "x"), Entry(2, "b", "", "en", "Visa", (), "y")]
    assert found(AnswerIndex(both).search("visa", "en-GB")) == ["b", "a"]
    assert found(AnswerIndex(both).search("visa")) == ["a", "b"]


def test_equal_entries_stand_in_order_of_their_id() -> None:
    same = [Entry(key, f"a{9 - key}", "", "en", "Visa for Peru", (), "") for key in range(10)]
    assert found(AnswerIndex(same).search("visa")) == sorted(entry.article_id for entry in same)


def test_a_long_answer_is_found_by_any_of_its_parts() -> None:
    filler = "The office is open on weekdays from nine to five. " * 40
    long = Entry(1, "long", "", "en", "Opening hours", (), f"{filler}Bring the zebra certificate. {filler}")
    assert found(AnswerIndex([*entries(), long]).search("zebra certificate"))[0] == "long"


def test_scores_lie_between_nought_and_one_and_never_rise(index: AnswerIndex) -> None:
    for text in ("renew dog passport permit", "K-002 water", "护照停水登记"):
        scores = [hit.score for hit in index.search(text)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)


def many() -> list[Entry]:
    """Enough other articles that a word is rare, as in a real collection."""
    return [
        *entries(),
        *(Entry(1_000 + n, f"x{n}", "", "en", f"Topic{n} matter{n}", (), f"Detail{n}") for n in range(300)),
    ]


def test_a_clear_question_is_confident_and_only_in_first_place() -> None:
    hits = AnswerIndex(many()).search("how do i renew my passport", "en")
    assert [hit.confident for hit in hits] == [True, *[False] * (len(hits) - 1)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hi", "en"),
        ("thank you bye", "en"),
        ("你好", "zh"),
        ("passport", "en"),
        ("can you recommend a good pizza place", "en"),
        ("how do i renew my passport", "fr"),
        ("how do i renew my passport by 24 december", "en"),
        ("i complain, how do i renew my passport", "en"),
        ("how do i renew my passport? and how do i register my dog?", "en"),
    ],
)
def test_no_machine_answers_what_is_unclear(text: str, language: str) -> None:
    assert not any(hit.confident for hit in AnswerIndex(many()).search(text, language))


def test_several_phrasings_of_one_answer_do_not_make_each_other_doubtful() -> None:
    twins = [replace(many()[0], key=9_000 + n, article_id=f"twin{n}", code="") for n in range(2)]
    assert AnswerIndex([*many(), *twins]).search("how do i renew my passport", "en")[0].confident


def test_the_limit_is_kept(index: AnswerIndex) -> None:
    assert len(index.search("how do i get a permit passport dog", limit=2)) == 2
    assert index.search("passport", limit=0) == []
    assert index.search("passport", limit=-1) == []
    crowd = AnswerIndex(Entry(n, str(n), "", "en", "Visa", (), "") for n in range(2 * MOST_HITS))
    assert len(crowd.search("visa", limit=1_000)) == MOST_HITS


def test_an_empty_index_answers_nothing() -> None:
    empty = AnswerIndex([])
    assert empty.search("passport") == []
    assert empty.search("K-1", prefix=True) == []
    assert len(empty.replace(entries())) == len(entries())


def test_only_the_beginning_of_a_very_long_text_is_read(index: AnswerIndex) -> None:
    assert found(index.search("passport " + "x" * 1_000_000))[0] == "en-1"
    assert index.search("," * LONGEST_QUERY + "passport") == []


@pytest.mark.parametrize(
    "text", ["", " ", "…?!", "\0", "\ud800", "😀", "ﷺ", "a\u0300" * 3_000, "怎么", "的", "'s", "İ"]
)
def test_odd_texts_are_no_error(index: AnswerIndex, text: str) -> None:
    for prefix in (False, True):
        assert isinstance(index.search(text, "en", prefix=prefix), list)


anything = st.text(alphabet=st.one_of(st.characters(codec=None), st.sampled_from("passport K-003护照🙂\0")))


@given(text=anything, language=st.text(max_size=5), prefix=st.booleans())
def test_any_text_whatever_is_answered_without_error(text: str, language: str, prefix: bool) -> None:
    hits = AnswerIndex(entries()).search(text, language, prefix=prefix)
    assert all(0 < hit.score <= 1 for hit in hits)


WORDS = ["passport", "permit", "permits", "dog", "water", "renew", "K-1", "护照", "停水", "到期", "的", "垃圾", ".", ""]
phrase = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
entry = st.builds(
    Entry,
    key=st.integers(0, 8),
    article_id=st.sampled_from(["a", "b", "c", "d"]),
    code=st.sampled_from(["", "K-1", "K-2"]),
    language=st.sampled_from(["en", "zh", "zh-TW", ""]),
    question=phrase,
    phrasings=st.lists(phrase, max_size=2).map(tuple),
    answer=st.one_of(phrase, phrase.map(lambda text: f"{text}. " * 40)),
)


@settings(max_examples=200, deadline=None)
@given(
    start=st.lists(entry, max_size=8),
    refreshes=st.lists(st.tuples(st.lists(entry, max_size=4), st.lists(st.integers(0, 9), max_size=3)), max_size=3),
    text=phrase,
    prefix=st.booleans(),
)
def test_a_refreshed_index_equals_a_fresh_one(
    start: list[Entry], refreshes: list[tuple[list[Entry], list[int]]], text: str, prefix: bool
) -> None:
    index = AnswerIndex(start)
    held = {one.key: one for one in start}
    for changed, removed in refreshes:
        before = index.search(text, "en", prefix=prefix)
        fresh = index.replace(changed, removed)
        assert index.search(text, "en", prefix=prefix) == before
        index = fresh
        held = {key: one for key, one in held.items() if key not in removed} | {one.key: one for one in changed}
    built = AnswerIndex(held.values())
    assert len(index) == len(built)
    assert index.search(text, "en", prefix=prefix) == built.search(text, "en", prefix=prefix)
    assert built.search(text, "en") == AnswerIndex(reversed(held.values())).search(text, "en")
