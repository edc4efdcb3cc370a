"""A caller's way: what is heard next, decided from the store alone, and what keys change in it."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import CALL, CALLER, all_rows, call, call_status, found_town, interaction_of, put, put_in, staff, take_in
from conftest import FixedClock
from sqlalchemy import insert, update

from grm_console.desk import caller_steps
from grm_console.desk.actor import Actor
from grm_console.desk.caller_keys import take_key
from grm_console.desk.desk import Desk
from grm_console.desk.phrases import phrase
from grm_console.desk.way_points import CallerStep, WayPoint
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel, EndReason
from grm_console.store import caller_steps as rows
from grm_console.store import queue, tables
from grm_console.store.tables.columns import table_of

PROVIDER = "twilio"
NUMBERS = [f"+1202555{number:04}" for number in range(1000, 1100)]


@pytest.fixture
def town(desk: Desk) -> int:
    """The key of the town's queue."""
    return found_town(desk.store).queue


def change_queue(desk: Desk, queue_id: int, **values: Any) -> None:
    table = table_of(tables.Queue)
    with desk.store.writing() as write:
        write.connection.execute(update(table).where(table.c.id == queue_id).values(values))


def keep_hours(desk: Desk, queue_id: int, *spans: tuple[int, int, int]) -> None:
    """Let the queue follow a calendar of its own with these spans: weekday, opens, closes."""
    key = put(desk.store, tables.Calendar(code="office", name="Office", time_zone="America/New_York"))
    with desk.store.writing() as write:
        for weekday, opens, closes in spans:
            row = {"calendar_id": key, "weekday": weekday, "opens": opens, "closes": closes}
            write.connection.execute(insert(table_of(tables.CalendarSpan)).values(row))
    change_queue(desk, queue_id, calendar_id=key)


def say_instead(desk: Desk, name: str, words: str, language: str = "en", queue_code: str = "") -> None:
    put(desk.store, tables.SpokenText(name=name, language=language, queue=queue_code, words=words))


def keys(sid: str, question: str, pressed: str, turn: int = 0) -> InboundEvent:
    return replace(
        CALL,
        sid=sid,
        kind=EventKind.CALL_KEY,
        discriminator=f"{question}:{pressed}:{turn}",
        state=question,
        text=pressed,
        sequence=turn,
    )


def press(desk: Desk, actor: Actor, event: InboundEvent) -> bool:
    """What a key changes, apart from its being kept."""
    with desk.store.writing() as write:
        return take_key(desk, write, actor, event)


def ended(sid: str, step: EndReason) -> InboundEvent:
    return replace(CALL, sid=sid, kind=EventKind.CALL_STEP, discriminator=step.value, state=step.value)


def first(desk: Desk, sid: str = "CA1") -> CallerStep:
    return caller_steps.first_step(desk, PROVIDER, sid)


def wait(desk: Desk, turn: int, waited: int | None = None, sid: str = "CA1") -> CallerStep:
    return caller_steps.wait_step(desk, PROVIDER, sid, turn, waited)


def words(step: CallerStep) -> list[str]:
    return [sentence.words for sentence in step.sentences]


def set_call(desk: Desk, call_sid: str, **values: Any) -> None:
    table = table_of(tables.Interaction)
    with desk.store.writing() as write:
        write.connection.execute(update(table).where(table.c.sid == call_sid).values(values))


def talking(desk: Desk, sid: str = "CA1") -> None:
    """An operator holds the call."""
    set_call(desk, sid, state="talking", agent_id=staff(desk, "mei").account_id)


# Coming in


def test_a_call_is_welcomed_warned_and_waits(desk: Desk, web_actor: Actor, town: int) -> None:
    assert first(desk).at is WayPoint.UNKNOWN
    take_in(desk, web_actor, call())
    change_queue(desk, town, records=True)

    step = first(desk)

    assert (step.at, step.ends) == (WayPoint.QUEUE, None)
    assert words(step) == [phrase(name, "en") for name in ("greeting", "emergency-notice", "recording-notice")]


