"""What a contact asked for closes doors, and nothing else does."""

from dataclasses import dataclass

import pytest

from grm_console.domain.reach import doors_allowed, why_not
from grm_console.domain.words import Channel


@dataclass(frozen=True)
class Wishes:
    text_only: bool = False
    never_call: bool = False


EVERY = frozenset(Channel)
TEXTS = {Channel.SMS, Channel.WHATSAPP}


@pytest.mark.parametrize(
    ("wishes", "opted_out", "closed"),
    [
        (Wishes(), False, set()),
        (Wishes(text_only=True), False, {Channel.VOICE}),
        (Wishes(never_call=True), False, {Channel.VOICE}),
        (Wishes(), True, TEXTS),
        (Wishes(text_only=True, never_call=True), True, {Channel.VOICE, *TEXTS}),
    ],
)
def test_what_is_closed_has_a_sentence_and_what_is_open_has_none(
    wishes: Wishes, opted_out: bool, closed: set[Channel]
) -> None:
    assert doors_allowed(wishes, opted_out) == EVERY - closed
    for channel in Channel:
        sentence = why_not(channel, wishes, opted_out)
        assert bool(sentence) == (channel in closed)
        assert not sentence or sentence.endswith(".")


def test_the_sentence_says_which_wish_it_is() -> None:
    assert "in writing only" in why_not(Channel.VOICE, Wishes(text_only=True, never_call=True), False)
    assert "never to be called" in why_not(Channel.VOICE, Wishes(never_call=True), False)
    assert "STOP" in why_not(Channel.SMS, Wishes(), True)
