"""Past exchanges from a file: interactions with their lines of the timeline."""

from pathlib import Path

import pytest
from imports_side import CONTACTS, HISTORY, Town

from grm_console.desk.desk import Desk
from grm_console.desk.histories import check_all
from grm_console.desk.imports.contacts import import_contacts
from grm_console.desk.imports.history import import_history
from grm_console.desk.imports.imported import Imported
from grm_console.desk.sign_in import actor_named
from grm_console.errors import ImportRefused


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    town = Town(desk, actor_named(desk, "system:cli"), tmp_path)
    town.settle()
    return town


def test_rows_become_finished_interactions(town: Town) -> None:
    rows = town.rows(
        "SELECT i.import_key, i.state, end_reason, identified, c.import_key, k.import_key, a.name, e.name, duration, "
        "p.address FROM interaction i LEFT JOIN contact c ON c.id = i.contact_id "
        "LEFT JOIN contact k ON k.id = i.concerned_id LEFT JOIN account a ON a.id = agent_id "
        "LEFT JOIN account e ON e.id = entered_by_id LEFT JOIN contact_point p ON p.id = contact_point_id "
        "ORDER BY i.import_key"
    )
    assert rows == [
        ("h1", "done", "answered", "confirmed", "c1", "c2", "li.wei", "li.wei", 108, "+12025550142"),
        ("h2", "done", "abandoned", None, None, None, None, "system:cli", 31, "+12025550177"),
        ("h3", "done", "handled", "by-number", "c2", None, None, "system:cli", None, "+12025550143"),
        ("h4", "done", "handled", "confirmed", "b1", None, "li.wei", "li.wei", None, None),
    ]


def test_every_row_has_its_line_of_the_timeline(town: Town) -> None:
    assert town.rows("SELECT count(*) FROM timeline_entry") == [(4,)]
    assert check_all(town.desk, town.actor) == []


def test_moments_are_kept_in_utc_and_can_be_moved_by_days(town: Town) -> None:
    moments = "SELECT happened_at, ended_at FROM interaction ORDER BY import_key"
    assert [str(at)[:19] for at, _ in town.rows(moments)] == [
        "2026-11-20 18:41:00",
        "2026-11-20 19:00:00",
        "2026-11-20 19:10:00",
        "2026-11-20 19:10:00",
    ]
    assert town.bring(import_history, HISTORY, shift_days=2) == Imported("history", 0, 4, 0)
    assert [str(at)[:19] for at in town.rows(moments)[0]] == ["2026-11-22 18:41:00", "2026-11-22 18:42:48"]
    assert check_all(town.desk, town.actor) == []


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    before = town.counts()
    assert town.bring(import_history, HISTORY) == Imported("history", 0, 0, 4)
    assert town.counts() == before | {"audit": before["audit"] + 1}
    assert town.verified() == before["audit"] + 1


def test_a_changed_row_changes_its_line_too(town: Town) -> None:
    assert town.bring(import_history, HISTORY.replace("No water.", "No water at all.")) == Imported("history", 0, 1, 3)
    assert town.rows("SELECT summary FROM timeline_entry ORDER BY at LIMIT 1") == [("No water at all.",)]
    assert check_all(town.desk, town.actor) == []


def test_what_was_worked_on_here_is_left_as_it_is(town: Town, desk: Desk) -> None:
    with desk.store.writing() as write:
        write.connection.exec_driver_sql("UPDATE interaction SET note = 'ours', version = 2 WHERE import_key = 'h1'")
    assert town.bring(import_history, HISTORY.replace("No water.", "Other words.")) == Imported("history", 0, 0, 4)
    assert town.rows("SELECT text, note FROM interaction WHERE import_key = 'h1'") == [("No water.", "ours")]


