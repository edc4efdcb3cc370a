#!/usr/bin/env python
"""Fit the confidence that is shipped to the development sets of data/kb-eval, and write knowledge/fits.json.

For each set of models that is installed and for words alone: every question is searched for, and a logistic regression
learns from whether the first result was right, in all languages: fits of the searches of one language each would put
their probabilities on different scales. Also told: each set left out of the fit in turn.
"""

import csv
import json
import sys
from pathlib import Path

from grm_console.knowledge import fitting, measures
from grm_console.knowledge.confidence import (
    FEATURES,
    FEATURES_OF_WORDS,
    Confidence,
    Fit,
    kind_of,
    read_fits,
    written_fits,
)
from grm_console.knowledge.entry import Entry
from grm_console.knowledge.fitting import Judged
from grm_console.knowledge.index import AnswerIndex, Found
from grm_console.knowledge.models.model import Model
from grm_console.knowledge.models.shelf import ALL, FAST, may_read, models_for, usable

DATA = Path(__file__).resolve().parent.parent / "data" / "kb-eval"
TARGET = Path(fitting.__file__).with_name("fits.json")
SETS = ("desk", "banking", "cmrc")

Row = dict[str, object]


def main() -> None:
    there = [model for model in ALL if model in usable() and model.ready()]
    ways = [[], [FAST], [model for model in there if model is not ALL[2]], there] if FAST in there else [[]]
    ways = [way for number, way in enumerate(ways) if way not in ways[:number]]
    searched = {name: search_set(name, ways) for name in SETS}
    fits = read_fits(json.loads(TARGET.read_bytes()))  # those of models that are not installed stay
    without = {name: dict(fits) for name in SETS}
    for number, way in enumerate(ways):
        kind = kind_of(model.known.name for model in way)
        names = FEATURES if way else FEATURES_OF_WORDS
        rows = {name: [(row, found[number]) for row, found in searched[name]] for name in SETS}
        judged = {name: [one for row in rows[name] if (one := judge(*row))] for name in SETS}
        fits[kind] = fitting.fitted(list(judged.values()), names)
        print(f"\n{kind or 'words alone'}: {fits[kind]}")
        for name in SETS:
            without[name][kind] = fitting.fitted([judged[other] for other in SETS if other != name], names)
            print(f"  {name}: {told(rows[name], fits)}   left out: {told(rows[name], without[name])}")
    TARGET.write_text(json.dumps(written_fits(fits), indent=2) + "\n", encoding="utf-8")


def search_set(name: str, ways: list[list[Model]]) -> list[tuple[Row, list[Found]]]:
    """Every question with what each way of searching found."""
    with (DATA / name / "kb.csv").open(encoding="utf-8", newline="") as file:
        articles = list(csv.DictReader(file))
    entries = [
        Entry(key, row["id"], "", row["language"], row["question"], (), row["answer"])
        for key, row in enumerate(articles)
    ]
    models = max(ways, key=len)
    meanings = {}
    for model in models:
        print(f"{name}: {model.known.short_name} reads {len(entries)} articles", file=sys.stderr)
        read = [entry for entry in entries if may_read(model, entry.question, (), entry.answer)]
        meanings[model.known.name] = {entry.key: model.entry(entry.question, (), entry.answer) for entry in read}
    index = AnswerIndex(entries, None, {model: rows for model, rows in meanings.items() if rows})
    found = []
    for line in (DATA / name / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        vectors = {model.known.name: model.question(text) for model in models if model in models_for(text)}
        asked = [
            {model.known.name: vectors[model.known.name] for model in way if model.known.name in vectors}
            for way in ways
        ]
        found.append((row, [index.find(text, row["language"], 10, False, some, explained=0) for some in asked]))
    return found


def judge(row: Row, found: Found) -> Judged | None:
    if found.evidence is None:
        return None
    return Judged(found.evidence, found.hits[0].article_id in row["relevant"])  # type: ignore[operator]


def told(rows: list[tuple[Row, Found]], fits: dict[str, Fit]) -> str:
    confidence = Confidence(fits)
    answered = []
    for row, found in rows:
        score = confidence.probability(found.models, found.evidence) if found.evidence else float("-inf")
        sure = found.evidence is not None and confidence.may_be_given(found.models, found.evidence)
        hits = [hit.article_id for hit in found.hits]
        answered.append(measures.Answered(hits, score, sure, row["relevant"]))  # type: ignore[arg-type]
    ranks, machine = measures.ranking(answered), measures.automation(answered)
    return (
        f"P@1 {ranks['P@1']:.3f} nDCG@10 {ranks['nDCG@10']:.3f} coverage {machine['coverage']:.2f} "
        f"AUROC {machine['auroc']:.3f} given {machine['given']:.2f} right {machine['given_precision']:.3f} "
        f"unanswerable {machine['given_unanswerable']:.0f}"
    )


if __name__ == "__main__":
    main()
