"""Leading a shift: what agents do and which queues they serve, and where waiting items go; each with a reason."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act, Role
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.reason import check_reason
from grm_console.domain.words import AgentState, Channel, QueueState
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import accounts, board, interactions, shift

MAX_STATE_REASON = 60
"""What fits beside an agent's state."""

_LED = frozenset({AgentState.AVAILABLE, AgentState.AWAY, AgentState.SIGNED_OUT})
"""The states a supervisor may set; the others follow from the work."""

_WORKS_THE_QUEUE = frozenset({Role.OPERATOR.value, Role.SUPERVISOR.value})


def set_state(desk: Desk, actor: Actor, account_id: int, state: AgentState, reason: str) -> None:
    """Change what an agent does.

    Raises InvalidInput without a reason, for a state that only work brings about, while the agent holds an exchange,
    and for somebody who is not on shift; NotFound for somebody who works at no queue.
    """
    actor.require(Act.LEAD_AGENTS)
    why = check_reason(reason)[:MAX_STATE_REASON]
    if state not in _LED:
        raise InvalidInput({"state": _("Choose available, away or signed out; the other states follow the work.")})
    with desk.store.writing() as write:
        agent = _agent(write.connection, account_id)
        if interactions.held_by(write.connection, account_id) is not None:
            holds = _("{name} holds an exchange. Wait for its wrap-up, or ask for it by word.")
            raise InvalidInput({"state": holds.format(name=agent.full_name)})
        before = accounts.open_state(write.connection, account_id)
        if before is None or before.state == AgentState.SIGNED_OUT:
            absent = _("{name} has not begun a shift. They sign in at a desk first.")
            raise InvalidInput({"state": absent.format(name=agent.full_name)})
        shown = why if state is AgentState.AWAY else ""
        accounts.change_state(write.connection, account_id, state, shown, write.now)
        record(write, actor, Act.LEAD_AGENTS, f"account:{account_id}", f"state:{state}", why)
        write.changed("agent", account_id)


def set_queues(desk: Desk, actor: Actor, account_id: int, queues: Iterable[int], reason: str) -> None:
    """Let an agent serve these queues alone; none, or all of them, means every queue, also those made later.

    Raises InvalidInput without a reason or for a queue that is not in use; NotFound for somebody who works at no queue.
    """
    actor.require(Act.LEAD_AGENTS)
    why = check_reason(reason)
    wanted = set(queues)
    with desk.store.writing() as write:
        _agent(write.connection, account_id)
        used = {row[0] for row in board.queues(write.connection) if row[6]}
        if not wanted <= used:
            raise InvalidInput({"queues": _("Choose queues that are in use, e.g. General line.")})
        before = shift.served_by(write.connection, account_id)
        served = () if wanted == used else sorted(wanted)
        shift.serve(write.connection, account_id, served)
        told = f"queues {_listed(before)} to {_listed(served)}"
        record(write, actor, Act.LEAD_AGENTS, f"account:{account_id}", why, told)
        write.changed("agent", account_id)
        write.changed("queue", 0)


def move(desk: Desk, actor: Actor, interaction_id: int, queue_id: int, reason: str) -> None:
    """Move a waiting item to another queue, where it keeps its waiting-since.

    Raises InvalidInput without a reason or for the same queue, StaleChange if it does not wait any more.
    """
    actor.require(Act.LEAD_AGENTS)
    why = check_reason(reason)
    with desk.store.writing() as write:
        entry = shift.waiting_entry(write.connection, interaction_id)
        if entry is None:
            raise NotFound(_("This exchange is in no queue."))
        if entry.state != QueueState.WAITING:
            raise StaleChange(_("It does not wait any more: somebody took it, or the caller has gone."))
        target = shift.queue_row(write.connection, queue_id)
        if target is None or not target.active or target.id == entry.queue_id:
            raise InvalidInput({"queue": _("Choose another queue that is in use, e.g. General line.")})
        as_of = queued_as_of(Channel(entry.channel), entry.waiting_since, target.text_delay_seconds)
        shift.move_entry(write.connection, interaction_id, queue_id, as_of, write.now)
        moved = f"queue:{entry.queue_id} to queue:{queue_id}"
        record(write, actor, Act.LEAD_AGENTS, f"interaction:{interaction_id}", why, moved)
        write.changed("queue", interaction_id)


def _agent(connection: Connection, account_id: int) -> Any:
    agent = shift.account_row(connection, account_id)
    if agent is None or agent.role not in _WORKS_THE_QUEUE:
        raise NotFound(_("This account works at no queue. The board is read again."))
    return agent


def _listed(queues: Iterable[int]) -> str:
    return ",".join(map(str, queues)) or "all"
