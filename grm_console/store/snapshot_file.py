"""Named arrays in one file that the processes of a host map together: written whole, read only if undamaged.

Format: the magic line, the digest of all that follows (BLAKE2b, 32 bytes), the length of the table of contents (8
bytes, low byte first), the table as JSON {name: [type, shape, start]}, then the arrays, each from a multiple of 64
bytes on.
"""

import json
import mmap
import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy.typing as npt

_MAGIC: Final = b"grm answers 1\n\n\n"
_DIGEST = 32
_ALIGNED = 64
_PART = 1 << 22


class Damaged(ValueError):
    """The file is not what was written."""


def write(path: Path, arrays: "dict[str, npt.NDArray[Any]]") -> None:
    """Write the arrays so that the name leads to the old file or to the whole new one; raises OSError."""
    contents: dict[str, list[Any]] = {}
    place = 0
    for name, array in arrays.items():
        contents[name] = [array.dtype.str, array.shape, place]
        place += -(-array.nbytes // _ALIGNED) * _ALIGNED
    table = json.dumps(contents).encode("ascii")
    head = len(_MAGIC) + _DIGEST + 8 + len(table)
    table += b" " * (-head % _ALIGNED)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        try:
            digest = blake2b(digest_size=_DIGEST)
            file.write(_MAGIC + bytes(_DIGEST))
            parts = [len(table).to_bytes(8, "little"), table]
            for array in arrays.values():
                parts += [array.tobytes(), bytes(-array.nbytes % _ALIGNED)]
                while parts:
                    digest.update(parts[0])
                    file.write(parts.pop(0))
            file.seek(len(_MAGIC))
            file.write(digest.digest())
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(file.name)
            raise


def read(path: Path) -> "dict[str, npt.NDArray[Any]]":
    """The arrays, mapped and read-only; raises OSError if there is no such file, Damaged if it is not whole."""
    import numpy as np  # 0.1 s that a process pays when it first searches

    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= len(_MAGIC) + _DIGEST + 8:
            raise Damaged(path.name)
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    start = len(_MAGIC) + _DIGEST
    digest = blake2b(digest_size=_DIGEST)
    for place in range(start, size, _PART):
        digest.update(data[place : place + _PART])
    if bytes(data[: len(_MAGIC)]) != _MAGIC or bytes(data[len(_MAGIC) : start]) != digest.digest():
        raise Damaged(path.name)
    length = int.from_bytes(data[start : start + 8], "little")
    start += 8
    contents = json.loads(bytes(data[start : start + length]))
    start += length
    return {
        name: np.frombuffer(data, kind, int(np.prod(shape, dtype=np.int64)), start + place).reshape(shape)
        for name, (kind, shape, place) in contents.items()
    }
