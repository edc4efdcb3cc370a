"""`grm export`: every row, streamed, harmless in a spreadsheet."""

import csv
import io
import json
from datetime import timedelta

from builders import CALLER, LONG_AGO, answered, call, contact, found_town, put, staff, take_in, text
from command_line import Grm

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.contact_views import Preferences
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.views import CaseForm
from grm_console.domain.words import Channel
from grm_console.store import tables

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


def test_a_contact_comes_with_all_that_hangs_on_it(grm: Grm, desk: Desk) -> None:
    found_town(desk.store)
    mei = staff(desk, "mei")
    chen, bakery = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Lotus Bakery", kind="business")
    book = ContactBook(desk, mei)
    for key in (chen, bakery):
        note_opening(desk, mei, key, None)
    now = desk.store.now()
    book.add_point(chen, "li@mail.example")
    book.end_point(book.sheet(chen).points[0].holder_id)
    book.set_preferences(chen, Preferences(door="sms", never_call=True))
    book.set_flag(chen, "=Dog bites", now + timedelta(days=7))
    book.note(chen, "Interpreter booked\nfor Friday")
    book.add_relation(chen, bakery, "owner", mandate="register 12")
    put(desk.store, tables.Segment(code="retired", name="Retired", purpose="Pensions"))
    put(desk.store, tables.SegmentMembership(contact_id=chen, segment_id=1, reason="imported", since=LONG_AGO))
    first, second = [json.loads(line) for line in grm("export", "contacts").out.splitlines()]
    at = now.isoformat()
    assert first["addresses"] == [CALLER]
    assert [(point["address"], point["until"], point["opted_out"]) for point in first["points"]] == [
        ("li@mail.example", at, False),
        (CALLER, None, False),
    ]
    assert first["preferences"] == {"door": "sms", "hours": "", "language": "", "text_only": False, "never_call": True}
    assert first["flags"] == [
        {"text": "=Dog bites", "since": at, "expires_at": (now + timedelta(days=7)).isoformat(), "by": "mei"}
    ]
    assert first["notes"] == [{"text": "Interpreter booked\nfor Friday", "at": at, "by": "mei"}]
    assert [(one["code"], one["reason"], one["opted_out_at"]) for one in first["segments"]] == [
        ("retired", "imported", None)
    ]
    terms = {"role": "owner", "mandate": "register 12", "since": at, "until": None}
    assert (first["acts_for"], first["represented_by"]) == ([{"acts_for_id": bakery} | terms], [])
    assert (second["acts_for"], second["represented_by"]) == ([], [{"person_id": chen} | terms])
    assert (second["preferences"], second["notes"]) == (None, [])
    cells = next(csv.DictReader(io.StringIO(grm("export", "contacts", "--format", "csv").out)))
    assert json.loads(cells["notes"]) == first["notes"]


def test_what_was_entered_says_by_whom_and_by_which_reference(grm: Grm, desk: Desk) -> None:
    found_town(desk.store)
    Entries(desk, staff(desk, "mei")).log(NewEntry(Channel.LETTER, reference="AZ 12/2026"))
    (row,) = [json.loads(line) for line in grm("export", "interactions").out.splitlines()]
    assert (row["reference"], row["entered_by"], row["agent"]) == ("AZ 12/2026", "mei", "mei")


def test_cases_come_with_service_and_department(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    seat, interaction = answered(desk, web_actor, staff(desk, "li"), call())
    seat.services()
    form = CaseForm("misconduct", "+rude at the counter", occurred="20 Nov", people="a child", demand="an apology")
    opened = seat.open_case(interaction, form)
    (row,) = [json.loads(line) for line in grm("export", "cases").out.splitlines()]
    assert (row["number"], row["service"], row["department"]) == (opened.number, "misconduct", "roads")
    assert (row["occurred"], row["people"], row["demand"]) == ("20 Nov", "a child", "an apology")
    (cells,) = csv.DictReader(io.StringIO(grm("export", "cases", "--format", "csv").out))
    assert cells["summary"] == "'+rude at the counter"


def test_an_empty_store_exports_the_header_alone(grm: Grm) -> None:
    assert grm("export", "cases").out == ""
    assert grm("export", "cases", "--format", "csv").out.startswith("id,number,service")


def test_what_cannot_be_exported_is_refused(grm: Grm) -> None:
    ran = grm("export", "passwords")
    assert ran.code != 0
    assert ran.out == ""
