"""Find, on both stores: who is found by what, in which order, and what is not told before a contact is opened."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LONG_AGO,
    OTHER_CALLER,
    Town,
    all_rows,
    answered,
    contact,
    entry_of,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from sqlalchemy import update

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.find import Finder
from grm_console.desk.find_index import catch_up
from grm_console.desk.find_views import FoundList
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.case_number import case_number
from grm_console.domain.words import Confidentiality, ContactKind
from grm_console.errors import NotAllowed, NotFound
from grm_console.store import contacts, tables
from grm_console.store.tables.columns import table_of

PEOPLE = {
    "chen": ("陈丽", "Chen Li"),
    "chen2": ("陈丽华", ""),
    "trad": ("陳麗", ""),
    "wang": ("王小明", ""),
    "maria": ("Maria López-García", ""),
    "mary": ("Maria Lopez", ""),
    "mario": ("Mario Rossi", ""),
    "lopez": ("Lopezia Maria Berg", ""),
    "obrien": ("Seán O’Brien", ""),
    "bakery": ("Lotus Bakery", "莲花面包"),
    "odd": ("'%_\"*\x00[/b]", "Odd"),
}


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def finder(desk: Desk) -> Finder:
    return Finder(desk, staff(desk, "ann"))


@pytest.fixture
def people(desk: Desk) -> dict[str, int]:
    """The keys of a few contacts."""
    keys = {short: contact(desk.store, name, other_name=other) for short, (name, other) in PEOPLE.items()}
    catch_up(desk, 60)
    return keys


def who(found: FoundList, kind: str = "contact") -> list[int | None]:
    return [hit.contact_id for hit in found.hits if hit.kind == kind]


def case(desk: Desk, town: Town, person: int | None, running: int, **values: Any) -> str:
    """A case with a running number of 2026 and its line; gives the number."""
    number = case_number(2026, running)
    service = all_rows(desk.store, tables.Service)[0].id
    columns: dict[str, Any] = {"summary": "Burst pipe", "opened_at": LONG_AGO, "due_at": LONG_AGO, "entered_by_id": 1}
    columns |= {"service_id": service, "organisation_id": town.water, "contact_id": person}
    key = put(desk.store, tables.CaseFile(number=number, **columns | values))
    line = tables.TimelineEntry(contact_id=person, at=LONG_AGO, kind="case", source_id=key, case_number=number)
    put(desk.store, line)
    return number


ORDERED = {
    "陈丽": ["chen", "trad", "chen2"],
    "chenli": ["chen", "trad", "chen2"],
    "li chen": ["chen", "trad", "chen2"],
    "丽华": ["chen2"],
    "xiaoming": ["wang"],
    "wangxiaom": ["wang"],
    "maria lopez": ["mary", "maria", "lopez"],
    "lopez ma": ["mary", "maria"],
    "mar lop": ["lopez", "mary", "maria"],
    "mari": ["lopez", "mary", "maria", "mario"],
    "garcia": ["maria"],
    "lopes": ["mary", "maria"],
    "maroi rosi": ["mario"],
    "obrein": ["obrien"],
    "o'brien": ["obrien"],
    "面包": ["bakery"],
    "lotus面": ["bakery"],
    "m": ["lopez", "mary", "maria", "mario", "bakery", "wang"],
    "丽": ["chen", "trad", "chen2"],
    "odd": ["odd"],
    "maria seán": [],
    "zq": [],
}

HOSTILE = (
    *("'", '"', "%", "_", "\x00", "*", 'a" OR "b', "a* NEAR b", "'; DROP TABLE contact; --", "\ud800", "a:b & !c | (d"),
    *("\\", "-1", "+", "@", ".", "(", "x" * 5000, "陈" * 500, " ".join("abcdefghijkl"), "\U0010ffff", "İ", "1", "26-"),
)


def test_names_are_found_in_one_order(finder: Finder, people: dict[str, int]) -> None:
    keys = {key: short for short, key in people.items()}
    found = {typed: [keys[key] for key in who(finder.find(typed)) if key] for typed in ORDERED}
    assert found == ORDERED


def test_nothing_typed_breaks_a_search(finder: Finder, people: dict[str, int]) -> None:
    for typed in HOSTILE:
        assert len(finder.find(typed).hits) <= 20, typed
    assert len(all_rows(finder._desk.store, tables.Contact)) == len(people)


def test_merged_contacts_are_found_by_their_old_names(desk: Desk, finder: Finder, people: dict[str, int]) -> None:
    with desk.store.writing() as write:
        contacts.merge_pointer(write.connection, people["mary"], people["chen"])
    assert who(finder.find("maria lopez")) == [people["chen"], people["maria"], people["lopez"]]
    assert finder.find("maria lopez").hits[0].name == "陈丽"


def test_a_limit_cuts_the_same_order(finder: Finder, people: dict[str, int]) -> None:
    whole = who(finder.find("m"))
    for limit in range(1, len(whole) + 1):
        assert who(finder.find("m", limit)) == whole[:limit]


def test_common_words_are_led_by_the_rarest(desk: Desk, finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers when every word counts as common and pages are short."""
    for number in range(30):
        contact(desk.store, f"Ann Berg {number:02}")
    wanted = contact(desk.store, "Ann Zoe Berg")
    catch_up(desk, 60)
    plain = {typed: who(finder.find(typed)) for typed in ("ann berg", "berg ann", "ann zo", "berg an", "zoe ann")}
    assert plain["zoe ann"] == plain["ann zo"] == [wanted]
    for limit in (1, 7, 40):
        monkeypatch.setattr("grm_console.store.find_names._COUNTED", 2)
        monkeypatch.setattr("grm_console.store.find_names._AT_ONCE", limit + 30)
        assert {typed: who(finder.find(typed)) for typed in plain} == plain


