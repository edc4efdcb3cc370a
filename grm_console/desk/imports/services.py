"""The catalogue of services from a YAML file: each matter type with its departments, limits and questions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_text
from grm_console.domain.permissions import Act
from grm_console.domain.words import Harm
from grm_console.store import bulk
from grm_console.store.tables import Organisation, Service, ServiceDepartment
from grm_console.store.tables.columns import table_of

_service = table_of(Service)
_department = table_of(ServiceDepartment)
_organisation = table_of(Organisation)


def _yes_or_no(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


Code = Annotated[str, Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=1000)]
Answer = Annotated[Words, BeforeValidator(_yes_or_no)]
"""What a question may be answered with; a yes-or-no answer is true or false in the file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Texts(_Strict):
    """Words in English and, if there are any, in Chinese."""

    en: Words
    zh: str = ""


class _Limits(_Strict):
    """When a reply and the end are promised: hours run through, or working days."""

    first_reply_hours: Annotated[int, Field(gt=0)] | None = None
    done_hours: Annotated[int, Field(gt=0)] | None = None
    done_working_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.done_hours is None) == (self.done_working_days is None):
            raise ValueError("give either done_hours or done_working_days")
        return self


class _Choice(_Texts):
    code: Code


class _When(_Strict):
    """The earlier answer that makes a question be asked."""

    question: Code
    equals: Answer


class _Question(_Strict):
    code: Code
    label: _Texts
    type: Literal["text", "number", "date", "datetime", "yesno", "choice"]
    required: bool = False
    help: _Texts | None = None
    choices: list[_Choice] = []
    when: _When | None = None

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("a question of type choice has choices, and no other has")
        if len({choice.code for choice in self.choices}) < len(self.choices):
            raise ValueError("two choices have the same code")
        return self


class _Entry(_Strict):
    code: Code
    name: _Texts
    description: _Texts | None = None
    department: Code
    others: Annotated[list[Code], Field(alias="with")] = []
    kind: Code
    limits: _Limits
    default_harm: Literal["none", "hardship", "health", "danger"] = "none"
    confidential: bool = False
    keywords: dict[str, list[str]] = {}
    questions: list[_Question] = []

    @model_validator(mode="after")
    def _questions_fit(self) -> Self:
        asked: dict[str, _Question] = {}
        for question in self.questions:
            if question.code in asked:
                raise ValueError(f"two questions have the code {question.code}")
            if question.when is not None:
                earlier = asked.get(question.when.question)
                if earlier is None:
                    raise ValueError(f"{question.code} depends on {question.when.question}, which is not asked before")
                possible = {"yes", "no"} if earlier.type == "yesno" else {choice.code for choice in earlier.choices}
                if possible and question.when.equals not in possible:
                    raise ValueError(f"{question.code} waits for an answer that {earlier.code} does not have")
            asked[question.code] = question
        if self.department in self.others:
            raise ValueError("the lead department does not stand under with as well")
        return self


def import_services(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a catalogue of services into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    entries = list(_read(path, problems))
    with importing(desk, actor, "services", path, "service", dry_run=dry_run) as run:
        codes = {code for _, entry in entries for code in (entry.department, *entry.others)}
        organisations = bulk.keys_by(run.connection, _organisation, "code", codes)
        for line, entry in entries:
            for code in (entry.department, *entry.others):
                if code not in organisations:
                    problems.add(line, f"{entry.code}: department {code} is not in the store; import departments first")
        problems.refuse()
        wanted = {entry.code: _columns(entry, organisations) for _, entry in entries}
        done = bulk.upsert(run.connection, _service, "code", wanted, {"active": True})
        cooperating = {done.keys[e.code]: {organisations[code] for code in e.others} for _, e in entries}
        touched = _cooperate(run, cooperating)
        done.changed.update(code for code in wanted if done.keys[code] in touched and code not in done.added)
        run.settle(done, wanted, progress)
    return run.result


def _columns(entry: _Entry, organisations: dict[str, int]) -> dict[str, Any]:
    return {
        "name": entry.name.en,
        "other_name": entry.name.zh,
        "description": entry.description.en if entry.description else "",
        "other_description": entry.description.zh if entry.description else "",
        "organisation_id": organisations[entry.department],
        "kind": entry.kind,
        "first_reply_hours": entry.limits.first_reply_hours,
        "done_hours": entry.limits.done_hours,
        "done_working_days": entry.limits.done_working_days,
        "default_harm": Harm[entry.default_harm.upper()].value,
        "confidential": entry.confidential,
        "keywords": entry.keywords,
        "questions": [question.model_dump(exclude_none=True, exclude_defaults=True) for question in entry.questions],
    }


def _cooperate(run: Import, wanted: dict[int, set[int]]) -> set[int]:
    """Let exactly these departments cooperate in each service; gives the services that changed."""
    known: dict[int, set[int]] = {}
    for row in bulk.rows_of(run.connection, _department, "service_id", wanted):
        known.setdefault(row.service_id, set()).add(row.organisation_id)
    changed = {service for service, departments in wanted.items() if departments != known.get(service, set())}
    bulk.delete_rows(run.connection, _department, "service_id", changed)
    rows = [(service, department) for service in sorted(changed) for department in sorted(wanted[service])]
    bulk.insert_rows(run.connection, _department, ["service_id", "organisation_id"], rows)
    return changed


def _read(path: Path, problems: Problems) -> Iterator[tuple[int, _Entry]]:
    """Each entry that is right with the number of its first line."""
    text = read_text(path, problems)
    if problems:
        return
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, f"cannot be read as YAML ({error.problem})")
        return
    except yaml.YAMLError as error:
        problems.add(1, f"cannot be read as YAML ({' '.join(str(error).split())})")
        return
    if not isinstance(root, yaml.SequenceNode):
        problems.add(1, "the file is a list of services; begin each with - code:")
        return
    seen: dict[str, int] = {}
    for node in root.value:
        line = node.start_mark.line + 1
        _find_doubles(node, problems)
        try:
            entry = _Entry.model_validate(loader.construct_object(node, deep=True))
        except ValidationError as error:
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                reason = fault["msg"].removeprefix("Value error, ")
                problems.add(_line_of(node, fault["loc"]), f"{where}: {reason}" if where else reason)
            continue
        except (yaml.YAMLError, ValueError) as error:
            problems.add(line, f"cannot be read as YAML ({' '.join(str(error).split())})")
            continue
        if (first := seen.setdefault(entry.code, line)) != line:
            problems.add(line, f"{entry.code} stands already on line {first}")
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
                problems.add(key.start_mark.line + 1, f"{key.value} stands there twice")
            if isinstance(key.value, str):
                seen.add(key.value)
            _find_doubles(value, problems)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _find_doubles(value, problems)
