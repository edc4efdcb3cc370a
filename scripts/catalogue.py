"""Gathers the sentences of the program for translators and compiles their work.

    .venv/bin/python scripts/catalogue.py            new sentences into the catalogues, then compile them
    .venv/bin/python scripts/catalogue.py --check    say what is missing or out of date, change nothing

A sentence is the text in `_("…")`, and label, help and group of each `Command(…)` in a table of commands.
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
_COMMAND_WORDS = (2, 3, 4)


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
    arguments = call.args
    if name == "_":
        chosen = arguments[:1]
    elif name == "Command":
        chosen = [arguments[place] for place in _COMMAND_WORDS if place < len(arguments)]
    else:
        return []
    return [each.value for each in chosen if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def read(language: str) -> Catalog:
    """The catalogue of a language as it is; empty if there is none."""
    path = LOCALE / language / "LC_MESSAGES" / "grm.po"
    if not path.exists():
        return Catalog(locale=language, project="grm-console", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program loads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


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
        elif _slots(message.id) != _slots(message.string):
            found.append(f"other slots: {message.id} / {message.string}")
    file = LOCALE / language / "LC_MESSAGES" / "grm.mo"
    if not file.exists() or file.read_bytes() != compiled(catalogue):
        found.append(f"{file.name} is not compiled from grm.po: run scripts/catalogue.py")
    return found


def _slots(sentence: str) -> list[str]:
    return sorted(part.partition("}")[0] for part in sentence.split("{")[1:])


def main() -> int:
    """Update, or only check."""
    if sys.argv[1:] == ["--check"]:
        found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)]
        print("\n".join(found) or "All sentences are translated.")
        return bool(found)
    for language in LANGUAGES:
        old, fresh = read(language), Catalog(locale=language, project="grm-console", charset="utf-8", fuzzy=False)
        for message in sentences():
            if message.id:
                known = old.get(message.id)
                fresh.add(message.id, known.string if known is not None else "", locations=message.locations)
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        # Neither dates nor line numbers: a change shows in the catalogue only where a sentence changed.
        fresh.creation_date = fresh.revision_date = None  # type: ignore[assignment]
        text = io.BytesIO()
        write_po(text, fresh, include_lineno=False, sort_by_file=True, omit_header=False, width=120)
        (folder / "grm.po").write_bytes(_without_dates(text.getvalue()))
        (folder / "grm.mo").write_bytes(compiled(read(language)))
        print(f"{language}: {sum(bool(m.id and not m.string) for m in read(language))} to translate")
    return 0


def _without_dates(text: bytes) -> bytes:
    lines = text.split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith((b'"POT-Creation-Date', b'"PO-Revision-Date')))


if __name__ == "__main__":
    sys.exit(main())
