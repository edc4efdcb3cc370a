"""An operator's seat: the desk's use cases bound to one signed-in actor, one method for each act of a shift.

Screens hold a Seat and nothing else of the program. Every method may block on the store (call it from a thread
worker, never from the screen's loop) and may raise any GrmError; a StoreGone or StoreBusy may be tried again.
"""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from grm_console.desk import (
    agent_states,
    cards,
    case_work,
    claims,
    console_choices,
    drafts,
    histories,
    offer_ends,
    queue_work,
    sign_in,
    speakers,
)
from grm_console.desk.actor import Actor
from grm_console.desk.administration import Administration
from grm_console.desk.answer_stops import AnswerStops
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.blocked import Blocked
from grm_console.desk.board import Board
from grm_console.desk.callback_list import Callbacks
from grm_console.desk.canned_texts import CannedTexts
from grm_console.desk.claims import ClaimKeeper
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.conversations import Conversations
from grm_console.desk.corrections import Corrections
from grm_console.desk.desk import Desk
from grm_console.desk.editorial import Editorial
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import CorrectableCase, CorrectableExchange
from grm_console.desk.find import Finder
from grm_console.desk.live_calls import Calls
from grm_console.desk.parking import Parking
from grm_console.desk.proposals import Proposals
from grm_console.desk.recordings import Recordings
from grm_console.desk.seat_answers import SeatAnswers
from grm_console.desk.shift import Shift
from grm_console.desk.views import (
    AgentStatus,
    CallerCard,
    CaseForm,
    Change,
    ConsoleChoices,
    DispositionChoice,
    OpenedCase,
    Promise,
    QueueStatus,
    ServiceChoice,
    SignedIn,
    TimelineDetail,
    TimelinePage,
)
from grm_console.domain.permissions import Act, Role
from grm_console.domain.settled_searches import SearchTrails
from grm_console.domain.words import AgentState, EntryKind, InteractionState
from grm_console.errors import InvalidInput, NotFound, SignInRefused
from grm_console.i18n import _
from grm_console.store import accounts, timeline
from grm_console.store.changes import ChangeWatch


class SignIn:
    """The door to the seats of one desk; `demo_account` is set only in a store marked as a demo."""

    def __init__(self, desk: Desk, lock_after: timedelta = timedelta(0)) -> None:
        self._desk = desk
        self._lock_after = lock_after
        self._shelf = AnswerShelf(desk)
        with desk.store.reading() as connection:
            self.demo_account: str | None = accounts.mark(connection, "demo") or None

    def __call__(self, name: str, password: str) -> "Seat":
        """A seat for a name and password; raises SignInRefused."""
        seat = Seat(self._desk, sign_in.sign_in(self._desk, name, password), self._shelf)
        seat.lock_after = self._lock_after
        seat.sit_down()
        return seat

    def demo(self, name: str = "") -> "Seat":
        """A seat of the demo without a password, of its operator or of whom `name` says; an operator is available.

        Raises SignInRefused in any other store, NotFound for a name that nobody has.
        """
        if self.demo_account is None:
            raise SignInRefused(_("This store is not a demo. Sign in with your name and password."))
        actor = sign_in.actor_named(self._desk, name or self.demo_account)
        if actor.role == Role.SYSTEM:
            raise SignInRefused(_("Nobody sits down as the program itself. Name a person's account, e.g. sun.ying."))
        seat = Seat(self._desk, actor, self._shelf)
        seat.sit_down()
        if seat.may(Act.TAKE_INTERACTION) and seat.current() is None:
            seat.set_available()
        return seat


