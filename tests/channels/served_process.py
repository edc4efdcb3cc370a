"""The web process behind a real socket: in this process, or as one of its own, to be killed."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from carrier_side import ACCOUNT, PUBLIC, TOKEN
from starlette.routing import Router

from grm_console.channels.http_protocol import TimedHttpProtocol
from grm_console.settings import Settings


def address_of(listener: Any) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def served(app: Router, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """The application behind a real server on loopback; gives its address."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=TimedHttpProtocol, ws="none", lifespan="on", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    # Signals stay with the test run.
    task = asyncio.ensure_future(server._serve([listener]))
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        await task


@contextmanager
def process(
    settings: Settings, workers: int = 1, *, port: int = 0, first: str = ""
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`grm serve` as a process of its own, which does what `first` says before; gives it with its address."""
    assert settings.audit_folder is not None
    environment = {
        **os.environ,
        "GRM_DATABASE_URL": settings.database_url,
        "GRM_AUDIT_FOLDER": str(settings.audit_folder),
        "GRM_AUDIT_KEY": settings.audit_key.get_secret_value(),
        "GRM_PUBLIC_BASE_URL": PUBLIC,
        "GRM_TWILIO_AUTH_TOKEN": TOKEN,
        "GRM_TWILIO_ACCOUNT_SID": ACCOUNT,
        "GRM_TWILIO_API_BASE_URL": settings.twilio_api_base_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    program = f"{first}\nfrom grm_console.cli.serve import serve; serve(port={port}, workers={workers})"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        drain = threading.Thread(target=running.stderr.read, daemon=True)
        try:
            assert first.startswith("listening on "), first + running.stderr.read()
            drain.start()
            yield running, first.removeprefix("listening on ").strip()
        finally:
            running.kill()
            running.wait()
            if drain.ident:
                drain.join(5)  # a worker that outlives its parent keeps the pipe open
