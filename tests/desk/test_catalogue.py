"""The catalogue: rows one by one and file by file, by the same rules; what two seats do at once is never lost."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import CALL, account, all_rows, take_in
from hypothesis import given
from hypothesis import strategies as st

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.cells import guarded, unguarded
from grm_console.desk.catalogue.exports import export_file
from grm_console.desk.catalogue.fields import (
    CALENDAR,
    DEPARTMENT,
    DISPOSITION,
    EMERGENCY_LINE,
    KINDS,
    QUEUE,
    SEGMENT,
    SERVICE,
    SPOKEN_TEXT,
    STAFF,
    FieldType,
    Kind,
)
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelves import shelf_of
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported
from grm_console.desk.sign_in import actor_named
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import spoken_texts, tables
from grm_console.store.audit import verify_chains
from grm_console.text import defuse_cell

CITY = Path(__file__).parents[2] / "data" / "city"
ORDER = (DEPARTMENT, CALENDAR, QUEUE, SPOKEN_TEXT, EMERGENCY_LINE, DISPOSITION, SEGMENT, SERVICE, STAFF)
"""Services and staff name departments, queues a calendar, spoken texts a queue."""
OTHERWISE_NAMED = {STAFF: "name", CALENDAR: "name", SPOKEN_TEXT: "words", EMERGENCY_LINE: "number"}
"""Where the words of a row are not in `name_en`."""

NEW = {
    DEPARTMENT: {"code": "parks", "kind": "department", "name_en": "=Parks", "name_zh": "公园"},
    QUEUE: {"code": "parks", "name_en": "Parks", "lines": "202-555-0180|+12025550181", "languages": "en|zh"},
    CALENDAR: {
        "code": "parks",
        "name": "Parks",
        "time_zone": "Asia/Shanghai",
        "holidays": "CN",
        "hours": "sat,sun 9:00-12:00",
        "days": "2026-10-10 as mon\n2026-10-01 closed National Day",
    },
    SPOKEN_TEXT: {"text": "position/zh/general", "words": "=第{position}位"},
    EMERGENCY_LINE: {"area": "=Parks", "number": "911", "dial": "202-555-0199", "script": "Hang up, dial 911."},
    DISPOSITION: {"code": "hoax", "name_en": "'=Hoax", "outcome": "no-content", "channels": "voice|sms"},
    SEGMENT: {"code": "angler", "name_en": "Anglers", "purpose": "Adds permits", "expires_on": "2027-12-31"},
    SERVICE: {
        "code": "tree-down",
        "name_en": "Fallen tree",
        "department": "centre",
        "kind": "report",
        "done_hours": "24",
        "keywords": "{en: [tree], zh: [树倒]}",
        "questions": "[{code: road, label: {en: On a road}, type: yesno, required: true}]",
    },
    STAFF: {"account": "zoe", "name": "Zoe", "role": "operator", "phone": "202-555-0191", "languages": "en"},
}


@pytest.fixture
def cli(desk: Desk) -> Actor:
    return actor_named(desk, "system:cli")


@pytest.fixture
def water(desk: Desk, cli: Actor) -> dict[str, str]:
    """A department that two seats have opened."""
    return changes.add(desk, cli, DEPARTMENT, {"code": "water", "kind": "department", "name_en": "Water"})


def _city(desk: Desk, actor: Actor) -> None:
    for kind in ORDER:
        import_file(desk, actor, shelf_of(kind), CITY / f"{kind.many}{kind.suffix}")


def _exported(desk: Desk, actor: Actor, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    found = {}
    for kind in ORDER:
        path = folder / f"{kind.many}{kind.suffix}"
        export_file(desk, actor, kind, path)
        found[kind.name] = path.read_bytes()
    return found


def test_an_export_comes_back_unchanged(desk: Desk, cli: Actor, tmp_path: Path) -> None:
    """Into the same store nothing changes; what was changed or put out of use meanwhile is put right again."""
    _city(desk, cli)
    for kind in ORDER:
        changes.add(desk, cli, kind, NEW[kind])
        if kind.field("active") is not None and kind is not QUEUE:
            _set(desk, cli, kind, NEW[kind][kind.key], active="no")
    before = _exported(desk, cli, tmp_path / "first")
    for kind in ORDER:
        path = tmp_path / "first" / f"{kind.many}{kind.suffix}"
        done = import_file(desk, cli, shelf_of(kind), path)
        assert (done.added, done.changed) == (0, 0), kind
        assert done.unchanged > 0
    for kind in ORDER:
        name = OTHERWISE_NAMED.get(kind, "name_en")
        _set(desk, cli, kind, NEW[kind][kind.key], **{name: "Something else"})
        path = tmp_path / "first" / f"{kind.many}{kind.suffix}"
        assert import_file(desk, cli, shelf_of(kind), path).changed == 1
    assert _exported(desk, cli, tmp_path / "second") == before
    with desk.store.reading() as connection:
        assert verify_chains(connection, desk.store.trail)


def _set(desk: Desk, actor: Actor, kind: Kind, code: str, **cells: str) -> dict[str, str]:
    row = changes.row(desk, actor, kind, code)
    return changes.change(desk, actor, kind, code, row, row | cells)


def test_an_exported_table_starts_no_formula(desk: Desk, cli: Actor, tmp_path: Path) -> None:
    changes.add(desk, cli, DEPARTMENT, NEW[DEPARTMENT])
    export_file(desk, cli, DEPARTMENT, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=Parks" in cells
    assert all(defuse_cell(cell) == cell for cell in cells)


@given(st.text(alphabet="'=+-@ a1\t") | st.text())
def test_a_guarded_cell_gives_back_what_it_was_and_starts_no_formula(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert defuse_cell(guarded(cell)) == guarded(cell)


def test_an_export_overwrites_only_when_told(desk: Desk, cli: Actor, tmp_path: Path) -> None:
    path = tmp_path / "queues.csv"
    path.write_text("mine")
    with pytest.raises(InvalidInput, match="is there already"):
        export_file(desk, cli, QUEUE, path)
    with pytest.raises(InvalidInput, match="cannot be written"):
        export_file(desk, cli, QUEUE, tmp_path / "no" / "queues.csv")
    assert path.read_text() == "mine"
    told: list[tuple[int, int]] = []
    assert export_file(desk, cli, QUEUE, path, overwrite=True, progress=lambda *n: told.append(n)) == 1
    assert told == [(1, 1)]
    assert [file.name for file in tmp_path.iterdir() if "queues" in file.name] == ["queues.csv"]


@pytest.mark.parametrize("kind", ORDER, ids=[kind.name for kind in ORDER])
def test_a_row_is_added_changed_and_audited_by_its_key(desk: Desk, cli: Actor, kind: Kind) -> None:
    code = NEW[kind][kind.key]
    audits = len(all_rows(desk.store, tables.AuditRow))
    tried = changes.add(desk, cli, kind, NEW[kind], dry_run=True)
    with pytest.raises(NotFound, match=f"grm {kind.name} list"):
        changes.row(desk, cli, kind, code)
    added = changes.add(desk, cli, kind, NEW[kind])
    assert added == tried == changes.row(desk, cli, kind, code)
    name = OTHERWISE_NAMED.get(kind, "name_en")
    changed = changes.change(desk, cli, kind, code, added, added | {name: "Other"})
    assert changed == added | {name: "Other"}
    assert changes.change(desk, cli, kind, code, changed, changed) == changed
    new = all_rows(desk.store, tables.AuditRow)[audits:]
    assert [(row.act, row.subject.partition(":")[0], row.purpose) for row in new] == [
        (kind.act.value, kind.topic, "added"),
        (kind.act.value, kind.topic, "changed"),
    ]
    assert new[1].detail == name
    assert not any(value in row.detail for row in new for value in ("Other", "Zoe", "Parks"))
    with pytest.raises(InvalidInput, match="is there already"):
        changes.add(desk, cli, kind, NEW[kind])
    with pytest.raises(InvalidInput, match="stays"):
        changes.change(desk, cli, kind, code, changed, changed | {kind.key: "another"})


def test_every_refused_field_says_its_rule_and_an_example(desk: Desk, cli: Actor) -> None:
    for kind in ORDER:
        wrong = {field.name: "" if field.type is FieldType.WORDS else "No! {" for field in kind.fields}
        with pytest.raises(InvalidInput) as caught:
            changes.add(desk, cli, kind, wrong)
        problems = caught.value.problems
        for field in kind.fields:
            if field.needed or field.type is not FieldType.WORDS:
                assert problems[field.name].startswith(f"{field.label}: "), problems
                if not (kind is STAFF and field.type is FieldType.DEPARTMENT):
                    assert f"{field.told_rule()}, e.g. {field.example}" in problems[field.name]


def test_the_example_of_every_field_is_taken(desk: Desk, cli: Actor) -> None:
    for code in ("water", "roads", "housing"):
        changes.add(desk, cli, DEPARTMENT, {"code": code, "kind": "department", "name_en": code.title()})
    for kind in ORDER:
        row = {field.name: field.example for field in kind.fields}
        if kind is not CALENDAR and kind is not SPOKEN_TEXT:
            row[kind.key] = "an-example"
        if kind is SERVICE:
            row |= {"done_working_days": "", "with": "housing|roads"}
        stored = changes.add(desk, cli, kind, row)
        assert stored == row | {name: stored[name] for name in ("keywords", "questions") if name in row}


def test_what_no_service_can_be_is_said_at_its_field(desk: Desk, cli: Actor) -> None:
    twice = "- {code: a, label: {en: A}, type: text}\n" * 2
    for cells, field, reason in (
        ({"done_working_days": "2"}, "done_hours", "one of the two"),
        ({"done_hours": ""}, "done_hours", "one of the two"),
        ({"department": "moon"}, "department", "moon is not in the store"),
        ({"with": "moon"}, "with", "moon is not in the store"),
        ({"with": "centre"}, "with", "does not stand under with"),
        ({"questions": "[{code: a, label: {en: A}, type: colour}]"}, "questions", "0.type"),
        ({"questions": "[{code: a"}, "questions", "cannot be read as YAML"),
        ({"questions": twice}, "questions", "two questions"),
        ({"keywords": "water"}, "keywords", "dictionary"),
    ):
        with pytest.raises(InvalidInput) as caught:
            changes.add(desk, cli, SERVICE, NEW[SERVICE] | cells)
        assert reason in caught.value.problems[field]


def test_what_no_spoken_text_can_be_is_said_at_its_field(desk: Desk, cli: Actor) -> None:
    for cells, field, reason in (
        ({"text": "nonsense/en"}, "text", "names are callback-made, "),
        ({"text": "closed"}, "text", "is refused"),
        ({"text": "closed/en/"}, "text", "is refused"),
        ({"text": "closed/en/moon"}, "text", "'moon' is not in the store; see grm queue list"),
        ({"words": "You are {number}"}, "words", "slots here: {position}"),
        ({"words": "You are {position"}, "words", "slots here: {position}"),
        ({"words": "{position!r:>9}"}, "words", "slots here: {position}"),
        ({"text": "closed/en", "words": "{position}"}, "words", "slots here: none"),
        ({"words": "x" * 1001}, "words", "more than 1000 characters"),
    ):
        with pytest.raises(InvalidInput) as caught:
            changes.add(desk, cli, SPOKEN_TEXT, {"text": "position/en", "words": "Number {position}."} | cells)
        assert reason in caught.value.problems[field]


def test_the_words_of_a_queue_win_and_empty_ones_give_the_built_in_sentence_back(desk: Desk, cli: Actor) -> None:
    def heard(queue: str, language: str = "en") -> str | None:
        with desk.store.reading() as connection:
            return spoken_texts.for_queue(connection, queue).get(("closed", language))

    assert heard("general") is None
    changes.add(desk, cli, SPOKEN_TEXT, {"text": "closed/en", "words": "Closed."})
    changes.add(desk, cli, SPOKEN_TEXT, {"text": "closed/en/general", "words": "The general line is closed."})
    assert (heard("general"), heard("other"), heard("general", "zh")) == (
        "The general line is closed.",
        "Closed.",
        None,
    )
    _set(desk, cli, SPOKEN_TEXT, "closed/en/general", words="")
    assert heard("general") == "Closed."
    _set(desk, cli, SPOKEN_TEXT, "closed/en", words="")
    assert heard("general") is None


def test_a_file_without_the_new_columns_leaves_a_queue_as_it_is(desk: Desk, cli: Actor, tmp_path: Path) -> None:
    changes.add(desk, cli, CALENDAR, NEW[CALENDAR])
    kept = {
        "calendar": "parks",
        "capacity": "7",
        "longest_wait_seconds": "0",
        "callback_dropped": "yes",
        "records": "yes",
    }
    _set(desk, cli, QUEUE, "general", **kept)
    path = tmp_path / "queues.csv"
    path.write_text("code,name_en\ngeneral,Main line\n")
    assert import_file(desk, cli, shelf_of(QUEUE), path).changed == 1
    row = changes.row(desk, cli, QUEUE, "general")
    assert row["name_en"] == "Main line"
    assert kept.items() <= row.items()


def test_a_stale_save_says_who_wrote_what_and_overwrites_nothing(desk: Desk, cli: Actor, water: dict[str, str]) -> None:
    account(desk, "ada", "administrator")
    account(desk, "bob", "administrator")
    ada, bob = actor_named(desk, "ada"), actor_named(desk, "bob")
    changes.change(desk, ada, DEPARTMENT, "water", water, water | {"name_en": "Waterworks", "phone": "1"})
    mine = water | {"name_en": "Water Supply", "hours": "always"}
    with pytest.raises(StaleChange) as caught:
        changes.change(desk, bob, DEPARTMENT, "water", water, mine)
    (conflict,) = caught.value.conflicts
    assert (conflict.field, conflict.before, conflict.theirs, conflict.mine) == (
        *("name_en", "Water"),
        *("Waterworks", "Water Supply"),
    )
    assert (conflict.by, conflict.at) == ("Ada", desk.store.now())
    for word in ("Ada", "Water,", "Waterworks", "Water Supply"):
        assert word in str(caught.value)
    assert changes.row(desk, cli, DEPARTMENT, "water") == water | {"name_en": "Waterworks", "phone": "1"}
    saved = changes.change(desk, bob, DEPARTMENT, "water", water | {"name_en": "Waterworks"}, mine)
    assert saved == mine | {"phone": "1"}


def test_two_seats_that_change_different_fields_both_keep_their_words(
    desk: Desk, cli: Actor, water: dict[str, str]
) -> None:
    changes.change(desk, cli, DEPARTMENT, "water", water, water | {"name_en": "Waterworks"})
    changes.change(desk, cli, DEPARTMENT, "water", water, water | {"hours": "always"})
    assert changes.row(desk, cli, DEPARTMENT, "water") == water | {"name_en": "Waterworks", "hours": "always"}


def test_a_queue_goes_out_of_use_only_when_nothing_needs_it(desk: Desk, cli: Actor, web_actor: Actor) -> None:
    changes.add(desk, cli, QUEUE, {"code": "water", "name_en": "Water", "lines": CALL.recipient})
    take_in(desk, web_actor, CALL)
    with pytest.raises(InvalidInput, match=r"12025550100 leads there"):
        _set(desk, cli, QUEUE, "water", active="no")
    with pytest.raises(InvalidInput, match="1 items wait there"):
        _set(desk, cli, QUEUE, "water", active="no", lines="")
    with pytest.raises(InvalidInput, match="leads to water already"):
        _set(desk, cli, QUEUE, "general", lines=CALL.recipient)
    _set(desk, cli, QUEUE, "general", active="no")
    changes.add(desk, cli, QUEUE, {"code": "new", "name_en": "New", "active": "no"})
    with pytest.raises(InvalidInput):
        _set(desk, cli, QUEUE, "water", active="no")


def test_a_store_keeps_one_queue_in_use_and_one_administrator(desk: Desk, cli: Actor) -> None:
    with pytest.raises(InvalidInput, match="no queue in use"):
        _set(desk, cli, QUEUE, "general", active="no")
    account(desk, "ada", "administrator")
    for cells in ({"active": "no"}, {"role": "operator"}):
        with pytest.raises(InvalidInput, match="no administrator"):
            _set(desk, cli, STAFF, "ada", **cells)
    account(desk, "bob", "administrator")
    assert _set(desk, cli, STAFF, "ada", active="no")["active"] == "no"


def test_wrap_up_codes_keep_their_order(desk: Desk, cli: Actor, tmp_path: Path) -> None:
    shelf, path = shelf_of(DISPOSITION), tmp_path / "codes.csv"

    def bring(*codes: str) -> tuple[Imported, list[str]]:
        path.write_text("code,name_en,outcome\n" + "".join(f"{code},{code},answered\n" for code in codes))
        done = import_file(desk, cli, shelf, path)
        return done, [record["code"] for record in changes.records(desk, cli, DISPOSITION)]

    assert bring("c", "a", "b")[1] == ["c", "a", "b"]
    assert bring("c", "b")[0].changed == 0
    changes.add(desk, cli, DISPOSITION, {"code": "aa", "name_en": "AA", "outcome": "answered"})
    assert bring("a", "b", "d")[1] == ["c", "a", "b", "aa", "d"]
    assert bring("d", "b", "c", "aa", "a")[1] == ["d", "b", "c", "aa", "a"]


@pytest.mark.parametrize(
    "act",
    [
        lambda d, a, k: list(changes.records(d, a, k)),
        lambda d, a, k: changes.row(d, a, k, "x"),
        lambda d, a, k: changes.add(d, a, k, {}),
        lambda d, a, k: changes.change(d, a, k, "x", {}, {}),
        lambda d, a, k: export_file(d, a, k, Path("x.csv")),
        lambda d, a, k: import_file(d, a, shelf_of(k), Path("x.csv")),
    ],
)
def test_an_operator_keeps_no_catalogue(desk: Desk, act: Callable[[Desk, Actor, Kind], object]) -> None:
    account(desk, "mei")
    for kind in KINDS.values():
        with pytest.raises(NotAllowed):
            act(desk, actor_named(desk, "mei"), kind)
