"""`grm kb list`, `show`, `diff`, `told` and the steps of an article's life, for editors who script."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console.domain.article_life import Step
from grm_console.domain.words import ArticleState
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.text import printable

if TYPE_CHECKING:
    from grm_console.desk.editorial import Editorial
    from grm_console.desk.editorial_views import ArticleSheet, VersionView

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Code = Annotated[str, typer.Argument(help="Short code, e.g. K-031.")]
Language = Annotated[str, typer.Argument(help="Language, e.g. en or zh.")]
By = Annotated[str, typer.Option(help="Account that acts; the password is asked for, or read from standard input.")]
Reason = Annotated[str, typer.Option(help="Why.")]


def mount(app: typer.Typer) -> None:
    """Add the commands to `grm kb`."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(diff)
    app.command()(told)
    app.command()(submit)
    app.command()(approve)
    app.command("return")(return_)
    app.command()(publish)
    app.command()(withdraw)


def list_(
    words: Annotated[str, typer.Argument(help="Words that must stand in code, question or owner.")] = "",
    state: Annotated[ArticleState | None, typer.Option(help="Only versions in this state.")] = None,
    language: Annotated[str, typer.Option(help="Only this language.")] = "",
    owner: Annotated[str, typer.Option(help="Only this department's, by its code.")] = "",
    stale: Annotated[bool, typer.Option("--stale", help="Only translations whose source has changed.")] = False,
    due_days: Annotated[int | None, typer.Option(min=0, help="Only those to be reviewed within so many days.")] = None,
    ends_days: Annotated[int | None, typer.Option(min=0, help="Only those that expire within so many days.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write every language of every article to standard output, as CSV or JSON lines."""
    from grm_console.cli.listing import show_rows
    from grm_console.desk.editorial_views import ArticleFilter

    with _editorial() as editorial:
        lines, today = editorial.lines(), editorial.today
    due, ends = _in_days(today, due_days), _in_days(today, ends_days)
    wanted = ArticleFilter(words, state or "", language, owner, stale, due, ends)
    rows = (
        {
            "code": line.code,
            "language": line.language,
            "question": line.question,
            "published": line.published or None,
            "coming": line.coming or None,
            "coming_state": line.coming_state,
            "audience": line.audience,
            "owner": line.owner_code,
            "review_on": _day(line.review_on),
            "expires_on": _day(line.expires_on),
            "stale": line.stale,
        }
        for line in lines
        if wanted.fits(line)
    )
    show_rows(rows, as_json=as_json)


def show(code: Code, as_json: AsJson = False) -> None:
    """Write an article with all its versions to standard output."""
    with _editorial() as editorial:
        sheet = editorial.sheet(editorial.article_coded(code))
    for version in sheet.versions:
        if as_json:
            print(json.dumps({"code": sheet.code} | asdict(version), default=_plain, ensure_ascii=False))
            continue
        print(f"{sheet.code} {version.language} v{version.version} · {version.state} · {printable(version.question)}")
        print(printable(version.answer, lines=True))
        for step in version.steps:
            print(f"  {step.at:%Y-%m-%d %H:%M} {step.step} {printable(step.by)} {printable(step.comment)}".rstrip())
        print()


def diff(
    code: Code,
    language: Language,
    before: Annotated[int, typer.Argument(help="Older version; the one before the newest if left out.")] = 0,
    after: Annotated[int, typer.Argument(help="Newer version; the newest if left out.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show by words what changed between two versions: [-gone-] and {+new+}."""
    from grm_console.desk.editorial_views import differences
    from grm_console.domain.word_diff import marked

    with _editorial() as editorial:
        sheet = editorial.sheet(editorial.article_coded(code))
    new = _version(sheet, language, after)
    older = [one for one in sheet.versions if one.language == language and one.version < new.version]
    old = _version(sheet, language, before) if before else next(iter(older), None)
    for one in differences(old, new):
        if as_json:
            pieces = [{"fate": piece.fate.name.lower(), "text": piece.text} for piece in one.pieces]
            print(json.dumps({"field": one.field, "pieces": pieces}, ensure_ascii=False))
        else:
            print(f"{one.field}: {printable(marked(one.pieces), lines=True)}")


def told(
    code: Code,
    days: Annotated[int, typer.Option(min=1, max=366, help="How far to look back.")] = 30,
    call: Annotated[bool, typer.Option("--call", help="Have each of them called back, once.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write who was told a version that no longer holds; --call makes callbacks in the queue."""
    from grm_console.cli.listing import show_rows

    with _editorial(by) as editorial:
        article_id = editorial.article_coded(code)
        lines = editorial.told(article_id, days)
        if call:
            done = editorial.tell_again(article_id, days, tuple(line.given_id for line in lines))
            print(_("{count} callbacks wait in the queue.").format(count=done.callbacks), file=sys.stderr)
            for reason in done.left:
                print(reason, file=sys.stderr)
            lines = editorial.told(article_id, days)
    rows = (
        {
            "who": line.who,
            "when": line.at.isoformat(),
            "channel": line.channel,
            "language": line.language,
            "version": line.version,
            "by": line.by,
            "again": line.again,
            "again_at": line.again_at.isoformat() if line.again_at else None,
            "why_not": line.why_not,
        }
        for line in lines
    )
    show_rows(rows, as_json=as_json)


def submit(code: Code, language: Language, by: By = "") -> None:
    """Send a draft to review."""
    _take(code, language, Step.SUBMIT, by)


def approve(code: Code, language: Language, by: By) -> None:
    """Approve what somebody else wrote; it is published on its day."""
    _take(code, language, Step.APPROVE, by)


def return_(code: Code, language: Language, reason: Reason, by: By = "") -> None:
    """Return a version to its draft, with a comment."""
    _take(code, language, Step.RETURN, by, reason)


def publish(code: Code, language: Language, by: By) -> None:
    """Publish an approved version now, before its day."""
    _take(code, language, Step.PUBLISH, by)


def withdraw(code: Code, language: Language, reason: Reason, by: By = "") -> None:
    """End a version: the one under way, else the published one."""
    _take(code, language, Step.WITHDRAW, by, reason)


def _take(code: str, language: str, step: Step, by: str, reason: str = "") -> None:
    with _editorial(by) as editorial:
        version = _version(editorial.sheet(editorial.article_coded(code)), language, 0)
        state = editorial.take(version.version_id, step, reason, revision=version.revision)
    said = _("{code} {language} v{version} is {state}.")
    print(said.format(code=code, language=language, version=version.version, state=state.value), file=sys.stderr)


@contextmanager
def _editorial(by: str = "") -> "Iterator[Editorial]":
    """The articles for the command line's account, or for one that gives its password."""
    from grm_console.cli.opening import command_line
    from grm_console.cli.password import asked_password
    from grm_console.desk.editorial import Editorial
    from grm_console.desk.sign_in import sign_in

    desk, actor = command_line()
    with desk.store:
        yield Editorial(desk, sign_in(desk, by, asked_password()) if by else actor)


def _version(sheet: "ArticleSheet", language: str, number: int) -> "VersionView":
    """A version by its number, 0 for the newest; raises NotFound."""
    found = [one for one in sheet.versions if one.language == language and number in (0, one.version)]
    if not found:
        wanted = f"{sheet.code} {language}" + (f" v{number}" if number else "")
        raise NotFound(_("There is no {wanted}. See grm kb show {code}.").format(wanted=wanted, code=sheet.code))
    return found[0]


def _in_days(today: date, days: int | None) -> date | None:
    return today + timedelta(days=days) if days is not None else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _plain(value: Any) -> Any:
    """What JSON has no form for: moments, days, closed lists, sets."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return sorted(value)
