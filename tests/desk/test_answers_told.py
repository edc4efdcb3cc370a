"""What a citizen was told is on record as it was told: version, door, language, place in the list, words."""

from datetime import date

import pytest
from builders import CALLER, all_rows, answered, article, call, contact, found_town, put, staff, text
from conftest import FixedClock
from sqlalchemy import update

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import AnswerFound, CaseForm, TimelineDetail
from grm_console.domain.words import EntryKind, Why
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.store import tables, timeline

WORKS = "Works are announced on 2026-11-24. Repairs take a day. Call 202-555-0100."
_article = tables.Article.__table__  # type: ignore[attr-defined]
_version = tables.ArticleVersion.__table__  # type: ignore[attr-defined]


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def water(desk: Desk) -> int:
    return article(desk.store, "K-031", "When does the water come back?", WORKS)


def answers_of(desk: Desk, seat: Seat, contact_id: int) -> list[TimelineDetail]:
    """Every answer given, whole, newest first."""
    rows = seat.timeline(contact_id).rows
    return [seat.timeline_detail(row.entry_id) for row in rows if row.kind is EntryKind.ANSWER]


def test_the_history_shows_the_words_that_were_told_by_each_door(
    desk: Desk, web_actor: Actor, mei: Actor, water: int, clock: FixedClock
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    seat, exchange = answered(desk, web_actor, mei, call())
    seat.confirm_speaker(exchange, chen, "name")
    seat.answers.give(exchange, water, 2, "water back")
    clock.forward(seconds=5)
    offer = seat.answers.by_text(exchange, water)
    assert (offer.text, offer.address) == (f"{WORKS} [K-031 v1]", "+1 202-555-0142")
    seat.conversations.write(exchange, offer.text, key="a", found=(AnswerFound(water, 2, "water back"),))
    with desk.store.writing() as write:  # nobody can, but even so: what was told stays
        write.connection.execute(update(_version).values(answer="Something else."))
    sms, spoken = answers_of(desk, seat, chen)
    assert spoken.text.splitlines()[0] == "Works are announced on 24 November 2026."
    assert "2 0 2, 5 5 5, 0 1 0 0" in spoken.text
    assert sms.text == offer.text
    assert dict(sms.facts)["Channel"] == "text"
    assert dict(sms.facts)["Place in the list"] == "2"
    assert dict(spoken.facts)["Searched for"] == "water back"
    given = [(one.channel, one.language, one.rank, one.query) for one in all_rows(desk.store, tables.AnswerGiven)]
    assert given == [("voice", "en", 2, "water back"), ("sms", "en", 2, "water back")]
    assert seat.answers.given(exchange) == {"K-031": clock()}
    (sent,) = [row for row in all_rows(desk.store, tables.TimelineEntry) if row.kind == "reply"]
    assert sent.channel == "sms", "what a caller is sent is a text in the history, not a call"
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_a_reply_tells_the_answer_that_still_stands_in_it(desk: Desk, web_actor: Actor, mei: Actor, water: int) -> None:
    bins = article(desk.store, "K-007", "When are bins emptied?", "On Mondays. Not on holidays.")
    seat, exchange = answered(desk, web_actor, mei, text(body="Water? Bins?"))
    put_in = (AnswerFound(water, 1, "water"), AnswerFound(bins, 3, "bins"))
    line = seat.conversations.write(exchange, "Good day! Repairs  take a day.", key="a", found=put_in)
    assert [(one.article_version_id, one.told) for one in all_rows(desk.store, tables.AnswerGiven)] == [
        (water, "Good day! Repairs  take a day.")
    ]
    # The mark alone tells it, of one that was put in; a mark with a sentence, of one put in at another seat.
    seat.conversations.write(exchange, "Mondays, always. [K-007 v1] See [K-999 v1], [K-031 v7]", key="b", found=put_in)
    assert [one.rank for one in all_rows(desk.store, tables.AnswerGiven)] == [1, 3]
    assert line.outbox_id is not None
    seat.conversations.undo(line.outbox_id)
    assert list(seat.answers.given(exchange)) == ["K-007"]
    seat.conversations.write(exchange, "Repairs take a day. [K-031 v1]", key="c")
    assert [(one.article_version_id, one.rank) for one in all_rows(desk.store, tables.AnswerGiven)] == [
        (bins, 3),
        (water, 0),
    ]
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


@pytest.mark.parametrize("way", ["internal", "restricted", "expired", "draft"])
def test_what_may_not_be_given_goes_out_by_no_door(desk: Desk, web_actor: Actor, mei: Actor, way: str) -> None:
    values = {"audience": way} if way in ("internal", "restricted") else {"expires_on": date(2026, 11, 1)}
    if way == "draft":
        values = {"state": "draft"}
    key = article(desk.store, "K-118", "Who has the rota?", "The crew leader has it.", **values)  # type: ignore[arg-type]
    seat, exchange = answered(desk, web_actor, mei, text())
    refusals = NotFound if way == "restricted" else InvalidInput
    for attempt in (
        lambda: seat.answers.give(exchange, key, 1, ""),
        lambda: seat.answers.by_text(exchange, key),
    ):
        with pytest.raises(
            refusals, match="K-118 may not be given" if refusals is InvalidInput else "not in the store"
        ):
            attempt()
    if way != "restricted":
        with pytest.raises(InvalidInput, match="K-118 may not be given"):
            seat.conversations.write(exchange, "The crew leader has it. [K-118 v1]", key="a")
    assert not [row for row in all_rows(desk.store, tables.Outbox) if row.kind == "text" and not row.rule]
    assert all_rows(desk.store, tables.AnswerGiven) == []


def test_no_text_is_offered_to_whom_none_may_go(desk: Desk, web_actor: Actor, mei: Actor, water: int) -> None:
    seat, exchange = answered(desk, web_actor, mei, call("CA1", "anonymous"))
    with pytest.raises(InvalidInput, match="withheld"):
        seat.answers.by_text(exchange, water)
    with pytest.raises(StaleChange):
        Seat(desk, staff(desk, "lan")).answers.by_text(exchange, water)
    seat.release(exchange)
    stopped, other = answered(desk, web_actor, mei, call("CA2"))
    point = stopped.conversations.of_interaction(other).contact_point_id
    assert point is not None
    stopped.conversations.set_consent(point, opted_out=True, reason="said so")
    with pytest.raises(InvalidInput, match="STOP"):
        stopped.answers.by_text(other, water)


def test_an_article_is_read_in_the_callers_language_and_a_stale_translation_says_so(desk: Desk, mei: Actor) -> None:
    english = article(desk.store, "K-031", "Water?", "Tomorrow.")
    with desk.store.reading() as connection:
        from grm_console.store import articles

        row = articles.version_row(connection, english)
        assert row is not None
    text_id = put(desk.store, tables.ArticleText(article_id=row.article_id, language="zh", import_id="K-031-zh"))
    made = {"author_id": 1, "edited_by_id": 1, "created_at": desk.store.now(), "edited_at": desk.store.now()}
    chinese = put(
        desk.store,
        tables.ArticleVersion(
            article_text_id=text_id, version=1, state="published", question="停水？", answer="明天。",
            translated_from_id=english, **made,
        ),
    )  # fmt: skip
    seat = Seat(desk, mei)
    assert seat.answers.article(english).languages == (("en", english), ("zh", chinese))
    assert (seat.answers.article(english, "zh").version_id, seat.answers.article(chinese, "es").version_id) == (
        chinese,
        chinese,
    )
    assert seat.answers.article(chinese).newer_source == ""
    with desk.store.writing() as write:
        write.connection.execute(update(_version).where(_version.c.id == english).values(state="expired"))
    source = next(one for one in all_rows(desk.store, tables.ArticleVersion) if one.id == english).article_text_id
    put(
        desk.store,
        tables.ArticleVersion(
            article_text_id=source, version=2, state="published", question="Water?", answer="On Friday.", **made
        ),
    )
    assert seat.answers.article(chinese).newer_source == "en"
    shown = seat.answers.article(chinese)
    assert {(one.code, one.version, one.language) for one in shown.renderings} == {("K-031", 1, "zh")}


def test_open_cases_and_groups_reorder_equals_and_add_but_hide_nothing(
    desk: Desk, web_actor: Actor, mei: Actor
) -> None:
    for number in range(4):
        article(desk.store, f"P-{number}", "How is the fee paid?", "At the counter.")
    article(desk.store, "P-8", "Which discount is there on trams?", "Half the fare.")
    with desk.store.writing() as write:
        for code, named in (("P-2", {"services": ["water-outage"]}), ("P-8", {"segments": ["retired"]})):
            write.connection.execute(update(_article).where(_article.c.code == code).values(**named))
    chen = contact(desk.store, "Chen Li", CALLER)
    segment = put(desk.store, tables.Segment(code="retired", name="Retired", purpose="trams"))
    put(desk.store, tables.SegmentMembership(contact_id=chen, segment_id=segment, reason="x", since=desk.store.now()))
    seat, exchange = answered(desk, web_actor, mei, call())
    plain = seat.answers.search("how is the fee paid")
    assert [hit.code for hit in plain][:4] == ["P-0", "P-1", "P-2", "P-3"]
    seat.someone_else(exchange)
    assert seat.answers.search("how is the fee paid", interaction_id=exchange) == plain
    seat.confirm_speaker(exchange, chen, "name")
    answers = (("since", "2026-11-20"), ("ill", "no"))
    seat.open_case(exchange, CaseForm(service="water-outage", summary="No water", answers=answers))
    known = seat.answers.search("how is the fee paid", interaction_id=exchange)
    assert [hit.code for hit in known] == ["P-2", "P-0", "P-1", "P-3", "P-8"]
    assert Why.CASE in known[0].why
    assert known[-1].why[-1] is Why.GROUP
    assert {hit.code: hit.score for hit in plain}.items() <= {hit.code: hit.score for hit in known}.items()
    assert Seat(desk, staff(desk, "lan")).answers.search("how is the fee paid", interaction_id=exchange) == plain
