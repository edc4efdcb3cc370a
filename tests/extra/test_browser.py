"""The desk in headless Chromium: sign in, type Chinese as an input method does, paste, open a case, leave."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import LINE, all_rows, take_in, text
from conftest import settings_for
from painted_tab import PaintedTab
from playwright.sync_api import Page, WebSocket, sync_playwright

from grm_console.cli.init import CITY
from grm_console.cli.opening import initialise, open_desk, system_actor
from grm_console.desk.demo import load_city
from grm_console.desk.desk import Desk
from grm_console.desk.staff import set_password
from grm_console.store import tables

CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"
OWN_KEYS = (*(f"F{number}" for number in range(1, 13)), *(f"Control+{letter}" for letter in "sfgordehjlu"))
"""Keys that the desk wants and a browser gives away."""
PATIENCE = 30
WEB = (sys.executable, "-m", "grm_console", "web", "--port", "0")

pytestmark = [
    pytest.mark.extra,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


class Tab(PaintedTab):
    """A page of the browser, and what its terminal was sent."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", self._follow)

    def _follow(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)
        size = parse_qs(urlsplit(socket.url).query)
        self.resize(int(size["width"][0]), int(size["height"][0]))
        socket.on("framereceived", lambda frame: self.feed(frame) if isinstance(frame, bytes) else None)

    def until(self, seen: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < ends, f"not seen:\n{self.text}"
            self.page.wait_for_timeout(50)

    def until_text(self, words: str) -> None:
        self.until(lambda: words in self.text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def compose(self, sounds: str, words: str) -> None:
        """Type as an input method does: the sounds first, then the words that were chosen for them."""
        session = self.page.context.new_cdp_session(self.page)
        for end in range(1, len(sounds) + 1):
            session.send("Input.imeSetComposition", {"text": sounds[:end], "selectionStart": end, "selectionEnd": end})
        session.send("Input.insertText", {"text": words})
        session.detach()

    def paste(self, words: str) -> None:
        self.page.evaluate("words => navigator.clipboard.writeText(words)", words)
        self.press("Control+v")
        self.page.evaluate("navigator.clipboard.writeText('')")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The demo city with a text that waits."""
    folder = tmp_path / "store"
    settings = settings_for(f"sqlite:///{folder / 'grm.db'}", tmp_path)
    initialise(settings)
    opened = open_desk(settings)
    with opened.store:
        actor = system_actor(opened, "system:cli")
        load_city(opened, actor, CITY, opened.store.now())
        set_password(opened, actor, "li.wei", PASSWORD, once=False)
        take_in(opened, system_actor(opened, "system:web"), text("SM1", "公园里能不能多放几张长椅？", recipient=LINE))
        yield opened


@pytest.fixture
def address(desk: Desk, tmp_path: Path) -> Iterator[str]:
    """`grm web` on the demo city."""
    environment = os.environ | {
        "GRM_DATABASE_URL": f"sqlite:///{tmp_path / 'store' / 'grm.db'}",
        "GRM_AUDIT_FOLDER": str(tmp_path / "store"),
        "GRM_AUDIT_KEY": "test key",
    }
    process = subprocess.Popen(WEB, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"listening on (\S+),", process.stderr.readline())
    assert found
    yield found[1]
    process.terminate()
    process.communicate(timeout=PATIENCE)


@pytest.fixture
def tab(address: str) -> Iterator[Tab]:
    """The page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        context = browser.new_context(viewport={"width": 1280, "height": 840})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened = Tab(context.new_page())
        opened.page.goto(address)
        yield opened
        browser.close()


def test_an_operator_works_in_a_browser(tab: Tab, desk: Desk, address: str, tmp_path: Path) -> None:
    tab.until(lambda: tab.types_below("Name"))
    # The console gets its keys, and the browser does nothing of its own with them.
    tab.page.evaluate(
        "window.left = []; window.addEventListener('keydown', (key) => setTimeout(() => "
        "key.defaultPrevented || window.left.push(key.key)), true)"
    )
    tab.press(*OWN_KEYS)
    left = tab.page.evaluate("new Promise((done) => setTimeout(() => done(window.left), 50))")
    assert set(left) == {"Control"}
    tab.type("li.wei")
    tab.press("Enter")
    tab.until(lambda: tab.types_below("Password"))
    tab.type(PASSWORD)
    tab.press("Enter")
    tab.until_text("F10")
    tab.compose("tingshui", "停水了怎么办")
    tab.until_text("停水了怎么办")
    tab.until_text("K-031")
    tab.press("F10")
    tab.until_text("NEW TEXT")
    tab.press("F2")
    tab.until_text("Wrap up")
    tab.press("Alt+3")
    tab.until(lambda: tab.types_below("Service"))
    tab.type("suggestion")
    tab.until_text("Suggestion for the city")
    tab.press("Enter")
    tab.until(lambda: tab.types_below("Summary"))
    tab.compose("gongyuan", "公园长椅")
    tab.until_text("公园长椅")
    tab.press("Control+s")
    tab.until(lambda: tab.types_below("idea"))
    tab.paste("多放几张长椅，老人可以休息。")
    tab.until_text("多放几张长椅，老人可以休息。")
    tab.press("Shift+Home", "Control+c")
    tab.until(lambda: tab.page.evaluate("navigator.clipboard.readText()") == "多放几张长椅，老人可以休息。")
    tab.press("Control+s")
    tab.until(lambda: re.search(r"\d\d-\d{6}-\d", tab.text) is not None)
    tab.page.screenshot(path=tmp_path / "desk.png")
    assert (tmp_path / "desk.png").stat().st_size > 20_000
    tab.press("Control+q")
    tab.page.wait_for_selector("#again:visible")
    assert "What you typed is kept" in tab.page.inner_text("#said")
    (opened,) = [case for case in all_rows(desk.store, tables.CaseFile) if case.summary == "公园长椅"]
    assert "多放几张长椅，老人可以休息。" in str(opened.answers)
    assert tab.complaints == []
    assert {urlsplit(url).netloc for url in tab.asked} == {urlsplit(address).netloc}
