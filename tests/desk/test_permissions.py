"""Who may do what: each use case asks for its acts before it looks at the store, and the store's own table counts."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import (
    CALLER,
    account,
    all_rows,
    answered,
    article,
    call,
    contact,
    entry_of,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
)
from sqlalchemy import delete

import grm_console.desk
from grm_console.desk import (
    agent_states,
    answers,
    article_import,
    audits,
    cards,
    case_work,
    drafts,
    exports,
    histories,
    intake,
    listings,
    queue_work,
    sending,
    speakers,
)
from grm_console.desk import staff as staff_accounts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports import (
    cases,
    contacts,
    dispositions,
    history,
    organisations,
    queues,
    relations,
    segments,
    services,
)
from grm_console.desk.imports import staff as staff_file
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named, sign_in
from grm_console.desk.staff import StaffChange
from grm_console.desk.views import CaseForm
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.words import AgentState
from grm_console.errors import ImportRefused, NotAllowed, NotFound
from grm_console.store import tables
from grm_console.store.accounts import make_foundation
from grm_console.store.tables.columns import table_of

PASSWORD = "correct horse battery"
NO_FILE = Path("there-is-none.csv")
FORM = CaseForm(service="misconduct", summary="Rude clerk")
ZOE = StaffChange(full_name="Zoe", role="operator")


class Touched(Exception):
    """The store was used."""


class Untouchable:
    """A store, or a transaction on it, that nobody may use."""

    def __getattr__(self, name: str) -> Any:
        raise Touched(name)


THING: Any = Untouchable()
UNTOUCHED = Desk(THING)


@dataclass(frozen=True)
class UseCase:
    """A function of the desk, every act it asks for, and how it is called."""

    name: str
    acts: frozenset[Act]
    call: Callable[[Desk, Actor], Any]

    def run(self, desk: Desk, actor: Actor) -> None:
        done = self.call(desk, actor)
        if isinstance(done, Iterator):
            list(done)


def case(function: Callable[..., Any], acts: set[Act], *given: Any, **named: Any) -> UseCase:
    module = function.__module__.removeprefix("grm_console.desk.")
    return UseCase(
        f"{module}.{function.__name__}", frozenset(acts), lambda desk, actor: function(desk, actor, *given, **named)
    )


TAKE, OPEN, CHANGE, CASES = Act.TAKE_INTERACTION, Act.OPEN_CONTACT, Act.CHANGE_CONTACT, Act.OPEN_CASE
SEARCH, IMPORT, EXPORT, MANAGE = Act.SEARCH_ANSWERS, Act.IMPORT, Act.EXPORT, Act.MANAGE_STAFF
USE_CASES = [
    case(agent_states.choose, {TAKE}, AgentState.AVAILABLE),
    case(queue_work.queue_status, {Act.SEE_QUEUE}),
    case(queue_work.next_for, {TAKE}),
    case(queue_work.answer, {TAKE}, 1),
    case(queue_work.release, {TAKE}, 1),
    case(queue_work.end, {TAKE}, 1),
    case(queue_work.dispositions, {TAKE}, 1),
    case(queue_work.wrap_up, {TAKE}, 1, "informed", ""),
    case(cards.card, {OPEN}, 1),
    case(speakers.confirm, {TAKE, OPEN}, 1, 1, "name"),
    case(speakers.someone_else, {TAKE, OPEN}, 1),
    case(speakers.anonymous, {TAKE, OPEN}, 1),
    case(speakers.create, {TAKE, OPEN, CHANGE}, 1),
    case(speakers.set_concerned, {TAKE, CHANGE}, 1, "Wang"),
    case(histories.page, {OPEN}, 1),
    case(histories.detail, {OPEN}, 1),
    case(histories.check_all, {EXPORT}),
    case(histories.rebuild_all, {IMPORT}),
    case(answers.article, {SEARCH}, 1),
    case(answers.give, {TAKE, Act.GIVE_ANSWER}, 1, 1, 1, "water"),
    case(case_work.services, {CASES}),
    case(case_work.open_case, {TAKE, CASES}, 1, FORM),
    case(drafts.load, {TAKE}, 1),
    case(drafts.save, {TAKE}, 1, FORM),
    case(sending.send_due, {Act.SEND_OUTBOX}, THING),
    case(exports.export_lines, {EXPORT}, "cases", "csv"),
    case(listings.list_rows, {EXPORT}, "contacts"),
    case(article_import.export_articles, {EXPORT}),
    case(article_import.import_articles, {IMPORT}, NO_FILE),
    case(cases.import_cases, {IMPORT}, NO_FILE),
    case(contacts.import_contacts, {IMPORT}, NO_FILE),
    case(dispositions.import_dispositions, {IMPORT}, NO_FILE),
    case(history.import_history, {IMPORT}, NO_FILE),
    case(organisations.import_organisations, {IMPORT}, NO_FILE),
    case(queues.import_queues, {IMPORT}, NO_FILE),
    case(relations.import_relations, {IMPORT}, NO_FILE),
    case(segments.import_segments, {IMPORT}, NO_FILE),
    case(services.import_services, {IMPORT}, NO_FILE),
    case(staff_file.import_staff, {IMPORT, MANAGE}, NO_FILE),
    case(staff_accounts.list_staff, {MANAGE}),
    case(staff_accounts.add_staff, {MANAGE}, "zoe", ZOE, PASSWORD, once=False),
    case(staff_accounts.change_staff, {MANAGE}, "zoe", ZOE),
    case(staff_accounts.set_password, {MANAGE}, "zoe", PASSWORD, once=False),
    case(audits.verify_audit, {Act.VERIFY_AUDIT}),
    # These take their desk or transaction in another way.
    UseCase("intake.receive", frozenset({Act.RECEIVE_EVENTS}), lambda d, a: intake.receive(d, THING, a, call())),
    UseCase("answers.search", frozenset({SEARCH}), lambda d, a: answers.AnswerShelf(d).search(a, "water")),
    UseCase("answers.raw_search", frozenset({SEARCH}), lambda d, a: answers.AnswerShelf(d).raw_search(a, "x", "", 5)),
]
NAMES = [use_case.name for use_case in USE_CASES]

NOT_OF_THE_TABLE = {
    "agent_states.status": "one's own state",
    "cards.note_opening": "a step of card",
    "demo.load_city": "the imports, one after the other",
    "imports.imported.importing": "a step of every import",
}


@pytest.fixture(autouse=True)
def _no_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_accounts, "hash_password", lambda password: "a hash")


def somebody(role: str, acts: frozenset[Act]) -> Actor:
    return Actor(7, "somebody", "Somebody", role, 1, "Centre", acts, "+12025550190")


def is_allowed(use_case: UseCase, actor: Actor) -> bool:
    """Whether the use case gets as far as the store, or the file it is to read."""
    try:
        use_case.run(UNTOUCHED, actor)
    except (Touched, ImportRefused):
        return True
    except NotAllowed:
        return False
    raise AssertionError("neither refused nor done")


# Without a store


@pytest.mark.parametrize("use_case", USE_CASES, ids=NAMES)
def test_each_act_is_asked_for_before_the_store_is_touched(use_case: UseCase) -> None:
    assert is_allowed(use_case, somebody("exact", use_case.acts))
    for act in use_case.acts:
        with pytest.raises(NotAllowed, match=f"The role lacking .*{act.value}.* Ask the administrator"):
            use_case.run(UNTOUCHED, somebody("lacking", frozenset(Act) - {act}))


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_its_acts_say_and_nothing_else(role: Role) -> None:
    actor = somebody(role, PERMISSIONS[role])
    may = {use_case.name for use_case in USE_CASES if is_allowed(use_case, actor)}
    assert may == {use_case.name for use_case in USE_CASES if use_case.acts <= PERMISSIONS[role]}


def test_who_serves_citizens_and_who_does_not() -> None:
    """The table itself, said again in the trade's words."""
    at_the_desk = {role for role in Role if TAKE in PERMISSIONS[role]}
    assert at_the_desk == {role for role in Role if OPEN in PERMISSIONS[role]} == {Role.OPERATOR, Role.SUPERVISOR}
    assert {role for role in Role if Act.SEE_CONFIDENTIAL_CASES in PERMISSIONS[role]} == {Role.SUPERVISOR}
    assert {role for role in Role if MANAGE in PERMISSIONS[role]} == {Role.ADMINISTRATOR, Role.SYSTEM}
    assert PERMISSIONS[Role.AUDITOR] == {Act.VERIFY_AUDIT}


