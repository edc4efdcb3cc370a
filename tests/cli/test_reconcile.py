"""`grm reconcile` against the carrier's stand-in, with the official client."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from builders import all_rows, found_town
from command_line import Grm, Ran
from conftest import settings_for
from standin.small_desk import LINE, Desk, response, stage

from grm_console.cli import reconcile
from grm_console.settings import Settings
from grm_console.standin.faults import Faults
from grm_console.store import tables
from grm_console.store.store import Store

CITIZEN = "+12025550142"


@pytest.fixture
def settings(sqlite_url: str, tmp_path) -> Settings:  # type: ignore[no-untyped-def]
    """These commands do not depend on the store."""
    return settings_for(sqlite_url, tmp_path)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(reconcile.time, "sleep", waited.append)
    return waited


async def test_what_no_webhook_brought_is_stored_and_told(
    grm: Grm, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_town(store)
    desk = Desk({"/twilio/voice": [response("<Hangup/>")]})
    async with stage(desk, faults=Faults(lost_texts=1.0)) as on:
        monkeypatch.setenv("GRM_TWILIO_API_BASE_URL", on.client.api.base_url)
        await on.exchange.text(1, sender=CITIZEN, line=LINE, body="路灯坏了\x1b[31m", attached="image/png")
        await on.exchange.text(2, sender=f"whatsapp:{CITIZEN}", line=f"whatsapp:{LINE}", body="hello")
        await on.exchange.call(1, line=LINE)
        await on.rest(lambda: on.client.messages.create(from_=LINE, to=CITIZEN, body="none of the store's"))
        await on.webhooks.settle()
        an_hour = timedelta(hours=1)
        for message in on.exchange.texts.known.values():
            message.created -= an_hour
            message.sent = message.created
        for one in on.exchange.board.calls.values():
            one.began -= an_hour
        ran = await asyncio.to_thread(grm, "reconcile", "--since", "3h")
        again = await asyncio.to_thread(grm, "reconcile", "--since", "1d")
        file = next(iter(on.exchange.texts.known.values())).attachments[0].sid

    assert (ran.code, again.code, again.out) == (0, 0, "")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert sorted(line["found"] for line in lines) == ["call", "text", "text"]
    assert {line["to"] for line in lines} == {LINE, f"whatsapp:{LINE}"}
    assert ran.err.strip().endswith(": 3.")
    assert "Nothing was missing" in again.err
    texts = {row.channel: row for row in all_rows(store, tables.Interaction) if row.channel != "voice"}
    assert (texts["sms"].text, texts["sms"].recovered, texts["whatsapp"].sender) == (
        "路灯坏了\x1b[31m",
        True,
        f"whatsapp:{CITIZEN}",
    )
    assert datetime.now(UTC) - texts["sms"].happened_at > timedelta(minutes=59)
    (attached,) = all_rows(store, tables.Attachment)
    assert (attached.media_type, attached.url.endswith(f"/Media/{file}")) == ("image/png", True)
    assert all_rows(store, tables.Outbox) == [], "too old for a machine's answer"


async def test_a_busy_carrier_is_waited_for(
    grm: Grm, store: Store, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    async with stage(Desk({}), faults=Faults(too_many=1.0)) as on:
        monkeypatch.setenv("GRM_TWILIO_API_BASE_URL", on.client.api.base_url)
        ran = await asyncio.to_thread(grm, "reconcile", "--since", "3h")

    assert pauses == [1, 2, 4, 8]
    assert ran.code == 1
    assert "asking again in 8 seconds" in ran.err
    assert "Too much at a time" in ran.err


@pytest.mark.parametrize(
    ("environment", "since", "words"),
    [
        ({"GRM_TWILIO_ACCOUNT_SID": ""}, "1h", "GRM_TWILIO_ACCOUNT_SID"),
        ({"GRM_TWILIO_API_BASE_URL": "http://127.0.0.1:9"}, "1h", "Twilio did not answer"),
        ({}, "soon", "--since as 90m"),
        ({}, "2999-01-01", "ends before it begins"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(
    grm: Grm, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], since: str, words: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran: Ran = grm("reconcile", "--since", since)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
