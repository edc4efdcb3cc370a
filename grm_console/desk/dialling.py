"""An operator rings a citizen: their own telephone first, then the citizen's, both into one conference."""

from secrets import token_hex

from grm_console.desk import agent_states, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.entries import check_reach
from grm_console.desk.outbound_exchange import add_outbound
from grm_console.desk.parking import make_room
from grm_console.desk.queue_work import ring_operator
from grm_console.domain.call_legs import outbound_thread
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, Channel, InteractionState
from grm_console.store import contacts, interactions


def dial(desk: Desk, actor: Actor, contact_point_id: int, contact_id: int | None) -> int:
    """Begin an outbound call and hold it; gives its interaction. What was held is parked.

    Raises InvalidInput without a telephone, while a call is not over, or for a contact who is not to be rung.
    """
    actor.require(Act.TAKE_INTERACTION)
    telephone_acts.need_telephone(actor)
    with desk.store.writing() as write:
        make_room(write, actor)
        if contact_id is not None:
            check_reach(write, Channel.VOICE, contact_id, contact_point_id)
        address = contacts.address_of(write.connection, contact_point_id)
        key = add_outbound(
            write,
            sid=outbound_thread(token_hex(16)),
            address=address,
            contact_point_id=contact_point_id,
            contact_id=contact_id,
            state=InteractionState.TALKING,
            agent_id=actor.account_id,
        )
        agent_states.change(write, actor, actor.account_id, AgentState.RINGING, "")
        ring_operator(write, actor, interactions.locked(write.connection, key))
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{key}", "dial")
        write.changed("interaction", key)
        return key
