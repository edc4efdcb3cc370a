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
    assert "nothing was changed: line 4: kind 'club' is not known" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("kind", ["disposition", "segment", "service", "contact", "relation", "history", "case"])
def test_an_empty_list_is_empty(grm: Grm, kind: str) -> None:
    ran = grm(kind, "list", "--json")
    assert (ran.code, ran.out) == (0, "")


def test_a_queue_is_listed_with_its_lines(grm: Grm, tmp_path: Path) -> None:
    path = tmp_path / "queues.csv"
    path.write_text("code,name_en,lines\ngeneral,General line,+12025550100|+12025550101\n")
    assert grm("queue", "import", str(path)).code == 0
    (line,) = grm("queue", "list", "--json").out.splitlines()
    assert json.loads(line)["lines"] == "+12025550100|+12025550101"
