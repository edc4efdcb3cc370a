"""Ready-made texts: found, filled with fixed slots only, kept by team and operator, brought by files."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import CALLER, all_rows, answered, call, contact, found_town, staff
from imports_side import Town

from grm_console.desk.actor import Actor
from grm_console.desk.canned_texts import CannedTexts
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewCanned, NewEntry
from grm_console.desk.imports.canned_texts import import_canned_texts, list_canned_texts
from grm_console.desk.imports.imported import Imported
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CaseForm
from grm_console.domain.canned_slots import SLOTS
from grm_console.domain.words import Channel, Confidentiality
from grm_console.errors import ImportRefused, InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables

CITY = Path(__file__).parents[2] / "data" / "city" / "canned_texts.csv"
FORM = CaseForm(service="water-outage", summary="No water", answers=(("since", "2026-11-20"), ("ill", "no")))
ALL = NewCanned(title="All", body=" ".join(f"{slot}={{{slot}}}" for slot in SLOTS), private=False)


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def team(desk: Desk, operator: Actor) -> CannedTexts:
    return CannedTexts(desk, staff(desk, "boss", "supervisor"))


def test_every_slot_comes_from_the_exchange_and_its_case(
    desk: Desk, web_actor: Actor, operator: Actor, team: CannedTexts
) -> None:
    contact(desk.store, "Chen {case} [/] Li", CALLER)
    key = team.save(ALL)
    seat, exchange = answered(desk, web_actor, operator, call())
    mine = CannedTexts(desk, operator)
    with pytest.raises(InvalidInput) as refused:
        mine.fill(key, exchange)
    assert set(refused.value.problems) == {"case", "service", "due", "department"}
    assert all(f"{{{slot}}}" in sentence for slot, sentence in refused.value.problems.items())
    seat.anonymous(exchange)
    with pytest.raises(InvalidInput) as refused:
        mine.fill(team.save(replace(ALL, title="Name", body="{name}")), exchange)
    assert "F3" in refused.value.problems["name"]
    seat.confirm_speaker(exchange, 1, "name")
    opened = seat.open_case(exchange, FORM)
    due = opened.promise.done_by.astimezone().strftime("%Y-%m-%d %H:%M")
    filled = mine.fill(key, exchange)
    assert filled == (
        f"name=Chen {{case}} [/] Li case={opened.number} service=Water supply interruption due={due} "
        "department=Water Supply agent=Mei line=+1 202-555-0100"
    )
    assert mine.fill(key, exchange, opened.number.replace("-", "")) == filled
    assert [text.uses for text in mine.search("all")] == [2]
    audited = [row for row in all_rows(desk.store, tables.AuditRow) if row.subject == f"canned-text:{key}"]
    assert [row.detail for row in audited] == ["save", "fill", "fill"]


def test_a_case_of_somebody_else_is_never_told(
    desk: Desk, web_actor: Actor, operator: Actor, team: CannedTexts
) -> None:
    chen, ana = contact(desk.store, "Chen Li", CALLER), contact(desk.store, "Ana")
    key = team.save(ALL)
    seat, exchange = answered(desk, web_actor, operator, call())
    seat.confirm_speaker(exchange, chen, "name")
    number = seat.open_case(exchange, FORM).number
    sealed = seat.open_case(exchange, replace(FORM, service="misconduct", answers=())).number
    nobodys = replace(FORM, summary="Bribe", confidentiality=Confidentiality.ANONYMOUS)
    anonymous = seat.open_case(exchange, nobodys).number
    seat.end(exchange)
    seat.wrap_up(exchange, "informed", "")
    mine = CannedTexts(desk, operator)
    later = Entries(desk, operator).log(NewEntry(Channel.FAX, address=CALLER))
    with pytest.raises(NotFound):  # the number alone made Chen sure
        mine.fill(key, later, number)
    seat.confirm_speaker(later, chen, "name")
    assert f"case={number}" in mine.fill(key, later, number)
    for hidden in (sealed, anonymous, "26-999999-0", "nonsense"):
        with pytest.raises(NotFound):
            mine.fill(key, later, hidden)
    seat.confirm_speaker(later, ana, "name")
    with pytest.raises(NotFound):
        mine.fill(key, later, number)
    with pytest.raises(StaleChange):
        CannedTexts(desk, staff(desk, "zoe")).fill(key, later)


def test_search_by_words_and_language_most_used_first(desk: Desk, operator: Actor, team: CannedTexts) -> None:
    for title, category, language in (("Beta", "Cases", "en"), ("Alpha", "Cases", ""), ("回访", "Cases", "zh")):
        team.save(NewCanned(title, "Dear ＣＩＴＩＺＥＮ, 您好", category, language, private=False))
    used = team.save(NewCanned("Zulu", "Bye", "Cases", "en", private=False))
    mine = CannedTexts(desk, operator)
    own = mine.save(NewCanned("Own", "My words", "A first", "en"))
    mine.fill(used, Entries(desk, operator).log(NewEntry(Channel.COUNTER)))
    assert [text.title for text in mine.search()] == ["Own", "Zulu", "Alpha", "Beta", "回访"]
    assert [text.title for text in mine.search(language="en")] == ["Own", "Zulu", "Alpha", "Beta"]
    assert [text.title for text in mine.search(" citizen CASES ", "zh")] == ["Alpha", "回访"]
    assert [text.title for text in team.search("own")] == []
    with pytest.raises(NotFound):
        team.change(own, 1, NewCanned("Stolen", "x"))


def test_what_is_wrong_is_named_with_rule_and_example(desk: Desk, team: CannedTexts) -> None:
    with pytest.raises(InvalidInput) as refused:
        team.save(NewCanned(" ", "Dear {name}, {password} {0}", "x" * 61, "Chinese!"))
    assert set(refused.value.problems) == {"title", "category", "language", "body"}
    assert "{password}, {0}" in refused.value.problems["body"]
    assert "{name}, {case}" in refused.value.problems["body"]
    for body in ("", "x" * 10_001):
        with pytest.raises(InvalidInput):
            team.save(NewCanned("Title", body))
    assert all_rows(desk.store, tables.CannedText) == []


def test_team_texts_are_the_supervisors_and_private_ones_their_owners(
    desk: Desk, operator: Actor, team: CannedTexts
) -> None:
    mine = CannedTexts(desk, operator)
    text = NewCanned("Mine", "My words")
    with pytest.raises(NotAllowed):
        mine.save(replace(text, private=False))
    shared = team.save(replace(text, title="Ours", private=False))
    for act in (
        lambda: mine.change(shared, 1, replace(text, private=False)),
        lambda: mine.change(shared, 1, text),
        lambda: mine.delete(shared, 1),
    ):
        with pytest.raises(NotAllowed):
            act()
    own = mine.save(text)
    with pytest.raises(NotAllowed):
        mine.change(own, 1, replace(text, private=False))
    mine.change(own, 1, replace(text, body="Other words"))
    with pytest.raises(StaleChange, match="Mei"):
        mine.delete(own, 1)
    mine.delete(own, 2)
    with pytest.raises(NotFound):
        mine.change(own, 3, text)
    team.change(shared, 1, replace(text, title="Ours", body="New", private=False))
    with pytest.raises(StaleChange, match="Boss") as stale:
        team.change(shared, 1, replace(text, title="Ours", body="Newer", private=False))
    assert [(c.field, c.mine, c.theirs) for c in stale.value.conflicts] == [("body", "Newer", "New")]
    assert [(t.title, t.body) for t in mine.search()] == [("Ours", "New")]


def test_the_citys_texts_come_by_file_and_go_back_into_one(desk: Desk, tmp_path: Path) -> None:
    town = Town(desk, actor_named(desk, "system:cli"), tmp_path)
    words = CITY.read_text(encoding="utf-8")
    assert town.bring(import_canned_texts, words, dry_run=True) == Imported("canned-texts", 24, 0, 0)
    assert all_rows(desk.store, tables.CannedText) == []
    assert town.bring(import_canned_texts, words) == Imported("canned-texts", 24, 0, 0)
    assert town.bring(import_canned_texts, words) == Imported("canned-texts", 0, 0, 24)
    assert town.bring(import_canned_texts, words.replace("{name}", "{agent}", 1)) == Imported("canned-texts", 0, 1, 23)
    listed = list(list_canned_texts(desk, town.actor))
    assert len(listed) == 24
    assert set(listed[0]) == {"category", "title", "language", "body"}
    with pytest.raises(ImportRefused) as caught:
        town.bring(import_canned_texts, "title,body,language\nA,{secret},en\nA,words,en\n,words,en\n")
    assert [line for line, _ in caught.value.problems] == [2, 3, 4]
