"""The demo city: all files of its folder, loaded by the same imports a real desk uses, as if it were today."""

from datetime import datetime, timedelta
from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.article_import import import_articles
from grm_console.desk.desk import Desk, record
from grm_console.desk.editorial import Editorial
from grm_console.desk.imports.calendars import import_calendars
from grm_console.desk.imports.canned_texts import import_canned_texts
from grm_console.desk.imports.cases import import_cases
from grm_console.desk.imports.cells import Cells
from grm_console.desk.imports.contacts import import_contacts
from grm_console.desk.imports.dispositions import import_dispositions
from grm_console.desk.imports.emergency_lines import import_emergency_lines
from grm_console.desk.imports.history import OPTIONAL, REQUIRED, import_history
from grm_console.desk.imports.imported import Imported
from grm_console.desk.imports.organisations import import_organisations
from grm_console.desk.imports.queues import import_queues
from grm_console.desk.imports.relations import import_relations
from grm_console.desk.imports.segments import import_segments
from grm_console.desk.imports.services import import_services
from grm_console.desk.imports.spoken_texts import import_spoken_texts
from grm_console.desk.imports.staff import import_staff
from grm_console.desk.imports.table import Problems, read_table
from grm_console.desk.imports.unanswered import import_unanswered
from grm_console.desk.sign_in import actor_named
from grm_console.domain.article_life import Step
from grm_console.domain.permissions import Act
from grm_console.store import accounts

DEMO_MARK = "demo"
"""The mark of a demo store; its value is the account the console signs in by itself."""

OPERATOR = "li.wei"
EDITOR = "lin.yue"

_SHIFT_MARK = "demo-shift-days"


def load_city(desk: Desk, actor: Actor, folder: Path, today: datetime) -> list[Imported]:
    """Load the city and mark the store as a demo; doing it again changes nothing.

    Past exchanges and cases are moved by whole days, so that the newest lies shortly before `today`, the
    present moment. Raises
    ImportRefused if a file is wrong; the files before it stay loaded.
    """
    with desk.store.reading() as connection:
        fresh = not accounts.mark(connection, _SHIFT_MARK)
    done = [
        import_organisations(desk, actor, folder / "organisations.csv"),
        import_calendars(desk, actor, folder / "calendars.csv"),
        import_queues(desk, actor, folder / "queues.csv"),
        import_spoken_texts(desk, actor, folder / "spoken_texts.csv"),
        import_emergency_lines(desk, actor, folder / "emergency_lines.csv"),
        import_dispositions(desk, actor, folder / "dispositions.csv"),
        import_segments(desk, actor, folder / "segments.csv"),
        import_services(desk, actor, folder / "services.yaml"),
        *_earlier_articles(desk, actor, folder, fresh=fresh),
        import_articles(desk, actor, folder / "articles.csv", publish=True),
        import_staff(desk, actor, folder / "staff.csv"),
        import_canned_texts(desk, actor, folder / "canned_texts.csv"),
        import_contacts(desk, actor, folder / "contacts.csv"),
        import_relations(desk, actor, folder / "relations.csv"),
    ]
    if fresh:
        _articles_under_way(desk, folder)
    days = _shift(desk, folder / "history.csv", today)
    done += [
        import_history(desk, actor, folder / "history.csv", shift_days=days),
        import_cases(desk, actor, folder / "cases.csv", shift_days=days),
        import_unanswered(desk, actor, folder / "unanswered.csv", shift_days=days),
    ]
    with desk.store.writing() as write:
        if not accounts.mark(write.connection, _SHIFT_MARK):
            accounts.set_mark(write.connection, DEMO_MARK, OPERATOR)
            accounts.set_mark(write.connection, _SHIFT_MARK, str(days))
            record(write, actor, Act.IMPORT, "store:1", "demo", f"moved by {days} days")
    return done


def _earlier_articles(desk: Desk, actor: Actor, folder: Path, *, fresh: bool) -> list[Imported]:
    """What some articles said before, so that their translations are behind; only once."""
    return [import_articles(desk, actor, folder / "articles_before.csv", publish=True)] if fresh else []


def _articles_under_way(desk: Desk, folder: Path) -> None:
    """An editor's drafts, the first of them sent to review."""
    lin = actor_named(desk, EDITOR)
    import_articles(desk, lin, folder / "articles_under_way.csv")
    editorial = Editorial(desk, lin)
    drafts = [line for line in editorial.lines() if line.coming]
    editorial.take(editorial.sheet(drafts[0].article_id).newest(drafts[0].language).version_id, Step.SUBMIT)


def _shift(desk: Desk, history: Path, today: datetime) -> int:
    """Days by which the city's past is moved: as the first time, else so that its newest row is just over."""
    with desk.store.reading() as connection:
        noted = accounts.mark(connection, _SHIFT_MARK)
    if noted:
        return int(noted)
    problems = Problems(history)
    lines = read_table(history, REQUIRED, OPTIONAL, problems=problems)
    newest = max((Cells(line, problems).needed_moment("happened_at") for line in lines), default=None)
    problems.refuse()
    if newest is None:
        return 0
    return (today - newest) // timedelta(days=1)
