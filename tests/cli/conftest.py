"""The command line run in this process on a fresh store, its output caught."""

import io
import sys

import pytest
from command_line import Grm, Ran

from grm_console.cli import main
from grm_console.settings import Settings


@pytest.fixture
def grm(settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Grm:
    """Run `grm` with arguments; standard input comes from `given`."""
    _as_environment(settings, monkeypatch)

    def run(*arguments: str, given: str = "") -> Ran:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["grm", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = 0
        try:
            main.run()
        except SystemExit as end:
            code = int(end.code or 0)
        written = capfd.readouterr()
        return Ran(code, written.out, written.err)

    return run


def _as_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("database_url", "public_base_url", "twilio_account_sid", "audit_folder"):
        monkeypatch.setenv(f"GRM_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("GRM_TWILIO_AUTH_TOKEN", settings.twilio_auth_token.get_secret_value())
    monkeypatch.setenv("GRM_AUDIT_KEY", settings.audit_key.get_secret_value())
