"""Opening a case: the catalogue, what is missing, what may be promised, and the case with its tasks."""

from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.case_pins import make_pin
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.desk.views import CaseForm, OpenedCase, Promise, Question, ServiceChoice
from grm_console.domain.case_form import ELEMENTS, AskedField, asked, problems
from grm_console.domain.case_number import case_number
from grm_console.domain.due_time import done_due, first_reply_due
from grm_console.domain.permissions import Act
from grm_console.domain.words import CaseState, Confidentiality, EntryKind, Harm
from grm_console.errors import InvalidInput
from grm_console.store import cases, timeline
from grm_console.store import intake as rows
from grm_console.store.store import Write


def services(desk: Desk, actor: Actor) -> tuple[ServiceChoice, ...]:
    """The catalogue as the form needs it, in the desk's language where it has both."""
    actor.require(Act.OPEN_CASE)
    with desk.store.reading() as connection:
        found = cases.services(connection)
        helpers = cases.cooperating(connection)
    return tuple(
        ServiceChoice(
            service_id=s.id,
            code=s.code,
            name=s.name,
            other_name=s.other_name,
            description=s.description,
            department=s.department,
            cooperating=tuple(h.name for h in helpers.get(s.id, ())),
            default_harm=Harm(s.default_harm),
            confidential=s.confidential,
            questions=tuple(_question(q, desk.language) for q in s.questions or ()),
            first_reply_hours=s.first_reply_hours,
            done_hours=s.done_hours,
            done_working_days=s.done_working_days,
        )
        for s in found
    )


def missing(form: CaseForm, service: ServiceChoice | None) -> dict[str, str]:
    """What the form still lacks, field by field; needs no store, so it follows every key."""
    fields = _fields(service.questions) if service is not None else []
    return problems(form.service if service is not None else "", elements(form), fields, dict(form.answers))


def elements(form: CaseForm) -> dict[str, str]:
    """The form's own words by the names the rules and the store have for them."""
    return {name: getattr(form, name) for name in ELEMENTS}


def promise(desk: Desk, service: ServiceChoice | None) -> Promise | None:
    """What may be promised if the case were opened now; the service alone decides, never who asks."""
    if service is None:
        return None
    now = desk.store.now()
    return Promise(
        service.department,
        service.cooperating,
        first_reply_due(now, service.first_reply_hours),
        done_due(now, service.done_hours, service.done_working_days),
    )


def open_case(desk: Desk, actor: Actor, interaction_id: int, form: CaseForm) -> OpenedCase:
    """Open a case from an exchange: one number, one owner, one due date, a task for each department.

    The same service and summary again in one exchange is the same case.
    Raises InvalidInput naming every field that is missing or wrong; then nothing was written.
    """
    actor.require(Act.TAKE_INTERACTION, Act.OPEN_CASE)
    with desk.store.writing() as write:
        return open_within(desk, write, actor, held(write, actor, interaction_id), form)


def open_within(desk: Desk, write: Write, actor: Actor, row: Any, form: CaseForm) -> OpenedCase:
    """Open a case from an exchange's row in a transaction that does more than that; see `open_case`."""
    actor.require(Act.OPEN_CASE)
    service = cases.service_coded(write.connection, form.service)
    questions = [_question(q, desk.language) for q in service.questions or ()] if service is not None else []
    fields = _fields(questions)
    wrong = problems(form.service if service is not None else "", elements(form), fields, dict(form.answers))
    if service is None or wrong:
        raise InvalidInput(wrong)
    helpers = cases.cooperating(write.connection).get(service.id, [])
    known = cases.opened_before(write.connection, row.id, service.id, form.summary.strip())
    if known is not None:
        # The same form again: a second click, or a try after an answer that was lost.
        names = tuple(h.name for h in helpers)
        promised = Promise(service.department, names, known.first_reply_due_at, known.due_at)
        return OpenedCase(known.id, known.number, promised)
    level = Confidentiality.CONFIDENTIAL if service.confidential else Confidentiality(form.confidentiality)
    if form.confidentiality is Confidentiality.ANONYMOUS:
        level = Confidentiality.ANONYMOUS
    opened = _write_case(write, actor, row, service, helpers, form, level, fields)
    told = "anonymous" if level is Confidentiality.ANONYMOUS else f"interaction:{row.id}"
    record(write, actor, Act.OPEN_CASE, f"case:{opened.case_id}", told, form.service)
    write.changed("case", opened.case_id)
    return opened


