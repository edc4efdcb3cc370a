"""The caller card: who may be speaking, and once that is settled, what the desk knows of them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from grm_console.clock import local_moment
from grm_console.desk.actor import Actor
from grm_console.desk.blocked import rules_for
from grm_console.desk.contact_access import note_opening
from grm_console.desk.contact_sheet import preferences_of
from grm_console.desk.contact_views import Preferences
from grm_console.desk.desk import Desk
from grm_console.desk.emergency_callbacks import calls_back_sentence
from grm_console.desk.spoken import channel_word, named
from grm_console.desk.views import CallerCard, Candidate, CaseLine, Speaker
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.matching import Holder, rank_holders
from grm_console.domain.permissions import Act
from grm_console.domain.reach import doors_allowed
from grm_console.domain.words import (
    Certainty,
    Channel,
    ContactKind,
    Direction,
    EndReason,
    Identification,
    InteractionState,
)
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.store import contact_book, contacts, emergency_calls, interactions, memberships
from grm_console.text import mask_number


def card(desk: Desk, actor: Actor, interaction_id: int) -> CallerCard:
    """One exchange with who is on it.

    Until somebody is identified only names are shown: `speaker` is None and no case is read. Opening a
    contact is audited, once for each operator and exchange. Raises NotFound.
    """
    actor.require(Act.OPEN_CONTACT)
    now = desk.store.now()
    with desk.store.asking() as connection:
        row = interactions.card_row(connection, interaction_id)
        if row is None:
            raise NotFound(_("This exchange is not in the store."))
        view = _view(desk, actor, connection, row, now)
    return _opened(desk, actor, view)


def held_card(desk: Desk, actor: Actor) -> CallerCard | None:
    """The same of what the actor talks in or wraps up; None if there is nothing."""
    actor.require(Act.OPEN_CONTACT)
    now = desk.store.now()
    with desk.store.asking() as connection:
        row = interactions.held_card_row(connection, actor.account_id)
        view = _view(desk, actor, connection, row, now) if row is not None else None
    return None if view is None else _opened(desk, actor, view)


def _opened(desk: Desk, actor: Actor, view: CallerCard) -> CallerCard:
    if view.speaker is not None:
        note_opening(desk, actor, view.speaker.contact_id, view.interaction_id)
    return view


def _view(desk: Desk, actor: Actor, connection: Connection, row: tuple[Any, ...], now: datetime) -> CallerCard:
    (
        key,
        channel,
        direction,
        state,
        end_reason,
        line,
        sender,
        point,
        contact_id,
        identified,
        agent_id,
        language,
        happened_at,
        answered_at,
        connected_at,
        ended_at,
        text,
        attachments,
        problem,
        concerned_name,
        concerned,
        entry_id,
        waiting_since,
        queue,
        calls_back,
        anybody_uses_it,
    ) = row
    address = read_address(sender, desk.region)
    shown = address.display or address.address
    if actor.masked:
        shown = mask_number(shown)
    if address.kind is AddressKind.WITHHELD:
        # What was entered by hand never stood in a queue: its address is not known, but nobody withheld it.
        shown = _("No address") if entry_id is None else _("withheld")
    known = Identification(identified) if identified else None
    speaker = _speaker(connection, actor, contact_id, happened_at, now) if contact_id is not None else None
    if speaker is not None and (rules := rules_for(connection, point, now)):
        # Only of whom is sure: a number may be shared, and rules are for one person.
        speaker = replace(speaker, flags=(*speaker.flags, rules))
    called_back = emergency_calls.called_back_about(connection, key) if calls_back else None
    return CallerCard(
        interaction_id=key,
        entry_id=entry_id,
        channel=Channel(channel),
        direction=Direction(direction),
        state=InteractionState(state),
        end_reason=EndReason(end_reason) if end_reason else None,
        queue=queue or "",
        line=read_address(line, desk.region).display or line,
        address=shown,
        withheld=address.kind is AddressKind.WITHHELD and entry_id is not None,
        language=language,
        happened_at=happened_at,
        waiting_since=waiting_since or happened_at,
        answered_at=answered_at,
        connected_at=connected_at,
        ended_at=ended_at,
        text=text,
        attachments=attachments,
        identified=known,
        speaker=speaker,
        candidates=_candidates(connection, point, happened_at, now) if anybody_uses_it else (),
        concerned=concerned or concerned_name,
        mine=agent_id == actor.account_id,
        problem=problem,
        emergency=calls_back_sentence(called_back, local_moment(called_back.at, now))
        if called_back is not None
        else "",
    )


def _candidates(connection: Connection, point: int, before: datetime, now: datetime) -> tuple[Candidate, ...]:
    """Who uses or used the address, and who may act for a business that does; several are never sure."""
    holders = [
        Holder(h.contact_id, h.certainty, h.until, contacts.last_contact(connection, h.contact_id, before))
        for h in contacts.holders_of(connection, point)
    ]
    matches = rank_holders(holders, now)
    names = contacts.names_of(connection, [m.contact_id for m in matches])
    found: dict[int, Candidate] = {}
    for match in matches:
        row = names[match.contact_id]
        if match.sure:
            why = _("the only one known on this number")
        elif match.current:
            why = _uses(match.certainty)
        else:
            why = _("used this number before")
        found[match.contact_id] = Candidate(
            match.contact_id, ContactKind(row.kind), row.name, row.other_name, match.sure, why, match.last_contact
        )
    for match in matches:
        row = names[match.contact_id]
        if not match.current or row.kind == ContactKind.CITIZEN:
            continue
        people = [p for p in contacts.people_acting_for(connection, match.contact_id, now) if p.id not in found]
        known = contacts.names_of(connection, [p.id for p in people])
        for person in people:
            who = known[person.id]
            found[person.id] = Candidate(
                person.id,
                ContactKind(who.kind),
                who.name,
                who.other_name,
                False,
                _("{role} of {name}").format(role=person.role, name=row.name),
                contacts.last_contact(connection, person.id, before),
            )
    return tuple(found.values())


def _speaker(connection: Connection, actor: Actor, contact_id: int, before: datetime, now: datetime) -> Speaker | None:
    row = contacts.living_row(connection, contact_id)
    if row is None:
        return None
    contact_id = row.id
    cases = contacts.open_cases_of(connection, contact_id, confidential=actor.may(Act.SEE_CONFIDENTIAL_CASES))
    return Speaker(
        contact_id=contact_id,
        kind=ContactKind(row.kind),
        name=row.name,
        other_name=row.other_name,
        language=row.language,
        segments=tuple(
            named(one.name, one.other_name)[0]
            for one in memberships.memberships_of(connection, contact_id, now)
            if not one.opted_out
        ),
        prefers=_prefers(preferences_of(connection, contact_id)),
        acts_for=tuple(
            dict.fromkeys(
                _("{role} of {name}").format(role=m.role, name=m.name)
                for m in contacts.mandates_of(connection, contact_id, now)
            )
        ),
        contacts=contacts.count_contacts_before(connection, contact_id, before),
        last_contact=contacts.last_contact(connection, contact_id, before),
        open_cases=tuple(
            CaseLine(
                c.id, c.number, named(c.service, c.other_service)[0], c.summary, c.department, c.due_at, c.due_at < now
            )
            for c in cases
        ),
        note=row.note,
        flags=tuple(flag.text for flag in contact_book.flags_of(connection, contact_id, now)),
    )


def _prefers(wishes: Preferences) -> tuple[str, ...]:
    """How the contact wants to be reached, in plain words; what is forbidden stands before what is liked."""
    words = []
    if wishes.language:
        words.append(_("prefers {language}").format(language=LANGUAGE_NAMES.get(wishes.language, wishes.language)))
    if wishes.text_only:
        words.append(_("text only"))
    if wishes.never_call:
        words.append(_("never call"))
    if wishes.door and Channel(wishes.door) in doors_allowed(wishes, False):
        words.append(_("by {door}").format(door=channel_word(Channel(wishes.door))))
    if wishes.hours:
        words.append(wishes.hours)
    return tuple(words)


def _uses(certainty: Certainty) -> str:
    return {
        Certainty.CONFIRMED: _("uses this number, confirmed before"),
        Certainty.STATED: _("said to use this number"),
        Certainty.IMPORTED: _("uses this number by our records"),
    }[certainty]


LANGUAGE_NAMES = {"en": "English", "zh": "中文", "es": "Español", "ar": "العربية", "vi": "Tiếng Việt"}
"""Languages as their speakers write them."""
