"""Which answers go first among equals, and why: by the service in question, open cases, the contact's groups."""

from datetime import timedelta

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.words import Why
from grm_console.store import articles, contacts, conversations, memberships

OFTEN_DAYS = 90
OFTEN = 3
"""Times an answer was given for a service in those days from which it is said to be given often."""
_MOST = 50


def favoured(
    desk: Desk, connection: Connection, actor: Actor, service: str, interaction_id: int | None
) -> dict[str, Why]:
    """Codes of the answers often given for a service, the most often first, then of those that belong to it.

    After them come those that belong to the service of a case the speaker has open, then those meant for a group the
    speaker is in: only of the exchange this actor holds, and only once it is settled who speaks. They may pass equals
    and be added; they hide nothing and pass nothing that fits better.
    """
    why = _of_service(desk, connection, service) if service else {}
    contact_id = _speaker(connection, actor, interaction_id) if interaction_id is not None else None
    if contact_id is not None:
        cases = contacts.open_cases_of(connection, contact_id, confidential=False)
        why |= _new(why, Why.CASE, articles.codes_for(connection, "services", {case.service_code for case in cases}))
        now = desk.store.now()
        groups = {one.code for one in memberships.memberships_of(connection, contact_id, now) if not one.opted_out}
        why |= _new(why, Why.GROUP, articles.codes_for(connection, "segments", groups))
    return why


def _of_service(desk: Desk, connection: Connection, service: str) -> dict[str, Why]:
    since = desk.store.now() - timedelta(days=OFTEN_DAYS)
    given = articles.given_for_service(connection, service, since, _MOST)
    often = {code: Why.OFTEN for code, times in given if times >= OFTEN}
    return often | _new(often, Why.SERVICE, articles.codes_for(connection, "services", {service}))


def _new(known: dict[str, Why], why: Why, codes: set[str]) -> dict[str, Why]:
    return {code: why for code in sorted(codes) if code not in known}


def _speaker(connection: Connection, actor: Actor, interaction_id: int) -> int | None:
    """The living contact who speaks in an exchange that this actor holds; None while that is not settled."""
    row = conversations.exchange(connection, interaction_id)
    if row is None or row.agent_id != actor.account_id or row.contact_id is None:
        return None
    living = contacts.living_row(connection, row.contact_id)
    return None if living is None else int(living.id)
