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

from grm_console.desk.views import AnswerFound, AnswerHit, AnswerText
from grm_console.domain.words import Audience, Why
from grm_console.tui.widgets.hit_words import with_matches
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
    why=(Why.WORDS, Why.MEANING),
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
        self.paused: list[int] = []
        self.articles: list[int] = []
        self.wanted: list[KnowledgePanel.ArticleWanted] = []
        self.welcome = 0

    def compose(self) -> ComposeResult:
        yield self.panel

    def on_knowledge_panel_search_wanted(self, message: KnowledgePanel.SearchWanted) -> None:
        if message.paused:
            self.paused.append(message.request)
        else:
            self.searches.append((message.text, message.request))

    def on_knowledge_panel_article_wanted(self, message: KnowledgePanel.ArticleWanted) -> None:
        self.articles.append(message.version_id)
        self.wanted.append(message)

    def on_knowledge_panel_suggestion_welcome(self) -> None:
        self.welcome += 1

    def show(self, text: AnswerText) -> None:
        """The answer to the last question for an article comes."""
        self.panel.show_article(self.wanted[-1].number, text)

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
        assert "“water, 停水” + meaning · v4 · sure match 93 · zh en · expires 01 D" in app.text
        assert "⊘ internal" in app.text
        assert "⊘ expired" in app.text


async def test_the_preview_shows_the_chosen_article_and_drops_a_late_one() -> None:
    async with desk((78, 40)) as (app, panel, pilot):
        await found(app, pilot)
        panel.show_article(app.wanted[-1].number - 1, replace(TEXT, answer="another one"))
        app.show(replace(TEXT, code="K-033", answer="another one"))
        await pilot.pause()
        assert "another one" not in app.text
        app.show(TEXT)
        await pilot.pause()
        assert "K-031 v4 · Water outage" in app.text
        assert "自来水公司在接到报修后 2 小时内到达现场。" in app.text
        assert "Law: Water Supply Rules §14 · Owner: Water Supply" in app.text
        app.show(replace(TEXT, givable=False, not_givable_because="it expired on 1 Jan", newer_source="en"))
        await pilot.pause()
        assert "⊘ Not to be given: it expired on 1 Jan" in app.text
        assert "▲ Translated from en, which has changed since" in app.text


async def test_one_version_is_shown_as_it_is_told_and_in_its_languages() -> None:
    async with desk((78, 40)) as (app, panel, pilot):
        panel.caller_language = "zh"
        await found(app, pilot)
        assert app.wanted[-1].language == "zh"
        text = replace(TEXT, answer="请拨 202-555-0100。", languages=(("en", 9), ("zh", 1)))
        app.show(text)
        await pilot.pause()
        assert "[screen] telephone text · en [zh]" in app.text
        panel.next_way()
        await pilot.pause()
        assert "请拨 2 0 2，5 5 5，0 1 0 0。" in app.text
        panel.next_way()
        await pilot.pause()
        assert "请拨 202-555-0100。[K-031 v4]" in app.text
        assert "UCS-2 26/70 · 1 message" in app.text
        panel.next_language()
        await pilot.pause()
        assert (app.wanted[-1].version_id, app.wanted[-1].language) == (9, "en")
        app.show(replace(text, version_id=9, language="en", answer="Dial 202-555-0100."))
        await pilot.pause()
        assert "Dial 202-555-0100. [K-031 v4]" in app.text
        assert panel.chosen() == AnswerFound(9, 1, "water"), "what is shown is given"


async def test_what_is_chosen_names_rank_and_query_and_what_was_given_is_marked() -> None:
    async with desk() as (app, panel, pilot):
        assert panel.chosen() is None
        await found(app, pilot)
        await pilot.press("down")
        assert panel.chosen() == AnswerFound(2, 2, "water")
        panel.show_given({"K-033": NOW})
        await pilot.pause()
        assert f"✓ given {NOW.astimezone():%H:%M}" in app.text
        panel.show_given({})
        await pilot.pause()
        assert "✓ given" not in app.text