def test_words_of_the_store_win_and_those_of_the_queue_most(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())
    say_instead(desk, "greeting", "Welcome to Lotus City.")
    say_instead(desk, "emergency-notice", "Dial {911} {key}.")
    say_instead(desk, "greeting", "Town hall.", queue_code="town")

    assert words(first(desk)) == ["Town hall.", "Dial {911} {key}."]


def test_several_languages_are_offered_each_in_its_own_words(desk: Desk, web_actor: Actor, town: int) -> None:
    change_queue(desk, town, languages="zh|en|eo")
    take_in(desk, web_actor, call())

    step = first(desk)
    assert step.at is WayPoint.LANGUAGE
    # No language is offered in the words of another one.
    assert [sentence.language for sentence in step.sentences] == ["zh", "zh", "en"]
    assert words(step)[1:] == ["中文服务请按1。", "For English, press 2."]

    assert not press(desk, web_actor, keys("CA1", "language", "2"))
    chosen = caller_steps.language_step(desk, PROVIDER, "CA1")
    assert (chosen.at, {sentence.language for sentence in chosen.sentences}) == (WayPoint.QUEUE, {"en"})
    press(desk, web_actor, keys("CA1", "language", "9"))
    assert caller_steps.language_step(desk, PROVIDER, "CA1") == chosen


def test_a_language_without_words_of_its_own_is_spoken_to_in_english(desk: Desk, web_actor: Actor, town: int) -> None:
    change_queue(desk, town, languages="eo")
    say_instead(desk, "hold", "Bonvolu atendi.", "eo")
    take_in(desk, web_actor, call())

    assert {sentence.language for sentence in first(desk).sentences} == {"en"}
    assert wait(desk, 2).sentences == (("Bonvolu atendi.", "eo"),)


def test_outside_the_hours_one_hears_when_and_may_choose(desk: Desk, web_actor: Actor, town: int) -> None:
    keep_hours(desk, town, (0, 540, 720), (1, 540, 720))  # it is Monday 04:02 there
    take_in(desk, web_actor, call(), call("CA2", "anonymous"))

    step = first(desk)
    assert (step.at, step.ends) == (WayPoint.CHOICE, EndReason.CLOSED)
    assert "We open again today at 09:00." in words(step)

    take_in(desk, web_actor, ended("CA1", EndReason.CLOSED))
    again = first(desk)
    assert (again.at, again.ends, words(again)) == (WayPoint.CHOICE, None, words(step))
    # Whoever withholds the number can only leave a message.
    assert first(desk, "CA2").at is WayPoint.VOICEMAIL


def test_beyond_the_capacity_one_is_sent_away_and_callers_alone_count(desk: Desk, web_actor: Actor, town: int) -> None:
    change_queue(desk, town, capacity=2)
    texts = [replace(CALL, sid=f"SM{n}", kind=EventKind.TEXT, channel=Channel.SMS, sender=NUMBERS[n]) for n in range(3)]
    take_in(desk, web_actor, *texts, *(call(f"CA{n}", NUMBERS[n]) for n in range(3)))

    assert [first(desk, f"CA{n}").ends for n in range(3)] == [None, None, EndReason.OVERFLOW]


@pytest.mark.parametrize(("kind", "at"), [("machine", "blocked"), ("fraud", "blocked"), ("person", "queue")])
def test_only_machines_and_fraud_are_kept_out(
    desk: Desk, web_actor: Actor, town: int, clock: FixedClock, kind: str, at: str
) -> None:
    take_in(desk, web_actor, call())
    (point,) = all_rows(desk.store, tables.ContactPoint)
    block = tables.BlockedNumber(
        contact_point_id=point.id,
        kind=kind,
        reason="x",
        since=clock(),
        until=clock() + timedelta(days=1),
        account_id=web_actor.account_id,
    )
    put(desk.store, block)

    step = first(desk)

    assert step.at == at
    assert (step.ends is EndReason.BLOCKED) == (at == "blocked")


