"""`grm web`: nobody but its own page gets in, each tab has a console, and none outlives its tab or loses a word."""

import asyncio
import logging
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSCloseCode, WSMsgType, WSServerHandshakeError, web
from builders import account, found_town, interaction_of, take_in, text
from conftest import settings_for
from painted_tab import COLUMNS, LINES, PaintedTab

from grm_console.cli.browser import console, console_process
from grm_console.cli.browser.origins import own_origins
from grm_console.cli.browser.site import Site
from grm_console.cli.listening import address_of, listen
from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat, SignIn
from grm_console.desk.sign_in import actor_named, hash_password
from grm_console.domain.words import AgentState
from grm_console.errors import SettingsError, StoreTooOld
from grm_console.settings import Settings
from grm_console.store import accounts, interactions

PASSWORD = "correct horse battery"
CONSOLE = f"/console?width={COLUMNS}&height={LINES}"
F2, F10, ALT_3, CTRL_Q = "\x1bOQ", "\x1b[21~", "\x1b3", "\x11"
PATIENCE = 30
WEB = (sys.executable, "-m", "grm_console", "web")


class Tab(PaintedTab):
    """A browser's side of a console."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        super().__init__()
        self.socket = socket

    async def until(self, seen: Callable[[], bool]) -> None:
        """Read what is painted until it shows something."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not seen():
                    message = await self.socket.receive()
                    assert message.type is WSMsgType.BINARY, f"{message}\n{self.text}"
                    self.feed(message.data)
        except TimeoutError:
            pytest.fail(f"never seen; shown was, the cursor at {self.cursor}:\n{self.text}")

    async def until_text(self, words: str) -> None:
        await self.until(lambda: words in self.text)

    async def type(self, words: str) -> None:
        await self.socket.send_json(["stdin", words])

    async def closed(self) -> tuple[int | None, str]:
        """Read to the end; why the server closed."""
        async with asyncio.timeout(PATIENCE):
            while (message := await self.socket.receive()).type is WSMsgType.BINARY:
                pass
        return self.socket.close_code, str(message.extra or "")


def wait_for_end(pid: int) -> None:
    """Wait until a process is over that need not be our child."""
    with suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        try:
            assert select.select([process], [], [], PATIENCE)[0], f"process {pid} stayed behind"
        finally:
            os.close(process)


@asynccontextmanager
async def served(public_url: str = "", places: int = 20) -> AsyncIterator[str]:
    """The site on loopback; gives the address it listens on. Its consoles find no store, which a sign-in survives."""
    listener = listen("127.0.0.1", 0)
    address = address_of(listener)
    runner = web.AppRunner(Site(own_origins(public_url, address), places).application(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield address
    finally:
        await runner.cleanup()


async def test_every_answer_forbids_what_is_foreign() -> None:
    async with served("https://desk.example.gov/") as address, ClientSession(address) as browser:
        here = {"Host": "desk.example.gov"}
        for path, status, kept in (
            ("/", 200, "no-store"),
            ("/page/page.js", 200, "no-cache"),
            ("/none", 404, "no-store"),
        ):
            async with browser.get(path, headers=here) as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (status, kept)
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "frame-ancestors 'none'" in policy
                assert re.findall(r"\w+://\S+", policy) == ["wss://desk.example.gov/console;"]


async def test_the_page_names_no_foreign_host_and_all_it_names_is_there() -> None:
    async with served() as address, ClientSession(address) as browser:
        async with browser.get("/") as answer:
            page = await answer.text()
        named = set(re.findall(r'(?:src|href)="(/[^"]+)"', page))
        for path in list(named):
            async with browser.get(path) as answer:
                assert answer.status == 200
                words = await answer.text()
            if path.startswith("/page/"):
                named.update(re.findall(r'"(/[^"]+\.(?:js|ttf))"', words))
                page += words
        for path in named:
            async with browser.get(path) as answer:
                assert answer.status == 200
        assert len(named) == 6
        assert set(re.findall(r"\w+://[^/\"]+", page)) == {address.replace("http", "ws")}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1"])
async def test_another_name_for_this_address_is_refused(host: str) -> None:
    async with (
        served() as address,
        ClientSession(address) as browser,
        browser.get("/", headers={"Host": host}) as answer,
    ):
        assert answer.status == 421
        assert address in await answer.text()
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "https://127.0.0.1:{port}", "http://localhost:{port}"]
)
async def test_a_socket_of_another_page_is_refused(origin: str | None) -> None:
    async with served() as address, ClientSession(address) as browser:
        shown = origin and origin.format(port=address.rpartition(":")[2])
        with pytest.raises(WSServerHandshakeError) as refused:
            await browser.ws_connect(CONSOLE, origin=shown)
        assert refused.value.status == 403


