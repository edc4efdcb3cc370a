"""`grm simulate`: callers and texters for a desk without a carrier."""

import asyncio
import json
import secrets
import signal
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from grm_console.errors import GrmError, SettingsError
from grm_console.i18n import _
from grm_console.settings import read_settings
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import read_script
from grm_console.standin.webhooks import Webhooks

_ONCE_PATIENCE = 6.0
"""Seconds a caller of `--once` stays: the greeting and a round or two of waiting."""


def simulate(
    to: Annotated[str, typer.Option(help=_("Address of the web process; without it the public one."))] = "",
    calls_per_minute: Annotated[float, typer.Option(min=0, help=_("Calls in a minute, by chance."))] = 4.0,
    texts_per_minute: Annotated[float, typer.Option(min=0, help=_("Texts in a minute, by chance."))] = 3.0,
    duration: Annotated[float, typer.Option(min=0, help=_("Seconds to go on; 0 goes on until stopped."))] = 0.0,
    seed: Annotated[str, typer.Option(help=_("Draw the same people, words and SIDs again."))] = "",
    script: Annotated[Path | None, typer.Option(help=_("What they say, a YAML file."))] = None,
    callers: Annotated[Path | None, typer.Option(help=_("Who they are, a CSV file with the column phones."))] = None,
    line: Annotated[list[str] | None, typer.Option(help=_("A line of ours they reach; may be repeated."))] = None,
    patience: Annotated[float, typer.Option(min=0, help=_("Seconds a caller waits, about."))] = 120.0,
    talk: Annotated[float, typer.Option(min=0, help=_("Seconds a caller talks, about."))] = 240.0,
    disorder: Annotated[float, typer.Option(min=0, max=1, help=_("Share of reports that come late, or twice."))] = 0.1,
    pace: Annotated[float, typer.Option(min=0.1, help=_("How many times faster than life."))] = 1.0,
    api_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help=_("Loopback port of a REST API; 0 takes a free one."))
    ] = None,
    once: Annotated[bool, typer.Option("--once", help=_("One call and one text, then end."))] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Tell what happens as JSON lines on standard output."))
    ] = False,
) -> None:
    """Send signed calls and texts as the carrier would, with its retries, and follow what the desk answers."""
    settings = read_settings()
    if not settings.auth_tokens or not settings.public_base_url:
        raise SettingsError(
            "Set GRM_TWILIO_AUTH_TOKEN and GRM_PUBLIC_BASE_URL as for grm serve; requests are signed with them."
        )
    tell = _tell_json if as_json else _tell_people
    token = settings.auth_tokens[0]
    account = settings.twilio_account_sid or "AC" + "0" * 32
    webhooks = Webhooks(
        to or settings.public_base_url, settings.public_base_url, account, token, tell, disorder=disorder, pace=pace
    )
    exchange = Exchange(
        webhooks,
        read_script(script, callers, line or ()),
        tell,
        seed=seed or secrets.token_hex(8),
        token=token,
        patience=min(patience, _ONCE_PATIENCE) if once else patience,
        talk=talk,
        pace=pace,
    )
    going = exchange.once() if once else exchange.traffic(calls_per_minute, texts_per_minute, duration or None)
    asyncio.run(_until_stopped(exchange, going, api_port))
    if webhooks.failures:
        raise GrmError(f"{webhooks.failures} requests were never taken; look at the log of grm serve.")


async def _until_stopped(exchange: Exchange, going: Awaitable[None], api_port: int | None) -> None:
    """Run until it ends or a signal ends it, answering REST requests meanwhile."""
    if api_port is not None:
        server = await http.listen(api_port, exchange.rest)
        typer.echo(f"REST API on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", err=True)
    task = asyncio.ensure_future(going)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        typer.echo(_("Stopped; all callers have hung up."), err=True)


def _tell_json(happening: dict[str, Any]) -> None:
    line = json.dumps({"at": datetime.now(UTC).isoformat(), **happening}, ensure_ascii=False)
    typer.echo(line)


def _tell_people(happening: dict[str, Any]) -> None:
    if happening["what"] == "request" and happening["status"] in (200, 204):
        return
    what, sid = happening["what"], str(happening.get("sid", ""))
    rest = "  ".join(str(value) for name, value in happening.items() if name not in ("what", "sid"))
    typer.echo(f"{datetime.now():%H:%M:%S}  {what:<16} {sid[-6:]}  {rest}", err=True)
