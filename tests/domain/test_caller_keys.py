"""Keys stand for the languages a queue lists, in their order, and for nothing else."""

import pytest

from grm_console.domain.caller_keys import language_of_key


@pytest.mark.parametrize(
    ("languages", "keys", "language"),
    [
        ("en|zh", "1", "en"),
        ("en|zh", "2", "zh"),
        ("en|zh", "3", ""),
        ("en|zh", "0", ""),
        ("en|zh", "12", ""),
        ("en|zh", "*", ""),
        ("en|zh", "", ""),
        ("en|zh", "２", ""),
        ("", "1", ""),
        ("|zh", "1", "zh"),
        ("|".join(f"l{n}" for n in range(12)), "9", "l8"),
    ],
)
def test_languages_by_key(languages: str, keys: str, language: str) -> None:
    assert language_of_key(languages, keys) == language
