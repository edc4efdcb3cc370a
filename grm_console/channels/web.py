"""The web process as one ASGI application: its doors, its health, and what runs beside them."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Lifespan, Receive, Scope, Send

from grm_console.channels.twilio.app import TwilioDoor
from grm_console.channels.twilio.signature import SignatureCheck
from grm_console.desk import (
    article_steps,
    call_failures,
    callbacks,
    claims,
    emergency_callbacks,
    find_index,
    housekeeping,
    leaving,
    offer_ends,
    overflow,
    text_breaker,
)
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.group_commit import GroupCommit
from grm_console.desk.ports import Carrier
from grm_console.desk.reconcile import reconcile_when_due
from grm_console.desk.sender import Sender
from grm_console.desk.sending import send_due
from grm_console.desk.text_answering import TextAnswerer
from grm_console.desk.topic_alarms import TopicWatch
from grm_console.errors import GrmError, StoreError
from grm_console.settings import Settings

_log = logging.getLogger(__name__)

SENDING_SECONDS = 0.05
ANSWERING_SECONDS = 0.05
FETCHING_SECONDS = 1.0
CHECKPOINT_SECONDS = 3.0
CLAIMS_SECONDS = 5.0
INDEX_SECONDS = 1.0
ANSWERS_SECONDS = 2.0
CALM = 100
"""Events between two rounds from which on indexing waits: what comes in has the store for itself."""
REPORT_SECONDS = 60.0
FEED_SECONDS = 60.0
ARTICLES_SECONDS = 20.0
TOPICS_SECONDS = 20.0
"""How often it is asked whether a look for sudden topics is due; one process of all takes it."""
HEALTH_SECONDS = 2.0
WRITERS = {"sqlite": 1, "postgresql": 4}
"""Threads that write events: SQLite has one writer, PostgreSQL's wait for the server's answers most of the time."""
RECONCILE_SECONDS = 15.0
"""How often it is asked whether a look into the carrier's lists is due; one process of all takes it."""


class Rounds:
    """A thread that does one thing again and again; a failure is told and the next round tries anew."""

    def __init__(self, name: str, seconds: float, act: Callable[[], object]) -> None:
        self._seconds = seconds
        self._act = act
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first round comes after `seconds`."""
        self._thread.start()

    def close(self) -> None:
        """Let the round under way end, then stop."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._act()
            except GrmError as error:
                _log.warning("%s: %s", self._thread.name, error)
            except Exception:
                _log.exception("%s failed and will be tried again", self._thread.name)


class BesideWork(Protocol):
    """Work in a process of its own, looked after from here."""

    def look(self) -> None:
        """Begin or take note of the end of it; returns at once."""

    def close(self) -> None:
        """End it."""


