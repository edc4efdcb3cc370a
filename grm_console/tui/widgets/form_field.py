"""A labelled field of the case form: it knows its name, whether it is required, and what is wrong with it."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from grm_console.desk.views import Question
from grm_console.domain.case_form import MAX_TEXT
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.service_picker import ServicePicker
from grm_console.tui.widgets.text_fields import LineField, WordsField

Control = LineField | WordsField | ChoiceField | ServicePicker


class FormField(Vertical):
    """A label above a control, read and written as one string."""

    DEFAULT_CSS = """
    FormField { height: auto; }
    FormField > .field-label { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    FormField.question > .field-label { height: auto; text-wrap: wrap; }
    FormField:focus-within > .field-label { color: $foreground; }
    FormField > .field-problem { display: none; color: $error; padding: 0 1; }
    FormField.-missing {
        & LineField, & WordsField, & ChoiceField { background: $error 15%; }
        & LineField:focus, & WordsField:focus, & ChoiceField:focus { background: $error 25%; }
    }
    """

    def __init__(
        self,
        name: str,
        label: str,
        control: Control,
        *,
        required: bool = False,
        hint: str = "",
        wanted: str = "",
        classes: str = "",
    ) -> None:
        super().__init__(name=name, classes=classes)
        self.label = printable(label)
        self.control = control
        self.required = required
        self.hint = printable(hint)
        self._wanted = wanted
        self._problem = ""
        self._placeholder = "" if isinstance(control, ChoiceField) else str(self._typed_in.placeholder)
        self._below = Static(markup=False, classes="field-problem")
        self._label = Static(self._label_content(), markup=False, classes="field-label")

    def compose(self) -> ComposeResult:
        """Label, control, and what is wrong with what it holds."""
        yield self._label
        yield self.control
        yield self._below

    @property
    def _typed_in(self) -> LineField | WordsField:
        control = self.control.box if isinstance(self.control, ServicePicker) else self.control
        assert not isinstance(control, ChoiceField)
        return control

    @property
    def value(self) -> str:
        """What the field holds."""
        match self.control:
            case ServicePicker():
                return self.control.code
            case WordsField():
                return self.control.text
            case _:
                return self.control.value

    def load(self, value: str) -> None:
        """Show a stored value."""
        match self.control:
            case WordsField():
                self.control.load_text(value)
            case LineField():
                self.control.value = value
            case _:
                self.control.load(value)

    def focus_control(self) -> None:
        """Go to where the value is typed or chosen: at once, where `focus` would let keys typed ahead go elsewhere."""
        target: Widget = self.control if isinstance(self.control, ChoiceField) else self._typed_in
        self.screen.set_focus(target)

    def show_problem(self, sentence: str) -> None:
        """Mark the field as missing or wrong, or as fine with an empty sentence."""
        if sentence == self._problem:
            return
        self._problem = sentence
        self.set_class(bool(sentence), "-missing")
        self._label.update(self._label_content())
        # An empty field that says in itself what it wants needs no sentence below.
        self._below.display = bool(sentence and (self.value or not self._wanted))
        self._below.update(f"✗ {printable(sentence)}")
        if not isinstance(self.control, ChoiceField):
            self._typed_in.placeholder = self._wanted if sentence and self._wanted else self._placeholder

    def _label_content(self) -> Content:
        star = " *" if self.required or self._problem else ""
        return Content.assemble(f"{self.label}{star}", (f"  {self.hint}" if self.hint else "", "$text-muted"))


def question_field(question: Question, value: str) -> FormField:
    """A service's own question as a field holding `value`; its name is `answer:<code>`."""
    match question.type:
        case "choice":
            control: Control = ChoiceField((("", "—"), *question.choices))
        case "yesno":
            control = ChoiceField((("", "—"), ("yes", _("Yes")), ("no", _("No"))))
        case _:
            control = LineField(limit=MAX_TEXT)
    field = FormField(
        f"answer:{question.code}",
        question.label,
        control,
        required=question.required,
        hint=question.help,
        wanted=_("needed by this service"),
        classes="question",
    )
    field.load(value)
    return field
