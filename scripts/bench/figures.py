"""What every benchmark prints: the machine it ran on, and its figures as a table."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from math import ceil
from pathlib import Path

from grm_console.store.engine import sqlite_module


def print_machine(*packages: str) -> None:
    """The machine, its load and the versions that matter, as one line each."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"machine  {os.cpu_count()} CPUs, load {load}, {platform.system()} {platform.release()}")
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite_module().sqlite_version}"]
    print(f"versions {', '.join(versions + [f'{name} {version(name)}' for name in packages])}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def pss_megabytes(process: int) -> float:
    """What a process holds of the machine's memory: pages shared with others count in part."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("This system does not tell proportional set sizes.")


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Right-aligned columns; floats with as many digits as are worth reading."""
    cells = [list(heads), *([_shown(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    for row in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)
