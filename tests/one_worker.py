"""What the workers of one run share is made by the first of them that needs it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_worker(folder: Path) -> Iterator[None]:
    """A block that only one worker at a time is in; makes the folder."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
