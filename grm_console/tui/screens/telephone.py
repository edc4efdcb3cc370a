"""What an operator does with the telephone and their own state: ring, hold, bring in, hand over, be offered calls."""

from collections.abc import Callable
from functools import partial

from textual import on
from textual.message import Message

from grm_console.desk.call_views import CallLine, EmergencyChoice, TransferOffer
from grm_console.desk.views import CallerCard
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, Channel, InteractionState, LegRole, LegState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import CardCame, EmergencyBegun, RecordedIn, Seen, StateCame, TelephoneDone
from grm_console.tui.screens.call_menu import CallAct, CallMenuScreen, call_acts, droppable
from grm_console.tui.screens.emergency import EmergencyScreen
from grm_console.tui.screens.outbound import OutboundScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.third_party import Chosen, How, ThirdPartyScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.call_line import leg_alive, machine_words, own_leg, refusal_words, role_name

EVERYBODY = frozenset((LegRole.DEPARTMENT, LegRole.INTERPRETER, LegRole.EMERGENCY, LegRole.OPERATOR, LegRole.CALLER))
DEPARTMENTS = frozenset((LegRole.DEPARTMENT, LegRole.EMERGENCY))
INTERPRETERS = frozenset((LegRole.INTERPRETER,))
TAKERS = frozenset((LegRole.OPERATOR, LegRole.CALLER))


