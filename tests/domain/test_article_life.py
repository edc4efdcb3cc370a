"""Nobody publishes alone: every path through the life of an article's version leads past a second person."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.article_life import LIFE, Standing, Step, is_due, is_stale, why_not
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.domain.words import ArticleState

TODAY = date(2026, 11, 23)
ANN, BEN, CHO = 1, 2, 3

STEPS = {
    Role.EDITOR: {
        ArticleState.DRAFT: {Step.EDIT, Step.SUBMIT, Step.WITHDRAW},
        ArticleState.REVIEW: {Step.RETURN, Step.WITHDRAW},
        ArticleState.APPROVED: {Step.RETURN, Step.WITHDRAW},
        ArticleState.PUBLISHED: {Step.WITHDRAW},
    },
    Role.APPROVER: {
        ArticleState.DRAFT: {Step.WITHDRAW},
        ArticleState.REVIEW: {Step.RETURN, Step.APPROVE, Step.WITHDRAW},
        ArticleState.APPROVED: {Step.RETURN, Step.PUBLISH, Step.WITHDRAW},
        ArticleState.PUBLISHED: {Step.WITHDRAW, Step.REPLACE},
    },
    Role.SYSTEM: {
        ArticleState.DRAFT: {Step.EDIT, Step.SUBMIT, Step.WAIVE, Step.WITHDRAW},
        ArticleState.REVIEW: {Step.RETURN, Step.WITHDRAW},
        ArticleState.APPROVED: {Step.RETURN, Step.PUBLISH, Step.WITHDRAW},
        ArticleState.PUBLISHED: {Step.WITHDRAW, Step.REPLACE},
    },
}
"""What a role may do to a version that somebody else wrote; every other role may do nothing."""


@pytest.mark.parametrize(("role", "state"), list(product(Role, ArticleState)))
def test_what_a_role_may_do_in_a_state(role: Role, state: ArticleState) -> None:
    of = Standing(state, author_id=ANN, editor_id=ANN)
    may = {step for step in Step if not why_not(step, of, PERMISSIONS[role], BEN, TODAY)}
    assert may == STEPS.get(role, {}).get(state, set())


def test_neither_author_nor_last_editor_approves() -> None:
    of = Standing(ArticleState.REVIEW, author_id=ANN, editor_id=BEN)
    both = {Act.WRITE_ARTICLES, Act.APPROVE_ARTICLES}
    assert [bool(why_not(Step.APPROVE, of, both, one, TODAY)) for one in (ANN, BEN, CHO)] == [True, True, False]


def test_dates_hold_a_version_back_and_end_it() -> None:
    approve, keep = PERMISSIONS[Role.APPROVER], PERMISSIONS[Role.SYSTEM]
    later, over = date(2026, 11, 24), TODAY
    assert "2026-11-24" in why_not(Step.PUBLISH, Standing(ArticleState.APPROVED, 1, 1, later), approve, BEN, TODAY)
    assert why_not(Step.PUBLISH, Standing(ArticleState.APPROVED, 1, 1, None, over), approve, BEN, TODAY)
    assert why_not(Step.APPROVE, Standing(ArticleState.REVIEW, 1, 1, None, over), approve, BEN, TODAY)
    assert why_not(Step.EXPIRE, Standing(ArticleState.PUBLISHED, 1, 1, None, later), keep, BEN, TODAY)
    assert not why_not(Step.EXPIRE, Standing(ArticleState.PUBLISHED, 1, 1, None, over), keep, BEN, TODAY)
    assert (is_due(None, TODAY), is_due(TODAY, TODAY), is_due(later, TODAY)) == (True, True, False)


PEOPLE = st.sampled_from((ANN, BEN, CHO))
HUMAN_ACTS = st.sets(st.sampled_from(sorted(set(Act) - {Act.WAIVE_REVIEW, Act.KEEP_ARTICLE_DATES})))


@given(PEOPLE, st.dictionaries(PEOPLE, HUMAN_ACTS), st.lists(st.tuples(PEOPLE, st.sampled_from(Step)), max_size=40))
def test_no_path_publishes_without_a_second_person(
    author: int, roles: dict[int, set[Act]], tries: list[tuple[int, Step]]
) -> None:
    """Whatever people may do, in whatever order they try it; the program publishes whatever is due."""
    of, approver = Standing(ArticleState.DRAFT, author, author), 0
    for account, step in tries:
        if why_not(step, of, roles.get(account, set()), account, TODAY):
            continue
        editor = account if step is Step.EDIT else of.editor_id
        approver = account if step is Step.APPROVE else approver
        of = Standing(LIFE[step].to, author, editor)
        if not why_not(Step.PUBLISH, of, PERMISSIONS[Role.SYSTEM], 99, TODAY):
            of = Standing(LIFE[Step.PUBLISH].to, author, editor)
        if of.state in (ArticleState.APPROVED, ArticleState.PUBLISHED):
            assert approver
            assert approver not in (of.author_id, of.editor_id)


def test_what_ended_stays_ended() -> None:
    assert not [step for step, rule in LIFE.items() if ArticleState.EXPIRED in rule.of]


def test_a_translation_is_stale_once_its_source_has_a_newer_published_version() -> None:
    assert [is_stale(*pair) for pair in ((None, 3), (2, None), (2, 2), (2, 3), (3, 2))] == [
        *(False, False, False),
        *(True, False),
    ]
