"""Unanswered questions: found, grouped, masked, accepted into the editorial life, set aside, and their effect."""

import pytest
from builders import all_rows, answered, article, call, contact, found_town, staff, take_in, text
from conftest import FixedClock

from grm_console.desk import answers
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.editorial import Editorial
from grm_console.desk.proposals import Proposals
from grm_console.desk.question_groups import refresh
from grm_console.desk.sign_in import actor_named
from grm_console.domain.article_life import Step
from grm_console.domain.question_rank import Told
from grm_console.domain.words import ArticleState, AskedBy, ProposalState, ProposedAs
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.knowledge.models import shelf
from grm_console.store import tables

WAYS = (
    "where can I charge my electric car",
    "is there a place to charge an electric car",
    "charge electric car in town where",
    "electric car charging place please, I am Rosa Diaz +12025550177",
)
PASSPORT = "How do I renew my passport?"
OTHERS = (
    PASSPORT,
    "Where can I park in the old town?",
    "When is bulky waste collected?",
    "How much is a tram ticket?",
    "Where do I pay my water bill?",
    "How do I register a car?",
)


@pytest.fixture(autouse=True)
def _by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words alone, as where no model is installed: fast, and the same everywhere."""
    monkeypatch.setattr(shelf.FAST, "ready", lambda: False)
    monkeypatch.setattr(shelf.FAST, "ready_soon", lambda: False)


@pytest.fixture
def web(desk: Desk) -> Actor:
    found_town(desk.store)
    return actor_named(desk, "system:web")


@pytest.fixture
def lin(desk: Desk, web: Actor) -> Proposals:
    """An editor."""
    return Proposals(desk, staff(desk, "lin", "editor"))


def ask(desk: Desk, web: Actor, *said: str, first: int = 150, of: str = "SM") -> None:
    """Texts of different people that the machine only acknowledges."""
    for place, words in enumerate(said):
        number = first + place
        take_in(desk, web, text(f"{of}{number}", words, sender=f"+1202555{number:04}"))


def test_groups_are_found_masked_and_ranked(desk: Desk, web: Actor, lin: Proposals) -> None:
    contact(desk.store, "Rosa Diaz", "+12025550153")
    ask(desk, web, *WAYS)
    ask(desk, web, "I want to complain about the electric car charging place", "hello there", first=170)
    ask(desk, web, "library opening hours on sunday", "what hours is the library open sunday", first=180)
    done = refresh(desk, web)
    assert done is not None
    assert (done.found, done.questions, done.groups, done.by_meaning) == (6, 6, 2, False)
    cars, library = lin.lines()
    assert (cars.askers, cars.questions, cars.gap, cars.score) == (4, 4, 100, 4.0)
    assert "electric car" in cars.words
    assert (library.askers, library.words) == (2, ""), "too few people: an editor sees no words of theirs"
    leader = Proposals(desk, staff(desk, "sun", "supervisor"))
    assert "library" in leader.lines()[1].words
    shown = " ".join(sample.words for sample in lin.one(cars.group_id).samples)
    assert "Rosa" not in shown
    assert "0177" not in shown
    assert "[name]" in shown
    again = refresh(desk, web)
    assert again is not None
    assert again.found == 0
    assert [line.group_id for line in lin.lines()] == [cars.group_id, library.group_id]


def test_one_telephone_is_one_asker(desk: Desk, web: Actor, lin: Proposals) -> None:
    for number in range(5):
        take_in(desk, web, text(f"SM{number}", WAYS[number % 3], sender="+12025550150"))
    refresh(desk, web)
    leader = Proposals(desk, staff(desk, "sun", "supervisor"))
    (line,) = leader.lines()
    assert line.askers == 1
    assert line.repeats == 1
    assert line.score <= 2
    assert lin.lines()[0].words == ""


def test_searches_that_ended_without_an_answer(desk: Desk, web: Actor, lin: Proposals) -> None:
    passport = article(desk.store, "K-1", PASSPORT)
    operator = staff(desk, "li")
    for number, gives in (("1", False), ("2", True)):
        seat, exchange = answered(desk, web, operator, call(f"CA{number}", sender=f"+1202555015{number}"))
        for words in (
            "pas",
            "passport",
            "passport photo si",
            "passport photo size",
            "passport photo",
            "",
            "tram ticket",
        ):
            seat.answers.search(words)
        if gives:
            seat.answers.give(exchange, passport, 1, "passport photo size")
        seat.end(exchange)
        seat.wrap_up(exchange, "informed", "")
    kept = [(row.asked_by, row.words, row.interaction_id) for row in all_rows(desk.store, tables.UnansweredQuestion)]
    assert [(by, words) for by, words, _ in kept] == [
        (AskedBy.SEARCH, "passport photo size"),
        (AskedBy.SEARCH, "tram ticket"),
    ]
    refresh(desk, web)
    assert len(lin.lines()) == 2


def test_refused_answers_count_until_another_helped(desk: Desk, web: Actor, lin: Proposals) -> None:
    passport = article(desk.store, "K-1", PASSPORT)
    other = article(desk.store, "K-2", "How is a passport renewed for a child?")
    operator = staff(desk, "li")
    seat, exchange = answered(desk, web, operator, call("CA1"))
    seat.answers.not_helpful(passport, 1, "passport for my daughter", "en", exchange)
    answers.not_helpful(desk, operator, passport, 1, "passport lost abroad", "en")
    refresh(desk, web)
    assert sum(line.questions for line in lin.lines()) == 2
    seat.answers.give(exchange, other, 1, "daughter")
    refresh(desk, web)
    (line,) = lin.lines()
    assert line.questions == 1


def test_accepted_as_a_phrasing_it_lives_as_every_version(
    desk: Desk, web: Actor, lin: Proposals, clock: FixedClock
) -> None:
    for number, question in enumerate(OTHERS, start=2):
        article(desk.store, f"K-{number}", question, "Go to the town hall.")
    version = article(desk.store, "K-1", "Where can I charge an electric car?")
    ask(desk, web, *WAYS[:3])
    refresh(desk, web)
    (line,) = lin.lines()
    assert (line.proposed_as, line.code) == (ProposedAs.PHRASING, "K-1")
    with pytest.raises(InvalidInput, match="masked"):
        lin.accept_phrasing(line.group_id, "where does [name] charge a car")
    made = lin.accept_phrasing(line.group_id, line.words)
    assert (made.code, made.version) == ("K-1", 2)
    assert lin.lines() == ()
    with pytest.raises(InvalidInput, match="decided already"):
        lin.accept_phrasing(line.group_id, line.words)
    editorial = Editorial(desk, staff(desk, "yue", "editor"))
    draft, before = editorial.sheet(made.article_id).versions
    assert (draft.state, draft.phrasings, draft.answer) == (ArticleState.DRAFT, (line.words,), before.answer)
    assert before.version_id == version
    assert lin.one(line.group_id).effect.told is Told.NOT_PUBLISHED
    clock.forward(hours=1)
    editorial.take(draft.version_id, Step.SUBMIT)
    Editorial(desk, staff(desk, "hassan", "approver")).take(draft.version_id, Step.APPROVE)
    clock.forward(days=1)
    early = lin.one(line.group_id)
    assert (early.made, early.made_state, early.effect.told) == ("K-1 en", ArticleState.PUBLISHED, Told.TOO_EARLY)
    audits = [row.purpose for row in all_rows(desk.store, tables.AuditRow) if row.subject.startswith("proposal:")]
    assert audits == ["accepted as phrasing"]


def test_a_new_article_and_the_drop_it_made(desk: Desk, web: Actor, lin: Proposals, clock: FixedClock) -> None:
    ask(desk, web, *(WAYS[:3] * 4), first=110)
    refresh(desk, web)
    (line,) = lin.lines()
    assert (line.proposed_as, line.askers, line.owner_code) == (ProposedAs.ARTICLE, 12, "")
    clock.forward(days=2)
    cells = {"question": line.words, "answer": "At the town hall.", "owner": "roads"}
    with pytest.raises(InvalidInput):
        lin.accept_article(line.group_id, "en", cells | {"answer": ""})
    made = lin.accept_article(line.group_id, "en", cells)
    editorial = Editorial(desk, staff(desk, "yue", "editor"))
    draft = editorial.sheet(made.article_id).newest("en")
    editorial.take(draft.version_id, Step.SUBMIT)
    Editorial(desk, staff(desk, "hassan", "approver")).take(draft.version_id, Step.APPROVE)
    clock.forward(days=3)
    ask(desk, web, WAYS[0], first=140)
    clock.forward(days=7)
    refresh(desk, web)
    found = lin.one(line.group_id)
    assert found.line.state is ProposalState.ACCEPTED
    effect = found.effect
    assert (effect.told, effect.days, effect.askers_before, effect.askers_after) == (Told.FEWER, 10, 12, 1)
    assert effect.change == -92


def test_what_was_set_aside_comes_back_only_when_it_grew(desk: Desk, web: Actor, lin: Proposals) -> None:
    ask(desk, web, *WAYS[:3])
    refresh(desk, web)
    (line,) = lin.lines()
    with pytest.raises(InvalidInput, match="Say why"):
        lin.set_aside(line.group_id, "")
    lin.set_aside(line.group_id, "The chargers open next year.")
    ask(desk, web, *WAYS[:2], first=160)
    refresh(desk, web)
    assert lin.lines() == ()
    ask(desk, web, WAYS[2], first=170)
    refresh(desk, web)
    (back,) = lin.lines()
    assert (back.group_id, back.askers, back.grown) == (line.group_id, 6, True)


def test_who_sees_and_who_decides(desk: Desk, web: Actor, lin: Proposals) -> None:
    with desk.store.reading() as connection:
        water = connection.execute(tables.Organisation.__table__.select()).all()  # type: ignore[attr-defined]
    key = next(row.id for row in water if row.code == "water")
    ask(
        desk,
        web,
        "water supply interruption when",
        "supply interruption of water when over",
        "water supply interruption",
    )
    ask(desk, web, *WAYS[:3], first=170)
    refresh(desk, web)
    assert {line.owner_code for line in lin.lines()} == {"water", ""}
    officer = Proposals(desk, staff(desk, "wu", "officer", organisation_id=key))
    (theirs,) = officer.lines()
    assert theirs.owner_code == "water"
    other = next(line for line in lin.lines() if line.owner_code == "")
    with pytest.raises(NotFound):
        officer.one(other.group_id)
    with pytest.raises(NotAllowed):
        officer.set_aside(theirs.group_id, "Not ours at all.")
    with pytest.raises(NotAllowed):
        Proposals(desk, staff(desk, "li")).lines()
