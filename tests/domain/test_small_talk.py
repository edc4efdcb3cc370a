"""What is small talk, in which language it is, and what a text names: by examples, and never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.choice_menu import MOST, choice_menu, shortened
from grm_console.domain.renderings import Told, automatic_answer
from grm_console.domain.sentences import joined, sentences
from grm_console.domain.small_talk import is_greeting, is_not_helpful, is_thanks
from grm_console.domain.sms import segments
from grm_console.domain.text_language import may_be_written_in, written_language
from grm_console.knowledge.particulars import lacking


@pytest.mark.parametrize(
    "words", ["Thank you!", "Great, thanks 👍", "thx", "no thanks", "👍", "好的，谢谢👍", "知道了，谢谢您。"]
)
def test_thanks(words: str) -> None:
    assert is_thanks(words)
    assert not is_not_helpful(words)


NOT_HELPFUL = ("NO!", "No, that does not help.", "That's not what I asked", "wrong answer", "person please")


@pytest.mark.parametrize("words", [*NOT_HELPFUL, "没用", "不是，没解决我的问题。", "我问的不是这个。", "人工"])
def test_not_helpful(words: str) -> None:
    assert is_not_helpful(words)
    assert not is_thanks(words)


@pytest.mark.parametrize("words", ["hello", "你好", "ok", "wrong number sorry", "?!"])
def test_greetings(words: str) -> None:
    assert is_greeting(words)


@pytest.mark.parametrize(
    "words", ["no water in my flat", "不能洗澡", "thanks for fixing the light", "Thanks, but it is still dark", "没水"]
)
def test_a_matter_is_no_small_talk(words: str) -> None:
    assert not is_thanks(words)
    assert not is_not_helpful(words)
    assert not is_greeting(words)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("when is bulky waste collected", "en"),
        ("senior bus card which papers pls", "en"),
        ("Quand sont collectés les encombrants ?", "fr"),
        ("¿Cuándo recogen los muebles viejos?", "es"),
        ("Когда вывозят мусор?", "ru"),
        ("متى يتم جمع النفايات", "ar"),
        ("ゴミはいつ集めますか", "ja"),
        ("旧沙发怎么处理", "zh"),
        ("passport", ""),
        ("12345", ""),
    ],
)
def test_the_language_that_letters_and_common_words_tell(words: str, language: str) -> None:
    assert written_language(words) == language


def test_latin_letters_are_no_chinese() -> None:
    assert not may_be_written_in("passport", "zh")
    assert may_be_written_in("passport", "es")
    assert may_be_written_in("k 12", "ar")


def test_numbers_days_names_and_streets_must_stand_in_the_answer() -> None:
    answer = ["Open Mon-Fri 08:30-17:30, Lotus Lane 12. In June closed."]
    assert lacking("is it open on wednesday", answer) == frozenset()
    assert lacking("is it open on Sunday", answer)
    assert lacking("周六开门吗", ["周一至周五8:30开门"])
    assert not lacking("周三开门吗", ["周一至周五8:30开门"])
    assert lacking("is the office in Springfield open", answer)
    assert lacking("is it open at 9", answer)
    assert lacking("water off in mill street", answer)
    assert not lacking("lamp at 12 Lotus Lane in June", answer)


@given(st.text(max_size=90))
def test_any_text_is_judged(words: str) -> None:
    is_thanks(words), is_greeting(words), is_not_helpful(words), written_language(words), lacking(words, [words])


QUESTIONS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), min_size=1, max_size=5)


@given(QUESTIONS)
def test_a_menu_fits_into_two_messages(questions: list[str]) -> None:
    menu = choice_menu("Automatic reply: did you mean", questions, "Reply with the digit, 0 for a person.")
    assert segments(menu).parts <= 2
    assert len(menu.split("\n")) == 2 + min(MOST, len(questions))


def test_a_question_is_cut_between_words() -> None:
    assert shortened("Register a new address after moving", 20) == "Register a new..."
    assert shortened("停水：原因、抢修时间与补偿", 8) == "停水：原因、抢…"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=500))
def test_an_automatic_answer_is_whole_sentences_with_its_frame_or_nothing(answer: str) -> None:
    told = Told("K-7", 3, "en", "A question?", answer)
    sent = automatic_answer(told, "Automatic reply:", "NO for a person.", "More: call us.")
    if sent is None:
        return
    assert segments(sent.text).parts <= 2
    rest = ["More: call us."] if sent.cut else []
    parts = sentences(answer)
    begun = [parts[:count] for count in range(1, len(parts) + 1)]
    frames = [joined(["Automatic reply:", *some, *rest, "NO for a person.", "[K-7 v3]"]) for some in begun]
    assert sent.text in frames