def test_numbers_whole_in_part_and_from_their_end(desk: Desk, finder: Finder) -> None:
    ann = contact(desk.store, "Ann", "+12025550142")
    bob = contact(desk.store, "Bob", "+442079460142")
    point = put(desk.store, tables.ContactPoint(kind="email", address="ann.berg@example.org"))
    put(desk.store, tables.PointHolder(contact_id=ann, contact_point_id=point, certainty="stated", since=LONG_AGO))
    catch_up(desk, 60)
    for typed, expected in {
        "+1 (202) 555-0142": [ann],
        "2025550142": [ann],
        "0142": [ann, bob],
        "142": [],
        "5550142": [ann],
        "202 555": [ann],
        "+4420": [bob],
        "ann.b": [ann],
        "ann.berg@example.org": [ann],
        "berg@example.org": [],
    }.items():
        assert who(finder.find(typed)) == expected, typed
    assert finder.find("2025550142").hits[0].why == "number +1 202-555-0142"
    assert finder.find("0142").hits[0].why == "number +1******0142"
    assert finder.find("ann.b").hits[0].why == "e-mail an***@example.org"


def test_who_sees_numbers_masked_cannot_guess_them(desk: Desk) -> None:
    """Else each further digit that is a hit would tell one more."""
    ann = contact(desk.store, "Ann", "+12025550142")
    catch_up(desk, 60)
    finder = Finder(desk, replace(staff(desk, "tim"), masked=True))
    assert who(finder.find("0142")) == who(finder.find("+1202555014")) == []
    hit = finder.find("202-555-0142").hits[0]
    assert (hit.contact_id, hit.why) == (ann, "number +1******0142")


