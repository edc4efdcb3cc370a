import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grm_console.text import MARK, MARKS_PER_BASE, defuse_cell, mask_number, printable, xml_text

FAMILY = "👨‍👩‍👧‍👦"
PICTURES = ["😀", FAMILY, "👩🏽‍🚒", "🇨🇳", "1️⃣", "❤️‍🔥"]
any_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x9b\r\n\t\u202e\u200d\u200c\u2028\ud800\ue000\u0301\u0488\u115f\u1161क्ष👨🏽❤\ufe0f"),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "No water since Monday.",
        "停水三天了，孩子没有水喝。",
        "¿Dónde está?",
        "Où? Ça!",
        "Вода",
        "كتاب",
        "می\u200cخواهم",
        "क्\u200dष",
        *PICTURES,
    ],
)
def test_what_people_write_is_not_touched(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", f"{MARK}[2J"),
        ("\x1b]52;c;aGk=\x07", f"{MARK}]52;c;aGk={MARK}"),
        ("\x9b31m", f"{MARK}31m"),
        ("a\x00b\x7fc\x0ed", f"a{MARK}b{MARK}c{MARK}d"),
        ("abc\u202ecba", f"abc{MARK}cba"),
        ("\u2066a\u2069\u200e\u061c", f"{MARK}a{MARK}{MARK}{MARK}"),
        ("a\u200bb\u00adc\ufeff", f"a{MARK}b{MARK}c{MARK}"),
        ("\ud800\ue000\U000e0041\uffff", MARK * 4),
        ("a\u2028b\u2029c\x85d", f"a{MARK}b{MARK}c{MARK}d"),
        ("\u3164\u115f", MARK * 2),
        ("one\r\ntwo\nthree\rfour\tfive", "one two three four five"),
    ],
)
def test_what_steers_a_terminal_becomes_a_mark(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_are_kept_on_request_only() -> None:
    assert printable("one\r\ntwo\nthree\rfour\tfive", lines=True) == "one\ntwo\nthree\nfour five"
    assert printable("a\x0bb\x0cc\x85d", lines=True) == f"a{MARK}b{MARK}c{MARK}d"


def test_a_joiner_stays_only_where_it_joins() -> None:
    assert printable("pass\u200dword") == f"pass{MARK}word"
    assert printable("水\u200c电") == f"水{MARK}电"
    assert printable("\u200d👨") == f"{MARK}👨"
    assert printable("👨\u200d") == f"👨{MARK}"
    assert printable("👨\u200d\u200d👩") == f"👨{MARK}{MARK}👩"
    assert printable("👨\u200d\x1b👩") == f"👨{MARK}{MARK}👩"


def test_a_joined_picture_has_an_end() -> None:
    shown = printable("👨🏽\u200d" * 50 + "👨")
    assert max(len(part.split("\u200d")) for part in shown.split(MARK)) == 4


def test_marks_are_capped_and_never_reach_the_cell_before_the_text() -> None:
    assert printable("e" + "\u0301" * 500 + "x") == "e" + "\u0301" * MARKS_PER_BASE + "x"
    assert printable("\u0301a") == f"{MARK}a"
    assert printable("a\n\u0301b", lines=True) == f"a\n{MARK}b"
    assert printable("ᄀ" + "\u1161" * 500) == "ᄀ" + "\u1161" * MARKS_PER_BASE


def test_limit_cuts_with_an_ellipsis() -> None:
    assert printable("abcdef", limit=4) == "abc…"
    assert printable("abcd", limit=4) == "abcd"
    assert printable("ab\x1b" * 1_000_000, limit=6) == f"ab{MARK}ab…"
    assert printable("abc", limit=1) == "…"


@given(any_text, st.booleans(), st.integers(0, 12))
@example("क\u200d" + "\u0301" * 9, False, 0)
@example("👨\u200d" * 6, False, 0)
def test_printable_holds_its_promise(text: str, lines: bool, limit: int) -> None:
    shown = printable(text, lines=lines, limit=limit)
    for char in shown:
        kept = (lines and char == "\n") or char in "\u200c\u200d"
        assert kept or unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
    assert printable(shown, lines=lines, limit=limit) == shown
    assert not limit or len(shown) <= limit
    shown.encode()


@pytest.mark.parametrize("first", range(0, 0x110000, 0x10000))
def test_every_single_character_is_shown_or_marked(first: int) -> None:
    for code in range(first, first + 0x10000):
        char = chr(code)
        if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn", "Mn", "Me"}:
            assert printable(char) in (MARK, " "), hex(code)
            assert printable(f"{char}漢") in (f"{MARK}漢", " 漢"), hex(code)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+12025550177", "+1******0177"),
        ("whatsapp:+12025550177", "whatsapp:+1******0177"),
        ("+447700900123", "+44******0123"),
        ("+8613800138000", "+86*******8000"),
        ("+35312345678", "+353****5678"),
        ("li@example.org", "**********.org"),
        ("sip:+12025550177@host", "sip:+1***********host"),
        ("client:tommy", "client:*****"),
        ("12345", "*****"),
        ("+1202555", "+1******"),
        ("", ""),
        ("Chen: +12025550177", "**************0177"),
    ],
)
def test_a_masked_number_shows_country_and_last_four(address: str, masked: str) -> None:
    assert mask_number(address) == masked


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        " =1+1",
        "-5",
    ],
)
def test_a_formula_is_defused(cell: str) -> None:
    assert defuse_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Chen Li", "+12025550142", "a=b", "3-4", "'=1", "停水", "li@example.org"])
def test_a_harmless_cell_is_left_alone(cell: str) -> None:
    assert defuse_cell(cell) == cell


def test_a_number_followed_by_a_formula_is_no_number() -> None:
    assert defuse_cell("+12025550142\n=1") == "'+12025550142\n=1"
    assert defuse_cell("+12025550142+1") == "'+12025550142+1"


@given(any_text)
def test_a_defused_cell_stays_as_it_is(text: str) -> None:
    assert defuse_cell(defuse_cell(text)) == defuse_cell(text)


@given(any_text)
def test_xml_text_is_always_well_formed(text: str) -> None:
    element = ElementTree.Element("Say")
    element.text = xml_text(text)
    again = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (again.text or "") == xml_text(text).replace("\r\n", "\n").replace("\r", "\n")


def test_xml_text_drops_only_what_xml_cannot_hold() -> None:
    assert xml_text("a\x00\x08\x0b\x1b\ud800\ufffe\uffffb\t\r\n<&>é漢😀") == "ab\t\r\n<&>é漢😀"
