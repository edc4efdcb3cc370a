"""An article from draft to expired with two people; translations, dates, and who is told again."""

from pathlib import Path

import pytest
from builders import CALLER, OTHER_CALLER, all_rows, answered, call, contact, found_town, put, staff, text
from conftest import FixedClock

from grm_console.desk import answer_giving
from grm_console.desk.actor import Actor
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.article_import import export_articles, import_articles
from grm_console.desk.article_steps import keep_dates
from grm_console.desk.desk import Desk
from grm_console.desk.editorial import Editorial
from grm_console.desk.editorial_views import VersionView, cells_of, differences
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import AnswerFound
from grm_console.domain.article_life import Step
from grm_console.domain.word_diff import marked
from grm_console.domain.words import ArticleState, Audience, CallbackReason
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables, timeline

WATER = {
    "question": "Why is there no water?",
    "answer": "Works are announced two days ahead. Repairs take a day.",
    "phrasings": "tap dry|no pressure",
    "owner": "water",
    "legal_basis": "Water Rules §14",
}


@pytest.fixture
def lin(desk: Desk) -> Editorial:
    """An editor."""
    found_town(desk.store)
    return Editorial(desk, staff(desk, "lin", "editor"))


@pytest.fixture
def hassan(desk: Desk, lin: Editorial) -> Editorial:
    """An approver."""
    return Editorial(desk, staff(desk, "hassan", "approver"))


def newest(editor: Editorial, article: int, language: str = "en") -> VersionView:
    return editor.sheet(article).newest(language)


def published(lin: Editorial, hassan: Editorial, **cells: str) -> int:
    """An article with one published version; gives its key."""
    article = lin.new_article("en", WATER | cells)
    lin.take(newest(lin, article).version_id, Step.SUBMIT)
    hassan.take(newest(lin, article).version_id, Step.APPROVE)
    return article


def next_one(lin: Editorial, hassan: Editorial, article: int, language: str = "en", **cells: str) -> None:
    """Another version, published."""
    before = newest(lin, article, language)
    lin.new_version(before.text_id, cells_of(before) | cells)
    lin.take(newest(lin, article, language).version_id, Step.SUBMIT)
    hassan.take(newest(lin, article, language).version_id, Step.APPROVE)


def found(desk: Desk, words: str = "no water") -> list[str]:
    return [f"{hit.code} v{hit.version}" for hit in AnswerShelf(desk).search(staff_of(desk), words)]


def staff_of(desk: Desk) -> Actor:
    return actor_named(desk, "lin")


