"""One field of the catalogue in a form: label, control, its rule with an example, and what is wrong with it."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Static

from grm_console.desk.catalogue.fields import Field, FieldType
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.text_fields import LineField, WordsField

_NOT_CHOSEN = ("", "—")


class CatalogueField(Container):
    """Keeps its stored value to the letter as long as its words are as they were shown."""

    DEFAULT_CSS = """
    CatalogueField {
        layout: grid; grid-size: 3; grid-columns: 22 1fr 1fr; grid-rows: auto; height: auto;
        & > .label { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        &:focus-within > .label { color: $foreground; }
        & > .rule { height: auto; color: $text-muted; padding: 0 0 0 2; }
        & > .problem { display: none; height: auto; column-span: 3; color: $error; padding: 0 0 0 22; }
        & > WordsField { height: 6; }
        &.-wrong > .problem { display: block; }
        &.-wrong { & LineField, & WordsField, & ChoiceField { background: $error 15%; } }
    }
    """

    def __init__(
        self,
        field: Field,
        value: str,
        *,
        fixed: bool = False,
        departments: tuple[str, ...] = (),
        control: LineField | WordsField | ChoiceField | None = None,
    ) -> None:
        super().__init__(name=field.name, classes=f"-{field.name}")
        self.field = field
        self.control = control or _control(field, departments)
        self.control.disabled = fixed
        self._problem = Static(markup=False, classes="problem")
        self.stored = value
        self._shown = ""

    def compose(self) -> ComposeResult:
        star = " *" if self.field.needed else ""
        rule = _("{rule}, e.g. {example}").format(rule=self.field.told_rule(), example=self.field.example)
        yield Static(Content(_(self.field.label) + star), markup=False, classes="label")
        yield self.control
        if not self.control.disabled and not isinstance(self.control, ChoiceField):
            yield Static(Content(rule), markup=False, classes="rule")
        yield self._problem

    def on_mount(self) -> None:
        self.show(self.stored)

    @property
    def value(self) -> str:
        """The words, or to the letter what is stored if nobody touched them."""
        return self._words if self.edited else self.stored

    @property
    def edited(self) -> bool:
        """Whether the words are not those that were shown."""
        return self._words != self._shown

    @property
    def _words(self) -> str:
        return self.control.text if isinstance(self.control, WordsField) else self.control.value

    def show(self, stored: str) -> None:
        """Show a stored value."""
        self.stored = stored
        self.take(stored)
        self._shown = self._words

    def take(self, words: str) -> None:
        """Hold these words as if they had been typed."""
        match self.control:
            case WordsField():
                self.control.load_text(words)
            case LineField():
                self.control.value = words
            case ChoiceField():
                self.control.load(words)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with it; nothing with an empty sentence."""
        told = printable(sentence.removeprefix(f"{_(self.field.label)}: "))
        self.set_class(bool(sentence), "-wrong")
        self._problem.update(Content(f"✗ {told}" if sentence else ""))


def _control(field: Field, departments: tuple[str, ...]) -> LineField | WordsField | ChoiceField:
    match field.type:
        case FieldType.YES_NO:
            return ChoiceField((("yes", _("Yes")), ("no", _("No"))))
        case FieldType.CHOICE:
            choices = tuple((choice, choice) for choice in field.choices)
            return ChoiceField(choices if field.usual else (_NOT_CHOSEN, *choices))
        case FieldType.YAML | FieldType.DAYS:
            return WordsField()
        case _:
            line = LineField()
            if field.type is FieldType.DEPARTMENT:
                line.suggester = SuggestFromList(departments)
            return line
