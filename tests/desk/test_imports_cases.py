"""Cases from a file, with numbers, tasks, events and lines of the timeline."""

import json
from pathlib import Path

import pytest
from imports_side import Town

from grm_console.desk.desk import Desk
from grm_console.desk.histories import check_all
from grm_console.desk.imports.cases import import_cases
from grm_console.desk.imports.imported import Imported
from grm_console.desk.sign_in import actor_named
from grm_console.domain.case_number import case_number
from grm_console.errors import ImportRefused
from grm_console.store.cases import next_number

HEAD = "key,contact,service,summary,details,place,language,harm,confidentiality,opened_at,closed_at,opened_in,answers\n"
CASES = (
    HEAD
    + "k2,c2,whistle,A bribe was asked for,,,zh,,,2026-11-21T09:00:00Z,,,\n"
    + "k1,c1,water-outage,No water since morning,All of it,12 Lotus Lane,zh,health,open,2026-11-20T18:45:00Z,"
    '2026-11-21T10:00:00Z,h1,"{""floor"": 6, ""ill"": true, ""need"": "" dialysis ""}"\n'
)


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    town = Town(desk, actor_named(desk, "system:cli"), tmp_path)
    town.settle()
    return town


def test_cases_get_the_next_numbers_of_their_year_as_they_were_opened(town: Town, desk: Desk) -> None:
    with desk.store.writing() as write:
        next_number(write.connection, "case:2026")
    assert town.bring(import_cases, CASES) == Imported("cases", 2, 0, 0)
    assert town.rows("SELECT import_key, number FROM case_file ORDER BY import_key") == [
        ("k1", case_number(2026, 2)),
        ("k2", case_number(2026, 3)),
    ]
    with desk.store.writing() as write:
        assert next_number(write.connection, "case:2026") == 4


def test_a_closed_case_has_its_facts_tasks_and_events(town: Town) -> None:
    town.bring(import_cases, CASES)
    ((answers, *rest),) = town.rows(
        "SELECT answers, f.state, harm, confidentiality, c.import_key, k.import_key, a.name, o.code "
        "FROM case_file f JOIN contact c ON c.id = contact_id LEFT JOIN contact k ON k.id = concerned_id "
        "JOIN account a ON a.id = entered_by_id JOIN organisation o ON o.id = f.organisation_id "
        "WHERE f.import_key = 'k1'"
    )
    assert json.loads(answers) == {"floor": "6", "ill": "yes", "need": "dialysis"}
    assert rest == ["closed", 2, "open", "c1", "c2", "li.wei", "water"]
    tasks = town.rows(
        "SELECT o.code, is_lead, t.state FROM task t JOIN organisation o ON o.id = t.organisation_id "
        "JOIN case_file f ON f.id = case_id WHERE import_key = 'k1' ORDER BY o.code"
    )
    assert [(code, bool(lead), state) for code, lead, state in tasks] == [
        ("roads", False, "done"),
        ("water", True, "done"),
    ]
    events = town.rows(
        "SELECT kind FROM case_event JOIN case_file f ON f.id = case_id WHERE import_key = 'k1' ORDER BY case_event.id"
    )
    assert events == [("dispatched",), ("dispatched",), ("opened",), ("closed",)]


def test_due_times_come_from_the_service_alone(town: Town) -> None:
    town.bring(import_cases, CASES)
    due = town.rows("SELECT due_at, first_reply_due_at FROM case_file WHERE import_key = 'k1'")
    assert [str(at)[:19] for at in due[0]] == ["2026-11-21 18:45:00", "2026-11-20 19:45:00"]


def test_a_confidential_service_makes_its_cases_confidential(town: Town) -> None:
    town.bring(import_cases, CASES)
    found = town.rows("SELECT confidentiality FROM case_file WHERE import_key = 'k2'")
    assert found == [("confidential",)]


def test_every_case_has_its_line_of_the_timeline(town: Town) -> None:
    town.bring(import_cases, CASES)
    assert check_all(town.desk, town.actor) == []


def test_an_anonymous_case_leads_back_to_nobody(town: Town) -> None:
    town.bring(import_cases, HEAD + "k3,,whistle,Rubble tipped,,,en,,anonymous,2026-11-20T19:01:00Z,,h2,\n")
    assert town.rows("SELECT contact_id, interaction_id FROM timeline_entry WHERE kind = 'case'") == [(None, None)]


