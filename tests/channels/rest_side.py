"""Twilio's REST API on loopback: answers in its JSON shapes, keeps what it was asked."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from carrier_side import ACCOUNT, LINE, PUBLIC

HOME = f"/2010-04-01/Accounts/{ACCOUNT}"
NUMBER = "PN" + "0b" * 16


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    fields: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Rest:
    """A server that answers each method and path as it is told, anything else with 404."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[Asked] = []
        self.replies: dict[tuple[str, str], Reply] = {}

    def answer(self, method: str, path: str, payload: object, status: int = 200) -> None:
        body = b"" if payload is None else json.dumps(payload).encode()
        self.replies[method, path] = Reply(status, body, {"content-type": "application/json"})

    def refuse(self, method: str, path: str, status: int, code: int) -> None:
        """Twilio's own shape of an error."""
        said = {"code": code, "message": "No \x1b[31mway", "more_info": f"https://x/{code}", "status": status}
        self.answer(method, path, said, status)

    def give(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies["GET", path] = Reply(status, body, told)

    @property
    def last(self) -> Asked:
        return self.asked[-1]


@contextmanager
def rest_server() -> Iterator[Rest]:
    """A server on a free loopback port; ended afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            fields = parse_qs(sent or parts.query, keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            rest.asked.append(Asked(self.command, parts.path, fields, headers))
            missing = Reply(404, json.dumps({"code": 20404, "message": "gone", "status": 404}).encode(), {})
            reply = rest.replies.get((self.command, parts.path), missing)
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_DELETE = handle_one  # noqa: N815

        def log_message(self, *values: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        rest = Rest(server.server_address[1])
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield rest
        server.shutdown()
        serving.join()


def number_json(**changed: Any) -> dict[str, Any]:
    """A number as Twilio tells it, freshly bought: it leads to Twilio's own demonstration."""
    return {
        "sid": NUMBER,
        "account_sid": ACCOUNT,
        "friendly_name": "(202) 555-0100",
        "phone_number": LINE,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "voice_url": "https://demo.twilio.com/welcome/voice/",
        "voice_method": "POST",
        "voice_fallback_url": None,
        "voice_fallback_method": "POST",
        "voice_receive_mode": "voice",
        "voice_application_sid": "",
        "status_callback": "",
        "status_callback_method": "POST",
        "sms_url": "https://demo.twilio.com/welcome/sms/reply/",
        "sms_method": "POST",
        "sms_fallback_url": "",
        "sms_fallback_method": "POST",
        "sms_application_sid": "",
        "trunk_sid": None,
        "emergency_status": "Active",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "date_created": "Thu, 30 Jul 2026 23:19:04 +0000",
        "date_updated": "Thu, 30 Jul 2026 23:19:04 +0000",
        "status": "in-use",
        **changed,
    }


def connected_json(**changed: Any) -> dict[str, Any]:
    """The same after `grm twilio connect`, its emergency address registered."""
    voice, text = f"{PUBLIC}/twilio/voice", f"{PUBLIC}/twilio/sms"
    tries = "#rc=3&rp=all&ct=2000&rt=4000"
    ours = {
        "voice_url": voice + tries,
        "voice_fallback_url": f"{voice}/fallback{tries}",
        "status_callback": f"{voice}/status#rc=5&rp=all",
        "sms_url": text + tries,
        "sms_fallback_url": f"{text}/fallback{tries}",
        "emergency_address_status": "registered",
    }
    return number_json(**{**ours, **changed})


def numbers_json(*numbers: dict[str, Any]) -> dict[str, Any]:
    """A page of numbers."""
    return {"incoming_phone_numbers": list(numbers), "page": 0, "page_size": 1000, "next_page_uri": None}


def account_json(**changed: Any) -> dict[str, Any]:
    """An account as Twilio tells it."""
    return {
        "sid": ACCOUNT,
        "friendly_name": "City hotline",
        "owner_account_sid": ACCOUNT,
        "auth_token": "secret-token",
        "status": "active",
        "type": "Full",
        "date_created": "Thu, 30 Jul 2026 23:19:04 +0000",
        "date_updated": "Thu, 30 Jul 2026 23:19:04 +0000",
        **changed,
    }
