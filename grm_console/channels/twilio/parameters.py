"""Single parameters of a webhook read with care: what is of the wrong type reads as absent, or names itself."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from grm_console.channels.twilio.form import Form
from grm_console.errors import GrmError

MAX_MEDIA = 10
"""Attachments read from one message; Twilio delivers at most ten."""
MAX_ADDRESS = 320
"""Characters of a sender or recipient; a contact point must stay short enough to be indexed."""

_SID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z_-]{1,62}\Z")
"""Two letters and 32 hexadecimal digits today; anything key-like passes, as Twilio calls SIDs opaque."""
_STATUS = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}\Z")
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_KEYS = re.compile(r"[0-9*#]{1,32}\Z")
_TOKEN_HEADER = "i-twilio-idempotency-token"  # noqa: S105 - a header's name, no secret


class Unreadable(GrmError):
    """A signed request lacks what an event needs; keep it with `unreadable_event` and show it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sid(form: Form, *names: str) -> str:
    """The first of the names that has a value; two different values under one name are no identity.

    Raises Unreadable if none has, or if it is no identifier.
    """
    for name in names:
        values = set(form.getlist(name)) - {""}
        if values:
            value = values.pop()
            if values or not _SID.match(value):
                raise Unreadable(f"{name} is no identifier Twilio gives; check who sends this request.")
            return value
    raise Unreadable(f"{names[0]} is missing; check the webhook's configuration.")


def address(form: Form, name: str) -> str:
    """As the provider wrote it; absent reads as blank, which is how a withheld caller comes.

    Raises Unreadable if it is longer than any address.
    """
    value = form.get(name, "")
    if len(value) > MAX_ADDRESS:
        raise Unreadable(f"{name} is longer than {MAX_ADDRESS} characters; no line has such an address.")
    return value


def status(form: Form, *names: str) -> str:
    """The state word under the first of the names that has a value; raises Unreadable without one."""
    for name in names:
        if form.get(name):
            state = word(form, name)
            if not state:
                raise Unreadable(f"{name} is no status word; check who sends this request.")
            return state
    raise Unreadable(f"{names[0]} is missing; check which webhook address the callback uses.")


def word(form: Form, name: str) -> str:
    """A word such as Twilio's states are; empty for anything else."""
    value = form.get(name, "")
    return value if _STATUS.match(value) else ""


def number(form: Form, name: str) -> int | None:
    """A whole number; None for anything else."""
    value = form.get(name, "")
    return int(value) if _DIGITS.match(value) else None


def keys(fields: Mapping[str, list[str]]) -> str:
    """The keys somebody pressed, `0` to `9`, `*` and `#`; empty if there are none."""
    value = (fields.get("Digits") or [""])[0]
    return value if _KEYS.match(value) else ""


def code(form: Form) -> str:
    """An error's number; empty if there is none."""
    value = form.get("ErrorCode", "")
    return value if _DIGITS.match(value) else ""


def account(form: Form) -> str:
    """Whose account it is; empty if it does not say."""
    value = form.get("AccountSid", "")
    return value if _SID.match(value) else ""


def parent(form: Form) -> str:
    """The call a leg was dialled for; a call that names itself, or nothing key-like, has none."""
    value = form.get("ParentCallSid", "")
    return value if _SID.match(value) and value != form.get("CallSid") else ""


def moment(value: str) -> datetime | None:
    """An RFC 2822 date as aware UTC; Twilio writes UTC, so a date without zone is read as UTC."""
    if not value or len(value) > 64:
        return None
    try:
        read = parsedate_to_datetime(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def media(form: Form) -> tuple[tuple[str, str], ...]:
    """A message's attachments as (content type, address)."""
    count = min(number(form, "NumMedia") or 0, MAX_MEDIA)
    found = ((form.get(f"MediaContentType{n}", ""), form.get(f"MediaUrl{n}", "")) for n in range(count))
    return tuple((kind, url) for kind, url in found if url)


def token(headers: Mapping[str, str]) -> str:
    """What a request and its retries have in common; empty if it does not come."""
    return headers.get(_TOKEN_HEADER, "")[:128]
