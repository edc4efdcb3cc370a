"""What the desk asks of the carrier for a live call: rows of the outbox, decided here and sent by the web process."""

from secrets import token_hex
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.domain.call_legs import CALLER, leg_label
from grm_console.domain.words import Direction, LegRole, OutboxState
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import call_legs, outbox, queue
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write

OPERATOR_SECONDS = 20
"""How long an operator's telephone rings before the call goes to somebody else."""
OTHERS_SECONDS = 45
"""How long a department, an interpreter or a citizen is rung."""

WITHDRAWN = "no longer wanted"


def need_telephone(actor: Actor) -> None:
    """Raise InvalidInput if the actor has no telephone to be rung at."""
    if not actor.device:
        told = _("You have no telephone. Ask the administrator: grm staff change {name} --phone +1…")
        raise InvalidInput({"device": told.format(name=actor.name)})


def bring_in(
    write: Write, actor: Actor, call: Any, role: LegRole, address: str, *, coach: str = "", **about: Any
) -> None:
    """Ring somebody into the call; `call` is the interaction's row, `about` what `call_legs.add_leg` notes besides."""
    number = call_legs.add_leg(write.connection, call.id, role, address, actor.account_id, write.now, **about)
    ring(write, actor, call, call_legs.leg_rows(write.connection, call.id)[number], coach=coach)


def ring(write: Write, actor: Actor, call: Any, leg: LegRow, *, coach: str = "") -> None:
    """Ring a leg into the call's conference; `call` is the interaction's row."""
    seconds = OPERATOR_SECONDS if leg.role == LegRole.OPERATOR else OTHERS_SECONDS
    label = leg_label(call.sid, leg.number)
    live = call_legs.call_row(write.connection, call.id)
    assert live is not None, "a leg belongs to a live call"
    detail = {
        "conference": live.conference,
        "label": label,
        "to": leg.address,
        "caller_id": call.line,
        "seconds": seconds,
        "muted": leg.muted,
        "coach": coach,
        "record": queue.records(write.connection, call.queue_id),
        "detects": leg.detects,
        "leg": leg.number,
    }
    _ask(write, actor, call, "leg-ring", label, detail)


def join(write: Write, actor: Actor, call: Any) -> None:
    """Move the citizen's own call into the conference: one that came in, or one we made that waited again."""
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    assert live is not None, "nobody is moved into a conference that was never asked for"
    citizen = legs[CALLER]
    detail = {
        "sid": citizen.sid,
        "conference": live.conference,
        "label": leg_label(call.sid, CALLER),
        "record": queue.records(write.connection, call.queue_id),
    }
    call_legs.set_moved(write.connection, call.id, write.now)
    _ask(write, actor, call, "call-join", _fresh(call, "join"), detail)


def send(write: Write, actor: Actor, call: Any, step: str) -> None:
    """Move the citizen's own call to another place of the caller's way, e.g. back to waiting."""
    if step != "silent":
        call_legs.set_moved(write.connection, call.id, None)
    citizen = call_legs.leg_rows(write.connection, call.id)[CALLER]
    _ask(write, actor, call, "call-send", _fresh(call, step), {"sid": citizen.sid, "step": step})


def change(write: Write, actor: Actor, call: Any, live: CallRow, leg: LegRow, **wanted: bool | str) -> None:
    """Hold, mute or coach a leg: `held`, `muted`, `coaching` with `coach`, the operator's own sid.

    What was asked of it before and is not begun is not asked any more: a late hold never follows its own resume.
    """
    detail = {"conference_sid": live.conference_sid, "sid": leg.sid, **wanted}
    about = f"{leg.number}:{next(iter(wanted))}"
    outbox.withdraw_like(write.connection, "leg-change", f"{call.sid}:{about}:", WITHDRAWN)
    _ask(write, actor, call, "leg-change", _fresh(call, about), detail)


def drop(write: Write, actor: Actor, call: Any, live: CallRow, leg: LegRow) -> None:
    """Take a leg out of the call, or stop ringing it; one that was not begun to ring is forgotten."""
    label = leg_label(call.sid, leg.number)
    if outbox.withdraw(write.connection, "leg-ring", label, WITHDRAWN):
        call_legs.fail_leg(write.connection, call.id, leg.number, write.now, "canceled")
    elif leg.sid:
        detail = {"conference_sid": live.conference_sid, "sid": leg.sid}
        _ask(write, actor, call, "leg-drop", label, detail)
    elif leg.number != CALLER:
        # Its ring is just being asked for: it is dropped as soon as its id is known, see call_failures.
        call_legs.fail_leg(write.connection, call.id, leg.number, write.now, "canceled")


def end_all(write: Write, actor: Actor, call: Any) -> None:
    """End everything of a live call but the citizen's own leg: those who ring, and the conference."""
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    if live is None:
        return
    for leg in call_legs.alive(legs):
        joined = leg.joined_at is not None and live.conference_sid
        if not joined and (leg.number != CALLER or call.direction == Direction.OUTBOUND):
            drop(write, actor, call, live, leg)
    if call.direction == Direction.OUTBOUND and legs[CALLER].waits_outside:
        drop(write, actor, call, live, legs[CALLER])
    if live.conference_sid:
        _ask(write, actor, call, "conference-end", live.conference_sid, {"conference_sid": live.conference_sid})


def hang_up(write: Write, actor: Actor, call: Any) -> None:
    """End a call for everybody."""
    end_all(write, actor, call)
    if call.direction == Direction.INBOUND:
        _ask(write, actor, call, "call-end", call.sid, None)


def _fresh(call: Any, what: str) -> str:
    """A name for an act that may be asked again and again."""
    return f"{call.sid}:{what}:{token_hex(8)}"


def _ask(write: Write, actor: Actor, call: Any, kind: str, decision: str, detail: dict[str, Any] | None) -> None:
    outbox.decide(
        write.connection,
        kind=kind,
        decision=decision,
        interaction_id=call.id,
        contact_point_id=call.contact_point_id,
        provider=call.provider,
        answered_sid=call.sid,
        body="",
        by_document=False,
        state=OutboxState.PENDING,
        account_id=actor.account_id,
        at=write.now,
        detail=detail,
    )
    write.changed("outbox", call.id)
