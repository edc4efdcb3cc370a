"""Due times, delivery states, matching, articles, queue places, roles."""

import random
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.article import not_givable_because
from grm_console.domain.delivery import furthest, outbox_state
from grm_console.domain.due_time import done_due, first_reply_due
from grm_console.domain.matching import Holder, rank_holders
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.queue_order import QueuePlace, queued_as_of, serving_order
from grm_console.domain.words import ArticleState, Audience, Certainty, Channel, Harm, OutboxState

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)  # a Monday
TODAY = NOW.date()

# Due times


def test_hours_run_through_the_night_and_the_weekend() -> None:
    assert done_due(NOW, 72, None) == NOW + timedelta(hours=72)
    assert first_reply_due(NOW, 1) == NOW + timedelta(hours=1)
    assert first_reply_due(NOW, None) is None


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-11-29", 2, "2026-12-01"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_working_days_end_at_five_on_the_last_day(opened: str, days: int, due: str) -> None:
    moment = datetime.fromisoformat(opened).replace(hour=12).astimezone().astimezone(UTC)
    found = done_due(moment, None, days).astimezone()
    assert (found.date().isoformat(), found.hour, found.minute) == (due, 17, 0)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(1, 60))
def test_more_working_days_never_end_sooner(opened: datetime, days: int) -> None:
    moment = opened.replace(tzinfo=UTC)
    due = done_due(moment, None, days)
    assert moment < due < done_due(moment, None, days + 1)
    assert due.astimezone().weekday() < 5
    assert due.tzinfo is UTC


def test_five_o_clock_is_read_on_the_clock_of_the_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening and end the clocks in New York go back."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        due = done_due(datetime(2026, 10, 30, 14, 0, tzinfo=UTC), None, 1)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert due == datetime(2026, 11, 2, 22, 0, tzinfo=UTC)


# Delivery

REPORTS = (
    "accepted",
    "queued",
    "sending",
    "sent",
    "partially_delivered",
    "canceled",
    "failed",
    "undelivered",
    "delivered",
    "read",
    "unheard-of",
)


@given(st.lists(st.sampled_from(REPORTS), min_size=1), st.randoms(use_true_random=False))
def test_reports_come_in_any_order(reports: list[str], chance: random.Random) -> None:
    shuffled = reports * 2
    chance.shuffle(shuffled)
    assert furthest(shuffled) == furthest(reports)


def test_of_two_ends_the_worse_stands_and_reading_proves_delivery() -> None:
    assert furthest(["delivered", "undelivered"]) == "undelivered"
    assert furthest(["read", "failed"]) == "read"
    assert furthest(["delivered", "sent", "queued"]) == "delivered"
    assert furthest([]) == ""
    assert outbox_state("read") is outbox_state("delivered") is OutboxState.DELIVERED
    assert outbox_state("undelivered") is outbox_state("canceled") is OutboxState.FAILED
    assert outbox_state("sent") is outbox_state("news") is OutboxState.SENT


# Who may be calling


def _holder(
    key: int, certainty: Certainty = Certainty.CONFIRMED, until: datetime | None = None, last: datetime | None = None
) -> Holder:
    return Holder(key, certainty, until, last)


def test_the_only_present_holder_is_sure() -> None:
    (match,) = rank_holders([_holder(1)], NOW)
    assert match.sure
    former, present = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert [m.sure for m in rank_holders([_holder(1, until=former), _holder(2)], NOW)] == [True, False]
    assert [m.sure for m in rank_holders([_holder(1, until=present)], NOW)] == [True]


_holders = st.lists(
    st.builds(
        _holder,
        st.integers(1, 9),
        st.sampled_from(Certainty),
        st.none() | st.integers(-9, 9).map(lambda days: NOW + timedelta(days=days)),
        st.none() | st.integers(-9, -1).map(lambda days: NOW + timedelta(days=days)),
    ),
    max_size=6,
    unique_by=lambda holder: holder.contact_id,
)


@given(_holders, st.randoms(use_true_random=False))
def test_at_most_one_is_sure_and_never_a_former_holder(holders: list[Holder], chance: random.Random) -> None:
    matches = rank_holders(holders, NOW)
    sure = [m for m in matches if m.sure]
    present = [h.contact_id for h in holders if h.until is None or h.until > NOW]
    assert [m.contact_id for m in sure] == (present if len(present) == 1 else [])
    assert [m.current for m in matches] == sorted((m.current for m in matches), reverse=True)
    shuffled = holders[:]
    chance.shuffle(shuffled)
    assert rank_holders(shuffled, NOW) == matches


def test_of_several_the_surer_and_the_more_recent_come_first() -> None:
    week, day = NOW - timedelta(days=7), NOW - timedelta(days=1)
    order = rank_holders(
        [
            _holder(1, Certainty.IMPORTED, last=day),
            _holder(2, Certainty.CONFIRMED, last=week),
            _holder(3, Certainty.CONFIRMED, last=day),
            _holder(4, Certainty.CONFIRMED, until=day, last=day),
        ],
        NOW,
    )
    assert [m.contact_id for m in order] == [3, 2, 1, 4]
    assert not any(m.sure for m in order)


# Articles


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("state", ArticleState)
@pytest.mark.parametrize("effective", [None, TODAY, TODAY + timedelta(days=1)])
@pytest.mark.parametrize("expires", [None, TODAY, TODAY + timedelta(days=1)])
def test_only_public_articles_in_force_are_given(
    audience: Audience, state: ArticleState, effective: date | None, expires: date | None
) -> None:
    may = (
        audience is Audience.PUBLIC
        and state is ArticleState.PUBLISHED
        and (effective is None or effective <= TODAY)
        and (expires is None or expires > TODAY)
    )
    assert (not_givable_because(audience, state, effective, expires, TODAY) == "") is may


# The queue


def test_harm_then_waiting_then_arrival() -> None:
    places = [
        QueuePlace(Harm.DANGER, NOW, 9),
        QueuePlace(Harm.HEALTH, NOW - timedelta(hours=1), 8),
        QueuePlace(Harm.NONE, NOW - timedelta(hours=9), 7),
        QueuePlace(Harm.NONE, NOW, 1),
        QueuePlace(Harm.NONE, NOW, 2),
    ]
    shuffled = places[:]
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=serving_order) == places


@pytest.mark.parametrize("channel", Channel)
def test_what_is_written_counts_as_queued_later(channel: Channel) -> None:
    delay = timedelta(seconds=0 if channel is Channel.VOICE else 120)
    assert queued_as_of(channel, NOW, 120) == NOW + delay


# Roles


def test_each_role_has_its_acts_and_no_more() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert Act.SEE_CONFIDENTIAL_CASES not in PERMISSIONS[Role.OPERATOR]
    assert Act.SEE_RESTRICTED_ARTICLES not in PERMISSIONS[Role.OPERATOR]
    assert PERMISSIONS[Role.AUDITOR] == {Act.VERIFY_AUDIT}
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.EDITOR, Role.APPROVER, Role.AUDITOR, Role.SYSTEM):
        assert not PERMISSIONS[role] & {Act.OPEN_CONTACT, Act.TAKE_INTERACTION, Act.OPEN_CASE, Act.CHANGE_CONTACT}
    assert Act.RECEIVE_EVENTS in PERMISSIONS[Role.SYSTEM]
    assert [role for role, acts in PERMISSIONS.items() if Act.SEND_OUTBOX in acts] == [Role.SYSTEM]
