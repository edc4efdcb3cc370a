"""Built-in sentences: each in both languages, with the same slots; moments as one says them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from grm_console.desk.phrases import NAMES, phrase, spoken_moment

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_slots(name: str) -> None:
    slots = [set(re.findall(r"{(\w+)}", phrase(name, language))) for language in ("en", "zh")]

    assert slots[0] == slots[1]
    assert phrase(name, "en") != phrase(name, "zh")


@pytest.mark.parametrize(
    ("ahead", "english", "chinese"),
    [
        (timedelta(hours=4), "today at 13:02", "今天13:02"),
        (timedelta(days=1), "tomorrow at 09:02", "明天09:02"),
        (timedelta(days=3), "on Thursday at 09:02", "星期四09:02"),
        (timedelta(days=8), "on Tuesday, 1 December at 09:02", "12月1日星期二09:02"),
    ],
)
def test_moments_are_spoken(ahead: timedelta, english: str, chinese: str) -> None:
    assert spoken_moment(NOW + ahead, NOW, "en") == english
    assert spoken_moment(NOW + ahead, NOW, "zh") == chinese
    assert spoken_moment(NOW + ahead, NOW, "eo").startswith("2026-")
