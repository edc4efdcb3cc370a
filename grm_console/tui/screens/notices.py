"""The supervisor's notices in force, over the desk; what is shown counts as read."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.desk.board_views import NoticeLine
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.words import when


class NoticesScreen(ModalScreen[None]):
    """Newest first, the unread ones marked; `seen` is called in a thread with the keys of those that were unread."""

    CSS_PATH = "notices.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", show=False)]

    def __init__(self, notices: tuple[NoticeLine, ...], now: datetime, seen: Callable[[tuple[int, ...]], None]) -> None:
        super().__init__()
        self._notices = notices
        self._now = now
        self._seen = seen

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box") as box:
            box.border_title = Content(_("Notices"))
            box.border_subtitle = Content(_("Esc back"))
            yield Static(Content("\n").join(self._lines()), markup=False)

    def on_mount(self) -> None:
        unread = tuple(notice.notice_id for notice in self._notices if notice.unread)
        if unread:
            self.app.run_worker(lambda: self._seen(unread), thread=True, group="notices", exit_on_error=False)

    def _lines(self) -> list[Content]:
        if not self._notices:
            return [Content.styled(_("No notice is in force. What the supervisor tells the desk stands here."), "dim")]
        lines: list[Content] = []
        for notice in self._notices:
            sign = ("◆ ", "bold $warning") if notice.unread else ("  ", "")
            to = _("for {queue} · ").format(queue=printable(notice.queue)) if notice.queue else ""
            until = _("until {when}").format(when=when(notice.until, self._now))
            lines += [
                Content.assemble(sign, (printable(notice.text, lines=True), "bold" if notice.unread else "")),
                Content.styled(f"  {printable(notice.by)} · {to}{until}", "$text-muted"),
                Content(""),
            ]
        return lines[:-1]
