"""Text measured in terminal cells: a Han character takes two, a combining mark none."""

from rich.cells import cell_len, set_cell_size

from grm_console.text import ELLIPSIS

__all__ = ["cell_len", "clip", "pad"]


def clip(text: str, cells: int) -> str:
    """Return `text` in at most `cells` terminal cells, a cut shown by an ellipsis; no character is halved."""
    if cells <= 0:
        return ""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + ELLIPSIS


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """Return `text` in exactly `cells` terminal cells, clipped or filled; `right` aligns it right."""
    text = clip(text, cells)
    space = " " * (cells - cell_len(text))
    return space + text if right else text + space
