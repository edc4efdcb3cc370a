"""The telephone's menu: what is possible with the call just now, each with a letter."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.desk.call_views import CallLine, LegLine
from grm_console.domain.call_legs import CALLER
from grm_console.domain.words import LegRole, LegState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.call_line import others, own_leg, role_name


@dataclass(frozen=True, slots=True)
class CallAct:
    """Something that may be done with the telephone now."""

    letter: str
    code: str
    label: str
    remark: str = ""


def call_acts(
    line: CallLine | None, me: str, *, held: bool, may_dial: bool, may_block: bool = False
) -> tuple[CallAct, ...]:
    """What is possible, in the order of the menu.

    `line` is the call the operator `me` talks in, None for no call; `held` says whether an exchange is at the desk,
    `may_dial` whether there is a contact to ring or to write to, `may_block` whether the number that called may be
    kept out.
    """
    acts = _acts_in_call(line, me) if line is not None else []
    if may_dial:
        acts.append(CallAct("o", "dial", _("Ring the open contact…"), _("your telephone rings first")))
        acts.append(CallAct("w", "write", _("Write a text to the open contact…"), _("what you work on is parked")))
    if may_block:
        acts.append(CallAct("n", "block", _("Block this number…"), _("a machine, or a fraud")))
    if held:
        acts.append(CallAct("x", "emergency", _("Emergency"), "Alt+E"))
    return tuple(acts)


def droppable(line: CallLine, me: str) -> tuple[LegLine, ...]:
    """Who was brought into the call and may be let go; a colleague goes with the offer, a supervisor by themselves."""
    return tuple(leg for leg in others(line, me) if leg.role not in (LegRole.OPERATOR, LegRole.SUPERVISOR))


def _acts_in_call(line: CallLine, me: str) -> list[CallAct]:
    own, rest = own_leg(line, me), others(line, me)
    citizen = next((leg for leg in line.legs if leg.number == CALLER), None)
    here = citizen is not None and citizen.state is LegState.JOINED
    if own is None or own.state is not LegState.JOINED:
        return []
    joined = [leg for leg in rest if leg.state is LegState.JOINED]
    free = line.transfer is None
    acts: list[CallAct] = []
    if here:
        label = _("Resume: the citizen is on the line again") if line.held else _("Hold: the citizen hears music")
        acts.append(CallAct("h", "hold", label, "Alt+H"))
    acts.append(CallAct("m", "mute", _("Be heard again") if own.muted else _("Mute yourself"), "Alt+J"))
    if here and free:
        acts.append(CallAct("c", "consult", _("Consult…"), _("the citizen waits and does not hear it")))
        acts.append(CallAct("a", "add", _("Add department…"), _("everybody hears everybody")))
        acts.append(CallAct("i", "interpreter", _("Interpreter…")))
        acts.append(CallAct("t", "transfer", _("Transfer…"), _("to a colleague or a queue")))
    if line.transfer is not None:
        if line.transfer.accepted:
            acts.append(CallAct("y", "complete", _("Hand over now"), printable(line.transfer.to_name, limit=30)))
        acts.append(CallAct("b", "cancel_offer", _("Take the offer back"), printable(line.transfer.to_name, limit=30)))
    if joined and line.held:
        acts.append(CallAct("e", "together", _("Everybody together")))
    takers = [leg for leg in rest if leg.role in (LegRole.DEPARTMENT, LegRole.EMERGENCY) and not leg.machine]
    if line.leaving is not None:
        acts.append(CallAct("k", "stay", _("Stay in the call after all")))
    elif takers and here and free:
        there = any(leg.state is LegState.JOINED for leg in takers)
        label = _("Leave the others to it") if there else _("Leave when a person answers")
        acts.append(CallAct("l", "leave_call", label, _("you go on to the wrap-up")))
    if machines := [leg for leg in line.legs if leg.machine and leg.state is LegState.JOINED]:
        acts.append(CallAct("p", "person", _("It is a person after all"), role_name(machines[-1])))
    dropped = droppable(line, me)
    if len(dropped) == 1:
        acts.append(CallAct("d", "drop", _("Drop {name}").format(name=role_name(dropped[0])), "Alt+D"))
    elif dropped:
        acts.append(CallAct("d", "drop", _("Drop…"), _("{n} to choose from").format(n=len(dropped))))
    if here:
        acts.append(CallAct("s", "silent", _("Silent question"), _("answers by keys · Alt+S")))
    return acts


class CallMenuScreen(ModalScreen[str | None]):
    """Gives back the code of what was picked, or None after Esc."""

    CSS_PATH = "call_menu.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, acts: tuple[CallAct, ...]) -> None:
        super().__init__()
        self._acts = acts
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Call"))
            yield Static(id="acts", markup=False)
            yield Static(_("a letter picks   Enter takes ▌   Esc back"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._paint()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        if event.key in ("escape", "f11"):
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(self._acts[self._at].code)
        elif event.key in ("up", "down"):
            self._at = (self._at + (1 if event.key == "down" else -1)) % len(self._acts)
            self._paint()
        else:
            letter = (event.character or "").lower()
            picked = next((act for act in self._acts if act.letter == letter), None)
            if picked is not None:
                self.dismiss(picked.code)

    def _paint(self) -> None:
        lines = [
            Content.assemble(
                ("▌" if row == self._at else " ", "$accent"),
                (f"{act.letter.upper()} ", "bold $accent"),
                (act.label, "bold" if row == self._at else ""),
                (f"  {act.remark}" if act.remark else "", "$text-muted"),
            )
            for row, act in enumerate(self._acts)
        ]
        self.query_one("#acts", Static).update(Content("\n").join(lines))
