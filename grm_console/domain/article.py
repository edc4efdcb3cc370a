"""When a standard answer may be told: it must be public, effective and not expired."""

from datetime import date

from grm_console.domain.words import ArticleState, Audience
from grm_console.i18n import _


def not_givable_because(
    audience: Audience, state: ArticleState, effective_on: date | None, expires_on: date | None, today: date
) -> str:
    """Why this version may not be given or sent today, in plain words; empty if it may."""
    if audience is Audience.INTERNAL:
        return _("internal: for operators only")
    if audience is Audience.RESTRICTED:
        return _("restricted: do not pass on")
    if state is ArticleState.EXPIRED or (expires_on is not None and expires_on <= today):
        return _("expired")
    if state is not ArticleState.PUBLISHED:
        return _("not published yet")
    if effective_on is not None and effective_on > today:
        return _("not in force yet")
    return ""
