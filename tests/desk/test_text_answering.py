"""Texts answered by themselves: sure, close, doubtful, followed up, stopped; nothing lost, and one reply at most."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    LONG_AGO,
    OTHER_CALLER,
    all_rows,
    article,
    contact,
    entry_of,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from switchboard import RememberingCarrier

from grm_console.desk import article_told, automation, unanswered
from grm_console.desk.actor import Actor
from grm_console.desk.answer_stop_views import StopSubject
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.desk.text_answering import TextAnswerer
from grm_console.domain.text_rules import TextRules
from grm_console.domain.words import StopKind
from grm_console.errors import InvalidInput, NotAllowed
from grm_console.knowledge.entry import Hit
from grm_console.store import tables, timeline

BULKY = "Bulky waste: sofas and mattresses"


class Engine:
    """Stands for the answer engine: what it finds for words is written down."""

    def __init__(self) -> None:
        self.finds: dict[str, list[Hit]] = {}
        self.asked: list[tuple[str, str]] = []

    def __call__(self, words: str, language: str) -> list[Hit]:
        self.asked.append((words, language))
        return self.finds.get(words, [])


class Machine:
    """The desk with its answering machine and its carrier."""

    def __init__(self, desk: Desk, web: Actor) -> None:
        self.desk, self.web = desk, web
        self.engine, self.carrier = Engine(), RememberingCarrier()
        self.answerer = TextAnswerer(desk, web, self.engine)
        self.keys: dict[str, int] = {}
        self.count = 0

    def knows(self, code: str, question: str, answer: str = "Book a day by phone.", **values: Any) -> None:
        self.keys[code] = article(self.desk.store, code, question, answer, **values)

    def finds(self, words: str, *scores: tuple[str, float], sure: bool = False) -> None:
        self.engine.finds[words] = [
            Hit(self.keys[code], code, code.rpartition("@")[0] or code, score, sure and not place, ())
            for place, (code, score) in enumerate(scores)
        ]

    def comes(self, words: str, sender: str = CALLER, **changes: Any) -> str:
        """A text comes in; gives what answers it at once."""
        self.count += 1
        (receipt,) = take_in(self.desk, self.web, text(f"T{self.count}", words, sender, **changes))
        return receipt.reply

    def says(self, words: str, sender: str = CALLER, **changes: Any) -> str:
        """A text comes in, is decided on and answered; gives the words, empty for silence."""
        at_once = self.comes(words, sender, **changes)
        return "".join([at_once, *self.works()])

    def works(self) -> list[str]:
        while self.answerer.answer():
            pass
        before = len(self.carrier.asked)
        while send_due(self.desk, self.web, self.carrier):
            pass
        return [asked["body"] for _method, asked in self.carrier.asked[before:]]

    def waits(self) -> list[str]:
        """The words of what is offered to people now."""
        texts = {row.id: row.text for row in all_rows(self.desk.store, tables.Interaction)}
        now = self.desk.store.now()
        return [
            texts[row.interaction_id]
            for row in all_rows(self.desk.store, tables.QueueEntry)
            if row.state == "waiting" and (row.not_before is None or row.not_before <= now)
        ]

    def outcomes(self) -> list[str]:
        return [row.outcome for row in all_rows(self.desk.store, tables.AskedText)]

    def given(self) -> list[Any]:
        return all_rows(self.desk.store, tables.AnswerGiven)


def timeline_differences(machine: Machine) -> list[tuple[str, int]]:
    with machine.desk.store.reading() as connection:
        return timeline.differences(connection)


@pytest.fixture
def machine(desk: Desk, web_actor: Actor) -> Any:
    found_town(desk.store)
    made = Machine(replace(desk, texts=TextRules(answers=True)), web_actor)
    made.knows("K-1", BULKY)
    made.knows("K-2", "Which waste goes into which bin", "Paper goes into the blue bin.")
    made.knows("K-3", "Your bin was not emptied", "Leave it at the kerb.")
    made.finds("when is bulky waste collected", ("K-1", 0.97), ("K-2", 0.4), sure=True)
    made.finds("waste", ("K-1", 0.62), ("K-2", 0.6), ("K-3", 0.52))
    yield made
    made.answerer.close()


def test_a_sure_answer_goes_out_is_on_record_and_nobody_waits(machine: Machine) -> None:
    contact(machine.desk.store, "Chen Li", CALLER)
    assert machine.comes("when is bulky waste collected") == "", "the webhook is answered before the engine is asked"
    assert machine.waits() == []
    (words,) = machine.works()
    assert words.startswith("Automatic reply: Book a day by phone.")
    assert "NO for a person" in words
    assert words.endswith("[K-1 v1]")
    (given,) = machine.given()
    assert (given.article_version_id, given.channel) == (machine.keys["K-1"], "sms")
    assert (given.rank, given.confidence) == (1, 970)
    kinds = [row.kind for row in all_rows(machine.desk.store, tables.TimelineEntry)]
    assert sorted(kinds) == ["answer", "interaction", "reply"]
    (exchange,) = all_rows(machine.desk.store, tables.Interaction)
    assert (exchange.state, exchange.end_reason) == ("done", "handled")
    assert all_rows(machine.desk.store, tables.QueueEntry) == [], "what a machine settled never counts as waiting"
    (reply,) = [row for row in all_rows(machine.desk.store, tables.Outbox) if row.kind == "text"]
    assert (reply.rule, reply.by_document, reply.decision) == ("answer", False, "T1:reply")
    assert timeline_differences(machine) == []
    shown = Seat(machine.desk, staff(machine.desk, "mei")).conversations.of_interaction(exchange.id)
    assert [line.automatic for line in shown.lines] == [False, True]


def test_thanks_close_and_a_no_reopens_to_a_person_and_counts_as_wrong(machine: Machine) -> None:
    machine.says("when is bulky waste collected")
    assert machine.says("Thank you!") == ""
    assert machine.waits() == []
    assert "a person will read" in machine.says("No, that does not help.")
    assert machine.waits() == ["when is bulky waste collected"], "the question waits, for which suggestions are found"
    (given,) = machine.given()
    assert given.wrong_at is not None
    unanswered.collect(machine.desk, machine.web)
    (question,) = all_rows(machine.desk.store, tables.UnansweredQuestion)
    assert question.interaction_id == interaction_of(machine.desk.store, "T1"), "the base lacks an answer that helps"
    follower = all_rows(machine.desk.store, tables.Interaction)[-1]
    assert follower.follows_id == interaction_of(machine.desk.store, "T1")
    assert machine.says("thanks") == ""
    # A person takes it, with all that was said before.
    seat = Seat(machine.desk, staff(machine.desk, "mei"))
    seat.answer(entry_of(machine.desk.store, "T1"))
    assert machine.waits() == []
    # In Chinese too, by another number.
    machine.knows("K-9", "大件垃圾怎么处理", "请电话预约。", language="zh")
    machine.finds("大件垃圾什么时候收", ("K-9", 0.95), sure=True)
    assert machine.says("大件垃圾什么时候收", OTHER_CALLER).startswith("自动回复：请电话预约。")
    assert machine.says("谢谢", OTHER_CALLER) == ""
    assert "工作人员" in machine.says("没用", OTHER_CALLER)
    assert machine.waits() == ["大件垃圾什么时候收"]


def test_what_is_close_is_asked_back_and_the_digit_is_taken_once(machine: Machine, clock: FixedClock) -> None:
    menu = machine.says("waste")
    assert menu.splitlines()[1:3] == [f"1 = {BULKY}", "2 = Which waste goes into which bin"]
    assert machine.waits() == [], "it waits for the choice"
    assert "blue bin" in machine.says("2")
    (given,) = machine.given()
    assert (given.rank, given.query, given.article_version_id) == (2, "waste", machine.keys["K-2"])
    assert machine.waits() == []
    assert "blue" not in machine.says("2"), "taken once"
    assert machine.waits() == ["2"]

    # Whoever chooses nothing is not forgotten.
    machine.says("waste", OTHER_CALLER)
    clock.forward(minutes=31)
    assert machine.waits() == ["2", "waste"]
    # 0 and a refusal are for a person, at once.
    for number, word in (("+12025550150", "0"), ("+12025550151", "no"), ("+12025550152", "9")):
        machine.says("waste", number)
        assert "person" in machine.says(word, number)
    assert machine.waits() == ["2", "waste", "waste", "waste", "waste"]
    # Other words are a new question, and the menu is over.
    machine.says("waste", "+12025550153")
    assert "Book a day" in machine.says("when is bulky waste collected", "+12025550153")
    assert "blue bin" not in machine.says("2", "+12025550153")
    assert machine.waits()[5:] == ["2"]


def test_a_withdrawn_answer_is_not_sent_between_menu_and_digit(machine: Machine) -> None:
    machine.says("waste")
    versions = tables.ArticleVersion.__table__  # type: ignore[attr-defined]
    with machine.desk.store.writing() as write:
        gone = versions.update().where(versions.c.id == machine.keys["K-2"]).values(state="expired")
        write.connection.execute(gone)
    assert "a person will read" in machine.says("2")
    assert machine.given() == []
    assert machine.waits() == ["waste"]


@pytest.mark.parametrize(
    ("words", "values", "outcome"),
    [
        ("is it collected on sunday", {}, "particulars"),
        ("is it collected in Springfield", {}, "particulars"),
        ("does 5 pieces cost extra", {}, "particulars"),
        ("staff parking", {"audience": "internal"}, "not-public"),
        ("next year", {"effective_on": date(2027, 1, 1)}, "not-public"),
        ("last year", {"expires_on": date(2026, 1, 1)}, "not-public"),
        ("unsplit", {"answer": "word " * 200}, "too-long"),
    ],
)
def test_what_speaks_against_an_answer_leaves_it_to_people(
    machine: Machine, words: str, values: dict[str, Any], outcome: str
) -> None:
    machine.knows("K-7", "A matter", **values)
    machine.finds(words, ("K-7", 0.99), sure=True)
    assert "a person will read" in machine.says(words)
    assert machine.outcomes() == [outcome]
    assert machine.waits() == [words]
    assert machine.given() == []


def test_complaints_danger_small_talk_and_stories_do_not_reach_the_engine(machine: Machine) -> None:
    for number, words in enumerate(
        ("I want to complain about the bin", "gas leak!", "hello", "ok", "你好", "a story. " * 6, "STATUS", "1")
    ):
        machine.says(words, f"+1202555{number:04}")
    machine.says("when is bulky waste collected", media=(("image/png", "https://x"),))
    machine.says("when is bulky waste collected", OTHER_CALLER, recovered=True, happened_at=LONG_AGO)
    assert machine.engine.asked == []


def test_no_answer_in_the_language_is_acknowledged_in_it_or_in_both(machine: Machine) -> None:
    machine.finds("Когда вывозят мусор?", ("K-1", 0.9), ("K-2", 0.4))
    assert machine.says("Когда вывозят мусор?").startswith("Автоответ")
    assert "自动回复" in machine.says("ゴミはいつ集めますか", OTHER_CALLER)
    assert machine.outcomes() == ["language", "unsure"]
    assert [row.language for row in all_rows(machine.desk.store, tables.Interaction)] == ["ru", "ja"]
    assert len(machine.waits()) == 2


def test_two_machines_fall_silent_also_when_the_engine_is_sure(machine: Machine, clock: FixedClock) -> None:
    said = []
    for _ in range(12):
        said.append(machine.says("when is bulky waste collected"))
        clock.forward(minutes=1)
    assert [bool(words) for words in said] == [True] * 3 + [False] * 9, "the same answer is told once a day"
    assert machine.outcomes()[:2] == ["answer", "repeated"]
    many = [f"question {number} please" for number in range(12)]
    for number, words in enumerate(many):
        machine.knows(f"M-{number}", f"Matter {number}")
        machine.finds(words, (f"M-{number}", 0.99), sure=True)
    said = [machine.says(words, OTHER_CALLER) for words in many]
    assert sum(map(bool, said)) == 10
    assert not any(said[10:])


def test_slow_broken_and_lost_engines_leave_an_acknowledgement(machine: Machine, clock: FixedClock) -> None:
    machine.comes("when is bulky waste collected")
    clock.forward(seconds=2)
    (words,) = machine.works()
    assert "a person will read" in words

    def breaks(_words: str, _language: str) -> list[Hit]:
        raise RuntimeError("no such instruction")

    broken = TextAnswerer(machine.desk, machine.web, breaks)
    machine.comes("when is bulky waste collected", OTHER_CALLER)
    assert broken.answer() == 1
    broken.close()
    assert machine.outcomes() == ["slow", "failed"]
    # Whoever took a text and died leaves it to the next; meanwhile people are offered it.
    machine.comes("when is bulky waste collected", "+12025550160")
    with machine.desk.store.writing() as write:
        asked = tables.AskedText.__table__  # type: ignore[attr-defined]
        write.connection.execute(asked.update().where(asked.c.settled_at.is_(None)).values(taken_at=write.now))
    assert machine.answerer.answer() == 0
    clock.forward(seconds=4)
    assert len(machine.waits()) == 3
    clock.forward(seconds=2)
    assert machine.answerer.answer() == 1
    # Hours later nobody expects a machine any more.
    machine.comes("when is bulky waste collected", "+12025550161")
    clock.forward(hours=1)
    machine.works()
    assert len(machine.carrier.asked) == 3
    assert machine.outcomes()[2:] == ["slow", "late"]
    assert len(machine.waits()) == 4


def test_what_changed_meanwhile_counts(machine: Machine) -> None:
    machine.comes("when is bulky waste collected")
    machine.comes("STOP")
    assert machine.works() == []
    machine.comes("when is bulky waste collected", OTHER_CALLER)
    entry = entry_of(machine.desk.store, "T3")
    Seat(machine.desk, staff(machine.desk, "mei")).answer(entry)
    assert machine.works() == [], "a person has it"
    assert machine.outcomes() == ["sender", "attended"]


def test_a_crowd_is_acknowledged_at_once(machine: Machine) -> None:
    said = [machine.comes("when is bulky waste collected", f"+1202555{number:04}") for number in range(45)]
    assert [bool(words) for words in said] == [False] * 40 + [True] * 5
    assert len(machine.works()) == 40


def test_who_somebody_is_changes_no_answer(machine: Machine) -> None:
    said = []
    for number, values in enumerate(({}, {"kind": "business"}, {"name": "Sir"}, {"address": "1 Palace Square"})):
        phone = f"+1202555016{number}"
        person = contact(machine.desk.store, values.pop("name", "Chen Li"), phone, **values)
        made = put(machine.desk.store, tables.Segment(code=f"s{number}", name="Retired", purpose="letters"))
        if number % 2:
            joined = tables.SegmentMembership(contact_id=person, segment_id=made, reason="asked", since=LONG_AGO)
            put(machine.desk.store, joined)
        said.append((machine.says("when is bulky waste collected", phone), machine.says("waste", phone)))
    assert len(set(said)) == 1
    assert machine.given()[0].confidence == machine.given()[-1].confidence


def test_machines_are_stopped_for_a_contact_a_topic_and_altogether(machine: Machine, clock: FixedClock) -> None:
    machine.says("when is bulky waste collected")
    operator, boss = staff(machine.desk, "mei"), staff(machine.desk, "boss", "supervisor")
    exchange = interaction_of(machine.desk.store, "T1")
    seat = Seat(machine.desk, operator)
    of_contact, of_topic = seat.answer_stops.choices(exchange)
    seat.answer_stops.toggle(of_contact)
    clock.forward(days=2)
    assert "a person will read" in machine.says("when is bulky waste collected")
    assert "Book a day" in machine.says("when is bulky waste collected", OTHER_CALLER), "others are answered"
    assert "do not answer this contact" in seat.conversations.of_interaction(exchange).warnings[0]
    of_contact, _ = seat.answer_stops.choices(exchange)
    assert of_contact.stopped
    seat.answer_stops.toggle(of_contact)
    seat.answer_stops.toggle(of_topic)
    assert "a person will read" in machine.says("when is bulky waste collected", "+12025550171")
    assert "stopped" in machine.outcomes()
    seat.answer_stops.resume(of_topic.subject)
    assert "Book a day" in machine.says("when is bulky waste collected", "+12025550172")

    with pytest.raises(NotAllowed):
        seat.answer_stops.stop(StopSubject(StopKind.ALL))
    lead = Seat(machine.desk, boss)
    (everything,) = lead.answer_stops.choices()
    machine.comes("when is bulky waste collected", "+12025550173")
    lead.answer_stops.toggle(everything)
    assert lead.board.snapshot().stopped
    assert "no texts" in lead.answer_stops.in_force()[0].words
    (words,) = machine.works()
    assert "a person will read" in words, "what was under way is stopped too"
    asked = len(machine.engine.asked)
    assert "a person will read" in machine.comes("when is bulky waste collected", "+12025550174")
    assert len(machine.engine.asked) == asked
    lead.answer_stops.resume(everything.subject)
    assert not lead.board.snapshot().stopped
    acts = [row.act for row in all_rows(machine.desk.store, tables.AuditRow)]
    assert (acts.count("answer.stop"), acts.count("answer.stop-all")) == (4, 2)


def test_the_report_counts_what_became_of_the_texts(machine: Machine, clock: FixedClock) -> None:
    machine.knows("K-9", "大件垃圾怎么处理", "请电话预约。", language="zh")
    machine.finds("大件垃圾什么时候收", ("K-9", 0.95), sure=True)
    machine.says("大件垃圾什么时候收")
    machine.says("when is bulky waste collected", OTHER_CALLER)
    machine.says("no", OTHER_CALLER)
    machine.says("waste", "+12025550180")
    machine.says("1", "+12025550180")
    machine.says("quite another matter", "+12025550181")
    day = clock().date()
    lines = {line.language: line for line in automation.report(machine.desk, machine.web, day, day, 4.0)}
    whole = lines["all"]
    assert (whole.texts, whole.answered, whole.asked_back) == (6, 3, 1)
    assert (whole.handed_over, whole.wrong, whole.minutes_saved) == (2, 1, 8.0)
    assert (lines["zh"].answered, lines["zh"].minutes_saved) == (1, 4.0)
    reasons = {
        (line.language, line.outcome): line.texts for line in automation.outcomes(machine.desk, machine.web, day, day)
    }
    assert reasons["zh", "answer"] == 1
    assert sum(reasons.values()) == 4
    with pytest.raises(InvalidInput):
        automation.report(machine.desk, machine.web, day, date(2020, 1, 1), 4.0)


def test_whoever_was_told_what_no_longer_holds_is_found(machine: Machine) -> None:
    contact(machine.desk.store, "Chen Li", CALLER)
    machine.says("when is bulky waste collected")
    versions = tables.ArticleVersion.__table__  # type: ignore[attr-defined]
    with machine.desk.store.writing() as write:
        gone = versions.update().where(versions.c.id == machine.keys["K-1"]).values(state="expired")
        write.connection.execute(gone)
    (told,) = article_told.told(machine.desk, staff(machine.desk, "boss", "supervisor"), 1, 30)
    assert (told.who, told.channel) == ("Chen Li", "sms")


WORDS = ("when is bulky waste collected", "waste", "1", "7", "no", "thanks", "hello", "STOP", "START", "complaint", "x")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(WORDS), st.sampled_from([CALLER, OTHER_CALLER])),
        st.sampled_from(["work", "minute", "die", "hour"]),
    ),
    max_size=14,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_nothing_is_lost_and_every_text_has_one_reply_at_most(
    machine: Machine, clock: FixedClock, steps: Sequence[Any]
) -> None:
    first = machine.count
    clock.forward(days=2)
    for step in steps:
        if step == "work":
            machine.works()
        elif step == "minute":
            clock.forward(seconds=40)
        elif step == "hour":
            clock.forward(hours=1)
        elif step == "die":
            with machine.desk.store.writing() as write:
                asked = tables.AskedText.__table__  # type: ignore[attr-defined]
                write.connection.execute(asked.update().where(asked.c.settled_at.is_(None)).values(taken_at=write.now))
        else:
            machine.comes(*step)
    clock.forward(seconds=6)
    machine.works()
    clock.forward(hours=1)
    store = machine.desk.store
    replies: dict[str, list[Any]] = {}
    for row in all_rows(store, tables.Outbox):
        replies.setdefault(row.answered_sid, []).append(row)
    entries = {row.interaction_id: row for row in all_rows(store, tables.QueueEntry)}
    texts = [row for row in all_rows(store, tables.Interaction) if int(row.sid[1:]) > first]
    assert len(texts) == sum(isinstance(step, tuple) for step in steps)
    assert all(row.settled_at is not None for row in all_rows(store, tables.AskedText))
    for row in texts:
        assert len(replies.get(row.sid, [])) <= 1
        assert (row.state == "waiting") == (row.id in entries), row.text
        if row.state == "waiting":
            offered = entries[row.id].not_before
            assert offered is None or offered <= clock()
        else:
            settled = any(one.rule in ("answer", "opt-out", "thanks", "menu") for one in replies.get(row.sid, []))
            told = row.text in ("STOP", "START", "thanks") or row.follows_id is not None
            assert settled or told, f"{row.text} was neither answered nor left to anybody"
    assert timeline_differences(machine) == []


def test_our_own_line_is_told_where_the_rest_is(machine: Machine) -> None:
    machine.knows("K-8", "Long", "First things first. " + "And then some more of it all. " * 20)
    machine.finds("long matter", ("K-8", 0.99), sure=True)
    words = machine.says("long matter")
    assert f"More: call {LINE}, ask for K-8." in words
    assert words.startswith("Automatic reply: First things first.")
