"""Stopping machines from answering texts, and letting them again, from the desk."""

from textual import on

from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import MachinesChanged, StopChoicesCame
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.texting import TextingScreen


class MachineAnswersScreen(TextingScreen):
    """The command that stops machines: for the contact at the desk, a topic it was told of, or altogether."""

    def may_text(self, action: str) -> bool | None:
        """Whether one of this class's commands makes sense now; None if it is not one of them."""
        if action == "machines":
            if self.held is not None:
                return self.seat.may(Act.STOP_ANSWERS)
            return self.seat.may(Act.STOP_ALL_ANSWERS)
        return super().may_text(action)

    def action_machines(self) -> None:
        """Ask what machines are to be stopped from, or let do again."""
        stops, held = self.seat.answer_stops, self.held
        exchange = held.interaction_id if held is not None else None
        self.ask("machines", lambda: StopChoicesCame(stops.choices(exchange)))

    @on(StopChoicesCame)
    def _stop_choices_came(self, message: StopChoicesCame) -> None:
        choices = message.choices
        if not choices:
            self.notify(_("Machines answer nobody here: the number is withheld."), markup=False)
            return
        lines = tuple(Choice(str(at), printable(choice.words)) for at, choice in enumerate(choices))

        def picked(code: str | None) -> None:
            if code is not None:
                choice = choices[int(code)]
                stops = self.seat.answer_stops

                def toggle() -> MachinesChanged:
                    stops.toggle(choice)
                    return MachinesChanged(choice)

                self.act("machines", toggle)

        self.app.push_screen(PickScreen(_("Machines that answer texts"), lines), picked)

    @on(MachinesChanged)
    def _machines_changed(self, message: MachinesChanged) -> None:
        again = _("Machines answer again.") if message.choice.stopped else _("Machines are stopped.")
        self.notify(again, markup=False)
        self.read_texts()