def test_no_use_case_is_missing_here() -> None:
    """Every public function of the desk that takes a desk and an actor."""
    found = set()
    for module in pkgutil.walk_packages(grm_console.desk.__path__, "grm_console.desk."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            first = list(inspect.signature(function).parameters.values())[:2]
            own = function.__module__ == module.name and not name.startswith("_")
            if own and [parameter.annotation for parameter in first] == [Desk, Actor]:
                found.add(f"{module.name.removeprefix('grm_console.desk.')}.{name}")
    assert found <= {*NAMES, *NOT_OF_THE_TABLE}


# On both stores


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
def test_those_at_the_desk_work_an_exchange_through(desk: Desk, web_actor: Actor, role: Role) -> None:
    found_town(desk.store)
    chen = contact(desk.store, "Chen Li", CALLER)
    version = article(desk.store, "W-1", "When does the water come back?")
    seat, key = answered(desk, web_actor, staff(desk, "mei", role), call())
    assert seat.confirm_speaker(key, chen, "name").speaker is not None
    assert [hit.code for hit in seat.search("water come back")] == ["W-1"]
    seat.give(key, version, 1, "water")
    seat.set_concerned(key, "Grandmother")
    seat.save_draft(key, FORM)
    assert seat.open_case(key, FORM).number
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    assert seat.queue_status().answered == 1
    assert seat.timeline(chen).total == 3


def test_an_administrator_manages_staff_and_sees_no_citizen(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    contact(desk.store, "Chen Li", CALLER)
    take_in(desk, web_actor, call())
    boss = staff(desk, "boss", Role.ADMINISTRATOR)
    staff_accounts.add_staff(desk, boss, "zoe", ZOE, PASSWORD, once=False)
    staff_accounts.change_staff(desk, boss, "zoe", StaffChange(active=False))
    assert [one.active for one in staff_accounts.list_staff(desk, boss) if one.name == "zoe"] == [False]
    assert audits.verify_audit(desk, boss) > 0
    seat = Seat(desk, boss)
    assert seat.queue_status().waiting == 1
    for act in (
        lambda: seat.card(interaction_of(desk.store, "CA1")),
        lambda: seat.answer(entry_of(desk.store, "CA1")),
        lambda: seat.timeline(1),
        seat.set_available,
        seat.ringing,
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.OFFICER, {"public", "internal"}),
        (Role.OPERATOR, {"public", "internal"}),
        (Role.SUPERVISOR, {"public", "internal", "restricted"}),
        (Role.EDITOR, {"public", "internal", "restricted"}),
        (Role.APPROVER, {"public", "internal", "restricted"}),
        (Role.ADMINISTRATOR, {"public"}),
    ],
)
def test_each_role_finds_and_opens_the_articles_it_may_see(desk: Desk, role: Role, seen: set[str]) -> None:
    kept = {
        audience: article(desk.store, f"{audience}-1", f"Water meters, {audience}", audience=audience)
        for audience in ("public", "internal", "restricted")
    }
    seat = Seat(desk, staff(desk, "reader", role))
    assert {hit.audience.value for hit in seat.search("water meters")} == seen
    for audience, version in kept.items():
        if audience in seen:
            assert seat.article(version).audience == audience
        else:
            with pytest.raises(NotFound):
                seat.article(version)


