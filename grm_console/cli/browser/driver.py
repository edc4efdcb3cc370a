"""How a console process speaks with the server that started it: Textual's packets on standard input and output."""

import os

from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus
from textual.messages import ExitApp


class BrowserDriver(WebDriver):
    """Textual's own web driver, but for a server that is gone: the console then leaves instead of staying behind."""

    def start_application_mode(self) -> None:
        """Start with the focus: Textual's driver begins without, and the page has told of it before we could hear."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())

    def write(self, data: str) -> None:
        """Send what is to be painted; nobody is left to see it if the server is gone."""
        payload = data.encode("utf-8", errors="replace")
        self._send(b"D", payload)

    def write_meta(self, data: dict[str, object]) -> None:
        """Send nothing: the server asks for none of it, and an end it sees by itself."""

    def run_input_thread(self) -> None:
        """Read until the end; an end that nobody asked for here is the server's."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())

    def _send(self, kind: bytes, payload: bytes) -> None:
        left = memoryview(kind + len(payload).to_bytes(4, "big") + payload)
        try:
            while left:
                left = left[os.write(self.fileno, left) :]
        except BrokenPipeError:
            pass  # the end of standard input tells us to leave
