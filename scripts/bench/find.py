"""Find, as it is typed, in a store of a million contacts, beside a bare look-up by primary key in the same run.

Makes the contacts in a temporary folder that is removed, and has them indexed as after an import. Half of the names are
Chinese, half Latin; surnames are spread as in a town, so that some are held by tens of thousands.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from figures import percentile, print_machine, print_table
from service import environment, folder, grm, postgresql
from sqlalchemy import text

from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.find import Finder
from grm_console.desk.find_index import index_all
from grm_console.domain.permissions import PERMISSIONS, Role
from grm_console.settings import Settings
from grm_console.store import bulk
from grm_console.store.tables import Contact, ContactPoint, Interaction, PointHolder, TimelineEntry

BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
GOAL_MS = 50.0
TEXTS_SHARE = 10
"""One contact in so many has an exchange with words."""
HAN_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
)
HAN_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红建国华玉梅志海燕龙云飞小春晓宁雪晨佳欣怡子涵宇浩然博"
)
STARTS, MIDDLES, ENDS, TOPICS = map(
    str.split,
    (
        "Ad Ber Cas Da El Fa Gar Har Iv Jo Ka Lo Ma Nor Os Pe Quin Ro San Ta Ul Va Wil Yor Ze Bra Chi Dre Fle Gri",
        "a e i o u an en in on ar er or al el il",
        "son ez man ton ski ley ford ini berg well dez ova ard stein ros nas ler ham wood field",
        "water street light noise school permit parking waste tax bus road tree park snow heating",
    ),
)
GIVEN = [start + end for start in STARTS for end in ("ria", "lia", "na", "ko", "vid", "la", "mes", "sa", "ke", "n")]
SURNAMES = [start + middle + end for start in STARTS for middle in MIDDLES for end in ENDS]


def main() -> None:
    """Make the store, search it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=40, help="searches of each kind")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of this run's own")
    options = parser.parse_args()
    print_machine("sqlalchemy")
    with folder() as at, postgresql() if options.postgresql else nullcontext("") as url:
        settings = environment(at, url)
        grm(settings, "init")
        os.environ.update(settings)
        desk = open_desk(Settings())
        with desk.store:
            names = _fill(desk, options.contacts)
            _index(desk, options.contacts)
            if not options.postgresql:
                print(f"file {sum(file.stat().st_size for file in at.glob('grm.db*')) / 1e9:.2f} GB")
            _search(desk, names, options)


