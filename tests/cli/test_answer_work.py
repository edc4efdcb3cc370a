"""What the web process does about answers that wait: a process of its own, ended with it, not tried without end."""

import sys
from datetime import timedelta
from pathlib import Path

import builders
import pytest

from grm_console.cli import answer_work
from grm_console.cli.answer_work import AnswerWork, QuestionWork
from grm_console.desk.answer_indexing import waits
from grm_console.desk.desk import Desk


@pytest.fixture
def runs(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Answers wait, and in place of `grm kb index` a program writes a line and does what the test says."""
    builders.found_town(desk.store)
    builders.article(desk.store, "K-1", "How do I renew my passport?")
    told = tmp_path / "runs"
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho run >> {told}\nexec {tmp_path / 'act'}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return told


def act(tmp_path: Path, words: str) -> None:
    file = tmp_path / "act"
    file.write_text(f"#!/bin/sh\n{words}\n")
    file.chmod(0o755)


def ended(work: AnswerWork) -> None:
    """Let the run under way end and be noted."""
    assert work._running is not None
    work._running.wait(30)
    work.look()


def test_a_run_that_leaves_work_undone_is_not_tried_again_at_once(
    desk: Desk, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(tmp_path, "exit 1")
    work = AnswerWork(desk)
    work.look()
    ended(work)
    work.look()
    assert runs.read_text() == "run\n"
    monkeypatch.setattr(answer_work, "PATIENCE_SECONDS", 0.0)
    patient = AnswerWork(desk)
    for _ in range(2):
        patient.look()
        ended(patient)
    assert runs.read_text() == "run\n" * 3


def test_what_runs_ends_with_the_web_process(desk: Desk, runs: Path, tmp_path: Path) -> None:
    act(tmp_path, "exec sleep 600")
    work = AnswerWork(desk)
    work.look()
    work.look()
    work.close()
    assert work._running is not None
    assert work._running.returncode is not None
    AnswerWork(desk).close()


def test_nothing_runs_where_nothing_waits(desk: Desk, tmp_path: Path) -> None:
    assert not waits(desk)
    AnswerWork(desk).look()


def test_questions_are_grouped_once_answers_can_be_found(desk: Desk, runs: Path, tmp_path: Path) -> None:
    act(tmp_path, "exit 1")
    answers = AnswerWork(desk)
    questions = QuestionWork(desk, timedelta(minutes=30), answers)
    questions.look()
    assert questions._running is None, "the answers come first"
    answers.look()
    ended(answers)
    questions.look()
    assert questions._running is not None, "answers that cannot be worked out hold up nothing"
    questions.close()
