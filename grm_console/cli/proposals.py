"""`grm kb proposals`: unanswered questions as proposals for the knowledge base, and what came of those accepted."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console.cli.articles import AsJson, By
from grm_console.cli.progress import told
from grm_console.domain.words import ProposalState, ProposedAs
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable

if TYPE_CHECKING:
    from grm_console.desk.proposal_views import ProposalLine
    from grm_console.desk.proposals import Proposals

app = typer.Typer(no_args_is_help=True, help="Unanswered questions as proposals for the knowledge base.")

Key = Annotated[int, typer.Argument(help="The proposal's number, see grm kb proposals list.")]


@app.command()
def refresh(
    every: Annotated[int, typer.Option(min=0, help="Do nothing if it was done within so many minutes.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Find unanswered questions and group them. The web service does it by itself."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.question_groups import refresh as refreshed

    desk, actor = command_line()
    with desk.store, told("Questions") as progress:
        done = refreshed(desk, actor, every=timedelta(minutes=every) if every else None, progress=progress)
    if done is None:
        print(_("It was done shortly before."), file=sys.stderr)
    elif as_json:
        figures = {"found": done.found, "questions": done.questions, "groups": done.groups, "meaning": done.by_meaning}
        print(json.dumps(figures))
    else:
        way = _("by words and meaning") if done.by_meaning else _("by words alone")
        sentence = _("{found} new; {questions} questions in {groups} groups, {way}")
        print(sentence.format(found=done.found, questions=done.questions, groups=done.groups, way=way), file=sys.stderr)


@app.command("list")
def list_(
    state: Annotated[ProposalState, typer.Option(help="Only proposals in this state.")] = ProposalState.OPEN,
    every: Annotated[bool, typer.Option("--all", help="In every state.")] = False,
    owner: Annotated[str, typer.Option(help="Only those put to this department, by its code.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write proposals to standard output as CSV or JSON lines, what deserves an answer first on top; words masked."""
    from grm_console.cli.listing import show_rows

    with _proposals(by) as proposals:
        lines = proposals.lines(None if every else state)
    show_rows((_row(line) for line in lines if not owner or line.owner_code == owner), as_json=as_json)


@app.command()
def show(key: Key, by: By = "", as_json: AsJson = False) -> None:
    """Write one proposal with samples of its questions, masked, and what came of it if it was accepted."""
    from grm_console.desk.spoken import effect_words

    with _proposals(by) as proposals:
        found = proposals.one(key)
    samples = [
        {"at": one.at.isoformat(), "by": one.asked_by.value, "language": one.language, "words": one.words}
        for one in found.samples
    ]
    whole: dict[str, Any] = _row(found.line) | {
        "article_question": found.article,
        "decided_by": found.decided_by,
        "decided_at": found.decided_at.isoformat() if found.decided_at else None,
        "reason": found.reason,
        "taken_as": found.taken_as,
        "made": found.made,
        "made_state": found.made_state,
        "in_force": found.in_force.isoformat() if found.in_force else None,
        "effect": found.effect.told.value,
        "days": found.effect.days,
        "askers_before": found.effect.askers_before,
        "askers_after": found.effect.askers_after,
        "repeats_before": found.effect.repeats_before,
        "repeats_after": found.effect.repeats_after,
        "change_percent": found.effect.change,
    }
    if as_json:
        print(json.dumps(whole | {"samples": samples}, ensure_ascii=False))
        return
    for name, value in whole.items():
        if value not in (None, "", 0):
            print(f"{name}: {printable(str(value))}")
    if found.made:
        print(effect_words(found.effect))
    for sample in samples:
        print(f"  {sample['at'][:16]} {sample['by']} {printable(sample['language'])} {printable(sample['words'])}")


@app.command()
def accept(
    key: Key,
    as_: Annotated[ProposedAs, typer.Option("--as", help="As a phrasing of the nearest article, or a new article.")],
    words: Annotated[
        str, typer.Option(help="How people ask it; what is proposed if left out, unless something is masked in it.")
    ] = "",
    answer: Annotated[str, typer.Option(help="The answer of a new article; - reads it from standard input.")] = "",
    language: Annotated[str, typer.Option(help="Language, e.g. en or zh; that of the questions if left out.")] = "",
    owner: Annotated[str, typer.Option(help="Department of a new article, by its code.")] = "",
    by: By = "",
) -> None:
    """Make a draft of a proposal: it is reviewed, approved and published as every other."""
    with _proposals(by) as proposals:
        line = proposals.one(key).line
        said = words or line.words
        if as_ is ProposedAs.PHRASING:
            made = proposals.accept_phrasing(key, said, language)
        else:
            whole = sys.stdin.read() if answer == "-" else answer
            if not whole.strip():
                raise GrmError(_("Give the answer with --answer, or - to read it from standard input."))
            cells = {"question": said, "answer": whole, "owner": owner}
            made = proposals.accept_article(key, language or line.language or "en", cells)
    sentence = _("{code} {language} v{version} is a draft now.")
    print(sentence.format(code=made.code, language=made.language, version=made.version), file=sys.stderr)


@app.command()
def dismiss(key: Key, reason: Annotated[str, typer.Option(help="Why.")], by: By = "") -> None:
    """Set a proposal aside; it comes back if markedly more people ask."""
    with _proposals(by) as proposals:
        proposals.set_aside(key, reason)


def _row(line: "ProposalLine") -> dict[str, Any]:
    return {
        "id": line.group_id,
        "state": line.state,
        "as": line.proposed_as,
        "score": line.score,
        "askers": line.askers,
        "questions": line.questions,
        "repeats": line.repeats,
        "gap_percent": line.gap,
        "language": line.language,
        "words": line.words,
        "nearest": line.code,
        "owner": line.owner_code,
        "first_at": line.first_at.isoformat(),
        "last_at": line.last_at.isoformat(),
        "came_back": line.grown,
    }


@contextmanager
def _proposals(by: str = "") -> "Iterator[Proposals]":
    """The proposals for the command line's account, or for one that gives its password."""
    from grm_console.cli.opening import command_line
    from grm_console.cli.password import asked_password
    from grm_console.desk.proposals import Proposals
    from grm_console.desk.sign_in import sign_in

    desk, actor = command_line()
    with desk.store:
        yield Proposals(desk, sign_in(desk, by, asked_password()) if by else actor)
