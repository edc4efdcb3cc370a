"""The YAML file of services: each entry with the line it begins on, each fault with its own."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from grm_console.desk.imports.service_entry import ServiceEntry
from grm_console.desk.imports.table import Problems, read_text
from grm_console.i18n import _


def read_entries(path: Path, problems: Problems) -> Iterator[tuple[int, ServiceEntry]]:
    """Each entry that is right with the number of its first line."""
    text = read_text(path, problems)
    if problems:
        return
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, _("cannot be read as YAML ({error})").format(error=error.problem))
        return
    except yaml.YAMLError as error:
        problems.add(1, _("cannot be read as YAML ({error})").format(error=" ".join(str(error).split())))
        return
    if not isinstance(root, yaml.SequenceNode):
        problems.add(1, _("the file is a list of services; begin each with - code:"))
        return
    seen: dict[str, int] = {}
    for node in root.value:
        line = node.start_mark.line + 1
        _find_doubles(node, problems)
        try:
            entry = ServiceEntry.model_validate(loader.construct_object(node, deep=True))
        except ValidationError as error:
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                reason = fault["msg"].removeprefix("Value error, ")
                problems.add(_line_of(node, fault["loc"]), f"{where}: {reason}" if where else reason)
            continue
        except (yaml.YAMLError, ValueError) as error:
            problems.add(line, _("cannot be read as YAML ({error})").format(error=" ".join(str(error).split())))
            continue
        if (first := seen.setdefault(entry.code, line)) != line:
            problems.add(line, _("{code} stands already on line {first}").format(code=entry.code, first=first))
        yield line, entry


def _line_of(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of what a path of keys and positions leads to, or of the last part of it that is there."""
    for part in path:
        inner = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1


def _find_doubles(node: yaml.Node, problems: Problems) -> None:
    """Name keys that stand twice in one mapping; YAML's reader would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                problems.add(key.start_mark.line + 1, _("{value} stands there twice").format(value=key.value))
            if isinstance(key.value, str):
                seen.add(key.value)
            _find_doubles(value, problems)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _find_doubles(value, problems)
