"""The steps of a caller's way: what came is kept, the desk decides, a document is answered.

Whatever fails, a caller hears a document and never an error; whoever waits already just waits on.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from grm_console.channels.twilio import documents, hold_music, spoken_documents
from grm_console.channels.twilio.account import REPORT_RETRIES
from grm_console.channels.twilio.answers import Answer, StoreInTime, twiml
from grm_console.channels.twilio.conference import join_document
from grm_console.channels.twilio.events import PROVIDER, key_event, step_event
from grm_console.channels.twilio.parameters import keys
from grm_console.channels.twilio.spoken_documents import Between
from grm_console.desk import caller_steps, overflow
from grm_console.desk.caller_words import Sentence
from grm_console.desk.desk import Desk
from grm_console.desk.phrases import phrase
from grm_console.desk.way_points import CallerStep, WayPoint
from grm_console.domain import words
from grm_console.domain.call_legs import CALLER, conference_name, leg_label
from grm_console.domain.caller_keys import CALL_BACK
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Direction, EndReason
from grm_console.errors import StoreError

_log = logging.getLogger(__name__)

WAIT_SECONDS = 29
"""The pause of a caller who waits without music; with the second for a key something is told twice a minute."""
TROUBLE_PAUSE = 3
TROUBLE_TRIES = 10
"""A call that cannot be stored is asked to try so often, about half a minute, before it is sent away."""

_FULL = "queue-full"
_NOT_QUEUED = frozenset({_FULL, "error", "system-error"})
_OVER = frozenset({"redirected", "redirected-from-bridged", "bridged", "bridging-in-process", "hangup"})
"""Ends of the carrier's own queue after which nothing is ours to say: the call is elsewhere, or over."""

_Step = Callable[["VoiceSteps", InboundEvent, int], Awaitable[Answer]]


