"""Contacts with their addresses, preferences and segments, and the relations between them, from files."""

from pathlib import Path

import pytest
from imports_side import CONTACTS, ORGANISATIONS, SEGMENTS, Town

from grm_console.desk.desk import Desk
from grm_console.desk.imports.contacts import import_contacts
from grm_console.desk.imports.imported import Imported
from grm_console.desk.imports.organisations import import_organisations
from grm_console.desk.imports.relations import import_relations
from grm_console.desk.imports.segments import import_segments
from grm_console.desk.sign_in import actor_named
from grm_console.domain.addresses import read_address
from grm_console.domain.words import Certainty
from grm_console.errors import ImportRefused
from grm_console.store.contacts import confirm_point, holders_of
from grm_console.store.intake import point_key

RELATIONS = (
    "person,organisation,role,mandate,since,until\n"
    "c1,b1,owner,All matters.,2021-03-01,\n"
    "c2,b1,clerk,Bins only.,2025-06-01,2026-11-22\n"
)


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    town = Town(desk, actor_named(desk, "system:cli"), tmp_path)
    town.bring(import_organisations, ORGANISATIONS)
    town.bring(import_segments, SEGMENTS)
    return town


def holders(town: Town, number: str) -> dict[str, tuple[Certainty, bool]]:
    """Certainty and whether it lasts, by import key."""
    names = dict(town.rows("SELECT id, import_key FROM contact"))
    with town.desk.store.writing() as write:
        found = holders_of(write.connection, point_key(write.connection, read_address(number, "US")))
    return {names[h.contact_id]: (h.certainty, h.until is None) for h in found}


def test_a_shared_phone_has_several_holders_and_whatsapp_is_an_address_of_its_own(town: Town) -> None:
    assert town.bring(import_contacts, CONTACTS) == Imported("contacts", 3, 0, 0)
    imported = (Certainty.IMPORTED, True)
    assert holders(town, "+12025550142") == {"c1": imported, "c2": imported}
    assert holders(town, "whatsapp:+12025550142") == {"c2": imported}
    assert holders(town, "LI@mail.example") == {"c1": imported}


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    before = town.counts()
    assert town.bring(import_contacts, CONTACTS) == Imported("contacts", 0, 0, 3)
    assert town.counts() == before | {"audit": before["audit"] + 1}


def test_a_dry_run_changes_nothing(town: Town) -> None:
    before = town.counts()
    assert town.bring(import_contacts, CONTACTS, dry_run=True).added == 3
    assert town.counts() == before


def test_an_address_that_left_the_file_ends_and_begins_anew_when_it_is_back(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    assert town.bring(import_contacts, CONTACTS.replace("|+12025550143", "")) == Imported("contacts", 0, 1, 2)
    assert holders(town, "+12025550143") == {"c2": (Certainty.IMPORTED, False)}
    assert town.bring(import_contacts, CONTACTS) == Imported("contacts", 0, 1, 2)
    assert holders(town, "+12025550143") == {"c2": (Certainty.IMPORTED, True)}


def test_what_an_operator_confirmed_outlasts_the_file(town: Town, desk: Desk) -> None:
    town.bring(import_contacts, CONTACTS)
    ((c2,),) = town.rows("SELECT id FROM contact WHERE import_key = 'c2'")
    with desk.store.writing() as write:
        point = point_key(write.connection, read_address("+12025550143", "US"))
        confirm_point(write.connection, c2, point, write.now)
    assert town.bring(import_contacts, CONTACTS.replace("|+12025550143", "")).changed == 0
    assert holders(town, "+12025550143") == {"c2": (Certainty.CONFIRMED, True)}


def test_columns_that_the_file_lacks_change_nothing(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    before = town.counts()
    assert town.bring(import_contacts, "key,kind,name\nc1,citizen,Chen Li\n") == Imported("contacts", 0, 0, 1)
    assert town.counts() == before | {"audit": before["audit"] + 1}
    assert holders(town, "+12025550142")["c1"] == (Certainty.IMPORTED, True)


def test_a_changed_contact_counts_its_version_up(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    assert town.bring(import_contacts, CONTACTS.replace("Speak slowly.", "Speak up.")).changed == 1
    assert town.rows("SELECT note, version FROM contact WHERE import_key = 'c1'") == [("Speak up.", 2)]


def test_preferences_and_segments_follow_the_file(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    of_all = "SELECT import_key, door, text_only FROM preference JOIN contact ON contact_id = id ORDER BY import_key"
    assert [(key, door, bool(only)) for key, door, only in town.rows(of_all)] == [
        ("c1", "voice", False),
        ("c2", "", True),
    ]
    done = town.bring(import_contacts, CONTACTS.replace("voice,,retired", ",,"))
    assert done == Imported("contacts", 0, 1, 2)
    assert town.rows("SELECT door FROM preference ORDER BY contact_id")[0] == ("",)
    assert town.rows("SELECT count(*) FROM segment_membership WHERE expires_at IS NULL") == [(0,)]
    town.bring(import_contacts, CONTACTS)
    assert town.rows("SELECT reason, expires_at FROM segment_membership") == [("imported", None)]


def test_wrong_contacts_are_all_named_and_nothing_changes(town: Town) -> None:
    before = town.counts()
    wrong = (
        "key,kind,name,language,phones,emails,prefers_door,text_only,segments\n"
        "c1,animal,,chinese!,call me,,pigeon,maybe,\n"
        "c2,citizen,Chen Guo,zh,+12025550142,no mail,,,pensioners\n"
        "c2,citizen,Chen Guo,zh,,,,,\n"
    )
    with pytest.raises(ImportRefused) as caught:
        town.bring(import_contacts, wrong)
    found = caught.value.problems
    for line, reason in (
        (2, "kind 'animal'"),
        (2, "name may not be empty"),
        (2, "language 'chinese!'"),
        (2, "phones 'call me'"),
        (2, "prefers_door 'pigeon'"),
        (2, "text_only 'maybe'"),
        (3, "emails 'no mail'"),
        (3, "segment 'pensioners'"),
        (4, "stands already on line 3"),
    ):
        assert any(at == line and reason in said for at, said in found), (line, reason, found)
    assert len(found) == 9
    assert town.counts() == before


def test_relations_say_who_may_act_and_until_when(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    assert town.bring(import_relations, RELATIONS) == Imported("relations", 2, 0, 0)
    assert town.bring(import_relations, RELATIONS) == Imported("relations", 0, 0, 2)
    assert town.bring(import_relations, RELATIONS.replace("Bins only.", "Bins.")) == Imported("relations", 0, 1, 1)
    ((until,),) = town.rows("SELECT until FROM relation WHERE role = 'clerk'")
    assert str(until).startswith("2026-11-23 00:00:00")


def test_wrong_relations_are_all_named_and_nothing_changes(town: Town) -> None:
    town.bring(import_contacts, CONTACTS)
    before = town.counts()
    wrong = (
        "person,organisation,role,since,until\n"
        "c9,b1,owner,2021-03-01,\n"
        "c1,c2,owner,2021-03-01,\n"
        "b1,b1,owner,2021-03-01,\n"
        "c1,b1,owner,2021-03-01,2020-01-01\n"
        "c2,b1,owner,,\n"
    )
    with pytest.raises(ImportRefused) as caught:
        town.bring(import_relations, wrong)
    found = caught.value.problems
    assert [line for line, _ in found] == [2, 3, 4, 5, 6]
    for (_, said), reason in zip(
        found, ("person 'c9'", "is a citizen", "only a citizen", "before since", "since may not be empty"), strict=True
    ):
        assert reason in said
    assert town.counts() == before
