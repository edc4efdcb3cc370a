"""Organisations, queues, wrap-up codes, segments, services and staff from files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FixedClock, settings_for
from imports_side import DISPOSITIONS, ORGANISATIONS, SEGMENTS, SERVICES, STAFF, Reader, Town

from grm_console.cli.opening import trail_of
from grm_console.desk.actor import Actor
from grm_console.desk.case_work import services
from grm_console.desk.desk import Desk
from grm_console.desk.imports.dispositions import import_dispositions
from grm_console.desk.imports.imported import Imported
from grm_console.desk.imports.organisations import import_organisations
from grm_console.desk.imports.queues import import_queues
from grm_console.desk.imports.segments import import_segments
from grm_console.desk.imports.services import import_services
from grm_console.desk.imports.staff import import_staff
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import Harm
from grm_console.errors import ImportRefused, NotAllowed
from grm_console.store.engine import read_url
from grm_console.store.queue import queue_for_line
from grm_console.store.store import Store

QUEUES = (
    "code,name_en,lines,languages,target_seconds\n"
    "general,General line,+12025550100|+12025550105,en|zh,15\n"
    "water,Water,202-555-0101,en,\n"
)


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    return Town(desk, actor_named(desk, "system:cli"), tmp_path)


@pytest.fixture
def founded_on_sqlite(sqlite_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Town]:
    """For what is settled before the store is asked."""
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        desk = Desk(store)
        town = Town(desk, actor_named(desk, "system:cli"), tmp_path)
        town.bring(import_organisations, ORGANISATIONS)
        yield town


@pytest.fixture
def founded(town: Town) -> Town:
    town.bring(import_organisations, ORGANISATIONS)
    return town


def test_a_file_of_organisations_adds_and_changes(town: Town) -> None:
    assert town.bring(import_organisations, ORGANISATIONS) == Imported("organisations", 2, 1, 0)
    assert town.rows("SELECT name, other_name FROM organisation WHERE code = 'water'") == [("Water", "供水局")]
    renamed = ORGANISATIONS.replace("Roads", "Roads and lights")
    assert town.bring(import_organisations, renamed) == Imported("organisations", 0, 1, 2)
    assert town.rows("SELECT name FROM organisation WHERE code = 'roads'") == [("Roads and lights",)]


def test_a_column_that_the_file_lacks_is_left_as_it_is(founded: Town) -> None:
    done = founded.bring(import_organisations, "code,kind,name_en\nwater,department,Water works\n")
    assert done.changed == 1
    assert founded.rows("SELECT name, other_name FROM organisation WHERE code = 'water'") == [("Water works", "供水局")]


EVERY = [
    (import_organisations, ORGANISATIONS),
    (import_queues, QUEUES),
    (import_dispositions, DISPOSITIONS),
    (import_segments, SEGMENTS),
    (import_staff, STAFF),
    (import_services, SERVICES),
]
KINDS = ["organisations", "queues", "dispositions", "segments", "staff", "services"]


@pytest.mark.parametrize(("reader", "words"), EVERY, ids=KINDS)
def test_the_same_file_again_changes_nothing_but_the_audit(founded: Town, reader: Reader, words: str) -> None:
    founded.bring(reader, words)
    before = founded.counts()
    done = founded.bring(reader, words)
    assert (done.added, done.changed) == (0, 0)
    assert done.unchanged > 0
    assert founded.counts() == before | {"audit": before["audit"] + 1}
    assert founded.verified() == before["audit"] + 1


@pytest.mark.parametrize(("reader", "words"), EVERY[1:], ids=KINDS[1:])
def test_a_dry_run_counts_and_changes_nothing(founded: Town, reader: Reader, words: str) -> None:
    before = founded.counts()
    tried = founded.bring(reader, words, dry_run=True)
    assert tried.added > 0
    assert founded.counts() == before
    assert founded.bring(reader, words) == tried


@pytest.mark.parametrize(("reader", "words"), EVERY, ids=KINDS)
def test_an_import_leaves_one_audit_row_with_its_counts_and_one_change(town: Town, reader: Reader, words: str) -> None:
    town.bring(import_organisations, ORGANISATIONS)
    words = words.replace("Contact centre", "The centre")
    before = town.counts()
    done = town.bring(reader, words)
    after = town.counts()
    assert (after["audit"], after["change"]) == (before["audit"] + 1, before["change"] + 1)
    assert town.rows("SELECT act, subject, purpose, detail FROM audit ORDER BY seq DESC LIMIT 1") == [
        (
            "store.import",
            f"import:{done.kind}",
            "file.txt",
            f"added {done.added}, changed {done.changed}, unchanged {done.unchanged}",
        )
    ]
    assert town.rows("SELECT subject_id FROM change ORDER BY seq DESC LIMIT 1") == [(0,)]


@pytest.mark.parametrize(("reader", "words"), EVERY, ids=KINDS)
def test_only_who_may_import_may(founded: Town, desk: Desk, reader: Reader, words: str) -> None:
    founded.bring(import_staff, STAFF)
    before = founded.counts()
    with pytest.raises(NotAllowed):
        Town(desk, actor_named(desk, "li.wei"), founded.folder).bring(reader, words)
    assert founded.counts() == before


WRONG = [
    (
        import_organisations,
        "code,kind,name_en\nWater!,department,Water\nroads,club,\n",
        [(2, "code 'Water!'"), (3, "kind 'club'"), (3, "name_en may not be empty")],
    ),
    (
        import_queues,
        "code,name_en,lines,languages,target_seconds\n"
        "a,A,+12025550100,english!,soon\nb,B,+12025550100,en,-1\nc,C,12 Lotus Lane,en,15\n",
        [
            (2, "languages 'english!'"),
            (2, "target_seconds 'soon'"),
            (3, "leads to a already"),
            (3, "target_seconds '-1'"),
            (4, "lines '12 Lotus Lane'"),
        ],
    ),
    (
        import_dispositions,
        "code,name_en,outcome,channels\nx,X,happy,voice\ny,Y,answered,voice|drum\n",
        [(2, "outcome 'happy'"), (3, "channels 'voice|drum'")],
    ),
    (
        import_segments,
        "code,name_en,purpose,expires_on\nx,X,,2026-13-01\ny,Y,Why,tomorrow\n",
        [(2, "purpose may not be empty"), (2, "expires_on '2026-13-01'"), (3, "expires_on 'tomorrow'")],
    ),
    (
        import_staff,
        "account,name,role,organisation,languages,phone\nli.wei,Li,boss,centre,en,\nx,,system,moon,en,no phone\n",
        [
            (2, "role 'boss'"),
            (3, "role 'system'"),
            (3, "organisation 'moon'"),
            (3, "phone 'no phone'"),
            (3, "name may not be empty"),
        ],
    ),
]


@pytest.mark.parametrize(("reader", "words", "expected"), WRONG, ids=KINDS[:5])
def test_wrong_lines_are_all_named_and_nothing_changes(
    founded_on_sqlite: Town, reader: Reader, words: str, expected: list[tuple[int, str]]
) -> None:
    before = founded_on_sqlite.counts()
    with pytest.raises(ImportRefused) as caught:
        founded_on_sqlite.bring(reader, words)
    found = caught.value.problems
    assert len(found) == len(expected)
    for line, reason in expected:
        assert any(at == line and reason in said for at, said in found), (line, reason, found)
    assert founded_on_sqlite.counts() == before


def test_lines_lead_to_their_queues_and_can_move(founded: Town, desk: Desk) -> None:
    founded.bring(import_queues, QUEUES)
    keys = dict(founded.rows("SELECT code, id FROM queue"))
    moved = QUEUES.replace("|+12025550105", "").replace("202-555-0101", "+12025550105")
    assert founded.bring(import_queues, moved) == Imported("queues", 0, 2, 0)
    assert founded.rows("SELECT line, queue_id FROM queue_line ORDER BY line") == [
        ("+12025550100", keys["general"]),
        ("+12025550105", keys["water"]),
    ]
    with desk.store.reading() as connection:
        unknown = queue_for_line(connection, "+12025550199")
    assert unknown is not None
    assert unknown[0] == keys["general"]


def test_imported_staff_have_no_password_and_keep_the_one_they_were_given(founded: Town, desk: Desk) -> None:
    founded.bring(import_staff, STAFF)
    assert founded.rows("SELECT password_hash, device FROM account WHERE name = 'li.wei'") == [(None, "+12025550191")]
    with desk.store.writing() as write:
        write.connection.exec_driver_sql("UPDATE account SET password_hash = 'kept' WHERE name = 'li.wei'")
    assert founded.bring(import_staff, STAFF.replace("operator", "supervisor")).changed == 1
    assert founded.rows("SELECT password_hash, role FROM account WHERE name = 'li.wei'") == [("kept", "supervisor")]


def test_services_come_with_departments_limits_and_questions(founded: Town, desk: Desk) -> None:
    founded.bring(import_staff, STAFF)
    founded.bring(import_services, SERVICES)
    outage = next(s for s in services(desk, actor_named(desk, "li.wei")) if s.code == "water-outage")
    assert (outage.department, outage.cooperating, outage.done_hours) == ("Water", ("Roads",), 24)
    assert outage.default_harm is Harm.HARDSHIP
    assert [(q.code, q.type, q.required, q.when) for q in outage.questions] == [
        ("floor", "number", True, None),
        ("ill", "yesno", True, None),
        ("need", "text", False, ("ill", "yes")),
    ]


def test_a_department_that_leaves_a_service_is_a_change(founded: Town) -> None:
    founded.bring(import_services, SERVICES)
    assert founded.bring(import_services, SERVICES.replace("[roads]", "[]")) == Imported("services", 0, 1, 1)
    assert founded.rows("SELECT count(*) FROM service_department") == [(0,)]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("department: water", "department: moon", 1, "moon is not in the store"),
        ("done_hours: 24}", "done_hours: 24, done_working_days: 2}", 6, "either done_hours or done_working_days"),
        ("type: number", "type: colour", 9, "questions.0.type"),
        ("question: ill", "question: colour", 9, "not asked before"),
        ("equals: true", "equals: maybe", 9, "does not have"),
        ("kind: report", "kind: report\n  kind: help", 6, "kind stands there twice"),
        ("code: whistle", "code: water-outage", 15, "stands already on line 1"),
        ("{en: No water, zh: 停水}", "{en: No water, none at all, zh: 停水}", 2, "none at all"),
        ("  department: water", "  department: [water", 4, "cannot be read as YAML"),
        ("default_harm: hardship", "default_harm: terrible", 7, "default_harm"),
        ("confidential: true", "confidential: perhaps", 20, "confidential"),
    ],
)
def test_wrong_services_are_named_by_line(founded_on_sqlite: Town, old: str, new: str, line: int, reason: str) -> None:
    before = founded_on_sqlite.counts()
    with pytest.raises(ImportRefused) as caught:
        founded_on_sqlite.bring(import_services, SERVICES.replace(old, new))
    assert any(at == line and reason in said for at, said in caught.value.problems), caught.value.problems
    assert founded_on_sqlite.counts() == before


def test_a_catalogue_can_hold_no_python_objects(founded: Town) -> None:
    with pytest.raises(ImportRefused):
        founded.bring(import_services, "- !!python/object/apply:os.system ['true']\n")


def test_staff_need_the_right_to_manage_staff(founded: Town, desk: Desk) -> None:
    cli = actor_named(desk, "system:cli")
    weaker = Actor(
        cli.account_id,
        cli.name,
        cli.full_name,
        cli.role,
        cli.organisation_id,
        cli.organisation,
        frozenset(act for act in cli.acts if act != "staff.manage"),
    )
    with pytest.raises(NotAllowed):
        Town(desk, weaker, founded.folder).bring(import_staff, STAFF)
