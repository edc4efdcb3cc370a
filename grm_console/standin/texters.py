"""People with whom the desk exchanges texts: they write, read what comes back, and react to it."""

from collections.abc import Mapping
from random import Random

from grm_console.standin.attachments import attach
from grm_console.standin.conversation import Reaction, language_of, machine_words, react
from grm_console.standin.message import Message
from grm_console.standin.reachability import Reach, bare
from grm_console.standin.texts import Texts
from grm_console.standin.webhooks import Webhooks

_MOST_TURNS = 8
"""Texts that a person writes back in one conversation."""
_MOST_TURNS_OF_MACHINES = 60


class Texters:
    """Everybody whom a text of the desk may reach."""

    def __init__(self, webhooks: Webhooks, reach: Mapping[str, Reach], *, talkative: float) -> None:
        """`talkative` is the share of the desk's texts to which people react at all."""
        self._webhooks = webhooks
        self._reach = reach
        self._talkative = talkative
        self._turns: dict[tuple[str, str], int] = {}

    def begins(self, theirs: str, ours: str) -> None:
        """Somebody writes of their own accord: the conversation begins anew."""
        self._turns[theirs, ours] = 0

    def reads(self, texts: Texts, message: Message, draw: Random) -> None:
        """A text of the desk has reached somebody; they may write back after a while."""
        pair = (message.recipient, message.sender)
        turns = self._turns.get(pair, 0)
        machine = self._reach.get(bare(message.recipient)) is Reach.MACHINE
        if texts.lives.ending or turns >= (_MOST_TURNS_OF_MACHINES if machine else _MOST_TURNS):
            return
        language = language_of(message.body)
        if machine:
            reaction: Reaction | None = Reaction(machine_words(language))
        else:
            reaction = react(message.body, language, draw) if draw.random() < self._talkative else None
        if reaction is not None:
            self._turns[pair] = turns + 1
            self._webhooks.begin(self._answers(texts, message, reaction, draw, 1.0 if machine else 4.0))

    async def _answers(self, texts: Texts, message: Message, reaction: Reaction, draw: Random, seconds: float) -> None:
        await texts.lives.pause(draw.uniform(1, 3) * seconds)
        if not texts.lives.ending:
            await texts.come_in(
                draw,
                message.recipient,
                message.sender,
                reaction.body,
                attachments=(attach(draw),) if reaction.photo else (),
                answers=message,
            )
