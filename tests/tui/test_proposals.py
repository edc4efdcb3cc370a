"""Proposals on screen: read masked, accepted as a phrasing or an article, set aside with a reason."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from builders import article, found_town, staff, take_in
from builders import text as came
from conftest import FixedClock, settings_for
from painted import lines, until
from textual.app import App
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.editorial import Editorial
from grm_console.desk.proposals import Proposals
from grm_console.desk.question_groups import refresh
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import ProposalState
from grm_console.knowledge.models import shelf
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.screens.article_form import ArticleFormScreen
from grm_console.tui.screens.knowledge import KnowledgeScreen
from grm_console.tui.screens.proposals import ProposalsScreen
from grm_console.tui.theme import DARK

ASKED = (
    "where can I charge my electric car",
    "charge an electric car where",
    "electric car charge where is it, my name is Rosa",
    "library open on sunday",
    "is the library open sunday",
    "library sunday open or not",
    "drone permit for the park",
)


class Console(App[None]):
    """A console with nothing but the articles, for one account."""

    def __init__(self, desk: Desk, name: str, drafts: Path) -> None:
        super().__init__()
        actor = actor_named(desk, name)
        self.proposals = Proposals(desk, actor)
        self.first = KnowledgeScreen(Editorial(desk, actor), desk.store.now, WordsKeeper(7, drafts), self.proposals)
        self.register_theme(DARK)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.push_screen(self.first)


@pytest.fixture
def own_desk(sqlite_url: str, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(shelf.FAST, "ready", lambda: False)
    with Store(read_url(sqlite_url), trail_of(settings_for(sqlite_url, tmp_path), create=False), clock) as store:
        desk = Desk(store, "US", "en")
        found_town(store)
        article(store, "K-1", "When is the library open?")
        web = actor_named(desk, "system:web")
        for place, words in enumerate(ASKED):
            take_in(desk, web, came(f"SM{place}", words, sender=f"+120255501{place + 20}"))
        refresh(desk, web)
        for name, role in (("lin", "editor"), ("mei", "operator")):
            staff(desk, name, role)
        yield desk


@asynccontextmanager
async def sitting(desk: Desk, name: str, drafts: Path) -> AsyncIterator[tuple[Pilot[None], Console]]:
    app = Console(desk, name, drafts)
    async with app.run_test(size=(140, 40), notifications=False) as pilot:
        await until(pilot, lambda: "K-1" in text(app))
        yield pilot, app


def text(app: App[None]) -> str:
    return "\n".join(lines(app))


async def seen(pilot: Pilot[None], app: App[None], *words: str) -> None:
    await until(pilot, lambda: all(word in text(app) for word in words))


async def at(pilot: Pilot[None], app: App[None], screen: type) -> None:
    await until(pilot, lambda: isinstance(app.screen, screen) and not getattr(app.screen, "acting", False))


async def test_proposals_are_read_and_decided(own_desk: Desk, tmp_path: Path) -> None:
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("f7")
        await seen(pilot, app, "3 asking", "electric car", "too few people", "N New article", "D Set aside")
        assert "drone" not in text(app)
        words = [line.words for line in app.proposals.lines()]
        cars = next(place for place, said in enumerate(words) if "car" in said)
        await pilot.press(*["down"] * cars)
        await seen(pilot, app, "my name is [name]")
        assert "Rosa" not in text(app)
        await pilot.press("n")
        await at(pilot, app, ArticleFormScreen)
        await seen(pilot, app, words[cars])
        await pilot.press("tab", "tab", *"Harbour", "ctrl+s")
        await at(pilot, app, ProposalsScreen)
        await until(pilot, lambda: len(app.proposals.lines()) == 2)
        await pilot.press("up", "up", "d", *"Opens", "space", *"later", "enter")
        await until(pilot, lambda: len(app.proposals.lines()) == 1)
        await pilot.press("f6")
        await seen(pilot, app, "Accepted by Lin", "K-002 en, draft", "Not published yet")
        await pilot.press("f6")
        await seen(pilot, app, "Set aside by Lin", "Opens later")
    (accepted,) = Proposals(own_desk, actor_named(own_desk, "lin")).lines(ProposalState.ACCEPTED)
    assert accepted.askers == 3


async def test_a_phrasing_goes_into_a_draft_and_an_operator_sees_no_proposals(own_desk: Desk, tmp_path: Path) -> None:
    async with sitting(own_desk, "mei", tmp_path) as (pilot, app):
        assert "Proposals" not in text(app)
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("f7")
        await seen(pilot, app, "3 asking")
        places = [place for place, line in enumerate(app.proposals.lines()) if "library" in line.words]
        await pilot.press(*["down"] * places[0])
        await seen(pilot, app, "K-1 When is the library open?")
        await pilot.press("p")
        await seen(pilot, app, "Another way to ask K-1")
        await pilot.press("ctrl+s")
        await at(pilot, app, ProposalsScreen)
        await until(pilot, lambda: len(app.proposals.lines()) == 2)
        await pilot.press("escape")
        await seen(pilot, app, "v2 draft")