class TelephoneScreen(OutboundScreen):
    """Commands on the live call, each asked of the Seat in a thread; the next look tells what came of it."""

    seen: Seen | None = None
    """What the last look found."""
    _bell: bool
    """Whether the terminal's bell rings."""
    offered: TransferOffer | None = None
    """A call a colleague offers to this operator; its card is shown as ringing."""

    @property
    def agent_state(self) -> AgentState | None:
        """What this operator is doing; None before the first look."""
        return self.seen.agent.state if self.seen is not None else None

    @property
    def call(self) -> CallLine | None:
        """The telephones of the call this operator is in; None as long as there is none."""
        line, held = self.seen.line if self.seen is not None else None, self.held
        if line is None or held is None or held.state is not InteractionState.TALKING:
            return None
        return line if line.interaction_id == held.interaction_id else None

    def on_the_line(self, card: CallerCard) -> bool:
        """Whether there is a telephone call to hang up: one that waited in a queue, or one we rang."""
        return super().on_the_line(card) or (self.call is not None and self.call.interaction_id == card.interaction_id)

    def may_telephone(self, action: str) -> bool | None:
        """Whether one of this class's commands makes sense now; None if it is not one of them."""
        held, card, offer, state = self.held, self.card, self.offered, self.agent_state
        talking = held is not None and held.state is InteractionState.TALKING
        match action:
            case "answer":
                return card is not None and held is None and not (offer is not None and offer.accepted)
            case "decline":
                return offer is not None and held is None
            case "back":
                return offer is None or held is not None
            case "available":
                return held is None and offer is None and state in (None, AgentState.AWAY, AgentState.SIGNED_OUT)
            case "away":
                return held is None and state is AgentState.AVAILABLE
            case "extend":
                return state is AgentState.WRAP_UP
            case "recordings":
                in_timeline = self.current_panel == "timeline" and self.timeline.view.current is not None
                return self.seat.may(Act.HEAR_RECORDINGS) and (in_timeline or held is not None)
            case "whole_text":
                return card is not None and (bool(card.text) or (offer is not None and held is None))
            case "end":
                return held is not None and talking and self.on_the_line(held)
            case "release":
                return held is not None and talking and held.connected_at is None and held.entry_id is not None
            case "call_menu":
                return bool(self._call_acts())
            case "hold" | "mute" | "drop" | "silent" | "emergency":
                return any(act.code == action for act in self._call_acts())
            case "callbacks":
                return self.seat.may(Act.SEE_QUEUE)
        return None

    def _call_acts(self) -> tuple[CallAct, ...]:
        may_dial = self.contact_id is not None and not self._on_a_call() and self.seat.may(Act.TAKE_INTERACTION)
        held = self.held
        return call_acts(
            self.call,
            self.seat.me.full_name,
            held=held is not None,
            may_dial=may_dial,
            may_block=held is not None
            and held.channel is Channel.VOICE
            and not held.withheld
            and self.seat.may(Act.BLOCK_NUMBERS),
        )

    def _on_a_call(self) -> bool:
        return self.call is not None or super()._on_a_call()

    # -- own state

    def action_available(self) -> None:
        """Be offered calls and texts."""
        self.act("state", lambda: StateCame(self.seat.set_available()))

    def action_away(self) -> None:
        """Be offered nothing, for a reason."""
        reasons = (_("break"), _("lunch"), _("training"), _("meeting"), _("paperwork"), _("other"))

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self.act("state", lambda: StateCame(self.seat.set_away(reason)))

        choices = tuple(Choice(reason, reason) for reason in reasons)
        self.app.push_screen(PickScreen(_("Away for"), choices), chosen)

    def action_extend(self) -> None:
        """Take more time for the wrap-up."""
        self.act("state", lambda: StateCame(self.seat.extend_wrap_up()))

    # -- an offered call

    def action_answer(self) -> None:
        """Take what rings, or say yes to the offered call."""
        offer = self.offered
        if offer is None or self.held is not None:
            super().action_answer()
            return

        def accept() -> Message:
            return CardCame(self.seat.card(self.seat.calls.accept(offer.transfer_id)))

        self.act("answer", accept)

    def action_decline(self) -> None:
        """Say no to the offered call."""
        offer = self.offered
        if offer is not None:
            self._telephone("decline", partial(self.seat.calls.decline, offer.transfer_id))

    def action_whole_text(self) -> None:
        """Show all words of a text; of an offered call all that was typed."""
        offer, brief = self.offered, self.seen.brief if self.seen is not None else None
        if offer is None or self.held is not None:
            super().action_whole_text()
            return
        parts = [(_("Note"), offer.note)]
        if brief is not None:
            parts += [
                (_("Summary"), brief.summary),
                (_("Details"), brief.details),
                (_("Place"), brief.place),
                (_("Notes"), brief.note),
            ]
        words = "\n".join(f"{label}: {text}" for label, text in parts if text.strip())
        title = _("From {name}").format(name=printable(offer.from_name))
        self.app.push_screen(WholeTextScreen(title, words or _("Nothing was typed yet.")))

    # -- the live call

    def action_call_menu(self) -> None:
        """Show what the telephone can do now."""
        self.app.push_screen(CallMenuScreen(self._call_acts()), self._picked)

    def _picked(self, code: str | None) -> None:
        acts: dict[str, Callable[[], None]] = {
            "hold": self.action_hold,
            "mute": self.action_mute,
            "silent": self.action_silent,
            "emergency": self.action_emergency,
            "consult": partial(self._find_party, _("Consult"), EVERYBODY, How.CONSULT),
            "add": partial(self._find_party, _("Add a department"), DEPARTMENTS, How.ADD),
            "interpreter": partial(self._find_party, _("Interpreter"), INTERPRETERS, How.ADD),
            "transfer": partial(self._find_party, _("Transfer"), TAKERS, How.OFFER),
            "together": partial(self._on_call, "together", lambda at: self.seat.calls.together(at)),
            "leave_call": self._leave_call,
            "stay": partial(self._on_call, "stay", lambda at: self.seat.calls.stay(at)),
            "person": self._person_there,
            "complete": partial(self._on_call, "complete", lambda at: self.seat.calls.complete(at)),
            "cancel_offer": partial(self._on_call, "cancel offer", lambda at: self.seat.calls.cancel(at)),
            "drop": self.action_drop,
            "dial": self.ask_number,
            "write": self.ask_address,
            "block": self._ask_block,
        }
        if code is not None:
            acts[code]()

    def _telephone(self, name: str, work: Callable[[], object], said: str = "") -> None:
        def run() -> Message:
            work()
            return TelephoneDone(said)

        self.act(name, run)

    def _on_call(self, name: str, work: Callable[[int], object], said: str = "") -> None:
        """Something with the live call, whose words go to the store first: another seat may go on with it."""
        call = self.call
        if call is None:
            return

        def run() -> None:
            self._save_now()
            work(call.interaction_id)

        self._telephone(name, run, said)

    @on(TelephoneDone)
    def _telephone_done(self, message: TelephoneDone) -> None:
        if message.said:
            self.notify(message.said, markup=False)

    def action_hold(self) -> None:
        """Put the citizen on hold, or take them back."""
        call = self.call
        if call is not None:
            on_hold = not call.held
            self._on_call("hold", lambda at: self.seat.calls.hold(at, on_hold))

    def action_mute(self) -> None:
        """Not be heard, or be heard again."""
        own = own_leg(self.call, self.seat.me.full_name) if self.call is not None else None
        if own is not None:
            muted = not own.muted
            self._on_call("mute", lambda at: self.seat.calls.mute(at, muted))

    def action_silent(self) -> None:
        """Ask the caller to answer by keys."""
        said = _("The caller hears the question now. What they answer by keys stands under the card.")
        self._on_call("silent", lambda at: self.seat.calls.ask_silently(at), said)

    def _ask_block(self) -> None:
        """Keep the number that called out for a time."""
        from grm_console.tui.screens.block_form import BlockFormScreen  # rare

        held = self.held
        if held is None:
            return

        def kept_out(block_id: int) -> None:
            self.notify(_("The number is on the blocklist now."), markup=False)

        form = BlockFormScreen(
            self.seat.blocked.add,
            self.now().astimezone().date(),
            self._words.setdefault(f"block {held.interaction_id}", {}),
            kept_out,
            persons=self.seat.may(Act.LEAD_CALLS),
            number=held.address,
        )
        self.app.push_screen(form)

    def _leave_call(self) -> None:
        """Leave the citizen with a department, at once or as soon as a person is there."""
        call = self.call
        if call is None:
            return

        def run() -> Message:
            self._save_now()
            at_once = self.seat.calls.leave(call.interaction_id)
            return TelephoneDone("" if at_once else _("You leave as soon as it is sure that a person is there."))

        self.act("leave", run)

    def _person_there(self) -> None:
        """The carrier took somebody for a machine, and the operator hears a person."""
        call = self.call
        machines = [leg.number for leg in call.legs if leg.machine and leg.state is LegState.JOINED] if call else []
        if machines:
            self._on_call("person", lambda at: self.seat.calls.person_there(at, machines[-1]))

    def announce_call(self, before: CallLine | None) -> None:
        """Tell with a bell what happened in the call since `before` and wants an answer at once."""
        call = self.call
        if call is None or before is None or before.interaction_id != call.interaction_id:
            return
        news = []
        if call.refusal is not None and call.refusal != before.refusal:
            news.append(refusal_words(call))
        if machine_words(call) not in ("", machine_words(before)):
            news.append(machine_words(call))
        elif before.leaving is not None and call.leaving is None and not leg_alive(call, before.leaving):
            news.append(_("Nobody answered there; the citizen is still with you"))
        for words in news:
            self.notify(f"{words}.", severity="warning", timeout=10, markup=False)
        if news and self._bell:
            self.app.bell()

    def action_drop(self) -> None:
        """Let go whom one brought in: a machine first, and the only one at once."""
        call = self.call
        if call is None:
            return
        legs = droppable(call, self.seat.me.full_name)
        legs = tuple(leg for leg in legs if leg.machine) or legs
        if len(legs) == 1:
            self._drop(str(legs[0].number))
        elif legs:
            choices = tuple(Choice(str(leg.number), role_name(leg)) for leg in legs)
            self.app.push_screen(PickScreen(_("Drop whom?"), choices), self._drop)

    def _drop(self, number: str | None) -> None:
        if number is not None:
            self._on_call("drop", lambda at: self.seat.calls.drop(at, int(number)))

    # -- bringing somebody in, handing over

    def _find_party(self, title: str, roles: frozenset[LegRole], usual: How) -> None:
        calls, note = self.seat.calls, self.case.form().summary
        self.app.push_screen(ThirdPartyScreen(title, calls.directory, roles, usual, self._party_chosen, note))

    def _party_chosen(self, chosen: Chosen) -> None:
        calls, party = self.seat.calls, chosen.party
        if self.call is None:
            return
        interaction_id = self.call.interaction_id
        name = printable(party.name, limit=60)
        match chosen.how:
            case How.CONSULT | How.ADD:
                consult = chosen.how is How.CONSULT
                self._on_call("add", lambda at: calls.add(at, party, consult=consult))
            case How.OFFER:
                said = _("{name} sees the call now. The citizen waits until they say yes.").format(name=name)
                self._on_call("offer", lambda at: calls.offer(at, party, chosen.note), said)
            case How.HAND_OVER if party.role is LegRole.DEPARTMENT:

                def hand_over() -> Message:
                    self._save_now()
                    calls.add(interaction_id, party, consult=False)
                    calls.leave(interaction_id)
                    return TelephoneDone(_("You leave as soon as a person answers at {name}.").format(name=name))

                self.act("hand over", hand_over)
            case How.HAND_OVER:
                said = _("The caller waits for {name} now; the place is kept.").format(name=name)
                self._on_call("hand over", lambda at: calls.to_queue(at, party.key, chosen.note), said)

    # -- emergency

    def action_emergency(self) -> None:
        """Show the right number for the place, and bring the service in."""
        held = self.held
        if held is None:
            return
        then = partial(self._emergency, held.interaction_id)
        place, choices = self.case.form().place, self.seat.calls.emergency_choices
        self.app.push_screen(EmergencyScreen(place, choices, then, on_call=self.call is not None))

    def _emergency(self, interaction_id: int, choice: EmergencyChoice, place: str) -> None:
        def begin() -> Message:
            begun = self.seat.calls.emergency(interaction_id, choice.area, place)
            return EmergencyBegun(begun.number, begun.can_dial, begun.script)

        self.act("emergency", begin)

    @on(EmergencyBegun)
    def _emergency_begun(self, message: EmergencyBegun) -> None:
        number = printable(message.number, limit=40)
        if message.rung:
            told = _("{number} is being rung into the call. The supervisor is called; time and place are noted.")
            self.notify(told.format(number=number), severity="warning", timeout=15, markup=False)
        else:
            told = _("Tell them to dial {number}").format(number=number)
            noted = _("The supervisor is called; time and place are noted.")
            self.app.push_screen(WholeTextScreen(told, f"{message.script}\n\n{noted}"))

    # -- recordings

    def action_recordings(self) -> None:
        """Open what was recorded in the exchange under the timeline's cursor, else in the one at the desk."""
        row, held = self.timeline.view.current, self.held
        if self.current_panel == "timeline" and row is not None:
            self.ask("recorded", lambda: RecordedIn(self.seat.exchange_of(row.entry_id)))
        elif held is not None:
            self._show_recordings(RecordedIn(held.interaction_id))

    @on(RecordedIn)
    def _show_recordings(self, message: RecordedIn) -> None:
        from grm_console.tui.screens.recordings import RecordingsScreen  # rare

        self.app.push_screen(RecordingsScreen(self.seat.recordings, message.interaction_id, self.now))
