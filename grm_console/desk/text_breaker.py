"""The circuit breaker of automatic texts: too many of them, or too many that fail, and machines stop writing."""

from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.alerts import alert
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.store import text_pauses

SPAN = timedelta(hours=1)
"""Over how long automatic texts are counted for the desk and for each rule."""
FAILURE_SPAN = timedelta(minutes=15)
MOST_FAILURES = 20
"""So many texts that failed in `FAILURE_SPAN`, half of all or more, say that something is wrong with them all."""
PAUSE = timedelta(minutes=15)


def watch(desk: Desk, actor: Actor) -> int:
    """Begin a pause where a budget is spent or failures pile up, and tell the desk; gives how many were begun.

    To be called every few seconds by the web process: what is decided between two looks goes beyond the budget.
    """
    actor.require(Act.SEND_OUTBOX)
    now, rules = desk.store.now(), desk.texts
    with desk.store.reading() as connection:
        by_rule = text_pauses.automatic_since(connection, now - SPAN)
        settled, failed = text_pauses.outcomes_since(connection, now - FAILURE_SPAN)
        paused = {pause.kind for pause in text_pauses.in_force(connection, now)}
    due: dict[str, str] = {}
    for rule, count in by_rule.items():
        if 0 < rules.replies_per_rule <= count:
            due[rule] = _("Automatic texts of the kind {rule} are paused: {count} in an hour.").format(
                rule=rule, count=count
            )
    total = sum(by_rule.values())
    if 0 < rules.replies_per_desk <= total:
        due[text_pauses.AUTOMATIC] = _("All automatic texts are paused: {count} in an hour.").format(count=total)
    if failed >= MOST_FAILURES and failed * 2 >= settled:
        due[text_pauses.AUTOMATIC] = _("All automatic texts are paused: {failed} of {count} did not arrive.").format(
            failed=failed, count=settled
        )
    begun = 0
    for kind, words in due.items():
        if kind in paused:
            continue
        with desk.store.writing() as write:
            text_pauses.add(write.connection, kind, write.now, write.now + PAUSE)
            alert(write, actor, Act.SEND_OUTBOX, words, PAUSE)
        begun += 1
    return begun
