"""The board's figures: a day worked out by hand, recounts of random days, rows behind figures, and leading."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from builders import (
    OTHER_CALLER,
    Town,
    all_rows,
    answered,
    call,
    call_status,
    found_town,
    interaction_of,
    put,
    put_in,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.board_views import (
    AgentLine,
    BoardSnapshot,
    CaseRow,
    ExchangeRow,
    Figure,
    RowsOf,
    Traffic,
    figure_of,
)
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.domain.queue_order import QueuePlace, queued_as_of, serving_order
from grm_console.domain.service_level import day_of
from grm_console.domain.words import AgentState, Channel, Harm
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables
from grm_console.store.store import Store
from grm_console.store.tables.columns import table_of


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def supervisor(desk: Desk, town: Town) -> Actor:
    return staff(desk, "zhao", "supervisor")


@pytest.fixture
def board(desk: Desk, supervisor: Actor) -> Board:
    return Board(desk, supervisor)


def test_a_morning_worked_out_by_hand(
    desk: Desk, board: Board, town: Town, web_actor: Actor, clock: FixedClock
) -> None:
    """Target 15 s: one call answered after 10 s, one after 16 s, one given up after 5 s, one after 40 s, two wait."""
    operators = [staff(desk, name) for name in ("ana", "ben")]
    take_in(desk, web_actor, *(call(f"CA{n}", f"+1202555017{n}") for n in range(4)))
    clock.forward(seconds=5)
    take_in(desk, web_actor, call_status("CA2", "completed", 2, "+12025550172"))
    clock.forward(seconds=5)
    ana, _ = answered(desk, web_actor, operators[0], call("CA0", "+12025550170"))
    clock.forward(seconds=6)
    _, second = answered(desk, web_actor, operators[1], call("CA1", "+12025550171"))
    clock.forward(seconds=24)
    take_in(desk, web_actor, call_status("CA3", "completed", 2, "+12025550173"))
    take_in(desk, web_actor, call("CA4"), text("SM1"), replace(call("CA5"), recipient="+1999"))
    first = interaction_of(desk.store, "CA0")
    ana.end(first)
    clock.forward(seconds=61)

    seen = board.snapshot()

    assert seen.at == clock.moment
    line = next(line for line in seen.queues if line.queue_id == town.queue)
    assert line.calls.served.level() == pytest.approx(1 / 3)  # n / (N + A - a) = 1 / (2 + 2 - 1)
    counts = {
        name: getattr(line.calls, name).count for name in ("waiting", "offered", "answered", "abandoned", "short")
    }
    assert counts == {"waiting": 1, "offered": 4, "answered": 2, "abandoned": 2, "short": 1}
    assert (line.texts.waiting.count, line.texts.offered.count) == (1, 0)
    assert line.grade(line.calls, seen.at) == "late"
    assert line.grade(line.texts, seen.at) == "good"  # a text counts as queued two minutes later
    assert seen.calls.waiting.count == 2, "an unknown line leads to the first queue"
    assert seen.acknowledged.keys == (interaction_of(desk.store, "SM1"),)
    assert seen.answered_by_machine.count == 0
    assert [(agent.name, agent.state) for agent in seen.agents] == [
        ("Ana", AgentState.WRAP_UP),
        ("Ben", AgentState.RINGING),
    ]
    assert [agent.late(seen.at) for agent in seen.agents] == [True, False]
    assert [item.interaction_id for agent in seen.agents for item in agent.held] == [first, second]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_figure_is_its_rows_and_the_recount(
    desk: Desk, board: Board, town: Town, clock: FixedClock, seed: int
) -> None:
    chance = Random(seed)
    with desk.store.writing() as write:  # an empty desk, also after an example that was given up halfway
        for model in (tables.Outbox, tables.QueueEntry, tables.CaseFile, tables.AgentStateLog, tables.Interaction):
            write.connection.execute(delete(table_of(model)))
        _random_day(write.connection, town, clock.moment, chance)
    seen = board.snapshot()
    expected = _recounted(desk.store, clock.moment)
    assert {name: sorted(figure.keys) for name, figure in _figures(seen) if figure.count} == expected
    before = {name: board.rows(figure) for name, figure in _figures(seen)}
    assert {name: len(rows) for name, rows in before.items() if rows} == {n: len(keys) for n, keys in expected.items()}
    # Of the days made by chance those count where most figures have something to show; hypothesis says if none had.
    assume(sum(rows == () for rows in before.values()) < len(before) / 2)

    with desk.store.writing() as write:  # the day goes on: everything that was open is over
        clock.forward(minutes=1)
        ended = {"state": "left", "left_at": clock.moment, "left_reason": "abandoned", "claimed_by_id": None}
        write.connection.execute(update(table_of(tables.QueueEntry)).values(ended))
        write.connection.execute(update(table_of(tables.Interaction)).values(state="done", answered_at=None))
        write.connection.execute(update(table_of(tables.CaseFile)).values(state="closed", closed_at=clock.moment))
        write.connection.execute(update(table_of(tables.AgentStateLog)).values(state="signed-out"))
    for name, figure in _figures(seen):
        rows = board.rows(figure)
        assert len(rows) == figure.count
        assert sorted(map(_key, rows)) == sorted(map(_key, before[name]))
    assert {name for name, figure in _figures(board.snapshot()) if figure.count and "late" in name} == set()


def _random_day(connection: Any, town: Town, now: datetime, chance: Random) -> None:
    queues = list(connection.execute(select(table_of(tables.Queue))))
    accounts = list(connection.execute(select(table_of(tables.Account).c.id)).scalars())
    midnight = day_of(now)[0]
    for number in range(60):
        queue, channel = chance.choice(queues), chance.choice(list(Channel))
        base = chance.choice((now, midnight))
        since = base - timedelta(seconds=chance.randrange(400), microseconds=chance.randrange(10**6))
        as_of = queued_as_of(channel, since, queue.text_delay_seconds)
        moment = as_of + timedelta(seconds=queue.target_seconds, microseconds=chance.choice((-1, 0, 1, 900_000)))
        fate = chance.choice(("waiting", "held", "answered", "abandoned"))
        agent = chance.choice(accounts)
        taken = fate in ("held", "answered")
        in_time = since + timedelta(seconds=queue.text_target_seconds, microseconds=chance.choice((-1, 0, 1)))
        replied = taken and channel is not Channel.VOICE and chance.random() < 0.7
        exchange = put_in(
            connection,
            tables.Interaction(
                channel=channel.value, direction="inbound", happened_at=since, entered_at=since, queue_id=queue.id,
                state={"waiting": "waiting", "held": chance.choice(("talking", "wrap-up"))}.get(fate, "done"),
                agent_id=agent if taken else None, answered_at=moment if taken else None,
                problem="no such form" if fate == "waiting" and number % 7 == 0 else "",
            ),
        )  # fmt: skip
        put_in(
            connection,
            tables.QueueEntry(
                interaction_id=exchange, queue_id=queue.id, harm=chance.randrange(4), waiting_since=since,
                queued_as_of=as_of, state={"waiting": "waiting", "held": "claimed"}.get(fate, "left"),
                claimed_by_id=agent if fate == "held" else None, claimed_at=moment if fate == "held" else None,
                replied_at=in_time if replied else None,
                left_at=moment + timedelta(seconds=taken * 60) if fate in ("answered", "abandoned") else None,
                left_reason=fate if fate in ("answered", "abandoned") else None,
            ),
        )  # fmt: skip
        if channel is Channel.SMS:
            decided = since + timedelta(seconds=1)
            rule = chance.choice(("acknowledgement", "K-031"))
            put_in(
                connection,
                tables.Outbox(
                    kind="text", decision=f"SM{exchange}:reply", rule=rule, interaction_id=exchange, provider="t",
                    answered_sid=f"SM{exchange}", state="sent", decided_at=decided, decided_by_id=1, not_before=decided,
                ),
            )  # fmt: skip
    for account in accounts:
        state = chance.choice(list(AgentState)).value
        put_in(connection, tables.AgentStateLog(account_id=account, state=state, since=now - timedelta(minutes=3)))
    service = connection.execute(select(table_of(tables.Service).c.id)).scalars().first()
    for number in range(30):
        due = now + timedelta(hours=chance.randrange(-30, 60), microseconds=chance.choice((-1, 0, 1)))
        closed = now if chance.random() < 0.2 else None
        put_in(
            connection,
            tables.CaseFile(
                number=f"26-{number}", service_id=service, organisation_id=chance.choice((town.water, town.roads)),
                entered_by_id=1, summary="s", opened_at=now, due_at=due, closed_at=closed,
                state="closed" if closed else "open", confidentiality=chance.choice(("open", "confidential")),
            ),
        )  # fmt: skip


def _recounted(store: Store, now: datetime) -> dict[str, list[int]]:
    """The same figures, counted one row after the other by the rules as they are written down."""
    midnight, tomorrow = day_of(now)
    queues = {row.id: row for row in all_rows(store, tables.Queue)}
    exchanges = {row.id: row for row in all_rows(store, tables.Interaction)}
    found: dict[str, list[int]] = {}

    def count(name: str, key: int) -> None:
        found.setdefault(name, []).append(key)

    for entry in all_rows(store, tables.QueueEntry):
        one, queue = exchanges[entry.interaction_id], queues[entry.queue_id]
        name = f"{queue.code} {'calls' if one.channel == 'voice' else 'texts'}"
        target, over = entry.queued_as_of + timedelta(seconds=queue.target_seconds), one.answered_at or entry.left_at
        if one.channel != "voice":
            target = entry.waiting_since + timedelta(seconds=queue.text_target_seconds)
            over = entry.replied_at or entry.left_at or one.answered_at
        if entry.state == "waiting":
            count(f"{name} waiting", one.id)
            if one.problem:
                count("unreadable", one.id)
        elif one.answered_at is not None and one.answered_at >= midnight:
            count(f"{name} {'in target' if over <= target else 'after'}", one.id)
        elif entry.left_reason == "abandoned" and entry.left_at >= midnight:
            count(f"{name} {'short' if over <= target else 'given up'}", one.id)
    for row in all_rows(store, tables.CaseFile):
        part = "late" if row.due_at < now else "due today" if row.due_at < tomorrow else "later"
        if row.state == "open":
            count(f"{row.organisation_id} {part}", row.id)
    for row in all_rows(store, tables.Outbox):
        if row.decided_at >= midnight:
            count("acknowledged" if row.rule == "acknowledgement" else "machine", row.interaction_id)
    for row in all_rows(store, tables.AgentStateLog):
        if row.state == "available":
            count("available", row.account_id)
    return {name: sorted(keys) for name, keys in found.items()}


def _figures(seen: BoardSnapshot) -> Iterator[tuple[str, Figure]]:
    for line in seen.queues:
        for door, traffic in (("calls", line.calls), ("texts", line.texts)):
            yield from ((f"{line.code} {door} {name}", figure) for name, figure in _parts(traffic))
    for department in seen.departments:
        yield f"{department.organisation_id} late", department.late
        yield f"{department.organisation_id} due today", department.due_today
        yield f"{department.organisation_id} later", department.later
    yield "acknowledged", seen.acknowledged
    yield "machine", seen.answered_by_machine
    yield "unreadable", seen.unreadable
    yield "available", seen.available


def _parts(traffic: Traffic) -> Iterable[tuple[str, Figure]]:
    yield "waiting", traffic.waiting
    yield "in target", traffic.in_target
    yield "after", traffic.after_target
    yield "short", traffic.short
    yield "given up", traffic.given_up


def _key(row: Any) -> int:
    return int(getattr(row, "interaction_id", 0) or getattr(row, "case_id", 0) or row.account_id)


def test_rows_stand_in_order_and_name_no_citizen(desk: Desk, board: Board, town: Town, web_actor: Actor) -> None:
    take_in(desk, web_actor, call("CA1"), text("SM1", "Chen Li asks about <water>"), call("CA2", OTHER_CALLER))
    seen = board.snapshot()
    both = seen.calls.waiting + seen.texts.waiting
    rows = board.rows(both)
    assert [row.interaction_id for row in rows if isinstance(row, ExchangeRow)] == [
        interaction_of(desk.store, sid) for sid in ("CA1", "CA2", "SM1")
    ]
    assert "Chen" not in repr(rows) + repr(seen)
    assert OTHER_CALLER not in repr(rows) + repr(seen)
    opened = board.open(rows[2])
    assert opened.text == "Chen Li asks about <water>"
    assert ("Queue", "General") in opened.facts
    assert _audited(desk, "board.see") == [(f"interaction:{rows[2].interaction_id}", "board", "")]  # type: ignore[union-attr]


def test_a_confidential_case_is_counted_but_not_opened(desk: Desk, board: Board, town: Town, clock: FixedClock) -> None:
    service = all_rows(desk.store, tables.Service)[1].id
    case = tables.CaseFile(
        number="26-1", service_id=service, organisation_id=town.roads, entered_by_id=1, summary="About a clerk",
        details="He was rude.", opened_at=clock.moment, due_at=clock.moment, confidentiality="confidential",
    )  # fmt: skip
    put(desk.store, case)
    administrator = Board(desk, staff(desk, "root", "administrator"))
    for one, service_seen in ((board, "Complaint about staff"), (administrator, "")):
        (line,) = one.snapshot().departments
        (row,) = one.rows(line.open)
        assert isinstance(row, CaseRow)
        assert (row.service, row.confidential) == (service_seen, True)
    assert board.open(row).text == "He was rude."
    with pytest.raises(NotAllowed):
        administrator.open(row)


def test_what_somebody_left_behind_stays_in_sight_and_is_taken_over(
    desk: Desk, board: Board, town: Town, web_actor: Actor, supervisor: Actor
) -> None:
    operators = [staff(desk, name) for name in ("mei", "ana")]
    seats = [
        answered(desk, web_actor, operator, text(f"SM{n}", sender=f"+1202555014{n}"))[0]
        for n, operator in enumerate(operators)
    ]
    parked, held = interaction_of(desk.store, "SM0"), interaction_of(desk.store, "SM1")
    seats[0].parking.park(parked)
    mei, ana = sorted(board.snapshot().agents, key=lambda agent: agent.account_id)
    rows = {row.interaction_id: row for row in board.rows(_held(mei) + _held(ana)) if isinstance(row, ExchangeRow)}
    assert {key: (row.parked, row.left_behind) for key, row in rows.items()} == {
        parked: (True, True),
        held: (False, False),
    }
    for seat in seats:
        seat.sign_out()
    seen = board.snapshot()
    assert [(agent.state, len(agent.held)) for agent in seen.agents] == [(AgentState.SIGNED_OUT, 1)] * 2
    assert seen.on_shift == 0
    for key in (parked, held):
        with pytest.raises(InvalidInput):
            board.take_over(key, " ")
        board.take_over(key, "they went home")
    (line,) = board.rows(_held(seen.agents[0]))
    assert isinstance(line, ExchangeRow)
    assert (line.parked, line.agent) == (True, "Zhao")
    assert not [agent for agent in board.snapshot().agents if agent.account_id != supervisor.account_id]
    with pytest.raises(InvalidInput, match="not begun"):
        board.set_state(mei.account_id, AgentState.AVAILABLE, "needed now")


def _held(agent: AgentLine) -> Figure:
    return figure_of(RowsOf.EXCHANGES, (item.interaction_id for item in agent.held))


def _audited(desk: Desk, act: str) -> list[tuple[str, str, str]]:
    return [(row.subject, row.purpose, row.detail) for row in all_rows(desk.store, tables.AuditRow) if row.act == act]


def test_an_agents_state_is_changed_with_a_reason(
    desk: Desk, board: Board, town: Town, web_actor: Actor, supervisor: Actor
) -> None:
    operator = staff(desk, "mei")
    seat = Seat(desk, operator)
    key = operator.account_id
    with pytest.raises(InvalidInput, match="not begun"):
        board.set_state(key, AgentState.AVAILABLE, "needed now")
    seat.set_available()
    board.set_state(key, AgentState.AWAY, "fire drill")
    assert (seat.agent_status().state, seat.agent_status().reason) == (AgentState.AWAY, "fire drill")
    for state, reason in ((AgentState.AVAILABLE, " "), (AgentState.TALKING, "because")):
        with pytest.raises(InvalidInput):
            board.set_state(key, state, reason)
    with pytest.raises(NotFound):
        board.set_state(1, AgentState.AWAY, "the program")
    answered(desk, web_actor, operator, call("CA1"))
    with pytest.raises(InvalidInput, match="holds an exchange"):
        board.set_state(key, AgentState.SIGNED_OUT, "went home")
    assert _audited(desk, "agent.lead") == [(f"account:{key}", "state:away", "fire drill")]


def test_an_agent_is_offered_only_what_the_agent_serves(desk: Desk, board: Board, town: Town, web_actor: Actor) -> None:
    operator = staff(desk, "mei")
    seat = Seat(desk, operator)
    seat.set_available()
    water = put(desk.store, tables.Queue(code="water", name="Water", text_delay_seconds=30))
    take_in(desk, web_actor, call("CA1"))
    board.set_queues(operator.account_id, [water], "water calls tripled")
    assert board.snapshot().agents[0].queues == ("Water",)
    status = seat.queue_status()
    assert (seat.ringing(), status.waiting, status.items, status.longest_since) == (None, 0, (), None)
    board.move(interaction_of(desk.store, "CA1"), water, "it is about water")
    ringing = seat.ringing()
    assert ringing is not None
    assert (ringing.queue, seat.queue_status().waiting) == ("Water", 1)
    board.set_queues(operator.account_id, [row.id for row in all_rows(desk.store, tables.Queue)], "it is over")
    assert board.snapshot().agents[0].queues == ()
    with pytest.raises(InvalidInput):
        board.set_queues(operator.account_id, [999], "no such queue")
    subject = f"account:{operator.account_id}"
    assert _audited(desk, "agent.lead") == [
        (subject, "water calls tripled", f"queues all to {water}"),
        (
            f"interaction:{interaction_of(desk.store, 'CA1')}",
            "it is about water",
            f"queue:{town.queue} to queue:{water}",
        ),
        (subject, "it is over", f"queues {water} to all"),
    ]


def test_a_moved_item_keeps_its_waiting_since(
    desk: Desk, board: Board, town: Town, web_actor: Actor, clock: FixedClock
) -> None:
    water = put(desk.store, tables.Queue(code="water", name="Water", text_delay_seconds=30))
    take_in(desk, web_actor, text("SM1"))
    clock.forward(seconds=50)
    take_in(desk, web_actor, call("CA1"))
    key = interaction_of(desk.store, "SM1")
    before = next(row for row in all_rows(desk.store, tables.QueueEntry) if row.interaction_id == key)
    board.move(key, water, "it is about water")
    rows = {row.interaction_id: row for row in all_rows(desk.store, tables.QueueEntry)}
    assert rows[key].waiting_since == before.waiting_since
    assert rows[key].queued_as_of == queued_as_of(Channel.SMS, before.waiting_since, 30)
    served = sorted(rows.values(), key=lambda row: serving_order(QueuePlace(Harm(row.harm), row.queued_as_of, row.id)))
    assert served[0].interaction_id == key, "30 s of delay passed before the call came"
    for wrong in (water, 999):
        with pytest.raises(InvalidInput):
            board.move(key, wrong, "again")
    answered(desk, web_actor, staff(desk, "mei"), text("SM1"))
    with pytest.raises(StaleChange):
        board.move(key, town.queue, "too late")


def test_who_may_not_lead_may_not(desk: Desk, town: Town) -> None:
    with pytest.raises(NotAllowed):
        Board(desk, staff(desk, "mei"))
    administrator = Board(desk, staff(desk, "root", "administrator"))
    assert administrator.snapshot().agents == ()
    for act in (
        lambda: administrator.set_state(1, AgentState.AWAY, "reason"),
        lambda: administrator.set_queues(1, (), "reason"),
        lambda: administrator.move(1, 1, "reason"),
        lambda: administrator.open_exchange(1),
    ):
        with pytest.raises(NotAllowed):
            act()
