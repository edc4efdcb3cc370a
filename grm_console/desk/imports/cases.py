"""Cases from a file, with their tasks, events and lines of the timeline."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.case_form import ELEMENTS, AskedField
from grm_console.domain.case_form import problems as form_problems
from grm_console.domain.case_number import case_number
from grm_console.domain.due_time import done_due, first_reply_due
from grm_console.domain.permissions import Act
from grm_console.domain.words import CaseState, Confidentiality, EntryKind, Harm, TaskState
from grm_console.i18n import _
from grm_console.store import bulk, cases, timeline
from grm_console.store.tables import CaseEvent, CaseFile, Contact, Interaction, Service, Task, TimelineEntry
from grm_console.store.tables.columns import table_of

_case = table_of(CaseFile)
_task = table_of(Task)
_event = table_of(CaseEvent)
_timeline = table_of(TimelineEntry)
_service = table_of(Service)
_contact = table_of(Contact)
_interaction = table_of(Interaction)

REQUIRED = ("key", "contact", "service", "summary", "opened_at")
OPTIONAL = (
    "details",
    "occurred",
    "place",
    "people",
    "demand",
    "language",
    "harm",
    "confidentiality",
    "closed_at",
    "opened_in",
    "answers",
)
"""Columns a file may lack; they are empty then."""

_HARMS = {harm.name.lower(): harm.value for harm in Harm}


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows of everything the file's lines name."""

    services: Mapping[str, Any]
    contacts: Mapping[str, int]
    interactions: Mapping[str, Any]


