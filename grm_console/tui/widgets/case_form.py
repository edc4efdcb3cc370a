"""The case form: what the operator hears becomes a case, with what is missing and what is promised always in sight."""

from dataclasses import dataclass
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, TextArea

from grm_console.clock import Clock, system_clock
from grm_console.desk.views import CaseForm, OpenedCase, Promise, ServiceChoice
from grm_console.domain.case_form import limit_of
from grm_console.domain.words import Confidentiality, Harm
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.case_foot import CaseFoot
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField, question_field
from grm_console.tui.widgets.service_picker import ServicePicker
from grm_console.tui.widgets.text_fields import LineField, WordsField

WIDE = 64
"""From so many cells on the short fields stand in two columns."""

ROOMY = 44
"""From so many lines on there is a free line between the fields."""

SHORT = 22
"""Below so many lines the long fields are cut to two."""

LANGUAGES = (("", "—"), ("zh", "中文"), ("en", "English"))


class CaseFormPanel(Vertical):
    """Fields of a case, its service's own questions, the promise and the save line.

    It keeps what is typed until `load` or `reset`: a question that does not apply at the moment is hidden, not
    emptied, and another service's answers come back with that service.
    """

    DEFAULT_CSS = """
    CaseFormPanel {
        border: round $panel;
        border-title-color: $text-muted;
        padding: 0 1;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        & > #case-fields {
            layout: grid;
            grid-size: 1;
            grid-rows: auto;
            grid-gutter: 0 2;
            height: 1fr;
            scrollbar-size-vertical: 1;
        }
        &.-wide > #case-fields {
            grid-size: 2;
            & > .whole { column-span: 2; }
        }
        &.-roomy > #case-fields { grid-gutter: 1 2; }
        &.-short WordsField { height: 2; }
    }
    """

    @dataclass
    class FormChanged(Message):
        """The operator edited something."""

        form: CaseForm

    @dataclass
    class ServiceChosen(Message):
        """The operator chose a service; an empty code means none any more."""

        code: str

    @dataclass
    class SaveWanted(Message):
        """The operator pointed at the save line; ctrl+s is the screen's."""

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _("3 Case")
        self._foot = CaseFoot(clock=clock)
        self._picker = ServicePicker()
        self._harm = ChoiceField(_harm_options(None))
        wanted = _("needed")
        self._fields = {
            field.name: field
            for field in (
                FormField("service", _("Service"), self._picker, required=True, wanted=wanted, classes="whole"),
                FormField("summary", _("Summary"), _line("summary"), required=True, wanted=wanted, classes="whole"),
                FormField("details", _("Details"), WordsField(), classes="whole"),
                FormField("place", _("Place of the matter"), _line("place"), wanted=wanted, classes="whole"),
                FormField("occurred", _("When it happens"), _line("occurred")),
                FormField("people", _("People affected"), _line("people")),
                FormField("demand", _("What is asked of us"), _line("demand"), classes="whole"),
                FormField("harm", _("Urgency (harm only)"), self._harm),
                FormField("language", _("Language"), ChoiceField(LANGUAGES)),
                FormField("confidentiality", _("Confidentiality"), ChoiceField(_confidentialities())),
                FormField("note", _("Notes on this exchange"), WordsField(), classes="whole"),
            )
        }
        self._questions: list[FormField] = []
        self._services: dict[str, ServiceChoice] = {}
        self._asked: ServiceChoice | None = None
        self._answers: dict[str, dict[str, str]] = {}
        self._missing: dict[str, str] = {}
        self._opened: OpenedCase | None = None

    def compose(self) -> ComposeResult:
        """Fields that scroll; promise and save line that stay."""
        with VerticalScroll(id="case-fields", can_focus=False):
            yield from self._fields.values()
        yield self._foot

    def on_resize(self, event: events.Resize) -> None:
        """Two columns where there is width; air between the fields where there is height."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.height >= ROOMY, "-roomy")
        self.set_class(event.size.height < SHORT, "-short")

    # -- what the screen calls

    def set_services(self, services: tuple[ServiceChoice, ...]) -> None:
        """Offer the catalogue; what is typed stays."""
        self._services = {service.code: service for service in services}
        self._picker.set_services(services)
        if self._services.get(self._picker.code) != self._asked:
            self._keep_answers()
            self._ask_questions()

    def load(self, form: CaseForm) -> None:
        """Show a draft, in place of everything that is typed; only for another exchange."""
        values = {
            "service": form.service,
            "summary": form.summary,
            "details": form.details,
            "occurred": form.occurred,
            "place": form.place,
            "people": form.people,
            "demand": form.demand,
            "harm": form.harm,
            "language": form.language,
            "confidentiality": form.confidentiality.value,
            "note": form.note,
        }
        with self.prevent(Input.Changed, TextArea.Changed):
            for name, value in values.items():
                self._fields[name].load(value)
        for field in (*self._fields.values(), *self._questions):
            field.disabled = False
        self._answers = {form.service: dict(form.answers)}
        self._opened = None
        self.border_title = _("3 Case")
        self._ask_questions()
        self.show_promise(None)
        self.show_missing({})
        for fields in self.query("#case-fields"):  # none before the first paint
            fields.scroll_home(animate=False)

    def reset(self) -> None:
        """Empty everything: another exchange begins."""
        self.load(CaseForm())

    def form(self) -> CaseForm:
        """What is typed now; answers only to the questions that apply."""
        value = {name: field.value for name, field in self._fields.items()}
        answers = {_code(field): field.value.strip() for field in self._questions if field.display}
        if self._asked is None:  # the catalogue has not come yet
            answers = self._answers.get(value["service"], {})
        return CaseForm(
            service=value["service"],
            summary=value["summary"].strip(),
            details=value["details"].rstrip(),
            occurred=value["occurred"].strip(),
            place=value["place"].strip(),
            people=value["people"].strip(),
            demand=value["demand"].strip(),
            harm=value["harm"],
            language=value["language"],
            confidentiality=Confidentiality(value["confidentiality"]),
            answers=tuple((code, answer) for code, answer in answers.items() if answer),
            note=value["note"].rstrip(),
        )

    def asks(self, name: str) -> bool:
        """Whether a field of this name is on the form now."""
        return any(field.name == name for field in self._all_fields())

    def show_missing(self, missing: dict[str, str]) -> None:
        """Mark the fields that are missing or wrong, by name, and name them beside the save key."""
        self._missing = dict(missing)
        for field in self._all_fields():
            field.show_problem(missing.get(field.name or "", ""))
        self._name_missing()

    def focus_first_missing(self) -> None:
        """Go to the first field that is missing or wrong, else to the service.

        A question that was asked this moment is not on the screen yet and cannot take the focus.
        """
        marked = (field for field in self._all_fields() if field.name in self._missing and field.is_mounted)
        next(marked, self._fields["service"]).focus_control()

    def show_promise(self, promise: Promise | None) -> None:
        """Show what the citizen may be told before the case is opened."""
        self._foot.show_promise(promise)

    @property
    def case_number(self) -> str:
        """The number of the case that was opened from this form; empty as long as none was."""
        return self._opened.number if self._opened is not None else ""

    def add_note(self, text: str) -> None:
        """Put words behind the notes on the exchange, on a line of their own."""
        note = self._fields["note"]
        note.load("\n".join(part for part in (note.value.rstrip(), text) if part))
        note.focus_control()
        self.post_message(self.FormChanged(self.form()))

    def follow_language(self, before: str, language: str) -> None:
        """The language of the exchange came to be another one: take it over, unless the operator chose one here."""
        field = self._fields["language"]
        if language != before and field.value in ("", before) and not field.disabled:
            field.load(language)
            self.post_message(self.FormChanged(self.form()))

    def show_saved(self, at: datetime) -> None:
        """Say in the border when the draft was stored."""
        if self._opened is None:
            self.border_title = _("3 Case · draft saved {time}").format(time=f"{at.astimezone():%H:%M}")

    def show_opened(self, case: OpenedCase) -> None:
        """Name the case that was opened; its fields are closed, the notes are not."""
        self._opened = case
        self._missing = {}
        self.border_title = Content(_("3 Case · {number} opened").format(number=printable(case.number)))
        self._foot.show_opened(case)
        if self.has_focus_within:
            self._fields["note"].focus_control()
        for field in self._all_fields():
            field.show_problem("")
            field.disabled = field.name != "note"

    # -- edits

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceField.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        if event.control is not None:
            self._mark_goes(next(each for each in event.control.ancestors if isinstance(each, FormField)))
        self._hide_what_does_not_apply()
        self.post_message(self.FormChanged(self.form()))

    @on(ServicePicker.Chosen)
    def _service_chosen(self, event: ServicePicker.Chosen) -> None:
        event.stop()
        self._keep_answers()
        service = self._services.get(event.code)
        confidentiality = self._fields["confidentiality"]
        if service is not None and service.confidential and confidentiality.value == Confidentiality.OPEN:
            confidentiality.load(Confidentiality.CONFIDENTIAL)
        self._mark_goes(self._fields["service"])
        self._ask_questions()
        self.post_message(self.ServiceChosen(event.code))
        self.post_message(self.FormChanged(self.form()))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter goes on; an input method's Enter does no harm here."""
        event.stop()
        self.screen.focus_next()

    @on(events.Click, "#case-save")
    def _pointed_at_save(self) -> None:
        if self._opened is None:
            self.post_message(self.SaveWanted())

    def _mark_goes(self, field: FormField) -> None:
        """A mark goes with the first edit of its field; the next check says anew what is wrong."""
        if self._missing.pop(field.name or "", None) is not None:
            field.show_problem("")
            self._name_missing()

    def _name_missing(self) -> None:
        self._foot.show_missing([field.label for field in self._all_fields() if field.name in self._missing])

    # -- questions of the service

    def _all_fields(self) -> list[FormField]:
        fields = list(self._fields.values())
        after_place = list(self._fields).index("place") + 1
        return [*fields[:after_place], *(each for each in self._questions if each.display), *fields[after_place:]]

    def _keep_answers(self) -> None:
        """Remember the answers of the service that is about to be left."""
        if self._asked is not None:
            self._answers[self._asked.code] = {_code(field): field.value for field in self._questions}

    def _ask_questions(self) -> None:
        """Put the chosen service's questions on the form, with the answers given before.

        Fields of questions that are asked already stay, and the focus with them.
        """
        before, self._asked = self._asked, self._services.get(self._picker.code)
        questions = self._asked.questions if self._asked is not None else ()
        answers = self._answers.get(self._picker.code, {})
        with self.prevent(Input.Changed, TextArea.Changed):
            if self._asked == before:
                for field in self._questions:
                    field.load(answers.get(_code(field), ""))
            else:
                for field in self._questions:
                    field.remove()
                self._questions = [question_field(each, answers.get(each.code, "")) for each in questions]
                self.query_one("#case-fields").mount(*self._questions, after=self._fields["place"])
        self._harm.set_options(_harm_options(self._asked))
        self._hide_what_does_not_apply()

    def _hide_what_does_not_apply(self) -> None:
        shown: dict[str, str] = {}
        for question, field in zip(self._asked.questions if self._asked else (), self._questions, strict=True):
            field.display = question.when is None or shown.get(question.when[0]) == question.when[1]
            if field.display:
                shown[question.code] = field.value


def _line(name: str) -> LineField:
    """A line for one of the form's own words, as long as that may be."""
    return LineField(limit=limit_of(name))


def _code(field: FormField) -> str:
    return (field.name or "").removeprefix("answer:")


def _harm_options(service: ServiceChoice | None) -> tuple[tuple[str, str], ...]:
    words = {
        Harm.NONE: _("No harm"),
        Harm.HARDSHIP: _("Hardship"),
        Harm.HEALTH: _("Health at risk"),
        Harm.DANGER: _("Danger to life"),
    }
    usual = _("as usual for the service")
    if service is not None:
        usual = _("{harm}, as usual").format(harm=words[service.default_harm])
    return (("", usual), *((harm.name.lower(), word) for harm, word in words.items()))


def _confidentialities() -> tuple[tuple[str, str], ...]:
    return (
        (Confidentiality.OPEN.value, _("Open to the desk")),
        (Confidentiality.CONFIDENTIAL.value, _("Confidential")),
        (Confidentiality.ANONYMOUS.value, _("Anonymous")),
    )
