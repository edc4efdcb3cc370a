"""The weights in an ONNX file, mapped and not copied; nothing of the format but its named tensors is read.

Format: protocol buffers; ModelProto.graph is field 7, GraphProto.initializer field 5, TensorProto has dims 1, data_type
2, name 8 and raw_data 9 (onnx.proto of ONNX 1.17).
"""

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_GRAPH, _INITIALIZER, _DIMS, _TYPE, _NAME, _RAW = 7, 5, 1, 2, 8, 9
_TYPES: Final = {1: "<f4", 3: "i1", 7: "<i8"}
_VARINT, _SIXTY_FOUR, _BYTES, _THIRTY_TWO = 0, 1, 2, 5


def tensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Every tensor of floats, bytes or long integers by its name, in the file's order, read-only.

    Raises OSError if there is no such file and ValueError if it is no ONNX file.
    """
    with path.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    found = {}
    for field, graph in _fields(data):
        if field == _GRAPH and isinstance(graph, memoryview):
            for inner, tensor in _fields(graph):
                if inner == _INITIALIZER and isinstance(tensor, memoryview):
                    name, array = _tensor(tensor)
                    if array is not None:
                        found[name] = array
    if not found:
        raise ValueError(f"{path.name} holds no weights")
    return found


def _tensor(message: memoryview) -> tuple[str, npt.NDArray[Any] | None]:
    shape: list[int] = []
    kind, name, raw = 0, "", None
    for field, value in _fields(message):
        if isinstance(value, int):
            if field == _DIMS:
                shape.append(value)
            elif field == _TYPE:
                kind = value
        elif field == _DIMS:  # several sizes packed together
            shape += _varints(value)
        elif field == _NAME:
            name = bytes(value).decode()
        elif field == _RAW:
            raw = value
    if raw is None or kind not in _TYPES:
        return name, None
    return name, np.frombuffer(raw, _TYPES[kind]).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Field numbers with their values: numbers, or the bytes of what has a length."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        field, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, place = _varint(message, place)
            yield field, value
        elif wire == _BYTES:
            length, place = _varint(message, place)
            yield field, message[place : place + length]
            place += length
        elif wire in (_SIXTY_FOUR, _THIRTY_TWO):
            place += 8 if wire == _SIXTY_FOUR else 4
        else:
            raise ValueError("not a protocol buffer")


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if place >= len(message) or shift > 63:
            raise ValueError("not a protocol buffer")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7


def _varints(packed: memoryview) -> list[int]:
    values, place = [], 0
    while place < len(packed):
        value, place = _varint(packed, place)
        values.append(value)
    return values
