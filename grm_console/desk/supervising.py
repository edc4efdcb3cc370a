"""A supervisor in somebody else's call: hears it, whispers to its operator, or joins; never unnoted."""

from grm_console.desk import telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import Ear
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.domain.words import InteractionState, LegRole, LegState
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import call_legs, interactions
from grm_console.store.call_legs import LegRow
from grm_console.store.store import Write


def take_part(desk: Desk, actor: Actor, interaction_id: int, ear: Ear) -> None:
    """Ring the supervisor's telephone into a call, or change how the supervisor takes part in it already."""
    actor.require(Act.LEAD_CALLS)
    telephone_acts.need_telephone(actor)
    with desk.store.writing() as write:
        call = interactions.locked(write.connection, interaction_id)
        if call is None:
            raise NotFound(_("This exchange is not in the store."))
        live, legs = call_legs.call_and_legs(write.connection, interaction_id)
        talker = next((leg for leg in legs if leg.account_id == call.agent_id and leg.state == LegState.JOINED), None)
        if call.state != InteractionState.TALKING or live is None or talker is None:
            raise StaleChange(_("Nobody talks in this call any more."))
        if call.agent_id == actor.account_id:
            raise InvalidInput({"call": _("This is your own call.")})
        coach = talker.sid if ear is Ear.WHISPER else ""
        own = _own(actor, legs)
        if own is None:
            telephone_acts.bring_in(
                write,
                actor,
                call,
                LegRole.SUPERVISOR,
                actor.device,
                coach=coach,
                account_id=actor.account_id,
                name=actor.full_name,
                coaching=ear is Ear.WHISPER,
                muted=ear is Ear.LISTEN,
            )
        else:
            _change(write, actor, call, live, own, ear, coach)
        record(write, actor, Act.LEAD_CALLS, f"interaction:{interaction_id}", ear.value)
        write.changed("interaction", interaction_id)


def leave(desk: Desk, actor: Actor, interaction_id: int) -> None:
    """Take the supervisor's telephone out of a call; nothing if it is not in it."""
    actor.require(Act.LEAD_CALLS)
    with desk.store.writing() as write:
        call = interactions.locked(write.connection, interaction_id)
        live, legs = call_legs.call_and_legs(write.connection, interaction_id)
        own = _own(actor, legs)
        if call is not None and live is not None and own is not None:
            telephone_acts.drop(write, actor, call, live, own)
            record(write, actor, Act.LEAD_CALLS, f"interaction:{interaction_id}", "leave")
            write.changed("interaction", interaction_id)


def _own(actor: Actor, legs: list[LegRow]) -> LegRow | None:
    supervising = (leg for leg in call_legs.alive(legs) if leg.role == LegRole.SUPERVISOR)
    return next((leg for leg in supervising if leg.account_id == actor.account_id), None)


def _change(
    write: Write, actor: Actor, call: object, live: call_legs.CallRow, leg: LegRow, ear: Ear, coach: str
) -> None:
    wanted: dict[str, bool | str] = {"coaching": ear is Ear.WHISPER, "muted": ear is Ear.LISTEN}
    if coach:
        wanted["coach"] = coach
    telephone_acts.change(write, actor, call, live, leg, **wanted)
    call_legs.set_coaching(write.connection, leg.interaction_id, leg.number, ear is Ear.WHISPER)
