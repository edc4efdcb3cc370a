"""The web process: its settings checked, its port taken, its workers started and ended."""

import os
import signal
import sys
import threading
from datetime import timedelta
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

import typer
import uvicorn
from starlette.routing import Router
from uvicorn.supervisors import Multiprocess

from grm_console.channels.http_protocol import TimedHttpProtocol
from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.channels.twilio.signature import SignatureCheck
from grm_console.channels.web import web_app
from grm_console.cli.answer_work import AnswerWork, QuestionWork, WorkBeside
from grm_console.cli.json_log import write_log_as_json
from grm_console.cli.listening import BACKLOG, address_of, listen
from grm_console.cli.opening import open_desk, system_actor
from grm_console.collector import keep_what_is_loaded
from grm_console.errors import SettingsError
from grm_console.i18n import _
from grm_console.settings import Settings, read_settings

CONNECTIONS = 1000
"""Connections one process holds at most; beyond it answers 503 at once."""
KEEP_ALIVE_SECONDS = 60
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the others waiting: each answer of the store is a wait for its turn again, and with
Python's own five milliseconds a commit of twenty statements stands behind whoever reads."""
COLLECT_AFTER = 20_000
"""New objects that outlive a moment before the collector looks at the young ones."""
CLOSING_SECONDS = 10
"""How long requests under way may take after SIGTERM; intake needs less than one."""


def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it; port 0 takes a free one, told on standard error.

    Raises SettingsError if a secret, the public address or the port is not usable, StoreError if the store is not.
    """
    _refuse_incomplete(settings)
    open_desk(settings).store.close()
    listener = listen(host, port)
    listener.set_inheritable(True)  # for the workers
    write_log_as_json(settings.log_level)
    typer.echo(f"listening on {address_of(listener)}", err=True)
    config = uvicorn.Config(
        "grm_console.cli.web_process:application",
        factory=True,
        workers=workers,
        loop="uvloop",
        http=TimedHttpProtocol,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    try:
        if workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # the operator's way to end it


def application() -> Router:
    """The application of one process, from the settings in force; a worker ends when its parent is gone."""
    if (parent := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = read_settings()
    write_log_as_json(settings.log_level)
    desk = open_desk(settings)
    carrier = None
    if settings.twilio_account_sid and settings.auth_tokens:
        carrier = TwilioCarrier(
            settings.twilio_account_sid,
            settings.auth_tokens[0],
            api_base_url=settings.twilio_api_base_url,
            public_base_url=settings.public_base_url,
        )
    answers = AnswerWork(desk)
    works: list[WorkBeside] = [answers]
    if settings.questions_minutes:
        works.append(QuestionWork(desk, timedelta(minutes=settings.questions_minutes), answers))
    app = web_app(desk, system_actor(desk, "system:web"), settings, carrier, works)
    keep_what_is_loaded(COLLECT_AFTER)
    return app


def _end_with(parent: BaseProcess) -> None:
    """A worker whose parent was killed would go on alone and keep the port from the next one."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _refuse_incomplete(settings: Settings) -> None:
    """Raise SettingsError before anything is begun that could not be ended well."""
    if not settings.public_base_url:
        raise SettingsError(
            _(
                "GRM_PUBLIC_BASE_URL is not set. Set it to the address Twilio calls, such as https://desk.example.gov; "
                "signatures are checked on it."
            )
        )
    SignatureCheck(settings.auth_tokens, settings.public_base_url, settings.webhook_keys)
