"""Whole conversations by text over real sockets: signed webhooks in, the carrier's REST API out, a machine between."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

import numpy as np
import pytest
from builders import all_rows, article, found_town
from carrier_side import ACCOUNT, LINE, PUBLIC, TOKEN
from served_process import address_of, served

from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.channels.web import web_app
from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.answer_indexing import index_answers
from grm_console.desk.desk import Desk
from grm_console.knowledge.models import shelf as models
from grm_console.knowledge.models.known import USE
from grm_console.knowledge.models.model import Floats32, Model
from grm_console.settings import Settings
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.reachability import Reach
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks
from grm_console.store import tables
from grm_console.store.store import Store

MATTERS = ("bulky waste", "parking", "大件垃圾")
"""What the model of these tests knows; words of one line mean the same."""
CITIZEN, CHOOSER, MACHINE, CHINESE = (f"+1202555014{number}" for number in range(2, 6))


def encode(texts: Sequence[str], question: bool) -> Floats32:
    rows = np.full((len(texts), 512), 0.01, np.float32)
    for row, words in zip(rows, texts, strict=True):
        for place, matter in enumerate(MATTERS):
            row[100 * place] += sum(word in words.lower() for word in matter.split())
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class Talk:
    """What the stand-in has seen of the desk's texts, by number."""

    def __init__(self, exchange: Exchange, told: list[dict[str, Any]]) -> None:
        self._exchange, self._told = exchange, told
        self._count = 0

    def sent(self, number: str) -> list[str]:
        return [one["text"] for one in self._told if one["what"] == "text sent" and one["number"] == number]

    async def says(self, number: str, body: str, replies: int) -> str:
        """Somebody writes; gives the last of so many texts they have had, which may take a moment."""
        self._count += 1
        await self._exchange.text(self._count, sender=number, line=LINE, body=body)
        ends = monotonic() + 10
        while len(self.sent(number)) < replies:
            assert monotonic() < ends, f"{number} got {self.sent(number)}"
            await asyncio.sleep(0.02)
        return self.sent(number)[-1]


@pytest.fixture
def desk(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk with a few answers, found by their words and by one small model in place of the real ones."""
    small = Model(USE, lambda: encode)
    monkeypatch.setattr(models, "FAST", small)
    monkeypatch.setattr(models, "ALL", (small,))
    monkeypatch.setattr("grm_console.desk.answer_indexing.KNOWN", (USE,))
    monkeypatch.setattr("grm_console.desk.answer_engine.KNOWN", (USE,))
    found_town(store)
    article(store, "K-1", "When is bulky waste collected?", "Book a day by phone. It is free twice a year.")
    article(store, "K-2", "Resident parking permit", "Bring your identity card.")
    article(store, "K-3", "Parking fine: object to it", "Write to us within 14 days.")
    article(store, "K-4", "大件垃圾什么时候收？", "请电话预约，每年免费两次。", language="zh")
    opened = open_desk(settings)
    index_answers(opened, system_actor(opened, "system:cli"))
    yield opened
    opened.store.close()


async def test_an_answer_an_abstention_a_choice_and_a_loop_that_stops(
    desk: Desk, settings: Settings, store: Store
) -> None:
    told: list[dict[str, Any]] = []
    script = Script((Person(CITIZEN, "en"),), (LINE,), (("en", "Good morning."),), (("en", "A question."),))
    listener = socket.create_server(("127.0.0.1", 0))
    webhooks = Webhooks(address_of(listener), PUBLIC, ACCOUNT, TOKEN, told.append, disorder=0, pace=40)
    exchange = Exchange(
        *(webhooks, script, told.append),
        seed="3",
        token=TOKEN,
        patience=1e6,
        talk=1e6,
        pace=40,
        reach={MACHINE: Reach.MACHINE},
    )
    rest = await http.listen(0, exchange.rest)
    exchange.lies_at(address_of(rest.sockets[0]))
    carrier = TwilioCarrier(ACCOUNT, TOKEN, api_base_url=address_of(rest.sockets[0]), public_base_url=PUBLIC)
    talk = Talk(exchange, told)
    async with served(web_app(desk, system_actor(desk, "system:web"), settings, carrier), listener):
        answer = await talk.says(CITIZEN, "When is bulky waste collected?", 1)
        assert answer == (
            "Automatic reply: Book a day by phone. It is free twice a year. Not it? Reply NO for a person. [K-1 v1]"
        )
        assert "请电话预约" in await talk.says(CHINESE, "请问大件垃圾什么时候收？", 1)
        assert "a person will read it" in await talk.says(CITIZEN, "Who won the football match?", 2)
        await talk.says(CITIZEN, "Thanks!", 2)

        menu = await talk.says(CHOOSER, "parking", 1)
        assert sorted(line[4:] for line in menu.splitlines()[1:3]) == [
            "Parking fine: object to it",
            "Resident parking permit",
        ]
        (chosen,) = (line[0] for line in menu.splitlines() if "permit" in line)
        assert "identity card" in await talk.says(CHOOSER, chosen, 2)
        assert "a person will read it" in await talk.says(CHOOSER, "not helpful", 3)

        await talk.says(MACHINE, "When is bulky waste collected?", 3)
        silent_since = len(told)
        ends = monotonic() + 10
        while not any(one["what"] == "text comes" and one["number"] == MACHINE for one in told[silent_since:]):
            assert monotonic() < ends, "the machine answers everything"
            await asyncio.sleep(0.02)
        await exchange.close()
        await webhooks.settle()
        assert len(talk.sent(MACHINE)) == 3, "two machines fall silent"
    rest.close()

    given = all_rows(store, tables.AnswerGiven)
    assert len(given) == 4
    assert [row.wrong_at is not None for row in given].count(True) == 1
    waiting = {row.interaction_id for row in all_rows(store, tables.QueueEntry) if row.state == "waiting"}
    texts = {row.id: row for row in all_rows(store, tables.Interaction)}
    assert {texts[key].text for key in waiting if texts[key].sender != MACHINE} == {
        "Who won the football match?",
        "parking",
    }
    assert {row.state for row in all_rows(store, tables.Outbox)} <= {"sent", "delivered"}
