"""What `calls.py` proves when all is over: nothing lost, nothing twice, the queue's order kept, every second counted.

It knows three accounts of the same half minute: what the stand-in told, what the operators noted, and what the store
holds. Each check gives its problems as sentences; none means that it holds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from grm_console.store import tables

Told = list[dict[str, Any]]

COMMITTED_SECONDS = 2.0
"""How long after its moment a transaction of the desk has surely committed."""


@dataclass
class Account:
    """All three accounts, read when the callers and operators are gone."""

    told: Told
    noted: Told
    rows: dict[str, Sequence[Any]]
    interactions: dict[int, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.interactions = {row.id: row for row in self.rows["interaction"]}

    def of(self, what: str) -> Told:
        """What the stand-in told of this name."""
        return [happening for happening in self.told if happening["what"] == what]


def read_rows(connection: Connection) -> dict[str, Sequence[Any]]:
    """Every row that the checks read, by table; audit rows in the order in which they were committed."""
    wanted = (
        tables.Interaction,
        tables.CallLeg,
        tables.QueueEntry,
        tables.Outbox,
        tables.AgentStateLog,
        tables.AuditRow,
        tables.AgentQueue,
        tables.Account,
    )
    found: dict[str, Sequence[Any]] = {}
    for model in wanted:
        table = model.__table__  # type: ignore[attr-defined]
        order = next(iter(table.columns))
        if model is tables.AuditRow and connection.dialect.name == "postgresql":
            order = text("pg_xact_commit_timestamp(xmin)")
        found[table.name] = connection.execute(select(table).order_by(order)).all()
    return found


def unsettled(connection: Connection) -> int:
    """Acts not sent yet, and legs of which no end is known; a citizen whose callback still waits is yet to be rung."""
    return int(
        connection.execute(
            text(
                "SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
                " + (SELECT count(*) FROM call_leg JOIN interaction ON interaction.id = interaction_id"
                " WHERE call_leg.state NOT IN ('left', 'failed')"
                " AND NOT (number = 0 AND call_leg.sid = '' AND interaction.state = 'waiting'))"
            )
        ).scalar_one()
    )


def all_problems(account: Account) -> dict[str, list[str]]:
    """Every check by name."""
    return {
        "none lost or doubled": _calls(account),
        "every end is right": _ends(account),
        "every telephone settled": _legs(account),
        "every act settled": _acts(account),
        "no agent left in a wrong state": _agents(account),
        "every second in one state": _seconds(account),
        "queue order kept": _order(account),
    }


def _calls(account: Account) -> list[str]:
    """Each call has one interaction, each interaction one call; a request that was never taken is a loss as well.

    One that was answered 503 and sent again is none.
    """
    rang = Counter(call["sid"] for call in account.of("call rings"))
    kept = Counter(row.sid for row in account.rows["interaction"] if row.direction == "inbound")
    problems = [f"{sid} rang and has {kept[sid]} interactions" for sid in rang if kept[sid] != 1]
    problems += [f"{sid} is in the store and never rang" for sid in kept if sid not in rang]
    never = sum(over["failures"] for over in account.of("over"))
    return problems + ([f"{never} requests were never taken"] if never else [])


def _ends(account: Account) -> list[str]:
    """The stand-in's account of each call against its end reason."""
    sent_back = {note["interaction"] for note in account.noted if note["what"] == "to queue"}
    talked = _talked(account)
    pressed = {one["sid"] for one in account.of("call presses") if one["question"] in ("wait-key", "window")}
    problems = []
    for row in account.interactions.values():
        unanswered = {"abandoned", "short-abandon"} | ({"callback"} if row.sid in pressed else set())
        right = {"answered"} if row.sid in talked else unanswered
        if row.direction == "outbound":
            right = {"answered", "failed", None}  # a callback may still wait for its time
        if row.id in sent_back:
            right |= {"answered"} | unanswered
        if row.end_reason not in right:
            problems.append(f"{row.sid} ended as {row.end_reason}, not as {' or '.join(map(str, right))}")
        waits_for_a_try = row.direction == "outbound" and row.state == "waiting"
        if row.state != "done" and not waits_for_a_try and not was_late(account, row):
            problems.append(f"{row.sid} is {row.state}")
    return problems


