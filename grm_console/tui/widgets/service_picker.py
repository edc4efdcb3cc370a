"""Choosing a service: type a few letters of it, Enter takes the first that fits."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from grm_console.desk.spoken import named
from grm_console.desk.views import ServiceChoice
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.text_fields import LineField

LIST_LINES = 8
"""Services seen at once; the list scrolls."""


class ServiceList(RowView, can_focus=False):
    """The services that fit what was typed; it lies over the fields below, so that nothing moves."""

    DEFAULT_CSS = """
    ServiceList { overlay: screen; constrain: none inside; width: 1fr; background: $panel; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(sentence=_("No service is called so. Try another word."))
        self.services: tuple[ServiceChoice, ...] = ()

    def show(self, services: tuple[ServiceChoice, ...], cursor: int) -> None:
        """Show services with the cursor on one of them."""
        self.services = services
        self.styles.height = max(1, min(LIST_LINES, len(services)))
        self.rows_changed()
        self.set_reactive(ServiceList.cursor, cursor)
        self.call_after_refresh(self.show_cursor)

    @property
    def cursor_active(self) -> bool:
        """The box above moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many services are shown."""
        return len(self.services)

    @property
    def row_height(self) -> int:
        """One line each."""
        return 1

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Name in both languages, and the department."""
        service = self.services[index]
        name = clip(printable(" ".join(named(service.name, service.other_name)), limit=200).rstrip(), width)
        department = clip(printable(f" · {service.department}", limit=100), width - cell_len(name))
        return [(name, "title" if index == self.cursor else "text"), (department, "muted")]


class ServicePicker(Vertical):
    """The service's name as a field that filters the catalogue while it is typed in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("tab", "take", "Take", show=False),
        Binding("escape", "leave", "Back", show=False),
    ]
    DEFAULT_CSS = """
    ServicePicker { height: 1; }
    """

    @dataclass
    class Chosen(Message):
        """The operator chose a service, or emptied the field (then the code is empty)."""

        code: str

    def __init__(self) -> None:
        super().__init__()
        self.code = ""
        """The chosen service's code; empty for none."""
        self.box = LineField(placeholder=_("type a few letters of it"))
        """Where the name is typed."""
        self._list = ServiceList()
        self._services: tuple[ServiceChoice, ...] = ()

    def compose(self) -> ComposeResult:
        """The box, and the list that opens below it."""
        yield self.box
        yield self._list

    def set_services(self, services: tuple[ServiceChoice, ...]) -> None:
        """Offer these services; a name that is being typed stays."""
        settled, is_open = self.box.value == self._chosen_name(), self._list.display
        self._services = services
        if settled:
            self.load(self.code)
        if is_open:
            self._open("" if settled else self.box.value)

    def load(self, code: str) -> None:
        """Show a service as chosen, without telling anybody."""
        self.code = code
        with self.prevent(Input.Changed):
            self.box.value = self._chosen_name()
        if self.box.has_focus:
            self.box.action_select_all()
        self._close()

    def action_move(self, rows: int) -> None:
        """Move in the list; Down opens it."""
        if self._list.display:
            self._list.action_move(rows)
        else:
            self._open("")

    def action_take(self) -> None:
        """Take the service under the cursor if the name was changed, and go on."""
        if self._list.display and self.box.value.strip() and self._list.services:
            self._choose(self._list.services[self._list.cursor].code)
        elif not self.box.value.strip():
            self._choose("")
        self._close()
        self.screen.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours only while there is something to undo."""
        return self._list.display or self.box.value != self._chosen_name() if action == "leave" else True

    def action_leave(self) -> None:
        """Back to the service that was chosen before."""
        self.load(self.code)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter takes the first that fits, also from a list that was only opened."""
        event.stop()
        if self._list.display and self._list.services:
            self._choose(self._list.services[self._list.cursor].code)
            self.screen.focus_next()
        else:
            self.action_take()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.box.has_focus:
            self._open(self.box.value)

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        event.stop()

    @on(RowView.Picked)
    def _pointed(self, event: RowView.Picked) -> None:
        event.stop()
        self._choose(self._list.services[event.index].code)
        self.box.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The name is selected, so that typing replaces it; without a service the whole catalogue is offered."""
        self.box.action_select_all()
        if self.box.value != self._chosen_name() or not self.code:
            self._open(self.box.value)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """What was typed stays; only the list closes."""
        self._close()

    def _chosen_name(self) -> str:
        return next((printable(each.name) for each in self._services if each.code == self.code), "")

    def _choose(self, code: str) -> None:
        changed = code != self.code
        self.load(code)
        if changed:
            self.post_message(self.Chosen(code))

    def _open(self, typed: str) -> None:
        services = fitting(self._services, typed)
        places = {service.code: place for place, service in enumerate(services)}
        chosen = 0 if typed else places.get(self.code, 0)
        self._list.show(services, chosen)
        self._list.display = True

    def _close(self) -> None:
        self._list.display = False


def fitting(services: tuple[ServiceChoice, ...], typed: str) -> tuple[ServiceChoice, ...]:
    """The services that hold every typed word in name, code or description; those that begin with it come first."""
    words = typed.casefold().split()

    def rank(service: ServiceChoice) -> int:
        names = f"{service.name} {service.other_name}".casefold()
        if names.startswith(" ".join(words)):
            return 0
        return 1 if all(word in names for word in words) else 2

    found = [
        service
        for service in services
        if all(
            word in f"{service.name} {service.other_name} {service.code} {service.description}".casefold()
            for word in words
        )
    ]
    return tuple(sorted(found, key=rank))
