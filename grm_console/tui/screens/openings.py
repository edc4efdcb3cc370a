"""What opens over the desk and closes back to it: finding, contacts, entering, ready texts, corrections, board."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.message import Message
from textual.widgets import Input, TextArea

from grm_console.desk.exchange_views import CorrectableCase, CorrectableExchange, NewEntry, ParkedLine
from grm_console.desk.spoken import channel_word
from grm_console.desk.views import CallerCard, Candidate, CaseForm
from grm_console.domain.permissions import Act
from grm_console.domain.words import InteractionState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import (
    AsideCame,
    CardCame,
    CorrectableCame,
    HelpCalled,
    LookedUp,
    NoticesCame,
    ParkedCame,
    SettledAside,
    TimelineCame,
)
from grm_console.tui.screens.canned import CannedScreen
from grm_console.tui.screens.correction import CorrectionScreen
from grm_console.tui.screens.exchange import ExchangeScreen
from grm_console.tui.screens.find import FindScreen
from grm_console.tui.screens.log import LogScreen
from grm_console.tui.screens.notices import NoticesScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.texting import WRITTEN
from grm_console.tui.words import when

if TYPE_CHECKING:
    from grm_console.desk.find_views import Found


class OpeningScreen(ExchangeScreen):
    """Screens over the desk are told how to ask the Seat; what they bring back is shown here."""

    looked_up: Candidate | None = None
    """A contact the operator found by hand; their history is shown until another exchange begins."""
    aside = AsideCame(parked=0, unread=0)
    """What waits beside the exchange: parked ones and unread notices."""
    letter = CaseForm()
    """The case of a half-typed letter of the morning's post."""

    @property
    def edited(self) -> bool:
        """Whether a form that was left half-typed keeps words; those of the case form are kept in the store."""
        return self.letter != CaseForm() or any(self._words.values())

    def may_open(self, action: str) -> bool | None:
        """Whether one of this class's commands makes sense now; None if it is not one of them."""
        held, card = self.held, self.card
        match action:
            case "look_up":
                return self.seat.may(Act.FIND_CONTACT)
            case "post":
                return self.seat.may(Act.TAKE_INTERACTION)
            case "canned_text":
                return held is not None
            case "contact":
                return self.contact_id is not None
            case "log":
                return self.seat.may(Act.TAKE_INTERACTION) and not self._on_a_call()
            case "park":
                return held is not None and not self._on_a_call()
            case "resume":
                return held is None and self.aside.parked > 0
            case "parked":
                return self.aside.parked > 0
            case "correct":
                return self.contact_id is not None and self.timeline.view.current is not None
            case "call_help":
                return self.seat.may(Act.TAKE_INTERACTION) and not self.seat.may(Act.LEAD_AGENTS)
            case "notices":
                return card is None or self.aside.unread > 0
            case "board":
                return self.seat.may(Act.SEE_BOARD)
            case "administration":
                return self.seat.may(Act.MANAGE_CATALOGUE)
            case "articles":
                return self.seat.may(Act.SEARCH_ANSWERS)
        return None

    def _on_a_call(self) -> bool:
        held = self.held
        return held is not None and held.on_a_line and held.state is InteractionState.TALKING

    def back_to_desk(self, _result: object = None) -> None:
        """A screen was closed: read again what it may have changed."""
        if self.contact_id is not None:
            contact_id = self.contact_id
            self.ask("older", lambda: TimelineCame(contact_id, self.seat.timeline(contact_id), fresh=True))
        if self.held is not None:
            interaction_id = self.held.interaction_id
            self.ask("card", lambda: CardCame(self.seat.card(interaction_id)))

    # -- people

    def action_look_up(self) -> None:
        """Find somebody or something, and show whose history it is in."""
        self.app.push_screen(FindScreen(self.seat.finder, self.now), self._found)

    def _found(self, hit: "Found | None") -> None:
        if hit is None or hit.contact_id is None:
            return
        contact_id = hit.contact_id

        def open_contact() -> Message:
            self.seat.finder.open(contact_id)
            why = _("looked up")
            person = Candidate(contact_id, hit.contact_kind, hit.name, hit.other_name, False, why, hit.last_contact)
            return LookedUp(person, self.seat.timeline(contact_id))

        self.ask("look-up", open_contact)

    @on(LookedUp)
    def _looked_up(self, message: LookedUp) -> None:
        self.looked_up = message.person
        self.contact_id = message.person.contact_id
        self.timeline.name_contact(message.person.name)
        self.timeline.view.show(self.contact_id, message.page)
        self.go("timeline")
        self.commands_changed()

    def who_may_speak(self, card: CallerCard) -> CallerCard:
        """The card with the looked-up contact among those who may speak."""
        return card if self.looked_up is None else card.with_candidate(self.looked_up)

    def action_contact(self) -> None:
        """Open the contact whose history is shown."""
        from grm_console.tui.screens.contact import ContactScreen  # rare, and large

        if self.contact_id is not None:
            seat = self.seat
            screen = ContactScreen(seat.book, self.contact_id, self.now, find=self._find_other, opened=seat.finder.open)
            self.app.push_screen(screen, self.back_to_desk)

    def _find_other(self, then: Callable[[int, str], None]) -> None:
        def found(hit: "Found | None") -> None:
            if hit is not None and hit.contact_id is not None:
                then(hit.contact_id, hit.name)

        self.app.push_screen(FindScreen(self.seat.finder, self.now), found)

    # -- entering

    def action_log(self) -> None:
        """Enter an exchange that did not ring here; the desk then works on it."""
        person = self.looked_up
        contact = (person.contact_id, person.name) if person is not None else None

        def store(entry: NewEntry, key: str) -> int:
            """Runs in a thread; what is held will be parked, with the words typed last."""
            self._save_now()
            return self.seat.entries.log(entry, key)

        self.app.push_screen(LogScreen(self.words("log"), self.now, contact, store, self._logged))

    def _save_now(self) -> None:
        """Runs in a thread: the words that wait for a pause in typing go to the store before the exchange changes."""
        card = self.held
        if card is not None and self.unsaved:
            self._saved(card, self.form)

    def _logged(self, interaction_id: int) -> None:
        self.act("log", lambda: CardCame(self.seat.card(interaction_id)))

    def action_post(self) -> None:
        """Enter a pile of letters."""
        from grm_console.tui.screens.post import PostScreen

        def keep(form: CaseForm) -> None:
            self.letter = form

        services, words = tuple(self.services.values()), self.words("post")
        screen = PostScreen(self.seat.entries, services, self.seat.promise, self.now, words, self.letter, keep)
        self.app.push_screen(screen, self.back_to_desk)

    def action_park(self) -> None:
        """Put the exchange aside."""
        card = self.held
        if card is None:
            return

        def park() -> Message:
            self._save_now()
            self.seat.parking.park(card.interaction_id)
            return SettledAside(card.interaction_id)

        self.act("park", park)

    @on(SettledAside)
    def _set_aside(self, message: SettledAside) -> None:
        if self._is_held(message.interaction_id):
            self.desk_is_free()

    def action_resume(self) -> None:
        """Take up what is parked: the only one, or one of a list."""
        self.ask("parked", lambda: ParkedCame(self.seat.parking.parked(), take=True))

    def action_parked(self) -> None:
        """List what is parked."""
        self.ask("parked", lambda: ParkedCame(self.seat.parking.parked(), take=False))

    @on(ParkedCame)
    def _parked_came(self, message: ParkedCame) -> None:
        if message.take and len(message.lines) == 1:
            self._resume(str(message.lines[0].interaction_id))
        elif message.lines:
            choices = tuple(self._parked_choice(line) for line in message.lines)
            self.app.push_screen(PickScreen(_("Parked: take up which?"), choices), self._resume)

    def _parked_choice(self, line: ParkedLine) -> Choice:
        since = when(line.parked_at, self.now())
        label = f"{channel_word(line.channel)} · {printable(line.who, limit=40)}"
        return Choice(str(line.interaction_id), label, f"{since} · {printable(line.summary, limit=60)}")

    def _resume(self, picked: str | None) -> None:
        if picked is None:
            return
        interaction_id = int(picked)

        def resume() -> Message:
            self._save_now()
            self.seat.parking.resume(interaction_id)
            return CardCame(self.seat.card(interaction_id))

        self.act("resume", resume)

    def action_correct(self) -> None:
        """Open what the timeline's cursor is on for putting right."""
        row = self.timeline.view.current
        if row is not None:
            self.ask("correct", lambda: CorrectableCame(self.seat.correctable(row.entry_id)))

    @on(CorrectableCame)
    def _correctable_came(self, message: CorrectableCame) -> None:
        subject, fix = message.subject, self.seat.corrections
        store: Callable[[dict[str, str], str], Any]
        if isinstance(subject, CorrectableExchange):
            key, store = (
                f"exchange {subject.interaction_id}",
                partial(fix.correct_exchange, subject.interaction_id, subject.version),
            )
        else:
            assert isinstance(subject, CorrectableCase)
            key, store = f"case {subject.case_id}", partial(fix.correct_case, subject.case_id, subject.version)
        words = self.words(f"{key} v{subject.version}")
        self.app.push_screen(CorrectionScreen(subject, self.now(), words, store, self.back_to_desk))

    # -- ready texts

    def action_canned_text(self) -> None:
        """Put a ready text where the cursor is, else into the notes."""
        target, held = self.focused, self.held
        if held is None:
            return
        interaction_id, number = held.interaction_id, self.case.case_number
        fields = self.case.query("FormField > LineField, FormField > WordsField")
        composer = self.texts.composer

        def put(text: str) -> None:
            in_form = target is not None and target in fields
            if target is composer or (held.channel in WRITTEN and not in_form and not composer.read_only):
                self.texts.put(text)
                self.set_focus(composer)
            elif isinstance(target, TextArea) and target in fields:
                target.insert(text)
            elif isinstance(target, Input) and target in fields:
                target.insert_text_at_cursor(printable(text))
            else:
                self.go("case")
                self.case.add_note(text)

        def fill(text_id: int) -> str:
            return self.seat.canned_texts.fill(text_id, interaction_id, number)

        language = self.form.language or held.language
        screen = CannedScreen(self.seat.canned_texts, fill, language, self.words("canned"), put)
        self.app.push_screen(screen)

    # -- the shift

    def action_call_help(self) -> None:
        """Call the supervisor to the exchange that is held, or to the desk."""
        held = self.held
        interaction_id = held.interaction_id if held is not None else None

        def call() -> Message:
            self.seat.shift.call_help(interaction_id)
            return HelpCalled()

        self.act("help", call)

    @on(HelpCalled)
    def _help_called(self) -> None:
        self.notify(_("The supervisor is called and sees this exchange."), markup=False)

    def action_notices(self) -> None:
        """Read what the supervisor has posted."""
        self.ask("notices", lambda: NoticesCame(self.seat.shift.notices()))

    @on(NoticesCame)
    def _notices_came(self, message: NoticesCame) -> None:
        def seen(notices: tuple[int, ...]) -> None:
            for notice_id in notices:
                self.seat.shift.seen(notice_id)

        self.app.push_screen(NoticesScreen(message.notices, self.now(), seen))

    def action_board(self) -> None:
        """Open the supervisor's board."""
        from grm_console.tui.screens.board import BoardScreen

        screen = BoardScreen(self.seat.board, self.seat.shift, self.now, calls=self.seat.calls)
        self.app.push_screen(screen, self.back_to_desk)

    def action_administration(self) -> None:
        """Open the administrator's lists."""
        from grm_console.tui.screens.administration import AdministrationScreen

        self.app.push_screen(AdministrationScreen(self.seat.administration, self.now), self.back_to_desk)

    def action_articles(self) -> None:
        """Open the list of all standard answers."""
        from grm_console.tui.screens.knowledge import KnowledgeScreen

        screen = KnowledgeScreen(self.seat.editorial, self.now, self._keeper.words, self.seat.proposals)
        self.app.push_screen(screen, self.back_to_desk)

    @on(AsideCame)
    def _aside_came(self, message: AsideCame) -> None:
        if message.lost and message.lost != self.aside.lost:
            self.notify(message.lost, severity="warning", timeout=30, markup=False)
        self.aside = message
        self.show_aside()
        self.commands_changed()

    def show_aside(self) -> None:
        """The desk shows what waits beside the exchange in its strip."""

    def desk_is_free(self) -> None:
        """The desk empties itself."""