# Waiting


def test_the_place_that_is_told_is_the_serving_order(desk: Desk, town: int, clock: FixedClock) -> None:
    chance = random.Random(11)
    with desk.store.writing() as write:
        for number in range(60):
            moment = clock() - timedelta(seconds=chance.randrange(4))
            interaction = put_in(
                write.connection,
                tables.Interaction(
                    provider=PROVIDER,
                    sid=f"S{number}",
                    channel=chance.choice(("voice", "sms")),
                    direction="inbound",
                    state="waiting",
                    happened_at=moment,
                    entered_at=moment,
                    queue_id=town,
                ),
            )
            entry = tables.QueueEntry(
                interaction_id=interaction,
                queue_id=town,
                state="waiting",
                harm=chance.randrange(4),
                waiting_since=moment,
                queued_as_of=moment,
                # A callback whose time has not come is before nobody.
                not_before=clock() + timedelta(hours=1) if number % 7 == 0 else None,
            )
            put_in(write.connection, entry)
    with desk.store.reading() as connection:
        order = [row[1] for row in queue.waiting_items(connection, 1000)]
        due = {row.interaction_id for row in all_rows(desk.store, tables.QueueEntry) if row.not_before is None}
        order = [key for key in order if key in due]
        for number in (n for n in range(60) if n % 7):
            row = rows.caller(connection, PROVIDER, f"S{number}")
            assert row is not None
            place = rows.place(connection, row, clock())
            assert place is not None
            assert (place.before, place.waiting) == (order.index(row.interaction_id), len(order))


def test_one_hears_the_place_now_and_then_and_an_estimate_only_if_there_is_one(
    desk: Desk, web_actor: Actor, town: int, clock: FixedClock
) -> None:
    take_in(desk, web_actor, call("CA0", NUMBERS[0]))
    clock.forward(minutes=4)
    set_call(desk, "CA0", state="done", answered_at=clock())
    table = table_of(tables.QueueEntry)
    take_in(desk, web_actor, call("CA1", NUMBERS[1]), call("CA2", NUMBERS[2]))

    assert [words(wait(desk, turn, sid="CA2")) for turn in (0, 2)] == [[], [phrase("hold", "en")]]
    assert words(wait(desk, 1, sid="CA2")) == ["You are number 3 in the queue.", phrase("callback-offer", "en")]

    with desk.store.writing() as write:
        done = table.c.interaction_id == interaction_of(desk.store, "CA0")
        write.connection.execute(update(table).where(done).values(state="left", left_at=clock()))
    assert words(wait(desk, 1, sid="CA2"))[:2] == ["You are number 2 in the queue.", "The wait is about 4 min."]
    assert words(wait(desk, 1, sid="CA1"))[1] == "The wait is about 2 min."
    assert wait(desk, 1).keys


def test_something_is_told_twice_a_minute_however_short_the_music(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())

    told, turn = [], 0
    for waited in range(0, 130, 10):
        step = wait(desk, turn, waited)
        turn += not step.again
        told += [waited] if step.sentences else []
    assert told == [30, 60, 90, 120]
    # A key is listened for all the time, and the carrier's seconds may be one less than ours.
    assert wait(desk, 1, 10).keys
    assert wait(desk, 1, 29).sentences


def test_whoever_cannot_be_called_is_not_offered_it(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call(sender="anonymous"))

    step = wait(desk, 1)

    assert (words(step), step.keys) == (["You are number 1 in the queue."], False)


