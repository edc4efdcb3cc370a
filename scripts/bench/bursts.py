"""How well sudden topics are found: synthetic months with planted bursts, and months in which nothing happens.

    bursts.py [--months N] [--quiet N] [--seed N] [--topics N]

Seeds from 1000 on were never looked at while the rule's numbers were chosen (those were 1 to 12).
"""

import argparse
import random
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from grm_console.domain import topic_bursts as rule

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
LEARNT, MONTH = 8 * WEEK, 4 * WEEK
STEP = 5
"""Minutes between two looks, as the web process does it."""
GRACE = 60
"""Minutes after the end of a burst in which an alarm is still its own: people go on asking."""
SIZES = (5, 10, 20, 40)
"""People an hour that a burst brings beyond the usual."""
HOURS_OF_DAY = (
    *(0.08, 0.05, 0.04, 0.04, 0.06, 0.15, 0.4, 0.9, 1.6, 2.0, 2.1, 1.9),
    *(1.5, 1.6, 1.8, 1.8, 1.6, 1.3, 1.0, 0.8, 0.6, 0.4, 0.25, 0.14),
)
DAYS_OF_WEEK = (1.25, 1.1, 1.05, 1.0, 1.0, 0.55, 0.4)


@dataclass(frozen=True)
class Planted:
    """A burst: from when to when, and how large."""

    topic: int
    begins: int
    ends: int
    extra: int
    """People an hour beyond the usual."""
    times: float
    """How many times the usual it makes of it."""


@dataclass
class Month:
    """Eight weeks to learn from and four to watch: (minute, person) by topic, in order."""

    calls: list[list[tuple[float, int]]]
    planted: list[Planted]


