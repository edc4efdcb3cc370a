"""No use case runs without its permission, not even one that is written tomorrow; and the store's own table counts."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from builders import (
    CALLER,
    account,
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
from grm_console.desk import audits, intake, sign_in
from grm_console.desk import staff as staff_accounts
from grm_console.desk.actor import Actor
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.fields import QUEUE, STAFF, Kind
from grm_console.desk.desk import Desk
from grm_console.desk.exchange_views import NewCanned
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.settled_searches import SearchTrails
from grm_console.errors import NotAllowed
from grm_console.store import tables
from grm_console.store.accounts import make_foundation
from grm_console.store.tables.columns import table_of

FORM = CaseForm(service="misconduct", summary="Rude clerk")


class Untouchable:
    """A store, a file or whatever else nobody may look at without permission."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was used")


THING: Any = Untouchable()
NOBODY = Actor(7, "nobody", "Nobody", "nobody", 1, "Centre", frozenset(), "+12025550190")

ASK_NOTHING = {
    "agent_states.status": "one's own state",
    "backup.note_restore": "restoring was allowed by the empty store itself",
    "claims.lost_sentence": "what became of one's own claim",
    "console_choices.load": "how one likes one's own console",
    "console_choices.save": "how one likes one's own console",
    "sign_in.change_password": "one's own password",
    "sign_in.unlock": "one's own password",
    "demo.load_city": "the imports, one after the other",
    "imports.imported.importing": "a step of every import",
}


def use_cases() -> dict[str, Callable[..., Any]]:
    """Every public function of the desk that takes a desk and an actor, by module and name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(grm_console.desk.__path__, "grm_console.desk."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            first = list(inspect.signature(function).parameters.values())[:2]
            own = function.__module__ == module.name and not name.startswith("_")
            if own and [parameter.annotation for parameter in first] == [Desk, Actor]:
                found[f"{module.name.removeprefix('grm_console.desk.')}.{name}"] = function
    return found


USE_CASES = use_cases()


def test_every_use_case_is_found_here() -> None:
    assert len(USE_CASES) > 40
    assert set(ASK_NOTHING) < set(USE_CASES)


@pytest.mark.parametrize("name", sorted(set(USE_CASES) - set(ASK_NOTHING)))
def test_without_any_act_a_use_case_looks_at_nothing(name: str) -> None:
    function = USE_CASES[name]
    further = list(inspect.signature(function).parameters.values())[2:]
    needed = [parameter for parameter in further if parameter.default is inspect.Parameter.empty]
    positional = [parameter for parameter in needed if parameter.kind is not inspect.Parameter.KEYWORD_ONLY]
    given = [QUEUE if parameter.annotation is Kind else THING for parameter in positional]
    named = {parameter.name: THING for parameter in needed if parameter.kind is inspect.Parameter.KEYWORD_ONLY}

    def run() -> None:
        done = function(Desk(THING), NOBODY, *given, **named)
        if isinstance(done, Iterator):
            list(done)

    with pytest.raises(NotAllowed, match=r"The role nobody .* Ask the administrator"):
        run()


PARTS = {
    cls
    for module in pkgutil.walk_packages(grm_console.desk.__path__, "grm_console.desk.")
    for _name, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
    if cls.__module__ == module.name
    and not issubclass(cls, Exception)
    and [p.annotation for p in list(inspect.signature(cls).parameters.values())[:2]] == [Desk, Actor]
}
"""The parts of a seat: classes made of a desk and an actor."""

METHODS = sorted(
    (cls.__module__, cls.__name__, name)
    for cls in PARTS
    for name, _function in inspect.getmembers(cls, inspect.isfunction)
    if not name.startswith("_") and (cls.__name__, name) not in {("Administration", "departments"), ("Board", "may")}
)
SHARED: dict[object, object] = {AnswerShelf: AnswerShelf(Desk(THING)), SearchTrails: SearchTrails()}
"""What further a part is made of, by its type."""
OWN = {"Seat", "ClaimKeeper", "GroupCommit", "Sender", "TextAnswerer"}
"""Made of what is tested here, or no part of a seat; a claim keeper only keeps what was taken."""


@pytest.mark.parametrize(("module", "cls", "name"), [m for m in METHODS if m[1] not in OWN])
def test_without_any_act_no_part_of_a_seat_does_anything(module: str, cls: str, name: str) -> None:
    function = getattr(getattr(importlib.import_module(module), cls), name)
    needed = [
        p for p in list(inspect.signature(function).parameters.values())[1:] if p.default is inspect.Parameter.empty
    ]
    known = {Kind: QUEUE, NewCanned: NewCanned()}
    positional = [known.get(p.annotation, THING) for p in needed if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    named = {p.name: THING for p in needed if p.kind is inspect.Parameter.KEYWORD_ONLY}
    part = getattr(importlib.import_module(module), cls)
    further = [SHARED[p.annotation] for p in list(inspect.signature(part).parameters.values())[2:]]
    with pytest.raises(NotAllowed, match=r"The role nobody .* Ask the administrator"):
        getattr(part(Desk(THING), NOBODY, *further), name)(*positional, **named)


@pytest.mark.parametrize(
    "run",
    [
        lambda: AnswerShelf(Desk(THING)).search(NOBODY, THING),
        lambda: AnswerShelf(Desk(THING)).raw_search(NOBODY, THING, "", 5),
        lambda: intake.receive(Desk(THING), THING, NOBODY, THING),
    ],
    ids=["search", "raw_search", "receive"],
)
def test_nor_does_one_of_another_shape(run: Callable[[], object]) -> None:
    with pytest.raises(NotAllowed):
        run()


def test_who_serves_citizens_and_who_does_not() -> None:
    """The table itself, said again in the trade's words."""

    def who_may(act: Act) -> set[Role]:
        return {role for role in Role if act in PERMISSIONS[role]}

    assert who_may(Act.TAKE_INTERACTION) == who_may(Act.OPEN_CONTACT) == {Role.OPERATOR, Role.SUPERVISOR}
    assert who_may(Act.SEE_CONFIDENTIAL_CASES) == {Role.SUPERVISOR}
    assert who_may(Act.MANAGE_STAFF) == {Role.ADMINISTRATOR, Role.SYSTEM}
    assert who_may(Act.RECEIVE_EVENTS) == who_may(Act.SEND_OUTBOX) == {Role.SYSTEM}
    assert PERMISSIONS[Role.AUDITOR] == {Act.VERIFY_AUDIT}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
