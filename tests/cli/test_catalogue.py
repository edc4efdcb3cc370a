"""`grm department`, `queue`, …: files in, rows out."""

import csv
import io
import json
from pathlib import Path

import pytest
from command_line import Grm

FILE = "code,kind,name_en,name_zh\ncentre,department,Contact centre,热线\nwater,department,=cmd(),供水局\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "departments.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


NEW = {
    "department": ("water", "--kind", "department", "--name-en", "Water"),
    "queue": ("water", "--name-en", "Water", "--line", "202-555-0101", "--line", "+12025550102", "--language", "en"),
    "disposition": ("prank", "--name-en", "Prank", "--outcome", "no-content", "--channel", "voice", "--channel", "sms"),
    "segment": ("retired", "--name-en", "Retired", "--purpose", "Adds pensions", "--expires-on", "2027-12-31"),
    "service": ("outage", "--name-en", "Outage", "--department", "centre", "--kind", "report", "--done-hours", "24"),
}


OFFICE = ("office", "--name", "Office", "--time-zone", "Asia/Shanghai", "--hours", "mon-fri 9:00-17:00")
ICAL = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261003\r\n"
    "SUMMARY:National\r\n  Day\\; two days\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def rows(grm: Grm, kind: str) -> dict[str, dict[str, object]]:
    """What `list --json` tells, by code."""
    return {row["code"]: row for row in map(json.loads, grm(kind, "list", "--json").out.splitlines())}


def test_a_file_is_imported_and_listed_as_csv_that_starts_no_formula(grm: Grm, file: Path) -> None:
    ran = grm("department", "import", str(file))
    assert (ran.code, ran.out) == (0, "")
    assert "1 added, 1 changed, 0 unchanged" in ran.err
    rows = list(csv.DictReader(io.StringIO(grm("department", "list").out)))
    assert [(row["code"], row["name_en"]) for row in rows] == [("centre", "Contact centre"), ("water", "'=cmd()")]


def test_a_dry_run_says_what_would_be(grm: Grm, file: Path) -> None:
    assert "1 would be added" in grm("department", "import", str(file), "--dry-run").err
    assert len(grm("department", "list", "--json").out.splitlines()) == 1


def test_a_refused_file_ends_with_its_lines_and_code_1(grm: Grm, file: Path) -> None:
    file.write_text(FILE + "roads,club,Roads,\n")
    ran = grm("department", "import", str(file))
    assert ran.code == 1
    assert "nothing was changed: line 4: kind 'club' is refused; write one of department, " in ran.err
    assert ran.out == ""


def test_an_empty_list_is_empty(grm: Grm) -> None:
    for kind in ("disposition", "segment", "service", "staff", "contact", "relation", "history", "case"):
        ran = grm(kind, "list", "--json")
        assert (ran.code, ran.out) == (0, "")


def test_a_queue_is_listed_with_its_lines(grm: Grm, tmp_path: Path) -> None:
    path = tmp_path / "queues.csv"
    path.write_text("code,name_en,lines\ngeneral,General line,+12025550100|+12025550101\n")
    assert grm("queue", "import", str(path)).code == 0
    (line,) = grm("queue", "list", "--json").out.splitlines()
    assert json.loads(line)["lines"] == "+12025550100|+12025550101"


