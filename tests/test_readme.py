"""What the README says of settings and commands is so."""

import re
from pathlib import Path

import pytest

from grm_console.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(GRM_\w+)` \| (.*?) \|", README, re.MULTILINE))


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    assert set(ROWS) == {f"GRM_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=False)
        told = ROWS[f"GRM_{name.upper()}"].strip("`")
        if isinstance(default, str) and default:
            assert told == default, name


@pytest.mark.parametrize("file", re.findall(r"`?(?:\./)(scripts/[\w-]+)", README))
def test_every_script_named_is_there(file: str) -> None:
    assert (Path(__file__).parents[1] / file).exists()


def test_the_screenshot_is_there() -> None:
    for path in re.findall(r"\]\((data/[^)]+)\)", README):
        assert (Path(__file__).parents[1] / path).exists(), path
