"""SVG pictures of screens: a terminal's, cell by cell with its colours, and any picture made to fetch nothing."""

import re
from io import StringIO

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text


def svg(screen: pyte.Screen, title: str) -> str:
    """The picture of a screen; it fetches nothing from elsewhere."""
    console = Console(
        width=screen.columns, record=True, file=StringIO(), color_system="truecolor", legacy_windows=False
    )
    for line in range(screen.lines):
        cells = (screen.buffer[line][column] for column in range(screen.columns))
        console.print(Text.assemble(*((cell.data, _style(cell)) for cell in cells if cell.data)), soft_wrap=True)
    return self_contained(console.export_svg(title=title))


def self_contained(svg: str) -> str:
    """Without the fonts that would be fetched from elsewhere: the reader's own fixed-width font serves."""
    return re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "Noto Sans Mono CJK SC")


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _colour(name: str) -> str | None:
    """The terminal's own colour is none; the desk's are six hexadecimal figures, a traceback's have names."""
    if name == "default":
        return None
    if len(name) == 6 and all(figure in "0123456789abcdef" for figure in name):
        return f"#{name}"
    return name.replace("brown", "yellow").replace("bright", "bright_")
