"""How fast unanswered questions are grouped, and how well on questions whose intent is known.

    groups.py [--questions N]

Speed: N questions made of the words of the development sets, by words alone and with vectors of the fast model's
width (random ones: the time does not depend on what they say).
Quality: the questions of the banking set, whose 65 intents are
known, by words alone and with the fast model: of all pairs put together, how many share an intent (precision), and of
all pairs that share one, how many were put together (recall).
"""

import argparse
import csv
import json
import random
import resource
import sys
import time
from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
from figures import print_machine

from grm_console.knowledge.grouping import Group, Question, grouped
from grm_console.knowledge.models.model import STEPS
from grm_console.knowledge.models.shelf import FAST

SETS = Path(__file__).resolve().parents[2] / "data" / "kb-eval"
WIDTH = 512


def main() -> None:
    """Measure speed, then quality."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=10_000)
    options = parser.parse_args()
    print_machine("numpy")
    texts = made_up(options.questions)
    for meant in (False, True):
        vectors = random_rows(options.questions) if meant else None
        questions = [Question(key, text, None if vectors is None else vectors[key]) for key, text in enumerate(texts)]
        began, worked = time.perf_counter(), time.process_time()
        groups = grouped(questions)
        took, cpu = time.perf_counter() - began, time.process_time() - worked
        way = "words and vectors" if meant else "words alone"
        print(f"{options.questions} questions, {way}: {took:.1f} s ({cpu:.1f} s of processor), {len(groups)} groups")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    asked, intents = banking()
    for meant in (False, True) if FAST.ready() else (False,):
        questions = [Question(key, text, vector_of(text) if meant else None) for key, text in enumerate(asked)]
        precision, recall, count = pairs(grouped(questions), intents)
        way = "words and meaning" if meant else "words alone"
        print(
            f"banking, {len(asked)} questions, {len(set(intents))} intents, {way}: {count} groups, "
            f"pairs precision {precision:.2f}, recall {recall:.2f}"
        )


def made_up(count: int) -> list[str]:
    """Questions of six to nine words or characters, of some hundred topics, all different."""
    draw = random.Random(1)
    asked, _intents = banking()
    words = sorted({word for text in asked for word in text.lower().split()})
    characters = [chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(1500)]
    topics = [
        draw.sample(characters if topic % 3 == 0 else words, 14) + draw.sample(words, 4) * (topic % 3 != 0)
        for topic in range(max(10, count // 50))
    ]
    found = []
    for number in range(count):
        topic = number % len(topics)
        picked = draw.sample(topics[topic], draw.randrange(6, 10))
        found.append(("" if topic % 3 == 0 else " ").join(picked))
    return found


def random_rows(count: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    """Vectors around some hundred centres."""
    draw = np.random.default_rng(1)
    centres = draw.normal(size=(max(10, count // 50), WIDTH))
    rows = centres[np.arange(count) % len(centres)] + draw.normal(size=(count, WIDTH)) * 0.8
    return np.rint(rows / np.linalg.norm(rows, axis=1, keepdims=True) * STEPS).astype(np.int16)


def banking() -> tuple[list[str], list[str]]:
    """Every question of the banking set with its intent: those of the articles and those to be answered."""
    with (SETS / "banking" / "kb.csv").open(encoding="utf-8", newline="") as file:
        known = [(row["question"], row["id"].rpartition("-")[0]) for row in csv.DictReader(file)]
    with (SETS / "banking" / "queries.jsonl").open(encoding="utf-8") as file:
        queries = [json.loads(line) for line in file]
    more = [(query["text"], query["relevant"][0].rpartition("-")[0]) for query in queries if query["relevant"]]
    every = list(chain(known, more))
    return [text for text, _ in every], [intent for _, intent in every]


def vector_of(text: str) -> "np.ndarray[tuple[int], np.dtype[np.int16]] | None":
    """The fast model's vector of a question."""
    found = FAST.question(text)
    return None if found is None else found.astype(np.int16)


def pairs(groups: list[Group], intents: list[str]) -> tuple[float, float, int]:
    """Precision and recall of pairs, and how many groups there are."""
    right = together = 0
    for group in groups:
        counts = Counter(intents[key] for key in group.keys)
        right += sum(count * (count - 1) // 2 for count in counts.values())
        together += len(group.keys) * (len(group.keys) - 1) // 2
    same = sum(count * (count - 1) // 2 for count in Counter(intents).values())
    return right / max(1, together), right / max(1, same), len(groups)


if __name__ == "__main__":
    sys.exit(main())