async def test_an_answer_of_no_help_goes_to_the_end_and_keeps_its_rank() -> None:
    async with desk((78, 40)) as (app, panel, pilot):
        await found(app, pilot)
        panel.mark_unhelpful("K-031")
        await pilot.pause()
        assert panel.current() == PRESSURE
        assert panel.chosen() == AnswerFound(2, 2, "water")
        assert "✗ not helpful" in app.text
        panel.show_hits(app.request, (*HITS, replace(OUTAGE, code="K-900", version_id=9)), paused=True)
        await pilot.press("up", *["down"] * 4)
        assert panel.current() == OUTAGE
        assert panel.chosen() == AnswerFound(1, 1, "water")
        assert not panel.may_say_unhelpful()


async def test_all_models_follow_a_pause_and_the_cursor_stays_where_it_was_put() -> None:
    async with desk() as (app, panel, pilot):
        await found(app, pilot)
        await pilot.press("down")
        await until(pilot, lambda: app.paused == [app.request])
        panel.show_hits(app.request, (ROTA, OUTAGE, PRESSURE), paused=True)
        assert panel.current() == PRESSURE
        panel.show_hits(app.request, HITS)
        assert panel.chosen() == AnswerFound(2, 3, "water"), "the fast models come too late"
        await pilot.press("w", "enter")
        panel.show_hits(app.request, HITS)
        assert panel.current() == OUTAGE, "other words, another first"


async def test_an_own_search_wins_until_the_emptied_box_is_left() -> None:
    async with desk() as (app, panel, pilot):
        panel.suggest("bulky\nwaste", "from the text")
        assert app.box.value == "bulky waste"
        assert panel.border_subtitle == "from the text"
        panel.focus_search()
        await pilot.press("w", "enter")
        panel.suggest("from the notes")
        assert app.box.value == "w"
        await pilot.press("backspace")
        panel.suggest("from the notes")
        assert app.box.value == "", "she is about to type"
        await pilot.press("tab")
        await until(pilot, lambda: app.welcome == 1)
        panel.suggest("from the notes", typing=True)
        assert app.box.value == "from the notes"
        await until(pilot, lambda: app.searches[-1][0] == "from the notes")


async def test_typing_replaces_what_was_suggested_while_she_was_in_the_box() -> None:
    async with desk() as (app, panel, pilot):
        panel.suggest("any news about my case", "from the text")
        await pilot.press("r", "e", "n", "t")
        assert app.box.value == "rent"
        assert panel.own_search == "rent"


async def test_what_is_wrong_with_the_search_is_said_and_goes() -> None:
    async with desk() as (app, panel, pilot):
        panel.show_notice("Answers are found by their words only.")
        await pilot.pause()
        assert "▲ Answers are found by their words only." in app.text
        panel.show_notice("")
        await pilot.pause()
        assert "▲" not in app.text


def test_the_words_that_matched_are_found_again_in_whatever_script() -> None:
    pieces = list(with_matches("Water and waterworks: 今天停水吗？ WATER.", ("water", "停水", "")))
    assert [piece for piece, found in pieces if found] == ["Water", "停水", "WATER"]
    assert "".join(piece for piece, _found in pieces) == "Water and waterworks: 今天停水吗？ WATER."


async def test_reset_forgets_hits_preview_and_marks() -> None:
    async with desk() as (app, panel, pilot):
        await found(app, pilot)
        app.show(TEXT)
        panel.show_given({"K-031": NOW})
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
        panel.show_notice(HOSTILE)
        await until(pilot, lambda: bool(app.wanted))
        app.show(
            replace(
                TEXT, code=HOSTILE, question=HOSTILE, answer=HOSTILE, owner=HOSTILE, legal_basis=HOSTILE,
                languages=((HOSTILE, 1), ("en", 2)), newer_source=HOSTILE,
            )
        )  # fmt: skip
        for _way in range(3):
            panel.next_way()
            await pilot.pause()
            assert_harmless(app)
        panel.show_given({HOSTILE: NOW})
        panel.mark_unhelpful(HOSTILE)
        await pilot.press("down")
        assert_harmless(app)
