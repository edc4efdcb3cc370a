"""A version of an article takes a step of its life: by a person, or by its date."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.sign_in import actor_named
from grm_console.domain.article_life import LIFE, Standing, Step, is_due, why_not
from grm_console.domain.permissions import Act
from grm_console.domain.reason import check_reason
from grm_console.domain.words import ArticleState
from grm_console.errors import GrmError, InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import editorial
from grm_console.store.store import Write


def take(
    desk: Desk, actor: Actor, version_id: int, step: Step, comment: str = "", *, revision: int | None = None
) -> ArticleState:
    """Submit, return, approve, publish or withdraw a version; gives the state it is in then.

    What is approved is published at once if its day has come; PUBLISH does not wait for the day. `revision` is that of
    the words the actor has seen. Raises NotAllowed, NotFound, StaleChange if it was changed since, InvalidInput for a
    step that cannot be taken now (`step`) or a reason that is lacking (`reason`).
    """
    actor.require(Act.SEARCH_ANSWERS)
    acts = sorted(LIFE[step].acts)
    if not any(actor.may(act) for act in acts):
        actor.require(*acts)
    said = check_reason(comment) if LIFE[step].comment else comment.strip()
    with desk.store.writing() as write:
        row = seen(write, version_id, revision)
        today = day_of(write)
        if step is Step.PUBLISH and row.state == ArticleState.APPROVED and not is_due(row.effective_on, today):
            editorial.change_version(write.connection, version_id, {"effective_on": today})
            row = seen(write, version_id, None)
        apply(write, actor, row, step, said)
        if step is Step.APPROVE and is_due(row.effective_on, today):
            apply(write, actor, seen(write, version_id, None), Step.PUBLISH)
            return ArticleState.PUBLISHED
    return LIFE[step].to


def keep_dates(desk: Desk, actor: Actor) -> int:
    """Publish what was approved for today or earlier, end what has expired; gives how many versions.

    To be called now and then by the web process, and by whoever reads articles first on a day.
    """
    actor.require(Act.KEEP_ARTICLE_DATES)
    today = desk.store.now().astimezone().date()
    with desk.store.reading() as connection:
        waits = editorial.due(connection, today) or editorial.over(connection, today)
    if not waits:
        return 0
    with desk.store.writing() as write:
        steps = [(key, Step.EXPIRE) for key in editorial.over(write.connection, today)]
        steps += [(key, Step.PUBLISH) for key in editorial.due(write.connection, today)]
        for version_id, step in steps:
            apply(write, actor, seen(write, version_id, None), step)
    return len(steps)


class DateKeeper:
    """Lets whoever reads articles keep their dates first, once a day in each process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._day: date | None = None

    def keep(self) -> None:
        """Keep the dates, unless that was done today or is being done."""
        today = self._desk.store.now().astimezone().date()
        if today == self._day or not self._lock.acquire(blocking=False):
            return
        try:
            # Reading goes on where this fails: the web process tries again soon, and so does the next reader.
            with suppress(GrmError):
                keep_dates(self._desk, actor_named(self._desk, "system:web"))
                self._day = today
        finally:
            self._lock.release()


def seen(write: Write, version_id: int, revision: int | None) -> Any:
    """A version's columns, locked; raises NotFound, or StaleChange if the revision is another one by now."""
    row = editorial.locked(write.connection, version_id)
    if row is None:
        raise NotFound(_("This version is not in the store. Read the article again."))
    if revision is not None and row.revision != revision:
        raise StaleChange(_("Somebody else has changed this version meanwhile. Read it again, then decide."))
    return row


def apply(write: Write, actor: Actor, row: Any, step: Step, comment: str = "") -> None:
    """Take one step with a locked version: state, ledger, audit, feed. Raises InvalidInput (`step`) if it may not."""
    of = Standing(ArticleState(row.state), row.author_id, row.edited_by_id, row.effective_on, row.expires_on)
    reason = why_not(step, of, actor.acts, actor.account_id, day_of(write))
    if reason:
        raise InvalidInput({"step": reason})
    connection, text = write.connection, editorial.text_row(write.connection, row.article_text_id)
    assert text is not None
    values: dict[str, Any] = {"state": LIFE[step].to.value}
    if step is Step.APPROVE:
        values["approved_by_id"] = actor.account_id
    elif step in (Step.RETURN, Step.EDIT):
        values["approved_by_id"] = None
    elif step is Step.PUBLISH:
        values |= {"published_at": write.now, "frame": None}
        before = editorial.published_of(connection, row.article_text_id)
        if before is not None:
            apply(write, actor, before, Step.REPLACE)
        if row.frame:
            editorial.change_article(connection, text.article_id, row.frame)
    elif of.state is ArticleState.PUBLISHED:
        values["frame"] = editorial.frame_of(connection, text.article_id)
    editorial.change_version(connection, row.id, values)
    editorial.add_step(connection, row.id, step.value, actor.account_id, write.now, comment)
    act = next(act for act in sorted(LIFE[step].acts) if actor.may(act))
    record(write, actor, act, f"article-version:{row.id}", step.value, comment)
    write.changed("article", text.article_id)


def day_of(write: Write) -> date:
    """The local day of a transaction."""
    return write.now.astimezone().date()
