"""The web process as a process of its own, to be killed."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carrier_side import ACCOUNT, PUBLIC, TOKEN

from grm_console.settings import Settings


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
                drain.join()