def test_those_at_the_desk_work_an_exchange_through(desk: Desk, web_actor: Actor, role: Role) -> None:
    found_town(desk.store)
    chen = contact(desk.store, "Chen Li", CALLER)
    version = article(desk.store, "W-1", "When does the water come back?")
    seat, key = answered(desk, web_actor, staff(desk, "mei", role), call())
    assert seat.confirm_speaker(key, chen, "name").speaker is not None
    assert [hit.code for hit in seat.answers.search("water come back")] == ["W-1"]
    seat.answers.give(key, version, 1, "water")
    seat.set_concerned(key, "Grandmother")
    seat.save_draft(key, FORM)
    assert seat.open_case(key, FORM).number
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    assert seat.queue_status().answered == 1
    assert seat.timeline(chen).total == 3


def test_an_administrator_manages_staff_and_sees_no_citizen(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    chen = contact(desk.store, "Chen Li", CALLER)
    take_in(desk, web_actor, call())
    boss = staff(desk, "boss", Role.ADMINISTRATOR)
    cells = {"account": "zoe", "name": "Zoe", "role": "operator"}
    zoe = staff_accounts.add_staff(desk, boss, cells, "correct horse battery", once=False)
    changes.change(desk, boss, STAFF, "zoe", zoe, zoe | {"active": "no"})
    assert changes.row(desk, boss, STAFF, "zoe")["active"] == "no"
    assert audits.verify_audit(desk, boss) > 0
    seat = Seat(desk, boss)
    assert seat.queue_status().waiting == 1
    acts: list[Callable[[], object]] = [
        lambda: seat.card(interaction_of(desk.store, "CA1")),
        lambda: seat.answer(entry_of(desk.store, "CA1")),
        lambda: seat.timeline(chen),
        seat.set_available,
        seat.ringing,
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_what_the_store_gives_and_takes_counts_from_the_next_sign_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "_verify", lambda digest, password: True)
    for name, role in (("mei", Role.OPERATOR), ("ann", Role.AUDITOR)):
        account(desk, name, role, password_hash="a hash")
    article(desk.store, "W-1", "When does the water come back?")

    def seat(name: str) -> Seat:
        return Seat(desk, sign_in.sign_in(desk, name, "any"))

    assert seat("mei").answers.search("water")
    with pytest.raises(NotAllowed):
        seat("ann").answers.search("water")

    table = table_of(tables.Permission)
    act = Act.SEARCH_ANSWERS.value
    with desk.store.writing() as write:
        write.connection.execute(delete(table).where(table.c.role == "operator", table.c.act == act))
    put(desk.store, tables.Permission(role="auditor", act=act))
    put(desk.store, tables.Permission(role="auditor", act="act.of-a-later-program"))
    with desk.store.writing() as write:
        make_foundation(write.connection, write.now)

    with pytest.raises(NotAllowed):
        seat("mei").answers.search("water")
    assert seat("mei").queue_status().waiting == 0
    assert seat("ann").answers.search("water")
