"""What the caller card says in each state of an exchange, and what it must not say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_seat import CHEN, HOLDERS, NOW, call, text

from grm_console.domain.words import Channel, EndReason, Identification, InteractionState
from grm_console.tui.widgets.caller_card import (
    happened_pieces,
    history_pieces,
    line_pieces,
    reason_pieces,
    small_pieces,
    state_piece,
    who_pieces,
    wish_pieces,
    words_pieces,
)


def said(pieces: list[tuple[str, str]]) -> str:
    return "".join(words for words, _style in pieces)


@pytest.mark.parametrize(
    ("card", "word", "seconds"),
    [
        (call(), "RINGING", 12),
        (text(), "NEW TEXT", 12),
        (call(mine=True, state=InteractionState.TALKING, answered_at=NOW - timedelta(seconds=4)), "YOUR TEL", 4),
        (
            call(
                mine=True,
                state=InteractionState.TALKING,
                answered_at=NOW - timedelta(seconds=9),
                connected_at=NOW - timedelta(seconds=7),
            ),
            "TALKING",
            7,
        ),
        (text(mine=True, state=InteractionState.TALKING, answered_at=NOW - timedelta(seconds=5)), "TEXT", 5),
        (call(mine=True, state=InteractionState.WRAP_UP, ended_at=NOW - timedelta(seconds=3)), "WRAP-UP", 3),
        (
            call(mine=True, state=InteractionState.WRAP_UP, ended_at=NOW, end_reason=EndReason.ABANDONED),
            "GAVE UP",
            0,
        ),
    ],
)
def test_state_has_a_word_and_its_own_time(card, word: str, seconds: int) -> None:
    shown_word, _style, shown_seconds = state_piece(card, NOW)
    assert shown_word.startswith(word)
    assert shown_seconds == seconds


def test_a_shared_number_shows_names_and_why_but_nothing_else() -> None:
    card = call(mine=True)
    who = said(who_pieces(card, NOW))
    assert "Chen Li 陈莉 · Chen Guo 陈国 · ▪ Lotus Bakery" in who or "Lotus Bakery" in who
    assert "who speaks: F3" in who
    assert "✓" not in who
    assert "number confirmed 3 Oct" in said(reason_pieces(card))


def test_many_holders_are_counted() -> None:
    crowd = tuple(replace(HOLDERS[0], contact_id=n, name=f"Person {n}") for n in range(7))
    assert "3 more" in said(who_pieces(call(candidates=crowd), NOW))


def test_an_identified_speaker_shows_certainty_wishes_and_open_cases() -> None:
    card = call(mine=True, identified=Identification.CONFIRMED, speaker=CHEN)
    assert "✓ confirmed · 2 others use this number" in said(who_pieces(card, NOW))
    assert "retired · prefers 中文 · call mornings" in said(wish_pieces(CHEN))
    history = said(history_pieces(CHEN, NOW))
    assert "14 contacts" in history
    assert "1 open case 26-000418-7 Water pressure at Water Supply, due tomorrow" in history
    assert reason_pieces(card) == []


def test_a_late_case_says_so_by_sign_and_word() -> None:
    late = replace(CHEN, open_cases=(replace(CHEN.open_cases[0], late=True, due_at=NOW - timedelta(days=1)),))
    pieces = history_pieces(late, NOW)
    assert "▲ late since yesterday" in said(pieces)
    assert pieces[-1][1] == "$error"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"candidates": ()}, "Unknown number"),
        ({"candidates": (), "withheld": True}, "Number withheld"),
        ({"identified": Identification.ANONYMOUS}, "Anonymous"),
        ({"identified": Identification.SOMEONE_ELSE}, "Someone else"),
        ({"candidates": (replace(HOLDERS[0], sure=True),)}, "✓ sure"),
    ],
)
def test_callers_without_a_confirmed_name(changes: dict[str, object], expected: str) -> None:
    who = said(who_pieces(call(**changes), NOW))
    assert expected in who
    if changes.get("withheld") or changes.get("identified") is Identification.ANONYMOUS:
        assert "+1" not in who


def test_the_way_and_the_words() -> None:
    card = call(answered_at=NOW, language="zh", attachments=2)
    assert said(line_pieces(card)) == "General line → Water & Streets · waited 0:12 · language zh · 2 attached"
    assert said(words_pieces(text(words="line one\nline two"))) == "“line one line two”"
    assert "Concerns Wu Fang" in said(words_pieces(call(concerned="Wu Fang")))
    assert "Not readable: no From" in said(words_pieces(call(channel=Channel.SMS, problem="no From")))


def test_hostile_names_are_cleaned() -> None:
    hostile = replace(HOLDERS[0], name="\x1b[2J[/]\u202eevil")
    who = said(who_pieces(call(candidates=(hostile,)), NOW))
    assert "\x1b" not in who
    assert "\u202e" not in who
    assert "[/]" in who


@pytest.mark.parametrize("address", ["No address", "12 Lotus Lane"])
def test_what_was_entered_shows_its_address_or_that_there_is_none(address: str) -> None:
    visit = call(channel=Channel.COUNTER, entry_id=None, candidates=(), address=address, mine=True)
    assert said(who_pieces(visit, NOW)) == f"{address}  F4 makes a contact"


def test_a_small_card_says_first_what_must_not_be_missed() -> None:
    late = replace(
        CHEN,
        flags=("Waited all week: tell her first what is done",),
        acts_for=("treasurer of Lotus Lane",),
        open_cases=(replace(CHEN.open_cases[0], late=True),),
    )
    line = said(small_pieces(call(speaker=late, concerned="Wu Fang"), NOW))
    order = ["▲ Waited all week", "treasurer of Lotus Lane", "Concerns Wu Fang", "▲ late since", "contacts"]
    assert [line.index(words) for words in order] == sorted(line.index(words) for words in order)
    written = text(words="no water")
    assert said(small_pieces(replace(written, speaker=late), NOW)).endswith(" · “no water”")
    assert said(small_pieces(call(), NOW)) == said(reason_pieces(call()))


def test_an_exchange_entered_later_says_when_it_was() -> None:
    visit = call(channel=Channel.COUNTER, entry_id=None, happened_at=NOW - timedelta(days=1), answered_at=NOW)
    assert said(happened_pieces(visit, NOW)).startswith("of yesterday")
    assert happened_pieces(replace(visit, happened_at=NOW), NOW) == []