def test_from_draft_to_expired_with_two_people(desk: Desk, lin: Editorial, hassan: Editorial) -> None:
    article = lin.new_article("en", WATER)
    draft = newest(lin, article)
    assert (draft.state, draft.version, draft.author) == (ArticleState.DRAFT, 1, "Lin")
    assert found(desk) == []
    with pytest.raises(NotAllowed):
        hassan.save(draft.version_id, draft.revision, WATER)
    lin.save(draft.version_id, draft.revision, WATER | {"answer": "Repairs take two days."})
    with pytest.raises(StaleChange):
        lin.save(draft.version_id, draft.revision, WATER)
    assert lin.take(draft.version_id, Step.SUBMIT) is ArticleState.REVIEW
    with pytest.raises(InvalidInput, match="Say why"):
        hassan.take(draft.version_id, Step.RETURN)
    seen = newest(hassan, article)
    hassan.take(draft.version_id, Step.RETURN, "Name the rule, please.")
    lin.take(draft.version_id, Step.SUBMIT)
    with pytest.raises(StaleChange):
        hassan.take(draft.version_id, Step.APPROVE, revision=seen.revision)
    with pytest.raises(NotAllowed):
        lin.take(draft.version_id, Step.APPROVE)
    assert hassan.take(draft.version_id, Step.APPROVE) is ArticleState.PUBLISHED
    assert found(desk) == ["K-001 v1"]

    next_one(lin, hassan, article, answer="Repairs take three days.", audience="internal")
    assert found(desk) == ["K-001 v2"]
    two, one = hassan.sheet(article).versions
    assert (one.state, one.audience, two.audience) == (ArticleState.EXPIRED, Audience.PUBLIC, Audience.INTERNAL)
    assert [(each.field, marked(each.pieces)) for each in differences(one, two)] == [
        ("answer", "Repairs take[- two-]{+ three+} days."),
        ("audience", "[-public-]{+internal+}"),
    ]
    with pytest.raises(InvalidInput, match="not in the state"):
        lin.take(one.version_id, Step.WITHDRAW, "It is gone.")
    lin.take(two.version_id, Step.WITHDRAW, "The rule was repealed.")
    last = newest(hassan, article)
    assert last.state is ArticleState.EXPIRED
    assert [(step.step, step.by) for step in last.steps] == [
        *((Step.EDIT, "Lin"), (Step.SUBMIT, "Lin"), (Step.APPROVE, "Hassan"), (Step.PUBLISH, "Hassan")),
        (Step.WITHDRAW, "Lin"),
    ]
    assert found(desk) == []
    audits = [
        (row.act, row.purpose) for row in all_rows(desk.store, tables.AuditRow) if "article-version" in row.subject
    ]
    assert ("article.approve", "approve") in audits
    assert ("article.write", "withdraw") in audits


def test_whoever_wrote_may_not_approve_whatever_the_role(desk: Desk, lin: Editorial, hassan: Editorial) -> None:
    put(desk.store, tables.Permission(role="editor", act="article.approve"))
    both = Editorial(desk, staff(desk, "bo", "editor"))
    article = both.new_article("en", WATER)
    version = newest(both, article).version_id
    both.take(version, Step.SUBMIT)
    assert Step.APPROVE not in newest(both, article).may
    with pytest.raises(InvalidInput, match="somebody else"):
        both.take(version, Step.APPROVE)
    hassan.take(version, Step.RETURN, "A comma is lacking.")
    author = newest(lin, article)
    lin.save(version, author.revision, WATER)
    lin.take(version, Step.SUBMIT)
    with pytest.raises(InvalidInput, match="somebody else"):
        Editorial(desk, actor_named(desk, "lin")).take(version, Step.APPROVE)


def test_its_days_come_by_themselves(desk: Desk, clock: FixedClock, lin: Editorial, hassan: Editorial) -> None:
    article = published(lin, hassan)
    next_one(lin, hassan, article, effective_on="2026-11-25", expires_on="2026-11-27", answer="From Wednesday on.")
    assert [version.state for version in lin.sheet(article).versions] == [ArticleState.APPROVED, ArticleState.PUBLISHED]
    shelf = AnswerShelf(desk)
    assert found(desk) == ["K-001 v1"]
    assert shelf.search(staff_of(desk), "no water")
    web = actor_named(desk, "system:web")
    assert keep_dates(desk, web) == 0
    clock.forward(days=2)
    assert [hit.version for hit in shelf.search(staff_of(desk), "no water")] == [2], (
        "whoever reads first on a day keeps the dates"
    )
    assert keep_dates(desk, web) == 0
    clock.forward(days=2)
    assert keep_dates(desk, web) == 1
    assert [version.state for version in lin.sheet(article).versions] == [ArticleState.EXPIRED] * 2

    other = lin.new_article("en", WATER | {"effective_on": "2027-01-01"})
    lin.take(newest(lin, other).version_id, Step.SUBMIT)
    assert hassan.take(newest(lin, other).version_id, Step.APPROVE) is ArticleState.APPROVED
    assert Step.PUBLISH in newest(hassan, other).may
    assert hassan.take(newest(lin, other).version_id, Step.PUBLISH) is ArticleState.PUBLISHED
    assert str(newest(lin, other).effective_on) == "2026-11-27"


