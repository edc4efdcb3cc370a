"""Which waiting items are offered to whom: by queue, by language, and emergency services that call back.

Who is served next is not decided here: everybody sees what is offered to them in the one serving order.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal, or_

from grm_console.domain.words import AgentState, Harm
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    Account,
    AgentQueue,
    AgentStateLog,
    EmergencyCall,
    EmergencyCallback,
    Interaction,
    QueueEntry,
)
from grm_console.store.tables.columns import KEY, WORDS, table_of

_entry = table_of(QueueEntry)
_interaction = table_of(Interaction)
_agent_queue = table_of(AgentQueue)
_their_queue = _agent_queue.alias()
_own = table_of(Account).alias("own")
_other = table_of(Account).alias("other_agent")
_state = table_of(AgentStateLog)
_emergency = table_of(EmergencyCall)
_callback = table_of(EmergencyCallback)

SAME_OPERATOR_FIRST = timedelta(seconds=10)
"""For so long an emergency service that calls back is offered to whoever called it alone, if they are available."""

_account: Any = bindparam("account", type_=KEY)


def _serves(rows: Any, account: Any) -> ColumnElement[bool]:
    """Whether an account serves the entry's queue, or the one it has overflowed to; one without any row serves all."""
    theirs = rows.c.account_id == account
    either = or_(rows.c.queue_id == _entry.c.queue_id, rows.c.queue_id == _entry.c.overflow_queue_id)
    # Said outright: of two selects around it SQLAlchemy finds only the nearer one's tables by itself.
    return or_(~exists().where(theirs).correlate_except(rows), exists().where(theirs, either).correlate_except(rows))


def _speaks(account: Any) -> ColumnElement[bool]:
    """Whether an account speaks the item's language; one that names none speaks any."""
    bar, any_words = literal("|", WORDS), literal("%|", WORDS)
    wanted = any_words + _interaction.c.language + literal("|%", WORDS)
    return or_(account.c.languages == "", (bar + account.c.languages + bar).like(wanted))


_AT_WORK = tuple(
    fixed(state) for state in (AgentState.AVAILABLE, AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP)
)
_UNDERSTOOD = or_(
    _account == 0,
    _interaction.c.language == "",
    exists().where(_own.c.id == _account, _speaks(_own)),
    # Nobody at work here speaks it: then everybody may answer, an interpreter can be brought in.
    ~exists().where(
        _state.c.until.is_(None),
        _state.c.state.in_(_AT_WORK),
        _other.c.id == _state.c.account_id,
        _speaks(_other),
        _serves(_their_queue, _other.c.id),
    ),
)
_CALLS_BACK = and_(
    _entry.c.harm == Harm.DANGER.value,
    exists().where(_callback.c.interaction_id == _entry.c.interaction_id),
)
_SAME_FIRST = and_(
    _entry.c.harm == Harm.DANGER.value,
    _entry.c.waiting_since > bindparam("alone_since"),
    exists().where(
        _callback.c.interaction_id == _entry.c.interaction_id,
        _emergency.c.id == _callback.c.emergency_call_id,
        _emergency.c.account_id != _account,
        _state.c.account_id == _emergency.c.account_id,
        _state.c.until.is_(None),
        _state.c.state == fixed(AgentState.AVAILABLE),
    ),
)
OFFERED = and_(or_(and_(_serves(_agent_queue, _account), _UNDERSTOOD), _CALLS_BACK), ~_SAME_FIRST)
"""Whether an entry, joined with its interaction, is offered to an account; 0 is everybody's."""