@pytest.mark.parametrize("kind", NEW)
def test_one_is_added_changed_exported_and_imported_again(grm: Grm, tmp_path: Path, kind: str) -> None:
    code = NEW[kind][0]
    assert "would be added" in grm(kind, "add", *NEW[kind], "--dry-run").err
    assert code not in rows(grm, kind)
    ran = grm(kind, "add", *NEW[kind])
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert "name_en: would be changed" in grm(kind, "change", code, "--name-en", "Other", "--dry-run").err
    assert "name_en: changed" in grm(kind, "change", code, "--name-en", "Other").err
    assert "nothing to change" in grm(kind, "change", code, "--name-en", "Other").err
    assert rows(grm, kind)[code]["name_en"] == "Other"
    path = tmp_path / "out"
    ran = grm(kind, "export", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert "written to" in ran.err
    assert "0 added, 0 changed" in grm(kind, "import", str(path)).err
    ran = grm(kind, "export", str(path))
    assert ran.code == 1
    assert "is there already" in ran.err
    assert grm(kind, "export", str(path), "--overwrite").code == 0


def test_cells_come_as_they_are_meant(grm: Grm) -> None:
    for kind, new in NEW.items():
        assert grm(kind, "add", *new).code == 0
    assert rows(grm, "queue")["water"]["lines"] == "+12025550101|+12025550102"
    assert rows(grm, "queue")["water"]["target_seconds"] == 15
    assert rows(grm, "disposition")["prank"]["channels"] == "voice|sms"
    assert rows(grm, "segment")["retired"]["expires_on"] == "2027-12-31"
    assert rows(grm, "service")["outage"]["confidential"] is False
    assert grm("queue", "change", "water", "--line", "", "--inactive").code == 0
    assert (rows(grm, "queue")["water"]["lines"], rows(grm, "queue")["water"]["active"]) == ("", False)


def test_a_calendar_takes_days_off_from_an_ical_file(grm: Grm, tmp_path: Path) -> None:
    path = tmp_path / "days.ics"
    path.write_text(ICAL)
    assert grm("calendar", "add", *OFFICE, "--days", "2026-10-02 as mon").code == 0
    assert (
        "1 would be added, 0 changed, 1 unchanged"
        in grm("calendar", "import-ical", "office", str(path), "--dry-run").err
    )
    assert "1 added" in grm("calendar", "import-ical", "office", str(path)).err
    assert "0 added" in grm("calendar", "import-ical", "office", str(path)).err
    office = rows(grm, "calendar")["office"]
    assert office["days"] == "2026-10-01 closed National Day, two days; 2026-10-02 as mon"
    assert office["hours"] == "mon-fri 09:00-17:00"
    ran = grm("calendar", "import-ical", "moon", str(path))
    assert (ran.code, "See grm calendar list" in ran.err) == (1, True)


def test_what_callers_hear_and_whom_to_ring_is_kept_by_command(grm: Grm) -> None:
    assert grm("spoken-text", "add", "closed/en", "--words", "Closed.").code == 0
    assert "words: changed" in grm("spoken-text", "change", "closed/en", "--words", "Shut.").err
    assert json.loads(grm("spoken-text", "list", "--json").out) == {"text": "closed/en", "words": "Shut."}
    assert grm("emergency-line", "add", "*", "--number", "911", "--dial", "202-555-0199").code == 0
    assert json.loads(grm("emergency-line", "list", "--json").out)["dial"] == "+12025550199"
    assert grm("calendar", "add", *OFFICE).code == 0
    assert grm("queue", "change", "general", "--calendar", "office", "--records", "--not-callback-dropped").code == 0
    general = rows(grm, "queue")["general"]
    assert (general["calendar"], general["records"], general["capacity"]) == ("office", True, 0)


def test_everything_wrong_is_named_with_rule_and_example(grm: Grm) -> None:
    ran = grm("queue", "add", "Water!", "--target-seconds", "soon", "--line", "12 Lotus Lane")
    assert ran.code == 1
    assert "Code: 'Water!' is refused; write lower case, digits, hyphens and dots, e.g. water-str" in ran.err
    assert "Name: may not be empty; write the name in English, e.g. Water & Streets." in ran.err
    assert "Our numbers: '12 Lotus Lane' is refused" in ran.err
    assert "Answer within: 'soon' is refused; write seconds, e.g. 15." in ran.err
    assert list(rows(grm, "queue")) == ["general"]
    ran = grm("queue", "change", "nothing", "--name-en", "X")
    assert (ran.code, "grm queue list" in ran.err) == (1, True)


def test_the_shell_completes_commands_codes_and_choices(grm: Grm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_GRM_COMPLETE", "complete_bash")
    for words, completed in (
        ("grm queue change g", ["general"]),
        ("grm queue change x", []),
        ("grm staff add zoe --role a", ["administrator", "approver", "auditor"]),
        ("grm queu", ["queue"]),
    ):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
        assert grm().out.split() == completed


def test_canned_texts_come_by_file_and_go_into_one_that_is_taken_back(grm: Grm, tmp_path: Path) -> None:
    source, copy = tmp_path / "texts.csv", tmp_path / "copy.csv"
    rows = [
        ["title", "body", "category"],
        ["=Opened", "Dear {name},\ncase {case}", "Cases"],
        ["Late", "@soon", "Cases"],
    ]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert "2 would be added" in grm("canned-text", "import", str(source), "--dry-run").err
    assert "2 added" in grm("canned-text", "import", str(source)).err
    listed = list(map(json.loads, grm("canned-text", "list", "--json").out.splitlines()))
    assert [(text["title"], text["body"]) for text in listed] == [tuple(row[:2]) for row in rows[1:]]
    ran = grm("canned-text", "export", str(copy))
    assert (ran.code, ran.out) == (0, "")
    assert "2 written" in ran.err
    assert "0 added, 0 changed, 2 unchanged" in grm("canned-text", "import", str(copy)).err
    cells = [cell for row in csv.reader(io.StringIO(copy.read_text(encoding="utf-8"))) for cell in row]
    assert not any(cell.startswith(("=", "@")) for cell in cells)
    assert "is there already" in grm("canned-text", "export", str(copy)).err
    copy.write_text("title,body\nSlot,Dear {password}\n", encoding="utf-8")
    refused = grm("canned-text", "import", str(copy))
    assert (refused.code, "line 2" in refused.err) == (1, True)