def test_a_translation_falls_behind_its_source(desk: Desk, lin: Editorial, hassan: Editorial) -> None:
    article = published(lin, hassan)
    english = newest(lin, article)
    lin.new_language(english.version_id, "zh", WATER | {"question": "为什么停水？", "answer": "抢修。"})
    chinese = newest(lin, article, "zh")
    lin.take(chinese.version_id, Step.SUBMIT)
    hassan.take(chinese.version_id, Step.APPROVE)
    assert [line.stale for line in lin.lines()] == [False, False]
    next_one(lin, hassan, article, answer="Repairs take a week.")
    assert [(line.language, line.stale) for line in lin.lines()] == [("en", False), ("zh", True)]
    behind = newest(lin, article, "zh").source
    assert behind is not None
    assert (behind.language, behind.version, behind.published, behind.stale) == ("en", 1, 2, True)
    with pytest.raises(InvalidInput, match="circle"):
        lin.new_version(english.text_id, WATER | {"translated_from": str(chinese.version_id)})
    current = str(newest(lin, article).version_id)
    next_one(lin, hassan, article, "zh", answer="抢修需要一周。", translated_from=current)
    assert [line.stale for line in lin.lines()] == [False, False]
    with pytest.raises(InvalidInput, match="there already"):
        lin.new_language(english.version_id, "zh", WATER)


def test_what_is_wrong_is_named_and_one_version_is_under_way_at_a_time(lin: Editorial, hassan: Editorial) -> None:
    with pytest.raises(InvalidInput) as refused:
        lin.new_article("klingon", {"answer": "x", "owner": "nobody", "review_on": "soon"})
    assert set(refused.value.problems) == {"language", "question", "owner", "review_on"}
    article = published(lin, hassan)
    text_id = newest(lin, article).text_id
    lin.new_version(text_id, WATER)
    with pytest.raises(InvalidInput, match="under way"):
        lin.new_version(text_id, WATER)


def test_readers_see_what_is_published_and_open_to_them(desk: Desk, lin: Editorial, hassan: Editorial) -> None:
    article = published(lin, hassan, audience="restricted")
    lin.new_article("en", WATER)
    mei = Editorial(desk, staff(desk, "mei"))
    assert mei.lines() == ()
    with pytest.raises(NotFound):
        mei.sheet(article)
    supervisor = Editorial(desk, staff(desk, "zhao", "supervisor"))
    assert [line.code for line in supervisor.lines()] == ["K-001"]
    sheet = supervisor.sheet(article)
    assert (sheet.may_write, sheet.may_see_told, sheet.versions[0].may) == (False, True, frozenset())


