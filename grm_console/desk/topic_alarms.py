"""Sudden topics: looked for every few minutes, told on the board and by a notice, and over by themselves.

Needs the store alone, no model: it runs in the web process. The rule is `domain.topic_bursts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.alerts import alert
from grm_console.desk.board_views import AlarmLine, RowsOf, figure_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.question_words import topic_words
from grm_console.desk.spoken import named
from grm_console.domain import topic_bursts as rule
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.store import accounts, shift, topics
from grm_console.store.store import Write
from grm_console.store.topics import Brought, Topic

EVERY = timedelta(minutes=5)
LEARNT_FOR = timedelta(minutes=15)
"""For so long a process goes by what it has read of the weeks before."""
NOTICE_LASTS = timedelta(hours=4)
"""The longest a notice of an alarm stays if nothing ends it: the web process may be gone."""
_LOOKED = "topics-looked-at"
MOST_WORDS = 60
"""Characters of a question in an alarm's words."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """What is usual at this hour of the week, by topic."""

    at: datetime
    weeks: int
    topics: Mapping[Topic, rule.Usual]

    def of(self, topic: Topic) -> rule.Usual:
        return self.topics.get(topic) or rule.usual([(0.0, 0.0, 0.0)] * self.weeks)


class TopicWatch:
    """Looks for sudden topics; of several processes one looks at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._habit: _Habit | None = None

    def look(self, actor: Actor, *, every: timedelta = EVERY) -> int:
        """Raise, refresh and clear alarms; gives how many hold. Nothing is done if it was done within `every`.

        Raises a StoreError.
        """
        actor.require(Act.GROUP_QUESTIONS)
        desk = self._desk
        now = desk.store.now()
        with desk.store.reading() as connection:
            if _looked_within(connection, now, every):
                return len(topics.open_alarms(connection))
            habit = self._learnt(connection, now)
            lately = list(topics.brought(connection, now - rule.WINDOW, now))
        found = _bursts(lately, habit) if habit.weeks >= rule.FEWEST_WEEKS else {}
        with desk.store.writing() as write:
            if _looked_within(write.connection, write.now, every):
                return len(topics.open_alarms(write.connection))
            accounts.set_mark(write.connection, _LOOKED, write.now.isoformat())
            return self._settle(write, actor, found, lately)

    def _settle(self, write: Write, actor: Actor, found: Mapping[Topic, rule.Burst], lately: Iterable[Brought]) -> int:
        """Bring the stored alarms to what was found."""
        hold = 0
        alarms = {Topic(row.service_id, row.group_id): row for row in topics.open_alarms(write.connection)}
        for topic, row in alarms.items():
            seen = found.get(topic)
            if seen is not None and seen.goes_on:
                hold += 1
                if (row.askers, row.tenths) != (seen.askers, _tenths(seen)):
                    values = {"askers": seen.askers, "tenths": _tenths(seen)}
                    topics.change_alarm(write.connection, row.id, values)
                    write.changed("topic", row.id)
            else:
                self._clear(write, actor, row)
        quiet = topics.cleared_since(write.connection, write.now - self._desk.alarm_again)
        for topic, seen in found.items():
            if seen.begins and topic not in alarms and topic not in quiet:
                hold += 1
                self._raise(write, actor, topic, seen, lately)
        return hold

    def _raise(self, write: Write, actor: Actor, topic: Topic, seen: rule.Burst, lately: Iterable[Brought]) -> None:
        first: dict[str, datetime] = {}
        for one in lately:
            if one.topic == topic:
                first[one.asker] = min(one.at, first.get(one.asker, one.at))
        since = rule.began(first.values(), seen.expected, write.now)
        name = _name(write.connection, topic, self._desk.fewest_askers)
        words = alarm_words(name, _tenths(seen), seen.askers, since)
        notice = alert(write, actor, Act.GROUP_QUESTIONS, words, NOTICE_LASTS)
        key = topics.raise_alarm(
            write.connection,
            {
                "service_id": topic.service_id,
                "group_id": topic.group_id,
                "since": since,
                "raised_at": write.now,
                "cleared_at": None,
                "askers": seen.askers,
                "tenths": _tenths(seen),
                "notice_id": notice,
            },
        )
        record(write, actor, Act.GROUP_QUESTIONS, f"topic-alarm:{key}", "raised", f"{seen.askers} askers")
        write.changed("topic", key)

    def _clear(self, write: Write, actor: Actor, row: Any) -> None:
        topics.change_alarm(write.connection, row.id, {"cleared_at": write.now})
        if row.notice_id is not None:
            shift.end_notice(write.connection, row.notice_id, write.now)
            write.changed("notice", row.notice_id)
        record(write, actor, Act.GROUP_QUESTIONS, f"topic-alarm:{row.id}", "cleared")
        write.changed("topic", row.id)

    def _learnt(self, connection: Connection, now: datetime) -> _Habit:
        """What is usual now, read anew every quarter of an hour."""
        if self._habit is None or not timedelta(0) <= now - self._habit.at < LEARNT_FOR:
            self._habit = _habit(connection, now)
        return self._habit


def alarm_lines(connection: Connection, fewest: int, now: datetime) -> tuple[AlarmLine, ...]:
    """The alarms that hold, as the board shows them, each with the exchanges of since it began."""
    rows = topics.named_alarms(connection)
    if not rows:
        return ()
    exchanges: dict[Topic, dict[int, None]] = defaultdict(dict)
    for one in topics.brought(connection, min(row.since for row in rows), now):
        exchanges[one.topic][one.interaction_id] = None
    found = []
    for row in rows:
        name = (
            named(row.name, row.other_name or "")[0] if row.name else _of_group(connection, row.topic.group_id, fewest)
        )
        words = alarm_words(name, row.tenths, row.askers, row.since)
        found.append(
            AlarmLine(row.id, words, row.since, figure_of(RowsOf.EXCHANGES, exchanges[row.topic]), row.notice_id)
        )
    return tuple(found)


def alarm_words(name: str, tenths: int, askers: int, since: datetime) -> str:
    """What an alarm says, e.g. "Water supply: 3 times the usual since 11:00 (12 people in the last hour)"."""
    times = tenths // 10 if tenths >= 30 or tenths % 10 == 0 else tenths / 10
    return _("{topic}: {times} times the usual since {time} ({n} people in the last hour)").format(
        topic=name, times=times, time=f"{since.astimezone():%H:%M}", n=askers
    )


def _bursts(lately: Iterable[Brought], habit: _Habit) -> dict[Topic, rule.Burst]:
    people: dict[Topic, set[str]] = defaultdict(set)
    for one in lately:
        people[one.topic].add(one.asker)
    counts = {topic: len(askers) for topic, askers in people.items()}
    now, usually = sum(counts.values()), sum(of.people / of.hours for of in habit.topics.values())
    found = {}
    for topic, count in counts.items():
        of = habit.of(topic)
        level = rule.level(now - count, usually - of.people / of.hours)
        found[topic] = rule.burst(count, of, level)
    return found


def _habit(connection: Connection, now: datetime) -> _Habit:
    first = topics.first_moment(connection)
    spans = [] if first is None else [span for span in rule.hours_before(now, None) if span[0] - rule.WINDOW >= first]
    weeks: dict[Topic, list[tuple[float, float, float]]] = defaultdict(lambda: [(0.0, 0.0, 0.0)] * len(spans))
    for week, (begin, end) in enumerate(spans):
        people: dict[Topic, tuple[set[str], set[str], set[str]]] = defaultdict(lambda: (set(), set(), set()))
        for one in topics.brought(connection, begin - rule.WINDOW, end + rule.WINDOW):
            place = 0 if one.at < begin else 1 if one.at < end else 2
            people[one.topic][place].add(one.asker)
        for topic, (before, same, after) in people.items():
            weeks[topic][week] = (float(len(before)), float(len(same)), float(len(after)))
    return _Habit(now, len(spans), {topic: rule.usual(counts) for topic, counts in weeks.items()})


def _name(connection: Connection, topic: Topic, fewest: int) -> str:
    if topic.service_id is not None:
        return named(*topics.service_name(connection, topic.service_id))[0]
    return _of_group(connection, topic.group_id, fewest)


def _of_group(connection: Connection, group_id: int | None, fewest: int) -> str:
    words = topic_words(connection, group_id, fewest) if group_id is not None else ""
    return f"«{words[:MOST_WORDS]}»" if words else _("A question without an answer")


def _looked_within(connection: Connection, now: datetime, every: timedelta) -> bool:
    noted = accounts.mark(connection, _LOOKED)
    return bool(noted) and timedelta(0) <= now - datetime.fromisoformat(noted) < every


def _tenths(seen: rule.Burst) -> int:
    return round(10 * seen.times)
