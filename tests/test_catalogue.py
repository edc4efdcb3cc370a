"""The sentences of the program: every one can be translated, is translated, and only when it is shown."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "grm_console"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "scripts" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


catalogue = _load()


@cache
def _parsed() -> dict[str, ast.Module]:
    """Every file of the program by its path; not at import, which is for all workers."""
    return {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}


SHOWN_BY = re.compile(
    r"Content|Static|styled|assemble|notify|say|Choice|ChoiceField|LineField|WordsField|Cell|Tile|Label|PickScreen"
    r"|wrong|refuse|[A-Z]\w*(Refused|Busy|Gone|TooNew|TooOld|Broken|Claimed|Change)|NotAllowed|NotFound|InvalidInput"
    r"|GrmError|StoreError|SettingsError"
)
"""What puts its words before somebody: parts of a screen, and the errors whose text is a sentence."""

OWN_NAMES = {"English", "中文", "Ctrl+S", "F10"}
"""Shown as they are in every language."""

NOT_OURS = {
    "desk/group_commit.py",  # answers to a provider's request, which is a program
    "channels/twilio/carrier.py",  # stored with the text that was not sent
}

TRANSLATED_TABLES = {
    "desk/catalogue/cells.py",
    "desk/catalogue/changes.py",
    "desk/catalogue/fields.py",
    "tui/app.py",
    "tui/screens/administration.py",
    "tui/screens/administration_form.py",
    "tui/screens/board.py",
    "tui/screens/help.py",
    "tui/widgets/board_table.py",
    "tui/widgets/catalogue_field.py",
    "tui/widgets/catalogue_rows.py",
    "tui/widgets/command_footer.py",
}
"""Files that show words of the tables named in scripts/catalogue.py, and so ask for a variable."""


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _words(node: ast.AST) -> Iterator[ast.expr]:
    """The words that are shown with a node: not those that are translated, compared or another call's."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            yield node
        case ast.Call() if _name(node) != "join":
            return
        case ast.Compare() | ast.Subscript() | ast.Lambda():
            return
        case ast.IfExp():
            yield from (*_words(node.body), *_words(node.orelse))
        case ast.Dict():
            for value in node.values:
                yield from _words(value)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _words(child)


def _text(word: ast.expr) -> str:
    """The fixed letters of a string; a value between them counts as nothing."""
    parts = word.values if isinstance(word, ast.JoinedStr) else [word]
    return "".join(part.value for part in parts if isinstance(part, ast.Constant))


def _is_sentence(text: str) -> bool:
    """Words that begin with a capital, or several of them; a style, a key of ours or a sign is none."""
    if text.strip() in OWN_NAMES or text.startswith(("$", "bold")):
        return False
    return bool(re.match(r"\s*[A-Z][a-z]+", text) or re.search(r"[a-z]{2,},? [a-z]{2,}", text))


@pytest.mark.parametrize("layer", ["tui", "desk", "domain", "store", "errors.py"])
def test_every_sentence_that_is_shown_can_be_translated(layer: str) -> None:
    bare = [
        f"{path}:{word.lineno}: {_text(word)}"
        for path, tree in _parsed().items()
        if path.startswith(layer) and path not in NOT_OURS
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and SHOWN_BY.fullmatch(_name(call))
        for argument in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg != "classes"))
        for word in _words(argument)
        if _is_sentence(_text(word))
    ]
    assert not bare


def test_only_words_of_the_tables_are_translated_by_a_variable() -> None:
    by_variable = {
        path
        for path, tree in _parsed().items()
        for call in _translations(tree)
        if not isinstance(call.args[0], ast.Constant)
    }
    assert by_variable == TRANSLATED_TABLES
    built = [
        f"{path}:{call.lineno}"
        for path, tree in _parsed().items()
        for call in _translations(tree)
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
    ]
    assert not built


def test_a_sentence_gets_the_values_it_names() -> None:
    wrong = [
        f"{path}:{call.lineno}: {inner.args[0].value}"
        for path, tree in _parsed().items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "format"
        if isinstance(inner := call.func.value, ast.Call) and _name(inner) == "_"
        if isinstance(inner.args[0], ast.Constant)
        and {name for _words, name, _spec, _kind in Formatter().parse(inner.args[0].value) if name is not None}
        != {keyword.arg for keyword in call.keywords}
    ]
    assert not wrong


def test_no_sentence_is_translated_before_it_is_shown() -> None:
    early = [f"{path}:{call.lineno}" for path, tree in _parsed().items() for call in _at_import(tree)]
    assert not early


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_the_catalogue_is_whole_and_compiled(language: str) -> None:
    assert catalogue.problems(language) == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_gathering_again_changes_no_byte(language: str) -> None:
    folder = catalogue.LOCALE / language / "LC_MESSAGES"
    fresh = catalogue.renewed(language)
    assert catalogue.written(fresh) == (folder / "grm.po").read_bytes()
    assert catalogue.compiled(language, fresh) == (folder / "grm.mo").read_bytes()


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_translation_takes_the_values_of_its_sentence(language: str) -> None:
    values = {"day": 3, "year": 2026, "hour": 9}
    for message in catalogue.read(language):
        if message.id and message.string and "{" in message.id and '{"' not in message.id:
            names = re.findall(r"{(\w+)", message.id)
            message.string.format(**{name: values.get(name, 1) for name in names})


def _translations(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "_")


def _at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Translations that are asked for while a module is loaded: outside functions, or as the default of one."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
        annotations = [argument.annotation for argument in node.args.args if argument.annotation is not None]
        for part in (*defaults, *annotations, *getattr(node, "decorator_list", ())):
            yield from _at_import(part)
        return
    if isinstance(node, ast.Call) and _name(node) == "_":
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _at_import(child)
