"""Articles as an editor reads them: a sign and a word for each state, the names of steps and fields."""

from grm_console.domain.article_life import Step
from grm_console.domain.words import ArticleState, Audience
from grm_console.i18n import _

STATE_SIGNS = {
    ArticleState.DRAFT: ("○", "text"),
    ArticleState.REVIEW: ("◐", "warning"),
    ArticleState.APPROVED: ("◆", "mark"),
    ArticleState.PUBLISHED: ("●", "good"),
    ArticleState.EXPIRED: ("⊘", "muted"),
}
"""A sign and its ink."""


def state_word(state: ArticleState) -> str:
    """Where a version stands."""
    return {
        ArticleState.DRAFT: _("draft"),
        ArticleState.REVIEW: _("in review"),
        ArticleState.APPROVED: _("approved"),
        ArticleState.PUBLISHED: _("published"),
        ArticleState.EXPIRED: _("expired"),
    }[state]


def step_word(step: Step) -> str:
    """What somebody did to a version."""
    return {
        Step.EDIT: _("wrote"),
        Step.SUBMIT: _("sent to review"),
        Step.RETURN: _("returned"),
        Step.APPROVE: _("approved"),
        Step.WAIVE: _("imported without review"),
        Step.PUBLISH: _("published"),
        Step.WITHDRAW: _("withdrew"),
        Step.REPLACE: _("replaced by a newer version"),
        Step.EXPIRE: _("ended by its date"),
    }[step]


def audience_word(audience: Audience) -> str:
    """Who may hear an article."""
    return {
        Audience.PUBLIC: _("public"),
        Audience.INTERNAL: _("internal"),
        Audience.RESTRICTED: _("restricted"),
    }[audience]


def field_word(name: str) -> str:
    """The name of a field of an article."""
    return {
        "language": _("Language"),
        "question": _("Question"),
        "answer": _("The answer"),
        "phrasings": _("Other ways to ask"),
        "sms": _("Short text"),
        "effective_on": _("In force from"),
        "review_on": _("Review by"),
        "expires_on": _("Expires"),
        "audience": _("Audience"),
        "owner": _("Owner"),
        "legal_basis": _("Legal basis"),
        "services": _("Services"),
        "segments": _("Groups"),
        "translated_from": _("Translated from"),
    }[name]
