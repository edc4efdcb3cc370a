"""A file that is there whole or not at all, and takes the place of another one only if that is wanted."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from grm_console.errors import InvalidInput
from grm_console.i18n import _


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[TextIO]:
    """A text to write in UTF-8, with line ends as they are given, that becomes the file when the block ends.

    Raises as `whole_bytes`.
    """
    with (
        whole_bytes(path, overwrite=overwrite) as file,
        TextIOWrapper(file, encoding="utf-8", newline="") as text,
    ):
        yield text


@contextmanager
def whole_bytes(path: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Bytes to write that become the file when the block ends, readable by its owner alone.

    Raises InvalidInput (`path`) if a file of that name is there already and may not be overwritten, or if it cannot
    be written; then, and after any other exception, nothing is left and what was there stays.
    """
    if path.exists() and not overwrite:
        raise InvalidInput(
            {"path": _("{path} is there already. Choose another name, or overwrite it.").format(path=path)}
        )
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = _("{path} cannot be written ({reason}). Choose a folder where you may write.")
        raise InvalidInput({"path": reason.format(path=path, reason=error.strerror)}) from error