def test_the_five_elements_come_with_a_file_that_has_them(town: Town) -> None:
    head = HEAD.replace("place,", "place,occurred,people,demand,")
    town.bring(
        import_cases, head + "k4,c1,whistle,Rubble,,Old Town,at night,two men,a fine,en,,,2026-11-20T19:01:00Z,,,\n"
    )
    assert town.rows("SELECT place, occurred, people, demand FROM case_file") == [
        ("Old Town", "at night", "two men", "a fine")
    ]
    changed = head + "k4,c1,whistle,Rubble,,Old Town,at night,two men,a fence,en,,,2026-11-20T19:01:00Z,,,\n"
    assert town.bring(import_cases, changed) == Imported("cases", 0, 1, 0)


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    town.bring(import_cases, CASES)
    before = town.counts()
    assert town.bring(import_cases, CASES) == Imported("cases", 0, 0, 2)
    assert town.counts() == before | {"audit": before["audit"] + 1}
    assert town.verified() == before["audit"] + 1


def test_a_dry_run_changes_nothing_and_uses_no_number(town: Town) -> None:
    before = town.counts()
    assert town.bring(import_cases, CASES, dry_run=True) == Imported("cases", 2, 0, 0)
    assert town.counts() == before


def test_a_file_can_close_a_case_that_nobody_worked_on(town: Town) -> None:
    town.bring(import_cases, CASES)
    closed = CASES.replace("2026-11-21T09:00:00Z,,,", "2026-11-21T09:00:00Z,2026-11-22T09:00:00Z,,")
    assert town.bring(import_cases, closed) == Imported("cases", 0, 1, 1)
    assert (
        town.rows("SELECT f.state, t.state FROM case_file f JOIN task t ON case_id = f.id") == [("closed", "done")] * 3
    )
    assert town.rows("SELECT kind FROM case_event ORDER BY id DESC LIMIT 1") == [("closed",)]
    assert check_all(town.desk, town.actor) == []


def test_a_case_that_was_worked_on_here_is_left_as_it_is(town: Town, desk: Desk) -> None:
    town.bring(import_cases, CASES)
    with desk.store.writing() as write:
        write.connection.exec_driver_sql("UPDATE case_file SET summary = 'Ours', version = 2 WHERE import_key = 'k2'")
    assert town.bring(import_cases, CASES) == Imported("cases", 0, 0, 2)
    assert town.rows("SELECT summary FROM case_file WHERE import_key = 'k2'") == [("Ours",)]


def test_wrong_cases_are_all_named_and_nothing_changes(town: Town) -> None:
    town.bring(import_cases, CASES)
    before = town.counts()
    wrong = HEAD + (
        "n1,c9,moon,Words,,,en,,,2026-11-20T18:45:00Z,,h9,\n"
        "n2,c1,whistle,Words,,,en,awful,anonymous,2026-11-20T18:45:00Z,2026-11-19T00:00:00Z,,\n"
        "n3,c1,whistle,,,,en,,secret,2027-11-20T18:45:00Z,,,[1]\n"
        'n4,c1,water-outage,Words,,,en,,,,,,"{""floor"": ""six"", ""ill"": [], ""colour"": 1}"\n'
        "k1,c1,whistle,Words,,,en,,,2026-11-20T18:45:00Z,,,\n"
    )
    with pytest.raises(ImportRefused) as caught:
        town.bring(import_cases, wrong)
    found = caught.value.problems
    for line, reason in (
        (2, "contact 'c9'"),
        (2, "service 'moon'"),
        (2, "opened_in 'h9'"),
        (3, "harm 'awful'"),
        (3, "anonymous case has no contact"),
        (3, "closed_at lies before"),
        (4, "in one line"),
        (4, "confidentiality 'secret'"),
        (4, "has not happened yet"),
        (4, "no JSON object"),
        (5, "opened_at may not be empty"),
        (5, "floor is a number"),
        (5, "answers 'ill' is neither"),
        (5, "answers 'colour' is no question"),
        (6, "cannot be changed"),
    ):
        assert any(at == line and reason in said for at, said in found), (line, reason, found)
    assert len(found) == 15
    assert town.counts() == before
