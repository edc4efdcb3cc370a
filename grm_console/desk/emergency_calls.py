"""The emergency key: the right number for the place, the service on the line if it may be, the supervisor alarmed."""

from grm_console.desk import emergency_lines, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import EmergencyChoice
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.domain.permissions import Act
from grm_console.domain.words import LegRole
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import call_legs, shift
from grm_console.store import emergency_calls as calls
from grm_console.store import emergency_lines as lines

MAX_PLACE = 500


def choices(desk: Desk, actor: Actor, place: str) -> tuple[EmergencyChoice, ...]:
    """Whom to ring for a place, the fitting ones first."""
    actor.require(Act.TAKE_INTERACTION)
    return emergency_lines.choices(desk, place)


def begin(desk: Desk, actor: Actor, interaction_id: int, area: str, place: str) -> EmergencyChoice:
    """Log the emergency with time and place, alarm the supervisors, and ring the service into a live call.

    No field and no wrap-up is needed before. A line that may not be dialled, or an exchange that is no call, gives the
    script to say. Raises InvalidInput for an area that is not in the list.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        call = held(write, actor, interaction_id)
        row = lines.line_of(write.connection, area)
        if row is None:
            raise InvalidInput({"area": _("Choose one of the emergency numbers shown.")})
        live, legs = call_legs.call_and_legs(write.connection, interaction_id)
        rung = any(leg.role == LegRole.EMERGENCY for leg in call_legs.alive(legs))
        can_dial = bool(row.dial) and live is not None and call.connected_at is not None and call.ended_at is None
        if can_dial and not rung:
            telephone_acts.bring_in(write, actor, call, LegRole.EMERGENCY, row.dial, name=row.number)
        calls.add(
            write.connection,
            {
                "interaction_id": call.id,
                "account_id": actor.account_id,
                "at": write.now,
                "area": row.area,
                "number": row.number,
                "place": place.strip()[:MAX_PLACE],
                "dialled": row.dial if can_dial else "",
                "callback": row.callback,
                "caller_id": call.line,
            },
        )
        if shift.open_help_of(write.connection, actor.account_id, interaction_id) is None:
            shift.add_help(write.connection, actor.account_id, interaction_id, write.now)
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "emergency", f"area:{row.area}")
        write.changed("help", interaction_id)
        write.changed("interaction", interaction_id)
    return EmergencyChoice(row.area, row.number, can_dial, row.script, True)
