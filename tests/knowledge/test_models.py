"""Models of meaning: exact, told when broken, and the real ones as far as they are installed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.knowledge.models import onnx_file, shelf
from grm_console.knowledge.models.known import MINILM, Known
from grm_console.knowledge.models.model import STEPS, Encode, Floats32, Model
from grm_console.knowledge.models.wordpiece import LONGEST, piece_numbers

HERE = Known("use-multilingual-3/test", "json")


def constant(texts: Sequence[str], question: bool) -> Floats32:
    rows = np.zeros((len(texts), 512), np.float32)
    rows[:, 0] = 1
    return rows


def test_rows_are_whole_numbers_and_as_many_as_the_article_has_units() -> None:
    model = Model(HERE, lambda: constant)
    rows = model.entry("Title", ("other words", "more words"), "A sentence of an answer. " * 40)
    assert rows is not None
    assert rows.dtype == np.int16
    assert rows.shape[0] > 4
    assert np.abs(np.linalg.norm(rows.astype(float), axis=1) - STEPS).max() < 50
    asked = model.question("x")
    assert asked is not None
    assert (asked == np.rint(asked)).all()


def raising() -> Encode:
    raise RuntimeError("no such instruction")


def failing() -> Encode:
    def encode(texts: Sequence[str], question: bool) -> Floats32:
        if texts != ["ready"]:
            raise MemoryError
        return constant(texts, question)

    return encode


def no_number() -> Encode:
    return lambda texts, question: constant(texts, question) * np.float32("nan")


@pytest.mark.parametrize("load", [raising, failing, no_number])
def test_a_broken_model_says_nothing_and_is_told(load: object) -> None:
    model = Model(HERE, load)  # type: ignore[arg-type]
    assert model.question("x") is None
    assert model.problem
    assert model.entry("x", (), "y") is None
    assert not model.ready()


def test_a_model_that_is_not_installed_is_no_problem() -> None:
    model = Model(Known("absent/1", "no_such_package"), raising)
    assert model.question("x") is None
    assert not model.problem


def test_chinese_is_not_shown_to_a_latin_model() -> None:
    names = [model.known for model in shelf.models_for("how do I renew my 护照")]
    assert MINILM not in names
    assert MINILM in [model.known for model in shelf.models_for("how do I renew my passport")]
    assert len(shelf.models_for("passport", fast=True)) == 1


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [101, 102]),
        ("Hello, World!", [101, 7592, 1010, 2088, 999, 102]),
        ("unaffable", [101, 14477, 20961, 3468, 102]),
        ("Café", [101, 7668, 102]),
        ("\u202e\0", [101, 102]),
    ],
)
def test_texts_are_cut_as_the_model_was_trained(text: str, numbers: list[int]) -> None:
    assert piece_numbers(text) == numbers


def test_long_and_strange_texts_are_cut() -> None:
    assert len(piece_numbers("word " * 1000)) == LONGEST
    assert piece_numbers("x" * 500) == [101, 100, 102]
    assert piece_numbers("护照") == [101, *piece_numbers("护")[1:-1], *piece_numbers("照")[1:-1], 102]


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff" * 40, b"GIF89a and so on", b"\x0a\xff\x01"])
def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        onnx_file.tensors(file)


def test_the_installed_models_find_the_same_matter_in_other_words() -> None:
    ask, same, other = "my passport runs out soon", "renew a travel document", "when is rubbish collected"
    for model in shelf.usable():
        vectors = [model.question(text) for text in (ask, same, other)]
        assert not model.problem
        assert all(vector is not None for vector in vectors)
        first, near, far = (vector for vector in vectors if vector is not None)
        assert first @ near > first @ far
        assert first @ near == float(np.dot(first.astype(np.int64), near.astype(np.int64)))
    assert shelf.usable()


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(codec=None), st.sampled_from("passport 护照🙂\0\ud800")), max_size=80))
def test_any_text_whatever_has_a_vector(text: str) -> None:
    for name, vector in shelf.asked(text, [model.known.name for model in shelf.ALL]).items():
        assert np.isfinite(vector).all(), name
    assert not any(model.problem for model in shelf.ALL)
