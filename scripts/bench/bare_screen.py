"""The floor of a console: Textual with an Input and a table of 200 rows, nothing else."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input


class Bare(App[None]):
    """One field, one table."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="Bare")
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        self.animation_level = "none"
        table = self.query_one(DataTable)
        table.add_columns("when", "kind", "channel", "state", "words")
        for number in range(200):
            table.add_row(f"{number:03}", "call", "voice", "answered", f"Asked about matter {number}")


if __name__ == "__main__":
    Bare().run()
