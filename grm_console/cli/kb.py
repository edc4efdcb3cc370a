"""`grm kb`: standard answers in, out, and found."""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from grm_console.cli import articles
from grm_console.cli.export import Form
from grm_console.cli.progress import told
from grm_console.errors import GrmError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.actor import Actor
    from grm_console.desk.answers import AnswerShelf

app = typer.Typer(no_args_is_help=True)
articles.mount(app)


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
            _answer_batch(shelf, actor)
            return
        if not text.strip():
            raise GrmError(_("Write what is asked, e.g. grm kb search 'no water since this morning'."))
        hits = shelf.search(actor, text, language, limit)
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
                    },
                    ensure_ascii=False,
                )
            )
        else:
            print(f"{hit.score:3}  {hit.code}  v{hit.version} {hit.language}  {hit.question}")
    if not hits and not as_json:
        print(_("Nothing fits. Try other words."), file=sys.stderr)


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