def test_after_the_longest_wait_one_leaves_for_the_voicemail(
    desk: Desk, web_actor: Actor, town: int, clock: FixedClock
) -> None:
    change_queue(desk, town, longest_wait_seconds=600)
    take_in(desk, web_actor, call())
    clock.forward(seconds=700)
    # The carrier counts this wait; a call that was handed back has waited longer in all.
    assert wait(desk, 9, 599).at is WayPoint.WAIT
    assert (wait(desk, 9, None).at, wait(desk, 9, 600).ends) == (WayPoint.LEAVE, EndReason.OVERFLOW)

    take_in(desk, web_actor, ended("CA1", EndReason.OVERFLOW))
    assert caller_steps.left_step(desk, PROVIDER, "CA1").at is WayPoint.CHOICE
    change_queue(desk, town, longest_wait_seconds=0)
    assert wait(desk, 9, 10**6).at is WayPoint.LEAVE


def test_whoever_is_being_answered_waits_on_whatever_they_press(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())
    talking(desk)

    assert (wait(desk, 40, 10**6).at, wait(desk, 1).keys) == (WayPoint.WAIT, False)
    for step in (
        first(desk),
        caller_steps.left_step(desk, PROVIDER, "CA1"),
        caller_steps.after_step(desk, PROVIDER, "CA1"),
        caller_steps.window_step(desk, PROVIDER, "CA1", 0, "1"),
        caller_steps.voicemail_step(desk, PROVIDER, "CA1", kept=True),
    ):
        assert (step.at, step.ends) == (WayPoint.QUEUE, None)
    assert not press(desk, web_actor, keys("CA1", "window", "1"))


def test_a_call_that_is_over_is_told_goodbye(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call(), call_status("CA1", "completed", 0))

    assert wait(desk, 1).at is WayPoint.END
    assert words(caller_steps.after_step(desk, PROVIDER, "CA1")) == [phrase("goodbye", "en")]


# Being called back


def test_a_window_takes_the_place_of_the_wait(desk: Desk, web_actor: Actor, town: int, clock: FixedClock) -> None:
    keep_hours(desk, town, *((day, 0, 1440) for day in range(7)))
    take_in(desk, web_actor, call())
    waiting_since = clock()
    clock.forward(minutes=2)
    assert caller_steps.left_step(desk, PROVIDER, "CA1").at is WayPoint.QUEUE
    take_in(desk, web_actor, keys("CA1", "wait", "1"))

    asked = caller_steps.left_step(desk, PROVIDER, "CA1")
    assert asked.at is WayPoint.WINDOW
    assert words(asked)[0].endswith("as soon as possible, press 1.")
    assert words(asked)[-1].endswith("tomorrow morning, press 3.")

    take_in(desk, web_actor, keys("CA1", "window", "3"))
    done = caller_steps.window_step(desk, PROVIDER, "CA1", 0, "3")
    assert (done.at, words(done)) == (WayPoint.END, [phrase("callback-made", "en")])
    (callback,) = all_rows(desk.store, tables.Callback)
    begins = callback.window_from.astimezone(clock().tzinfo)
    assert (begins.day, callback.reason) == (24, "asked")
    entries = {row.interaction_id: row for row in all_rows(desk.store, tables.QueueEntry)}
    old = entries[interaction_of(desk.store, "CA1")]
    assert (old.state, old.left_reason) == ("left", "callback")
    assert entries[callback.interaction_id].waiting_since == waiting_since


def test_one_who_is_to_be_called_back_already_is_not_called_twice(desk: Desk, web_actor: Actor, town: int) -> None:
    for sid in ("CA1", "CA2"):
        take_in(desk, web_actor, call(sid), keys(sid, "window", "1"))
        assert caller_steps.window_step(desk, PROVIDER, sid, 0, "1").at is WayPoint.END

    assert len(all_rows(desk.store, tables.Callback)) == 1


def test_no_key_and_a_wrong_key_ask_again_and_then_wait_on(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())

    for pressed in ("", "9"):
        assert not press(desk, web_actor, keys("CA1", "window", pressed))
        tried = [caller_steps.window_step(desk, PROVIDER, "CA1", turn, pressed).at for turn in range(3)]
        assert tried == [WayPoint.WINDOW, WayPoint.WINDOW, WayPoint.QUEUE]


