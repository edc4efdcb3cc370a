#!/usr/bin/env python
"""Learn the maps that make up for the spread of wordings, and write grm_console/knowledge/models/spread.npz.

Learns from data/kb-eval/banking's articles (their own questions, none of those asked): those with one answer say one
matter in ten ways. Models that are not installed keep the map they have. Raise SPREAD_VERSION when the file changes.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from grm_console.knowledge.models import known, shelf
from grm_console.knowledge.models.model import Model

DATA = Path(__file__).resolve().parent.parent / "data" / "kb-eval"
TARGET = Path(shelf.__file__).with_name("spread.npz")
STRENGTH = 3.0
"""How many times the mean spread is added to each direction's before it is made up for; 1 to 10 differ little."""
KEPT = 0.5
"""Share of the directions that are kept: the others hardly spread."""


def main() -> None:
    kept = dict(np.load(TARGET)) if TARGET.exists() else {}
    for model in shelf.ALL:
        try:
            encode = model.load()
        except ModuleNotFoundError as absent:
            print(f"{model.known.short_name}: not installed ({absent})", file=sys.stderr)
            continue
        middle = np.zeros(encode(["x"], False).shape[1])
        if model.known is known.E5:  # its vectors all lie in one corner
            middle = np.mean([encode(column(name, "question"), False).mean(axis=0) for name in sets()], axis=0)
        learn(model, encode(column("banking", "question"), False), column("banking", "answer"), middle, kept)
    np.savez_compressed(TARGET, **kept)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes", file=sys.stderr)


def learn(model: Model, rows: np.ndarray, matters: list[str], middle: np.ndarray, kept: dict[str, np.ndarray]) -> None:
    rows = rows.astype(np.float64)
    matter = np.unique(matters, return_inverse=True)[1]
    means = np.array([rows[matter == number].mean(axis=0) for number in range(matter.max() + 1)])
    away = rows - means[matter]
    spread, directions = np.linalg.eigh(away.T @ away / len(rows))
    spread, directions = np.maximum(spread[::-1], 0), directions[:, ::-1]
    count = int(len(spread) * KEPT)
    share = np.sqrt(STRENGTH * spread.mean() / (spread + STRENGTH * spread.mean()))
    shortened = 1 - share[:count] / share[count]
    print(f"{model.known.short_name}: up to {shortened.max():.2f} of a direction taken away", file=sys.stderr)
    parts = {"middle": middle, "directions": directions[:, :count], "shortened": shortened}
    kept.update({f"{model.known.short_name}_{part}": value.astype(np.float16) for part, value in parts.items()})


def sets() -> list[str]:
    return sorted(folder.name for folder in DATA.iterdir() if folder.is_dir())


def column(name: str, field: str) -> list[str]:
    with (DATA / name / "kb.csv").open(encoding="utf-8", newline="") as file:
        return [row[field] for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