def make_month(seed: int, topics: int, bursts: int) -> Month:
    """Topics from a call a day to twenty in a busy hour; rush and slack, holidays, repeats, floods."""
    draw = np.random.default_rng(seed)
    pick = random.Random(seed)
    length = LEARNT + MONTH
    hours = length // HOUR
    rates = np.exp(draw.uniform(np.log(0.03), np.log(10.0), topics))
    shape = np.array([HOURS_OF_DAY[h % 24] * DAYS_OF_WEEK[(h // 24) % 7] for h in range(hours)])
    days = np.repeat(np.exp(draw.normal(0, 0.12, hours // 24)), 24)  # a rainy day is a busy day for everybody
    for holiday in pick.sample(range(7, hours // 24 - 1), 3):
        days[holiday * 24 : (holiday + 1) * 24] *= 0.3
        days[(holiday + 1) * 24 : (holiday + 2) * 24] *= 1.35
    planted: list[Planted] = []
    while len(planted) < bursts:
        topic, lasts = pick.randrange(topics), pick.choice((60, 120, 240))
        begins = LEARNT + pick.randrange(28) * DAY + pick.randrange(7 * HOUR, 20 * HOUR)
        if any(one.topic == topic and abs(one.begins - begins) < DAY for one in planted):
            continue
        extra = pick.choice(SIZES)
        usual = rates[topic] * float(shape[begins // HOUR])
        planted.append(Planted(topic, begins, begins + lasts, extra, 1 + extra / usual))
    calls = []
    person = 0
    for topic in range(topics):
        own_days = np.repeat(np.exp(draw.normal(0, 0.15, hours // 24)), 24)
        scatter = draw.gamma(1 / 0.06, 0.06, hours)
        drift = 1 + 0.1 * np.sin(np.arange(hours) / hours * 3 + topic)
        counts = draw.poisson(rates[topic] * shape * days * own_days * scatter * drift)
        moments = [h * HOUR + m for h, n in enumerate(counts) for m in draw.uniform(0, HOUR, n)]
        for burst in planted:
            if burst.topic == topic:
                many = draw.poisson(burst.extra * (burst.ends - burst.begins) / HOUR)
                moments += draw.uniform(burst.begins, burst.ends, many).tolist()
        found: list[tuple[float, int]] = []
        for moment in moments:
            person += 1
            found += [(moment, person)] + [(moment + pick.uniform(2, 50), person)] * (pick.random() < 0.12)
        for _flood in range(2):  # one telephone that does not stop
            person += 1
            start = LEARNT + pick.randrange(MONTH - HOUR)
            found += [(start + pick.uniform(0, 40), person) for _ in range(60)]
        calls.append(sorted(found))
    return Month(calls, planted)


def alarms_of(month: Month) -> list[tuple[int, int]]:
    """(topic, minute) of every alarm raised, as the desk would: a look each five minutes, again after an hour."""
    zero = datetime(2026, 1, 5, tzinfo=UTC)
    moments = [[moment for moment, _ in calls] for calls in month.calls]

    def people(topic: int, since: float, until: float) -> int:
        row = month.calls[topic][bisect_left(moments[topic], since) : bisect_right(moments[topic], until)]
        return len({person for _, person in row})

    raised: list[tuple[int, int]] = []
    open_since: dict[int, int] = {}
    ended: dict[int, int] = {}
    known: list[rule.Usual] = []
    learnt_at = 0
    for minute in range(LEARNT, LEARNT + MONTH, STEP):
        counts = [people(topic, minute - HOUR, minute) for topic in range(len(moments))]
        if minute - learnt_at >= 15:  # as the desk does it
            learnt_at = minute
            ends = [
                (end - zero) / timedelta(minutes=1)
                for _, end in rule.hours_before(zero + timedelta(minutes=minute), UTC, rule.WEEKS)
            ]
            known = [
                rule.usual([[people(topic, end - HOUR * k, end - HOUR * (k - 1)) for k in (2, 1, 0)] for end in ends])
                for topic in range(len(counts))
            ]
        watched = [topic for topic, count in enumerate(counts) if count >= rule.FEWEST_ASKERS or topic in open_since]
        now, usually = sum(counts), sum(one.people / one.hours for one in known)
        for topic in watched:
            of = known[topic]
            busy = rule.level(now - counts[topic], usually - of.people / of.hours)
            seen = rule.burst(counts[topic], of, busy)
            if topic in open_since:
                if not seen.goes_on:
                    del open_since[topic]
                    ended[topic] = minute
            elif seen.begins and minute - ended.get(topic, -HOUR) >= HOUR:
                open_since[topic] = minute
                raised.append((topic, minute))
    return raised


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--months", type=int, default=6, help="months with bursts")
    arguments.add_argument("--quiet", type=int, default=6, help="months in which nothing happens")
    arguments.add_argument("--seed", type=int, default=1000)
    arguments.add_argument("--topics", type=int, default=40)
    arguments.add_argument("--bursts", type=int, default=40, help="in each month")
    asked = arguments.parse_args()
    began = time.perf_counter()
    sizes: dict[int, list[bool]] = {}
    by_times: dict[float, list[bool]] = {}
    delays: dict[int, list[int]] = {}
    right = wrong = 0
    for seed in range(asked.seed, asked.seed + asked.months):
        month = make_month(seed, asked.topics, asked.bursts)
        raised = alarms_of(month)
        own = [
            next((at for topic, at in raised if topic == one.topic and one.begins <= at <= one.ends + GRACE), None)
            for one in month.planted
        ]
        for topic, at in raised:
            true = any(one.topic == topic and one.begins <= at <= one.ends + GRACE for one in month.planted)
            right, wrong = right + true, wrong + (not true)
        for one, found in zip(month.planted, own, strict=True):
            sizes.setdefault(one.extra, []).append(found is not None)
            by_times.setdefault(next(n for n in (2, 3, 5, 10, 1e9) if one.times < n), []).append(found is not None)
            if found is not None:
                delays.setdefault(one.extra, []).append(found - one.begins)
    false_quiet = sum(
        len(alarms_of(make_month(seed, asked.topics, 0)))
        for seed in range(asked.seed + 500, asked.seed + 500 + asked.quiet)
    )
    print(
        f"{asked.months} months with {asked.bursts} bursts each, {asked.quiet} without, {asked.topics} topics, "
        f"seeds from {asked.seed}; {time.perf_counter() - began:.0f} s"
    )
    print(f"precision            {right / max(1, right + wrong):.3f}  ({right} of {right + wrong} alarms)")
    found_all = [one for found in sizes.values() for one in found]
    print(f"recall, all          {sum(found_all) / len(found_all):.3f}  ({sum(found_all)} of {len(found_all)})")
    for size in sorted(sizes):
        waits = np.percentile(delays.get(size, [0]), (50, 90))
        print(
            f"recall, {size:>2} an hour more {sum(sizes[size]) / len(sizes[size]):.3f}  (of {len(sizes[size])}), "
            f"alarm after p50 {waits[0]:.0f} min, p90 {waits[1]:.0f} min"
        )
    below = "1"
    for times in sorted(by_times):
        label = f"{below}-{times:.0f} x" if times < 1e9 else f"over {below} x"
        print(
            f"recall, {label:>9} usual {sum(by_times[times]) / len(by_times[times]):.3f}  (of {len(by_times[times])})"
        )
        below = f"{times:.0f}"
    print(
        f"false alarms a quiet week {false_quiet / (4 * asked.quiet):.2f}  ({false_quiet} in {4 * asked.quiet} weeks)"
    )


if __name__ == "__main__":
    main()
