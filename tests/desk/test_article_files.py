"""Whatever articles a store holds, the file that is exported brings in the same."""

import csv
import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import settings_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grm_console.cli.opening import trail_of
from grm_console.desk.article_import import export_articles, import_articles, write_articles
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.domain.words import Audience
from grm_console.store.engine import read_url
from grm_console.store.store import Store

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00|"), min_size=1, max_size=30).filter(str.strip)
CELL = WORDS.map(str.strip) | st.sampled_from(["=1+1", "'=x", "-5", "a\nb", 'a "b", c', "@me"])
LINE = WORDS.filter(lambda words: "\n" not in words and "\r" not in words)
DAY = st.dates().map(str) | st.just("")
ARTICLE = st.fixed_dictionaries(
    {
        "question": CELL,
        "answer": CELL,
        "phrasings": st.lists(LINE, max_size=3),
        "audience": st.sampled_from(Audience),
        "legal_basis": CELL | st.just(""),
        "review_on": DAY,
        "expires_on": DAY,
        "zh": st.booleans(),
    }
)
NUMBER = count(1)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@given(articles=st.lists(ARTICLE, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_export_brings_in_what_it_was_made_from(
    form: str, articles: list[dict[str, Any]], tmp_path: Path, sqlite_url: str
) -> None:
    with Store(read_url(sqlite_url), trail_of(settings_for(sqlite_url, tmp_path), create=False)) as store:
        desk = Desk(store)
        actor = actor_named(desk, "system:cli")
        made = tmp_path / "made.jsonl"
        lines = []
        for article in articles:
            key = f"a{next(NUMBER)}"
            own = {name: value for name, value in article.items() if name != "zh"}
            lines.append({"id": key, "language": "en", **own})
            if article["zh"]:
                lines.append({"id": f"{key}-zh", "language": "zh", "translation_of": key, **own})
        made.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert import_articles(desk, actor, made, publish=True).added == len(lines)
        before = list(export_articles(desk, actor))
        file = tmp_path / f"out.{form}"
        with file.open("w", encoding="utf-8", newline="") as out:
            write_articles(out, before, as_json=form == "jsonl")
        done = import_articles(desk, actor, file, publish=True)
        assert (done.added, done.changed, done.unchanged) == (0, 0, len(before))
        assert list(export_articles(desk, actor)) == before
        if form == "csv":
            with file.open(encoding="utf-8", newline="") as lines_again:
                assert not [c for row in csv.reader(lines_again) for c in row if c.startswith(("=", "+", "@"))]
