"""`grm kb`: standard answers in, out, and found; the batch protocol that other programs rely on."""

import csv
import io
import json
from pathlib import Path

import pytest
from command_line import Grm

HEAD = "id,language,question,answer\n"
SOURCED = "id,language,question,answer,translation_of\n"
GOOD = HEAD + (
    'wa-en,en,Why is there no water?,"Planned works are announced two days ahead."\n'
    "wa-zh,zh,为什么停水？,计划停水会提前两天公告。\n"
    'pa-en,en,How do I renew my passport?,"Apply online with a photo and the fee."\n'
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "kb.csv"
    file.write_text(GOOD, encoding="utf-8")
    return file


def batch(grm: Grm, *texts: str) -> list[dict[str, object]]:
    lines = [json.dumps({"id": f"q{n}", "language": "en", "text": words, "limit": 5}) for n, words in enumerate(texts)]
    ran = grm("kb", "search", "--batch", given="\n".join(lines) + "\n")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_import_publish_and_find_by_the_given_id(grm: Grm, good: Path) -> None:
    assert grm("kb", "import", str(good), "--publish").code == 0
    water, passport = batch(grm, "there is no water", "passport renew")
    assert water["id"] == "q0"
    assert water["results"][0]["article_id"] == "wa-en"  # type: ignore[index]
    assert set(water["results"][0]) == {"article_id", "score", "confident"}  # type: ignore[index]
    assert passport["results"][0]["article_id"] == "pa-en"  # type: ignore[index]


def test_drafts_are_not_found(grm: Grm, good: Path) -> None:
    assert grm("kb", "import", str(good)).code == 0
    assert batch(grm, "passport")[0]["results"] == []
    assert grm("kb", "import", str(good), "--publish").code == 0
    assert batch(grm, "passport")[0]["results"]


def test_the_same_file_again_changes_nothing(grm: Grm, good: Path) -> None:
    grm("kb", "import", str(good), "--publish")
    assert "unchanged 3" in grm("kb", "import", str(good), "--publish").err


def test_changed_words_make_a_new_version(grm: Grm, good: Path) -> None:
    grm("kb", "import", str(good), "--publish")
    good.write_text(GOOD.replace("two days", "three days"), encoding="utf-8")
    assert "changed 1" in grm("kb", "import", str(good), "--publish").err
    assert " v2 " in grm("kb", "search", "no water").out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD + "a,en,Why?,Because.\na,en,Who?,She.\n", "line 3"),
        (HEAD + "a,en,,\n", "line 2: question"),
        (HEAD + "a,Klingon!,Why?,Because.\n", "line 2: language"),
        (HEAD + "a,xx,Why?,Because.\n", "line 2: language"),
        (HEAD + "a,en,Why?,So.\nb,en,Who?," + "x" * 10_000_000 + "\n", "line 3: answer is longer than"),
        (HEAD + "a,en,Why?," + "x" * 100_001 + "\n", "line 2: answer"),
        ("id,language,question\na,en,Why?\n", "answer"),
        (HEAD + "a,en,Why?\n", "line 2"),
        ("id,language,question,answer,expires_on\na,en,Why?,So.,tomorrow\n", "line 2: expires_on"),
        ("id,language,question,answer,owner\na,en,Why?,So.,nobody\n", "line 2: owner nobody"),
        (
            "id,language,question,answer,translation_of\na,en,W?,S.,b\nb,zh,谁,我,c\nc,es,Q?,S.,a\n",
            "line 2: translation_of",
        ),
        ("id,language,question,answer,translation_of\na,en,W?,S.,z\n", "line 2: translation_of z is neither"),
        ("id,language,question,answer,translation_of\na,en,W?,S.,\nb,en,W?,S.,a\n", "line 3: translation_of a is in"),
        ("id,language,question,answer,code,audience\na,en,W?,S.,K-1,\nb,zh,谁,我,K-1,internal\n", "line 3: audience"),
        ("", "line 1"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_changed(grm: Grm, tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content + ("ok,en,Good line?,Yes.\n" if content.startswith(HEAD) else ""), encoding="utf-8")
    ran = grm("kb", "import", str(file), "--publish")
    assert ran.code == 1
    assert told in ran.err
    assert "nothing was changed" in ran.err
    assert batch(grm, "good line")[0]["results"] == []


def test_a_line_without_a_question_is_called_by_the_beginning_of_its_answer(grm: Grm, tmp_path: Path) -> None:
    file = tmp_path / "notices.csv"
    file.write_text(
        HEAD + "n1,en,,Works in Elm Street. No water on Monday.\nn2,zh,,停水通知。周一停水。\n", encoding="utf-8"
    )
    assert grm("kb", "import", str(file), "--publish").code == 0
    rows = list(csv.DictReader(io.StringIO(grm("kb", "export").out)))
    assert [row["question"] for row in rows] == ["Works in Elm Street.", "停水通知。"]
    assert "unchanged 2" in grm("kb", "import", str(file), "--publish").err


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("gb18030", "line 2: this is not UTF-8 but looks like GB18030"),
        ("utf-16", "line 1: "),
        ("utf-16-le", "UTF-16LE"),
    ],
)
def test_wrong_encoding_is_named(grm: Grm, tmp_path: Path, encoding: str, told: str) -> None:
    file = tmp_path / "kb.csv"
    file.write_bytes((HEAD + "a,zh,为什么停水,抢修\n").encode(encoding))
    ran = grm("kb", "import", str(file))
    assert ran.code == 1
    assert told in ran.err
    assert "iconv" in ran.err


def test_dry_run_counts_and_changes_nothing(grm: Grm, good: Path) -> None:
    assert "would be added 3" in grm("kb", "import", str(good), "--publish", "--dry-run").err
    assert batch(grm, "passport")[0]["results"] == []


def test_export_is_what_the_import_takes(grm: Grm, good: Path, tmp_path: Path) -> None:
    grm("kb", "import", str(good), "--publish")
    again = tmp_path / "again.csv"
    again.write_text(grm("kb", "export").out, encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(io.StringIO(again.read_text("utf-8")))] == ["pa-en", "wa-en", "wa-zh"]
    assert "unchanged 3" in grm("kb", "import", str(again), "--publish").err


def test_json_lines_come_in_as_well(grm: Grm, tmp_path: Path) -> None:
    file = tmp_path / "kb.jsonl"
    file.write_text(
        json.dumps({"id": "x", "language": "en", "question": "Dog licence?", "answer": "At the counter."}) + "\n{bad\n"
    )
    assert "line 2: not a JSON object" in grm("kb", "import", str(file)).err
    file.write_text(file.read_text().splitlines()[0])
    assert grm("kb", "import", str(file), "--publish").code == 0
    assert batch(grm, "dog licence")[0]["results"][0]["article_id"] == "x"  # type: ignore[index]


def test_a_batch_line_that_is_no_query_is_named(grm: Grm) -> None:
    ran = grm("kb", "search", "--batch", given='{"id": 1}\n')
    assert ran.code == 1
    assert "Line 1" in ran.err


@pytest.mark.parametrize("words", ["", "\x00", "[/", "'; DROP TABLE article; --", "x" * 50_000, "👨‍👩‍👧‍👦"])
def test_any_words_give_results_or_none(grm: Grm, good: Path, words: str) -> None:
    grm("kb", "import", str(good), "--publish")
    assert isinstance(batch(grm, words)[0]["results"], list)
