"""The demo city: loads once, changes nothing twice, and a call from the shared phone shows who may be speaking."""

from datetime import timedelta
from pathlib import Path

import pytest
from conftest import FixedClock
from imports_side import Town

from grm_console.desk.actor import Actor
from grm_console.desk.cards import card
from grm_console.desk.demo import load_city
from grm_console.desk.desk import Desk
from grm_console.desk.imports.article_lines import read_articles
from grm_console.desk.imports.table import Problems
from grm_console.desk.intake import receive
from grm_console.desk.sign_in import actor_named
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.renderings import Told, automatic_answer, text_message
from grm_console.domain.sms import segments
from grm_console.domain.words import Channel
from grm_console.store import accounts

CITY = Path(__file__).parents[2] / "data" / "city"


@pytest.fixture
def city(desk: Desk, tmp_path: Path) -> Town:
    actor = actor_named(desk, "system:cli")
    load_city(desk, actor, CITY, desk.store.now())
    return Town(desk, actor, tmp_path)


def test_the_city_loads_once_and_is_marked_as_a_demo(city: Town, desk: Desk, clock: FixedClock) -> None:
    before = city.counts()
    assert before["contact"] == 200
    assert before["interaction"] == 871
    assert before["case_file"] == 107
    assert city.rows("SELECT count(*) FROM unanswered_question") == [(33,)]
    clock.forward(days=3)
    again = load_city(desk, city.actor, CITY, desk.store.now())
    assert {(done.added, done.changed) for done in again} == {(0, 0)}
    after = city.counts()
    assert after == before | {"audit": after["audit"]}
    with desk.store.reading() as connection:
        assert accounts.mark(connection, "demo") == "li.wei"
    assert city.verified() == after["audit"]


def test_the_newest_exchange_lies_less_than_a_day_back(city: Town, desk: Desk) -> None:
    ((newest, oldest),) = city.rows(
        "SELECT (SELECT happened_at FROM interaction ORDER BY happened_at DESC LIMIT 1), min(opened_at) FROM case_file"
    )
    with desk.store.reading() as connection:
        shift = int(accounts.mark(connection, "demo-shift-days"))
    assert str(newest)[:19] == "2026-11-22 20:13:00"
    assert shift == 2
    assert str(oldest)[:10] == "2026-05-08"


def test_a_call_from_the_shared_phone_shows_three_candidates_and_no_sure_match(
    city: Town, desk: Desk, web_actor: Actor
) -> None:
    call = InboundEvent(
        provider="twilio",
        sid="CA1",
        kind=EventKind.CALL,
        discriminator="",
        channel=Channel.VOICE,
        sender="+12025550142",
        recipient="+12025550100",
        state="ringing",
    )
    with desk.store.writing() as write:
        receive(desk, write, web_actor, call)
    ((interaction,),) = city.rows("SELECT id FROM interaction WHERE sid = 'CA1'")
    shown = card(desk, actor_named(desk, "li.wei"), interaction)
    assert shown.speaker is None
    assert {candidate.name for candidate in shown.candidates} == {"Chen Li", "Chen Guo", "Wu Fang"}
    assert not any(candidate.sure for candidate in shown.candidates)
    assert shown.queue == "General line"
    assert all(desk.store.now() - c.last_contact < timedelta(days=200) for c in shown.candidates if c.last_contact)


def test_a_call_from_a_phone_of_one_person_is_sure(city: Town, desk: Desk, web_actor: Actor) -> None:
    call = InboundEvent(
        provider="twilio",
        sid="CA2",
        kind=EventKind.CALL,
        discriminator="",
        channel=Channel.VOICE,
        sender="+16175550199",
        recipient="+12025550101",
        state="ringing",
    )
    with desk.store.writing() as write:
        receive(desk, write, web_actor, call)
    ((interaction,),) = city.rows("SELECT id FROM interaction WHERE sid = 'CA2'")
    shown = card(desk, actor_named(desk, "li.wei"), interaction)
    assert shown.speaker is not None
    assert shown.speaker.name == "Xu Lihua"


@pytest.mark.parametrize("file", ["articles.csv", "articles_before.csv"])
def test_a_machine_tells_every_article_uncut_in_two_messages(file: str) -> None:
    problems = Problems(CITY / file)
    articles = read_articles(CITY / file, problems)
    problems.refuse()
    assert {article.language for article in articles} == {"en", "zh"}
    wrong = []
    for article in articles:
        wording, language = article.wording, article.language
        told = Told(article.code, 12, language, wording.question, wording.answer, wording.sms)
        rest = text_phrase("answer-rest", language, line="+12025550100", code=article.code)
        opening, closing = text_phrase("answer-opening", language), text_phrase("answer-closing", language)
        sent = automatic_answer(told, opening, closing, rest)
        by_hand = text_message(told, rest)
        if not (wording.sms and sent and not sent.cut and segments(sent.text).parts <= 2 and not by_hand.cut):
            wrong.append(article.import_id)
    assert wrong == []
