"""What an operator does by text: read the conversation, write, take back, send again, fetch what was attached."""

from pathlib import Path
from secrets import token_hex

from textual import on
from textual.message import Message

from grm_console.desk.conversation_views import AttachmentLine
from grm_console.desk.views import AnswerFound
from grm_console.domain.words import AttachmentStage, Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import (
    AttachmentAsked,
    ConversationCame,
    OlderTextsCame,
    TextSent,
    TextTakenBack,
)
from grm_console.tui.screens.panels import PanelScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.composer import Composer
from grm_console.tui.widgets.conversation_view import attachment_words
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField
from grm_console.tui.widgets.texts_panel import TextsPanel

LONGEST_PATH = 1000
WRITTEN = frozenset({Channel.SMS, Channel.WHATSAPP})
"""Channels whose exchanges are conversations by text."""


class TextingScreen(PanelScreen):
    """Commands of the panel of texts; what is half-typed is part of the exchange's draft."""

    put_in: tuple[AnswerFound, ...] = ()
    """Standard answers put into replies of the exchange: those that a reply still tells are given with it."""
    _writing: tuple[str, str] | None = None
    """The words under way, and the key under which they are sent once only."""

    def may_text(self, action: str) -> bool | None:
        """Whether one of this class's commands makes sense now; None if it is not one of them."""
        reading = self.texts.view.has_focus
        line = self.texts.view.current if reading else None
        match action:
            case "take_back":
                return self.held is not None and self.texts.view.waiting is not None
            case "send_again":
                return self.held is not None and line is not None and line.may_send_again
            case "attached":
                return line is not None and bool(line.attachments)
            case "consent":
                conversation = self.texts.conversation
                return reading and conversation is not None and conversation.contact_point_id is not None
        return None

    def read_texts(self) -> None:
        """Read the conversation of what is held, if texts are what it is about or the panel is in use."""
        card = self.held
        if card is not None and (card.channel in WRITTEN or self.texts.conversation is not None or self.texting):
            self.read_conversation(card.interaction_id)

    def read_conversation(self, interaction_id: int) -> None:
        """Read the conversation of an exchange."""
        self.ask("texts", lambda: ConversationCame(self.seat.conversations.of_interaction(interaction_id)))

    def _bring(self, name: str) -> None:
        super()._bring(name)
        if name == "texts" and self.texts.conversation is None:
            self.read_texts()

    @property
    def texting(self) -> bool:
        """Whether the panel of texts is the one at the front."""
        return self.current_panel == "texts"

    @on(ConversationCame)
    def _conversation_came(self, message: ConversationCame) -> None:
        if self._is_held(message.conversation.interaction_id):
            self.texts.show(message.conversation)
            self.lay_out()
            self.commands_changed()

    @on(TextsPanel.OlderWanted)
    def _older_texts_wanted(self, message: TextsPanel.OlderWanted) -> None:
        card = self.held
        if card is not None:
            interaction_id, key = card.interaction_id, message.key
            conversations = self.seat.conversations
            self.ask("older texts", lambda: OlderTextsCame(interaction_id, *conversations.older(interaction_id, key)))

    @on(OlderTextsCame)
    def _older_texts_came(self, message: OlderTextsCame) -> None:
        self.texts.extend(message.interaction_id, message.lines, message.older)

    # -- writing

    @on(Composer.SendWanted)
    def _send(self, message: Composer.SendWanted) -> None:
        card = self.held
        if card is None:
            return
        interaction_id, text, key = card.interaction_id, message.text, self._text_key(message.text)

        found = self.put_in

        def write() -> Message:
            line = self.seat.conversations.write(interaction_id, text, key=key, found=found)
            return TextSent(interaction_id, text, line)

        self.act("write", write)

    def _text_key(self, text: str) -> str:
        """The same key as long as the same words were not sent: a try that got no answer is not sent twice."""
        if self._writing is None or self._writing[0] != text:
            self._writing = (text, token_hex(8))
        return self._writing[1]

    @on(TextSent)
    def _text_sent(self, message: TextSent) -> None:
        self._writing = None
        if self._is_held(message.interaction_id):
            if self.texts.composer.text.rstrip() == message.text:
                self.texts.composer.clear()
            self.read_texts()

    def action_take_back(self) -> None:
        """Take the newest text back that has not gone out; its words stand in the composer again."""
        card, line = self.held, self.texts.view.waiting
        if card is None or line is None or line.outbox_id is None:
            return
        interaction_id, outbox_id = card.interaction_id, line.outbox_id
        self.act("take back", lambda: TextTakenBack(interaction_id, self.seat.conversations.undo(outbox_id)))

    @on(TextTakenBack)
    def _text_taken_back(self, message: TextTakenBack) -> None:
        if self._is_held(message.interaction_id):
            typed = self.texts.composer.text
            self.texts.composer.load_text(f"{message.text}\n{typed}" if typed else message.text)
            self.texts.composer.move_cursor(self.texts.composer.document.end)
            self.go("texts")
            self.texts.composer.focus()
            self.read_texts()

    def action_send_again(self) -> None:
        """Send the text under the cursor once more."""
        card, line = self.held, self.texts.view.current
        if card is None or line is None or line.outbox_id is None:
            return
        interaction_id, outbox_id = card.interaction_id, line.outbox_id
        conversations = self.seat.conversations
        self.act("send again", lambda: TextSent(interaction_id, "", conversations.send_again(outbox_id)))

    # -- attachments

    def action_attached(self) -> None:
        """Fetch or save what is attached to the text under the cursor."""
        line = self.texts.view.current
        if line is None or not line.attachments:
            return
        if len(line.attachments) == 1:
            self._attachment(line.attachments[0])
            return
        choices = tuple(Choice(str(one.attachment_id), attachment_words(one)) for one in line.attachments)
        by_key = {str(one.attachment_id): one for one in line.attachments}

        def picked(code: str | None) -> None:
            if code is not None:
                self._attachment(by_key[code])

        self.app.push_screen(PickScreen(_("Which attachment?"), choices), picked)

    def _attachment(self, attached: AttachmentLine) -> None:
        conversations, key = self.seat.conversations, attached.attachment_id
        if attached.stage is AttachmentStage.KEPT:
            field = FormField("path", _("File"), LineField(limit=LONGEST_PATH), required=True)

            def save(typed: dict[str, str]) -> Path:
                path = Path(typed["path"]).expanduser()
                conversations.save_attachment(key, path)
                return path

            words = {"path": f"~/{attached.name}"}
            form = SmallFormScreen(_("Save the attachment to a file"), (field,), words, save, self._attachment_saved)
            self.app.push_screen(form)
        elif attached.stage is not AttachmentStage.ASKED:
            self.act(f"attachment {key}", lambda: AttachmentAsked(conversations.ask_attachment(key)))

    @on(AttachmentAsked)
    def _attachment_asked(self) -> None:
        self.read_texts()

    def _attachment_saved(self, path: Path) -> None:
        self.notify(_("Saved as {path}.").format(path=printable(str(path))), markup=False)

    # -- consent

    def action_consent(self) -> None:
        """Show whether this number may be sent texts, and everything that led to it."""
        from grm_console.tui.screens.consent import ConsentScreen  # rare

        conversation = self.texts.conversation
        if conversation is not None and conversation.contact_point_id is not None:
            screen = ConsentScreen(
                self.seat.conversations, conversation.contact_point_id, conversation.address, self.now
            )
            self.app.push_screen(screen, lambda _result: self.read_texts())
