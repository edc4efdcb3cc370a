import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.addresses import read_address
from grm_console.domain.opt_out import OptOut, automatic_reply_allowed, read_opt_out

DESK = "+12025550100"
OWN = frozenset({DESK, "+12025550101"})


@pytest.mark.parametrize(
    "word",
    [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "退订",
        "停止",
        "退訂",
        "TD",
        "ALTO",
        "BAJA",
    ],
)
def test_stop_words(word: str) -> None:
    assert read_opt_out(word) is OptOut.STOP


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP", "开始", "恢复", "INICIAR", "COMENZAR"])
def test_start_words(word: str) -> None:
    assert read_opt_out(word) is OptOut.START


@pytest.mark.parametrize("word", ["HELP", "INFO", "帮助", "AYUDA", "INFORMACIÓN"])
def test_help_words(word: str) -> None:
    assert read_opt_out(word) is OptOut.HELP


@pytest.mark.parametrize("text", ["  stop\r\n", "Stop", "sToP", "ＳＴＯＰ", "\tstop "])
def test_blanks_case_and_width_do_not_matter(text: str) -> None:
    assert read_opt_out(text) is OptOut.STOP


@pytest.mark.parametrize(
    "text", ["STOP please", "please stop", "stop the noise", "bus stop", "", " ", "yes, it leaks", "停水", "s t o p"]
)
def test_only_the_whole_message_counts(text: str) -> None:
    assert read_opt_out(text) is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert read_opt_out(text) in (None, *OptOut)
    assert read_opt_out(f"{text} no water") is None


@pytest.mark.parametrize(
    "sender",
    ["+12025550142", "+15551234567", "+447700900123", "+8613800138000", "whatsapp:+12025550142", "messenger:123456"],
)
def test_a_person_may_be_answered(sender: str) -> None:
    assert automatic_reply_allowed(read_address(sender, "US"), OWN, read_address(DESK, "US"))


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        (DESK, "equal to the recipient"),
        ("+12025550101", "our own"),
        ("whatsapp:+12025550101", "our own on another channel"),
        (f"whatsapp:{DESK}", "the recipient on another channel"),
        ("anonymous", "withheld"),
        ("", "withheld"),
        ("+266696687", "withheld"),
        ("+86282452253", "withheld"),
        ("74454", "short code"),
        ("911", "short code"),
        ("MYBANK", "alphanumeric"),
        ("li@example.org", "no text goes there"),
        ("client:tommy", "no text goes there"),
        ("+1911", "nonsense"),
        ("+19002345678", "premium rate, US"),
        ("+449098790123", "premium rate, UK"),
        ("+448457123456", "shared cost, UK"),
        ("+447012345678", "personal number, UK"),
        ("+447640123456", "pager, UK"),
        ("+443451234567", "company-wide, UK"),
        ("+870773111632", "satellite"),
        ("+979123456789", "international premium rate"),
    ],
)
def test_a_machine_stays_silent(sender: str, why: str) -> None:
    assert not automatic_reply_allowed(read_address(sender, "US"), OWN, read_address(DESK, "US")), why
