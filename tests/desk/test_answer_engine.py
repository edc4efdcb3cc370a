"""The answer engine in the desk: worked out ahead, shared, refreshed, told when it limps, and learning."""

from collections.abc import Sequence
from pathlib import Path

import builders
import numpy as np
import pytest

from grm_console.desk import answer_calibration, answers
from grm_console.desk.actor import Actor
from grm_console.desk.answer_indexing import index_answers, waiting, waits
from grm_console.desk.answer_snapshots import Snapshots
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import Why
from grm_console.errors import GrmError, NotFound
from grm_console.knowledge.entry import Entry
from grm_console.knowledge.index import AnswerIndex
from grm_console.knowledge.models import shelf as models
from grm_console.knowledge.models.known import USE
from grm_console.knowledge.models.model import Encode, Floats32, Model
from grm_console.store import accounts, editorial, tables
from grm_console.store import answer_index as answer_rows
from grm_console.store.store import Store

MATTERS = ("passport travel", "water tap", "dog pet")
"""What the model of these tests knows: words of one line mean the same."""


def encode(texts: Sequence[str], question: bool) -> Floats32:
    rows = np.full((len(texts), 512), 0.01, np.float32)
    for row, text in zip(rows, texts, strict=True):
        for place, matter in enumerate(MATTERS):
            row[100 * place] += sum(word in text.lower() for word in matter.split())
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def load() -> Encode:
    return encode


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """One small model in place of the real ones."""
    small = Model(USE, load)
    monkeypatch.setattr(models, "FAST", small)
    monkeypatch.setattr(models, "ALL", (small,))
    monkeypatch.setattr("grm_console.desk.answer_indexing.KNOWN", (USE,))
    return small


@pytest.fixture
def cli(desk: Desk) -> Actor:
    return actor_named(desk, "system:cli")


@pytest.fixture
def town(store: Store) -> Store:
    builders.found_town(store)
    builders.article(store, "K-1", "How do I renew my passport?")
    builders.article(store, "K-2", "Why is there no water?", "Planned works. " * 60)
    builders.article(store, "K-3", "How do I register my dog?")
    return store


def first(desk: Desk, actor: Actor, text: str) -> str:
    hits = AnswerShelf(desk).search(actor, text, "en")
    return hits[0].code if hits else ""


def test_meanings_are_worked_out_once_and_kept_up_with_the_articles(desk: Desk, town: Store, cli: Actor) -> None:
    shelf = AnswerShelf(desk)
    assert shelf.search(cli, "travel", "en") == ()
    assert "3 of 3" in shelf.notice()
    assert waits(desk)
    assert index_answers(desk, cli) == 2
    assert not waits(desk)
    assert index_answers(desk, cli) == 0
    hit = shelf.search(cli, "travel documents", "en")[0]
    assert (hit.code, hit.why) == ("K-1", (Why.MEANING,))
    assert shelf.models() == ("use-multilingual-3",)
    assert shelf.notice() == ""

    builders.article(town, "K-4", "Where do I drink from the tap?")
    assert [one.lacking for one in waiting(desk)] == [1]
    assert "1 of 4" in shelf.notice()
    assert not any(hit.confident for hit in shelf.search(cli, "where do i drink from the tap", "en"))
    index_answers(desk, cli)
    assert {hit.code for hit in shelf.search(cli, "my tap", "en")} == {"K-4", "K-2"}

    with town.writing() as write:
        (first_one, *_) = answer_rows.heads(write.connection)
        editorial.change_version(write.connection, first_one.id, {"state": "expired"})
        write.changed("article", 0)
    assert waits(desk)
    index_answers(desk, cli)
    assert not waits(desk)
    assert "K-1" not in {hit.code for hit in shelf.search(cli, "passport travel", "en")}


def test_one_file_serves_every_process_and_a_damaged_one_is_made_anew(desk: Desk, town: Store, cli: Actor) -> None:
    index_answers(desk, cli)
    folder = Snapshots(town).folder
    want = AnswerShelf(desk).raw_search(cli, "passport travel dog water", "en", 10)
    (file,) = folder.glob("*.index")
    made = file.stat().st_mtime_ns
    assert AnswerShelf(desk).raw_search(cli, "passport travel dog water", "en", 10) == want
    assert file.stat().st_mtime_ns == made

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert AnswerShelf(desk).raw_search(cli, "passport travel dog water", "en", 10) == want
    for number in range(4):
        builders.article(town, f"N-{number}", f"New matter {number}")
        assert first(desk, cli, f"N-{number}") == f"N-{number}"
    assert len(list(folder.glob("*.index"))) == 2


