"""Writing an article: a new one, a translation, the next version, a draft; half-typed words outlive a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Static

from grm_console.desk.catalogue.fields import Field
from grm_console.desk.editorial_views import ArticleSheet, VersionView, cells_of
from grm_console.domain.article_wording import MAX_ANSWER, MAX_QUESTION
from grm_console.domain.words import ArticleState, Audience
from grm_console.i18n import _, language
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.screens.fields_form import FieldsFormScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.article_words import audience_word, state_word
from grm_console.tui.widgets.catalogue_field import CatalogueField
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.text_fields import LineField, WordsField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.editorial import Editorial
    from grm_console.desk.proposals import Proposals

FORM = (
    Command("save", "ctrl+s", "Save", "Store what is typed as a draft.", "This form"),
    Command("source", "f7", "Source", "Read what this is translated from.", "This form"),
    Command("back", "escape", "Back", "Go back; typed words are asked about first.", "This form"),
    Command("help", "f1", "Help", "Show all keys.", "Console"),
)

KEEP = 0.5
"""Seconds after the last letter until the words are kept on this machine."""

FIELDS = (
    Field("language", "Language", "a language's code", "zh", needed=True),
    Field("question", "Question", "as a citizen asks it, up to 500 characters", "Why is there no water?", needed=True),
    Field("answer", "The answer", "whole sentences, the most important first", "Works are announced …", needed=True),
    Field("phrasings", "Other ways to ask", "one on each line", "tap is dry"),
    Field("sms", "Short text", "own words for a text, two messages at most; empty: made from the answer", "Call …"),
    Field("effective_on", "In force from", "a day; empty: as soon as it is approved", "2027-01-01"),
    Field("review_on", "Review by", "a day on which it is looked at again", "2027-06-01"),
    Field("expires_on", "Expires", "the first day on which it no longer holds", "2027-12-31"),
    Field("audience", "Audience", "who may hear it", "public"),
    Field("owner", "Owner", "the code of the department that answers for it", "water"),
    Field("legal_basis", "Legal basis", "the rule it rests on", "Water Rules §14"),
    Field("services", "Services", "codes of matter types, one on each line", "water-outage"),
    Field("segments", "Groups", "codes of groups it is offered to in addition, one on each line", "retired"),
    Field("translated_from", "Translated from", "the version it says the same as", "en v4"),
)
"""Labels and rules are English and are translated where they are shown."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """Begin an article."""


@dataclass(frozen=True, slots=True)
class FromProposal:
    """Begin an article that answers what was proposed."""

    proposals: "Proposals"
    group_id: int
    language: str
    question: str
    owner: str


@dataclass(frozen=True, slots=True)
class NewLanguage:
    """Translate a version into a language the article lacks."""

    source: VersionView


@dataclass(frozen=True, slots=True)
class NextVersion:
    """Write the version after one."""

    before: VersionView


@dataclass(frozen=True, slots=True)
class EditVersion:
    """Change a draft."""

    draft: VersionView


Purpose = NewArticle | FromProposal | NewLanguage | NextVersion | EditVersion


class ArticleFormScreen(FieldsFormScreen):
    """`written` gets the article's key once the draft is stored; what is refused keeps every word."""

    TABLE: ClassVar[tuple[Command, ...]] = FORM
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)

    def __init__(
        self,
        editorial: "Editorial",
        purpose: Purpose,
        departments: tuple[str, ...],
        keeper: WordsKeeper,
        written: Callable[[int], None],
        sheet: ArticleSheet | None = None,
    ) -> None:
        self._editorial = editorial
        self._purpose = purpose
        self._sheet = sheet
        self._keeper = keeper
        self._written = written
        self._source = _source_of(purpose, sheet)
        """What is translated, to read beside the form."""
        self._keep: Timer | None = None
        self._done = False
        super().__init__(self._title_of(), self._fields_of(departments))

    def _title_of(self) -> str:
        code = printable(self._sheet.code) if self._sheet is not None else ""
        match self._purpose:
            case NewArticle() | FromProposal():
                return _("New article")
            case NewLanguage(source):
                told = _("{code} · translation of {language} v{n}")
                return told.format(code=code, language=source.language, n=source.version)
            case NextVersion(before):
                return _("{code} · {language}, next version").format(code=code, language=before.language)
            case EditVersion(draft):
                return _("{code} · {language} v{n}, draft").format(code=code, language=draft.language, n=draft.version)

    def _fields_of(self, departments: tuple[str, ...]) -> list[CatalogueField]:
        begun = isinstance(self._purpose, NextVersion | EditVersion)
        stored = self._stored_cells()
        sources = self._sources() if begun else ()
        return [
            CatalogueField(field, stored.get(field.name, ""), control=_control(field.name, departments, sources))
            for field in FIELDS
            if not (field.name == "language" and begun) and not (field.name == "translated_from" and len(sources) < 2)
        ]

    def _stored_cells(self) -> dict[str, str]:
        match self._purpose:
            case NewArticle():
                return {"language": language(), "audience": Audience.PUBLIC.value}
            case FromProposal() as proposed:
                cells = {"language": proposed.language or language(), "audience": Audience.PUBLIC.value}
                return cells | {"question": proposed.question, "owner": proposed.owner}
            case NewLanguage(source):
                cells = _form_cells(cells_of(source))
                return cells | dict.fromkeys(("question", "answer", "phrasings", "sms"), "")
            case NextVersion(version) | EditVersion(version):
                origin = str(version.source.version_id) if version.source is not None else ""
                return _form_cells(cells_of(version)) | {"translated_from": origin}

    def _sources(self) -> tuple[tuple[str, str], ...]:
        """What a version may be translated from: nothing, or any version of another language."""
        assert self._sheet is not None
        own = self._purpose.before if isinstance(self._purpose, NextVersion) else None
        own = self._purpose.draft if isinstance(self._purpose, EditVersion) else own
        others = [one for one in self._sheet.versions if own is not None and one.text_id != own.text_id]
        return (
            ("", _("nothing: it is the source")),
            *((str(one.version_id), f"{one.language} v{one.version} {state_word(one.state)}") for one in others),
        )

    def compose(self) -> ComposeResult:
        yield Static(Content(self._title), id="form-title", markup=False)
        with Horizontal(id="form-body"):
            with VerticalScroll(id="form-fields", can_focus=False):
                yield from self._fields
            if self._source is not None:
                with VerticalScroll(id="form-source", can_focus=False) as pane:
                    pane.border_title = Content(f"{self._source.language} v{self._source.version}")
                    yield Static(_whole(self._source), markup=False)
        yield Static(id="form-said", markup=False)
        yield self.footer

    def on_mount(self) -> None:
        super().on_mount()
        kept = self._keeper.kept(self._kept_as)
        fresh = {name: words for name, words in kept.items() if words != self.cells.get(name, words)}
        for field in self._fields:
            if field.field.name in fresh:
                field.take(fresh[field.field.name])
        if fresh:
            self.say({}, _("These are your words from before, which were not saved. Esc throws them away."))

    @property
    def _kept_as(self) -> str:
        """What this form's words are kept under; another state of the same text is another form."""
        match self._purpose:
            case NewArticle():
                return "article new"
            case FromProposal() as proposed:
                return f"article proposed {proposed.group_id}"
            case NewLanguage(source):
                return f"article translation {source.version_id} {source.edited_at:%Y%m%dT%H%M%S}"
            case NextVersion(before):
                return f"article after {before.version_id} {before.edited_at:%Y%m%dT%H%M%S}"
            case EditVersion(draft):
                return f"article version {draft.version_id} {draft.edited_at:%Y%m%dT%H%M%S%f}"

    def typed(self, field: CatalogueField) -> None:
        """Keep the words on this machine once the fingers rest."""
        super().typed(field)
        if self._keep is not None:
            self._keep.stop()
        self._keep = self.set_timer(KEEP, self._keep_words)

    def _keep_words(self) -> None:
        words, name = self.cells, self._kept_as
        if not self._done:
            self.run_worker(lambda: self._keeper.keep(name, words), thread=True, exclusive=True, group="keep")

    def _forget(self) -> None:
        self._done = True
        if self._keep is not None:
            self._keep.stop()
        self.workers.cancel_group(self, "keep")
        self._keeper.forget(self._kept_as)

    def leave(self) -> None:
        """Close without storing; the words are gone then."""
        self._forget()
        super().leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        return self._source is not None if action == "source" else True

    def action_source(self) -> None:
        """Read what this is translated from."""
        source = self._source
        if source is not None:
            self.app.push_screen(WholeTextScreen(f"{source.language} v{source.version}", _whole(source)))

    def action_save(self) -> None:
        """Store what is typed as a draft."""
        if isinstance(self._purpose, NextVersion) and not self.edited:
            self.say({}, _("Nothing is changed yet; it would be the same version again."))
            return
        cells, parts = self.cells, self._editorial
        said = cells.pop("language", "").strip()

        def store() -> int:
            match self._purpose:
                case NewArticle():
                    return parts.new_article(said, cells)
                case FromProposal() as proposed:
                    return proposed.proposals.accept_article(proposed.group_id, said, cells).article_id
                case NewLanguage(source):
                    return parts.new_language(source.version_id, said, cells)
                case NextVersion(before):
                    return parts.new_version(before.text_id, cells)
                case EditVersion(draft):
                    return parts.save(draft.version_id, draft.revision, cells)

        self.say({}, "")
        self.act(store, self._stored)

    def _stored(self, article_id: int) -> None:
        self._forget()
        self.dismiss()
        self._written(article_id)


