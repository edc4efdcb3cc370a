"""The REST API as a whole: credentials, faults, routes, pages and errors, in the carrier's shapes."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from grm_console.standin import http
from grm_console.standin.faults import Fault, Faults
from grm_console.standin.rest_account import account_routes
from grm_console.standin.rest_calls import call_routes
from grm_console.standin.rest_conferences import conference_routes
from grm_console.standin.rest_request import Asked, Content, Refusal
from grm_console.standin.rest_texts import text_routes
from grm_console.standin.switchboard import Switchboard
from grm_console.standin.texts import Texts

_VERSION = "/2010-04-01/"


class RestApi:
    """Answers the desk's carrier."""

    def __init__(self, board: Switchboard, texts: Texts, token: str, faults: Faults) -> None:
        account = board.webhooks.account_sid
        self._root = f"{_VERSION}Accounts/{account}"
        self._password = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._account = account
        self._board = board
        self._faults = faults
        self._draw = board.draw("faults")
        self._routes = (
            *call_routes(board),
            *conference_routes(board),
            *text_routes(texts),
            *account_routes(board),
        )

    async def answer(self, request: http.Message) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body for one request."""
        fault, late = self._faults.draw(self._draw)
        await asyncio.sleep(late)
        try:
            if fault is Fault.TOO_MANY:
                raise Refusal(429, 20429, "Too Many Requests")
            if fault is Fault.BEFORE:
                raise Refusal(503, 20503, "Service unavailable")
            status, answer = self._answer(request)
            if fault is Fault.AFTER:
                raise Refusal(500, 20500, "Internal server error")
        except Refusal as refusal:
            status, answer = refusal.status, refusal.as_json()
            self._board.tell({"what": "rest refused", "path": request.path, "status": status, "problem": refusal.words})
        if isinstance(answer, Content):
            return status, {"content-type": answer.media_type}, answer.body
        body = b"" if answer is None else json.dumps(answer).encode()
        return status, {"content-type": "application/json"}, body

    def _answer(self, request: http.Message) -> tuple[int, dict[str, Any] | Content | None]:
        if request.headers.get("authorization") != self._password:
            raise Refusal(401, 20003, "Authenticate")
        asked = Asked(request, self._root, self._account)
        if asked.rest is not None:
            for method, pattern, route in self._routes:
                if method == request.method and (match := pattern.fullmatch(asked.rest)):
                    return route(asked, *match.groups())
        raise Refusal(404, 20404, f"The requested resource {request.path} was not found")