def case_of_exchange(connection: Connection, interaction_id: int) -> OpenedCase | None:
    """The newest case that an exchange opened, as it was told; an anonymous one leads to no exchange."""
    row = cases.newest_of(connection, interaction_id)
    if row is None:
        return None
    helpers = cases.cooperating(connection).get(row.service_id, [])
    told = Promise(row.department, tuple(h.name for h in helpers), row.first_reply_due_at, row.due_at)
    return OpenedCase(row.id, row.number, told)


def _write_case(
    write: Write,
    actor: Actor,
    row: Any,
    service: Any,
    helpers: list[Any],
    form: CaseForm,
    level: Confidentiality,
    fields: list[AskedField],
) -> OpenedCase:
    connection, now = write.connection, write.now
    year = now.astimezone().year
    number = case_number(year, cases.next_number(connection, f"case:{year}"))
    anonymous = level is Confidentiality.ANONYMOUS
    # An anonymous case must not lead back to the call or to the person named on it, and so to the caller.
    contact_id, exchange = (None, None) if anonymous else (row.contact_id, row.id)
    concerned_id, concerned_name = (None, "") if anonymous else (row.concerned_id, row.concerned_name)
    told = Promise(
        service.department,
        tuple(h.name for h in helpers),
        first_reply_due(now, service.first_reply_hours),
        done_due(now, service.done_hours, service.done_working_days),
    )
    answers = dict(form.answers)
    kept = {f.code: answers[f.code].strip() for f in asked(fields, answers) if answers.get(f.code, "").strip()}
    case_id = cases.add_case(
        connection,
        {
            "import_key": None,
            "number": number,
            "service_id": service.id,
            "contact_id": contact_id,
            "concerned_id": concerned_id,
            "concerned_name": concerned_name,
            "entered_by_id": actor.account_id,
            "interaction_id": exchange,
            "organisation_id": service.organisation_id,
            **{name: words.strip() for name, words in elements(form).items()},
            "language": form.language or ("" if anonymous else row.language),
            "harm": Harm[form.harm.upper()].value if form.harm else service.default_harm,
            "confidentiality": level.value,
            "state": CaseState.OPEN.value,
            "answers": kept,
            "opened_at": now,
            "first_reply_due_at": told.first_reply_by,
            "due_at": told.done_by,
            "closed_at": None,
            "version": 1,
        },
    )
    for department, lead in ((service.organisation_id, True), *((h.id, False) for h in helpers)):
        task_id = cases.add_task(connection, case_id, department, lead=lead, at=now, due_at=told.done_by)
        cases.add_event(connection, case_id, "dispatched", now, actor.account_id, task_id=task_id)
    cases.add_event(connection, case_id, "opened", now, actor.account_id)
    rows.add_timeline_entry(
        connection,
        {
            "contact_id": contact_id,
            "at": now,
            "kind": EntryKind.CASE.value,
            "source_id": case_id,
            "interaction_id": exchange,
            "channel": None,
            "direction": None,
            "state": CaseState.OPEN.value,
            "case_number": number,
            "summary": timeline.case_summary(level, form.summary.strip()),
        },
    )
    return OpenedCase(case_id, number, told, make_pin(write, case_id))


def _question(question: dict[str, Any], language: str) -> Question:
    when = question.get("when")
    return Question(
        code=question["code"],
        label=_said(question["label"], language),
        type=question["type"],
        required=bool(question.get("required")),
        help=_said(question.get("help"), language),
        choices=tuple((c["code"], c.get(language) or c["en"]) for c in question.get("choices", ())),
        when=(when["question"], _typed(when["equals"])) if when else None,
    )


def _typed(value: Any) -> str:
    """A value of the catalogue as the form holds it: yesno is `yes` or `no` there."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _said(texts: dict[str, str] | None, language: str) -> str:
    return (texts.get(language) or texts.get("en", "")) if texts else ""


def _fields(questions: "tuple[Question, ...] | list[Question]") -> list[AskedField]:
    return [
        AskedField(q.code, q.label, q.type, q.required, frozenset(code for code, _ in q.choices), q.when)
        for q in questions
    ]
