"""What no webhook brought comes back from the carrier's lists, once, as if it had come in time."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from builders import CALLER, LINE, all_rows, call, call_status, contact, found_town, meaning, put, take_in, text
from conftest import FixedClock

from grm_console.desk import writing
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.desk.ports import PastEvents
from grm_console.desk.provider_lists import Found
from grm_console.desk.reconcile import reconcile, reconcile_when_due
from grm_console.desk.sending import send_due
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Direction
from grm_console.errors import CarrierError
from grm_console.store import tables


@dataclass
class Account:
    """The carrier's lists, newest first, texts two to a page; `busy` requests are refused before one is answered."""

    texts: list[InboundEvent] = field(default_factory=list)
    calls: list[InboundEvent] = field(default_factory=list)
    busy: int = 0
    sent: list[str] = field(default_factory=list)
    asked: int = 0

    def past_texts(self, since: datetime, until: datetime, *, recipient: str = "", following: str = "") -> PastEvents:
        return self._page([one for one in self.texts if recipient in ("", one.recipient)], since, until, following)

    def past_calls(self, since: datetime, until: datetime, *, following: str = "") -> PastEvents:
        return self._page(self.calls, since, until, following, 99)

    def attachments_of(self, sid: str) -> Sequence[tuple[str, str]]:
        return (("image/png", f"https://api.twilio.com/{sid}"),)

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        self.sent.append(body)
        raise CarrierError("Twilio did not answer.", unknown=True)

    def _page(
        self, listed: list[InboundEvent], since: datetime, until: datetime, following: str, size: int = 2
    ) -> PastEvents:
        self.asked += 1
        if self.busy:
            self.busy -= 1
            raise CarrierError("Too many requests.", code=20429, retryable=True)
        within = [one for one in listed if one.happened_at is not None and since <= one.happened_at <= until]
        newest, start = sorted(within, key=lambda one: str(one.happened_at), reverse=True), int(following or 0)
        end = start + size
        return PastEvents(newest[start:end], str(end) if len(newest) > end else "")


def listed(event: InboundEvent, at: datetime) -> InboundEvent:
    return replace(event, recovered=True, happened_at=at)


def status(sid: str, state: str, at: datetime, body: str = "", to: str = CALLER, error: str = "") -> InboundEvent:
    return replace(
        text(sid, body, LINE),
        kind=EventKind.TEXT_STATUS,
        discriminator=f"status:{state}",
        recipient=to,
        direction=Direction.OUTBOUND,
        state=state,
        error=error,
        recovered=True,
        happened_at=at,
    )


def look(desk: Desk, actor: Actor, account: Account, pauses: list[float] | None = None) -> list[Found]:
    now = desk.store.now()
    waited = [] if pauses is None else pauses
    return list(reconcile(desk, actor, account, now - timedelta(days=2), now, pause=waited.append))  # type: ignore[arg-type]


@pytest.fixture
def town(desk: Desk) -> Desk:
    found_town(desk.store)
    contact(desk.store, "Chen Li", CALLER, language="zh")
    return desk


class _Undone(Exception):
    """Ends a transaction whose rows are not wanted."""


_BODIES = ("When is bulky waste collected?", "垃圾什么时候收？", "STOP", "START", "x" * 500)


