"""Whether a queue is open: from the store, on both, with a calendar and without."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.fields import CALENDAR, QUEUE
from grm_console.desk.desk import Desk
from grm_console.desk.opening_hours import ALWAYS_OPEN, open_now
from grm_console.desk.sign_in import actor_named
from grm_console.errors import InvalidInput
from grm_console.store import bulk, tables
from grm_console.store.tables.columns import table_of

OFFICE = {
    "code": "office",
    "name": "Office",
    "time_zone": "Asia/Shanghai",
    "holidays": "CN",
    "hours": "mon-fri 09:00-12:00 13:00-17:30",
    "days": "2026-11-24 closed Stocktaking; 2026-11-28 as mon",
}


@pytest.fixture
def cli(desk: Desk) -> Actor:
    return actor_named(desk, "system:cli")


@pytest.fixture
def general(desk: Desk, cli: Actor) -> int:
    """The key of the queue that follows the office's hours."""
    changes.add(desk, cli, CALENDAR, OFFICE)
    before = changes.row(desk, cli, QUEUE, "general")
    changes.change(desk, cli, QUEUE, "general", before, before | {"calendar": "office"})
    with desk.store.reading() as connection:
        return bulk.keys_by(connection, table_of(tables.Queue), "code", ["general"])["general"]


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_queue_keeps_the_hours_of_its_calendar(desk: Desk, general: int) -> None:
    now = open_now(desk, general)  # Monday 17:02 in Shanghai
    assert (now.open, now.until, now.calendar, now.time_zone) == (True, utc(23, 9, 30), "office", "Asia/Shanghai")
    evening = open_now(desk, general, utc(23, 9, 30))
    assert (evening.open, evening.until, evening.opens_at) == (False, None, utc(25, 1))
    assert open_now(desk, general, utc(28, 2)).open
    assert open_now(desk, general, utc(28, 10)).opens_at == utc(30, 1)
    holiday = open_now(desk, general, datetime(2026, 10, 1, 2, tzinfo=UTC))
    assert (holiday.open, holiday.opens_at) == (False, datetime(2026, 10, 8, 1, tzinfo=UTC))


def test_a_queue_without_a_calendar_is_always_open_and_one_without_hours_never(
    desk: Desk, cli: Actor, general: int
) -> None:
    before = changes.row(desk, cli, CALENDAR, "office")
    changes.change(desk, cli, CALENDAR, "office", before, before | {"hours": "", "days": ""})
    shut = open_now(desk, general)
    assert (shut.open, shut.opens_at) == (False, None)
    row = changes.row(desk, cli, QUEUE, "general")
    assert row["calendar"] == "office"
    changes.change(desk, cli, QUEUE, "general", row, row | {"calendar": ""})
    assert open_now(desk, general) == ALWAYS_OPEN


def test_a_zone_that_the_machine_does_not_know_turns_nobody_away(desk: Desk, general: int) -> None:
    with desk.store.writing() as write:
        write.connection.execute(update(table_of(tables.Calendar)).values(time_zone="Mars/Base"))
    assert open_now(desk, general) == ALWAYS_OPEN


def test_a_followed_calendar_stays_in_use(desk: Desk, cli: Actor, general: int) -> None:
    before = changes.row(desk, cli, CALENDAR, "office")
    with pytest.raises(InvalidInput, match="the queue general follows it"):
        changes.change(desk, cli, CALENDAR, "office", before, before | {"active": "no"})
    changes.add(desk, cli, CALENDAR, OFFICE | {"code": "old", "active": "no"})
    row = changes.row(desk, cli, QUEUE, "general")
    for code in ("old", "moon"):
        with pytest.raises(InvalidInput, match="no calendar in use"):
            changes.change(desk, cli, QUEUE, "general", row, row | {"calendar": code})
