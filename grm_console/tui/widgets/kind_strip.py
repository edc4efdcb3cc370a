"""The names of lists where there are more than fit."""

from textual.content import Content

from grm_console.tui.cells import cell_len
from grm_console.tui.widgets.tab_strip import TabStrip


class KindStrip(TabStrip):
    """The names of the lists; the one that is seen stands out and is always there, with as many others as fit."""

    def render(self) -> Content:
        return Content("  ").join(
            Content.styled(f" {label} ", "bold reverse" if kind == self._current else "$text-muted")
            for kind, label in self._visible
        )

    @property
    def _visible(self) -> tuple[tuple[str, str], ...]:
        """The names from the first one with which the one that is seen still fits."""
        if not self._tabs:
            return ()
        last = next((at for at, (kind, _label) in enumerate(self._tabs) if kind == self._current), 0)
        first, wide = last, 0
        while first >= 0 and (first == last or wide + cell_len(self._tabs[first][1]) + 4 <= self.size.width):
            wide += cell_len(self._tabs[first][1]) + 4
            first -= 1
        return self._tabs[first + 1 :]
