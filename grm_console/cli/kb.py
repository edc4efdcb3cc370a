"""`grm kb`: standard answers in, out, and found."""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from grm_console.cli import articles, proposals
from grm_console.cli.export import Form
from grm_console.cli.progress import told
from grm_console.errors import GrmError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.actor import Actor
    from grm_console.desk.answers import AnswerShelf
    from grm_console.desk.desk import Desk

app = typer.Typer(no_args_is_help=True)
articles.mount(app)
app.add_typer(proposals.app, name="proposals")


@app.command("import")
def import_(
    file: Path,
    publish: Annotated[bool, typer.Option("--publish", help="Publish at once instead of leaving drafts.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count, change nothing.")] = False,
) -> None:
    """Import articles from CSV or JSON lines; columns id, language, question, answer and optional ones."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.article_import import import_articles

    desk, actor = command_line()
    with desk.store, told("Articles") as progress:
        done = import_articles(desk, actor, file, publish=publish, dry_run=dry_run, progress=progress)
    sentence = (
        _("would be added {added}, would be changed {changed}, unchanged {unchanged}")
        if dry_run
        else _("added {added}, changed {changed}, unchanged {unchanged}")
    )
    print(sentence.format(added=done.added, changed=done.changed, unchanged=done.unchanged), file=sys.stderr)


@app.command()
def export(
    form: Annotated[Form, typer.Option("--format", help="CSV as the import takes it, or JSON lines.")] = Form.CSV,
) -> None:
    """Write every published article to standard output, as the import takes it."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.article_import import export_articles, write_articles

    desk, actor = command_line()
    with desk.store:
        write_articles(sys.stdout, export_articles(desk, actor), as_json=form is Form.JSONL)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What is asked; left out with --batch.")] = "",
    language: Annotated[str, typer.Option(help="Language preferred, e.g. en or zh.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    batch: Annotated[bool, typer.Option("--batch", help="Queries in and results out as JSON lines.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the results as JSON.")] = False,
) -> None:
    """Find standard answers."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.answers import AnswerShelf

    desk, actor = command_line()
    with desk.store:
        shelf = AnswerShelf(desk)
        if batch:
            _work_out(desk, actor)
            _answer_batch(shelf, actor)
            return
        if not text.strip():
            raise GrmError(_("Write what is asked, e.g. grm kb search 'no water since this morning'."))
        hits = shelf.search(actor, text, language, limit)
        if notice := shelf.notice():
            print(notice, file=sys.stderr)
    for hit in hits:
        if as_json:
            print(
                json.dumps(
                    {
                        "code": hit.code,
                        "version": hit.version,
                        "language": hit.language,
                        "question": hit.question,
                        "score": hit.score,
                        "confident": hit.confident,
                        "why": list(hit.why),
                    },
                    ensure_ascii=False,
                )
            )
        else:
            print(f"{hit.score:3}  {hit.code}  v{hit.version} {hit.language}  {hit.question}")
    if not hits and not as_json:
        print(_("Nothing fits. Try other words."), file=sys.stderr)


@app.command()
def index() -> None:
    """Work out what answers are found by: their words and, with each installed model, their meaning.

    The web service does the same by itself. It can be ended at any time and goes on where it stopped.
    """
    from grm_console.cli.opening import command_line

    desk, actor = command_line()
    with desk.store:
        _work_out(desk, actor)


@app.command("eval")
def evaluate(
    file: Path,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the figures as JSON.")] = False,
) -> None:
    """Measure the search on questions with known answers: JSON lines of id, language, text, relevant."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.answer_evaluation import evaluate as measured
    from grm_console.desk.answer_evaluation import read_questions
    from grm_console.desk.answers import AnswerShelf

    questions = read_questions(file)
    desk, actor = command_line()
    with desk.store:
        _work_out(desk, actor)
        with told("Questions") as progress:
            figures = measured(AnswerShelf(desk), actor, questions, progress)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value if isinstance(value, str) else f'{value:.3f}'}")


@app.command()
def calibrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell the report, change nothing.")] = False,
) -> None:
    """Learn from this desk's accepted and refused suggestions how sure the engine may be; from 200 of them on."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.answer_calibration import calibrate as fit
    from grm_console.desk.answers import AnswerShelf

    desk, actor = command_line()
    with desk.store:
        _work_out(desk, actor)
        done = fit(desk, actor, AnswerShelf(desk), dry_run=dry_run)
    for one in done:
        print(
            _(
                "{kind}: {right} of {judged} first suggestions were right. A machine may answer from {threshold} on "
                "(before: {before}): {answered} of them, {precision} right, at least {lower} with 95 % certainty."
            ).format(
                kind=one.kind or _("words alone"),
                right=one.right,
                judged=one.judged,
                threshold=f"{one.threshold:.2f}" if one.threshold <= 1 else _("no step"),
                before=f"{one.threshold_before:.2f}" if one.threshold_before <= 1 else _("no step"),
                answered=f"{one.answered:.0%}",
                precision=f"{one.precision:.1%}",
                lower=f"{one.lower:.1%}",
            )
        )
    if dry_run:
        print(_("Nothing was changed."), file=sys.stderr)


def _work_out(desk: "Desk", actor: "Actor") -> None:
    """Make up for what the web service has not done yet, told where it takes a while."""
    from grm_console.desk.answer_indexing import index_answers, waiting, waits

    if not waits(desk):
        return
    for one in waiting(desk):
        if one.lacking:
            print(
                _("Working out the meaning of {lacking} answers with {model} …").format(
                    lacking=one.lacking, model=one.model
                ),
                file=sys.stderr,
            )
    with told("Meanings") as progress:
        index_answers(desk, actor, progress)


def _answer_batch(shelf: "AnswerShelf", actor: "Actor") -> None:
    """The batch protocol: one query a line in, one result a line out; a line that is no query is named."""
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            key, text = query["id"], str(query["text"])
            language, limit = str(query.get("language") or ""), int(query.get("limit") or 10)
        except (ValueError, TypeError, KeyError) as error:
            raise GrmError(
                _("Line {number} of the batch is no query: it needs id and text as JSON.").format(number=number)
            ) from error
        began = perf_counter()
        hits = shelf.raw_search(actor, text, language, limit)
        results = [{"article_id": h.article_id, "score": h.score, "confident": h.confident} for h in hits]
        took = round((perf_counter() - began) * 1000, 3)
        sys.stdout.write(json.dumps({"id": key, "results": results, "ms": took}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
