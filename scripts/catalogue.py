"""Gathers the sentences of the program for translators and compiles their work.

    .venv/bin/python scripts/catalogue.py            new sentences into the catalogues, then compile them
    .venv/bin/python scripts/catalogue.py --check    say what is missing or out of date, change nothing

A sentence is the text in `_("…")`, and the words of the tables that are translated where they are shown: `TABLES`.
"""

import ast
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "grm_console"
LOCALE = SOURCE / "locale"
LANGUAGES = ("zh_CN",)
TABLES = {
    "Command": (2, 3, 4),
    "Column": (0,),
    "Kind": (2,),
    "Field": (1, 2),
    "_code": (0,),
    "_choice": (1,),
}
"""Calls that make a row of a table, each with the places of the words that are translated where the row is shown."""


def sentences() -> Catalog:
    """All sentences of the source with the files they stand in, sorted by file and line."""
    catalogue = Catalog(project="grm-console", charset="utf-8", fuzzy=False)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for text in _texts(node, node.func.id):
                    catalogue.add(text, locations=[(str(path.relative_to(ROOT)), 1)])
    return catalogue


def _texts(call: ast.Call, name: str) -> list[str]:
    places = (0,) if name == "_" else TABLES.get(name, ())
    words = [call.args[place] for place in places if place < len(call.args)]
    return [
        word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value
    ]


class _Stable(Catalog):
    """A catalogue whose head tells no date, no year and no tool: the same sentences give the same bytes everywhere."""

    def __init__(self, language: str) -> None:
        super().__init__(locale=language, charset="utf-8", fuzzy=False)
        self._language = language
        self.header_comment = f"# {language}: sentences and files come from scripts/catalogue.py, translations by hand."

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Language", self._language), ("Content-Type", "text/plain; charset=utf-8")]


def read(language: str) -> Catalog:
    """The catalogue of a language as it is; empty if there is none."""
    path = LOCALE / language / "LC_MESSAGES" / "grm.po"
    if not path.exists():
        return _Stable(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str, catalogue: Catalog) -> bytes:
    """The catalogue as the program loads it."""
    stable = _Stable(language)
    for message in catalogue:
        if message.id:
            stable.add(message.id, message.string)
    buffer = io.BytesIO()
    write_mo(buffer, stable)
    return buffer.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The catalogue as translators edit it: without line numbers, so that it changes only where a sentence did."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, include_lineno=False, sort_by_file=True, width=120)
    return buffer.getvalue()


def renewed(language: str) -> Catalog:
    """The sentences of the program with the translations that are there already."""
    old, fresh = read(language), _Stable(language)
    for message in sentences():
        if message.id:
            known = old.get(message.id)
            fresh.add(message.id, known.string if known is not None else "", locations=message.locations)
    return fresh


def problems(language: str) -> list[str]:
    """What is missing, out of date, or translated with other slots than its sentence has."""
    wanted, catalogue = sentences(), read(language)
    found = [f"not in the catalogue: {message.id}" for message in wanted if message.id and message.id not in catalogue]
    for message in catalogue:
        if not message.id:
            continue
        if message.id not in wanted:
            found.append(f"no longer in the program: {message.id}")
        elif not message.string:
            found.append(f"not translated: {message.id}")
        elif _slots(str(message.id)) != _slots(str(message.string)):
            found.append(f"other slots: {message.id} / {message.string}")
    file = LOCALE / language / "LC_MESSAGES" / "grm.mo"
    if not file.exists() or file.read_bytes() != compiled(language, catalogue):
        found.append(f"{file.name} is not compiled from grm.po: run scripts/catalogue.py")
    return found


def _slots(sentence: str) -> list[str]:
    """The names in braces; how a value is set (`{day:02}`) is the translator's choice."""
    return sorted(part.partition("}")[0].partition(":")[0] for part in sentence.split("{")[1:])


def main() -> int:
    """Update, or only check."""
    if sys.argv[1:] == ["--check"]:
        found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)]
        print("\n".join(found) or "All sentences are translated.")
        return bool(found)
    for language in LANGUAGES:
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        catalogue = renewed(language)
        (folder / "grm.po").write_bytes(written(catalogue))
        (folder / "grm.mo").write_bytes(compiled(language, catalogue))
        count, open_ = len(catalogue), sum(bool(m.id and not m.string) for m in catalogue)
        print(f"{language}: {count} sentences, {open_} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