@pytest.mark.parametrize("role", Role)
def test_what_is_refused_leaves_no_trace(desk: Desk, web_actor: Actor, role: Role) -> None:
    found_town(desk.store)
    take_in(desk, web_actor, call())
    account(desk, "somebody", role)
    actor = actor_named(desk, "somebody")
    kept = (tables.AuditRow, tables.ChangeRow, tables.Interaction, tables.AgentStateLog, tables.Contact)
    before = [all_rows(desk.store, model) for model in kept]
    for use_case in USE_CASES:
        if not use_case.acts <= PERMISSIONS[role]:
            with pytest.raises(NotAllowed):
                use_case.run(desk, actor)
    assert [all_rows(desk.store, model) for model in kept] == before


def test_the_stores_own_table_counts_from_the_next_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grm_console.desk.sign_in._verify", lambda digest, password: True)
    for name, role in (("mei", Role.OPERATOR), ("ann", Role.AUDITOR)):
        account(desk, name, role, password_hash="a hash")
    article(desk.store, "W-1", "When does the water come back?")
    mei, ann = (Seat(desk, sign_in(desk, name, "")) for name in ("mei", "ann"))
    assert mei.search("water")
    with pytest.raises(NotAllowed):
        ann.search("water")

    table = table_of(tables.Permission)
    with desk.store.writing() as write:
        write.connection.execute(delete(table).where(table.c.role == "operator", table.c.act == SEARCH.value))
    put(desk.store, tables.Permission(role="auditor", act=SEARCH.value))
    put(desk.store, tables.Permission(role="auditor", act="act.of-a-later-program"))
    with desk.store.writing() as write:
        make_foundation(write.connection, write.now)

    assert sign_in(desk, "mei", "").acts == PERMISSIONS[Role.OPERATOR] - {SEARCH}
    with pytest.raises(NotAllowed):
        Seat(desk, sign_in(desk, "mei", "")).search("water")
    assert Seat(desk, sign_in(desk, "ann", "")).search("water")
