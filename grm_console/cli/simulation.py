"""The carrier's stand-in run from the command line: composed, told about, and stopped by a signal."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import typer

from grm_console.errors import GrmError, InvalidInput, SettingsError
from grm_console.i18n import _
from grm_console.settings import Settings
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.faults import Faults
from grm_console.standin.phones import Habit
from grm_console.standin.reachability import Reach
from grm_console.standin.script import read_script
from grm_console.standin.webhooks import Webhooks
from grm_console.text import printable

_ONCE_PATIENCE = 6.0
"""Seconds a caller of `once` stays: the greeting and a round or two of waiting."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is to be simulated; the options of `grm simulate`, in their order."""

    to: str
    calls_per_minute: float
    texts_per_minute: float
    duration: float
    seed: str
    script: Path | None
    callers: Path | None
    lines: tuple[str, ...]
    patience: float
    talk: float
    disorder: float
    pace: float
    api_port: int | None
    once: bool
    press: tuple[str, ...]
    phone: tuple[str, ...]
    no_answer: float
    rest_busy: float
    rest_failing: float
    rest_slow: float
    lost: float
    service: tuple[str, ...]
    talkative: float
    whatsapp: float
    photos: float
    undelivered: float
    lost_texts: float


def run(settings: Settings, traffic: Traffic, as_json: bool) -> None:
    """Simulate until the time is over or a signal comes.

    Raises SettingsError without token or public address, InvalidInput for a file that cannot be read and for an
    option that cannot be understood, and GrmError at the end if requests were never taken.
    """
    if not settings.auth_tokens or not settings.public_base_url:
        raise SettingsError(
            _("Set GRM_TWILIO_AUTH_TOKEN and GRM_PUBLIC_BASE_URL as for grm serve; requests are signed with them.")
        )
    tell = _tell_json if as_json else _tell_people
    token = settings.auth_tokens[0]
    webhooks = Webhooks(
        traffic.to or settings.public_base_url,
        settings.public_base_url,
        settings.twilio_account_sid or "AC" + "0" * 32,
        token,
        tell,
        disorder=traffic.disorder,
        pace=traffic.pace,
        lost=traffic.lost,
    )
    habits, reach = _reached(traffic.phone)
    script = read_script(traffic.script, traffic.callers, (*traffic.lines, *traffic.service))
    exchange = Exchange(
        webhooks,
        script,
        tell,
        seed=traffic.seed or token_hex(8),
        token=token,
        patience=min(traffic.patience, _ONCE_PATIENCE) if traffic.once else traffic.patience,
        talk=traffic.talk,
        pace=traffic.pace,
        no_answer=traffic.no_answer,
        habits=habits,
        reach=reach,
        in_service=frozenset(traffic.service),
        talkative=traffic.talkative,
        whatsapp=traffic.whatsapp,
        photos=traffic.photos,
        presses={question: tuple(keys.split(",")) for question, keys in _pairs("press", traffic.press, "wait-key=1")},
        faults=Faults(
            traffic.rest_busy,
            traffic.rest_failing,
            traffic.rest_slow,
            lost_texts=traffic.lost_texts,
            undelivered=traffic.undelivered,
        ),
    )
    if traffic.once:
        going: Awaitable[None] = exchange.once()
    else:
        going = exchange.traffic(traffic.calls_per_minute, traffic.texts_per_minute, traffic.duration or None)
    stopped = asyncio.run(_until_stopped(exchange, going, traffic.api_port))
    if webhooks.failures and not stopped:
        raise GrmError(
            _("{count} requests were never taken; look at the log of grm serve.").format(count=webhooks.failures)
        )


async def _until_stopped(exchange: Exchange, going: Awaitable[None], api_port: int | None) -> bool:
    """Run until it ends or a signal ends it, answering REST requests meanwhile; whether a signal did."""
    if api_port is not None:
        server = await http.listen(api_port, exchange.rest)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        exchange.lies_at(address)
        typer.echo(f"REST API on {address}", err=True)
    task = asyncio.ensure_future(going)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        typer.echo(_("Stopped; all callers have hung up."), err=True)
        return True
    return False


def _reached(written: tuple[str, ...]) -> tuple[dict[str, Habit], dict[str, Reach]]:
    """Who is reached by telephone, and by text, at each number named."""
    habits: dict[str, Habit] = {}
    reach: dict[str, Reach] = {}
    for number, word in _pairs("phone", written, "+12025550191=busy"):
        if word in set(Habit):
            habits[number] = Habit(word)
        elif word in set(Reach):
            reach[number] = Reach(word)
        else:
            known = ", ".join((*Habit, *Reach))
            raise InvalidInput({"phone": _("{habit} is unknown; take one of {known}.").format(habit=word, known=known)})
    return habits, reach


def _pairs(option: str, written: tuple[str, ...], example: str) -> Iterator[tuple[str, str]]:
    for one in written:
        name, sign, value = one.partition("=")
        if not sign:
            raise InvalidInput({option: _("{one} has no =; write it as {example}.").format(one=one, example=example)})
        yield name, value


def _tell_json(happening: dict[str, Any]) -> None:
    typer.echo(json.dumps({"at": datetime.now(UTC).isoformat(), **happening}, ensure_ascii=False))


def _tell_people(happening: dict[str, Any]) -> None:
    if happening["what"] == "request" and happening["status"] in (200, 204):
        return
    what, sid = happening["what"], str(happening.get("sid", ""))
    rest = "  ".join(str(value) for name, value in happening.items() if name not in ("what", "sid"))
    typer.echo(f"{datetime.now():%H:%M:%S}  {what:<16} {sid[-6:]}  {printable(rest)}", err=True)
