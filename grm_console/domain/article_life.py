"""The life of an article's version: draft, review, approved by another person, published, expired; one table."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState
from grm_console.i18n import _

UNDER_WAY = frozenset({ArticleState.DRAFT, ArticleState.REVIEW, ArticleState.APPROVED})
"""A version in one of these is on its way; each language of an article has at most one."""


class Step(StrEnum):
    """What happens to a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    WAIVE = "waive"
    """Approved by the command line without a second person: an import that publishes."""
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    """A newer version was published in its place."""
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a step leads, and where to."""

    of: frozenset[ArticleState]
    to: ArticleState
    acts: frozenset[Act]
    """Any one of these allows it."""
    comment: bool = False
    """Whether it must be said why."""


LIFE: dict[Step, Rule] = {
    Step.EDIT: Rule(frozenset({ArticleState.DRAFT}), ArticleState.DRAFT, frozenset({Act.WRITE_ARTICLES})),
    Step.SUBMIT: Rule(frozenset({ArticleState.DRAFT}), ArticleState.REVIEW, frozenset({Act.WRITE_ARTICLES})),
    Step.RETURN: Rule(
        frozenset({ArticleState.REVIEW, ArticleState.APPROVED}),
        ArticleState.DRAFT,
        frozenset({Act.WRITE_ARTICLES, Act.APPROVE_ARTICLES}),
        comment=True,
    ),
    Step.APPROVE: Rule(frozenset({ArticleState.REVIEW}), ArticleState.APPROVED, frozenset({Act.APPROVE_ARTICLES})),
    Step.WAIVE: Rule(frozenset({ArticleState.DRAFT}), ArticleState.APPROVED, frozenset({Act.WAIVE_REVIEW})),
    Step.PUBLISH: Rule(
        frozenset({ArticleState.APPROVED}),
        ArticleState.PUBLISHED,
        frozenset({Act.APPROVE_ARTICLES, Act.WAIVE_REVIEW, Act.KEEP_ARTICLE_DATES}),
    ),
    Step.WITHDRAW: Rule(
        UNDER_WAY | {ArticleState.PUBLISHED},
        ArticleState.EXPIRED,
        frozenset({Act.WRITE_ARTICLES, Act.APPROVE_ARTICLES}),
        comment=True,
    ),
    Step.REPLACE: Rule(
        frozenset({ArticleState.PUBLISHED}),
        ArticleState.EXPIRED,
        frozenset({Act.APPROVE_ARTICLES, Act.WAIVE_REVIEW, Act.KEEP_ARTICLE_DATES}),
    ),
    Step.EXPIRE: Rule(frozenset({ArticleState.PUBLISHED}), ArticleState.EXPIRED, frozenset({Act.KEEP_ARTICLE_DATES})),
}
"""The only way into `published` leads through `approved`, and into that through another person, or through WAIVE."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a step asks of a version."""

    state: ArticleState
    author_id: int
    editor_id: int
    """Who changed its words last."""
    effective_on: date | None = None
    expires_on: date | None = None


def why_not(step: Step, of: Standing, acts: Collection[Act], account_id: int, today: date) -> str:
    """Why this account may not take this step now, as a sentence; empty if it may."""
    rule = LIFE[step]
    if rule.acts.isdisjoint(acts):
        return _("Your role may not do this. Ask an editor or an approver.")
    if of.state not in rule.of:
        return _("This version is not in the state for it. Read the article again.")
    if step is Step.APPROVE and account_id in (of.author_id, of.editor_id):
        return _("You wrote this version, so somebody else must approve it.")
    ends = of.expires_on is not None and of.expires_on <= today
    if step in (Step.SUBMIT, Step.APPROVE, Step.PUBLISH) and ends:
        return _("Its expiry date is over. Return it to draft and set another one.")
    if step is Step.PUBLISH and not is_due(of.effective_on, today):
        return _("It takes effect on {day}, and is published then.").format(day=of.effective_on)
    if step is Step.EXPIRE and not ends:
        return _("It has not expired yet.")
    return ""


def is_due(effective_on: date | None, today: date) -> bool:
    """Whether an approved version is published today."""
    return effective_on is None or effective_on <= today


def is_stale(translated_from: int | None, source_published: int | None) -> bool:
    """Whether a translation made from one version of its source is older than the source's published version."""
    return translated_from is not None and source_published is not None and source_published > translated_from
