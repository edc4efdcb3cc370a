"""One request to the REST API, its refusal, and the pages of a list."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from grm_console.standin import http

_MAX_PAGE = 1000

Route = tuple[str, "re.Pattern[str]", Callable[..., tuple[int, Any]]]
"""Method, path below the account, and what answers: status and a JSON object, `Content`, or None."""


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is a file."""

    media_type: str
    body: bytes


class Refusal(Exception):
    """The request is refused, with the carrier's error code."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        self.words = words

    def as_json(self) -> dict[str, Any]:
        """The refusal as the carrier writes it."""
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.words, "more_info": info, "status": self.status}


def not_found(what: str) -> Refusal:
    """There is no such resource (20404)."""
    return Refusal(404, 20404, f"The requested resource {what} was not found")


class Asked:
    """A request below the account: its fields, or the query of a GET."""

    def __init__(self, request: http.Message, root: str, account: str) -> None:
        below = request.path.removeprefix(root)
        self.rest = below.removeprefix("/") if below != request.path else None
        """The path below the account; None if it is of another one."""
        self._account = account
        self._path = request.path
        self._root = root
        self._values = request.values()

    def get(self, name: str) -> str | None:
        """The first value of a field; None if it did not come."""
        values = self._values.get(name)
        return values[0] if values else None

    def text(self, name: str) -> str:
        """The first value of a field, or nothing."""
        return self.get(name) or ""

    def flag(self, name: str) -> bool | None:
        """A yes or no; None if it did not come."""
        value = self.get(name)
        return None if value is None else value.lower() == "true"

    def words(self, name: str, default: str = "") -> frozenset[str]:
        """A field that is repeated, or holds words with spaces between them."""
        return frozenset(" ".join(self._values.get(name, [default])).split())

    def every(self, name: str) -> list[str]:
        """All values of a field."""
        return self._values.get(name, [])

    def fields(self) -> dict[str, str]:
        """The first value of every field."""
        return {name: values[0] for name, values in self._values.items()}

    def resource(self, path: str, values: dict[str, Any]) -> dict[str, Any]:
        """A resource with what all of them have."""
        return {**values, "account_sid": self._account, "uri": f"{self._root}/{path}"}

    def page(self, key: str, resources: Iterable[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        """One page of a list; it names the next one."""
        number, size = int(self.text("Page") or 0), min(int(self.text("PageSize") or 50), _MAX_PAGE)
        found = list(resources)
        shown, more = found[number * size : (number + 1) * size], len(found) > (number + 1) * size
        following = urlencode({**self.fields(), "Page": number + 1, "PageSize": size})
        return 200, {
            key: shown,
            "page": number,
            "page_size": size,
            "start": number * size,
            "end": number * size + max(len(shown) - 1, 0),
            "uri": self._path,
            "first_page_uri": self._path,
            "previous_page_uri": None,
            "next_page_uri": f"{self._path}?{following}" if more else None,
        }

    def within(self, name: str, moment: datetime) -> bool:
        """Whether a moment fits the filters `name`, `name<` and `name>`: a day, or moments in UTC, whole seconds."""
        second = moment.replace(microsecond=0)
        day, before, after = (self.get(name + sign) for sign in ("", "<", ">"))
        if day is not None and not _moment(day) <= second < _moment(day) + timedelta(days=1):
            return False
        return (before is None or second <= _moment(before)) and (after is None or second >= _moment(after))


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Refusal(400, 20001, f"{written} is not a date") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
