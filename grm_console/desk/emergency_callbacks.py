"""The emergency service calls back: known by its number, kept by nothing, first in the queue.

The dispatcher calls the number that the desk showed. Such a call goes past blocklist, opening hours, menus and every
limit of the queue, by its matter and not by who calls. It is offered first to the operator who called the emergency.
"""

from datetime import timedelta

from sqlalchemy import Connection

from grm_console.clock import whole_moment
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.addresses import Address
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.store import emergency_calls as rows
from grm_console.store import shift
from grm_console.store.emergency_calls import Made
from grm_console.store.offered import SAME_OPERATOR_FIRST
from grm_console.store.store import Write

_ANNOUNCED_FOR = timedelta(seconds=15)
"""For how long it is announced that everybody may answer: at least one round of `keep_time` falls into it."""


def recognise(
    desk: Desk, write: Write, actor: Actor, interaction_id: int, caller: Address, our_line: str, *, waits: bool
) -> None:
    """Look whether a call that came in is an emergency service calling back; if so, mark it.

    While it waits the supervisors are alarmed.
    It is one within the desk's time after an emergency was called, from a number that the desk rang for it or that
    its line calls back from; and from the number of any emergency line, if it calls the number that the service saw.
    """
    if not caller.address:
        return
    made = rows.made_since(write.connection, write.now - desk.emergency_callbacks_for)
    if not made:
        return
    about = next((one for one in made if caller.address in _numbers(one)), None)
    if about is None and caller.address in rows.registered_numbers(write.connection):
        about = next((one for one in made if one.caller_id == our_line), None)
    if about is None:
        return
    rows.note_callback(write.connection, interaction_id, about.id)
    if waits and shift.open_help_of(write.connection, about.account_id, interaction_id) is None:
        shift.add_help(write.connection, about.account_id, interaction_id, write.now)
    record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{interaction_id}", f"emergency callback:{about.id}")
    write.changed("help", interaction_id)


def keep_time(desk: Desk, actor: Actor) -> int:
    """Wake the seats for callbacks that everybody may answer from now on; gives how many there are.

    To be called every few seconds by the web process.
    """
    actor.require(Act.RECEIVE_EVENTS)
    all_may = desk.store.now() - SAME_OPERATOR_FIRST
    with desk.store.reading() as connection:
        waiting = rows.waiting_since(connection, all_may - _ANNOUNCED_FOR, all_may)
    if waiting:
        with desk.store.writing() as write:
            for interaction_id in waiting:
                write.changed("queue", interaction_id)
    return len(waiting)


def calls_back_sentence(about: Made, when: str) -> str:
    """What is said of such a call: the time, given as words, and the place of the emergency."""
    told = _("Emergency service calls back: {when}, {place} ({number})")
    return told.format(when=when, place=about.place or "?", number=about.number)


def emergency_facts(connection: Connection, interaction_id: int) -> tuple[tuple[str, str], ...]:
    """The emergencies of an exchange, and the one it calls back about, as labels and values."""
    label = _("Emergency")
    told = _("{when}: {number}, {place}")
    made = [
        (label, told.format(when=whole_moment(one.at, seconds=True), number=one.number, place=one.place or "?"))
        for one in rows.of_exchange(connection, interaction_id)
    ]
    about = rows.called_back_about(connection, interaction_id)
    return (*made, *([(label, calls_back_sentence(about, whole_moment(about.at)))] if about is not None else []))


def _numbers(made: Made) -> set[str]:
    return {number for number in (made.dialled, *made.callback.split("|")) if number}
