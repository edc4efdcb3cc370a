"""Two contacts side by side: who stays, which value of each field, and what hangs on each, before they become one."""

from collections.abc import Callable
from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from grm_console.desk.contact_views import MergePreview
from grm_console.errors import GrmError, InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.contact_form import RuledField
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.contact_words import SHOWN_CHARACTERS, field_label
from grm_console.tui.widgets.row_view import RowView
from grm_console.tui.widgets.side_by_side import LABEL_CELLS, Pair, Side, SideBySide, column_cells
from grm_console.tui.widgets.text_fields import LineField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.contact_book import ContactBook

MERGE = (
    Command("merge", "ctrl+s", "Merge", "Make one contact of both; it can be undone.", "The merge"),
    Command("choose('left')", "left", "Left one", "Take the left value of this field.", "Fields", first=False),
    Command("choose('right')", "right", "Right one", "Take the right value of this field.", "Fields", first=False),
    Command("turn", "f3", "Other way", "The other contact stays; this one goes into it.", "The merge"),
    Command("whole", "f4", "Whole words", "Read both values of this field in full.", "Fields"),
    Command("close", "escape", "Back", "Go back; nothing is merged.", "Moving", first=False),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)


class MergeScreen(CommandedScreen):
    """The contact that was open stands on the left and stays, until F3 turns that round.

    What is not chosen by hand is taken from the contact that stays, or from the other one where that has nothing.
    """

    CSS_PATH = "merge.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = MERGE
    BINDINGS: ClassVar[list[BindingType]] = bindings(MERGE)

    def __init__(
        self,
        book: "ContactBook",
        left_id: int,
        right_id: int,
        opened: Callable[[int], object],
        merged: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._book = book
        self._ids = (left_id, right_id)
        self._opened = opened
        self._merged = merged
        self._preview: MergePreview | None = None
        self._stays: Side = "left"
        self._by_hand: dict[str, Side] = {}
        self._table = SideBySide(id="pairs")
        self._reason = RuledField(
            "reason",
            _("Why they are the same"),
            LineField(placeholder=_("same e-mail and birthday, confirmed by phone …")),
        )

    def compose(self) -> ComposeResult:
        yield Static(id="sides", markup=False)
        yield Static(id="warnings", markup=False)
        yield self._table
        yield self._reason
        yield Static(id="told", markup=False)
        yield self.footer

    def on_mount(self) -> None:
        self._read()

    def _read(self) -> None:
        book, (left_id, right_id), opened = self._book, self._ids, self._opened

        def read() -> MergePreview:
            opened(right_id)
            return book.merge_preview(left_id, right_id)

        self.act(read, self._show)

    def _show(self, preview: MergePreview) -> None:
        self._preview = preview
        self._paint()
        if self.focused is None:
            self._table.focus()

    def on_resize(self) -> None:
        self._paint()

    # -- painting

    def _pairs(self, preview: MergePreview) -> tuple[Pair, ...]:
        """What differs stands first, as there is something to decide."""
        pairs = (Pair(pair.field, pair.left, pair.right) for pair in preview.pairs)
        return tuple(sorted(pairs, key=lambda pair: not pair.differs))

    def _chosen(self, pairs: tuple[Pair, ...]) -> dict[str, Side]:
        other: Side = "right" if self._stays == "left" else "left"
        chosen: dict[str, Side] = {}
        for pair in pairs:
            value = pair.left if self._stays == "left" else pair.right
            if pair.differs:
                chosen[pair.field] = self._by_hand.get(pair.field, self._stays if value else other)
        return chosen

    def _paint(self) -> None:
        preview = self._preview
        if preview is None:
            return
        pairs = self._pairs(preview)
        self._table.show(pairs, self._chosen(pairs))
        self._table.styles.max_height = len(pairs) + 1
        self.query_one("#sides", Static).update(Content("\n").join(self._heads(preview)))
        warnings = self.query_one("#warnings", Static)
        warnings.display = bool(preview.warnings)
        warnings.update(Content("\n").join(Content(f"▲ {printable(warning)}") for warning in preview.warnings))
        self.query_one("#told", Static).update(Content.styled(self._told(preview), "$text-muted"))
        self.commands_changed()

    def _names(self, preview: MergePreview) -> tuple[str, str]:
        pair = next((each for each in preview.pairs if each.field == "name"), None)
        left, right = (pair.left, pair.right) if pair else ("", "")
        return printable(left, limit=SHOWN_CHARACTERS), printable(right, limit=SHOWN_CHARACTERS)

    def _heads(self, preview: MergePreview) -> list[Content]:
        cells = column_cells(self._table.scrollable_content_region.width)
        left, right = self._names(preview)
        stays, goes = _("◆ stays"), _("◇ goes into it")
        roles = (stays, goes) if self._stays == "left" else (goes, stays)
        marks = [(f"  {role}", "bold $success" if role == stays else "$text-muted") for role in roles]
        gap = pad("", LABEL_CELLS + 1)
        return [
            Content.assemble(
                (pad(_(" Side by side"), LABEL_CELLS + 1), "bold"),
                *((pad(text, cells), style) for text, style in marks),
            ),
            Content.assemble(gap, *((pad(f"  {name}", cells - 1) + " ", "bold") for name in (left, right))),
            *(
                Content.assemble(gap, *((pad(f"  {text}", cells - 1) + " ", "$text-muted") for text in texts))
                for texts in zip_longest(
                    _counted(preview.left_counts, cells - 3), _counted(preview.right_counts, cells - 3), fillvalue=""
                )
            ),
        ]

    def _told(self, preview: MergePreview) -> str:
        left, right = self._names(preview)
        stays, goes = (left, right) if self._stays == "left" else (right, left)
        return _("{goes} becomes part of {stays}; that can be undone.").format(
            goes=clip(goes, 20), stays=clip(stays, 20)
        )

    # -- commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        if action in ("turn", "merge", "whole"):
            return self._preview is not None
        if action == "choose":
            pair = self._table.current
            return self._table.has_focus and pair is not None and pair.differs
        return super().check_action(action, parameters)

    def on_descendant_focus(self) -> None:
        self.commands_changed()

    @on(RowView.Moved)
    def _line_reached(self) -> None:
        self.commands_changed()

    @on(SideBySide.Chosen)
    def _value_chosen(self, message: SideBySide.Chosen) -> None:
        self._by_hand[message.field] = self._table.chosen[message.field]

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._table.focus()

    def action_choose(self, side: Side) -> None:
        """Take one side's value."""
        self._table.choose(side)

    def action_turn(self) -> None:
        """The other contact stays."""
        self._stays = "right" if self._stays == "left" else "left"
        self._paint()

    def action_whole(self) -> None:
        """Both values in full."""
        pair = self._table.current
        if pair is not None:
            words = _("Left:\n{left}\n\nRight:\n{right}").format(left=pair.left or "—", right=pair.right or "—")
            self.app.push_screen(WholeTextScreen(field_label(pair.field), words))

    def action_merge(self) -> None:
        """Make one contact of both."""
        preview = self._preview
        if preview is None:
            return
        self._reason.show_problem("")
        reason = self._reason.value.strip()
        if not reason:
            self.refused(InvalidInput({"reason": _("Say why they are the same, e.g. same e-mail and birthday.")}))
            return
        turned = self._stays == "right"
        survivor, merged = (preview.right_id, preview.left_id) if turned else (preview.left_id, preview.right_id)
        versions = (preview.left_version, preview.right_version)
        chosen = dict(self._table.chosen)
        if turned:
            versions = versions[::-1]
            chosen = {field: "left" if side == "right" else "right" for field, side in chosen.items()}
        book = self._book

        def merge() -> int:
            book.merge(survivor, merged, chosen, versions, reason)
            return survivor

        self.act(merge, self._over)

    def _over(self, survivor_id: int) -> None:
        self.dismiss()
        self._merged(survivor_id)

    def refused(self, error: GrmError) -> None:
        """Say why; a contact that somebody changed meanwhile is read again, choices and reason stay."""
        if isinstance(error, InvalidInput) and "reason" in error.problems:
            self._reason.show_problem(error.problems["reason"])
            self._reason.focus_control()
            return
        super().refused(error)
        if isinstance(error, StaleChange):
            self._read()
        elif self._preview is None:
            self._table.sentence = str(error)
            self._table.rows_changed()

    def action_close(self) -> None:
        """Go back; nothing is merged."""
        self.dismiss()


def _counted(counts: tuple[tuple[str, int], ...], cells: int) -> list[str]:
    """What hangs on a contact, in as few lines of so many cells as it takes."""
    lines = [""]
    for label, number in counts:
        if number:
            told = f"{number} {printable(label)}"
            longer = f"{lines[-1]} · {told}" if lines[-1] else told
            if cell_len(longer) <= cells:
                lines[-1] = longer
            else:
                lines.append(told)
    return lines if lines[0] else [_("nothing yet")]
