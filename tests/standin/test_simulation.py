"""`grm simulate` refuses options it cannot understand, naming them."""

import pytest
from typer.testing import CliRunner

from grm_console.cli.main import app
from grm_console.errors import InvalidInput
from grm_console.standin.phones import Habit
from grm_console.standin.reachability import Reach


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--phone", "+12025550191"], "+12025550191=busy"),
        (["--phone", "+12025550191=asleep"], "asleep"),
        (["--press", "wait-key"], "wait-key=1"),
    ],
)
def test_an_option_that_cannot_be_understood_is_named(
    option: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRM_TWILIO_AUTH_TOKEN", "secret")
    monkeypatch.setenv("GRM_PUBLIC_BASE_URL", "https://desk.example.gov")
    outcome = CliRunner().invoke(app, ["simulate", "--once", *option])

    assert isinstance(outcome.exception, InvalidInput)
    assert words in str(outcome.exception)


def test_a_word_says_who_is_reached_either_by_telephone_or_by_text() -> None:
    assert not set(Habit) & set(Reach)
