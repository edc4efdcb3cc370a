"""A PostgreSQL connection whose statements can be queued: nothing leaves before all of a trip is there."""

from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow


class QueueingConnection(psycopg.Connection[TupleRow]):
    """The driver sends each statement of a pipeline by itself and looks before and after it whether anything came.

    Of a trip of five statements these are five times sending and ten times looking, and each look lets another thread
    have the interpreter. While `queueing` a statement waits with the others until `send_queued`.
    """

    queueing = False

    def wait(self, gen: PQGen[Any], *args: Any, **options: Any) -> Any:
        """As the driver's own; while `queueing` only up to where it would send or wait."""
        if not self.queueing:
            return super().wait(gen, *args, **options)
        try:
            next(gen)
        except StopIteration as done:
            return done.value
        gen.close()
        return None

    def send_queued(self, pipeline: psycopg.Pipeline) -> None:
        """Hand what is queued in a pipeline to the client library, which sends it with whatever comes next."""
        self.queueing = False
        while pipeline.command_queue:
            pipeline.command_queue.popleft()()
