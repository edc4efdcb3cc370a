"""A Seat in memory with the real views: what tests of the console sit at."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fake_answers import FakeAnswers
from fake_calls import FakeCalls
from fake_conversations import FakeConversations

from grm_console.desk.views import (
    AgentStatus,
    CallerCard,
    Candidate,
    CaseForm,
    CaseLine,
    Change,
    ConsoleChoices,
    DispositionChoice,
    OpenedCase,
    Promise,
    Question,
    QueueItem,
    QueueStatus,
    ServiceChoice,
    SignedIn,
    Speaker,
    TimelineDetail,
    TimelinePage,
    TimelineRow,
)
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.words import (
    AgentState,
    Channel,
    ContactKind,
    Direction,
    EndReason,
    EntryKind,
    Harm,
    Identification,
    InteractionState,
)
from grm_console.errors import AlreadyClaimed, GrmError, InvalidInput, SignInRefused, StoreGone

NOW = datetime(2026, 11, 23, 9, 2, 12, tzinfo=UTC)

SERVICES = (
    ServiceChoice(
        1, "water-outage", "Water supply interruption", "停水", "No water or low pressure.", "Water Supply",
        ("District Office",), Harm.HARDSHIP, False,
        (
            Question("since", "Since when", "text", True, "For example: since Friday evening"),
            Question("whole_house", "Whole building", "yesno", False),
            Question("ill", "Somebody ill or an infant", "yesno", False, when=("whole_house", "yes")),
        ),
        1, 24, None,
    ),
    ServiceChoice(
        2, "bulky-waste", "Bulky waste collection", "大件垃圾", "Pick-up of furniture.", "City Cleaning",
        (), Harm.NONE, False, (), 24, None, 5,
    ),
    ServiceChoice(
        3, "street-light", "Street light broken", "路灯故障", "A lamp that does not burn.", "Street Works",
        (), Harm.NONE, False, (Question("pole", "Number on the pole", "text", False),), 24, None, 3,
    ),
)  # fmt: skip

CHEN = Speaker(
    7, ContactKind.CITIZEN, "Chen Li", "陈莉", "zh", ("retired",), ("prefers 中文", "call mornings"), (), 14,
    NOW - timedelta(days=3),
    (CaseLine(3, "26-000418-7", "Water pressure", "low on floor 6", "Water Supply", NOW + timedelta(days=1), False),),
    "",
)  # fmt: skip

HOLDERS = (
    Candidate(7, ContactKind.CITIZEN, "Chen Li", "陈莉", False, "number confirmed 3 Oct", NOW - timedelta(days=3)),
    Candidate(8, ContactKind.CITIZEN, "Chen Guo", "陈国", False, "stated in a call", NOW - timedelta(days=90)),
    Candidate(9, ContactKind.BUSINESS, "Lotus Bakery", "", False, "used this number until 2025", None),
)


def call(interaction_id: int = 41, **changes: object) -> CallerCard:
    """A call that rings, from a number shared by three contacts."""
    card = CallerCard(
        interaction_id=interaction_id, entry_id=interaction_id + 100, channel=Channel.VOICE,
        direction=Direction.INBOUND, state=InteractionState.WAITING, end_reason=None, queue="Water & Streets",
        line="General line", address="+1 202 555 0142", withheld=False, language="zh",
        happened_at=NOW - timedelta(seconds=12), waiting_since=NOW - timedelta(seconds=12), answered_at=None,
        connected_at=None, ended_at=None, text="", attachments=0, identified=None, speaker=None,
        candidates=HOLDERS, concerned="", mine=False,
    )  # fmt: skip
    return replace(card, **changes)  # type: ignore[arg-type]


def text(interaction_id: int = 51, words: str = "when is bulky waste collected?", **changes: object) -> CallerCard:
    """A text that waits, from an unknown number."""
    fields: dict[str, object] = {
        "channel": Channel.SMS, "state": InteractionState.WAITING, "text": words, "candidates": (), "language": "en",
        "address": "+1 202 555 0177",
    }  # fmt: skip
    return call(interaction_id, **{**fields, **changes})


def history(count: int = 14) -> tuple[TimelineRow, ...]:
    """Entries of one contact, newest first."""
    kinds = (
        (EntryKind.INTERACTION, Channel.VOICE, Direction.INBOUND, "Call · 6:12 · Li Wei", "Complaint", ""),
        (EntryKind.INTERACTION, Channel.SMS, Direction.INBOUND, "Text in", "还没有来水,什么时候修好?", ""),
        (EntryKind.REPLY, Channel.SMS, Direction.OUTBOUND, "Text out · automatic", "Answered K-031 v4", "delivered"),
        (EntryKind.CASE, None, None, "Case 26-000418-7", "Water pressure low · Water Supply", "open"),
        (EntryKind.INTERACTION, Channel.COUNTER, Direction.INBOUND, "Counter visit · Old Town", "Card renewed", ""),
    )
    return tuple(
        TimelineRow(1000 - n, NOW - timedelta(days=3, hours=7 * n), *kinds[n % len(kinds)]) for n in range(count)
    )


class FakeSeat:
    """One operator's seat; `arrive` and `taken` play the outside world, `done` lists what was asked of it."""

    def __init__(self, now: datetime = NOW, state: AgentState = AgentState.AVAILABLE) -> None:
        self.me = SignedIn(1, "liwei", "Li Wei", "operator", "Citizen Hotline", "+1 202 555 0101")
        self.now = now
        self.gone = False
        self.done: list[tuple[object, ...]] = []
        self.cards: dict[int, CallerCard] = {}
        self.drafts: dict[int, CaseForm] = {}
        self.speakers = {7: CHEN}
        self.rows = history()
        self.choices = ConsoleChoices(toured=True)
        self.lock_after: timedelta | None = None
        self.language = "en"
        self.refuses: GrmError | None = None
        """Raised by the next act."""
        self.answers = FakeAnswers(self)
        self.calls = FakeCalls(self)
        self.conversations = FakeConversations(self)
        self._agent = AgentStatus(state, "", now - timedelta(seconds=72))
        self._changes: list[Change] = []
        self._woken = threading.Condition()

    # -- the outside world

    def arrive(self, *cards: CallerCard) -> None:
        """Something rings or waits."""
        self.cards.update((card.interaction_id, card) for card in cards)
        self.change("queue")

    def taken(self, interaction_id: int) -> None:
        """Another seat claims it."""
        del self.cards[interaction_id]
        self.change("queue")

    def hang_up(self, interaction_id: int) -> None:
        """The caller ends the call."""
        self._set(interaction_id, state=InteractionState.WRAP_UP, ended_at=self.now, end_reason=EndReason.ANSWERED)

    def change(self, topic: str) -> None:
        """Wake the console."""
        with self._woken:
            self._changes.append(Change(topic, 0))
            self._woken.notify_all()

    def _set(self, interaction_id: int, **changes: object) -> CallerCard:
        card = replace(self.cards[interaction_id], **changes)  # type: ignore[arg-type]
        self.cards[interaction_id] = card
        self.change("interaction")
        return card

    def _act(self, *what: object) -> None:
        self._reach()
        self.done.append(what)
        if self.refuses is not None:
            error, self.refuses = self.refuses, None
            raise error

    def _reach(self) -> None:
        if self.gone:
            raise StoreGone("The store cannot be reached; it is tried again by itself.")

    # -- the Seat

    def wait_for_change(self, timeout: float) -> list[Change]:
        self._reach()
        with self._woken:
            if not self._changes:
                self._woken.wait(min(timeout, 0.02))
            changes, self._changes = self._changes, []
        self._reach()
        return changes

    def close(self) -> None:
        self.done.append(("close",))

    def may(self, act: Act) -> bool:
        return act in PERMISSIONS[Role.OPERATOR]

    def use_language(self, language: str) -> None:
        self.questions_in = language

    def choose(self, choices: ConsoleChoices) -> None:
        self.done.append(("choose", choices))
        self.choices = choices

    def unlock(self, password: str) -> None:
        self._act("unlock")
        if password != "right":
            raise SignInRefused("The password is wrong. Try again.")

    def aside(self) -> tuple[int, int, str]:
        return 0, 0, ""

    def agent_status(self) -> AgentStatus:
        self._reach()
        return self._agent

    def _state(self, state: AgentState, reason: str = "") -> AgentStatus:
        self._agent = AgentStatus(state, reason, self.now)
        self.change("agent")
        return self._agent

    def set_available(self) -> AgentStatus:
        self._act("available")
        return self._state(AgentState.AVAILABLE)

    def set_away(self, reason: str) -> AgentStatus:
        self._act("away", reason)
        return self._state(AgentState.AWAY, reason)

    def extend_wrap_up(self) -> AgentStatus:
        self._act("extend")
        return self._state(AgentState.WRAP_UP, "extended 1")

    def sign_out(self) -> None:
        self._act("sign_out")

    def _waiting(self) -> list[CallerCard]:
        return [card for card in self.cards.values() if not card.mine]

    def queue_status(self) -> QueueStatus:
        self._reach()
        waiting = self._waiting()
        items = tuple(
            QueueItem(
                card.entry_id or 0, card.interaction_id, card.channel, card.queue, Harm.NONE, card.waiting_since,
                card.language, card.text,
            )
            for card in waiting
        )  # fmt: skip
        longest = min((card.waiting_since for card in waiting), default=None)
        return QueueStatus(self.now, items, len(items), longest, 83, 98, 2, 0, 0)

    def current(self) -> CallerCard | None:
        self._reach()
        return next((card for card in self.cards.values() if card.mine), None)

    def ringing(self) -> CallerCard | None:
        self._reach()
        available = self._agent.state is AgentState.AVAILABLE
        return next(iter(self._waiting()), None) if available else None

    def answer(self, entry_id: int) -> CallerCard:
        self._act("answer", entry_id)
        for card in self._waiting():
            if card.entry_id == entry_id:
                self._state(AgentState.TALKING)
                joined = self.now if card.channel is Channel.VOICE else None
                return self._set(
                    card.interaction_id, mine=True, state=InteractionState.TALKING, answered_at=self.now,
                    connected_at=joined,
                )  # fmt: skip
        raise AlreadyClaimed("Another operator took it.")

    def answer_next(self, entry_id: int) -> CallerCard:
        return self.answer(entry_id)

    def release(self, interaction_id: int) -> None:
        self._act("release", interaction_id)
        self._set(interaction_id, mine=False, state=InteractionState.WAITING)
        self._state(AgentState.AWAY)

    def end(self, interaction_id: int) -> CallerCard:
        self._act("end", interaction_id)
        self._state(AgentState.WRAP_UP)
        return self._set(interaction_id, state=InteractionState.WRAP_UP, ended_at=self.now)

    def wrap_up(self, interaction_id: int, disposition: str, note: str) -> None:
        self._act("wrap_up", interaction_id, disposition, note)
        del self.cards[interaction_id]
        self._state(AgentState.AVAILABLE)

    def dispositions(self, interaction_id: int) -> tuple[DispositionChoice, ...]:
        self._reach()
        return (
            DispositionChoice("info", "Information given", "已答复", "handled"),
            DispositionChoice("case", "Case opened", "已立案", "handled"),
            DispositionChoice("callback", "Call back agreed", "约定回电", "handled"),
            DispositionChoice("wrong", "Wrong number", "打错", "handled"),
        )

    def card(self, interaction_id: int) -> CallerCard:
        self._reach()
        return self.cards[interaction_id]

    def confirm_speaker(self, interaction_id: int, contact_id: int, how: str) -> CallerCard:
        self._act("confirm_speaker", interaction_id, contact_id, how)
        return self._set(
            interaction_id, identified=Identification.CONFIRMED, speaker=self.speakers.get(contact_id, CHEN)
        )

    def someone_else(self, interaction_id: int) -> CallerCard:
        self._act("someone_else", interaction_id)
        return self._set(interaction_id, identified=Identification.SOMEONE_ELSE, speaker=None)

    def anonymous(self, interaction_id: int) -> CallerCard:
        self._act("anonymous", interaction_id)
        return self._set(interaction_id, identified=Identification.ANONYMOUS, speaker=None)

    def create_contact(self, interaction_id: int, name: str = "") -> CallerCard:
        self._act("create_contact", interaction_id, name)
        name = name or f"Caller {self.cards[interaction_id].address}"
        fresh = Speaker(20, ContactKind.CITIZEN, name, "", "en", (), (), (), 0, None, (), "")
        return self._set(interaction_id, identified=Identification.CREATED, speaker=fresh)

    def set_concerned(self, interaction_id: int, name: str) -> CallerCard:
        self._act("set_concerned", interaction_id, name)
        return self._set(interaction_id, concerned=name)

    def timeline(self, contact_id: int, older: tuple[datetime, int] | None = None, limit: int = 50) -> TimelinePage:
        self._reach()
        rows = self.rows if contact_id == 7 else ()
        rows = tuple(row for row in rows if older is None or (row.at, row.entry_id) < older)
        page = rows[:limit]
        further = (page[-1].at, page[-1].entry_id) if len(rows) > limit else None
        return TimelinePage(page, further, len(self.rows) if older is None and contact_id == 7 else None)

    def timeline_detail(self, entry_id: int) -> TimelineDetail:
        self._reach()
        row = next(row for row in self.rows if row.entry_id == entry_id)
        return TimelineDetail(entry_id, row.title, (("When", f"{row.at:%d %b %H:%M}"),), row.summary)

    def services(self) -> tuple[ServiceChoice, ...]:
        self._reach()
        return SERVICES

    def promise(self, form: CaseForm) -> Promise | None:
        self._reach()
        service = next((service for service in SERVICES if service.code == form.service), None)
        if service is None:
            return None
        return Promise(
            service.department, service.cooperating, self.now + timedelta(hours=1), self.now + timedelta(days=1)
        )

    def missing(self, form: CaseForm) -> dict[str, str]:
        problems = {}
        if not form.service:
            problems["service"] = "Choose a service."
        if not form.summary:
            problems["summary"] = "Say in one line what it is about."
        for service in SERVICES:
            for question in service.questions:
                if service.code == form.service and question.required and not dict(form.answers).get(question.code):
                    problems[f"answer:{question.code}"] = f"{question.label} is needed by this service."
        return problems

    def draft(self, interaction_id: int) -> CaseForm | None:
        self._reach()
        return self.drafts.get(interaction_id)

    def save_draft(self, interaction_id: int, form: CaseForm) -> datetime:
        self._act("save_draft", interaction_id, form)
        self.drafts[interaction_id] = form
        return self.now

    def open_case(self, interaction_id: int, form: CaseForm) -> OpenedCase:
        self._act("open_case", interaction_id, form)
        if problems := self.missing(form):
            raise InvalidInput(problems)
        promise = self.promise(form)
        assert promise is not None
        return OpenedCase(4, "26-000419-5", promise)


class FakeSignIn:
    """Lets `liwei` with the password `tea` sit down at one fake seat."""

    def __init__(self, seat: FakeSeat, demo_account: str | None = None) -> None:
        self.seat = seat
        self.demo_account = demo_account

    def __call__(self, name: str, password: str) -> FakeSeat:
        if (name, password) != ("liwei", "tea"):
            raise SignInRefused("Name or password is wrong. After 4 more tries you have to wait 1 minute.")
        return self.seat

    def demo(self, name: str = "") -> FakeSeat:
        return self.seat