class _Doors(Router):
    """Routes, with Twilio's requests led straight to their door: finding a route costs more than the signature."""

    def __init__(self, twilio: TwilioDoor, routes: list[Route], lifespan: Lifespan[Router]) -> None:
        super().__init__(routes, lifespan=lifespan)
        self._twilio = twilio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/twilio/"):
            await self._twilio(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def web_app(
    desk: Desk,
    actor: Actor,
    settings: Settings,
    carrier: Carrier | None = None,
    works: Sequence[BesideWork] = (),
) -> Router:
    """The application; it owns the desk from start-up on and closes its store at the end.

    Without a carrier nothing is sent by REST, and no text is answered from the knowledge base; `works` are looked after
    beside it. Raises SettingsError if no token or no public address is set.
    """
    if carrier is None:
        desk = replace(desk, texts=replace(desk.texts, answers=False))
    check = SignatureCheck(settings.auth_tokens, settings.public_base_url, settings.webhook_keys)
    commits = GroupCommit(desk, actor, WRITERS[desk.store.dialect])
    twilio = TwilioDoor(desk, commits, check, settings.twilio_account_sid)

    async def health(_request: Request) -> Response:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                await asyncio.to_thread(housekeeping.answer, desk)
        except (StoreError, TimeoutError):
            return JSONResponse({"store": "gone"}, 503)
        return JSONResponse({"store": "reachable"})

    def report_refusals() -> None:
        refused, twilio.refused = twilio.refused, type(twilio.refused)()
        for reason, count in refused.items():
            _log.warning("%d requests were refused as %s in the last minute", count, reason)

    def keep_calls() -> None:
        call_failures.give_up_rings(desk, actor)
        call_failures.end_lost_legs(desk, actor)
        offer_ends.give_up_offers(desk, actor)
        leaving.leave_where_sure(desk, actor)

    indexed_at = 0

    def index_when_calm() -> None:
        nonlocal indexed_at
        before, indexed_at = indexed_at, commits.submitted
        if indexed_at - before < CALM:
            find_index.catch_up(desk)

    def look_for_lost(of: Carrier) -> None:
        every = timedelta(minutes=settings.reconcile_minutes)
        if found := reconcile_when_due(desk, actor, of, every, pause=time.sleep):
            _log.warning("%d texts, calls or reports came by no webhook and were found in the carrier's lists", found)

    topic_watch = TopicWatch(desk)
    beside = [
        Rounds("checkpoint", CHECKPOINT_SECONDS, lambda: housekeeping.checkpoint(desk)),
        Rounds("feed", FEED_SECONDS, lambda: housekeeping.shorten_feed(desk)),
        Rounds("refusals", REPORT_SECONDS, report_refusals),
        Rounds("claims", CLAIMS_SECONDS, lambda: claims.release_expired(desk, actor)),
        Rounds("live calls", CLAIMS_SECONDS, keep_calls),
        Rounds("callbacks", CLAIMS_SECONDS, lambda: callbacks.keep_time(desk, actor)),
        Rounds("breaker", CLAIMS_SECONDS, lambda: text_breaker.watch(desk, actor)),
        Rounds("articles", ARTICLES_SECONDS, lambda: article_steps.keep_dates(desk, actor)),
        Rounds("overflow", CLAIMS_SECONDS, lambda: overflow.keep_time(desk, actor)),
        Rounds("emergencies", CLAIMS_SECONDS, lambda: emergency_callbacks.keep_time(desk, actor)),
        Rounds("index", INDEX_SECONDS, index_when_calm),
        Rounds("topics", TOPICS_SECONDS, lambda: topic_watch.look(actor)),
    ]
    beside += [Rounds("work beside", ANSWERS_SECONDS, work.look) for work in works]
    sender = Sender(desk, actor, carrier) if carrier is not None else None
    if carrier is not None and sender is not None:
        beside.append(Rounds("sender", SENDING_SECONDS, sender.send))
        beside.append(Rounds("fetcher", FETCHING_SECONDS, lambda: send_due(desk, actor, carrier, fetches=True)))
        if settings.reconcile_minutes:
            beside.append(Rounds("reconcile", RECONCILE_SECONDS, lambda: look_for_lost(carrier)))

    answerer = TextAnswerer(desk, actor) if desk.texts.answers else None
    if answerer is not None:
        beside.append(Rounds("text answers", ANSWERING_SECONDS, answerer.answer))

    def close() -> None:
        for rounds in reversed(beside):
            rounds.close()
        for work in works:
            work.close()
        if answerer is not None:
            answerer.close()
        if sender is not None:
            sender.close()
        commits.close()
        report_refusals()
        desk.store.close()

    @asynccontextmanager
    async def life(_app: Router) -> AsyncIterator[None]:
        commits.start()
        for rounds in beside:
            rounds.start()
        if answerer is not None:
            answerer.warm()
        yield
        # Requests under way were answered before this; what is still queued is written now.
        await asyncio.to_thread(close)

    return _Doors(twilio, [Route("/healthz", health)], lifespan=life)
