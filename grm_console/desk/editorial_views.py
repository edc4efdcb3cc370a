"""What editors and approvers see of articles: frozen rows, no live ones, and what differs between two of them."""

from dataclasses import dataclass
from datetime import date, datetime

from grm_console.domain.article_life import Step
from grm_console.domain.article_wording import FRAME, WORDING
from grm_console.domain.word_diff import Piece, word_diff
from grm_console.domain.words import ArticleState, Audience, Channel

DIFFERENCES = (*WORDING, *FRAME)
"""The fields that are compared, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One language of an article in the list."""

    article_id: int
    text_id: int
    code: str
    language: str
    question: str
    audience: Audience
    owner: str
    """The owner department's name in the language in use; empty for none."""
    owner_code: str
    published: int
    """Number of the published version; 0 for none."""
    coming: int
    """Number of the version under way; 0 for none."""
    coming_state: ArticleState | None
    effective_on: date | None
    review_on: date | None
    expires_on: date | None
    stale: bool
    """Whether it is a translation whose source has changed since."""

    @property
    def states(self) -> tuple[ArticleState, ...]:
        """Of what is published and what is under way; expired where there is neither."""
        published = (ArticleState.PUBLISHED,) if self.published else ()
        coming = (self.coming_state,) if self.coming_state is not None else ()
        return (*published, *coming) or (ArticleState.EXPIRED,)


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which lines of the list are wanted; what is empty filters nothing."""

    words: str = ""
    state: str = ""
    language: str = ""
    owner: str = ""
    stale: bool = False
    due_by: date | None = None
    """To be looked at again by this day."""
    ends_by: date | None = None
    """Expires by this day."""

    def fits(self, line: ArticleLine) -> bool:
        """Whether a line is wanted; every typed word must stand somewhere in it."""
        told = f"{line.code} {line.language} {line.question} {line.owner} {line.owner_code}".casefold()
        return (
            all(word in told for word in self.words.casefold().split())
            and (not self.state or self.state in line.states)
            and (not self.language or self.language == line.language)
            and (not self.owner or self.owner == line.owner_code)
            and (not self.stale or line.stale)
            and _comes_by(line.review_on, self.due_by)
            and _comes_by(line.expires_on, self.ends_by)
        )


def _comes_by(day: date | None, by: date | None) -> bool:
    return by is None or (day is not None and day <= by)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a version's life."""

    step: Step
    at: datetime
    by: str
    comment: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a translation comes from."""

    version_id: int
    language: str
    version: int
    """The version it was made from."""
    published: int
    """The source's published version now; 0 for none."""
    stale: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version whole."""

    version_id: int
    text_id: int
    language: str
    version: int
    revision: int
    state: ArticleState
    question: str
    phrasings: tuple[str, ...]
    answer: str
    sms: str
    effective_on: date | None
    review_on: date | None
    expires_on: date | None
    audience: Audience
    owner_code: str
    legal_basis: str
    services: tuple[str, ...]
    segments: tuple[str, ...]
    """As they are while this version is in force; a version under way may change them."""
    source: Source | None
    author: str
    editor: str
    approver: str
    created_at: datetime
    edited_at: datetime
    published_at: datetime | None
    steps: tuple[StepLine, ...]
    """Oldest first."""
    may: frozenset[Step]
    """The steps that the actor may take now."""


@dataclass(frozen=True, slots=True)
class ArticleSheet:
    """An article with all its languages and versions."""

    article_id: int
    code: str
    audience: Audience
    owner: str
    owner_code: str
    legal_basis: str
    services: tuple[str, ...]
    versions: tuple[VersionView, ...]
    """By language, newest first within one."""
    may_write: bool
    may_see_told: bool

    def newest(self, language: str) -> VersionView:
        """The newest version in a language; raises StopIteration if there is none."""
        return next(version for version in self.versions if version.language == language)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it has."""
        return tuple(dict.fromkeys(version.language for version in self.versions))


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one field between two versions."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Somebody who was told a version that no longer holds."""

    given_id: int
    """Key of the newest answer they were given."""
    at: datetime
    channel: Channel
    language: str
    version: int
    who: str
    """The name, where the actor may see it; else the number with most of it hidden."""
    by: str
    """Who told them."""
    again: str
    """How they are told again, if that is on its way: `voice` or `sms`; empty if not."""
    again_at: datetime | None
    why_not: str
    """Why they cannot be told again by telephone or text, as a sentence; empty if they can."""


@dataclass(frozen=True, slots=True)
class ToldAgain:
    """What became of telling people again."""

    callbacks: int
    texts: int
    left: tuple[str, ...]
    """Why some could not be told, each sentence once."""


def cells_of(version: VersionView) -> dict[str, str]:
    """A version as the cells of a form or a file."""
    return {
        "question": version.question,
        "phrasings": "|".join(version.phrasings),
        "answer": version.answer,
        "sms": version.sms,
        "effective_on": _day(version.effective_on),
        "review_on": _day(version.review_on),
        "expires_on": _day(version.expires_on),
        "audience": version.audience.value,
        "owner": version.owner_code,
        "legal_basis": version.legal_basis,
        "services": "|".join(version.services),
        "segments": "|".join(version.segments),
    }


def differences(before: VersionView | None, after: VersionView) -> tuple[Difference, ...]:
    """What changed between two versions, field by field; against nothing, everything is new."""
    old = cells_of(before) if before is not None else dict.fromkeys(DIFFERENCES, "")
    new = cells_of(after)
    return tuple(Difference(name, word_diff(old[name], new[name])) for name in DIFFERENCES if old[name] != new[name])


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
