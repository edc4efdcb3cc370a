"""The fields and preferences of a contact, typed in place; a change by others never touches half-typed words."""

from dataclasses import dataclass, fields
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.desk.contact_views import ContactFields, ContactSheet, Preferences
from grm_console.desk.spoken import channel_word
from grm_console.domain.words import Channel, ContactKind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.contact_words import field_label, kind_word
from grm_console.tui.widgets.form_field import Control, FormField
from grm_console.tui.widgets.text_fields import LineField

WIDE = 56
"""From so many cells on the short fields stand in two columns."""

PREFERENCE = "preferences."
"""Before the name of a field of Preferences: both have a language."""

SWITCHES = frozenset({"preferences.text_only", "preferences.never_call"})


class RuledField(FormField):
    """A field that says its rule also while it is empty."""

    def show_problem(self, sentence: str) -> None:
        """Mark the field as refused with the rule and an example, or as fine with an empty sentence."""
        super().show_problem(sentence)
        self._below.display = bool(sentence)


def values_of(contact: ContactFields, preferences: Preferences) -> dict[str, str]:
    """All fields as strings by name; a switch is `yes` or empty."""
    values = {each.name: str(getattr(contact, each.name)) for each in fields(ContactFields)}
    for each in fields(Preferences):
        value = getattr(preferences, each.name)
        values[PREFERENCE + each.name] = ("yes" if value else "") if isinstance(value, bool) else value
    return values


def contact_fields(values: dict[str, str]) -> ContactFields:
    """The contact's own fields among these values."""
    own: dict[str, Any] = {each.name: values[each.name] for each in fields(ContactFields)}
    return ContactFields(**{**own, "kind": ContactKind(values["kind"])})


def preferences_of(values: dict[str, str]) -> Preferences:
    """The preferences among these values."""
    own = {each.name: PREFERENCE + each.name for each in fields(Preferences)}
    return Preferences(
        **{name: values[key] == "yes" if key in SWITCHES else values[key] for name, key in own.items()}  # type: ignore[arg-type]  # mypy sees one type for all
    )


class ContactForm(VerticalScroll, can_focus=False):
    """Fields in the order of a conversation: who it is, where, what to know, how to reach them.

    For each field it knows what is stored and what was last shown of it. A field whose words are as they were shown
    is unedited: it keeps its stored value to the letter, and it follows when the stored value changes.
    """

    DEFAULT_CSS = """
    ContactForm {
        layout: grid; grid-size: 1; grid-rows: auto; grid-gutter: 0 2; scrollbar-size-vertical: 1;
        &.-wide { grid-size: 2; & > .whole { column-span: 2; } }
        & > .heading { height: 1; color: $accent; }
    }
    """

    @dataclass
    class Edited(Message):
        """The operator changed a word."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        controls: dict[str, Control] = {
            "name": LineField(),
            "other_name": LineField(placeholder=_("in another script, or as it is said")),
            "kind": ChoiceField(tuple((kind.value, kind_word(kind)) for kind in ContactKind)),
            "language": LineField(placeholder=_("zh, en, es …")),
            "address": LineField(),
            "district": LineField(),
            "note": LineField(placeholder=_("one line that everybody sees who serves this contact")),
            "preferences.door": ChoiceField(
                (("", _("any")), *((channel.value, channel_word(channel)) for channel in Channel))
            ),
            "preferences.hours": LineField(placeholder=_("mornings, after 18:00 …")),
            "preferences.text_only": ChoiceField((("", _("no")), ("yes", _("yes: texts and letters only")))),
            "preferences.never_call": ChoiceField((("", _("no")), ("yes", _("yes: no calls at all")))),
            "preferences.language": LineField(placeholder=_("zh, en, es …")),
        }
        self._fields = {
            name: RuledField(f"contact.{name}", field_label(name), control, classes="whole" if name == "note" else "")
            for name, control in controls.items()
        }
        self._stored: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._contact_id = 0
        self.version = 0
        """Of the contact as the edits began; 0 if it has become another one, so that every edit is compared."""

    def compose(self) -> ComposeResult:
        """The contact's fields, then the preferences."""
        for name, field in self._fields.items():
            if name == "preferences.door":
                yield Static(_("How to reach them"), classes="heading whole", markup=False)
            yield field

    def on_resize(self, event: events.Resize) -> None:
        """Two columns where there is width."""
        self.set_class(event.size.width >= WIDE, "-wide")

    # -- what the screen calls

    def show(self, sheet: ContactSheet, saved: dict[str, str] | None = None) -> None:
        """Show what is stored now; half-typed fields keep their words.

        `saved` is what `typed` gave when these words were stored: fields that still hold them are edited no more.
        """
        stored = values_of(sheet.fields, sheet.preferences)
        for name, field in self._fields.items():
            if saved is not None and field.value != saved[name]:
                self._stored[name], self._shown[name] = stored[name], printable(stored[name])
            elif saved is not None or not self._is_edited(name):
                self._show(name, stored[name])
        if saved is not None or not self.edited:
            self.version = sheet.version
        elif sheet.contact_id != self._contact_id:
            self.version = 0
        self._contact_id = sheet.contact_id

    def settle(self, name: str, theirs: str, *, take: bool) -> None:
        """A field that others changed too: know their value, and take it in place of what is typed if wanted."""
        if name in SWITCHES and theirs:
            theirs = "yes"  # a conflict tells its values in words
        if take:
            self._show(name, theirs)
        else:
            self._stored[name], self._shown[name] = theirs, printable(theirs)

    @property
    def edited(self) -> bool:
        """Whether it holds words that are not stored."""
        return any(self._is_edited(name) for name in self._fields)

    def typed(self) -> dict[str, str]:
        """What the fields show now, to the letter."""
        return {name: field.value for name, field in self._fields.items()}

    def before(self) -> dict[str, str]:
        """The stored values that the edits began with."""
        return dict(self._stored)

    def after(self) -> dict[str, str]:
        """The values to store."""
        return {
            name: field.value.strip() if self._is_edited(name) else self._stored[name]
            for name, field in self._fields.items()
        }

    def show_problems(self, problems: dict[str, str]) -> bool:
        """Mark refused fields with rule and example, and go to the first of them; False if none is a field here."""
        for name, field in self._fields.items():
            field.show_problem(problems.get(name, ""))
        refused = [field for name, field in self._fields.items() if name in problems]
        for field in refused[:1]:
            field.focus_control()
        return bool(refused)

    @property
    def focused_field(self) -> str:
        """The name of the field that is being typed in; empty if none is."""
        return next((name for name, field in self._fields.items() if field.has_focus_within), "")

    def focus_first(self) -> None:
        """Go to the name."""
        self._fields["name"].focus_control()

    # -- inside

    def _is_edited(self, name: str) -> bool:
        return name in self._shown and self._fields[name].value != self._shown[name]

    def _show(self, name: str, value: str) -> None:
        self._stored[name], self._shown[name] = value, printable(value)
        self._fields[name].load(printable(value))

    @on(Input.Changed)
    @on(ChoiceField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        field = next((each for each in self._fields.values() if event.control is each.control), None)
        if field is not None:
            field.show_problem("")
        self.post_message(self.Edited())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()
