"""What the program itself has to tell the desk: a notice, once as long as it is in force."""

from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import record
from grm_console.domain.permissions import Act
from grm_console.store import shift
from grm_console.store.store import Write

LASTS = timedelta(hours=1)


def alert(write: Write, actor: Actor, act: Act, words: str, lasts: timedelta = LASTS) -> int | None:
    """Post a notice to everybody, unless the very same is in force; `act` is what the program was doing.

    Gives the key of what was posted.
    """
    if shift.notice_in_force(write.connection, words, write.now):
        return None
    key = shift.add_notice(
        write.connection,
        {
            "text": words,
            "queue_id": None,
            "since": write.now,
            "until": write.now + lasts,
            "account_id": actor.account_id,
        },
    )
    record(write, actor, act, f"notice:{key}", "alert")
    write.changed("notice", key)
    return key
