"""The site: one page, its files, and a socket that carries a console. It serves its own origins and nobody else.

The page's terminal (xterm.js with its add-ons, and its font) is the one that textual-serve ships, and so are the
messages of the socket. Its server is not used: it has no check of Origin or Host and no cap, loads a font from a
foreign host, writes a console's last words into its log, and leaves a console behind that does not answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from itertools import count
from pathlib import Path
from string import Template

from aiohttp import WSCloseCode, WSMsgType, web

from grm_console.cli.browser.console_process import ConsoleProcess
from grm_console.cli.browser.origins import host_of
from grm_console.i18n import _

HEARTBEAT = 10.0
"""Seconds between two signs of life asked of a browser; one that is silent for half as long again is gone."""
CLOSING = 2.0
"""Seconds a browser has to agree that the socket is closed."""
LARGEST = 16 << 20
"""Bytes of one message at most: a paste comes in one piece, and the console cuts it with a notice."""
WIDEST, TALLEST = 500, 200
"""Cells of the largest window; a larger one would cost a console its memory."""

_PAGE = Path(str(files("grm_console.cli.browser"))) / "page"
_TERMINAL = Path(str(files("textual_serve"))) / "static"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_log = logging.getLogger(__name__)


class Site:
    """The page and the consoles behind it.

    `origins` are the addresses that browsers show for it, `places` is how many consoles run at most.
    """

    def __init__(self, origins: tuple[str, ...], places: int) -> None:
        self._origins = {host_of(origin): origin for origin in origins}
        self._places = places
        self._open: set[web.WebSocketResponse] = set()
        self._numbers = count(1)
        self._template = Template((_PAGE / "index.html").read_text(encoding="utf-8"))

    def application(self) -> web.Application:
        """What a server serves."""
        application = web.Application(middlewares=[self._refuse_foreign])
        application.add_routes(
            [
                web.get("/", self._page),
                web.get("/console", self._console),
                web.static("/page", _PAGE),
                web.static("/terminal", _TERMINAL),
            ]
        )
        application.on_response_prepare.append(self._guard)
        application.on_shutdown.append(self._close_all)
        return application

    @web.middleware
    async def _refuse_foreign(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Refuse a name that only leads here (DNS rebinding), and a socket opened by anybody else's page."""
        origin = self._origins.get(request.headers.get("Host", "").lower())
        if origin is None:
            raise web.HTTPMisdirectedRequest(
                text=_("The desk is not at this address. Use {url}.").format(url=next(iter(self._origins.values())))
            )
        shown = request.headers.get("Origin")
        if shown != origin and (shown is not None or request.path == "/console"):
            raise web.HTTPForbidden(text=_("Only the desk's own page may ask this."))
        return await handler(request)

    async def _guard(self, request: web.Request, response: web.StreamResponse) -> None:
        """The headers of every answer; the policy lets nothing in that is not served here."""
        host = next((host for host in self._origins if host == request.headers.get("Host", "").lower()), "")
        sockets = f" {self._socket_address(host)}" if host else ""
        response.headers.update(_HEADERS)
        # Only program files may be kept, and are asked for anew each time.
        is_file = isinstance(response, web.FileResponse)
        response.headers["Cache-Control"] = "no-cache" if is_file else "no-store"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; font-src 'self'; img-src data:; "
            # The terminal sizes its cells by style elements that it makes itself.
            f"style-src 'self' 'unsafe-inline'; connect-src 'self'{sockets}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def _socket_address(self, host: str) -> str:
        return self._origins[host].replace("http", "ws", 1) + "/console"

    async def _page(self, request: web.Request) -> web.Response:
        texts = {
            "socket": self._socket_address(request.headers["Host"].lower()),
            "opening": _("Opening the desk …"),
            "ended": _("You have left the desk. What you typed is kept."),
            "lost": _("The connection was lost. What you typed is kept."),
            "again": _("Sign in again"),
            "script": _("The desk needs JavaScript. Allow it for this address."),
        }
        html = self._template.substitute({name: escape(text) for name, text in texts.items()})
        return web.Response(text=html, content_type="text/html")

    async def _console(self, request: web.Request) -> web.WebSocketResponse:
        """A console as long as its socket lives, and a socket as long as its console lives."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=CLOSING, max_msg_size=LARGEST)
        await socket.prepare(request)
        if len(self._open) >= self._places:
            _log.warning("a browser was turned away: all %d places are taken", self._places)
            await _close(socket, WSCloseCode.TRY_AGAIN_LATER, _("All places are taken. Try again in a few minutes."))
            return socket
        self._open.add(socket)
        number = next(self._numbers)
        try:
            console = await ConsoleProcess.start(*_size(request.query.get("width"), request.query.get("height")))
            _log.info("session %d began, process %d", number, console.pid)
            showing = asyncio.create_task(console.show(socket.send_bytes))
            listening = asyncio.create_task(_listen(socket, console))
            try:
                await asyncio.wait((showing, listening), return_when=asyncio.FIRST_COMPLETED)
            finally:
                code = await console.end()
                await showing
                _log.info("session %d ended with %d", number, code)
            if code:
                await _close(socket, WSCloseCode.INTERNAL_ERROR, _("The desk broke off. What you typed is kept."))
            await socket.close()
            await listening
        finally:
            self._open.discard(socket)
        return socket

    async def _close_all(self, application: web.Application) -> None:
        """Before the server ends: each socket closes, which ends its console."""
        closing = _("The desk was closed. What you typed is kept.")
        await asyncio.gather(*(_close(socket, WSCloseCode.GOING_AWAY, closing) for socket in self._open))


async def _listen(socket: web.WebSocketResponse, console: ConsoleProcess) -> None:
    """Hand on what a browser says until its socket is gone; one that speaks another language is cut off."""
    async for message in socket:
        try:
            said = message.json() if message.type is WSMsgType.TEXT else None
        except (ValueError, RecursionError):
            said = None
        match said:
            case ["stdin", str(words)]:
                await console.type(words)
            case ["resize", {"width": width, "height": height}]:
                columns, lines = _size(width, height)
                await console.tell("resize", width=columns, height=lines)
            case ["focus" | "blur" as what]:
                await console.tell(what)
            case ["ping", str(moment)]:
                await socket.send_json(["pong", moment])
            case _:
                await _close(socket, WSCloseCode.UNSUPPORTED_DATA, _("The page is of another version. Load it again."))


async def _close(socket: web.WebSocketResponse, code: WSCloseCode, sentence: str) -> None:
    """Close with a sentence that the page shows; the protocol takes 123 bytes of it (RFC 6455, section 5.5)."""
    await socket.close(code=code, message=sentence.encode()[:123].decode(errors="ignore").encode())


def _size(width: object, height: object) -> tuple[int, int]:
    """A window's columns and lines, within reason; 80x24 if it did not say."""

    def within(value: object, usual: int, most: int) -> int:
        try:
            return min(max(int(str(value)), 1), most)
        except ValueError:
            return usual

    return within(width, 80, WIDEST), within(height, 24, TALLEST)
