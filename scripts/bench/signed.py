"""Webhook requests as Twilio sends them, signed by the official algorithm and ready to be written to a socket."""

import socket
from itertools import count
from random import Random
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

PUBLIC = "https://hotline.bench.example"
ACCOUNT = "AC" + "be" * 16
TOKEN = "bench-token-0123456789abcdef"
LINE = "+12025550100"

_validator = RequestValidator(TOKEN)
_WORDS = [
    "when",
    "is",
    "the",
    "bulky",
    "waste",
    "collected",
    "in",
    "our",
    "street",
    "please",
    "tell",
    "me",
    "the",
    "day",
    "and",
    "the",
    "hour",
]


_numbers = count()


def number() -> str:
    """A possible number that this process has not used before; neighbours lie far apart in every index."""
    return f"+1202{2_000_000 + next(_numbers) * 5_000_011 % 8_000_000}"


def text_fields(draw: Random) -> dict[str, str]:
    """One inbound text with the 27 parameters of a real one."""
    sid = f"SM{draw.getrandbits(128):032x}"
    return {
        "ToCountry": "US",
        "ToState": "DC",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "WASHINGTON",
        "FromZip": "20001",
        "SmsSid": sid,
        "FromState": "DC",
        "SmsStatus": "received",
        "FromCity": "WASHINGTON",
        "Body": " ".join(draw.choices(_WORDS, k=12)),
        "FromCountry": "US",
        "To": LINE,
        "MessagingServiceSid": "MG" + "0" * 32,
        "ToZip": "20002",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": number(),
        "ApiVersion": "2010-04-01",
        "ProfileName": "",
        "WaId": "",
        "ButtonText": "",
        "ButtonPayload": "",
        "Latitude": "",
        "Longitude": "",
        "AddOns": "",
    }


def call_fields(caller: str, sid: str, status: str = "ringing") -> dict[str, str]:
    """One inbound call with the 27 parameters of a real one; for a status callback name the status."""
    fields = {
        "CallSid": sid,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": caller,
        "To": LINE,
        "Caller": caller,
        "Called": LINE,
        "Direction": "inbound",
        "CallStatus": status,
        "FromCity": "WASHINGTON",
        "FromState": "DC",
        "FromZip": "20001",
        "FromCountry": "US",
        "CallerCity": "WASHINGTON",
        "CallerState": "DC",
        "CallerZip": "20001",
        "CallerCountry": "US",
        "ToCity": "WASHINGTON",
        "ToState": "DC",
        "ToZip": "20002",
        "ToCountry": "US",
        "CalledCity": "WASHINGTON",
        "CalledState": "DC",
        "CalledZip": "20002",
        "CalledCountry": "US",
        "StirVerstat": "TN-Validation-Passed-A",
        "CallToken": "%7B%22parentCallInfoToken%22%3A%22" + "e" * 64 + "%22%7D",
    }
    return fields if status == "ringing" else fields | {"SequenceNumber": "3", "CallDuration": "4"}


def request(path: str, fields: dict[str, str], token: str) -> bytes:
    """Head and body in one piece; `token` tells a request from its retries."""
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {_validator.compute_signature(PUBLIC + path, fields)}\r\n"
        f"I-Twilio-Idempotency-Token: {token}\r\n\r\n"
    )
    return head.encode() + body


def ask(line: socket.socket, ready: bytes) -> bytes:
    """Write a request and read its whole answer, which must be a success."""
    line.sendall(ready)
    data = b""
    while not whole(data):
        part = line.recv(65536)
        if not part:
            raise SystemExit("A server closed the connection instead of answering.")
        data += part
    if not data.startswith(b"HTTP/1.1 2"):
        raise SystemExit(f"A request was not taken: {data[:200]!r}")
    return data


def whole(data: bytes) -> bool:
    """Whether an answer has come to its end."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


def texts(draw: Random, many: int) -> list[bytes]:
    """So many different texts."""
    return [request("/twilio/sms", text_fields(draw), f"{draw.getrandbits(128):032x}") for _ in range(many)]


def calls(draw: Random, many: int) -> list[bytes]:
    """So many different calls that begin to ring."""
    return [
        request(
            "/twilio/voice",
            call_fields(number(), f"CA{draw.getrandbits(128):032x}"),
            f"{draw.getrandbits(128):032x}",
        )
        for _ in range(many)
    ]
