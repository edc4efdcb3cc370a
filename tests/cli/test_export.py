"""`grm export`: every row, streamed, harmless in a spreadsheet."""

import csv
import io
import json

from builders import CALLER, answered, call, contact, found_town, staff, take_in, text
from command_line import Grm

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.views import CaseForm

FORMULA = '=HYPERLINK("http://evil.example","x")'


def test_interactions_carry_the_providers_id(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    take_in(desk, web_actor, call("CA7"), text("SM8", "停水了"))
    rows = [json.loads(line) for line in grm("export", "interactions").out.splitlines()]
    assert [(row["sid"], row["channel"], row["sender"]) for row in rows] == [
        ("CA7", "voice", CALLER),
        ("SM8", "sms", CALLER),
    ]
    assert rows[1]["text"] == "停水了"


def test_replies_name_the_text_they_answer(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    take_in(desk, web_actor, text("SM8"))
    (row,) = [json.loads(line) for line in grm("export", "replies").out.splitlines()]
    assert (row["answered_sid"], row["state"], row["recipient"]) == ("SM8", "sent", CALLER)
    assert row["body"]


def test_cells_start_no_formula_in_csv_and_stay_whole_in_json(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    take_in(desk, web_actor, text("SM8", FORMULA))
    (row,) = csv.DictReader(io.StringIO(grm("export", "interactions", "--format", "csv").out))
    assert row["text"] == "'" + FORMULA
    assert row["sender"] == CALLER, "a number in E.164 is no formula"
    assert json.loads(grm("export", "interactions").out)["text"] == FORMULA


def test_contacts_come_with_their_addresses(grm: Grm, desk: Desk) -> None:
    contact(desk.store, "Chen Li", CALLER, other_name="陈莉")
    (row,) = [json.loads(line) for line in grm("export", "contacts").out.splitlines()]
    assert (row["name"], row["other_name"], row["addresses"]) == ("Chen Li", "陈莉", [CALLER])


def test_cases_come_with_service_and_department(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    seat.services()
    opened = seat.open_case(interaction, CaseForm(service="misconduct", summary="+rude at the counter"))
    (row,) = [json.loads(line) for line in grm("export", "cases").out.splitlines()]
    assert (row["number"], row["service"], row["department"]) == (opened.number, "misconduct", "roads")
    (cells,) = csv.DictReader(io.StringIO(grm("export", "cases", "--format", "csv").out))
    assert cells["summary"] == "'+rude at the counter"


def test_an_empty_store_exports_the_header_alone(grm: Grm) -> None:
    assert grm("export", "cases").out == ""
    assert grm("export", "cases", "--format", "csv").out.startswith("id,number,service")


def test_what_cannot_be_exported_is_refused(grm: Grm) -> None:
    ran = grm("export", "passwords")
    assert ran.code != 0
    assert ran.out == ""