def test_whatever_was_lost_or_late_leaves_the_rows_it_would_have_left_in_time(
    town: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    chance, began = random.Random(7), clock.moment
    events = [text(f"SM{n}", chance.choice(_BODIES), f"+120255501{chance.randrange(8):02}") for n in range(40)]
    in_time: dict[str, list[str]] = {}
    with pytest.raises(_Undone), town.store.writing() as write:
        for event in events:
            receive(town, write, web_actor, event)
        in_time = meaning(write.connection)
        raise _Undone

    fates = {event.sid: chance.choice(("came", "twice", "lost", "late")) for event in events}
    take_in(town, web_actor, *(event for event in events if fates[event.sid] in ("came", "twice")))
    clock.forward(minutes=5)
    account = Account(texts=[listed(event, began) for event in events])
    found = look(town, web_actor, account)
    late = [event for event in events if fates[event.sid] in ("late", "twice")]
    again = take_in(town, web_actor, *chance.sample(late, len(late)))

    assert {one.sid for one in found} == {sid for sid, fate in fates.items() if fate in ("lost", "late")}
    assert look(town, web_actor, account) == []
    assert not any(receipt.fresh for receipt in again)
    with town.store.reading() as connection:
        now = meaning(connection)
    for table in ("contact_point", "interaction", "queue_entry"):
        assert _timeless(now[table]) == _timeless(in_time[table]), table
    replies = all_rows(town.store, tables.Outbox)
    assert len({row.decision for row in replies}) == len(replies)
    assert all(row.state == ("sent" if row.by_document else "pending") for row in replies)
    recovered = {row.sid for row in all_rows(town.store, tables.Interaction) if row.recovered}
    assert recovered == {one.sid for one in found}


def _timeless(rows: list[str]) -> list[str]:
    """Rows without when they were entered and how they came."""
    return sorted(re.sub(r"\('(entered_at|recovered)', [^)]*\)+,? ?", "", row) for row in rows)


def test_an_old_text_is_left_to_people_and_a_young_one_is_answered_by_request(
    town: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    young, old = clock.moment - timedelta(minutes=3), clock.moment - timedelta(hours=3)
    account = Account(
        texts=[
            listed(text("SM1", "When?", "+12025550150"), young),
            listed(text("SM2", "When?", "+12025550151", fields={"NumMedia": ["1"]}), old),
            listed(replace(text("SM3", "for others"), recipient="+12025550199"), young),
            listed(text("SM4", "too young", "+12025550153"), clock.moment),
        ]
    )
    found = look(town, web_actor, account)

    assert {(one.what, one.sid, one.at) for one in found} == {("text", "SM2", old), ("text", "SM1", young)}
    (reply,) = all_rows(town.store, tables.Outbox)
    assert (reply.answered_sid, reply.state, reply.by_document) == ("SM1", "pending", False)
    assert reply.detail == {"sender": LINE, "recipient": "+12025550150"}
    (file,) = all_rows(town.store, tables.Attachment)
    assert file.media_type == "image/png"
    waiting = {row.waiting_since for row in all_rows(town.store, tables.QueueEntry)}
    assert waiting == {young, old}, "who was lost has waited since they wrote"


def test_a_stop_found_late_does_not_overrule_a_later_start(town: Desk, web_actor: Actor, clock: FixedClock) -> None:
    take_in(town, web_actor, text("SM2", "START", "+12025550150"))
    look(
        town, web_actor, Account(texts=[listed(text("SM1", "STOP", "+12025550150"), clock.moment - timedelta(hours=1))])
    )
    words = sorted(all_rows(town.store, tables.PointConsent), key=lambda row: row.at)
    assert [row.word for row in words] == ["STOP", "START"]


def test_calls_and_their_ends_come_back(town: Desk, web_actor: Actor, clock: FixedClock) -> None:
    began = clock.moment - timedelta(hours=1)
    ended = began + timedelta(seconds=40)
    take_in(town, web_actor, call("CA1"))
    account = Account(
        calls=[
            listed(call_status("CA1", "completed", duration=40), ended),
            listed(call("CA1"), began),
            listed(call("CA2", "+12025550150"), began),
            listed(call_status("CA2", "completed", sender="+12025550150", duration=40), ended),
            listed(replace(call_status("CA3", "completed"), direction=Direction.OUTBOUND), ended),
        ]
    )
    found = look(town, web_actor, account)

    assert {(one.what, one.sid) for one in found} == {("call-end", "CA1"), ("call", "CA2")}
    one, two = all_rows(town.store, tables.Interaction)
    assert (one.recovered, one.end_reason is not None, one.ended_at) == (False, True, ended)
    assert (two.recovered, two.end_reason, two.happened_at, two.duration) == (True, "abandoned", began, 40)
    assert {row.state for row in all_rows(town.store, tables.QueueEntry)} == {"left"}
    assert look(town, web_actor, account) == []


def test_a_text_of_unknown_end_is_found_or_surely_not_sent(town: Desk, web_actor: Actor, clock: FixedClock) -> None:
    take_in(town, web_actor, text("SM1"), text("SM2", "And when is glass?"))
    account = Account()
    for number, body in enumerate(("On Monday.", "On Tuesday.")):
        put(
            town.store,
            tables.Outbox(
                kind="text",
                decision=f"written:{number}",
                interaction_id=1,
                contact_point_id=1,
                provider="twilio",
                answered_sid="",
                body=body,
                state="pending",
                decided_at=clock.moment,
                decided_by_id=web_actor.account_id,
                not_before=clock.moment,
                detail={"sender": LINE, "recipient": CALLER},
            ),
        )
    while send_due(town, web_actor, account):  # type: ignore[arg-type]
        pass
    clock.forward(minutes=5)
    account.texts = [
        status("SM900", "undelivered", clock.moment - timedelta(minutes=5), "On Monday.", error="30006"),
        status("SM901", "delivered", clock.moment - timedelta(minutes=5), "Nobody's"),
    ]
    first = look(town, web_actor, account)
    clock.forward(minutes=40)
    second = look(town, web_actor, account)

    assert account.sent == ["On Monday.", "On Tuesday."]
    assert [(one.what, one.sid) for one in first] == [("sent", "SM900")]
    assert [(one.what, one.sid) for one in second] == [("not-sent", "")]
    monday, tuesday = (row for row in all_rows(town.store, tables.Outbox) if not row.by_document)
    assert (monday.state, monday.provider_id) == ("failed", "SM900")
    assert (tuesday.state, tuesday.provider_id) == ("failed", "")
    assert writing.may_send_again(tuesday)
    assert look(town, web_actor, account) == []


def test_a_report_that_was_lost_comes_back(town: Desk, web_actor: Actor, clock: FixedClock) -> None:
    take_in(town, web_actor, text("SM1"))
    key = next(iter(all_rows(town.store, tables.Outbox))).id
    with town.store.writing() as write:
        write.connection.exec_driver_sql(f"UPDATE outbox SET provider_id = 'SM900' WHERE id = {key}")
    at = clock.moment
    clock.forward(minutes=5)
    account = Account(texts=[status("SM900", "delivered", at), status("SM901", "delivered", at)])
    found = look(town, web_actor, account)

    assert [(one.what, one.sid, one.state) for one in found] == [("delivery", "SM900", "delivered")]
    (row,) = all_rows(town.store, tables.Outbox)
    assert row.state == "delivered"
    assert look(town, web_actor, account) == []


def test_a_busy_carrier_is_asked_again_and_one_that_refuses_is_told(
    town: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    pauses: list[float] = []
    account = Account(texts=[listed(text("SM1"), clock.moment - timedelta(hours=1))], busy=3)
    assert [one.sid for one in look(town, web_actor, account, pauses)] == ["SM1"]
    assert pauses == [1, 2, 4]
    account.busy = 99
    with pytest.raises(CarrierError, match="Too many"):
        look(town, web_actor, account)


def test_the_timer_looks_once_for_all_processes_and_goes_on_where_it_ended(
    town: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    every, waited = timedelta(minutes=10), [].append
    account = Account(texts=[listed(text(f"SM{n}"), clock.moment - timedelta(hours=n)) for n in (1, 20, 30)])

    def due() -> int:
        return reconcile_when_due(town, web_actor, account, every, pause=waited)  # type: ignore[arg-type]

    assert (due(), due()) == (2, 0)
    asked = account.asked
    clock.forward(minutes=11)
    account.texts.append(listed(text("SM4", sender="+12025550150"), clock.moment - timedelta(minutes=5)))
    assert due() == 1
    assert account.asked - asked == 2, "only what is new since, and some minutes before"
    account.busy = 99
    clock.forward(minutes=11)
    with pytest.raises(CarrierError):
        due()
    account.busy = 0
    account.texts.append(listed(text("SM5", sender="+12025550151"), clock.moment - timedelta(minutes=5)))
    clock.forward(minutes=11)
    assert due() == 1
