"""Stopping machines from answering texts, and letting them again: for a contact, a topic, or altogether.

Nothing else stops with them: acknowledgements, commands and the emergency number go on.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_stop_views import StopChoice, StopLine, StopSubject
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.domain.words import StopKind
from grm_console.i18n import _
from grm_console.store import answer_stops, conversations
from grm_console.store.store import Write
from grm_console.text import mask_number

TOLD_WITHIN = timedelta(days=30)
"""How far back the answers lie that are offered as topics to stop."""
MOST_TOPICS = 3


class AnswerStops:
    """The stops as an actor may read and change them."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def in_force(self) -> tuple[StopLine, ...]:
        """Every stop in force, oldest first."""
        self._actor.require(Act.SEE_QUEUE)
        with self._desk.store.reading() as connection:
            return stop_lines(connection)

    def choices(self, interaction_id: int | None = None) -> tuple[StopChoice, ...]:
        """What the actor may stop or let again: of an exchange its contact and the topics it was told, and all."""
        self._actor.require(Act.STOP_ANSWERS)
        now = self._desk.store.now()
        with self._desk.store.reading() as connection:
            row = conversations.exchange(connection, interaction_id) if interaction_id is not None else None
            stops = answer_stops.in_force(connection)
            found: list[StopChoice] = []
            if row is not None and row.contact_point_id is not None:
                number = mask_number(row.address) if self._actor.masked else row.address
                subject = StopSubject(StopKind.CONTACT, row.contact_point_id, row.contact_id)
                found.append(_choice(subject, stops, _("texts from {who}").format(who=number)))
                told = answer_stops.told_articles(connection, row.contact_point_id, now - TOLD_WITHIN)
                for article in told[:MOST_TOPICS]:
                    about = _("what {code} answers: {question}").format(code=article.code, question=article.question)
                    found.append(_choice(StopSubject(StopKind.ARTICLE, article_id=article.id), stops, about))
                services = dict.fromkeys(service for article in told for service in article.services or ())
                for service in list(services)[:MOST_TOPICS]:
                    about = _("all answers of the service {service}").format(service=service)
                    found.append(_choice(StopSubject(StopKind.SERVICE, service=service), stops, about))
        if self._actor.may(Act.STOP_ALL_ANSWERS):
            found.append(_choice(StopSubject(StopKind.ALL), stops, _("all texts")))
        return tuple(found)

    def stop(self, subject: StopSubject) -> None:
        """Stop machines; again changes nothing. Raises NotAllowed altogether but for supervisors."""
        self._may(subject)
        with self._desk.store.writing() as write:
            if any(_same(row, subject) for row in answer_stops.in_force(write.connection)):
                return
            key = answer_stops.add(write.connection, subject.kind, write.now, self._actor.account_id, **_about(subject))
            self._record(write, subject, key, "stop")

    def resume(self, subject: StopSubject) -> None:
        """Let machines answer again; nothing if they were not stopped."""
        self._may(subject)
        with self._desk.store.writing() as write:
            ended = answer_stops.resume(
                write.connection, subject.kind, write.now, self._actor.account_id, **_about(subject)
            )
            for key in ended:
                self._record(write, subject, key, "resume")

    def toggle(self, choice: StopChoice) -> None:
        """Do what a choice says: stop, or let again."""
        self._actor.require(Act.STOP_ANSWERS)
        if choice.stopped:
            self.resume(choice.subject)
        else:
            self.stop(choice.subject)

    def _may(self, subject: StopSubject) -> None:
        self._actor.require(Act.STOP_ANSWERS)
        if subject.kind is StopKind.ALL:
            self._actor.require(Act.STOP_ALL_ANSWERS)

    def _record(self, write: Write, subject: StopSubject, key: int, what: str) -> None:
        act = Act.STOP_ALL_ANSWERS if subject.kind is StopKind.ALL else Act.STOP_ANSWERS
        record(write, self._actor, act, f"answer-stop:{key}", what, subject.kind.value)
        write.changed("answer-stop", key)


def stop_lines(connection: Connection) -> tuple[StopLine, ...]:
    """Every stop in force with its sentence; no address stands in it."""
    return tuple(
        StopLine(row.id, StopKind(row.kind), _sentence(row), row.stopped_at)
        for row in answer_stops.in_force(connection)
    )


def warnings_for(connection: Connection, contact_point_id: int | None, contact_id: int | None) -> tuple[str, ...]:
    """Sentences of the stops in force but for those of other contacts."""
    return tuple(
        _sentence(row)
        for row in answer_stops.in_force(connection)
        if row.kind != StopKind.CONTACT or _same(row, StopSubject(StopKind.CONTACT, contact_point_id, contact_id))
    )


def _sentence(row: Any) -> str:
    told = {
        StopKind.ALL: _("Machines answer no texts: stopped by {by} on {when}."),
        StopKind.CONTACT: _("Machines do not answer this contact: stopped by {by} on {when}."),
        StopKind.ARTICLE: _("Machines do not tell {topic}: stopped by {by} on {when}."),
        StopKind.SERVICE: _("Machines tell nothing of the service {topic}: stopped by {by} on {when}."),
    }[StopKind(row.kind)]
    when = f"{row.stopped_at.astimezone():%Y-%m-%d %H:%M}"
    return told.format(by=row.by, when=when, topic=row.code or row.service)


def _choice(subject: StopSubject, stops: list[Any], about: str) -> StopChoice:
    stopped = any(_same(row, subject) for row in stops)
    words = _("Let machines answer again: {about}") if stopped else _("Stop machines from answering: {about}")
    return StopChoice(subject, words.format(about=about), stopped)


def _same(row: Any, subject: StopSubject) -> bool:
    """Whether a stop in force is about this subject."""
    if row.kind != subject.kind:
        return False
    if subject.kind is StopKind.CONTACT:
        return (row.contact_point_id == subject.contact_point_id and subject.contact_point_id is not None) or (
            row.contact_id is not None and row.contact_id == subject.contact_id
        )
    return bool(row.article_id == subject.article_id and row.service == subject.service)


def _about(subject: StopSubject) -> dict[str, Any]:
    """What the store needs of a subject."""
    if subject.kind is StopKind.CONTACT:
        return {"contact_point_id": subject.contact_point_id, "contact_id": subject.contact_id}
    if subject.kind is StopKind.ARTICLE:
        return {"article_id": subject.article_id}
    return {"service": subject.service} if subject.kind is StopKind.SERVICE else {}
