"""The stand-in as a whole: calls and texts by chance, and the REST API the desk reaches it by."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from random import Random

from grm_console.standin import http
from grm_console.standin.attachments import attach
from grm_console.standin.faults import Faults
from grm_console.standin.message import Message
from grm_console.standin.phones import Habit, Phones
from grm_console.standin.reachability import Reach
from grm_console.standin.rest import RestApi
from grm_console.standin.script import Person, Script
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.texters import Texters
from grm_console.standin.texts import Texts
from grm_console.standin.webhooks import Tell, Webhooks

_NO_FAULTS = Faults()


class Exchange:
    """All that goes on between the citizens' telephones and the desk; the same seed draws the same people."""

    def __init__(
        self,
        webhooks: Webhooks,
        script: Script,
        tell: Tell,
        *,
        seed: str,
        token: str,
        patience: float,
        talk: float,
        pace: float,
        no_answer: float = 0.0,
        habits: Mapping[str, Habit] | None = None,
        presses: Mapping[str, tuple[str, ...]] | None = None,
        faults: Faults = _NO_FAULTS,
        reach: Mapping[str, Reach] | None = None,
        in_service: frozenset[str] = frozenset(),
        talkative: float = 0.0,
        whatsapp: float = 0.0,
        photos: float = 0.0,
    ) -> None:
        """`patience` and `talk` are about so many seconds; `no_answer` is the share of rings that operators miss.

        `habits` says who is reached at a number by telephone, `reach` what becomes of texts to it, `presses` which
        keys every citizen presses at a question. `in_service` are lines in a Messaging Service. Of the texts a share
        comes over `whatsapp` and a share with something attached (`photos`); `talkative` is the share of the desk's
        texts to which people react.
        """
        self._webhooks = webhooks
        self._script = script
        self._pace = pace
        citizens = [person.number for person in script.people]
        phones = Phones(citizens, script.departments, habits or {}, no_answer=no_answer, patience=patience, talk=talk)
        self.board = Switchboard(
            webhooks, script, phones, tell, seed=seed, pace=pace, presses=presses or {}, in_service=in_service
        )
        self._whatsapp = whatsapp
        self._photos = photos
        self._texters = Texters(webhooks, reach or {}, talkative=talkative)
        self.texts = Texts(self.board, reach or {}, faults, self._has_arrived)
        self._rest = RestApi(self.board, self.texts, token, faults)

    def lies_at(self, address: str) -> None:
        """The REST API is reached at this address; recordings are fetched from there."""
        self.board.recordings.address = address

    async def call(self, number: int, *, caller: Person | None = None, line: str = "") -> None:
        """The call with this number in the series, from ring to end; who calls which line is drawn unless given."""
        draw = self.board.draw("call", number)
        person = caller or self._script.caller(draw)
        await self.board.come_in(draw, person.number, person.language, line or draw.choice(self._script.lines))

    async def text(self, number: int, *, sender: str = "", line: str = "", body: str = "", attached: str = "") -> None:
        """The text with this number in the series; who writes what to which line is drawn unless given.

        `attached` is the kind of file that comes with it: a media type, `huge` or `lying`.
        """
        draw = self.board.draw("text", number)
        person = self._script.texter(draw)
        theirs, ours = sender or person.number, line or draw.choice(self._script.lines)
        words = body or self._script.text(person.language, draw)
        if not sender and draw.random() < self._whatsapp:
            theirs, ours = f"whatsapp:{theirs}", f"whatsapp:{ours}"
        with_file = attached or (not body and draw.random() < self._photos)
        files = (attach(draw, attached),) if with_file else ()
        self._texters.begins(theirs, ours)
        await self.texts.come_in(self.board.draw("text sid", number), theirs, ours, words, attachments=files)

    async def rest(self, request: http.Message) -> tuple[int, Mapping[str, str], bytes]:
        """One request of the desk's carrier to the REST API."""
        return await self._rest.answer(request)

    async def once(self) -> None:
        """One text and one call, at the same time."""
        await asyncio.gather(self.text(0), self.call(0))
        await self.close()

    async def traffic(self, calls_per_minute: float, texts_per_minute: float, seconds: float | None) -> None:
        """Calls and texts by chance for so many seconds, or until cancelled; then everybody hangs up."""
        series = [
            asyncio.ensure_future(self._series("calls", calls_per_minute, self.call)),
            asyncio.ensure_future(self._series("texts", texts_per_minute, self.text)),
        ]
        try:
            await asyncio.wait(series, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._webhooks.most_retries = 0
            self.board.end()
            for task in series:
                task.cancel()
            outcomes = await asyncio.gather(*series, return_exceptions=True)
            await self.close()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def close(self) -> None:
        """Cut what still lives, and wait until every report is through."""
        self.texts.lives.end()
        await self.board.close()
        await self._webhooks.settle()

    def _has_arrived(self, message: Message, draw: Random) -> None:
        self._texters.reads(self.texts, message, draw)

    async def _series(self, name: str, per_minute: float, happen: Callable[[int], Awaitable[None]]) -> None:
        """Let something happen by chance (a Poisson process); cancelled, it waits for what is under way."""
        draw = self.board.draw(name)
        under_way: set[asyncio.Future[None]] = set()
        number = 0
        try:
            while per_minute > 0:
                await asyncio.sleep(draw.expovariate(per_minute / 60) / self._pace)
                number += 1
                task = asyncio.ensure_future(happen(number))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.Event().wait()
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
