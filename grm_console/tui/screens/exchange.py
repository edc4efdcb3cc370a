"""What an operator does with the exchange on the desk: take it, settle who speaks, hang up, wrap up."""

from collections.abc import Callable
from functools import partial

from textual import on
from textual.message import Message

from grm_console.desk.views import CallerCard, CaseForm
from grm_console.domain.words import InteractionState
from grm_console.i18n import _
from grm_console.tui.arrivals import CardCame, DispositionsCame, WrappedUp
from grm_console.tui.screens.answers import AnswersScreen
from grm_console.tui.screens.who_speaks import Spoken, WhoSpeaksScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.screens.wrap_up import WrapUpScreen


class ExchangeScreen(AnswersScreen):
    """The commands on one exchange; what the desk shows next is the desk's to say."""

    def action_answer(self) -> None:
        """Take what rings."""
        card = self.card
        if card is None or card.entry_id is None:
            return
        entry_id, shown = card.entry_id, card.interaction_id

        def take() -> CardCame:
            taken = self.seat.answer_next(entry_id)
            same = taken.interaction_id == shown
            return CardCame(taken, "" if same else _("A colleague was first: this is the next one who waits."))

        self.act("answer", take)

    def action_who_speaks(self) -> None:
        """Settle who speaks."""
        held = self.held
        if held is not None:
            asked = WhoSpeaksScreen(self.who_may_speak(held), self.now())
            self.app.push_screen(asked, partial(self._settled, held.interaction_id))

    def who_may_speak(self, card: CallerCard) -> CallerCard:
        """The card with everybody who may be speaking."""
        return card

    def _settled(self, interaction_id: int, spoken: Spoken | None) -> None:
        if spoken is None or not self._is_held(interaction_id):
            return
        seat = self.seat
        match spoken.kind:
            case "confirmed":
                self._card_act("speaker", lambda: seat.confirm_speaker(interaction_id, spoken.contact_id, spoken.how))
            case "someone-else":
                self._card_act("speaker", lambda: seat.someone_else(interaction_id))
            case "anonymous":
                self._card_act("speaker", lambda: seat.anonymous(interaction_id))
            case "new":
                self._card_act("speaker", lambda: seat.create_contact(interaction_id, spoken.name))
            case "concerned":
                self._card_act("speaker", lambda: seat.set_concerned(interaction_id, spoken.name))

    def _card_act(self, name: str, work: Callable[[], CallerCard]) -> None:
        self.act(name, lambda: CardCame(work()))

    def action_new_contact(self) -> None:
        """Make the unknown caller a contact."""
        held = self.held
        if held is not None:
            self._card_act("speaker", lambda: self.seat.create_contact(held.interaction_id))

    def action_release(self) -> None:
        """Put the exchange back into the queue."""
        held = self.held
        if held is not None:
            self.act("close", lambda: self._gave_back(held.interaction_id))

    def _gave_back(self, interaction_id: int) -> Message:
        """Runs in a thread."""
        self.seat.release(interaction_id)
        return WrappedUp(interaction_id)

    def action_end(self) -> None:
        """Hang up."""
        held = self.held
        if held is not None:
            self._card_act("end", lambda: self.seat.end(held.interaction_id))

    def on_the_line(self, card: CallerCard) -> bool:
        """Whether there is a telephone call to hang up."""
        return card.on_a_line

    def action_wrap_up(self) -> None:
        """Ask how it ended; the codes are fetched first."""
        held = self.held
        if held is not None:
            interaction_id = held.interaction_id
            self.ask(
                "dispositions",
                lambda: DispositionsCame(interaction_id, self.seat.dispositions(interaction_id)),
            )

    @on(DispositionsCame)
    def _dispositions_came(self, message: DispositionsCame) -> None:
        held = self.held
        if held is not None and held.interaction_id == message.interaction_id and self.is_current:
            screen = WrapUpScreen(held, message.choices, self.form, self.case_opened)
            self.app.push_screen(screen, partial(self._wrap_up, held))

    def _wrap_up(self, card: CallerCard, disposition: str | None) -> None:
        if disposition is not None:
            form, unsaved = self.form, self.unsaved
            self.act("close", lambda: self._wrapped_up(card, disposition, form, unsaved))

    def _wrapped_up(self, card: CallerCard, disposition: str, form: CaseForm, unsaved: bool) -> Message:
        """Runs in a thread: save what was typed, hang up if needed, close."""
        if unsaved:
            self.seat.save_draft(card.interaction_id, form)
        if self.on_the_line(card) and self.seat.card(card.interaction_id).state is InteractionState.TALKING:
            self.seat.end(card.interaction_id)
        self.seat.wrap_up(card.interaction_id, disposition, form.note)
        self._keeper.forget(card)
        return WrappedUp(card.interaction_id)

    def action_open_case(self) -> None:
        """Open a case from the form, once the keys pressed before this one have reached it."""
        (self.focused or self).call_later(self.open_case)

    def action_whole_text(self) -> None:
        """Show all words of a text."""
        if self.card is not None:
            self.app.push_screen(WholeTextScreen(self.card.address, self.card.text))
