"""The sender of the web process: asks the carrier for what is due, for several exchanges at the same time."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.ports import Carrier
from grm_console.desk.sending import carry_out, take_due
from grm_console.errors import GrmError
from grm_console.store.outbox import TakenRow

_log = logging.getLogger(__name__)

AT_ONCE = 8
"""Requests under way at most: one that is answered late holds up its own call and nobody else's."""


class Sender:
    """Takes what is due in one thread and carries it out in others; several processes may do so at once."""

    def __init__(self, desk: Desk, actor: Actor, carrier: Carrier) -> None:
        self._desk = desk
        self._actor = actor
        self._carrier = carrier
        self._asking = ThreadPoolExecutor(AT_ONCE, "sender")
        self._free = AT_ONCE
        self._counting = threading.Lock()

    def send(self) -> None:
        """Begin what is due and may begin; to be called again and again by one thread."""
        with self._counting:
            free = self._free
        if not free:
            return
        for row in take_due(self._desk, self._actor, free):
            with self._counting:
                self._free -= 1
            self._asking.submit(self._carry_out, row)

    def close(self) -> None:
        """Let what is under way come to its end."""
        self._asking.shutdown()

    def _carry_out(self, row: TakenRow) -> None:
        try:
            carry_out(self._desk, self._actor, self._carrier, row)
        except GrmError as error:
            _log.warning("sender: %s", error)
        except Exception:
            _log.exception("An act of the outbox failed and is looked at again later")
        finally:
            with self._counting:
                self._free += 1
