"""The guides shipped with the program, read over the desk."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from grm_console.i18n import _

GUIDES = Path(__file__).parents[2] / "guides"


def guide_text(name: str, language: str) -> str:
    """The Markdown of a guide (`operator`, `supervisor`, …) in a language; English if it has no other."""
    file = GUIDES / f"{name}.{language}.md"
    return (file if file.exists() else GUIDES / f"{name}.en.md").read_text("utf-8")


class GuideScreen(ModalScreen[None]):
    """One guide at a time; 1 to 4 change it."""

    CSS_PATH = "guide.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", show=False),
        Binding("1", "show('operator')", show=False),
        Binding("2", "show('supervisor')", show=False),
        Binding("3", "show('administrator')", show=False),
        Binding("4", "show('editor')", show=False),
    ]

    def __init__(self, name: str, language: str) -> None:
        super().__init__()
        self._guide = name
        self._language = language

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Guide"))
            with VerticalScroll():
                yield Markdown(guide_text(self._guide, self._language), open_links=False)
            yield Static(
                _("1 operator   2 supervisor   3 administrator   4 editor   Esc back"), classes="hint", markup=False
            )

    async def action_show(self, name: str) -> None:
        """Show another guide from its beginning."""
        await self.query_one(Markdown).update(guide_text(name, self._language))
        self.query_one(VerticalScroll).scroll_home(animate=False)