def test_a_folder_that_cannot_be_written_costs_only_the_sharing(
    desk: Desk, town: Store, cli: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("grm_console.desk.answer_snapshots.snapshot_file.write", refuse)
    assert first(desk, cli, "passport") == "K-1"
    monkeypatch.setattr(Path, "mkdir", refuse)
    index_answers(desk, cli)
    assert first(desk, cli, "travel documents") == "K-1"


def test_a_broken_model_leaves_the_words_and_is_told(desk: Desk, town: Store, cli: Actor, model: Model) -> None:
    index_answers(desk, cli)
    model.problem = "no such instruction"
    shelf = AnswerShelf(desk)
    hits = shelf.search(cli, "renew my passport", "en")
    assert hits[0].code == "K-1"
    assert hits[0].why == (Why.WORDS,)
    assert "broken" in shelf.notice()
    assert shelf.models() == ()
    builders.article(town, "K-5", "Another matter")
    assert index_answers(desk, cli) == 1
    assert waits(desk)


def test_an_index_followed_step_by_step_ranks_as_a_fresh_one(desk: Desk, town: Store, cli: Actor) -> None:
    followed = AnswerShelf(desk)
    for number in range(3):
        builders.article(town, f"P-{number}", f"Passport of a dog, case {number}", "Bring the dog.")
        followed.search(cli, "x", "en")
        index_answers(desk, cli)
        followed.search(cli, "x", "en")
    for file in Snapshots(town).folder.glob("*.index"):
        file.unlink()
    for text in ("passport dog", "travel", "P-1", "tap", "case 2"):
        assert followed.raw_search(cli, text, "en", 10) == AnswerShelf(desk).raw_search(cli, text, "en", 10)


def test_either_store_ranks_and_scores_as_the_engine_does_without_one(desk: Desk, town: Store, cli: Actor) -> None:
    builders.article(town, "K-9", "护照到期怎么换发？", "可在窗口办理。", language="zh")
    index_answers(desk, cli)
    with town.reading() as connection:
        entries = [
            Entry(row.id, row.import_id, row.code, row.language, row.question, (), row.answer)
            for row in answer_rows.wordings(connection, [head.id for head in answer_rows.heads(connection)])
        ]
    small = models.FAST
    rows = {entry.key: small.entry(entry.question, (), entry.answer) for entry in entries}
    alone = AnswerIndex(entries, None, {USE.name: {key: found for key, found in rows.items() if found is not None}})
    shelf = AnswerShelf(desk)
    for text in ("travel documents", "how do I register a pet", "planned works", "护照", "K-2"):
        asked = {USE.name: vector} if (vector := small.question(text)) is not None else {}
        found = alone.find(text, "en", 10, asked=asked, explained=0)
        assert found.hits
        assert shelf.raw_search(cli, text, "en", 10) == list(found.hits)


def test_what_belongs_to_the_service_goes_first_among_equals_and_hides_nothing(desk: Desk, town: Store) -> None:
    operator = builders.staff(desk, "olga")
    same = [builders.article(town, f"S-{number}", "Opening hours of the office") for number in range(3)]
    with town.writing() as write:
        for code in ("S-2", "K-3"):
            table = tables.Article.__table__  # type: ignore[attr-defined]
            write.connection.execute(table.update().where(table.c.code == code).values(services=["WATER"]))
        write.changed("article", 0)
    shelf = AnswerShelf(desk)
    plain = shelf.search(operator, "opening hours", "en")
    leaning = shelf.search(operator, "opening hours", "en", service="WATER")
    assert [hit.version_id for hit in plain] == same
    assert [hit.code for hit in leaning] == ["S-2", "S-0", "S-1", "K-3"]
    assert leaning[0].why == (Why.WORDS, Why.SERVICE)


def test_the_desk_learns_from_what_helped_and_what_did_not(
    desk: Desk, town: Store, cli: Actor, web_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_calibration, "FEWEST", 16)
    operator = builders.staff(desk, "olga")
    seat, exchange = builders.answered(desk, web_actor, operator, builders.CALL)
    for number in range(8):
        version = builders.article(town, f"H-{number}", f"Matter {number} of passport holders")
        seat.answers.give(exchange, version, 1, f"matter {number} of passport holders")
    refused = builders.article(town, "R-1", "Lessons of all kinds")
    index_answers(desk, cli)
    with pytest.raises(NotFound):
        answers.not_helpful(desk, operator, 999_999, 1, "words")
    for _ in range(2):
        answers.not_helpful(desk, operator, refused, 1, "tango lessons", "en")
    with pytest.raises(GrmError, match="There are 9 judged"):
        answer_calibration.calibrate(desk, cli, AnswerShelf(desk))

    for art in ("violin", "judo", "chess", "baking", "sewing", "drawing", "skating", "piano"):
        answers.not_helpful(desk, operator, refused, 1, f"{art} lessons", "en")
    shelf = AnswerShelf(desk)
    before = shelf.raw_search(cli, "tango lessons", "en", 1)
    tried = answer_calibration.calibrate(desk, cli, shelf, dry_run=True)
    assert shelf.raw_search(cli, "tango lessons", "en", 1) == before
    assert [(one.kind, one.judged, one.right) for one in tried] == [("", 17, 8), ("use-multilingual-3", 17, 8)]
    assert answer_calibration.calibrate(desk, cli, shelf) == tried
    assert shelf.raw_search(cli, "tango lessons", "en", 1)[0].score < before[0].score
    earlier = '{"use-multilingual-3": {"constant": 2.0, "weights": {"title": 9.0}, "threshold": 0.1}}'
    for unreadable in ("[broken", earlier):  # the second weighs what no search tells any more
        with town.writing() as write:
            accounts.set_mark(write.connection, "answer-confidence", unreadable)
            write.changed("answer_index", 0)
        assert shelf.raw_search(cli, "tango lessons", "en", 1) == before
        assert answer_calibration.calibrate(desk, cli, shelf, dry_run=True)
