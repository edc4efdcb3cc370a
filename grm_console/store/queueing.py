"""A PostgreSQL connection whose statements can be queued: nothing leaves before all of a trip is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow


class QueueingConnection(psycopg.Connection[TupleRow]):
    """The driver sends each statement of a pipeline by itself and looks before and after it whether anything came.

    Of a trip of five statements these are five times sending and ten times looking, and each look lets another thread
    have the interpreter.
    """

    _queueing = False

    @contextmanager
    def queued(self) -> Iterator[None]:
        """A pipeline of single statements that are sent, and their answers awaited, when the block ends."""
        with self.pipeline() as pipeline:
            self._queueing = True
            try:
                yield
            finally:
                self._queueing = False
            # The client library gathers what it is handed and sends it with what ends the pipeline.
            while pipeline.command_queue:
                pipeline.command_queue.popleft()()

    def wait(self, gen: PQGen[Any], *args: Any, **options: Any) -> Any:
        """As the driver's own; while queueing only up to where it would send or wait."""
        if not self._queueing:
            return super().wait(gen, *args, **options)
        try:
            next(gen)
        except StopIteration as done:
            return done.value
        gen.close()
        return None
