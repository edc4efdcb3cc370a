"""Proposals made from unanswered questions, bound to one actor: seen masked, accepted as drafts, or set aside.

Every method may block on the store and may raise any GrmError.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_engine import may_see
from grm_console.desk.desk import Desk, record
from grm_console.desk.editorial import Editorial
from grm_console.desk.editorial_views import ArticleSheet, cells_of
from grm_console.desk.proposal_views import Accepted, Proposal, ProposalLine, Sample
from grm_console.desk.question_groups import as_asked
from grm_console.desk.question_words import masked_words
from grm_console.desk.spoken import named
from grm_console.domain.article_wording import MAX_PHRASINGS, several
from grm_console.domain.masking import is_masked
from grm_console.domain.permissions import Act, Role
from grm_console.domain.question_rank import Effect, Rank, Told, effect, may_show_words
from grm_console.domain.reason import check_reason
from grm_console.domain.words import ArticleState, AskedBy, ProposalState, ProposedAs
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import editorial as articles
from grm_console.store import proposals, unanswered
from grm_console.store.store import Write

SAMPLES = 8
"""Questions of a group that are shown at most."""


class Proposals:
    """What one actor sees and may decide: an officer their own department's, everybody else all."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    @property
    def may_see(self) -> bool:
        """Whether this actor sees proposals."""
        return self._actor.may(Act.SEE_PROPOSALS)

    @property
    def may_decide(self) -> bool:
        """Whether this actor accepts proposals and sets them aside."""
        return self._actor.may(Act.WRITE_ARTICLES)

    def lines(self, state: ProposalState | None = ProposalState.OPEN) -> tuple[ProposalLine, ...]:
        """Proposals in a state, or in all, what deserves an answer first on top; of equal ones the older."""
        self._actor.require(Act.SEE_PROPOSALS)
        with self._desk.store.reading() as connection:
            rows = [row for row in proposals.listed(connection) if self._is_theirs(row)]
            rows = [row for row in rows if (state is None or row.state == state) and (row.questions or state is None)]
            lines = [self._line(connection, row) for row in rows]
        return tuple(sorted(lines, key=lambda line: (-line.score, line.group_id)))

    def one(self, group_id: int) -> Proposal:
        """One proposal whole; raises NotFound also for another department's."""
        self._actor.require(Act.SEE_PROPOSALS)
        now = self._desk.store.now()
        with self._desk.store.reading() as connection:
            row = self._found(proposals.one(connection, group_id))
            line = self._line(connection, row)
            samples = unanswered.samples(connection, group_id, SAMPLES) if line.words else []
            questions = as_asked(unanswered.asked_in(connection, [group_id]))
            version = articles.version_row(connection, row.article_version_id) if row.article_version_id else None
            in_force = proposals.in_force_since(connection, row.article_version_id) if version is not None else None
            nearest = proposals.published_texts(connection, row.article_id) if line.code else []
        same = [text for text in nearest if text.language == row.language] or nearest
        return Proposal(
            line=line,
            samples=tuple(
                Sample(one.at, AskedBy(one.asked_by), one.language, masked_words(one)) for one in samples if one.words
            ),
            article=same[0].question if same else "",
            decided_by=row.decided_by or "",
            decided_at=row.decided_at,
            reason=row.reason,
            taken_as=ProposedAs(row.taken_as) if row.taken_as else None,
            made=f"{version.code} {version.language}" if version is not None else "",
            made_state=ArticleState(version.state) if version is not None else None,
            in_force=in_force,
            effect=effect(questions, in_force, now) if version is not None else Effect(Told.NOT_PUBLISHED),
            may_decide=self.may_decide,
            fewest=self._desk.fewest_askers,
        )

    def accept_phrasing(self, group_id: int, words: str, language: str = "") -> Accepted:
        """Add a way to ask to the nearest article, as a draft that is reviewed as every other.

        It goes into the draft under way in that language, if there is one, else into a new version. Raises InvalidInput
        (`phrasing`) for words with something masked in them, or that are there already, (`step`) if the article is in
        review, (`article`) without a nearest article in force.
        """
        self._actor.require(Act.SEE_PROPOSALS, Act.WRITE_ARTICLES)
        said = " ".join(words.replace("|", " ").split())
        if not said:
            raise InvalidInput({"phrasing": _("is needed: write how people ask it.")})
        if is_masked(said):
            raise InvalidInput({"phrasing": _("holds something that was masked. Write it so that it fits everybody.")})
        editorial = Editorial(self._desk, self._actor)
        with self._desk.store.reading() as connection:
            row = self._open(proposals.one(connection, group_id))
            texts = proposals.published_texts(connection, row.article_id) if row.article_id is not None else []
        if not texts:
            raise InvalidInput({"article": _("There is no article in force near to it. Accept it as a new article.")})
        wanted = language or row.language
        text = next((one for one in texts if one.language == wanted), texts[0])
        sheet = editorial.sheet(row.article_id)
        version_id = self._with_phrasing(editorial, sheet, text.id, said)
        return self._decided(group_id, ProposedAs.PHRASING, version_id, said)

    def accept_article(self, group_id: int, language: str, cells: Mapping[str, str]) -> Accepted:
        """Begin a new article from a proposal; gives its draft. Raises InvalidInput by field, as a new article does."""
        self._actor.require(Act.SEE_PROPOSALS, Act.WRITE_ARTICLES)
        if is_masked(cells.get("question", "")) or is_masked(cells.get("phrasings", "")):
            raise InvalidInput({"question": _("holds something that was masked. Write it so that it fits everybody.")})
        editorial = Editorial(self._desk, self._actor)
        with self._desk.store.reading() as connection:
            row = self._open(proposals.one(connection, group_id))
        owner = {"owner": row.owner_code or ""} if not cells.get("owner") else {}
        article_id = editorial.new_article(language, {**cells, **owner})
        version = editorial.sheet(article_id).newest(language)
        return self._decided(group_id, ProposedAs.ARTICLE, version.version_id, version.question)

    def set_aside(self, group_id: int, reason: str) -> None:
        """Propose it no more, with a reason, until markedly more people ask. Raises InvalidInput (`reason`)."""
        self._actor.require(Act.SEE_PROPOSALS, Act.WRITE_ARTICLES)
        said = check_reason(reason)
        with self._desk.store.writing() as write:
            row = self._locked_open(write, group_id)
            self._decide(write, row, ProposalState.SET_ASIDE, {"reason": said})
            record(write, self._actor, Act.WRITE_ARTICLES, f"proposal:{group_id}", "set aside", said)

    # Accepting

    def _with_phrasing(self, editorial: Editorial, sheet: ArticleSheet, text_id: int, said: str) -> int:
        """Put a phrasing into the draft of a language, or into its next version; gives the version's key."""
        newest = next(version for version in sheet.versions if version.text_id == text_id)
        if newest.state in (ArticleState.REVIEW, ArticleState.APPROVED):
            raise InvalidInput(
                {"step": _("{code} is in review. Have it returned or published first.").format(code=sheet.code)}
            )
        known = {one.casefold() for one in (newest.question, *newest.phrasings)}
        if said.casefold() in known:
            raise InvalidInput({"phrasing": _("is a way to ask it already. Change the words, or set it aside.")})
        if len(newest.phrasings) >= MAX_PHRASINGS:
            raise InvalidInput({"phrasing": _("has no room: the article holds as many ways to ask as it may.")})
        cells = cells_of(newest)
        cells["phrasings"] = "|".join((*several(cells["phrasings"]), said))
        cells["translated_from"] = str(newest.source.version_id) if newest.source is not None else ""
        if newest.state is ArticleState.DRAFT:
            editorial.save(newest.version_id, newest.revision, cells)
            return newest.version_id
        editorial.new_version(text_id, cells)
        return next(one.version_id for one in editorial.sheet(sheet.article_id).versions if one.text_id == text_id)

    def _decided(self, group_id: int, taken_as: ProposedAs, version_id: int, said: str) -> Accepted:
        with self._desk.store.writing() as write:
            row = self._locked_open(write, group_id)
            self._decide(
                write,
                row,
                ProposalState.ACCEPTED,
                {"taken_as": taken_as.value, "article_version_id": version_id, "reason": said},
            )
            version = articles.version_row(write.connection, version_id)
            assert version is not None
            detail = f"article-version:{version_id}"
            record(
                write, self._actor, Act.WRITE_ARTICLES, f"proposal:{group_id}", f"accepted as {taken_as.value}", detail
            )
            return Accepted(version.article_id, version.code, version.language, version.version)

    def _decide(self, write: Write, row: Any, state: ProposalState, values: dict[str, Any]) -> None:
        decided = {
            "state": state.value,
            "decided_by_id": self._actor.account_id,
            "decided_at": write.now,
            "askers_decided": row.askers,
        }
        proposals.change(write.connection, row.id, decided | values)
        write.changed("proposal", row.id)

    # Who sees what

    def _is_theirs(self, row: Any) -> bool:
        return self._actor.role != Role.OFFICER or row.organisation_id == self._actor.organisation_id

    def _found(self, row: Any | None) -> Any:
        if row is None or not self._is_theirs(row):
            raise NotFound(_("This proposal is not in the store. Read the list again."))
        return row

    def _open(self, row: Any | None) -> Any:
        found = self._found(row)
        if found.state != ProposalState.OPEN:
            raise InvalidInput({"step": _("It has been decided already. Read the list again.")})
        return found

    def _locked_open(self, write: Write, group_id: int) -> Any:
        return self._open(proposals.locked(write.connection, group_id))

    def _line(self, connection: Connection, row: Any) -> ProposalLine:
        words = ""
        if may_show_words(row.askers, self._actor.may(Act.OPEN_CONTACT), self._desk.fewest_askers):
            best = unanswered.samples(connection, row.id, 1)
            words = masked_words(best[0]) if best else row.reason if row.state == ProposalState.ACCEPTED else ""
        figures = Rank(row.questions, row.askers, row.repeats, row.gap)
        shown = row.code is not None and may_see(self._actor, row.audience)
        return ProposalLine(
            group_id=row.id,
            state=ProposalState(row.state),
            proposed_as=ProposedAs(row.proposed_as),
            words=words,
            language=row.language,
            score=round(figures.score, 2),
            questions=row.questions,
            askers=row.askers,
            repeats=row.repeats,
            gap=row.gap,
            first_at=row.first_at,
            last_at=row.last_at,
            code=row.code if shown else "",
            owner=named(row.owner or "", row.owner_other or "")[0],
            owner_code=row.owner_code or "",
            grown=row.state == ProposalState.OPEN and row.decided_at is not None,
        )
