"""The console of one browser tab, as a process of its own; `python -m grm_console.cli.browser.console` starts it."""

import logging
import os
import sys
import traceback
from pathlib import Path

from textual import on
from textual.messages import ExitApp
from textual.worker import WorkerFailed

from grm_console.cli.console import open_door
from grm_console.cli.json_log import write_log_as_json
from grm_console.i18n import use_language
from grm_console.tui import app
from grm_console.tui.app import GrmConsole
from grm_console.tui.screens.sign_in import SignInScreen

SIGN_IN_WITHIN = 600.0
"""Seconds after which a tab where nobody signed in gives its place to others."""

_log = logging.getLogger(__name__)


class BrowserConsole(GrmConsole):
    """The console behind a browser tab: nobody sits down unasked, and the end of the tab is leaving the desk."""

    # Textual looks beside the file of a subclass.
    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))
    _leaving = False

    def on_mount(self) -> None:
        self.set_timer(SIGN_IN_WITHIN, self._give_place_back)

    def _give_place_back(self) -> None:
        if isinstance(self.screen, SignInScreen):
            self.exit()

    async def action_quit(self) -> None:
        """Leave; a desk first puts what was typed into the store."""
        self._leaving = True
        await super().action_quit()

    @on(ExitApp)
    async def _leave_first(self, message: ExitApp) -> None:
        """A tab closed, a signal or a lost server end the console as Ctrl+Q does: words kept, signed out."""
        if not self._leaving:
            message.prevent_default()
            await self.action_quit()

    def _handle_exception(self, error: Exception) -> None:
        """Tell the log where a defect is. Textual's own report shows variables, and in them callers' words."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        frames = traceback.extract_tb(cause.__traceback__)
        places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        _log.error("a console ended by a defect: %s at %s", type(cause).__name__, places)
        super()._handle_exception(error)


def main() -> None:
    """Run the console on the packets of standard input and output; the exit code is 1 after a defect."""
    write_log_as_json("warning", os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    use_language(os.environ.get("GRM_LANGUAGE", ""))
    console = BrowserConsole(open_door, demo=False)
    console.run()
    sys.exit(console.return_code)


if __name__ == "__main__":
    main()