def _control(
    name: str, departments: tuple[str, ...], sources: tuple[tuple[str, str], ...]
) -> LineField | WordsField | ChoiceField:
    match name:
        case "answer":
            return WordsField(limit=MAX_ANSWER)
        case "phrasings" | "sms" | "services" | "segments":
            return WordsField()
        case "audience":
            return ChoiceField(tuple((one.value, audience_word(one)) for one in Audience))
        case "translated_from":
            return ChoiceField(sources or (("", ""),))
        case _:
            line = LineField(limit=MAX_QUESTION)
            if name == "owner":
                line.suggester = SuggestFromList(departments)
            return line


def _form_cells(cells: dict[str, str]) -> dict[str, str]:
    """The cells as a form shows them: several values on a line each."""
    return cells | {name: cells[name].replace("|", "\n") for name in ("phrasings", "services", "segments")}


def _source_of(purpose: Purpose, sheet: ArticleSheet | None) -> VersionView | None:
    """The version to read beside the form: what is translated, as it is published now."""
    match purpose:
        case NewLanguage(source):
            return source
        case NextVersion(version) | EditVersion(version):
            origin = version.source
            if origin is None or sheet is None:
                return None
            there = [one for one in sheet.versions if one.language == origin.language]
            published = [one for one in there if one.state is ArticleState.PUBLISHED]
            return next(iter(published or there), None)
        case NewArticle() | FromProposal():
            return None


def _whole(version: VersionView) -> str:
    return f"{printable(version.question)}\n\n{printable(version.answer, lines=True)}"
