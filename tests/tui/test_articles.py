"""Articles on the screen: from draft to expired with two people, a translation, a crash, and who was told."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from builders import answered, article, call, found_town, staff
from conftest import FixedClock, settings_for
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.editorial import Editorial
from grm_console.desk.sign_in import actor_named
from grm_console.domain.article_life import Step
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.screens.article import ArticleScreen
from grm_console.tui.screens.article_form import ArticleFormScreen
from grm_console.tui.screens.article_told import ArticleToldScreen
from grm_console.tui.screens.knowledge import KnowledgeScreen
from grm_console.tui.theme import DARK

SIZES = ((80, 24), (120, 40), (200, 60))


class Articles(App[None]):
    """A console with nothing but the articles, for one account."""

    def __init__(self, desk: Desk, name: str, drafts: Path) -> None:
        super().__init__()
        self.desk = desk
        self.editorial = Editorial(desk, actor_named(desk, name))
        self.keeper = WordsKeeper(7, drafts)
        self.register_theme(DARK)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.push_screen(KnowledgeScreen(self.editorial, self.desk.store.now, self.keeper))


@pytest.fixture
def own_desk(sqlite_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Desk]:
    with Store(read_url(sqlite_url), trail_of(settings_for(sqlite_url, tmp_path), create=False), clock) as store:
        desk = Desk(store, "US", "en")
        found_town(store)
        for name, role in (("lin", "editor"), ("hassan", "approver"), ("mei", "operator")):
            staff(desk, name, role)
        yield desk


@asynccontextmanager
async def sitting(
    desk: Desk, name: str, drafts: Path, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[None], Articles]]:
    app = Articles(desk, name, drafts)
    async with app.run_test(size=size, notifications=False) as pilot:
        await seen(pilot, app, "All")
        await until(pilot, lambda: "Reading" not in text(app))
        yield pilot, app


def text(app: App[None]) -> str:
    return "\n".join(lines(app))


async def seen(pilot: Pilot[None], app: App[None], *words: str) -> None:
    await until(pilot, lambda: all(word in text(app) for word in words))


async def at(pilot: Pilot[None], app: App[None], screen: type) -> None:
    await until(pilot, lambda: isinstance(app.screen, screen) and not getattr(app.screen, "acting", False))


def typed(words: str) -> list[str]:
    return ["space" if char == " " else char for char in words]


async def test_from_draft_to_expired_with_two_people(own_desk: Desk, tmp_path: Path) -> None:
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("f4")
        await at(pilot, app, ArticleFormScreen)
        await pilot.press("tab", *typed("Why is there no water?"), "ctrl+s")
        await seen(pilot, app, "✗ is needed, at most 100000 characters")
        await pilot.press(*typed("Repairs take a day"), "ctrl+s")
        await at(pilot, app, ArticleScreen)
        await seen(pilot, app, "K-001", "○ en v1 draft", "Repairs take a day", "F8 To review")
        assert "Approve" not in text(app)
        await pilot.press("f8", "1")
        await seen(pilot, app, "◐ en v1 in review")
    async with sitting(own_desk, "hassan", tmp_path) as (pilot, app):
        await seen(pilot, app, "In review 1")
        await pilot.press("enter")
        await seen(pilot, app, "F8 Approve", "F9 Return")
        await pilot.press("f9")
        await pilot.press(*typed("Say whom to call"), "enter")
        await seen(pilot, app, "○ en v1 draft")
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("enter")
        await seen(pilot, app, "○ en v1 draft")
        await pilot.press("f6", "f6", "f6")
        await seen(pilot, app, "Hassan · returned", "Say whom to call")
        await pilot.press("f2")
        await at(pilot, app, ArticleFormScreen)
        await pilot.press("tab", *typed("If dry, call 12345. "), "ctrl+s")
        await at(pilot, app, ArticleScreen)
        await pilot.press("f8", "1")
        await seen(pilot, app, "◐ en v1 in review")
    async with sitting(own_desk, "hassan", tmp_path) as (pilot, app):
        await pilot.press("enter")
        await seen(pilot, app, "call 12345")
        await pilot.press("f8")
        await seen(pilot, app, "Yes: it is published at once")
        await pilot.press("1")
        await seen(pilot, app, "● en v1 published")
        await pilot.press("f10", *typed("The rule was repealed"), "enter")
        await seen(pilot, app, "⊘ en v1 expired")
        await pilot.press("escape")
        await seen(pilot, app, "Expired 1", "⊘ K-001")


async def test_a_new_version_shows_its_changes_and_makes_the_translation_stale(own_desk: Desk, tmp_path: Path) -> None:
    lin, hassan = (Editorial(own_desk, actor_named(own_desk, name)) for name in ("lin", "hassan"))

    def publish(language: str) -> None:
        version = lin.sheet(1).newest(language).version_id
        lin.take(version, Step.SUBMIT)
        hassan.take(version, Step.APPROVE)

    article(own_desk.store, "K-031", "Why no water?", "Repairs take two days.")
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("enter")
        await seen(pilot, app, "● en v1 published")
        await pilot.press("f4")
        await seen(pilot, app, "translation of en v1", "Repairs take two days.")
        await pilot.press("ctrl+u", *"zh", "tab", *"为什么停水", "tab", *"抢修", "ctrl+s")
        await seen(pilot, app, "○ zh v1 draft", "from en v1")
        publish("zh")
        await pilot.press("home", "f2")
        await seen(pilot, app, "K-031 · en, next version")
        await pilot.press("ctrl+s")
        await seen(pilot, app, "Nothing is changed yet")
        await pilot.press("tab", *typed("Or three. "), "ctrl+s")
        await seen(pilot, app, "○ en v2 draft")
        await pilot.press("f6")
        await seen(pilot, app, "Against v1, published", "{+Or three. +}Repairs")
        publish("en")
        await pilot.press("f5", "end", "f6", "f6", "f6")
        await seen(pilot, app, "▲ stale: en is at v2 now")
        await pilot.press("escape")
        await seen(pilot, app, "Stale 1", "▲ stale")
        await pilot.press("f2", *"zh", "enter")
        await seen(pilot, app, "1 of 2 · zh")
        await pilot.press("escape", *typed("three"))
        await seen(pilot, app, "Nothing fits")
        await pilot.press("escape", "f8")
        await seen(pilot, app, "File: Articles")


async def test_half_typed_words_outlive_a_crash_and_are_gone_once_stored(own_desk: Desk, tmp_path: Path) -> None:
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("f4")
        await at(pilot, app, ArticleFormScreen)
        await pilot.press("tab", *typed("Half a question"))
        await until(pilot, lambda: "Half a question" in str(app.keeper.kept("article new")))
    async with sitting(own_desk, "lin", tmp_path) as (pilot, app):
        await pilot.press("f4")
        await seen(pilot, app, "Half a question", "words from before")
        await pilot.press("escape", "3")
        await at(pilot, app, KnowledgeScreen)
        assert app.keeper.kept("article new") == {}


@pytest.mark.parametrize("size", SIZES)
async def test_strange_words_harm_no_screen(own_desk: Desk, tmp_path: Path, size: tuple[int, int]) -> None:
    article(own_desk.store, "K-031", HOSTILE, HOSTILE)
    async with sitting(own_desk, "lin", tmp_path, size) as (pilot, app):
        assert_harmless(app)
        await pilot.press("enter")
        await seen(pilot, app, "● en v1 published")
        for _ in range(4):
            assert_harmless(app)
            await pilot.press("f6")
        await pilot.press("f2")
        await at(pilot, app, ArticleFormScreen)
        assert_harmless(app)
        await pilot.press("escape", "f1")
        await seen(pilot, app, "An article", "Send the draft to review by somebody else.")
        assert_harmless(app)


async def test_who_was_told_the_old_answer_is_called_back(own_desk: Desk, tmp_path: Path) -> None:
    version = article(own_desk.store, "K-031", "Why no water?")
    web, mei = (actor_named(own_desk, name) for name in ("system:web", "mei"))
    seat, key = answered(own_desk, web, mei, call())
    seat.answers.give(key, version, 1, "water")
    Editorial(own_desk, actor_named(own_desk, "lin")).take(version, Step.WITHDRAW, "It was wrong.")
    async with sitting(own_desk, "hassan", tmp_path, (80, 24)) as (pilot, app):
        await pilot.press("enter", "f7")
        await at(pilot, app, ArticleToldScreen)
        await seen(pilot, app, "in 30 days: 1", "+1******0142", "told v1 en by Mei")
        await pilot.press("f9", "2")
        await seen(pilot, app, "✓ told again by call")
        assert "F9" not in text(app)


async def test_an_operator_only_reads(own_desk: Desk, tmp_path: Path) -> None:
    article(own_desk.store, "K-031", "Why no water?")
    article(own_desk.store, "K-032", "Not yet?", state="draft")
    async with sitting(own_desk, "mei", tmp_path) as (pilot, app):
        assert "K-032" not in text(app)
        assert "F4 New" not in text(app)
        await pilot.press("enter")
        await seen(pilot, app, "● en v1 published", "F6 Next view")
        assert not any(word in text(app) for word in ("New version", "Withdraw", "Who was told"))
