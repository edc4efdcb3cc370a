"""People who were told an answer that no longer holds: who they are, and having each of them told again, once."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.clock import whole_moment
from grm_console.desk import callbacks
from grm_console.desk.actor import Actor
from grm_console.desk.article_renderings import text_of, told_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.drafts import form_from
from grm_console.desk.editorial_views import ToldAgain, ToldLine
from grm_console.desk.phrases import phrase
from grm_console.desk.text_permits import permit_for
from grm_console.desk.views import CaseForm
from grm_console.desk.writing import into_outbox
from grm_console.domain.addresses import AddressKind
from grm_console.domain.permissions import Act
from grm_console.domain.words import Audience, CallbackReason, Channel
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import article_told, articles, contact_book, conversations, editorial, interactions, queue
from grm_console.store import callbacks as callback_rows
from grm_console.store.store import Write
from grm_console.text import mask_number

LONGEST = 366
"""Days that a look back may span."""

_TEXTS = (Channel.SMS, Channel.WHATSAPP)

MOST = 2000
"""Answers given that are looked at, the newest first."""


def told(desk: Desk, actor: Actor, article_id: int, days: int) -> tuple[ToldLine, ...]:
    """Each person whose newest answer from this article, in so many days, no longer holds; newest first, on record.

    Names are shown to those who may open contacts, others see numbers with most of them hidden. Raises NotFound,
    InvalidInput for a span of days that cannot be.
    """
    actor.require(Act.TELL_AGAIN)
    since = _since(desk, days)
    with desk.store.reading() as connection:
        if editorial.article_row(connection, article_id) is None:
            raise NotFound(_("This article is not in the store. Read the list again."))
        people = _people(connection, article_id, since, desk.store.now())
        again = article_told.told_again(connection, article_id)
        lines = tuple(_line(desk, connection, actor, row, _noted(again, row), desk.store.now()) for row in people)
    named = actor.may(Act.OPEN_CONTACT) and not actor.masked
    with desk.store.writing() as write:
        act = Act.OPEN_CONTACT if named else Act.TELL_AGAIN
        record(write, actor, act, f"article:{article_id}", "who was told", f"{len(lines)} people in {days} days")
    return lines


def tell_again(desk: Desk, actor: Actor, article_id: int, days: int, given: tuple[int, ...]) -> ToldAgain:
    """Have these people of the list told again, each once, by call or text as they were told; again changes nothing.

    A callback waits in the queue of the exchange in which the answer was given, and whoever takes it finds in the
    notes what was told. A text goes out with the present answer, if it is public. Who is not to be called is sent a
    text and the other way round, where that is allowed; who can be reached by neither is left out, with the reason.
    Each time a note stands in the history.
    """
    actor.require(Act.TELL_AGAIN)
    since = _since(desk, days)
    wanted = set(given)
    made = {Channel.VOICE: 0, Channel.SMS: 0}
    left: dict[str, None] = {}
    with desk.store.writing() as write:
        article = editorial.article_row(write.connection, article_id)
        if article is None:
            raise NotFound(_("This article is not in the store. Read the list again."))
        again = article_told.told_again(write.connection, article_id)
        for row in _people(write.connection, article_id, since, write.now):
            if row.id not in wanted or _noted(again, row) is not None:
                continue
            doors = [_call, _text] if row.channel not in _TEXTS else [_text, _call]
            reasons = []
            for door in doors:
                reason = door(desk, write, actor, article.code, row)
                if not reason:
                    made[Channel.VOICE if door is _call else Channel.SMS] += 1
                    break
                reasons.append(reason)
            else:
                left[reasons[0]] = None
        calls, texts = made.values()
        if calls or texts:
            told = f"{calls} callbacks, {texts} texts"
            record(write, actor, Act.TELL_AGAIN, f"article:{article_id}", "told again", told)
    return ToldAgain(callbacks=calls, texts=texts, left=tuple(left))


def _since(desk: Desk, days: int) -> datetime:
    if not 1 <= days <= LONGEST:
        raise InvalidInput({"days": _("Look back 1 to {longest} days, e.g. 30.").format(longest=LONGEST)})
    return desk.store.now() - timedelta(days=days)


def _people(connection: Connection, article_id: int, since: datetime, now: datetime) -> list[Any]:
    """The newest answer given to each person, of those to whom it no longer holds."""
    newest: dict[tuple[str, int], Any] = {}
    for row in article_told.given_since(connection, article_id, since, now.astimezone().date(), MOST):
        person = ("contact", row.contact_id) if row.contact_id is not None else ("point", row.contact_point_id)
        newest.setdefault(person if person[1] is not None else ("exchange", row.interaction_id), row)
    return [row for row in newest.values() if not row.holds]


def _noted(again: list[Any], row: Any) -> Any | None:
    """What stands on record of telling this person again about this version, by contact or by address."""
    return next(
        (
            one
            for one in again
            if one.article_version_id == row.version_id
            and (
                (one.contact_id is not None and one.contact_id == row.contact_id)
                or one.contact_point_id == row.contact_point_id
            )
        ),
        None,
    )


def _line(desk: Desk, connection: Connection, actor: Actor, row: Any, noted: Any | None, now: datetime) -> ToldLine:
    named = actor.may(Act.OPEN_CONTACT) and not actor.masked
    number = mask_number(row.address) if row.address else _("no number")
    return ToldLine(
        given_id=row.id,
        at=row.at,
        channel=Channel(row.channel),
        language=row.language,
        version=row.version,
        who=row.name if named and row.name else number,
        by=row.by,
        again=noted.channel if noted is not None else "",
        again_at=noted.at if noted is not None else None,
        why_not="" if noted is not None else _unreachable(desk, connection, row, now),
    )


def _unreachable(desk: Desk, connection: Connection, row: Any, now: datetime) -> str:
    """Why somebody can be told again neither by telephone nor by text; empty if they can."""
    number, reason = _number_for(connection, row, now)
    if number is not None:
        return ""
    exchange = conversations.exchange(connection, row.interaction_id)
    return reason if exchange is None or permit_for(desk, connection, exchange, now).blocked else ""


def _number_for(connection: Connection, row: Any, now: datetime) -> tuple[int | None, str]:
    """The number to call somebody on, and why there is none: theirs in the exchange, else one that they hold."""
    points = [row.contact_point_id] if row.point_kind == AddressKind.PHONE else []
    if not points and row.contact_id is not None:
        held = article_told.points_held(connection, row.contact_id, now)
        points = [point.id for point in held if point.kind == AddressKind.PHONE]
    reason = _("No telephone number is known. Write to them by the door they used.")
    for point in points:
        reason = callbacks.why_never(connection, point, row.contact_id, now)
        if not reason:
            return point, ""
    return None, reason


def _call(desk: Desk, write: Write, actor: Actor, code: str, row: Any) -> str:
    """Make one callback; gives why there is none, or nothing."""
    connection = write.connection
    point, reason = _number_for(connection, row, write.now)
    if point is None:
        return reason
    found = queue.queue_for_line(connection, row.line)
    if row.queue_id is None and found is None:
        return _("There is no queue that could call back. Add one first.")
    queue_id = row.queue_id if found is None or row.queue_id is not None else found[0]
    key = callbacks.request(
        desk,
        write,
        actor,
        asked_in_id=row.interaction_id,
        contact_point_id=point,
        queue_id=queue_id,
        language=row.language,
        harm=0,
        waiting_since=write.now,
        reason=CallbackReason.CORRECTION,
        window=None,
    )
    if key is None:  # somebody calls this number back already: one call says both
        key = callback_rows.open_for(connection, point, queue_id)
    if key is None:
        return _("This number cannot be called back now.")
    _note(write, actor, code, row, point, Channel.VOICE, key)
    return ""


def _text(desk: Desk, write: Write, actor: Actor, code: str, row: Any) -> str:
    """Decide one text with the present answer; gives why there is none, or nothing."""
    connection = write.connection
    exchange = conversations.exchange(connection, row.interaction_id)
    assert exchange is not None, "the answer was given in it"
    permit = permit_for(desk, connection, exchange, write.now)
    if permit.blocked:
        return permit.blocked
    language, day = row.language, row.at.astimezone().date().isoformat()
    now = articles.published_now(connection, row.text_id)
    if now is not None and now.audience == Audience.PUBLIC:
        words = f"{phrase('answer-changed', language).format(day=day)} {text_of(told_of(now), permit.line).text}"
    else:
        words = phrase("answer-over", language).format(day=day, code=code, line=permit.line)
    decision = f"told-again:{row.id}"
    if conversations.text_decided(connection, decision) is None:
        into_outbox(desk, write, actor, exchange, permit, words, decision)
        write.changed("outbox", exchange.id)
        write.changed("interaction", exchange.id)
        _note(write, actor, code, row, exchange.contact_point_id, permit.channel, exchange.id)
    return ""


def _note(write: Write, actor: Actor, code: str, row: Any, point: int, channel: Channel, interaction_id: int) -> None:
    """Put on record that somebody is told again, in the notes of the callback and in the history."""
    added = article_told.add(
        write.connection,
        {
            "article_version_id": row.version_id,
            "contact_id": row.contact_id,
            "contact_point_id": point,
            "channel": channel.value,
            "interaction_id": interaction_id,
            "account_id": actor.account_id,
            "at": write.now,
        },
    )
    if not added:
        return
    sentence = _("{code} v{version}, told on {when}, no longer holds. Tell the present answer.")
    if channel is not Channel.VOICE:
        sentence = _("{code} v{version}, told on {when}, no longer holds. A text says so.")
    sentence = sentence.format(code=code, version=row.version, when=whole_moment(row.at))
    if channel is Channel.VOICE:
        _into_notes(write, actor, interaction_id, sentence)
    if row.contact_id is not None:
        contact_book.add_note(write.connection, row.contact_id, sentence, write.now, actor.account_id)
        write.changed("contact", row.contact_id)


def _into_notes(write: Write, actor: Actor, interaction_id: int, sentence: str) -> None:
    """Put a sentence into the notes that whoever takes the exchange finds in the form."""
    kept = interactions.draft_of(write.connection, interaction_id)
    form = form_from(kept) if kept is not None else CaseForm()
    note = f"{form.note}\n{sentence}".strip()
    interactions.save_draft(
        write.connection, interaction_id, actor.account_id, asdict(replace(form, note=note)), write.now
    )
