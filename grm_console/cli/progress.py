"""A progress bar on standard error, where a person can see one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function to tell (done, in all); None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
