"""The web process: its settings checked, its port taken, its workers started and ended."""

import json
import logging
import socket
from datetime import UTC, datetime

import typer
import uvicorn
from starlette.routing import Router
from uvicorn.supervisors import Multiprocess

from grm_console.channels.http_protocol import TimedHttpProtocol
from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.channels.twilio.signature import SignatureCheck
from grm_console.channels.web import web_app
from grm_console.cli.opening import open_desk, system_actor
from grm_console.errors import SettingsError
from grm_console.settings import Settings, read_settings

CONNECTIONS = 1000
"""Connections one process holds at most; beyond it answers 503 at once."""
KEEP_ALIVE_SECONDS = 60
CLOSING_SECONDS = 10
"""How long requests under way may take after SIGTERM; intake needs less than one."""
BACKLOG = 2048


def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it; port 0 takes a free one, told on standard error.

    Raises SettingsError if a secret, the public address or the port is not usable, StoreError if the store is not.
    """
    _refuse_incomplete(settings)
    open_desk(settings).store.close()
    listener = _listen(host, port)
    write_log_as_json(settings.log_level)
    typer.echo(f"listening on {_address(listener)}", err=True)
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
    """The application of one process, from the settings in force."""
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
    return web_app(desk, system_actor(desk, "system:web"), settings, carrier)


class JsonLine(logging.Formatter):
    """One JSON object a line, so that no word from outside can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def write_log_as_json(level: str) -> None:
    """Send the program's log to standard error as JSON lines, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # It tells twice at each start which kind of store it looks at.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _refuse_incomplete(settings: Settings) -> None:
    """Raise SettingsError before anything is begun that could not be ended well."""
    if not settings.public_base_url:
        raise SettingsError(
            "GRM_PUBLIC_BASE_URL is not set. Set it to the address Twilio calls, such as https://desk.example.gov; "
            "signatures are checked on it."
        )
    SignatureCheck(settings.auth_tokens, settings.public_base_url, settings.webhook_keys)


def _listen(host: str, port: int) -> socket.socket:
    """A bound and listening socket, so that whoever reads our address may connect at once."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {host} port {port} ({error.strerror}). Choose another with --port, or 0 for a free one."
        ) from error
    listener.set_inheritable(True)
    return listener


def _address(listener: socket.socket) -> str:
    name, port = listener.getsockname()[:2]
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
