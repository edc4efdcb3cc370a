"""The parameters of one webhook request, exactly as they were signed."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from grm_console.errors import GrmError

MAX_BODY = 256 * 1024
"""Bytes of one request body; a text of 1600 characters needs 19 kB, the rest is room for add-ons."""
MAX_FIELDS = 200
MAX_NAME = 256
"""Characters of one decoded name."""
MAX_VALUE = 64 * 1024
"""Characters of one decoded value."""


class FormRefused(GrmError):
    """The request exceeds a limit; `status` is the HTTP status to answer with."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Form(Mapping[str, str]):
    """Parsed `application/x-www-form-urlencoded` parameters; a plain look-up gives the first value of a name.

    Blank values, repeated names and names nobody knows are kept, since all of them are signed;
    `getlist` and `getall` are what the official validator asks multi-valued containers for.
    """

    __slots__ = ("damaged", "lists", "raw")

    def __init__(self, lists: dict[str, list[str]], raw: bytes, damaged: bool) -> None:
        self.lists = lists
        """All values by name, in the order they came."""
        self.raw = raw
        """The bytes the form was read from."""
        self.damaged = damaged
        """Some bytes are not UTF-8 and read as U+FFFD, or a NUL is among them; `raw` is the evidence."""

    @classmethod
    def parse(cls, raw: bytes) -> "Form":
        """Read a request body or a raw query string.

        Bytes that are not UTF-8 do not refuse a form: a broken caller name must not cost the citizen
        the call. They are read as U+FFFD, as every common form reader does, and the form is `damaged`.

        Raises FormRefused when a limit is exceeded: 413 for the body's size, else 400.
        """
        if len(raw) > MAX_BODY:
            raise FormRefused(f"The request body is larger than {MAX_BODY} bytes; send less.", 413)
        if raw.count(b"&") >= MAX_FIELDS:
            raise FormRefused(f"The request has more than {MAX_FIELDS} parameters; send fewer.", 400)
        damaged = b"\0" in raw or b"%00" in raw
        try:
            lists = _decode(raw, "strict")
        except UnicodeDecodeError:
            lists, damaged = _decode(raw, "replace"), True
        return cls(lists, raw, damaged)

    def getlist(self, name: str) -> list[str]:
        """All values of a name in the order they came; empty if it did not come."""
        return self.lists.get(name, [])

    getall = getlist

    def storable(self) -> "Form":
        """The same form without NUL, which PostgreSQL cannot hold: U+FFFD stands in its place."""
        if not self.damaged:
            return self
        lists = {
            name.replace("\0", "\ufffd"): [value.replace("\0", "\ufffd") for value in values]
            for name, values in self.lists.items()
        }
        return Form(lists, self.raw, damaged=True)

    def __getitem__(self, name: str) -> str:
        return self.lists[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self.lists)

    def __len__(self) -> int:
        return len(self.lists)


def _decode(raw: bytes, errors: str) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for pair in raw.decode("utf-8", errors).replace("+", " ").split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        if "%" in name:
            name = unquote(name, errors=errors)
        if "%" in value:
            value = unquote(value, errors=errors)
        if len(name) > MAX_NAME:
            raise FormRefused(f"A parameter name is longer than {MAX_NAME} characters; shorten it.", 400)
        if len(value) > MAX_VALUE:
            raise FormRefused(f"A parameter is longer than {MAX_VALUE} characters; shorten it.", 400)
        lists.setdefault(name, []).append(value)
    return lists
