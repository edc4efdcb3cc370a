"""Search box, hits and preview: late answers are dropped, what may not be given says why, nothing foreign steers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.domain.words import Audience
from grm_console.tui.widgets.knowledge_panel import KnowledgePanel

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
OUTAGE = AnswerHit(
    version_id=1,
    code="K-031",
    version=4,
    language="en",
    languages=("zh", "en"),
    question="Water outage: causes, repair times",
    audience=Audience.PUBLIC,
    expires_on=date(2026, 12, 1),
    score=93,
    confident=True,
    matched=("water", "停水"),
    givable=True,
)
PRESSURE = replace(OUTAGE, version_id=2, code="K-033", question="Low pressure", score=61, confident=False)
ROTA = replace(OUTAGE, version_id=3, code="K-118", question="Crew rota", audience=Audience.INTERNAL, givable=False)
TARIFF = replace(OUTAGE, version_id=4, code="K-020", expires_on=date(2026, 1, 1), givable=False)
HITS = (OUTAGE, PRESSURE, ROTA, TARIFF)
TEXT = AnswerText(
    version_id=1,
    code="K-031",
    version=4,
    language="zh",
    question="Water outage: causes, repair times",
    answer="自来水公司在接到报修后 2 小时内到达现场。\n\n• Tanker after 24 h.",
    audience=Audience.PUBLIC,
    owner="Water Supply",
    legal_basis="Water Supply Rules §14",
    effective_on=date(2026, 9, 1),
    review_on=date(2026, 12, 1),
    expires_on=date(2027, 3, 1),
    givable=True,
)


class Host(App[None]):
    """A screen with only the panel; it notes what the panel asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = KnowledgePanel(clock=lambda: NOW)
        self.searches: list[tuple[str, int]] = []
        self.articles: list[int] = []
        self.given: list[KnowledgePanel.GiveWanted] = []

    def compose(self) -> ComposeResult:
        yield self.panel

    def on_knowledge_panel_search_wanted(self, message: KnowledgePanel.SearchWanted) -> None:
        self.searches.append((message.text, message.request))

    def on_knowledge_panel_article_wanted(self, message: KnowledgePanel.ArticleWanted) -> None:
        self.articles.append(message.version_id)

    def on_knowledge_panel_give_wanted(self, message: KnowledgePanel.GiveWanted) -> None:
        self.given.append(message)

    @property
    def request(self) -> int:
        """Number of the last search."""
        return self.searches[-1][1]

    @property
    def box(self) -> Input:
        return self.query_one("#knowledge-search", Input)

    @property
    def text(self) -> str:
        return "\n".join(lines(self))


