"""As much HTTP/1.1 as a carrier's stand-in needs: ask an address, and answer on a loopback port."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

MAX_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a reply; `headers` by lower-case names."""

    first_line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def status(self) -> int:
        """The status of a reply."""
        return int(self.first_line.split(" ")[1])

    @property
    def method(self) -> str:
        """What a request wants: GET, POST, DELETE."""
        return self.first_line.split(" ")[0]

    @property
    def path(self) -> str:
        """The decoded path of a request, without its query."""
        return unquote(self.first_line.split(" ")[1].partition("?")[0])

    def values(self) -> dict[str, list[str]]:
        """The form of a request that has a body, else its query; blank values stay."""
        written = self.body.decode("utf-8", "replace") or self.first_line.split(" ")[1].partition("?")[2]
        return parse_qs(written, keep_blank_values=True)


class NotConnected(OSError):
    """No connection could be made, so nothing was asked."""


async def ask(
    url: str, headers: Mapping[str, str], body: bytes, *, connect: float, seconds: float, method: str = "POST"
) -> Message:
    """Send a request to an address, on a connection of its own; `connect` and `seconds` are the longest waits for each.

    Raises NotConnected without a connection, else OSError (TimeoutError among them) if there is no answer in time,
    or none that is HTTP.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        async with asyncio.timeout(connect):
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
    except OSError as error:
        raise NotConnected(f"{parts.netloc} cannot be reached ({type(error).__name__}).") from error
    try:
        async with asyncio.timeout(seconds):
            own = {"host": parts.netloc, "content-length": str(len(body)), "connection": "close"}
            writer.write(_written(f"{method} {target} HTTP/1.1", {**own, **headers}, body))
            await writer.drain()
            return await _read(reader)
    finally:
        writer.close()


async def listen(
    port: int, handle: Callable[[Message], Awaitable[tuple[int, Mapping[str, str], bytes]]]
) -> asyncio.Server:
    """Answer requests on a loopback port (0 takes a free one) with status, headers and body from `handle`."""

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, headers, body = await handle(await _read(reader))
            own = {"content-length": str(len(body)), "connection": "close"}
            writer.write(_written(f"HTTP/1.1 {status} .", {**own, **headers}, body))
            await writer.drain()
        except OSError:
            pass  # whoever asked is gone or does not speak HTTP
        finally:
            writer.close()

    return await asyncio.start_server(on_connection, "127.0.0.1", port)


def _written(first_line: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [first_line, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


async def _read(reader: asyncio.StreamReader) -> Message:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first_line, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= MAX_BODY or len(first_line.split(" ")) < 2:
            raise ConnectionError("The other side sent what is no HTTP message.")
        return Message(first_line, headers, await reader.readexactly(length))
    except (ValueError, EOFError, asyncio.LimitOverrunError) as error:
        raise ConnectionError("The other side sent what is no HTTP message.") from error