class Seat:
    """One operator at the desk."""

    lock_after: timedelta | None = None
    """Time without a key after which the seat locks, zero for never; None if nobody has a password to unlock it."""

    def __init__(self, desk: Desk, actor: Actor, shelf: AnswerShelf | None = None) -> None:
        self._desk = desk
        self._shelf = shelf or AnswerShelf(desk)
        # Followed from now on, not from the first wait: what comes before the first look must wake as well.
        self._watch = ChangeWatch(desk.store)
        self._waiting = threading.Lock()
        self._services: dict[str, ServiceChoice] = {}
        self._trails = SearchTrails()
        self.choices = console_choices.load(desk, actor)
        """How this operator likes the console."""
        self.language = desk.language
        """The desk's first language, which an operator's choice may replace."""
        self._sit(actor)

    def _sit(self, actor: Actor) -> None:
        """Bind everything to this actor."""
        desk = self._desk
        self._actor = actor
        self._claims = ClaimKeeper(desk, actor)
        self.me = SignedIn(
            actor.account_id,
            actor.name,
            actor.full_name,
            actor.role,
            actor.organisation,
            actor.device,
            actor.must_change_password,
        )
        self.finder = Finder(desk, actor)
        self.book = ContactBook(desk, actor)
        self.entries = Entries(desk, actor)
        self.parking = Parking(desk, actor)
        self.corrections = Corrections(desk, actor)
        self.canned_texts = CannedTexts(desk, actor)
        self.shift = Shift(desk, actor)
        self.calls = Calls(desk, actor)
        self.conversations = Conversations(desk, actor)
        self.callbacks = Callbacks(desk, actor)
        self.recordings = Recordings(desk, actor)
        self.editorial = Editorial(desk, actor)
        self.proposals = Proposals(desk, actor)
        self.blocked = Blocked(desk, actor)
        self.answers = SeatAnswers(desk, actor, self._shelf, self._trails)
        self.answer_stops = AnswerStops(desk, actor)

    def may(self, act: Act) -> bool:
        """Whether this operator's role may do this, so that a screen names only what it may."""
        return self._actor.may(act)

    @property
    def board(self) -> Board:
        """The supervisor's board; raises NotAllowed for other roles."""
        return Board(self._desk, self._actor)

    @property
    def administration(self) -> Administration:
        """The administrator's lists; raises NotAllowed for other roles."""
        return Administration(self._desk, self._actor)

    def choose(self, choices: ConsoleChoices) -> None:
        """Keep how this operator likes the console."""
        console_choices.save(self._desk, self._actor, choices)
        self.choices = choices

    def use_language(self, language: str) -> None:
        """Ask a service's questions in this language from now on (`en`, `zh`); does not touch the store."""
        self._desk = replace(self._desk, language=language)
        self._sit(self._actor)

    def change_password(self, old: str, new: str) -> None:
        """Give oneself another password; raises InvalidInput naming the rule, SignInRefused if `old` is wrong."""
        self._sit(sign_in.change_password(self._desk, self._actor, old, new))

    def unlock(self, password: str) -> None:
        """Open the locked desk again; raises SignInRefused."""
        sign_in.unlock(self._desk, self._actor, password)

    # Waking

    def wait_for_change(self, timeout: float) -> list[Change]:
        """Block until something was committed, at most `timeout` seconds; two threads wait one after the other."""
        with self._waiting:
            self._claims.keep()
            return [Change(topic, subject) for topic, subject in self._watch.wait(timeout)]

    def close(self) -> None:
        """Stop waiting for changes."""
        self._watch.close()

    # State

    def sit_down(self) -> None:
        """Come back to what was left unfinished, if anything was."""
        if self.may(Act.TAKE_INTERACTION):
            agent_states.sit_down(self._desk, self._actor)

    def agent_status(self) -> AgentStatus:
        """What the operator is doing."""
        return agent_states.status(self._desk, self._actor)

    def set_available(self) -> AgentStatus:
        """Ready for the next exchange."""
        return agent_states.choose(self._desk, self._actor, AgentState.AVAILABLE)

    def set_away(self, reason: str) -> AgentStatus:
        """Away with a reason."""
        status = agent_states.choose(self._desk, self._actor, AgentState.AWAY, reason)
        offer_ends.step_aside(self._desk, self._actor)
        return status

    def extend_wrap_up(self) -> AgentStatus:
        """Take the wrap-up's time once more."""
        return agent_states.extend(self._desk, self._actor)

    def sign_out(self) -> None:
        """End the shift at this seat."""
        agent_states.choose(self._desk, self._actor, AgentState.SIGNED_OUT)
        offer_ends.step_aside(self._desk, self._actor)

    def aside(self) -> tuple[int, int, str]:
        """How many exchanges this operator has parked, how many notices are unread, and why a claim was lost."""
        parked = len(self.parking.parked())
        unread = sum(notice.unread for notice in self.shift.notices())
        return parked, unread, claims.lost_sentence(self._desk, self._actor)

    # Queue

    def queue_status(self) -> QueueStatus:
        """What waits, and today's figures."""
        return queue_work.queue_status(self._desk, self._actor)

    def current(self) -> CallerCard | None:
        """What this operator talks in or wraps up; found again after a crash."""
        card = cards.held_card(self._desk, self._actor) if self.may(Act.OPEN_CONTACT) else None
        return None if card is None else self._kept(card)

    def ringing(self) -> CallerCard | None:
        """The next item, if the operator is available."""
        following = queue_work.next_for(self._desk, self._actor)
        return None if following is None else self.card(following)

    def answer(self, entry_id: int) -> CallerCard:
        """Take an item; raises AlreadyClaimed, or InvalidInput if it cannot be taken."""
        return self.card(queue_work.answer(self._desk, self._actor, entry_id))

    def answer_next(self, entry_id: int) -> CallerCard:
        """Take an item, or if a colleague was first the next of its kind; raises as `answer`."""
        return self.card(queue_work.answer(self._desk, self._actor, entry_id, or_next=True))

    def release(self, interaction_id: int) -> None:
        """Give an item back to its queue."""
        queue_work.release(self._desk, self._actor, interaction_id)

    def end(self, interaction_id: int) -> CallerCard:
        """Hang up or finish; the wrap-up begins."""
        queue_work.end(self._desk, self._actor, interaction_id)
        return self.card(interaction_id)

    def wrap_up(self, interaction_id: int, disposition: str, note: str) -> None:
        """Code and close the exchange."""
        searches = self._trails.settled(interaction_id)
        queue_work.wrap_up(self._desk, self._actor, interaction_id, disposition, note, searches)
        self._trails.end(interaction_id)

    def dispositions(self, interaction_id: int) -> tuple[DispositionChoice, ...]:
        """The wrap-up codes that fit."""
        return queue_work.dispositions(self._desk, self._actor, interaction_id)

    # Who speaks

    def card(self, interaction_id: int) -> CallerCard:
        """One exchange and who is on it."""
        return self._kept(cards.card(self._desk, self._actor, interaction_id))

    def _kept(self, card: CallerCard) -> CallerCard:
        if card.mine and card.state is not InteractionState.DONE:
            self._trails.hold(card.interaction_id)
        return card

    def confirm_speaker(self, interaction_id: int, contact_id: int, how: str) -> CallerCard:
        """This contact speaks; `how` says by what it was confirmed."""
        speakers.confirm(self._desk, self._actor, interaction_id, contact_id, how)
        return self.card(interaction_id)

    def someone_else(self, interaction_id: int) -> CallerCard:
        """None of the candidates."""
        speakers.someone_else(self._desk, self._actor, interaction_id)
        return self.card(interaction_id)

    def anonymous(self, interaction_id: int) -> CallerCard:
        """The caller gives no name."""
        speakers.anonymous(self._desk, self._actor, interaction_id)
        return self.card(interaction_id)

    def create_contact(self, interaction_id: int, name: str = "") -> CallerCard:
        """The unknown caller becomes a contact."""
        speakers.create(self._desk, self._actor, interaction_id, name)
        return self.card(interaction_id)

    def set_concerned(self, interaction_id: int, name: str) -> CallerCard:
        """Whom the matter concerns, by name."""
        speakers.set_concerned(self._desk, self._actor, interaction_id, name)
        return self.card(interaction_id)

    # History

    def timeline(
        self, contact_id: int, older: tuple[datetime, int] | None = None, limit: int = histories.PAGE
    ) -> TimelinePage:
        """A page of a contact's history."""
        return histories.page(self._desk, self._actor, contact_id, older, limit)

    def timeline_detail(self, entry_id: int) -> TimelineDetail:
        """One line of a history, whole."""
        return histories.detail(self._desk, self._actor, entry_id)

    def correctable(self, entry_id: int) -> CorrectableExchange | CorrectableCase:
        """What a line of a history stands for, to be put right; raises InvalidInput for what cannot be."""
        with self._desk.store.reading() as connection:
            entry = timeline.entry_row(connection, entry_id)
        if entry is None:
            raise NotFound(_("This line is no longer in the history. Open the contact again."))
        match EntryKind(entry.kind):
            case EntryKind.INTERACTION:
                return self.corrections.exchange(entry.source_id)
            case EntryKind.CASE:
                return self.corrections.case(entry.source_id)
        raise InvalidInput({"entry": _("Only exchanges and cases can be put right; choose one in the timeline.")})

    def exchange_of(self, entry_id: int) -> int:
        """The exchange a line of a history belongs to; raises InvalidInput for a line that belongs to none."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.reading() as connection:
            entry = timeline.entry_row(connection, entry_id)
        if entry is None or entry.interaction_id is None:
            raise InvalidInput({"entry": _("This line belongs to no exchange; choose a call in the timeline.")})
        return int(entry.interaction_id)

    # Case

    def services(self) -> tuple[ServiceChoice, ...]:
        """The catalogue."""
        found = case_work.services(self._desk, self._actor)
        self._services = {service.code: service for service in found}
        return found

    def missing(self, form: CaseForm) -> dict[str, str]:
        """What the form still lacks, by field; does not touch the store."""
        return case_work.missing(form, self._services.get(form.service))

    def promise(self, form: CaseForm) -> Promise | None:
        """What may be promised; None until a service is chosen."""
        return case_work.promise(self._desk, self._services.get(form.service))

    def draft(self, interaction_id: int) -> CaseForm | None:
        """What was typed for this exchange so far."""
        return drafts.load(self._desk, self._actor, interaction_id)

    def save_draft(self, interaction_id: int, form: CaseForm) -> datetime:
        """Keep what is typed."""
        return drafts.save(self._desk, self._actor, interaction_id, form)

    def open_case(self, interaction_id: int, form: CaseForm) -> OpenedCase:
        """Open the case; raises InvalidInput naming what is missing."""
        return case_work.open_case(self._desk, self._actor, interaction_id, form)