@asynccontextmanager
async def desk(size: tuple[int, int] = (60, 40)) -> AsyncIterator[tuple[Host, KnowledgePanel, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.panel.focus_search()
        await pilot.pause()
        yield app, app.panel, pilot


async def found(app: Host, pilot: Pilot[None], hits: tuple[AnswerHit, ...] = HITS) -> None:
    """Search for a word and let the hits come."""
    app.panel.suggest("water")
    await pilot.pause()
    app.panel.show_hits(app.request, hits)
    await pilot.pause()


async def test_words_are_searched_once_they_have_settled() -> None:
    async with desk() as (app, _, pilot):
        for char in "停水什":
            app.box.insert_text_at_cursor(char)
        await until(pilot, lambda: bool(app.searches))
        assert [text for text, _ in app.searches] == ["停水什"]


async def test_enter_searches_at_once() -> None:
    async with desk() as (app, _, pilot):
        await pilot.press("w", "a", "enter")
        assert app.searches[-1][0] == "wa"


async def test_hits_for_an_older_search_are_dropped() -> None:
    async with desk() as (app, panel, pilot):
        await pilot.press("w", "enter", "a", "enter")
        panel.show_hits(app.searches[0][1], HITS)
        assert panel.current() is None
        panel.show_hits(app.request, HITS)
        assert panel.current() == OUTAGE


async def test_up_and_down_choose_a_hit_while_the_box_keeps_the_focus_and_the_words() -> None:
    async with desk() as (app, panel, pilot):
        await found(app, pilot)
        assert app.articles == [1]
        await pilot.press("down")
        assert panel.current() == PRESSURE
        await until(pilot, lambda: app.articles == [1, 2])
        await pilot.press("up", "up")
        assert panel.current() == OUTAGE
        assert app.box.has_focus
        assert app.box.value == "water"


async def test_a_hit_tells_code_version_expiry_languages_match_and_why() -> None:
    async with desk((78, 40)) as (app, _, pilot):
        await found(app, pilot)
        assert "K-031 Water outage: causes, repair times" in app.text
        assert "v4 · expires 01 Dec · zh en · sure match 93 · water, 停水" in app.text
        assert "⊘ internal" in app.text
        assert "⊘ expired" in app.text


async def test_the_preview_shows_the_chosen_article_and_drops_a_late_one() -> None:
    async with desk((78, 40)) as (app, panel, pilot):
        await found(app, pilot)
        panel.show_article(replace(TEXT, version_id=2, answer="another one"))
        await pilot.pause()
        assert "another one" not in app.text
        panel.show_article(TEXT)
        await pilot.pause()
        assert "K-031 v4 · Water outage" in app.text
        assert "自来水公司在接到报修后 2 小时内到达现场。" in app.text
        assert "Law: Water Supply Rules §14 · Owner: Water Supply" in app.text
        panel.show_article(replace(TEXT, givable=False, not_givable_because="it expired on 1 Jan"))
        await pilot.pause()
        assert "⊘ Not to be given: it expired on 1 Jan" in app.text


async def test_giving_names_rank_and_query_and_marks_the_hit() -> None:
    async with desk() as (app, panel, pilot):
        await found(app, pilot)
        await pilot.press("down")
        panel.give()
        await pilot.pause()
        assert [(each.version_id, each.rank, each.query) for each in app.given] == [(2, 2, "water")]
        panel.mark_given("K-033", NOW)
        await pilot.pause()
        assert f"✓ given {NOW.astimezone():%H:%M}" in app.text


async def test_what_may_not_be_given_is_not_given() -> None:
    async with desk() as (app, panel, pilot):
        panel.give()
        await found(app, pilot, (ROTA,))
        panel.give()
        await pilot.pause()
        assert app.given == []


async def test_a_suggestion_never_replaces_typed_words() -> None:
    async with desk() as (app, panel, pilot):
        panel.suggest("bulky\nwaste")
        assert app.box.value == "bulky waste"
        await pilot.pause()
        panel.reset()
        await pilot.press("w", "backspace")
        panel.suggest("bulky waste")
        assert app.box.value == ""


async def test_reset_forgets_hits_preview_and_marks() -> None:
    async with desk() as (app, panel, pilot):
        await found(app, pilot)
        panel.show_article(TEXT)
        panel.mark_given("K-031", NOW)
        request = app.request
        panel.reset()
        panel.show_hits(request, HITS)
        await pilot.pause()
        assert panel.current() is None
        assert "K-031" not in app.text
        assert "Type what the caller asks" in app.text


async def test_nothing_found_says_what_to_do() -> None:
    async with desk((78, 40)) as (app, _, pilot):
        await found(app, pilot, ())
        assert "Try other words" in app.text


@pytest.mark.parametrize("size", [(40, 30), (60, 40), (78, 20), (12, 8)])
async def test_hostile_words_neither_crash_nor_steer_the_terminal(size: tuple[int, int]) -> None:
    async with desk(size) as (app, panel, pilot):
        hit = replace(OUTAGE, code=HOSTILE, question=HOSTILE, languages=(HOSTILE,), matched=(HOSTILE,))
        panel.suggest(HOSTILE)
        await pilot.pause()
        panel.show_hits(app.request, (hit, replace(hit, givable=False)))
        panel.show_article(
            replace(TEXT, code=HOSTILE, question=HOSTILE, answer=HOSTILE, owner=HOSTILE, legal_basis=HOSTILE)
        )
        panel.mark_given(HOSTILE, NOW)
        await pilot.press("down")
        assert_harmless(app)
