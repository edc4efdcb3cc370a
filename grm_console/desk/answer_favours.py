"""Which answers go first among equals where a service is in question, and why."""

from datetime import timedelta

from sqlalchemy import Connection

from grm_console.desk.desk import Desk
from grm_console.domain.words import Why
from grm_console.store import articles

OFTEN_DAYS = 90
OFTEN = 3
"""Times an answer was given for a service in those days from which it is said to be given often."""
_MOST = 50


def favoured(desk: Desk, connection: Connection, service: str) -> dict[str, Why]:
    """Codes of the answers often given for a service, the most often first, then of those that belong to it.

    Nothing about the person counts, only the matter: two who ask for the same are favoured the same.
    """
    if not service:
        return {}
    since = desk.store.now() - timedelta(days=OFTEN_DAYS)
    given = articles.given_for_service(connection, service, since, _MOST)
    often = {code: Why.OFTEN for code, times in given if times >= OFTEN}
    belonging = sorted(articles.codes_for_service(connection, service))
    return often | {code: Why.SERVICE for code in belonging if code not in often}