def was_late(account: Account, row: Any) -> bool:
    """Whether callbacks told of a talk only when its operator had signed out: it is put aside for their return."""
    if row.state != "wrap-up" or row.parked_at is None:
        return False
    states = [log for log in account.rows["agent_state_log"] if log.account_id == row.agent_id]
    return bool(states) and states[-1].state == "signed-out" and states[-1].since <= row.parked_at


def _talked(account: Account) -> set[str]:
    """The citizens' calls that were in a conference together with somebody of ours."""
    inside: dict[str, set[str]] = defaultdict(set)
    room: dict[str, str] = {}
    talked = set()
    for happening in account.told:
        what, sid = happening["what"], happening.get("sid", "")
        if what in ("call joins", "phone joins"):
            room[sid] = happening["conference"]
            inside[room[sid]].add(sid)
            if len(inside[room[sid]]) > 1:
                talked.add(room[sid].removeprefix("call-"))
        elif what in ("call leaves", "phone leaves") and sid in room:
            inside[room[sid]].discard(sid)
    return talked


def _legs(account: Account) -> list[str]:
    """Every leg has an end, every telephone that rang is a leg's, and none was rung twice."""
    rows = account.rows["call_leg"]
    problems = [
        f"leg {row.number} of {row.interaction_id} is {row.state}"
        for row in rows
        if row.state not in _GONE and not _yet_to_be_rung(account, row)
    ]
    rang, known = Counter(one["sid"] for one in account.of("phone rings")), Counter(row.sid for row in rows)
    problems += [f"the telephone {sid} rang for no leg" for sid in rang if known[sid] != 1]
    ended = {one["sid"] for one in (*account.of("phone ends"), *account.of("call ends"))}
    problems += [f"{row.sid} is {row.state} and lives" for row in rows if row.sid and row.sid not in ended]
    return problems


_GONE = ("left", "failed")


def _yet_to_be_rung(account: Account, leg: Any) -> bool:
    """Whether it is the leg of a citizen whose callback waits for its next try."""
    return leg.number == 0 and not leg.sid and account.interactions[leg.interaction_id].state == "waiting"


def _acts(account: Account) -> list[str]:
    """Nothing waits to be sent, and nobody knows of nothing whether it was."""
    wrong = [row for row in account.rows["outbox"] if row.state in ("pending", "sending", "unknown")]
    return [f"{row.kind} {row.decision} is {row.state} {row.error}" for row in wrong]


def _agents(account: Account) -> list[str]:
    """All have signed out and hold nothing."""
    names = {row.id: row.name for row in account.rows["account"]}
    last = {row.account_id: row for row in account.rows["agent_state_log"]}
    problems = [f"{names[key]} is {row.state} {row.reason}" for key, row in last.items() if row.state != "signed-out"]
    held = [
        row
        for row in account.interactions.values()
        if row.agent_id and row.state in ("talking", "wrap-up") and not was_late(account, row)
    ]
    return problems + [f"{names[row.agent_id]} holds {row.sid}" for row in held]


def _seconds(account: Account) -> list[str]:
    """Each operator's states follow each other without a gap or an overlap."""
    problems = []
    before: dict[int, Any] = {}
    for row in account.rows["agent_state_log"]:
        earlier = before.get(row.account_id)
        if earlier is not None and earlier.until != row.since:
            problems.append(f"account {row.account_id}: {earlier.state} until {earlier.until}, {row.state} {row.since}")
        before[row.account_id] = row
    return problems


# The order of the queue


@dataclass(frozen=True, slots=True)
class Wait:
    """One stretch in which an item surely waited: seconds since 1970, given a little shorter than it was."""

    interaction: int
    key: tuple[int, datetime, int]
    """Its place in the serving order."""
    queue: int
    since: float
    until: float


