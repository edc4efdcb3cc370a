"""Recording what a citizen was told: which version, through which door, in which words, and how it was found."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_engine import may_see
from grm_console.desk.article_renderings import told_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.desk.views import AnswerFound
from grm_console.domain.article import not_givable_because
from grm_console.domain.permissions import Act
from grm_console.domain.renderings import marks_in, phone_script, still_told
from grm_console.domain.words import ArticleState, Audience, Channel, Direction, EntryKind
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import articles, conversations, timeline
from grm_console.store import intake as rows
from grm_console.store.store import Write


def give(desk: Desk, actor: Actor, interaction_id: int, found: AnswerFound) -> None:
    """Record that the citizen was told this version; the same again in one exchange is no second time.

    In a call the telephone's script was said, elsewhere the answer as it stands. Raises InvalidInput for an article
    that is not public, or not in force today.
    """
    actor.require(Act.TAKE_INTERACTION, Act.GIVE_ANSWER)
    with desk.store.writing() as write:
        exchange = held(write, actor, interaction_id)
        version = givable(write.connection, actor, found.version_id, write.now.astimezone().date())
        told = phone_script(told_of(version)).text if exchange.channel == Channel.VOICE else version.answer
        if note_given(write, actor, exchange.id, exchange.contact_id, version, exchange.channel, told, found):
            write.changed("interaction", interaction_id)


def given(desk: Desk, actor: Actor, interaction_id: int) -> dict[str, datetime]:
    """When which article was given in an exchange, by its code; the latest time counts."""
    actor.require(Act.SEARCH_ANSWERS)
    with desk.store.reading() as connection:
        return {row.code: row.at for row in articles.given_in(connection, interaction_id)}


def text_told(
    write: Write,
    actor: Actor,
    exchange: Any,
    channel: Channel,
    text: str,
    outbox_id: int,
    found: Iterable[AnswerFound],
) -> None:
    """Record the answers that a text tells, which was decided as this row of the outbox.

    Those of `found` count whose mark or a sentence still stands in it, and any other whose mark and a sentence do: a
    reply that was begun yesterday may hold one that has expired since. Raises InvalidInput if one may not be given.
    """
    for version, one in _told_in(write.connection, text, found):
        if may_see(actor, version.audience):
            actor.require(Act.GIVE_ANSWER)
            givable(write.connection, actor, version.id, write.now.astimezone().date())
            note_given(write, actor, exchange.id, exchange.contact_id, version, channel, text, one, outbox_id)


def take_back(write: Write, outbox_id: int) -> None:
    """A text was taken back before it went out: what it told was not told."""
    given = articles.given_with(write.connection, outbox_id)
    if given:
        conversations.forget_lines(write.connection, EntryKind.ANSWER, given)
        articles.forget_given(write.connection, given)


def givable(connection: Connection, actor: Actor, version_id: int, today: date) -> Any:
    """A version that may be given today; raises NotFound for what the actor may not see, InvalidInput saying why."""
    version = articles.version_row(connection, version_id)
    if version is None or not may_see(actor, version.audience):
        raise NotFound(_("This article is not in the store. Search again."))
    if reason := why_not(version, today):
        told = _("{code} may not be given: {reason}. Choose another answer.")
        raise InvalidInput({"article": told.format(code=version.code, reason=reason)})
    return version


def why_not(row: Any, today: date) -> str:
    """Why a version may not be given today; empty if it may. `row` is one of `store.articles`'."""
    return not_givable_because(Audience(row.audience), ArticleState(row.state), row.effective_on, row.expires_on, today)


def _told_in(connection: Connection, text: str, found: Iterable[AnswerFound]) -> list[tuple[Any, AnswerFound]]:
    marks = marks_in(text)
    told: dict[tuple[str, int], tuple[Any, AnswerFound]] = {}
    for one in found:
        version = articles.version_row(connection, one.version_id)
        if version is not None:
            mark = version.code, version.version
            if mark in marks or still_told(told_of(version), text):
                told[mark] = version, one
    for mark in marks:
        if mark not in told:
            there = [row for row in articles.versions_marked(connection, *mark) if still_told(told_of(row), text)]
            if there:
                told[mark] = there[0], AnswerFound(there[0].id, 0, "")
    return list(told.values())


def note_given(
    write: Write,
    actor: Actor,
    interaction_id: int,
    contact_id: int | None,
    version: Any,
    channel: str,
    told: str,
    found: AnswerFound,
    outbox_id: int | None = None,
    confidence: float | None = None,
) -> bool:
    """Record an answer with its line in the history; False if it was given through this door before.

    `version` is one of `store.articles`' rows; `confidence`, 0 to 1, is the engine's where a machine gave it.
    """
    given = articles.add_given(
        write.connection,
        interaction_id=interaction_id,
        version_id=version.id,
        channel=channel,
        language=version.language,
        told=told,
        outbox_id=outbox_id,
        rank=found.rank,
        query=found.query[:500],
        account_id=actor.account_id,
        at=write.now,
        confidence=confidence,
    )
    if given is None:
        return False
    rows.add_timeline_entry(
        write.connection,
        {
            "contact_id": contact_id,
            "at": write.now,
            "kind": EntryKind.ANSWER.value,
            "source_id": given,
            "interaction_id": interaction_id,
            "channel": channel,
            "direction": Direction.OUTBOUND.value,
            "state": "",
            "case_number": "",
            "summary": timeline.answer_summary(version.code, version.version, version.question),
        },
    )
    record(write, actor, Act.GIVE_ANSWER, f"answer:{given}", f"interaction:{interaction_id}", version.code)
    return True