def test_a_row_tells_what_its_door_calls_it(town: Town) -> None:
    rows = HISTORY.replace("concerns\n", "concerns,reference\n").replace(",c2\n", ",c2,Ticket 4\n")
    rows = "".join(
        line if line.endswith((",reference\n", "4\n")) else line[:-1] + ",\n" for line in rows.splitlines(True)
    )
    assert town.bring(import_history, rows) == Imported("history", 0, 1, 3)
    assert town.rows("SELECT import_key FROM interaction WHERE reference = 'Ticket 4'") == [("h1",)]


def test_a_dry_run_changes_nothing(town: Town) -> None:
    before = town.counts()
    more = HISTORY.replace("h1,", "n1,").replace("+12025550142", "+12025550188")
    assert town.bring(import_history, more, dry_run=True) == Imported("history", 1, 0, 3)
    assert town.counts() == before


def test_a_withheld_number_is_no_contact_point(town: Town) -> None:
    town.bring(
        import_history,
        "key,contact,channel,direction,happened_at,address\nw1,,voice,inbound,2026-11-20T18:41:00Z,anonymous\n",
    )
    assert town.rows("SELECT contact_point_id, sender FROM interaction WHERE import_key = 'w1'") == [
        (None, "anonymous")
    ]


def test_the_same_number_is_one_address_for_calls_and_another_for_whatsapp(town: Town) -> None:
    town.bring(
        import_history,
        "key,contact,channel,direction,happened_at,address\n"
        "w1,,whatsapp,inbound,2026-11-20T18:41:00Z,+12025550199\n"
        "w2,,voice,inbound,2026-11-20T18:41:00Z,202-555-0199\n",
    )
    found = town.rows("SELECT kind, address FROM contact_point WHERE address LIKE '%0199' ORDER BY kind")
    assert found == [("phone", "+12025550199"), ("whatsapp", "whatsapp:+12025550199")]


def test_wrong_rows_are_all_named_and_nothing_changes(town: Town) -> None:
    before = town.counts()
    wrong = (
        "key,contact,channel,direction,happened_at,language,disposition,agent,duration,concerns\n"
        "h1,c9,pigeon,up,yesterday,x!,unknown,nobody,-3,c8\n"
        "n2,c1,voice,inbound,2026-11-20T18:41:00,,,,,\n"
        "n3,c1,voice,inbound,,,,,,\n"
        "n4,c1,voice,inbound,2027-11-20T18:41:00Z,,,,1.5,\n"
        "n4,c1,voice,inbound,2026-11-20T18:41:00Z,,,,,\n"
    )
    with pytest.raises(ImportRefused) as caught:
        town.bring(import_history, wrong)
    found = caught.value.problems
    expected = (
        *((2, f"{column} ") for column in ("contact", "channel", "direction", "happened_at", "language")),
        *((2, f"{column} ") for column in ("disposition", "agent", "duration", "concerns")),
        (3, "no moment with its zone"),
        (4, "happened_at may not be empty"),
        (5, "has not happened yet"),
        (5, "duration '1.5'"),
        (6, "stands already on line 5"),
    )
    for line, reason in expected:
        assert any(at == line and reason in said for at, said in found), (line, reason, found)
    assert len(found) == len(expected)
    assert town.counts() == before


def test_many_rows_tell_their_progress_to_the_end(town: Town) -> None:
    head, row = HISTORY.splitlines()[0], "c1,sms,inbound,2026-11-20T18:41:00Z,+12025550142,en,Text,,,,"
    many = "\n".join([head, *(f"m{n},{row}" for n in range(12_000))])
    told: list[tuple[int, int]] = []
    assert town.bring(import_history, many, progress=lambda done, total: told.append((done, total))).added == 12_000
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == (12_000, 12_000)
    assert town.rows("SELECT count(*) FROM timeline_entry WHERE kind = 'interaction'") == [(12_004,)]


def test_contacts_can_be_changed_after_their_history(town: Town) -> None:
    assert town.bring(import_contacts, CONTACTS.replace("Golden Wok", "Golden Pan")) == Imported("contacts", 0, 1, 2)