def looks(account: Account) -> Told:
    """Every look at the queue from which an operator took, or tried to take, what was shown first."""
    return [note for note in account.noted if note["what"] in ("answer", "late")]


def _order(account: Account) -> list[str]:
    """What a look showed first was first: nothing of the operator's queues was ahead of it during the whole look.

    A look is one statement at one moment between its two times. Whatever waited from before the look to after it,
    and is served earlier, should have been shown in its place; what came, left or was given back within these few
    milliseconds is a race and says nothing.
    """
    names = {row.id: row.name for row in account.rows["account"]}
    served: dict[str, set[int]] = defaultdict(set)
    for row in account.rows["agent_queue"]:
        served[names[row.account_id]].add(row.queue_id)
    entries = {row.interaction_id: row for row in account.rows["queue_entry"]}
    waits = _waits(account, entries)
    problems = []
    for look in looks(account):
        taken = _key(entries[look["interaction"]])
        began, ended = look["look"]
        for wait in waits:
            mine = not served[look["who"]] or wait.queue in served[look["who"]]
            if mine and wait.key < taken and wait.since < began and wait.until > ended:
                problems.append(f"{look['who']} was shown {look['interaction']} while {wait.interaction} was first")
    return problems


def _key(entry: Any) -> tuple[int, datetime, int]:
    return (-entry.harm, entry.queued_as_of, entry.id)


class _Edge(NamedTuple):
    """Where a wait surely began, or first seemed to end: seconds since 1970."""

    at: float
    audited: int = 0
    """The place of its audit row among all as committed, from 1; none if it is known by what callers did."""

    def may_end(self, begin: "_Edge") -> bool:
        """Whether it is an end of what began there: of two transactions the one that committed later."""
        if self.audited and begin.audited:
            return self.audited > begin.audited
        return self.at > begin.at - COMMITTED_SECONDS


def _waits(account: Account, entries: dict[int, Any]) -> list[Wait]:
    """The sure waits: from the answer to the webhook, or the commit that gave it back, to the first sign of an end."""
    ends = defaultdict[int, list[_Edge]](list)
    begins = defaultdict[int, list[_Edge]](list)
    by_sid = {row.sid: row.id for row in account.interactions.values()}
    for place, row in enumerate(account.rows["audit"], start=1):
        kind, _, key = row.subject.partition(":")
        if kind != "interaction":
            continue
        if row.purpose in ("answer", "callback missed in its window"):
            ends[int(key)].append(_Edge(row.at.timestamp(), place))
        elif row.purpose in ("to queue", "callback:asked"):
            begins[int(key)].append(_Edge(row.at.timestamp() + COMMITTED_SECONDS, place))
    for happening in account.told:
        key = by_sid.get(happening.get("sid") or "")
        if key is None:
            continue
        if happening["what"] in ("call ends", "call presses"):
            ends[key].append(_Edge(happening["at"]))
        elif happening.get("path") == "/twilio/voice" and happening["status"] == 200:
            begins[key].append(_Edge(happening["at"]))
    return [
        Wait(key, _key(entries[key]), entries[key].queue_id, since.at, _next(since, ends[key]))
        for key in entries
        if entries[key].moved_at is None or begins[key]
        for since in _sure(entries[key], begins[key])
    ]


def _sure(entry: Any, begins: Iterable[_Edge]) -> list[_Edge]:
    """Of an item that was moved only what came after: before that it may have waited in another queue."""
    moved = entry.moved_at.timestamp() if entry.moved_at is not None else 0.0
    due = entry.not_before.timestamp() if entry.not_before is not None else 0.0
    return [since._replace(at=max(since.at, due)) for since in begins if since.at > moved]


def _next(since: _Edge, ends: Iterable[_Edge]) -> float:
    return min((end.at for end in ends if end.may_end(since)), default=float("inf"))
