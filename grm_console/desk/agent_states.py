"""What an operator is doing: one state at any second, changed by the operator or by the work."""

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.views import AgentStatus
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, InteractionState
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import accounts, interactions, queue
from grm_console.store.store import Write

MAX_REASON = 60
EXTENDED = "extended "
"""Before the number of extensions, in the reason of a wrap-up that takes longer."""


def status(desk: Desk, actor: Actor) -> AgentStatus:
    """What the operator does now; signed out before the first shift."""
    with desk.store.asking() as connection:
        row = accounts.open_state(connection, actor.account_id)
        wraps_up = row is not None and row.state == AgentState.WRAP_UP
        limit = queue.wrap_up_seconds(connection, actor.account_id) if wraps_up else 0
    if row is None:
        return AgentStatus(AgentState.SIGNED_OUT, "", desk.store.now())
    return AgentStatus(AgentState(row.state), row.reason, row.since, limit)


def choose(desk: Desk, actor: Actor, state: AgentState, reason: str = "") -> AgentStatus:
    """Become available, go away with a reason, or sign out; raises InvalidInput while an exchange is held."""
    actor.require(Act.TAKE_INTERACTION)
    if state is AgentState.AWAY and not reason.strip():
        raise InvalidInput({"reason": _("Say why you are away, e.g. break, training, research.")})
    with desk.store.writing() as write:
        if state is not AgentState.SIGNED_OUT and interactions.held_by(write.connection, actor.account_id):
            raise InvalidInput({"state": _("Wrap up the exchange you hold first (F9).")})
        change(write, actor, actor.account_id, state, reason.strip()[:MAX_REASON])
    return status(desk, actor)


def extend(desk: Desk, actor: Actor) -> AgentStatus:
    """Take the wrap-up's time once more; each extension is a row of its own, so that a supervisor sees how many."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        now = accounts.open_state(write.connection, actor.account_id)
        if now is None or now.state != AgentState.WRAP_UP:
            raise InvalidInput({"state": _("Only a wrap-up can be extended.")})
        times = int(now.reason.removeprefix(EXTENDED) or 0) if now.reason.startswith(EXTENDED) else 0
        change(write, actor, actor.account_id, AgentState.WRAP_UP, f"{EXTENDED}{times + 1}")
    return status(desk, actor)


def sit_down(desk: Desk, actor: Actor) -> None:
    """Somebody comes back to what they left unfinished when they signed out: their state says so again."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        state = accounts.open_state(connection, actor.account_id)
        held = interactions.held_by(connection, actor.account_id)
    if held is None or (state is not None and state.state != AgentState.SIGNED_OUT):
        return
    with desk.store.writing() as write:
        row = interactions.locked(write.connection, held)
        if row is not None and row.agent_id == actor.account_id and row.parked_at is None:
            wrapping = row.state == InteractionState.WRAP_UP
            at_it = AgentState.WRAP_UP if wrapping else AgentState.TALKING
            change(write, actor, actor.account_id, at_it, "")


def change(write: Write, actor: Actor, account_id: int, state: AgentState, reason: str) -> None:
    """Change an agent's state within the transaction that gives the reason."""
    accounts.change_state(write.connection, account_id, state, reason, write.now)
    record(write, actor, actor.work, f"account:{account_id}", f"state:{state}", reason)
    write.changed("agent", account_id)
