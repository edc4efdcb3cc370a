"""The panel of texts: the conversation, what to think of before writing, and the composer."""

from dataclasses import dataclass
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from grm_console.clock import Clock
from grm_console.desk.conversation_views import Conversation, ConversationLine
from grm_console.domain.words import Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.composer import Composer, length_words
from grm_console.tui.widgets.conversation_view import ConversationView

ROOMY = 20
"""Lines from which the composer takes five of them."""


class TextsPanel(Vertical):
    """Everything exchanged by text with whoever is on the exchange at the desk; what is half-typed is its screen's."""

    DEFAULT_CSS = """
    TextsPanel {
        & > #conversation { height: 1fr; }
        & > #texts-notice { height: auto; max-height: 4; color: $warning; display: none; }
        & > #texts-notice.-told { display: block; }
        & > #composer { height: 3; }
        & > #texts-foot { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-roomy > #composer { height: 5; }
    }
    """

    @dataclass
    class Typed(Message):
        """What stands in the composer changed."""

        text: str

    @dataclass
    class OlderWanted(Message):
        """The first text was reached and there are older ones."""

        key: tuple[datetime, str]

    def __init__(self, *, clock: Clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _("4 Texts")
        self.view = ConversationView(clock=clock, id="conversation")
        self.composer = Composer(id="composer")
        self.conversation: Conversation | None = None
        """What is shown; None while no exchange is at the desk, or it was not read yet."""
        self._earlier: tuple[ConversationLine, ...] = ()
        self._older: tuple[datetime, str] | None = None
        self._asked_older: tuple[datetime, str] | None = None

    def compose(self) -> ComposeResult:
        yield self.view
        yield Static(id="texts-notice", markup=False)
        yield self.composer
        yield Static(id="texts-foot", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """More room for words where there are lines."""
        self.set_class(event.size.height >= ROOMY, "-roomy")

    # -- what the screen calls

    def show(self, conversation: Conversation) -> None:
        """Show a conversation; of the same exchange, pages read before stay."""
        before = self.conversation
        if before is None or before.interaction_id != conversation.interaction_id:
            self._earlier, self._older, self._asked_older = (), conversation.older, None
        elif before.lines and conversation.lines and before.lines[0] != conversation.lines[0]:
            kept = {line.line_id for line in conversation.lines}
            gone = tuple(
                line for line in before.lines if line.line_id not in kept and line.at < conversation.lines[0].at
            )
            self._earlier += gone
        self.conversation = conversation
        who = printable(conversation.who or conversation.address, limit=60)
        title = _("4 Texts")
        self.border_title = Content(f"{title} · {who}" if who else title)
        notices = (conversation.blocked, *conversation.warnings)
        told = " ".join(f"▲ {printable(notice)}" for notice in notices if notice)
        notice = self.query_one("#texts-notice", Static)
        notice.set_class(bool(told), "-told")
        notice.update(told)
        self.composer.read_only = bool(conversation.blocked)
        self._show_lines()
        self._show_foot()

    def extend(
        self, interaction_id: int, lines: tuple[ConversationLine, ...], older: tuple[datetime, str] | None
    ) -> None:
        """Put an older page before what is shown."""
        if self.conversation is not None and self.conversation.interaction_id == interaction_id:
            self._earlier = lines + self._earlier
            self._older = older
            self._show_lines()

    def clear(self) -> None:
        """No exchange is at the desk."""
        self.conversation = None
        self._earlier, self._older, self._asked_older = (), None, None
        self.border_title = _("4 Texts")
        self.query_one("#texts-notice", Static).set_class(False, "-told")
        self.view.show((), "")
        self.load("")

    def load(self, text: str) -> None:
        """Put words into the composer in place of what stands there, without asking for them to be kept."""
        with self.prevent(TextArea.Changed):
            self.composer.load_text(text)
        self.composer.move_cursor(self.composer.document.end)
        self._show_foot()

    def put(self, text: str) -> None:
        """Put words where the cursor of the composer is."""
        self.composer.insert(text)

    def tick(self) -> None:
        """A second has passed."""
        self.view.tick()
        if not self.composer.text:
            self._show_foot()

    # -- what it hears

    @on(TextArea.Changed, "#composer")
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._show_foot()
        self.post_message(self.Typed(self.composer.text))

    @on(ConversationView.Moved)
    def _moved(self, message: ConversationView.Moved) -> None:
        if message.index <= 1 and self._older is not None and self._older != self._asked_older and self.view.has_focus:
            self._asked_older = self._older
            self.post_message(self.OlderWanted(self._older))

    def _show_lines(self) -> None:
        conversation = self.conversation
        assert conversation is not None, "lines belong to a conversation"
        empty = _("No texts yet with {address}.").format(address=printable(conversation.address, limit=60))
        if conversation.contact_point_id is None:
            empty = _("The number is withheld: no texts can be exchanged.")
        self.view.show(self._earlier + conversation.lines, empty)

    def _show_foot(self) -> None:
        conversation = self.conversation
        channel = conversation.channel if conversation is not None else Channel.SMS
        text = self.composer.text
        waiting = _("Alt+Z takes it back") if self.view.waiting is not None else ""
        parts = [length_words(text, channel) if text else waiting or _("Enter sends · ^J new line · ^T ready text")]
        if conversation is not None and conversation.our_line:
            parts.append(_("from {line}").format(line=printable(conversation.our_line, limit=40)))
        self.query_one("#texts-foot", Static).update(" · ".join(parts))
