"""The foot of the case form: what may be promised, what the save key does and what it still waits for."""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock, local_moment
from grm_console.desk.views import OpenedCase, Promise
from grm_console.i18n import _
from grm_console.text import printable


class CaseFoot(Vertical):
    """Promise and save line; they stay in sight while the fields scroll."""

    DEFAULT_CSS = """
    CaseFoot {
        height: auto;
        & > #case-promise { height: auto; min-height: 2; }
        & > #case-save { height: auto; max-height: 4; }
    }
    """

    def __init__(self, *, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._promised = Static(markup=False, id="case-promise")
        self._save = Static(markup=False, id="case-save")
        self._told: dict[Static, Content] = {}
        self.show_promise(None)
        self.show_missing([])

    def compose(self) -> ComposeResult:
        """Promise, save line."""
        yield self._promised
        yield self._save

    def show_promise(self, promise: Promise | None) -> None:
        """Who works on it and until when; before a service is chosen, how to see that."""
        if promise is None:
            self._tell(
                self._promised, Content.styled(_("Choose a service to see what may be promised."), "$text-muted")
            )
            return
        lead = [Content.assemble(_("Lead "), (printable(promise.lead), "bold"))]
        if promise.cooperating:
            lead.append(Content.assemble(_("with "), (printable(", ".join(promise.cooperating)), "bold")))
        due = [Content.assemble(_("done by "), (self._moment(promise.done_by), "bold"))]
        if promise.first_reply_by is not None:
            due.insert(0, Content.assemble(_("First reply by "), (self._moment(promise.first_reply_by), "bold")))
        self._tell(self._promised, Content("\n").join([Content(" · ").join(lead), Content(" · ").join(due)]))

    def show_missing(self, labels: list[str]) -> None:
        """Name the fields that are missing or wrong beside the save key."""
        told = _("1 field missing: ") if len(labels) == 1 else _("{count} fields missing: ")
        self._tell(
            self._save,
            Content.assemble(
                ("Ctrl+S", "bold"),
                _(" open case"),
                ("\n" + told.format(count=len(labels)) + ", ".join(labels) if labels else "", "$warning"),
            ),
        )

    def show_opened(self, case: OpenedCase) -> None:
        """Name the case that was opened, with what was promised."""
        self.show_promise(case.promise)
        line = _("✓ Case {number} is open.").format(number=printable(case.number))
        if case.pin:
            line += " " + _("PIN to tell the citizen: {pin}").format(pin=case.pin)
        self._tell(self._save, Content.styled(line, "bold $success"))

    def _tell(self, line: Static, content: Content) -> None:
        """Change a line, but only if it changes: a new one costs a layout of the form at every key."""
        if (told := self._told.get(line)) is None or not told.is_same(content):
            self._told[line] = content
            line.update(content)

    def _moment(self, moment: datetime) -> str:
        now = self._clock()
        if moment.astimezone().date() == now.astimezone().date():
            return f"{moment.astimezone():%H:%M}"
        return local_moment(moment, now)
