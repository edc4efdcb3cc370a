"""Screen, telephone and text tell one and the same version, and a text is never cut within a sentence."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.renderings import MOST_PARTS, Told, marks_in, phone_script, screen, still_told, text_message
from grm_console.domain.sentences import joined, sentences
from grm_console.domain.sms import segments

WATER = Told(
    "K-214",
    4,
    "en",
    "Why is there no water?",
    "Call 202-555-0100, Monday to Friday 08:30-17:30. Repairs take up to 24 h; over 24 h a tanker comes, see "
    "my.haven.example/water or write to water@haven.example. The rule is §14, in force since 2026-01-01.",
)
CHINESE = Told("K-214", 4, "zh", "为什么停水？", "请拨202-555-0100。抢修最长24小时；8:30—17:30有人值班。")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=400)
ANY = st.builds(Told, st.just("K-7"), st.integers(1, 99), st.sampled_from(["en", "zh", "es"]), WORDS, WORDS)


@given(ANY)
def test_all_renderings_say_the_same_version(told: Told) -> None:
    for rendering in (screen(told), phone_script(told), text_message(told, "Call us.")):
        assert (rendering.code, rendering.version, rendering.language) == (told.code, told.version, told.language)
        assert rendering.text


@given(ANY)
def test_a_text_holds_whole_sentences_and_says_where_the_rest_is(told: Told) -> None:
    sent = text_message(told, "Call us.")
    mark = f"[K-7 v{told.version}]"
    assert sent.text.endswith(mark)
    assert segments(sent.text).parts <= MOST_PARTS
    if not sent.cut:
        assert sent.text == joined([*sentences(told.answer), mark])
        return
    assert "Call us." in sent.text
    begun = sent.text[: sent.text.rindex("Call us.")].rstrip()
    parts = sentences(told.answer)
    assert begun in {
        " ".join(told.question.split()),
        told.question.rstrip(),
        *(joined(parts[:n]) for n in range(len(parts))),
    }


@given(ANY, WORDS)
def test_a_text_is_known_by_its_mark_and_its_sentences_also_when_words_are_added(told: Told, added: str) -> None:
    sent = text_message(told, "Call us.")
    assert ("K-7", told.version) in marks_in(f"{added} {sent.text} {added}")
    if not sent.cut and sentences(told.answer):
        assert still_told(told, f"{added} {sent.text}\n{added}")
    assert not still_told(replace(told, answer="Nobody said this sentence here."), sent.text)


def test_an_own_wording_goes_out_as_it_is() -> None:
    short = Told("K-214", 4, "en", WATER.question, WATER.answer, "Call 202-555-0100.")
    assert text_message(short, "More by phone.").text == "Call 202-555-0100. [K-214 v4]"
    cut = text_message(WATER, "The rest: call 202-555-0100.", parts=1)
    assert cut.text == ("Call 202-555-0100, Monday to Friday 08:30-17:30. The rest: call 202-555-0100. [K-214 v4]")


def test_a_script_can_be_said() -> None:
    assert phone_script(WATER).lines == (
        "Call 2 0 2, 5 5 5, 0 1 0 0, Monday to Friday 8:30 to 17:30.",
        "Repairs take up to 24 h; over 24 h a tanker comes,",
        "see my dot haven dot example slash water or write to water at haven dot example.",
        "The rule is section 14, in force since 1 January 2026.",
        "For this answer again, ask for K 2 1 4.",
    )
    assert phone_script(CHINESE).lines == (
        "请拨2 0 2，5 5 5，0 1 0 0。",
        "抢修最长24小时；",
        "8:30至17:30有人值班。",
        "再次查询请报编号 K 2 1 4。",
    )


def test_sentences_end_where_one_stops() -> None:
    assert sentences("Mr. Li pays 3.50 at No. 5. See city.example. Really?! Yes\nNext") == [
        "Mr. Li pays 3.50 at No. 5.",
        "See city.example.",
        "Really?!",
        "Yes",
        "Next",
    ]
    assert sentences("停水了。“为什么？”因为抢修；稍候") == ["停水了。", "“为什么？”", "因为抢修；", "稍候"]


@given(st.text())
def test_sentences_lose_no_character(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
