"""Claims that expire: an operator whose console died holds nobody's matter for ever.

A claim lasts CLAIM_LASTS and the seat renews it as long as it lives. A text whose claim ran out waits again in its
old place, with what was typed for it. A connected call is never taken away, and what is only wrapped up has left its
queue and stays with its operator.
"""

from datetime import UTC, datetime, timedelta

from grm_console.desk import agent_states
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import CLAIM_LASTS
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState
from grm_console.i18n import _
from grm_console.store import accounts, interactions, queue

RENEW_EVERY = timedelta(seconds=30)
"""Two renewals may be lost before a claim runs out."""

RAN_OUT = "seat not reachable"
"""The reason why an operator whose claim ran out is away."""


class ClaimKeeper:
    """Keeps one operator's claims alive and gives up those of others that ran out; one for each seat and one thread."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self._next = datetime.min.replace(tzinfo=UTC)

    def keep(self) -> None:
        """To be called every second or so; asks the store once in RENEW_EVERY. Raises a StoreError, then call again."""
        now = self._desk.store.now()
        if now >= self._next:
            renew(self._desk, self._actor)
            release_expired(self._desk, self._actor)
            self._next = now + RENEW_EVERY


def renew(desk: Desk, actor: Actor) -> int:
    """Let the operator's claims last for another CLAIM_LASTS; gives how many there are."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.asking() as connection:
        if not queue.has_claims(connection, actor.account_id):
            return 0
    with desk.store.writing() as write:
        return queue.renew_claims(write.connection, actor.account_id, write.now + CLAIM_LASTS)


def release_expired(desk: Desk, actor: Actor) -> int:
    """Put items whose claims ran out back into their queues; gives how many. Their operators are away from then on."""
    act = Act.RECEIVE_EVENTS if actor.may(Act.RECEIVE_EVENTS) else Act.TAKE_INTERACTION
    actor.require(act)
    now = desk.store.now()
    with desk.store.asking() as connection:
        expired = queue.expired_claims(connection, now)
    if not expired:
        return 0
    released = 0
    with desk.store.writing() as write:
        for entry_id, interaction_id, account_id in expired:
            # The exchange first, as everywhere: whoever works on it holds its lock.
            interactions.locked(write.connection, interaction_id)
            if not queue.give_up_claim(write.connection, entry_id, now):
                continue
            interactions.give_back(write.connection, interaction_id)
            state = accounts.open_state(write.connection, account_id)
            if state is not None and state.state == AgentState.TALKING:
                agent_states.change(write, actor, account_id, AgentState.AWAY, RAN_OUT)
            record(write, actor, act, f"interaction:{interaction_id}", "claim expired", f"account:{account_id}")
            write.changed("queue", interaction_id)
            released += 1
    return released


def lost_sentence(desk: Desk, actor: Actor) -> str:
    """What to tell an operator who comes back after a claim ran out; empty if none did."""
    status = agent_states.status(desk, actor)
    if (status.state, status.reason) != (AgentState.AWAY, RAN_OUT):
        return ""
    return _(
        "Your seat was not heard of for {seconds} s, so what you held was offered to the others. What you typed is "
        "kept with it. F10 makes you available again."
    ).format(seconds=int(CLAIM_LASTS.total_seconds()))