async def test_behind_a_proxy_only_the_public_address_counts() -> None:
    async with served("https://desk.example.gov") as address, ClientSession(address) as browser:
        with pytest.raises(WSServerHandshakeError) as refused:
            await browser.ws_connect(CONSOLE, origin=address)
        assert refused.value.status == 421
        public = {"Host": "desk.example.gov"}
        async with browser.ws_connect(CONSOLE, origin="https://desk.example.gov", headers=public) as socket:
            await Tab(socket).until_text("Password")


@pytest.mark.parametrize(
    ("given", "listening", "origins"),
    [
        ("", "http://127.0.0.1:80", ("http://127.0.0.1", "http://localhost")),
        ("", "http://[::1]:8765", ("http://[::1]:8765", "http://localhost:8765")),
        ("", "http://192.0.2.7:8765", ("http://192.0.2.7:8765",)),
        ("HTTPS://Desk.Example.gov:443/", "http://0.0.0.0:8765", ("https://desk.example.gov",)),
    ],
)
def test_own_origins_are_written_as_browsers_write_them(given: str, listening: str, origins: tuple[str, ...]) -> None:
    assert own_origins(given, listening) == origins


@pytest.mark.parametrize(
    "given",
    ["", "desk.example.gov", "https://desk.example.gov/desk", "https://me@desk.example.gov", "ftp://x", "https://x:y"],
)
def test_a_public_url_that_is_no_origin_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(SettingsError, match=re.escape("https://desk.example.gov")):
        own_origins(given, "http://0.0.0.0:8765")


async def test_one_tab_too_many_is_told_so_and_a_place_becomes_free_with_its_console() -> None:
    async with served(places=1) as address, ClientSession(address) as browser:
        first = Tab(await browser.ws_connect(CONSOLE, origin=address))
        await first.until_text("Password")
        async with browser.ws_connect(CONSOLE, origin=address) as second:
            assert await Tab(second).closed() == (
                WSCloseCode.TRY_AGAIN_LATER,
                "All places are taken. Try again in a few minutes.",
            )
        await first.type(CTRL_Q)
        assert await first.closed() == (WSCloseCode.OK, "")
        async with browser.ws_connect(CONSOLE, origin=address) as third:
            await Tab(third).until_text("Password")


async def test_the_window_has_the_size_of_the_browser_within_reason() -> None:
    async with (
        served() as address,
        ClientSession(address) as browser,
        browser.ws_connect("/console?width=99999999&height=x", origin=address) as socket,
    ):
        tab = Tab(socket)
        tab.resize(500, 24)
        await tab.until(lambda: tab.column_of("Password") > 200)
        tab.resize(100, 20)
        await socket.send_json(["resize", {"width": 100, "height": 20}])
        await tab.until(lambda: 0 < tab.column_of("Password") < 50)


async def test_what_is_no_message_of_the_page_ends_its_own_session_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with served() as address, ClientSession(address) as browser:

        async def say(words: str) -> tuple[int | None, str]:
            async with browser.ws_connect(CONSOLE, origin=address) as socket:
                await socket.send_str(words)
                return await Tab(socket).closed()

        said = ("[" * 100_000, '["stdin", 7]', '["resize", {}]')
        for code, sentence in await asyncio.gather(*map(say, said)):
            assert code == WSCloseCode.UNSUPPORTED_DATA
            assert "Load it again" in sentence
    assert {record.levelno for record in caplog.records} == {logging.INFO}


