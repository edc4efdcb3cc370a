import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.sms import Segments, SmsEncoding, segments

GSM, UCS = SmsEncoding.GSM_7, SmsEncoding.UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "parts"),
    [
        ("", GSM, 0, 0),
        ("a", GSM, 1, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("a" * 1600, GSM, 1600, 11),
        ("@£¿Ññàé\r\n", GSM, 9, 1),
        ("^{}[]~\\|€\f", GSM, 20, 1),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("a" * 152 + "€" + "a" * 152, GSM, 306, 3),
        ("水" * 70, UCS, 70, 1),
        ("水" * 71, UCS, 71, 2),
        ("水" * 134, UCS, 134, 2),
        ("水" * 135, UCS, 135, 3),
        ("a" * 70 + "’", UCS, 71, 2),
        ("a\tb", UCS, 3, 1),
        ("á", UCS, 1, 1),
        ("😀" * 35, UCS, 70, 1),
        ("😀" * 36, UCS, 72, 2),
        ("水" * 66 + "😀" + "水" * 66, UCS, 134, 3),
    ],
)
def test_segments(text: str, encoding: SmsEncoding, characters: int, parts: int) -> None:
    assert segments(text) == Segments(encoding, characters, parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_ucs_2_counts_as_utf_16_does_and_more_text_never_takes_less(text: str) -> None:
    found = segments(text)
    if found.encoding is UCS:
        assert found.characters == len(text.encode("utf-16-le")) // 2
    assert segments(f"{text}水").parts >= found.parts
    assert (found.parts == 0) == (text == "")
