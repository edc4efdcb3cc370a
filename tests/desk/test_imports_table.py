"""Reading a table: everything wrong with a file is named at once, by line number and reason."""

from pathlib import Path

import pytest

from grm_console.desk.imports.table import LONGEST_CELL, Problems, read_table
from grm_console.errors import ImportRefused


def table(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "some.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refused(path: Path, *required: str, key: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefused) as caught:
        read_table(path, required, ("note",), key=key)
    return caught.value.problems


def test_a_record_has_the_number_of_its_first_line(tmp_path: Path) -> None:
    path = table(tmp_path, 'code,note\r\na,"one\r\ntwo"\r\n\r\nb,"say ""yes"", please"\r\n')
    lines = read_table(path, ("code",), ("note",))
    assert [(line.number, line["code"], line["note"]) for line in lines] == [
        (2, "a", "one\r\ntwo"),
        (5, "b", 'say "yes", please'),
    ]


def test_a_byte_order_mark_and_blanks_around_cells_do_not_matter(tmp_path: Path) -> None:
    path = table(tmp_path, b"\xef\xbb\xbf code ,note\n a , \xe9\x99\x88\xe8\x8e\x89 \n")
    assert [dict(line.values) for line in read_table(path, ("code",), ("note",))] == [{"code": "a", "note": "陈莉"}]


def test_an_optional_column_that_is_absent_reads_as_empty_and_is_told_apart(tmp_path: Path) -> None:
    (line,) = read_table(table(tmp_path, "code\na\n"), ("code",), ("note",))
    assert line["note"] == ""
    assert "note" not in line.values


def test_all_problems_of_a_file_come_together_in_the_order_of_lines(tmp_path: Path) -> None:
    long = "x" * (LONGEST_CELL + 1)
    text = f"code,colour\na,red\nb\na,blue\n,green\nc,{long}\nd,\x00\ne,f,g\n".encode()
    problems = refused(table(tmp_path, text + b"h,\xff\n"), "code", key=("code",))
    assert [line for line, _ in problems] == [1, 3, 4, 5, 6, 7, 8, 9]
    reasons = dict(problems)
    assert "colour is not known" in reasons[1]
    assert "1 cells" in reasons[3]
    assert "stands already on line 2" in reasons[4]
    assert "may not be empty" in reasons[5]
    assert "longer than" in reasons[6]
    assert "NUL" in reasons[7]
    assert "3 cells" in reasons[8]
    assert "UTF-8" in reasons[9]


def test_missing_columns_and_columns_named_twice(tmp_path: Path) -> None:
    problems = refused(table(tmp_path, "note,note\na,b\n"), "code", "name")
    assert [reason for _, reason in problems] == [
        "the column note stands there twice",
        "the column code is missing",
        "the column name is missing",
    ]


def test_a_stray_quote_is_named_and_the_next_line_is_still_read(tmp_path: Path) -> None:
    problems = Problems(Path("some.csv"))
    lines = read_table(table(tmp_path, 'code,note\na,"x"y\nb,c\n'), ("code",), ("note",), problems=problems)
    assert [line["code"] for line in lines] == ["b"]
    with pytest.raises(ImportRefused) as caught:
        problems.refuse()
    assert [line for line, _ in caught.value.problems] == [2]


def test_a_quote_that_never_ends(tmp_path: Path) -> None:
    ((line, reason),) = refused(table(tmp_path, 'code,note\na,b\nc,"d\ne\nf\n'), "code")
    assert line == 3
    assert "CSV" in reason


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_told_its_columns(tmp_path: Path, data: str) -> None:
    assert refused(table(tmp_path, data), "code") == [
        (1, "the file is empty; its first line names the columns: code, note")
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ((line, reason),) = refused(tmp_path / "none.csv", "code")
    assert line == 0
    assert "cannot be read" in reason


def test_a_table_with_a_head_only_has_no_lines(tmp_path: Path) -> None:
    assert read_table(table(tmp_path, "code,note\n"), ("code",), ("note",)) == []
