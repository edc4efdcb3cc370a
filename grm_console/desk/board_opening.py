"""One row behind a figure of the board, whole and audited, but for who the citizen is."""

from grm_console.clock import elapsed, whole_moment
from grm_console.desk import interpreter_minutes
from grm_console.desk.actor import Actor
from grm_console.desk.board_views import AgentLine, Opened
from grm_console.desk.desk import Desk, record
from grm_console.desk.emergency_callbacks import emergency_facts
from grm_console.desk.spoken import channel_word, named, state_word
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel, Confidentiality
from grm_console.errors import NotAllowed, NotFound
from grm_console.i18n import _
from grm_console.store import shift, timeline


def exchange(desk: Desk, actor: Actor, interaction_id: int) -> Opened:
    """One exchange; raises NotAllowed for roles that may not open what citizens wrote."""
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        one = timeline.interaction_detail(connection, interaction_id)
        if one is None:
            raise NotFound(_("This exchange is not in the store."))
        queue = shift.queue_row(connection, one.queue_id) if one.queue_id is not None else None
        emergencies = emergency_facts(connection, interaction_id)
        interpreter = interpreter_minutes.told(connection, interaction_id, desk.store.now())
    _note(desk, actor, f"interaction:{interaction_id}")
    return _opened(
        channel_word(Channel(one.channel)),
        "\n\n".join(part for part in (one.text, one.note) if part),
        (_("When"), whole_moment(one.happened_at, seconds=True)),
        (_("Queue"), named(queue.name, queue.other_name)[0] if queue is not None else ""),
        (_("State"), state_word(one.end_reason or one.state)),
        (_("Answered"), whole_moment(one.answered_at, seconds=True)),
        (_("Agent"), one.agent or ""),
        (_("Ended"), whole_moment(one.ended_at, seconds=True)),
        (_("Wrap-up"), one.disposition or ""),
        (_("Length"), elapsed(one.duration) if one.duration else ""),
        (_("Language"), one.language),
        (_("Interpreter"), interpreter),
        (_("Attachments"), str(one.attachments or "")),
        (_("Problem"), one.problem),
        *emergencies,
    )


def case(desk: Desk, actor: Actor, case_id: int) -> Opened:
    """One case; raises NotAllowed for a confidential one unless the role may see those."""
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        one = timeline.case_detail(connection, case_id)
    if one is None:
        raise NotFound(_("This case is not in the store."))
    if one.confidentiality != Confidentiality.OPEN and not actor.may(Act.SEE_CONFIDENTIAL_CASES):
        raise NotAllowed(_("This case is confidential. Ask a supervisor."))
    _note(desk, actor, f"case:{case_id}")
    return _opened(
        one.number,
        one.details,
        (_("Service"), one.service),
        (_("Department"), one.department),
        (_("Opened"), whole_moment(one.opened_at)),
        (_("Due"), whole_moment(one.due_at)),
        (_("Closed"), whole_moment(one.closed_at)),
        (_("Place"), one.place),
        (_("Summary"), one.summary),
    )


def agent(line: AgentLine) -> Opened:
    """One agent, and what they hold."""
    held = (
        (channel_word(item.channel), _("{queue} (parked)").format(queue=item.queue) if item.parked else item.queue)
        for item in line.held
    )
    return _opened(
        line.name,
        "",
        (_("State"), state_word(line.state)),
        (_("Reason"), line.reason),
        (_("Since"), whole_moment(line.since, seconds=True)),
        *held,
    )


def _opened(title: str, words: str, *facts: tuple[str, str]) -> Opened:
    return Opened(title, tuple((label, value) for label, value in facts if value), words)


def _note(desk: Desk, actor: Actor, subject: str) -> None:
    with desk.store.writing() as write:
        record(write, actor, Act.SEE_BOARD, subject, "board")
