"""What the words of a text mean: danger, a complaint, a command, a digit, a case; quiet hours; kinds of lines."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.addresses import read_address
from grm_console.domain.complaint_words import is_complaint
from grm_console.domain.emergency_words import tells_danger
from grm_console.domain.opt_out import LineKind, carrier_answers, line_kind
from grm_console.domain.quiet_hours import quiet_until, readable
from grm_console.domain.text_commands import StatusAsked, named_case, read_digit, read_status
from grm_console.domain.text_failures import Remedy, failure_of
from grm_console.domain.text_rules import country_allowed


@pytest.mark.parametrize(
    "text",
    [
        "tree fell on the wires next to number 14, sparks!!",
        "live wire on the pavement in front of the school",
        "电线断了掉在路上冒火花",
        "有人触电了",
        "There is a fire in our kitchen",
        "my house is on fire!!",
        "FIRE!",
        "help fire",
        "I smell gas in the stairwell",
        "gas leak at 12 Lotus Lane",
        "he can't breathe",
        "My mother is unconscious",
        "I think he had a heart attack",
        "I want to die",
        "a man has a knife",
        "please call an ambulance",
        "we had a fire drill last year but NOW the kitchen is on fire",
        "厨房着火了",
        "我家煤气泄漏",
        "有很大的煤气味",
        "救命",
        "老人晕倒了",
        "我不想活了",
        "有人持刀",
        "楼下失火,快来",
    ],
)
def test_danger_is_noticed(text: str) -> None:
    assert tells_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "When does the fire station open?",
        "Is there a fire drill on Monday?",
        "I need fire insurance for my house",
        "Which permit do I need for a bonfire?",
        "I was fired from my job",
        "The gas bill is too high",
        "My gas meter was replaced",
        "It takes my breath away",
        "a burning question about taxes",
        "Where can I buy a smoke detector",
        "When is bulky waste collected?",
        "消防演习是哪天",
        "火灾保险怎么办理",
        "煤气费怎么交",
        "停水了",
        "请问燃气灶补贴怎么申请",
    ],
)
def test_false_alarms_are_few(text: str) -> None:
    assert not tells_danger(text)


@pytest.mark.parametrize(
    "text", ["I want to complain", "still no water!", "投诉你们的工作人员", "我要人工", "refund please"]
)
def test_complaints_go_to_people(text: str) -> None:
    assert is_complaint(text)


@pytest.mark.parametrize("text", ["When is bulky waste collected?", "垃圾什么时候收", "thank you", ""])
def test_questions_are_none(text: str) -> None:
    assert not is_complaint(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("STATUS", StatusAsked("", "", False)),
        (" status? ", StatusAsked("", "", False)),
        ("Status 26-000418-8", StatusAsked("26-000418-8", "", False)),
        ("status 260004188 123456", StatusAsked("26-000418-8", "123456", False)),
        ("进度 26-000418-8 查询码", None),
        ("查询26-000418-8 密码123456", StatusAsked("26-000418-8", "123456", False)),
        ("进度：26-000418-8", StatusAsked("26-000418-8", "", False)),
        ("STATUS 26-000418-9", StatusAsked("", "", True)),
        ("what is the status of my case", None),
        ("status of the bridge", None),
        ("", None),
    ],
)
def test_the_status_command(text: str, asked: StatusAsked | None) -> None:
    assert read_status(text) == asked


def test_digits_and_named_cases() -> None:
    assert [read_digit(text) for text in ("1", " ５ ", "9.", "0", "10", "one", "", "1 2")] == [1, 5, 9, *[None] * 5]
    assert named_case("about 26-000418-8, please") == "26-000418-8"
    assert named_case("call 202-555-0142 or 26-000418-9") is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    tells_danger(text)
    is_complaint(text)
    read_status(text)
    read_digit(text)
    named_case(text)


def test_quiet_hours_end_in_the_morning_of_the_place() -> None:
    zone = ZoneInfo("America/New_York")
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 22:00 of the 23rd
    assert quiet_until(late, "21:00-08:00", zone) == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    assert quiet_until(datetime(2026, 11, 24, 12, 59, tzinfo=UTC), "21:00-08:00", zone) == datetime(
        2026, 11, 24, 13, 0, tzinfo=UTC
    )
    assert quiet_until(datetime(2026, 11, 24, 13, 0, tzinfo=UTC), "21:00-08:00", zone) is None
    noon = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert quiet_until(noon, "12:00-14:00", zone) == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    # The clock goes back in this night: the morning is eight by the clock all the same.
    assert quiet_until(datetime(2026, 11, 1, 3, 0, tzinfo=UTC), "21:00-08:00", zone) == datetime(
        2026, 11, 1, 13, 0, tzinfo=UTC
    )
    assert quiet_until(late, "none", zone) is None
    assert [readable(hours) for hours in ("", "none", "21:00-08:00", "8-9", "25:00-08:00", "08:00-08:00")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_who_answers_stop() -> None:
    phone = read_address("+12025550142", "US")
    kinds = {
        "+12025550100": LineKind.LONG_CODE,
        "+18005550100": LineKind.TOLL_FREE,
        "72345": LineKind.SHORT_CODE,
        "+12025550101": LineKind.SHORT_CODE,
    }
    settled = {"+12025550101": LineKind.SHORT_CODE}
    assert {line: line_kind(read_address(line, "US"), settled) for line in kinds} == kinds
    assert carrier_answers("Stop", LineKind.LONG_CODE, phone, False)
    assert carrier_answers("STOP", LineKind.TOLL_FREE, phone, False)
    assert not carrier_answers("退订", LineKind.LONG_CODE, phone, False), "no carrier knows our other words"
    assert not carrier_answers("STOP", LineKind.SHORT_CODE, phone, False)
    assert carrier_answers("STOP", LineKind.SHORT_CODE, phone, True), "it told us that it did"
    assert not carrier_answers("STOP", LineKind.LONG_CODE, read_address("whatsapp:+12025550142", "US"), False)


def test_countries_and_failures() -> None:
    assert country_allowed("+12025550142", frozenset(), "US")
    assert not country_allowed("+447700900123", frozenset(), "US")
    assert country_allowed("+447700900123", frozenset({"1", "44"}), "US")
    assert failure_of(30006).remedy is Remedy.STOP
    assert failure_of(99999).remedy is failure_of(0).remedy is Remedy.UNKNOWN
    assert failure_of(0).sentence()