def test_those_who_were_told_the_old_answer_are_told_again_once(
    desk: Desk, clock: FixedClock, web_actor: Actor, lin: Editorial, hassan: Editorial
) -> None:
    article = published(lin, hassan)
    chen = contact(desk.store, "Chen Li", CALLER)
    deaf = contact(desk.store, "Dee", OTHER_CALLER)
    put(desk.store, tables.Preference(contact_id=deaf, text_only=True))
    mei = staff(desk, "mei")
    version = newest(lin, article).version_id
    exchanges = (call("CA1"), call("CA2", OTHER_CALLER), call("CA3", "+12025550144"), text("SM9", sender=CALLER))
    for event in exchanges:
        seat, key = answered(desk, web_actor, mei, event)
        person = {"CA1": chen, "CA2": deaf, "SM9": chen}.get(event.sid)
        if person is not None:
            seat.confirm_speaker(key, person, "name")
        answer_giving.give(desk, mei, key, AnswerFound(version, 1, "no water"))
        seat.end(key)
        seat.wrap_up(key, "informed", "")
        clock.forward(minutes=1)
    assert hassan.told(article, 30) == ()

    next_one(lin, hassan, article, answer="Repairs take a week.")
    supervisor = Editorial(desk, staff(desk, "zhao", "supervisor"))
    lines = supervisor.told(article, 30)
    assert [(line.who, line.version, line.by) for line in lines] == [
        ("Chen Li", 1, "Mei"), ("+1******0144", 1, "Mei"), ("Dee", 1, "Mei"),
    ]  # fmt: skip
    assert [line.why_not for line in lines] == [""] * 3
    assert [line.who for line in hassan.told(article, 30)] == ["+1******0142", "+1******0144", "+1******0143"]
    everybody = tuple(line.given_id for line in lines)
    done = hassan.tell_again(article, 30, everybody)
    assert (done.callbacks, done.texts, done.left) == (1, 2, ())
    assert hassan.tell_again(article, 30, everybody).callbacks == 0
    (waiting,) = all_rows(desk.store, tables.Callback)
    assert waiting.reason == CallbackReason.CORRECTION
    assert [line.again for line in supervisor.told(article, 30)] == ["sms", "voice", "sms"], (
        "text-only is never dialled"
    )
    sent = [row.body for row in all_rows(desk.store, tables.Outbox) if row.decision.startswith("told-again")]
    assert sent == ["What we told you on 2026-11-23 has changed. Repairs take a week. [K-001 v2]"] * 2
    notes = all_rows(desk.store, tables.ContactNote)
    assert {note.contact_id for note in notes} == {chen, deaf}
    assert notes[0].text.startswith("K-001 v1, told on 23 Nov 2026")
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []

    seat = Seat(desk, mei)
    offered = seat.ringing()
    assert offered is not None
    seat.answer(offered.entry_id)
    form = seat.draft(offered.interaction_id)
    assert form is not None
    assert "no longer holds" in form.note
    answer_giving.give(desk, mei, offered.interaction_id, AnswerFound(newest(lin, article).version_id, 1, ""))
    assert len(supervisor.told(article, 30)) == 2, "who got the present answer is not on the list"
    with pytest.raises(InvalidInput, match="Look back"):
        hassan.told(article, 0)
    clock.forward(days=40)
    assert hassan.told(article, 30) == ()


def test_a_file_goes_in_and_out(desk: Desk, tmp_path: Path, lin: Editorial, hassan: Editorial) -> None:
    cli = actor_named(desk, "system:cli")
    file = tmp_path / "kb.csv"
    head = "id,language,question,answer,audience,owner,translation_of,sms\n"
    file.write_text(head + "w-zh,zh,为什么停水,抢修。,,water,w-en,\nw-en,en,Why?,=Works.,,water,,Works.\n", "utf-8")
    done = import_articles(desk, cli, file, publish=True)
    assert (done.added, done.changed) == (2, 0)
    rows = list(export_articles(desk, cli))
    assert [(row["id"], row["code"], row["translation_of"], row["translation_of_version"]) for row in rows] == [
        ("w-en", "K-001", "", ""),
        ("w-zh", "K-001", "w-en", "1"),
    ]
    file.write_text("id,language,question,answer,audience\nw-en,en,Why?,New works.,internal\n", "utf-8")
    assert import_articles(desk, staff_of(desk), file).changed == 1
    with pytest.raises(NotAllowed):
        import_articles(desk, staff_of(desk), file, publish=True)
    file.write_text("id,language,question,answer\nw-en,en,Why?,=Works.\n", "utf-8")
    assert import_articles(desk, cli, file, publish=True).unchanged == 1, "the draft is not what is published"
    (line, chinese) = lin.lines()
    assert (line.published, line.coming, line.coming_state, line.audience) == (1, 2, ArticleState.DRAFT, "public")
    draft = newest(lin, line.article_id)
    assert (draft.audience, draft.sms, draft.owner_code) == ("internal", "Works.", "water")
    lin.take(draft.version_id, Step.SUBMIT)
    hassan.take(draft.version_id, Step.APPROVE)
    assert [(one.stale, one.audience) for one in lin.lines()] == [(False, "internal"), (True, "internal")]
    assert chinese.language == "zh"