async def test_a_console_that_stands_still_does_not_stay_behind(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(console_process, "LEAVES_WITHIN", 0.2)
    async with served() as address, ClientSession(address) as browser:
        async with browser.ws_connect(CONSOLE, origin=address) as socket:
            await Tab(socket).until_text("Password")
            (pid,) = map(int, re.findall(r"process (\d+)", caplog.text))
            os.kill(pid, signal.SIGSTOP)
        await asyncio.to_thread(wait_for_end, pid)
    assert "session 1 ended with -9" in caplog.text


async def test_a_tab_where_nobody_signs_in_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SIGN_IN_WITHIN", 0.1)
    async with asyncio.timeout(PATIENCE):
        await console.BrowserConsole(no_store).run_async(headless=True)


async def test_a_defect_is_told_by_its_place_without_any_words(caplog: pytest.LogCaptureFixture) -> None:
    def open_store() -> SignIn:
        raise ValueError("a caller's words")

    broken = console.BrowserConsole(open_store)
    async with asyncio.timeout(PATIENCE):
        await broken.run_async(headless=True)
    assert broken.return_code == 1
    assert re.search(r"ValueError at .*test_web\.py:\d+", caplog.text)
    assert "words" not in caplog.text


def no_store() -> SignIn:
    raise StoreTooOld("There is no store yet.")


# -- the whole command, with an operator at it


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A town with one operator who can sign in, and a text that waits."""
    settings = settings_for(sqlite_url, tmp_path)
    opened = open_desk(settings)
    with opened.store:
        found_town(opened.store)
        account(opened, "li.wei", device="+12025550190", password_hash=hash_password(PASSWORD))
        take_in(opened, system_actor(opened, "system:web"), text("SM1", "no water 没有水"))
        yield opened


class Web:
    """`grm web` as a process of its own."""

    def __init__(self, settings: Settings, *options: str) -> None:
        environment = os.environ | {
            "GRM_DATABASE_URL": settings.database_url,
            "GRM_AUDIT_FOLDER": str(settings.audit_folder),
            "GRM_AUDIT_KEY": settings.audit_key.get_secret_value(),
        }
        self.process = subprocess.Popen(
            [*WEB, "--port", "0", *options], env=environment, stderr=subprocess.PIPE, text=True
        )
        self.said = ""
        self.address = self.until_it_says(r"listening on (\S+),")

    def until_it_says(self, pattern: str) -> str:
        """Read its standard error up to a line; gives the pattern's group."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(self.said)

    def close(self, number: int = signal.SIGTERM) -> int:
        """End it; what it said last is in `said`."""
        self.process.send_signal(number)
        self.said += self.process.communicate(timeout=PATIENCE)[1]
        return self.process.returncode


@pytest.fixture
def running(desk: Desk, sqlite_url: str, tmp_path: Path) -> Iterator[Web]:
    process = Web(settings_for(sqlite_url, tmp_path))
    yield process
    if process.process.poll() is None:
        process.close()


async def take_the_text(tab: Tab) -> None:
    """Sign in, take the text that waits, and type into the form less than a draft's pause ago."""
    await tab.until_text("Password")
    await tab.type("li.wei\r")
    await tab.until(lambda: tab.types_below("Password"))
    await tab.type(PASSWORD + "\r")
    await tab.until_text("F10")
    await tab.type(F10)
    await tab.until_text("NEW TEXT")
    await tab.type(F2)
    await tab.until_text("Wrap up")
    await tab.type(ALT_3)
    await tab.until(lambda: tab.types_below("Service"))
    await tab.type("\t")
    await tab.until(lambda: tab.types_below("Summary"))
    await tab.type("\x1b[200~停水三天\x1b[201~")
    await tab.until_text("停水三天")


@pytest.mark.parametrize("end", ["tab closed", "connection lost", "server stopped", "server killed"])
async def test_a_console_ends_with_its_tab_and_keeps_every_word(running: Web, desk: Desk, end: str) -> None:
    async with ClientSession(running.address) as browser:
        tab = Tab(await browser.ws_connect(CONSOLE, origin=running.address))
        pid = int(running.until_it_says(r"process (\d+)"))
        await take_the_text(tab)
        match end:
            case "tab closed":
                await tab.socket.close()
            case "connection lost":
                assert tab.socket._response.connection is not None
                assert tab.socket._response.connection.transport is not None
                tab.socket._response.connection.transport.abort()
            case "server stopped":
                assert running.close(signal.SIGINT) == 0
                code, sentence = await tab.closed()
                assert code == WSCloseCode.GOING_AWAY
                assert "kept" in sentence
            case "server killed":
                running.close(signal.SIGKILL)
    wait_for_end(pid)
    with desk.store.reading() as connection:
        draft = interactions.draft_of(connection, interaction_of(desk.store, "SM1"))
    assert draft is not None
    assert draft["summary"] == "停水三天"
    assert Seat(desk, actor_named(desk, "li.wei")).agent_status().state is AgentState.SIGNED_OUT
    if end != "server killed":
        if running.process.poll() is None:
            running.close()
        assert "session 1 ended with 0" in running.said
    assert not re.search(r"水|water|li\.wei|Traceback", running.said)


async def test_a_demo_store_signs_nobody_in_by_itself(desk: Desk, running: Web) -> None:
    with desk.store.writing() as write:
        accounts.set_mark(write.connection, "demo", "li.wei")
    async with (
        ClientSession(running.address) as browser,
        browser.ws_connect(CONSOLE, origin=running.address) as socket,
    ):
        tab = Tab(socket)
        await tab.until(lambda: tab.types_below("Name"))
        await tab.type("\r")
        await tab.until(lambda: tab.types_below("Password"))
        await tab.type("\r")
        await tab.until_text("Type your name and your password")
