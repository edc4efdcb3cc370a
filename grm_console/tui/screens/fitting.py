"""A screen that is styled for the terminal's size from its first layout on."""

from textual.screen import Screen


class FittingScreen(Screen[None]):
    """Base of screens with breakpoints.

    Textual gives a screen the classes of its breakpoints after its first layout, and then does styles, layout and
    painting a second time: a sixth of what it costs to open a desk.
    """

    def on_compose(self) -> None:
        width, height = self.app.size
        for breakpoints, length in ((self.HORIZONTAL_BREAKPOINTS, width), (self.VERTICAL_BREAKPOINTS, height)):
            reached = [breakpoint for breakpoint in breakpoints or () if breakpoint[0] <= length]
            if reached:
                self.add_class(max(reached)[1])
