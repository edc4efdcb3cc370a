"""Every use case asks for its acts before it touches the store, and leaves an audit row when it writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from builders import CALL, CALLER, all_rows, answered, article, call, contact, entry_of, found_town, staff, take_in

from grm_console.desk import (
    agent_states,
    answer_by_text,
    answer_calibration,
    answer_giving,
    answer_indexing,
    answers,
    article_import,
    audits,
    cards,
    case_work,
    drafts,
    exports,
    histories,
    listings,
    question_groups,
    queue_work,
    sending,
    speakers,
)
from grm_console.desk import staff as accounts
from grm_console.desk.actor import Actor
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.exports import export_file
from grm_console.desk.catalogue.fields import QUEUE, STAFF
from grm_console.desk.desk import Desk
from grm_console.desk.imports.queues import import_queues
from grm_console.desk.intake import receive
from grm_console.desk.proposals import Proposals
from grm_console.desk.seat import Seat
from grm_console.desk.topic_alarms import TopicWatch
from grm_console.desk.views import AnswerFound, CaseForm
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.words import AgentState
from grm_console.errors import NotAllowed
from grm_console.store import tables
from grm_console.store.store import Store, Write

FORM = CaseForm(service="misconduct", summary="Rude clerk")
QUEUES = Path("queues.csv")


class Touched(Exception):
    """The store was asked for something."""


class _Untouched:
    """A store that nobody may ask for anything."""

    def __getattr__(self, name: str) -> Any:
        raise Touched(name)


class _NoCarrier:
    def end_call(self, sid: str) -> None:
        raise Touched

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        raise Touched


UNTOUCHED = Desk(cast(Store, _Untouched()))
UseCase = Callable[[Desk, Actor], object]

ASKS: dict[str, tuple[set[Act], UseCase]] = {
    "queue_status": ({Act.SEE_QUEUE}, queue_work.queue_status),
    "next_for": ({Act.TAKE_INTERACTION}, queue_work.next_for),
    "answer": ({Act.TAKE_INTERACTION}, lambda d, a: queue_work.answer(d, a, 1)),
    "release": ({Act.TAKE_INTERACTION}, lambda d, a: queue_work.release(d, a, 1)),
    "end": ({Act.TAKE_INTERACTION}, lambda d, a: queue_work.end(d, a, 1)),
    "dispositions": ({Act.TAKE_INTERACTION}, lambda d, a: queue_work.dispositions(d, a, 1)),
    "wrap_up": ({Act.TAKE_INTERACTION}, lambda d, a: queue_work.wrap_up(d, a, 1, "informed", "")),
    "choose": ({Act.TAKE_INTERACTION}, lambda d, a: agent_states.choose(d, a, AgentState.AVAILABLE)),
    "card": ({Act.OPEN_CONTACT}, lambda d, a: cards.card(d, a, 1)),
    "page": ({Act.OPEN_CONTACT}, lambda d, a: histories.page(d, a, 1)),
    "detail": ({Act.OPEN_CONTACT}, lambda d, a: histories.detail(d, a, 1)),
    "check_all": ({Act.EXPORT}, histories.check_all),
    "rebuild_all": ({Act.IMPORT}, histories.rebuild_all),
    "confirm": ({Act.TAKE_INTERACTION, Act.OPEN_CONTACT}, lambda d, a: speakers.confirm(d, a, 1, 1, "name")),
    "someone_else": ({Act.TAKE_INTERACTION, Act.OPEN_CONTACT}, lambda d, a: speakers.someone_else(d, a, 1)),
    "anonymous": ({Act.TAKE_INTERACTION, Act.OPEN_CONTACT}, lambda d, a: speakers.anonymous(d, a, 1)),
    "create": ({Act.TAKE_INTERACTION, Act.CHANGE_CONTACT}, lambda d, a: speakers.create(d, a, 1)),
    "set_concerned": (
        {Act.TAKE_INTERACTION, Act.CHANGE_CONTACT},
        lambda d, a: speakers.set_concerned(d, a, 1, "Somebody"),
    ),
    "services": ({Act.OPEN_CASE}, case_work.services),
    "open_case": ({Act.TAKE_INTERACTION, Act.OPEN_CASE}, lambda d, a: case_work.open_case(d, a, 1, FORM)),
    "draft": ({Act.TAKE_INTERACTION}, lambda d, a: drafts.load(d, a, 1)),
    "save_draft": ({Act.TAKE_INTERACTION}, lambda d, a: drafts.save(d, a, 1, FORM)),
    "search": ({Act.SEARCH_ANSWERS}, lambda d, a: AnswerShelf(d).search(a, "water")),
    "raw_search": ({Act.SEARCH_ANSWERS}, lambda d, a: AnswerShelf(d).raw_search(a, "water", "en", 5)),
    "typed_search": ({Act.SEARCH_ANSWERS}, lambda d, a: AnswerShelf(d).typed_search(a, "water", "en", 5)),
    "every_way": ({Act.IMPORT}, lambda d, a: AnswerShelf(d).every_way(a, "water", "en")),
    "index_answers": ({Act.IMPORT}, lambda d, a: answer_indexing.index_answers(d, a)),
    "calibrate": ({Act.IMPORT}, lambda d, a: answer_calibration.calibrate(d, a, AnswerShelf(d))),
    "answer_by_text": ({Act.TAKE_INTERACTION, Act.GIVE_ANSWER}, lambda d, a: answer_by_text.by_text(d, a, 1, 1)),
    "given": ({Act.SEARCH_ANSWERS}, lambda d, a: answer_giving.given(d, a, 1)),
    "group questions": ({Act.GROUP_QUESTIONS}, question_groups.refresh),
    "look for topics": ({Act.GROUP_QUESTIONS}, lambda d, a: TopicWatch(d).look(a)),
    "proposals": ({Act.SEE_PROPOSALS}, lambda d, a: Proposals(d, a).lines()),
    "proposal": ({Act.SEE_PROPOSALS}, lambda d, a: Proposals(d, a).one(1)),
    "accept_phrasing": (
        {Act.SEE_PROPOSALS, Act.WRITE_ARTICLES},
        lambda d, a: Proposals(d, a).accept_phrasing(1, "water"),
    ),
    "accept_article": (
        {Act.SEE_PROPOSALS, Act.WRITE_ARTICLES},
        lambda d, a: Proposals(d, a).accept_article(1, "en", {}),
    ),
    "set_aside": (
        {Act.SEE_PROPOSALS, Act.WRITE_ARTICLES},
        lambda d, a: Proposals(d, a).set_aside(1, "No need of it."),
    ),
    "not_helpful": ({Act.GIVE_ANSWER}, lambda d, a: answers.not_helpful(d, a, 1, 1, "words")),
    "article": ({Act.SEARCH_ANSWERS}, lambda d, a: answers.article(d, a, 1)),
    "give": ({Act.TAKE_INTERACTION, Act.GIVE_ANSWER}, lambda d, a: answer_giving.give(d, a, 1, AnswerFound(1, 1, ""))),
    "send_due": ({Act.SEND_OUTBOX}, lambda d, a: sending.send_due(d, a, _NoCarrier())),
    "verify_audit": ({Act.VERIFY_AUDIT}, audits.verify_audit),
    "export": ({Act.EXPORT}, lambda d, a: list(exports.export_lines(d, a, "interactions", "jsonl"))),
    "list": ({Act.EXPORT}, lambda d, a: list(listings.list_rows(d, a, "contacts"))),
    "export_articles": ({Act.WRITE_ARTICLES}, lambda d, a: list(article_import.export_articles(d, a))),
    "import_articles": ({Act.WRITE_ARTICLES}, lambda d, a: article_import.import_articles(d, a, QUEUES)),
    "import_queues": ({Act.IMPORT}, lambda d, a: import_queues(d, a, QUEUES)),
    "list_staff": ({Act.MANAGE_STAFF}, lambda d, a: list(changes.records(d, a, STAFF))),
    "list_queues": ({Act.MANAGE_CATALOGUE}, lambda d, a: list(changes.records(d, a, QUEUE))),
    "add_queue": ({Act.MANAGE_CATALOGUE}, lambda d, a: changes.add(d, a, QUEUE, {})),
    "export_queues": (
        {Act.MANAGE_CATALOGUE, Act.EXPORT},
        lambda d, a: export_file(d, a, QUEUE, Path("out.csv")),
    ),
    "add_staff": (
        {Act.MANAGE_STAFF},
        lambda d, a: accounts.add_staff(
            d, a, {"account": "zoe", "name": "Zoe", "role": "operator"}, "a long pass phrase", once=False
        ),
    ),
    "change_staff": ({Act.MANAGE_STAFF}, lambda d, a: changes.change(d, a, STAFF, "mei", {}, {})),
    "set_password": (
        {Act.MANAGE_STAFF},
        lambda d, a: accounts.set_password(d, a, "mei", "a long pass phrase", once=False),
    ),
}


def _actor(role: str, acts: frozenset[Act]) -> Actor:
    return Actor(7, "mei", "Mei", role, 1, "Hotline centre", acts, device="+12025550190")


@pytest.fixture(autouse=True)
def _a_file(_no_surroundings: None) -> None:
    QUEUES.write_text("code,name_en,lines\ngeneral,General,+12025550100\n")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ASKS)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: Role, name: str) -> None:
    needed, use_case = ASKS[name]
    may = needed <= PERMISSIONS[role]
    refusal = pytest.raises(Touched) if may else pytest.raises(NotAllowed, match=role.value)
    if may and name == "import_articles":
        return  # it reads the file before the store, and refuses this one
    with refusal:
        use_case(UNTOUCHED, _actor(role, PERMISSIONS[role]))


@pytest.mark.parametrize("name", ASKS)
def test_each_single_act_is_needed(name: str) -> None:
    needed, use_case = ASKS[name]
    for missing in needed:
        with pytest.raises(NotAllowed, match=missing.value):
            use_case(UNTOUCHED, _actor("tailored", frozenset(Act) - {missing}))


def test_events_are_received_by_the_program_alone(desk: Desk) -> None:
    found_town(desk.store)
    operator = staff(desk, "mei")

    def take() -> None:
        with desk.store.writing() as write:
            receive(desk, write, operator, CALL)

    with pytest.raises(NotAllowed):
        take()
    assert all_rows(desk.store, tables.InboundEventRow) == []


def test_the_stores_own_table_counts(desk: Desk) -> None:
    """An administrator may take an act from a role without a new program."""
    permission = tables.Permission.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(permission.delete().where(permission.c.act == Act.SEE_QUEUE.value))
    with pytest.raises(NotAllowed):
        queue_work.queue_status(desk, staff(desk, "mei"))


@pytest.mark.parametrize(
    ("audience", "roles"),
    [
        ("internal", {"operator", "supervisor", "officer", "editor", "approver", "system"}),
        ("restricted", {"supervisor", "editor", "approver", "system"}),
    ],
)
def test_sealed_articles_are_found_by_those_who_may_see_them(desk: Desk, audience: str, roles: set[str]) -> None:
    version = article(desk.store, "S-1", "Where are the spare keys?", audience=audience)
    found = set()
    for role, acts in PERMISSIONS.items():
        if Act.SEARCH_ANSWERS not in acts:
            continue
        actor = _actor(role, acts)
        if AnswerShelf(desk).search(actor, "spare keys"):
            found.add(role.value)
            assert not answers.article(desk, actor, version).givable
    assert found == roles


# What is written is audited


class _Carrier:
    def end_call(self, sid: str) -> None:
        """Hangs up."""

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        return "SM900"


def test_every_act_of_a_shift_is_audited(desk: Desk, web_actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    found_town(desk.store)
    chen = contact(desk.store, "Chen Li", CALLER)
    water = article(desk.store, "W-1", "When does the water come back?")
    operator, admin = staff(desk, "mei"), staff(desk, "adm", "administrator")
    take_in(desk, web_actor, call(), call("CA2", "anonymous"))
    seat = Seat(desk, operator)
    key, second = (seat.card(i).interaction_id for i in (1, 2))
    account = changes.row(desk, admin, STAFF, "mei")
    steps: list[tuple[str, Callable[[], object], set[str]]] = [
        ("available", seat.set_available, {"interaction.take"}),
        ("answer", lambda: seat.answer(entry_of(desk.store, "CA1")), {"interaction.take"}),
        ("confirm", lambda: seat.confirm_speaker(key, chen, "name"), {"contact.open"}),
        ("concerned", lambda: seat.set_concerned(key, "Her son"), {"contact.change"}),
        ("give", lambda: seat.answers.give(key, water, 1, "water"), {"answer.give"}),
        ("draft", lambda: seat.save_draft(key, FORM), {"draft.save"}),
        ("case", lambda: seat.open_case(key, FORM), {"case.open"}),
        ("release", lambda: seat.release(key), {"interaction.take"}),
        ("again", lambda: seat.answer(entry_of(desk.store, "CA1")), {"interaction.take"}),
        ("someone else", lambda: seat.someone_else(key), {"contact.open"}),
        ("end", lambda: seat.end(key), {"interaction.take"}),
        ("wrap up", lambda: seat.wrap_up(key, "informed", ""), {"interaction.take"}),
        ("send", lambda: sending.send_due(desk, web_actor, _Carrier()), {"outbox.send"}),
        ("withheld", lambda: seat.answer(entry_of(desk.store, "CA2")), {"interaction.take"}),
        ("create", lambda: seat.create_contact(second), {"contact.change", "contact.open"}),
        ("anonymous", lambda: seat.anonymous(second), {"contact.open"}),
        ("export", lambda: list(exports.export_lines(desk, admin, "contacts", "csv")), {"store.export"}),
        ("import", lambda: import_queues(desk, admin, QUEUES), {"store.import"}),
        ("rebuild", lambda: histories.rebuild_all(desk, admin), {"store.import"}),
        (
            "staff",
            lambda: changes.change(desk, admin, STAFF, "mei", account, account | {"phone": ""}),
            {"staff.manage"},
        ),
    ]
    for name, step, acts in steps:
        before = len(all_rows(desk.store, tables.AuditRow))
        step()
        new = all_rows(desk.store, tables.AuditRow)[before:]
        assert {row.act for row in new} == acts, name
        assert not any("Chen" in row.detail or "2025550142" in "".join(map(str, row)) for row in new), name
    assert audits.verify_audit(desk, staff(desk, "aud", "auditor")) == len(all_rows(desk.store, tables.AuditRow))


def test_no_transaction_that_changes_something_goes_unaudited(
    desk: Desk, web_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever tells the feeds of a change has told the audit too."""
    found_town(desk.store)
    unaudited = []
    changed = Write.changed

    def noting(write: Write, topic: str, subject_id: int) -> None:
        if not write.audits:
            unaudited.append((topic, subject_id))
        changed(write, topic, subject_id)

    monkeypatch.setattr(Write, "changed", noting)
    seat, key = answered(desk, web_actor, staff(desk, "mei"), call())
    seat.create_contact(key, "Ana")
    seat.open_case(key, FORM)
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    assert [item for item in unaudited if item[0] != "outbox"] == []