class VoiceSteps:
    """Everything below `/twilio/voice` that answers with a document; `turn` is the number in our own address."""

    def __init__(self, desk: Desk, store: StoreInTime, base_url: str) -> None:
        """`base_url` is the public address of `/twilio/voice`."""
        self._desk = desk
        self._store = store
        self._base = base_url

    async def answer(self, step: _Step, event: InboundEvent, turn: int) -> Answer:
        """The document of a step; one for a request that nobody can read is kept and ends politely."""
        if event.kind is not EventKind.UNREADABLE:
            return await step(self, event, turn)
        try:
            await self._store.take_in(event)
        except StoreError:
            return self._trouble("", turn)
        return self._try_later()

    async def first(self, event: InboundEvent, turn: int) -> Answer:
        """A call comes in."""
        try:
            await self._store.take_in(event)
            step = await self._decide(event, lambda: caller_steps.first_step(self._desk, PROVIDER, event.sid))
        except StoreError:
            return self._trouble("", turn)
        return self._document(step)

    async def fallback(self, event: InboundEvent, turn: int) -> Answer:
        """The carrier could not follow us elsewhere: a call that comes in, whatever else fails."""
        try:
            return await self.first(event, turn)
        except Exception:
            _log.exception("The fallback of a call failed")
            return self._try_later()

    async def language(self, event: InboundEvent, turn: int) -> Answer:
        """The language was chosen, or not."""
        try:
            await self._take_key(event, "language", turn)
            step = await self._decide(event, lambda: caller_steps.language_step(self._desk, PROVIDER, event.sid))
        except StoreError:
            return self._queue()
        return self._document(step)

    async def wait(self, event: InboundEvent, turn: int) -> Answer:
        """What a waiting caller hears; asked again whenever it ends."""
        told = event.fields.get("QueueTime", [""])[0]
        waited = int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else None
        try:
            step = await self._decide(
                event, lambda: caller_steps.wait_step(self._desk, PROVIDER, event.sid, turn, waited)
            )
        except StoreError:
            return self._wait_on(turn)
        return self._document(step, turn)

    async def wait_key(self, event: InboundEvent, turn: int) -> Answer:
        """A waiting caller pressed a key: whoever asks to be called back leaves the waiting for it."""
        try:
            await self._take_key(event, "wait", turn)
        except StoreError:
            return self._wait_on(turn)
        if keys(event.fields) == CALL_BACK:
            return twiml(spoken_documents.leave())
        return twiml(spoken_documents.go_on(self._url("/wait", turn)))

    async def left(self, event: InboundEvent, turn: int) -> Answer:
        """The carrier's queue was left, or never entered."""
        result = event.fields.get("QueueResult", [""])[0]
        if result in _OVER:
            return twiml(documents.empty())
        try:
            if result == _FULL:
                await self._store.take_in(step_event(event, EndReason.OVERFLOW))
            if result in _NOT_QUEUED:
                return await self.voicemail(event, turn)
            step = await self._decide(event, lambda: caller_steps.left_step(self._desk, PROVIDER, event.sid))
        except StoreError:
            return self._queue()
        return self._document(step)

    async def after(self, event: InboundEvent, turn: int) -> Answer:
        """The caller's leg left the conference alive, or is sent back to wait."""
        try:
            step = await self._decide(event, lambda: caller_steps.after_step(self._desk, PROVIDER, event.sid))
        except StoreError:
            return self._queue()
        return self._document(step)

    async def choice(self, event: InboundEvent, turn: int) -> Answer:
        """Whoever cannot wait chose between a callback and a message."""
        pressed = keys(event.fields)
        try:
            await self._take_key(event, "choice", turn)
            step = await self._decide(event, lambda: caller_steps.choice_step(self._desk, PROVIDER, event.sid, pressed))
        except StoreError:
            return self._trouble("/choice", turn)
        return self._document(step)

    async def window(self, event: InboundEvent, turn: int) -> Answer:
        """The window of a callback was chosen, or is to be asked for."""
        pressed = keys(event.fields)
        try:
            await self._take_key(event, "window", turn)
            step = await self._decide(
                event, lambda: caller_steps.window_step(self._desk, PROVIDER, event.sid, turn, pressed)
            )
        except StoreError:
            return self._trouble("/window", turn)
        return self._document(step, turn)

    async def voicemail(self, event: InboundEvent, turn: int) -> Answer:
        """A message is asked for, or was left: only then the carrier names its recording."""
        length = event.fields.get("RecordingDuration", ["0"])[0]
        kept = bool(event.fields.get("RecordingUrl")) and length != "0"
        try:
            step = await self._decide(
                event, lambda: caller_steps.voicemail_step(self._desk, PROVIDER, event.sid, kept=kept)
            )
        except StoreError:
            step = CallerStep(WayPoint.END if kept else WayPoint.VOICEMAIL)
            name = "voicemail-kept" if kept else "voicemail"
            return self._document(CallerStep(step.at, (self._built_in(name),)))
        return self._document(step)

    async def silent(self, event: InboundEvent, turn: int) -> Answer:
        """The operator asks by keys."""
        return await self._silent(event, turn, None)

    async def silent_key(self, event: InboundEvent, turn: int) -> Answer:
        """The answer to the question `turn`, or none."""
        return await self._silent(event, turn, keys(event.fields))

    async def _silent(self, event: InboundEvent, turn: int, pressed: str | None) -> Answer:
        try:
            step = await self._decide(
                event, lambda: caller_steps.silent_step(self._desk, PROVIDER, event.sid, turn, pressed)
            )
            key = key_event(event, "silent", turn)
            if key is not None and step.thread:
                # A citizen whom we rang has a call of their own; its keys belong to ours.
                await self._store.take_in(replace(key, parent=step.thread if step.thread != event.sid else ""))
        except StoreError:
            return self._trouble("/silent", turn)
        asked = turn if pressed is None else turn + 1
        return self._document(step, asked)

    async def _take_key(self, event: InboundEvent, question: str, turn: int) -> None:
        """Keep what was pressed; only on a call that came to us it can change anything."""
        key = key_event(event, question, turn)
        if key is not None and event.direction is Direction.INBOUND:
            await self._store.take_in(key)

    async def _decide(self, event: InboundEvent, look: Callable[[], CallerStep]) -> CallerStep:
        """The desk's decision on a call that is in the store, with what ends its wait kept before it is heard."""
        step = await self._store.look(look)
        if step.at is WayPoint.UNKNOWN and event.direction is Direction.INBOUND:
            await self._store.take_in(event)
            step = await self._store.look(look)
        if step.overflows:
            await self._store.take_in(step_event(event, overflow.STEP))
        if step.ends is not None:
            await self._store.take_in(step_event(event, step.ends))
        return step

    def _document(self, step: CallerStep, turn: int = 0) -> Answer:
        said, url = step.sentences, self._url
        match step.at:
            case WayPoint.BLOCKED:
                document = spoken_documents.reject()
            case WayPoint.LANGUAGE:
                document = spoken_documents.ask(said, url("/language"), url("/language"))
            case WayPoint.QUEUE:
                return self._queue(said)
            case WayPoint.WAIT:
                return self._wait_on(turn if step.again else turn + 1, said, step.music, keys_work=step.keys)
            case WayPoint.LEAVE:
                document = spoken_documents.leave()
            case WayPoint.CHOICE:
                document = spoken_documents.ask(said, url("/choice"), url("/voicemail"))
            case WayPoint.WINDOW:
                again = url("/window", turn + 1)
                document = spoken_documents.ask(said, again, again)
            case WayPoint.VOICEMAIL:
                document = spoken_documents.take_message(said, url("/voicemail"), url("/recording") + REPORT_RETRIES)
            case WayPoint.QUESTION:
                answered = url("/silent-key", turn)
                document = spoken_documents.ask(said, answered, answered)
            case WayPoint.CONFERENCE:
                document = join_document(
                    conference_name(step.thread),
                    leg_label(step.thread, CALLER),
                    url("/conference") + REPORT_RETRIES,
                    url("/after"),
                    step.records,
                    recording_url=url("/recording") + REPORT_RETRIES,
                )
            case _:
                document = spoken_documents.polite_end(said)
        return twiml(document)

    def _queue(self, sentences: tuple[Sentence, ...] = ()) -> Answer:
        return twiml(spoken_documents.enqueue(sentences, self._url("/wait", 0), self._url("/left")))

    def _wait_on(
        self, turn: int, sentences: tuple[Sentence, ...] = (), music: str = "", *, keys_work: bool = False
    ) -> Answer:
        """The next document of a wait; while the store cannot be read only music is heard and the turn stays."""
        following, between = self._url("/wait", turn), self._between(music)
        if keys_work:
            key = self._url("/wait-key", turn)
            return twiml(spoken_documents.hold_for_key(sentences, between, key, following))
        return twiml(spoken_documents.hold(sentences, between, following))

    def _between(self, music: str) -> Between:
        """What fills the time until something is told again."""
        match music:
            case words.NO_MUSIC:
                return Between(WAIT_SECONDS)
            case "":
                return Between(hold_music.GAP, self._url(hold_music.PATH), hold_music.TIMES)
            case _:
                return Between(hold_music.GAP, music)

    def _trouble(self, step: str, turn: int) -> Answer:
        if turn >= TROUBLE_TRIES:
            return self._try_later()
        words = (self._built_in("trouble"),)
        return twiml(spoken_documents.hold(words, Between(TROUBLE_PAUSE), self._url(step, turn + 1)))

    def _try_later(self) -> Answer:
        return twiml(spoken_documents.polite_end((self._built_in("try-later"),)))

    def _built_in(self, name: str) -> Sentence:
        return Sentence(phrase(name, self._desk.language), self._desk.language)

    def _url(self, step: str, turn: int | None = None) -> str:
        return f"{self._base}{step}" if turn is None else f"{self._base}{step}?n={turn}"