def test_cases_by_number(desk: Desk, finder: Finder, town: Town) -> None:
    ann = contact(desk.store, "Ann")
    number = case(desk, town, ann, 418)
    case(desk, town, ann, 4185)
    bare = number.replace("-", "")
    for typed in (number, bare, number[:-1], number[:-2], bare[:-1]):
        found = finder.find(typed)
        assert [(hit.kind, hit.why) for hit in found.hits] == [("case", f"case {number}")], typed
        assert (found.hits[0].name, found.hits[0].open_cases) == ("Ann", 2)
    assert len(finder.find("26-00").hits) == 2
    wrong = finder.find(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert wrong.hits == ()
    assert "check digit" in wrong.notice


def test_sealed_cases_are_hits_only_for_who_may_see_them(desk: Desk, finder: Finder, town: Town) -> None:
    ann = contact(desk.store, "Ann")
    sealed = case(desk, town, ann, 5, confidentiality="confidential")
    nobody = case(desk, town, None, 6, confidentiality="anonymous")
    for number in (sealed, nobody):
        assert finder.find(number).hits == ()
        assert "confidential" in finder.find(number).notice
    catch_up(desk, 60)
    lead = Finder(desk, staff(desk, "sue", "supervisor"))
    assert who(lead.find(sealed), "case") == [ann]
    assert who(lead.find(nobody), "case") == [None]
    assert who(finder.find("ann")) == [ann]
    assert finder.find("ann").hits[0].open_cases == 0
    assert lead.find("ann").hits[0].open_cases == 1


def test_texts_newest_first_and_words_only_after_opening(
    desk: Desk, web_actor: Actor, finder: Finder, town: Town, clock: FixedClock
) -> None:
    ann = contact(desk.store, "Ann Berg", CALLER)
    for number, body in enumerate(["Water pipe leaks", "The PIPES again", "停水了 pipe", "Nothing"]):
        take_in(desk, web_actor, text(f"SM{number}", body, CALLER))
        clock.forward(minutes=1)
    take_in(desk, web_actor, text("SM9", "pipe of nobody", OTHER_CALLER))
    catch_up(desk, 60)

    def lines(typed: str) -> list[tuple[str, str]]:
        sids = {row.id: row.sid for row in all_rows(desk.store, tables.Interaction)}
        entries = {row.id: sids[row.source_id] for row in all_rows(desk.store, tables.TimelineEntry)}
        return [(entries[hit.entry_id], hit.words) for hit in finder.find(typed).hits if hit.kind == "text"]

    assert lines("pipe") == [("SM2", ""), ("SM1", ""), ("SM0", "")]
    assert lines("pipe wat") == [("SM0", "")]
    assert lines("停水") == lines("水") == [("SM2", "")]
    assert lines("x") == lines("fire") == []
    finder.open(ann)
    assert lines("leak") == [("SM0", "Water pipe leaks")]


def test_words_of_sealed_matters_are_never_hits(
    desk: Desk, web_actor: Actor, town: Town, finder: Finder, clock: FixedClock
) -> None:
    contact(desk.store, "Ann", CALLER)
    seat, key = answered(desk, web_actor, staff(desk, "mei"), text("SM1", "bribery at the counter", CALLER))
    assert seat.current() is not None
    catch_up(desk, 60)
    assert len(who(finder.find("bribery"), "text")) == 1
    opened = seat.open_case(key, CaseForm("misconduct", "bribery", confidentiality=Confidentiality.CONFIDENTIAL))
    catch_up(desk, 60)
    assert finder.find("bribery").hits == ()
    assert Finder(desk, staff(desk, "sue", "supervisor")).find("bribery").hits == ()
    case_file = table_of(tables.CaseFile)
    with desk.store.writing() as write:
        change = update(case_file).where(case_file.c.id == opened.case_id).values(confidentiality="open")
        write.connection.execute(change)
        write.changed("case", opened.case_id)
    catch_up(desk, 60)
    assert len(who(finder.find("bribery"), "text")) == 2
    with desk.store.writing() as write:  # sealed later, and the index has not noticed yet
        write.connection.execute(update(case_file).values(confidentiality="confidential"))
    assert finder.find("bribery").hits == ()


def test_opening_is_audited_and_lets_the_history_be_read(
    desk: Desk, web_actor: Actor, town: Town, clock: FixedClock
) -> None:
    ann = contact(desk.store, "Ann Berg", CALLER)
    take_in(desk, web_actor, text("SM1", "pipe", CALLER))
    operator = staff(desk, "mei")
    seat, finder = Seat(desk, operator), Finder(desk, operator)
    with pytest.raises(NotAllowed):
        seat.timeline(ann)
    catch_up(desk, 60)
    before = len(all_rows(desk.store, tables.AuditRow))
    for typed in ("b", "be", "ber", "berg"):
        found = finder.find(typed)
    assert len(all_rows(desk.store, tables.AuditRow)) == before
    finder.rested(found)
    finder.rested(found)
    finder.open(ann)
    assert seat.timeline(ann).rows
    rows = all_rows(desk.store, tables.AuditRow)[before:]
    assert [(row.act, row.subject, row.detail) for row in rows] == [
        ("contact.find", "find:hits", "contact 1"),
        ("contact.open", f"contact:{ann}", "contact 1"),
    ]
    finder.find(CALLER)
    finder.open(ann)
    told = all_rows(desk.store, tables.AuditRow)[before + 2 :]
    assert [row.act for row in told] == ["contact.find", "contact.open"]
    for row in rows + told:
        assert not {"berg", "ann", CALLER} & set(f"{row.subject} {row.purpose} {row.detail}".lower().split())
    with pytest.raises(NotFound):
        finder.open(4711)


def test_recent_are_those_this_account_opened_last(desk: Desk, finder: Finder, people: dict[str, int]) -> None:
    assert finder.recent() == finder.find(" ") == FoundList("", ())
    for short in ("chen", "wang", "maria", "wang"):
        finder.open(people[short])
    assert who(finder.recent()) == [people[short] for short in ("wang", "maria", "chen")]
    with desk.store.writing() as write:
        contacts.merge_pointer(write.connection, people["maria"], people["chen"])
    assert who(finder.find("")) == [people["wang"], people["chen"]]
    assert who(Finder(desk, staff(desk, "bob")).recent()) == []
    for key in people.values():
        finder.open(key)
    assert len(who(finder.recent())) == 10


def test_opened_at_a_call_is_recent_too(desk: Desk, web_actor: Actor, town: Town) -> None:
    ann = contact(desk.store, "Ann", CALLER)
    operator = staff(desk, "mei")
    take_in(desk, web_actor, text("SM1", "pipe", CALLER))
    Seat(desk, operator).answer(entry_of(desk.store, "SM1"))
    assert interaction_of(desk.store, "SM1")
    assert who(Finder(desk, operator).recent()) == [ann]


def test_only_the_desk_finds(desk: Desk) -> None:
    for role in ("officer", "editor", "approver", "auditor", "administrator"):
        finder = Finder(desk, staff(desk, role, role))
        for act in (
            lambda: finder.find("a"),  # noqa: B023 (called at once)
            finder.recent,
            lambda: finder.rested(FoundList("a", ())),  # noqa: B023
            lambda: finder.open(1),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                act()


def test_nothing_but_the_name_puts_one_before_another(desk: Desk, finder: Finder, clock: FixedClock) -> None:
    """Equal treatment: kind, district, language, note, age of the contact and its history change no order."""
    keys = [contact(desk.store, name) for name in ("Ann Berg", "Ann Berg", "Ben Berg", "Cay Berg")]
    catch_up(desk, 60)
    before = who(finder.find("berg"))
    assert before == keys
    table = table_of(tables.Contact)
    for place, key in enumerate(reversed(keys)):
        values = {"kind": list(ContactKind)[place % 3].value, "district": str(place), "language": "zh", "note": "x"}
        values["created_at"] = LONG_AGO + timedelta(days=place)
        with desk.store.writing() as write:
            write.connection.execute(update(table).where(table.c.id == key).values(values))
            write.changed("contact", key)
    catch_up(desk, 60)
    assert who(finder.find("berg")) == before
