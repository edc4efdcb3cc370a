"""Going to somebody from the desk: ringing or writing to the open contact, ringing whoever is owed a call."""

from functools import partial

from textual import on
from textual.message import Message

from grm_console.domain.addresses import AddressKind
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import CardCame, NumbersCame
from grm_console.tui.screens.openings import OpeningScreen
from grm_console.tui.screens.pick import Choice, PickScreen

RINGABLE = frozenset({AddressKind.PHONE})
WRITABLE = frozenset({AddressKind.PHONE, AddressKind.WHATSAPP})


class OutboundScreen(OpeningScreen):
    """The operator's own telephone rings first; what was at the desk is parked with every word."""

    def ask_number(self) -> None:
        """Ring the open contact; of several numbers one is chosen."""
        self._ask_points(texts=False)

    def ask_address(self) -> None:
        """Write to the open contact; of several numbers one is chosen."""
        self._ask_points(texts=True)

    def _ask_points(self, *, texts: bool) -> None:
        contact_id = self.contact_id
        if contact_id is not None:
            self.ask("numbers", lambda: NumbersCame(contact_id, self.seat.book.sheet(contact_id).points, texts))

    @on(NumbersCame)
    def _numbers_came(self, message: NumbersCame) -> None:
        kinds = WRITABLE if message.texts else RINGABLE
        points = [p for p in message.points if p.kind in kinds and p.until is None]
        choices = tuple(Choice(str(point.point_id), printable(point.address)) for point in points)
        if not choices:
            self.notify(_("This contact has no telephone number. ^D adds one."), severity="warning", markup=False)
            return
        go_to = partial(self._write_to if message.texts else self._dial, message.contact_id)
        if len(choices) == 1:
            go_to(choices[0].code)
        else:
            question = _("Write to which number?") if message.texts else _("Ring which number?")
            self.app.push_screen(PickScreen(question, choices, of_numbers=True), go_to)

    def _write_to(self, contact_id: int, point_id: str | None) -> None:
        if point_id is None:
            return

        def begin() -> Message:
            self._save_now()
            begun = self.seat.conversations.start(int(point_id), contact_id)
            return CardCame(self.seat.card(begun), begins=True)

        self.act("write to", begin)

    def _dial(self, contact_id: int, point_id: str | None) -> None:
        if point_id is None:
            return

        def dial() -> Message:
            self._save_now()
            return CardCame(self.seat.card(self.seat.calls.dial(int(point_id), contact_id)))

        self.act("dial", dial)

    def action_callbacks(self) -> None:
        """Open the lists of missed calls and callbacks."""
        from grm_console.tui.screens.callbacks import CallbacksScreen  # rare

        def call_back(point_id: int) -> None:
            """Runs in a thread."""
            self._save_now()
            self.seat.calls.dial(point_id, None)

        def take(interaction_id: int) -> None:
            """Runs in a thread."""
            entry_id = self.seat.card(interaction_id).entry_id
            if entry_id is not None:
                self.seat.answer(entry_id)

        may_call = self.seat.may(Act.TAKE_INTERACTION) and not self._on_a_call()
        screen = CallbacksScreen(self.seat.callbacks, self.now, call_back=call_back, take=take, may_call=may_call)
        self.app.push_screen(screen, self.back_to_desk)
