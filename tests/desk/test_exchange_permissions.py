"""Entering, parking, correcting and ready texts: each role may do what the table says, asked before the store is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from grm_console.desk.actor import Actor
from grm_console.desk.canned_texts import CannedTexts
from grm_console.desk.corrections import Corrections
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewCanned, NewEntry
from grm_console.desk.imports.canned_texts import import_canned_texts, list_canned_texts
from grm_console.desk.parking import Parking
from grm_console.domain.permissions import PERMISSIONS, Act
from grm_console.domain.words import Channel
from grm_console.errors import NotAllowed
from grm_console.store.store import Store

LETTER = NewEntry(Channel.LETTER)
WORDS = NewCanned("Title", "Words")
OURS = NewCanned("Title", "Words", private=False)


class Touched(Exception):
    """The store was asked for something."""


class _Untouched:
    def __getattr__(self, name: str) -> Any:
        raise Touched(name)


ASKS: dict[str, tuple[set[Act], Callable[[Desk, Actor], object]]] = {
    "log": ({Act.TAKE_INTERACTION}, lambda d, a: Entries(d, a).log(LETTER)),
    "log_and_close": ({Act.TAKE_INTERACTION}, lambda d, a: Entries(d, a).log_and_close(LETTER, "informed")),
    "codes": ({Act.TAKE_INTERACTION}, lambda d, a: Entries(d, a).dispositions(Channel.LETTER)),
    "park": ({Act.TAKE_INTERACTION}, lambda d, a: Parking(d, a).park(1)),
    "resume": ({Act.TAKE_INTERACTION}, lambda d, a: Parking(d, a).resume(1)),
    "parked": ({Act.TAKE_INTERACTION}, lambda d, a: Parking(d, a).parked()),
    "all_parked": ({Act.LEAD_AGENTS}, lambda d, a: Parking(d, a).all_parked()),
    "take_over": ({Act.TAKE_INTERACTION, Act.LEAD_AGENTS}, lambda d, a: Parking(d, a).take_over(1, "went home")),
    "exchange": ({Act.CORRECT}, lambda d, a: Corrections(d, a).exchange(1)),
    "case": ({Act.CORRECT}, lambda d, a: Corrections(d, a).case(1)),
    "correct_exchange": ({Act.CORRECT}, lambda d, a: Corrections(d, a).correct_exchange(1, 1, {}, "a slip")),
    "correct_case": ({Act.CORRECT}, lambda d, a: Corrections(d, a).correct_case(1, 1, {}, "a slip")),
    "search": ({Act.TAKE_INTERACTION}, lambda d, a: CannedTexts(d, a).search()),
    "fill": ({Act.TAKE_INTERACTION}, lambda d, a: CannedTexts(d, a).fill(1, 1)),
    "save": ({Act.TAKE_INTERACTION}, lambda d, a: CannedTexts(d, a).save(WORDS)),
    "save_team": ({Act.WRITE_TEAM_TEXTS}, lambda d, a: CannedTexts(d, a).save(OURS)),
    "list": ({Act.EXPORT}, lambda d, a: list(list_canned_texts(d, a))),
    "import": ({Act.IMPORT, Act.WRITE_TEAM_TEXTS}, lambda d, a: import_canned_texts(d, a, Path("texts.csv"))),
}


@pytest.mark.parametrize("name", ASKS)
def test_each_role_may_do_what_the_table_says_and_nothing_else(name: str) -> None:
    Path("texts.csv").write_text("title,body\n")
    needed, ask = ASKS[name]
    for role, acts in PERMISSIONS.items():
        actor = Actor(7, "mei", "Mei", role, 1, "Hotline centre", acts)
        with pytest.raises(Touched if needed <= acts else NotAllowed):
            ask(Desk(cast(Store, _Untouched())), actor)
