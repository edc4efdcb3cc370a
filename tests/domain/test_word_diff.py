from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.word_diff import Fate, marked, word_diff

TEXTS = st.text(st.sampled_from("ab .\n水停电。 —'"), max_size=60) | st.text()


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it_to_the_letter(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.GONE) == after
    assert (before == after) == all(piece.fate is Fate.SAME for piece in pieces)


def test_words_in_english_and_characters_in_chinese() -> None:
    assert marked(word_diff("Works take two days. Call us.", "Works take three days. Call us.")) == (
        "Works take[- two-]{+ three+} days. Call us."
    )
    assert marked(word_diff("停水提前两天公告", "停水提前三天公告")) == "停水提前[-两-]{+三+}天公告"
    assert marked(word_diff("", "a")) == "{+a+}"


def test_a_long_text_is_compared_in_no_time() -> None:
    before = "".join(f"Sentence {n} about water. " for n in range(4000))
    after = before.replace("Sentence 17 ", "Sentence seventeen ")
    assert next(piece for piece in word_diff(before, after) if piece.fate is not Fate.SAME).text == " 17"
    word_diff("水" * 100_000, "电" * 100_000)