def test_whoever_is_not_to_be_called_may_leave_a_message_and_is_promised_nothing(
    desk: Desk, web_actor: Actor, town: int
) -> None:
    take_in(desk, web_actor, call(sender="anonymous"), ended("CA1", EndReason.CLOSED))

    for step in (
        caller_steps.choice_step(desk, PROVIDER, "CA1", "1"),
        caller_steps.window_step(desk, PROVIDER, "CA1", 0, "1"),
    ):
        assert step.at is WayPoint.VOICEMAIL
    assert not press(desk, web_actor, keys("CA1", "window", "1"))
    assert all_rows(desk.store, tables.Callback) == []


def test_a_closed_line_calls_back_whoever_asks(desk: Desk, web_actor: Actor, town: int) -> None:
    keep_hours(desk, town, (0, 540, 720))
    take_in(desk, web_actor, call(), ended("CA1", EndReason.CLOSED))
    assert caller_steps.choice_step(desk, PROVIDER, "CA1", "2").at is WayPoint.VOICEMAIL
    assert caller_steps.choice_step(desk, PROVIDER, "CA1", "1").at is WayPoint.WINDOW

    take_in(desk, web_actor, keys("CA1", "window", "1"))

    (callback,) = all_rows(desk.store, tables.Callback)
    assert callback.reason == "closed"
    row = next(row for row in all_rows(desk.store, tables.Interaction) if row.sid == "CA1")
    assert (row.state, row.end_reason) == ("done", "callback")


# Messages and silent questions


def test_a_message_ends_the_wait_once_it_is_left(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())
    assert caller_steps.voicemail_step(desk, PROVIDER, "CA1", kept=False).ends is None

    assert caller_steps.voicemail_step(desk, PROVIDER, "CA1", kept=True).ends is EndReason.VOICEMAIL
    take_in(desk, web_actor, ended("CA1", EndReason.VOICEMAIL))
    again = caller_steps.voicemail_step(desk, PROVIDER, "CA1", kept=True)
    assert (again.at, again.ends) == (WayPoint.END, None)


def test_silent_questions_lead_back_to_the_operator(desk: Desk, web_actor: Actor, town: int) -> None:
    def ask(turn: int, pressed: str | None, sid: str = "CA1") -> CallerStep:
        return caller_steps.silent_step(desk, PROVIDER, sid, turn, pressed)

    take_in(desk, web_actor, call())
    assert ask(0, None).at is WayPoint.QUEUE
    talking(desk)
    set_call(desk, "CA1", language="zh")

    heard = [ask(0, None), ask(0, "1"), ask(1, "2"), ask(2, "1")]
    assert words(CallerStep(WayPoint.QUESTION, tuple(s for step in heard for s in step.sentences))) == [
        phrase(name, "zh") for name in caller_steps.QUESTIONS
    ]
    for back in (ask(0, "2"), ask(0, ""), ask(3, "1"), ask(2, "")):
        assert (back.at, back.thread) == (WayPoint.CONFERENCE, "CA1")


def test_a_citizen_whom_we_rang_is_known_by_their_leg(desk: Desk, web_actor: Actor, town: int) -> None:
    take_in(desk, web_actor, call())
    key = interaction_of(desk.store, "CA1")
    set_call(desk, "CA1", sid="OUT1", direction="outbound", state="talking")
    leg = tables.CallLeg(
        interaction_id=key,
        number=0,
        role="caller",
        address=CALLER,
        sid="CA77",
        state="joined",
        asked_at=all_rows(desk.store, tables.Interaction)[0].happened_at,
        asked_by_id=web_actor.account_id,
    )
    put(desk.store, leg)

    step = caller_steps.silent_step(desk, PROVIDER, "CA77", 0, "2")

    assert (step.at, step.thread) == (WayPoint.CONFERENCE, "OUT1")
