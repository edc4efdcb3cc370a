"""A carrier's REST API on this machine, as little of it as texts need: what it makes of one is its heir's to say."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class RestCarrier:
    """Takes requests to send a text from the moment it is made; `take` answers them, in several threads at once."""

    def __init__(self) -> None:
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                body = json.dumps(carrier.take({name: values[0] for name, values in form.items()})).encode()
                self.send_response(201)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """A text as the REST API answers it."""
        raise NotImplementedError

    def close(self) -> None:
        """Take nothing any more."""
        self._server.shutdown()
        self._server.server_close()
