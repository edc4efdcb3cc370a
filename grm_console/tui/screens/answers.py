"""What an operator does with standard answers: find them as she types, say them, text them, put them into a reply."""

from secrets import token_hex

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from grm_console.desk.views import CallerCard, CaseForm
from grm_console.i18n import _, language
from grm_console.text import printable
from grm_console.tui.arrivals import (
    AnswerByTextCame,
    AnswersGiven,
    AnswerUnhelpful,
    ArticleCame,
    DraftCame,
    HitsCame,
    NoticeCame,
    TextSent,
    TextTakenBack,
)
from grm_console.tui.screens.machine_answers import MachineAnswersScreen
from grm_console.tui.screens.text_it import TextItScreen, Wish
from grm_console.tui.suggesting import FIELDS, newest_field, newest_words
from grm_console.tui.widgets.case_form import CaseFormPanel
from grm_console.tui.widgets.knowledge_panel import KnowledgePanel

NOTICE_AGAIN = 10.0
"""Seconds after which is looked whether what is wrong with the search is over."""


class AnswersScreen(MachineAnswersScreen):
    """Suggestions from what is typed anywhere, and the commands on the answer that is chosen."""

    _heard = CaseForm()
    """The words of the form as they were when something was last suggested from them."""
    _newest = ""
    """The field typed in last."""
    _notice_timer: Timer | None = None

    def may_answer(self, action: str) -> bool | None:
        """Whether one of this class's commands makes sense now; None if it is not one of them."""
        knowledge = self.knowledge
        match action:
            case "give" | "text_it":
                return self.held is not None and knowledge.current() is not None
            case "put_in_reply":
                # In a field of the form the key does again what was undone there.
                typing = isinstance(self.focused, TextArea) and self.focused is not self.texts.composer
                return self.held is not None and knowledge.current() is not None and not typing
            case "not_helpful":
                return knowledge.may_say_unhelpful()
            case "next_way":
                return knowledge.shown is not None
            case "next_language":
                return knowledge.shown is not None and len(knowledge.shown.languages) > 1
        return None

    # -- finding

    @on(KnowledgePanel.SearchWanted)
    def _search_wanted(self, message: KnowledgePanel.SearchWanted) -> None:
        seat, service, paused = self.seat, self.form.service, message.paused
        interaction_id = self.held.interaction_id if self.held is not None else None
        own = bool(self.knowledge.own_search)

        def search() -> Message:
            hits = seat.answers.search(
                message.text, paused=paused, service=service, interaction_id=interaction_id, own=own
            )
            return HitsCame(message.request, hits, paused, seat.answers.notice)

        self.ask("search by all" if paused else "search", search)

    @on(HitsCame)
    def _hits_came(self, message: HitsCame) -> None:
        self.knowledge.show_hits(message.request, message.hits, paused=message.paused)
        self._show_notice(NoticeCame(message.notice))
        self.commands_changed()

    @on(NoticeCame)
    def _show_notice(self, message: NoticeCame) -> None:
        """What is wrong with the search stands above the hits and goes by itself once it is over."""
        self.knowledge.show_notice(message.notice)
        if self._notice_timer is not None:
            self._notice_timer.stop()
        self._notice_timer = self.set_timer(NOTICE_AGAIN, self._look_at_notice) if message.notice else None

    def _look_at_notice(self) -> None:
        self.ask("notice", lambda: NoticeCame(self.seat.answers.notice))

    @on(KnowledgePanel.ArticleWanted)
    def _article_wanted(self, message: KnowledgePanel.ArticleWanted) -> None:
        number, version_id, wanted = message.number, message.version_id, message.language
        self.ask("article", lambda: ArticleCame(number, self.seat.answers.article(version_id, wanted)))

    @on(ArticleCame)
    def _article_came(self, message: ArticleCame) -> None:
        self.knowledge.show_article(message.number, message.article)
        self.commands_changed()

    # -- suggesting

    def load_form(self, card: CallerCard) -> None:
        """Another exchange: nothing of the one before is suggested, and its answers are marked."""
        super().load_form(card)
        self.put_in = ()
        self._newest, self._heard = "", self.form
        self._read_given(card.interaction_id)

    @on(CaseFormPanel.FormChanged)
    def _words_typed(self, message: CaseFormPanel.FormChanged) -> None:
        """Search for what is typed in notes or form; another service puts its own answers first."""
        before, form = self._heard, message.form
        self._heard = form
        if self.held is None:
            return
        self._newest = newest_field(before, form, self._newest)
        if any(getattr(before, name) != getattr(form, name) for name in FIELDS):
            self._suggest_typed(typing=True)
        if before.service != form.service:
            self._suggest_typed()
            self.knowledge.search_again()

    @on(DraftCame)
    def _draft_heard(self) -> None:
        """What was typed for the exchange earlier is searched for again."""
        self.call_later(self._hear_form)

    def _hear_form(self) -> None:
        self._heard = self.form
        self._suggest_typed()

    @on(KnowledgePanel.SuggestionWelcome)
    def _suggestion_welcome(self) -> None:
        self._suggest_typed()

    def _suggest_typed(self, *, typing: bool = False) -> None:
        """Suggest the newest words; without any those of the text, without one the service's name."""
        card, form = self.held, self._heard
        if card is None:
            return
        typed = {name: words for name in FIELDS if (words := getattr(form, name).strip())}
        if typed.get("details") == printable(card.text, lines=True).strip():
            del typed["details"]  # that is the text itself
        name = self._newest if self._newest in typed else next(iter(typed), "")
        service = self.services.get(form.service)
        if name:
            source = _("from the notes") if name == "note" else _("from the form")
            self.knowledge.suggest(newest_words(typed[name]), source, typing=typing)
        elif card.text:
            self.knowledge.suggest(card.text, _("from the text"))
        elif service is not None:
            words = service.other_name if language() == "zh" and service.other_name else service.name
            self.knowledge.suggest(words, _("from the form"))
        else:
            self.knowledge.suggest("")

    def suggest_what_rings(self, card: CallerCard | None) -> None:
        """The words of a text that rings are searched for before it is taken; they go when it does."""
        self.knowledge.suggest(card.text if card is not None else "", _("from the text"))

    # -- telling

    def action_give(self) -> None:
        """Note the chosen answer as given."""
        held, found = self.held, self.knowledge.chosen()
        if held is None or found is None:
            return
        interaction_id, seat = held.interaction_id, self.seat

        def give() -> Message:
            seat.answers.give(interaction_id, found.version_id, found.rank, found.query)
            return AnswersGiven(interaction_id, seat.answers.given(interaction_id))

        self.act(f"give {found.version_id}", give)

    @on(AnswersGiven)
    def _answers_given(self, message: AnswersGiven) -> None:
        if self._is_held(message.interaction_id):
            self.knowledge.show_given(message.given)

    def _read_given(self, interaction_id: int) -> None:
        self.ask("given", lambda: AnswersGiven(interaction_id, self.seat.answers.given(interaction_id)))

    def action_text_it(self) -> None:
        """Show the chosen answer as a text, to be sent."""
        self._ask_text(reply=False)

    def action_put_in_reply(self) -> None:
        """Put the chosen answer, as a text, into the reply."""
        self._ask_text(reply=True)

    def _ask_text(self, *, reply: bool) -> None:
        held, found = self.held, self.knowledge.chosen()
        if held is None or found is None:
            return
        interaction_id, seat = held.interaction_id, self.seat

        def ask() -> Message:
            text = seat.answers.by_text(interaction_id, found.version_id)
            return AnswerByTextCame(interaction_id, text, found, reply)

        self.ask("by text", ask)

    @on(AnswerByTextCame)
    def _answer_by_text_came(self, message: AnswerByTextCame) -> None:
        if not self._is_held(message.interaction_id):
            return
        if message.reply:
            self._put(message)
            return
        if not self.is_current:
            return
        key = token_hex(8)

        def wished(wish: Wish | None) -> None:
            if not self._is_held(message.interaction_id):
                return
            if wish is Wish.SEND:
                self._send_answer(message, key)
            elif wish is Wish.CHANGE:
                self._put(message)

        self.app.push_screen(TextItScreen(message.text), wished)

    def _put(self, message: AnswerByTextCame) -> None:
        self.put_in = (*self.put_in, message.found)
        self.go("texts")
        self.set_focus(self.texts.composer)
        self.texts.put(message.text.text)

    def _send_answer(self, message: AnswerByTextCame, key: str) -> None:
        interaction_id, words, found = message.interaction_id, message.text.text, message.found
        seat = self.seat

        def write() -> Message:
            line = seat.conversations.write(interaction_id, words, key=key, found=(found,))
            return TextSent(interaction_id, words, line)

        self.act("text it", write)

    @on(TextSent)
    def _told_by_text(self, message: TextSent) -> None:
        if self._is_held(message.interaction_id):
            self.read_conversation(message.interaction_id)
            self._read_given(message.interaction_id)
            if not self.texting:
                self.notify(_("The text goes out in some seconds. Alt+Z takes it back."), markup=False)

    @on(TextTakenBack)
    def _not_told(self, message: TextTakenBack) -> None:
        self._read_given(message.interaction_id)

    def action_not_helpful(self) -> None:
        """Note that the chosen answer does not help; it goes to the end of the list."""
        hit, found = self.knowledge.current(), self.knowledge.chosen()
        if hit is None or found is None:
            return
        held, seat, code, spoken = self.held, self.seat, hit.code, hit.language
        interaction_id = held.interaction_id if held is not None else None

        def judge() -> Message:
            seat.answers.not_helpful(hit.version_id, found.rank, found.query, spoken, interaction_id)
            return AnswerUnhelpful(interaction_id, code)

        self.act(f"not helpful {code}", judge)

    @on(AnswerUnhelpful)
    def _answer_unhelpful(self, message: AnswerUnhelpful) -> None:
        if message.interaction_id == (self.held.interaction_id if self.held is not None else None):
            self.knowledge.mark_unhelpful(message.code)
            told = _("{code} does not help: noted, and it stands at the end now.")
            self.notify(told.format(code=printable(message.code, limit=40)), markup=False)
            self.commands_changed()

    # -- reading

    def action_next_way(self) -> None:
        """Show the chosen version as it is told the next way."""
        self.knowledge.next_way()

    def action_next_language(self) -> None:
        """Show the chosen article in its next language."""
        self.knowledge.next_language()
