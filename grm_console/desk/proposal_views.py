"""Proposals for the knowledge base as they are shown; light, like desk.views: loads no database code."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.question_rank import Effect
from grm_console.domain.words import ArticleState, AskedBy, ProposalState, ProposedAs


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One group of unanswered questions."""

    group_id: int
    state: ProposalState
    proposed_as: ProposedAs
    words: str
    """What is asked, masked; empty where too few people asked for the reader to see words of theirs."""
    language: str
    score: float
    """Demand x gap x repeats, see `question_rank.Rank.score`."""
    questions: int
    askers: int
    repeats: int
    gap: int
    """In percent."""
    first_at: datetime
    last_at: datetime
    code: str
    """The nearest article; empty for none, or one the reader may not see."""
    owner: str
    owner_code: str
    """Empty for the desk's own editors."""
    grown: bool
    """Whether it was set aside before and has grown since."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question of a group, masked."""

    at: datetime
    asked_by: AskedBy
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal whole."""

    line: ProposalLine
    samples: tuple[Sample, ...]
    article: str
    """The nearest article's question."""
    decided_by: str
    decided_at: datetime | None
    reason: str
    taken_as: ProposedAs | None
    made: str
    """Code and language of the article drafted from it; empty if none."""
    made_state: ArticleState | None
    in_force: datetime | None
    effect: Effect
    may_decide: bool
    fewest: int
    """From how many askers on words are shown to whoever may not read exchanges."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was made of a proposal."""

    article_id: int
    code: str
    language: str
    version: int
