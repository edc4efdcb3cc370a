"""What the guides say of keys, figures and commands is so, and both languages say the same."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from gettext import translation
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from typer.main import get_command

import grm_console.i18n
import grm_console.tui
from grm_console.cli.main import app
from grm_console.desk.board_views import BoardSnapshot, Figure, RowsOf
from grm_console.domain.canned_slots import SLOTS
from grm_console.domain.service_level import IN_FORCE
from grm_console.settings import Settings
from grm_console.tui.commands import Command
from grm_console.tui.screens.guide import GUIDES, guide_text
from grm_console.tui.widgets.board_lines import tiles

NAMES = ("operator", "supervisor", "administrator", "editor")
LANGUAGES = ("en", "zh")
EACH = [(name, language) for name in NAMES for language in LANGUAGES]
CODE = re.compile(r"`([^`\n]+)`")
NAMED_KEY = {"en": re.compile(r"`([^`\n]+)`\s+\*\*([^*\n]+)\*\*"), "zh": re.compile(r"`([^`\n]+)`【([^】\n]+)】")}
KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)?(?:F\d+|[A-Z0-9]|Esc|Enter|Tab|Up|Down|Left|Right)")
TEXTUAL = {"esc": "escape"}


def spans(text: str) -> list[str]:
    """Everything in backticks."""
    return CODE.findall(text)


def sections(text: str) -> list[str]:
    """The text cut before each heading."""
    return re.split(r"(?m)^(?=#)", text)[1:]


def as_textual(key: str) -> str:
    """`Ctrl+G` as Textual reads it."""
    return "+".join(TEXTUAL.get(part, part) for part in key.lower().split("+"))


@cache
def commands() -> tuple[Command, ...]:
    """Every command of every table of the console."""
    found: list[Command] = []
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, tuple) and value and all(isinstance(one, Command) for one in value):
                found += value
    return tuple(dict.fromkeys(found))


@cache
def bound_keys() -> frozenset[str]:
    """Every key that some screen or widget of the console obeys."""
    declared = [command.keys for command in commands()]
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__.startswith("grm_console"):
                declared += [one.key if isinstance(one, Binding) else one[0] for one in vars(value).get("BINDINGS", ())]
    return frozenset(key for keys in declared for key in keys.split(","))


def _modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(grm_console.tui.__path__, "grm_console.tui."):
        yield importlib.import_module(found.name)


def problem(span: str) -> str:
    """Why something in backticks is not as it says; empty if it is."""
    if KEY.fullmatch(span):
        return "" if as_textual(span) in bound_keys() else "no such key"
    if span.startswith("{"):
        return "" if span[1:-1] in SLOTS else "no such slot"
    if span.startswith("GRM_"):
        return "" if span.removeprefix("GRM_").lower() in Settings.model_fields else "no such setting"
    if span.startswith("--"):
        return "" if span in options() else "no such option"
    words = re.sub(r'"[^"]*"', "WORDS", span).split()
    return command_problem(words[1:]) if words[0] == "grm" else "neither key nor command"


@cache
def grm() -> Any:
    """The command line with all its sub-commands, as typer's own copy of click sees it."""
    return get_command(app)


def command_problem(words: list[str]) -> str:
    """Why a command line would be refused before it is run; empty if it would not."""
    command, given = grm(), list(words)
    while given and given[0] in getattr(command, "commands", {}):
        command = command.commands[given.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in given if word.startswith("--") and word not in known]
    if hasattr(command, "commands") and any(not word.startswith("--") for word in given):
        return "no such command"
    return f"no such option: {unknown}" if unknown else ""


@cache
def options() -> frozenset[str]:
    """Every option of every command."""

    def walk(command: Any) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts
        for one in getattr(command, "commands", {}).values():
            yield from walk(one)

    return frozenset(walk(grm()))


@pytest.mark.parametrize(("name", "language"), EACH)
def test_whatever_stands_in_backticks_is_there(name: str, language: str) -> None:
    wrong = {span: why for span in spans(guide_text(name, language)) if (why := problem(span))}
    assert not wrong


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_called_as_the_screen_calls_it(name: str) -> None:
    known = {(key, command.label) for command in commands() for key in command.keys.split(",")}
    named = {(as_textual(key), label) for key, label in NAMED_KEY["en"].findall(guide_text(name, "en"))}
    assert named <= known


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_called_in_chinese_as_the_screen_calls_it(name: str) -> None:
    catalogue = translation("grm", Path(grm_console.i18n.__file__).parent / "locale", ["zh_CN"], fallback=True)
    pairs = zip(*(NAMED_KEY[language].findall(guide_text(name, language)) for language in LANGUAGES), strict=True)
    for (key, label), (same_key, chinese) in pairs:
        assert key == same_key
        translated = catalogue.gettext(label)
        assert chinese == translated or translated == label, f"{key}: the screen says {translated}"


def test_every_large_figure_of_the_board_is_defined() -> None:
    now = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
    empty = BoardSnapshot(now, (), (), (), (), (), *[Figure(RowsOf.EXCHANGES)] * 3)
    defined = set(re.findall(r"\*\*([^*]+)\*\*", guide_text("supervisor", "en")))
    assert {tile.label for tile in tiles(empty, now)} <= defined
    assert IN_FORCE.value in guide_text("supervisor", "en")
    assert IN_FORCE.value in guide_text("supervisor", "zh")


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_tell_the_same_tasks_by_the_same_keys_and_commands(name: str) -> None:
    english, chinese = (sections(guide_text(name, language)) for language in LANGUAGES)
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert one.partition(" ")[0] == other.partition(" ")[0]
        assert set(spans(one)) == set(spans(other)), other.partition("\n")[0]


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_link_leads_to_a_file_and_a_heading(name: str, language: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", guide_text(name, language)):
        path, _hash, heading = target.partition("#")
        file = GUIDES / path
        assert file.is_file(), target
        headings = re.findall(r"(?m)^#+ (.+)$", file.read_text("utf-8"))
        assert not heading or heading in {one.lower().replace(" ", "-") for one in headings}, target


@pytest.mark.parametrize("name", NAMES)
def test_chinese_lines_are_not_broken(name: str) -> None:
    """A reader of Markdown makes a space of a line's end, which Chinese has no use for."""
    lines = guide_text(name, "zh").split("\n")
    assert not [line for before, line in pairwise(lines) if before and line and not re.match(r"[-#]|\d+\.", line)]