def import_cases(
    desk: Desk,
    actor: Actor,
    path: Path,
    *,
    shift_days: int = 0,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring a file of cases into the store, by `key`; new ones get the next numbers of their year as they were opened.

    `shift_days` moves every moment by whole days. Due times follow from the service's limits. A case that was
    worked on here since its import is left as it is. Raises ImportRefused naming each bad line; then nothing was
    changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    lines = read_table(path, REQUIRED, OPTIONAL, key=("key",), problems=problems)
    with importing(desk, actor, "cases", path, "case", dry_run=dry_run) as run:
        known = _Known(
            bulk.rows_by(run.connection, _service, "code", {line["service"] for line in lines}),
            bulk.keys_by(run.connection, _contact, "import_key", {line["contact"] for line in lines}),
            bulk.rows_by(run.connection, _interaction, "import_key", {line["opened_in"] for line in lines}),
        )
        there = bulk.rows_by(run.connection, _case, "import_key", {line["key"] for line in lines})
        wanted = {}
        for line in lines:
            cells = Cells(line, problems)
            values = _read(cells, known, timedelta(days=shift_days), run.now, actor)
            if values is not None and (row := there.get(line["key"])) and row.service_id != values["service_id"]:
                cells.wrong(_("service of a case cannot be changed by a file; open a new case"))
            if values is not None:
                wanted[line["key"]] = values
        problems.refuse()
        new = {key: values for key, values in wanted.items() if key not in there}
        changed = {
            row.id: wanted[key]
            for key, row in there.items()
            if row.version == 1 and any(getattr(row, column) != value for column, value in wanted[key].items())
        }
        _add(run, new)
        _change(run, actor, changed, {row.id: row for row in there.values()})
        run.count(len(new), len(changed), len(wanted))
        if progress is not None:
            progress(len(wanted), len(wanted))
    return run.result


def _read(cells: Cells, known: _Known, shift: timedelta, now: datetime, actor: Actor) -> dict[str, Any] | None:
    """A line's columns of the case; None if its service is not known, so that nothing else can be said."""
    line = cells.line
    service = known.services.get(line["service"])
    for column, keys, file in (
        ("service", known.services, "services"),
        ("contact", known.contacts, "contacts"),
        ("opened_in", known.interactions, "the history"),
    ):
        if line[column] and line[column] not in keys:
            cells.wrong(
                _("{column} {value} is not in the store; import {file} first").format(
                    column=column, value=shown(line[column]), file=file
                )
            )
    opened_at, closed_at = cells.needed_moment("opened_at", shift), cells.moment("closed_at", shift)
    if max(opened_at, closed_at or opened_at) > now:
        cells.wrong(_("opened_at or closed_at has not happened yet"))
    if closed_at is not None and closed_at < opened_at:
        cells.wrong(_("closed_at lies before opened_at"))
    level = cells.word("confidentiality", Confidentiality, Confidentiality.OPEN)
    if level is Confidentiality.ANONYMOUS and line["contact"]:
        cells.wrong(_("an anonymous case has no contact; leave one of the two out"))
    if service is None:
        if not line["service"]:
            cells.wrong(_("{column} may not be empty").format(column="service"))
        return None
    if service.confidential and level is Confidentiality.OPEN:
        level = Confidentiality.CONFIDENTIAL
    harm = cells.choice("harm", _HARMS) if line["harm"] else ""
    interaction = known.interactions.get(line["opened_in"])
    # An anonymous case must not lead back to the call, and so to the caller.
    anonymous = level is Confidentiality.ANONYMOUS
    answers = _answers(cells, service)
    elements = {name: line[name] for name in ELEMENTS}
    for reason in form_problems(line["service"], elements, _fields(service), answers).values():
        cells.wrong(reason)
    return {
        "service_id": service.id,
        "contact_id": known.contacts.get(line["contact"]),
        "concerned_id": interaction.concerned_id if interaction is not None and not anonymous else None,
        "entered_by_id": (interaction.agent_id if interaction is not None else None) or actor.account_id,
        "interaction_id": interaction.id if interaction is not None and not anonymous else None,
        "organisation_id": service.organisation_id,
        **elements,
        "language": cells.language("language"),
        "harm": _HARMS.get(harm, service.default_harm),
        "confidentiality": level.value,
        "state": (CaseState.OPEN if closed_at is None else CaseState.CLOSED).value,
        "answers": answers,
        "opened_at": opened_at,
        "first_reply_due_at": first_reply_due(opened_at, service.first_reply_hours),
        "due_at": done_due(opened_at, service.done_hours, service.done_working_days),
        "closed_at": closed_at,
    }


def _answers(cells: Cells, service: Any) -> dict[str, str]:
    """The answers by question code, as the form keeps them: yes and no, numbers and days as words."""
    if not cells.line["answers"]:
        return {}
    try:
        told = json.loads(cells.line["answers"])
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        cells.wrong(_('answers is no JSON object; write e.g. {"floor": 6}'))
        return {}
    asked = {question["code"] for question in service.questions or ()}
    answers = {}
    for code, value in told.items():
        if code not in asked:
            cells.wrong(_("answers {code} is no question of {service}").format(code=shown(code), service=service.code))
        elif isinstance(value, bool):
            answers[code] = "yes" if value else "no"
        elif isinstance(value, str | int | float):
            answers[code] = str(value).strip()
        elif value is not None:
            cells.wrong(_("answers {code} is neither words nor a number nor true or false").format(code=shown(code)))
    return answers


def _fields(service: Any) -> Iterable[AskedField]:
    """The service's questions, none of them required: what was not asked then is not asked now."""
    return [
        AskedField(
            question["code"],
            question["code"],
            question["type"],
            False,
            frozenset(choice["code"] for choice in question.get("choices", ())),
            None,
        )
        for question in service.questions or ()
    ]


def _add(run: Import, new: Mapping[str, dict[str, Any]]) -> None:
    """Insert cases with all that belongs to them."""
    if not new:
        return
    connection = run.connection
    order = sorted(new, key=lambda key: (new[key]["opened_at"], key))
    years: dict[int, list[str]] = {}
    for key in order:
        years.setdefault(new[key]["opened_at"].astimezone().year, []).append(key)
    numbers = {
        key: case_number(year, running)
        for year, keys in years.items()
        for key, running in zip(keys, bulk.take_numbers(connection, f"case:{year}", len(keys)), strict=True)
    }
    ids = dict(zip(order, bulk.reserve_keys(connection, _case, len(order)), strict=True))
    columns = list(new[order[0]])
    bulk.insert_rows(
        connection,
        _case,
        ["id", "import_key", "number", *columns],
        ((ids[key], key, numbers[key], *new[key].values()) for key in order),
        {"concerned_name": "", "version": 1},
    )
    helpers = cases.cooperating(connection)
    tasks = [
        (ids[key], department, lead, *_task_state(new[key]).values())
        for key in order
        for department, lead in (
            (new[key]["organisation_id"], True),
            *((helper.id, False) for helper in helpers.get(new[key]["service_id"], ())),
        )
    ]
    task_ids = bulk.reserve_keys(connection, _task, len(tasks))
    bulk.insert_rows(
        connection,
        _task,
        ["id", "case_id", "organisation_id", "is_lead", "state", "dispatched_at", "due_at", "done_at"],
        ((id_, *task) for id_, task in zip(task_ids, tasks, strict=True)),
        {"signed_at": None},
    )
    by_case = {ids[key]: new[key] for key in order}
    events: list[tuple[Any, ...]] = [
        (case, id_, "dispatched", by_case[case]["opened_at"], by_case[case]["entered_by_id"])
        for id_, (case, *_) in zip(task_ids, tasks, strict=True)
    ]
    for id_, case in by_case.items():
        events.append((id_, None, "opened", case["opened_at"], case["entered_by_id"]))
        if case["closed_at"] is not None:
            events.append((id_, None, "closed", case["closed_at"], case["entered_by_id"]))
    _add_events(run, events)
    lines = [_line(ids[key], numbers[key], new[key]) for key in order]
    bulk.insert_rows(connection, _timeline, list(lines[0]), ([*line.values()] for line in lines))


def _change(run: Import, actor: Actor, changed: Mapping[int, dict[str, Any]], before: Mapping[int, Any]) -> None:
    """Change cases that nobody worked on here, with all that belongs to them."""
    if not changed:
        return
    connection = run.connection
    bulk.update_rows(connection, _case, changed, count_version=False)
    bulk.update_rows(connection, _task, {id_: _task_state(case) for id_, case in changed.items()}, key="case_id")
    events = []
    for id_, case in changed.items():
        closed = case["closed_at"] is not None and before[id_].closed_at is None
        kind, at = ("closed", case["closed_at"]) if closed else ("changed", run.now)
        events.append((id_, None, kind, at, actor.account_id))
    _add_events(run, events)
    bulk.settle_case_lines(connection, [_line(id_, before[id_].number, case) for id_, case in changed.items()])


def _add_events(run: Import, events: Iterable[tuple[Any, ...]]) -> None:
    bulk.insert_rows(
        run.connection,
        _event,
        ["case_id", "task_id", "kind", "at", "account_id"],
        events,
        {"note": "", "detail": None},
    )


def _task_state(case: Mapping[str, Any]) -> dict[str, Any]:
    """What follows for every department's part; when it was signed, a file does not tell."""
    state = TaskState.DISPATCHED if case["closed_at"] is None else TaskState.DONE
    return {
        "state": state.value,
        "dispatched_at": case["opened_at"],
        "due_at": case["due_at"],
        "done_at": case["closed_at"],
    }


def _line(case_id: int, number: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """The case's line of the timeline."""
    return {
        "contact_id": case["contact_id"],
        "at": case["opened_at"],
        "kind": EntryKind.CASE.value,
        "source_id": case_id,
        "interaction_id": case["interaction_id"],
        "channel": None,
        "direction": None,
        "state": case["state"],
        "case_number": number,
        "summary": timeline.case_summary(case["confidentiality"], case["summary"]),
    }
