"""Relations from a file: who may act for which business or department, in what role, from when to when."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.permissions import Act
from grm_console.domain.words import ContactKind
from grm_console.i18n import _
from grm_console.store import bulk
from grm_console.store.tables import Contact, Relation
from grm_console.store.tables.columns import table_of

_contact = table_of(Contact)
_relation = table_of(Relation)

REQUIRED = ("person", "organisation", "role", "since")
OPTIONAL = {"mandate": "mandate", "until": "until"}
"""Columns a file may lack, and what they fill."""

_COLUMNS = ("person_id", "acts_for_id", "role", "mandate", "since", "until")


def import_relations(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of relations into the store, by person, organisation and role; the contacts are there already.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    lines = read_table(path, REQUIRED, OPTIONAL, key=("person", "organisation", "role"), problems=problems)
    with importing(desk, actor, "relations", path, "contact", dry_run=dry_run) as run:
        ends = {line[column] for line in lines for column in ("person", "organisation")}
        contacts = bulk.rows_by(run.connection, _contact, "import_key", ends)
        wanted = {}
        for line in lines:
            cells = Cells(line, problems)
            since, until = cells.day_begins("since"), cells.day_ends("until")
            if not line["since"]:
                cells.wrong(_("{column} may not be empty").format(column="since"))
            elif since is not None and until is not None and until <= since:
                cells.wrong(_("until lies before since"))
            person, organisation = contacts.get(line["person"]), contacts.get(line["organisation"])
            for column, found in (("person", person), ("organisation", organisation)):
                if found is None:
                    cells.wrong(
                        _("{column} {value} is no contact of the store; import contacts first").format(
                            column=column, value=shown(line[column])
                        )
                    )
            if person is None or organisation is None:
                continue
            if person.kind != ContactKind.CITIZEN:
                cells.wrong(
                    _("person {value} is a {kind}; only a citizen acts for others").format(
                        value=line["person"], kind=person.kind
                    )
                )
            if organisation.kind == ContactKind.CITIZEN:
                cells.wrong(
                    _("organisation {value} is a citizen; write a business or department").format(
                        value=line["organisation"]
                    )
                )
            values = {"mandate": cells.text("mandate"), "since": since, "until": until}
            wanted[person.id, organisation.id, line["role"]] = cells.present(values, OPTIONAL)
        problems.refuse()
        people = {person for person, _, _ in wanted}
        known = {
            (row.person_id, row.acts_for_id, row.role): row
            for row in bulk.rows_of(run.connection, _relation, "person_id", people)
        }
        added = [(*key, values) for key, values in wanted.items() if key not in known]
        changed = {
            known[key].id: values
            for key, values in wanted.items()
            if key in known and any(getattr(known[key], column) != value for column, value in values.items())
        }
        bulk.insert_rows(
            run.connection,
            _relation,
            _COLUMNS,
            (
                (person, organisation, role, values.get("mandate", ""), values["since"], values.get("until"))
                for person, organisation, role, values in added
            ),
        )
        bulk.update_rows(run.connection, _relation, changed)
        run.count(len(added), len(changed), len(wanted))
        if progress is not None:
            progress(len(wanted), len(wanted))
    return run.result