def _fill(desk: Desk, count: int) -> list[str]:
    chance = Random(7)
    han = list(accumulate(1 / (place + 3) for place in range(len(HAN_SURNAMES))))
    latin = list(accumulate(1 / (place + 20) for place in range(len(SURNAMES))))
    given = list(accumulate(1 / (place + 5) for place in range(len(GIVEN))))
    half = count // 2
    surnames = chance.choices(HAN_SURNAMES, cum_weights=han, k=count - half)
    names = [surname + "".join(chance.choices(HAN_GIVEN, k=chance.choice((1, 2, 2)))) for surname in surnames]
    firsts, lasts = (
        chance.choices(GIVEN, cum_weights=given, k=half),
        chance.choices(SURNAMES, cum_weights=latin, k=half),
    )
    names += [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
    chance.shuffle(names)
    keys = range(1, count + 1)
    own = {"kind": "citizen", "other_name": "", "language": "", "address": "", "district": "", "note": ""}
    own |= {"merged_into_id": None, "version": 1, "created_at": BEGIN, "created_by_id": 1}
    held = {"certainty": "imported", "since": BEGIN, "until": None}
    began = time.perf_counter()
    with desk.store.writing() as write:
        rows = ((key, f"c{key}", name) for key, name in zip(keys, names, strict=True))
        bulk.insert_rows(write.connection, Contact.__table__, ["id", "import_key", "name"], rows, own)  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        points = ((key, _number(key)) for key in keys)
        bulk.insert_rows(write.connection, ContactPoint.__table__, ["id", "address"], points, {"kind": "phone"})  # type: ignore[attr-defined]
        holds = ((key, key, key) for key in keys)
        columns = ["id", "contact_id", "contact_point_id"]
        bulk.insert_rows(write.connection, PointHolder.__table__, columns, holds, held)  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        for table, columns, lines, fixed in _texts(count // TEXTS_SHARE, chance):
            bulk.insert_rows(write.connection, table, columns, lines, fixed)
    took = time.perf_counter() - began
    print(f"made {count:,} contacts with a number each and {count // TEXTS_SHARE:,} texts in {took:.0f} s")
    return names


def _number(key: int) -> str:
    return f"+1{2_000_000_000 + key * 7919 % 999_999_937:010}"


def _texts(count: int, chance: Random) -> Iterator[tuple[Any, list[str], list[tuple[Any, ...]], dict[str, Any]]]:
    words = [" ".join(["The", *chance.choices(TOPICS, k=4), f"number {key % 9973}"]) for key in range(count)]
    at = [BEGIN + timedelta(minutes=key * 11) for key in range(count)]
    shared: dict[str, Any] = {"channel": "sms", "direction": "inbound"}
    empty = dict.fromkeys(("provider", "sid", "provider_state", "sender", "line", "concerned_name", "reference"), "")
    empty |= dict.fromkeys(("language", "note", "problem"), "")
    unknown = dict.fromkeys(
        ("import_key", "contact_point_id", "concerned_id", "entered_by_id", "identified", "agent_id")
    )
    unknown |= dict.fromkeys(("queue_id", "parked_at", "answered_at", "connected_at", "ended_at", "wrapped_up_at"))
    unknown |= dict.fromkeys(("duration", "disposition_id"))
    ended = {"state": "done", "end_reason": "handled", "entered_at": BEGIN, "attachments": 0, "version": 1}
    keys = range(1, count + 1)
    yield (
        Interaction.__table__,  # type: ignore[attr-defined]
        ["id", "contact_id", "happened_at", "text"],
        list(zip(keys, keys, at, words, strict=True)),
        shared | empty | unknown | ended,
    )
    yield (
        TimelineEntry.__table__,  # type: ignore[attr-defined]
        ["contact_id", "at", "source_id", "interaction_id", "summary"],
        list(zip(keys, at, keys, keys, words, strict=True)),
        shared | {"kind": "interaction", "state": "handled", "case_number": ""},
    )


def _index(desk: Desk, count: int) -> None:
    began = time.perf_counter()
    index_all(
        desk, system_actor(desk, "system:cli"), progress=lambda done, _all: print(f"\r{done}", end="", file=sys.stderr)
    )
    took = time.perf_counter() - began
    print(file=sys.stderr)
    if desk.store.dialect == "sqlite":
        with desk.store.writing() as write:
            write.connection.execute(text("ANALYZE"))
    else:
        with desk.store.writing() as write:
            write.connection.execute(text("SET LOCAL statement_timeout = 0"))
            write.connection.execute(text("ANALYZE"))
    print(f"indexed in {took:.0f} s: {count / took:,.0f} contacts/s with their numbers and texts")


def _search(desk: Desk, names: list[str], options: argparse.Namespace) -> None:
    chance = Random(11)
    actor = Actor(1, "bench", "Bench", "operator", 1, "Centre", PERMISSIONS[Role.OPERATOR])
    finder = Finder(desk, actor)
    latin = [name for name in names[:20_000] if name.isascii()]
    han = [name for name in names[:20_000] if len(name) == 3]
    picked = [chance.choice(latin) for _ in range(options.times)]
    numbers = [_number(chance.randrange(1, options.contacts)) for _ in range(options.times)]
    kinds: dict[str, list[str]] = {
        "one Latin letter": [name[0] for name in picked],
        "three letters": [name[:3] for name in picked],
        "given name": [name.split()[0] for name in picked],
        "given name + 3 letters": [" ".join([name.split()[0], name.split()[1][:3]]) for name in picked],
        "surname + given name": [" ".join(reversed(name.split())) for name in picked],
        "misspelt surname": [name.split()[1][:2] + name.split()[1][3:] for name in picked],
        "one Chinese character": [chance.choice(han)[0] for _ in range(options.times)],
        "Chinese name": [chance.choice(han) for _ in range(options.times)],
        "pinyin, one syllable": [chance.choice(("wang", "li", "chen", "xiao", "m")) for _ in range(options.times)],
        "pinyin, two syllables": [
            chance.choice(("chen li", "wang xiao", "li m", "xiaoming")) for _ in range(options.times)
        ],
        "pinyin, three in one": [
            chance.choice(("chenxiaoming", "wangjianguo", "lixiao")) for _ in range(options.times)
        ],
        "whole number": numbers,
        "last four digits": [number[-4:] for number in numbers],
        "beginning of a number": [number[:6] for number in numbers],
        "two words of a text": [" ".join(chance.choices(TOPICS, k=2)) for _ in range(options.times)],
        "nobody": [f"zq{place}xw" for place in range(options.times)],
    }
    bare = _bare(desk, chance, options)
    rows = []
    slowest = 0.0
    for kind, queries in kinds.items():
        taken, hits = [], 0
        finder.find(queries[0])
        for query in queries:
            began = time.perf_counter()
            found = finder.find(query)
            taken.append((time.perf_counter() - began) * 1000)
            hits += len(found.hits)
        slowest = max(slowest, percentile(taken, 0.95))
        rows.append(
            [kind, hits / len(queries), *(percentile(taken, s) for s in (0.5, 0.95)), percentile(taken, 0.5) / bare]
        )
    print_table(["", "hits", "p50 ms", "p95 ms", "p50 / bare look-up"], rows)
    print(f"bare look-up by primary key {bare:.3f} ms; slowest p95 {slowest:.1f} ms, goal {GOAL_MS:.0f} ms")


def _bare(desk: Desk, chance: Random, options: argparse.Namespace) -> float:
    taken = []
    for _ in range(options.times * 10):
        began = time.perf_counter()
        with desk.store.reading() as connection:
            connection.execute(
                text("SELECT name FROM contact WHERE id = :id"), {"id": chance.randrange(1, options.contacts)}
            ).one()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.5)


if __name__ == "__main__":
    main()
