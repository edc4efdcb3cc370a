"""The queue's ORDER BY is the domain's serving order."""

import random
from datetime import timedelta

from builders import LONG_AGO, all_rows, found_town, put_in
from sqlalchemy import select

from grm_console.domain.queue_order import QueuePlace, serving_order
from grm_console.domain.words import Harm
from grm_console.store import queue, tables
from grm_console.store.store import Store


def test_the_store_serves_as_the_rule_says(store: Store) -> None:
    town = found_town(store)
    chance = random.Random(7)
    with store.writing() as write:
        for number in range(200):
            moment = LONG_AGO + timedelta(microseconds=chance.choice((0, 1, 1_000_000)), minutes=chance.randrange(3))
            interaction = put_in(
                write.connection,
                tables.Interaction(
                    provider="test",
                    sid=f"S{number}",
                    channel=chance.choice(("voice", "sms")),
                    direction="inbound",
                    state="waiting",
                    happened_at=moment,
                    entered_at=moment,
                    queue_id=town.queue,
                ),
            )
            waits = chance.random() < 0.8
            put_in(
                write.connection,
                tables.QueueEntry(
                    interaction_id=interaction,
                    queue_id=town.queue,
                    state="waiting" if waits else "left",
                    harm=chance.choice(list(Harm)).value,
                    waiting_since=moment - timedelta(seconds=chance.randrange(99)),
                    queued_as_of=moment,
                    left_at=None if waits else moment,
                ),
            )
    waiting = [row for row in all_rows(store, tables.QueueEntry) if row.state == "waiting"]
    expected = sorted(waiting, key=lambda row: serving_order(QueuePlace(Harm(row.harm), row.queued_as_of, row.id)))
    with store.reading() as connection:
        served = [row[0] for row in queue.waiting_items(connection, 1000)]
        count, longest = queue.waiting_sum(connection)
        entry = tables.QueueEntry.__table__  # type: ignore[attr-defined]
        plain = connection.execute(select(entry.c.id).where(entry.c.state == "waiting").order_by(*queue.SERVING_ORDER))
        assert list(plain.scalars()) == served
    assert served == [row.id for row in expected]
    assert (count, longest) == (len(waiting), min(row.waiting_since for row in waiting))
