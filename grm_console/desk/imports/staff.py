"""Staff accounts from a file. No passwords stand in files: a new account cannot sign in until it is given one."""

from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.desk.staff import device_address
from grm_console.domain.permissions import Act, Role
from grm_console.store import bulk
from grm_console.store.tables import Account, Organisation
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_organisation = table_of(Organisation)

REQUIRED = ("account", "name", "role", "organisation")
OPTIONAL = {"languages": "languages", "phone": "device"}
"""Columns a file may lack, and what they fill."""


def import_staff(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of staff into the store, by `account`; passwords are set with `grm staff password`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    actor.require(Act.MANAGE_STAFF)
    problems = Problems(path)
    lines = read_table(path, REQUIRED, OPTIONAL, key=("account",), problems=problems)
    with importing(desk, actor, "staff", path, "account", dry_run=dry_run) as run:
        organisations = bulk.keys_by(run.connection, _organisation, "code", {line["organisation"] for line in lines})
        wanted = {}
        for line in lines:
            cells = Cells(line, problems)
            role = cells.word("role", Role)
            if role is Role.SYSTEM:
                cells.wrong("the role system is for the program itself; choose another")
            if line["organisation"] not in organisations:
                cells.wrong(
                    f"organisation {shown(line['organisation'])} is not in the store; import organisations first"
                )
            device = device_address(line["phone"], desk.region)
            if device is None:
                cells.wrong(
                    f"phone {shown(line['phone'])} cannot be rung; write e.g. +12025550191 or sip:li@desk.example"
                )
            values = {
                "full_name": cells.needed("name"),
                "role": role.value,
                "organisation_id": organisations.get(line["organisation"]),
                "languages": cells.languages("languages"),
                "device": device,
            }
            wanted[cells.code("account")] = cells.present(values, OPTIONAL)
        problems.refuse()
        fresh: dict[str, Any] = {
            "password_hash": None,
            "must_change_password": False,
            "languages": "",
            "device": "",
            "active": True,
            "failures": 0,
            "failed_at": None,
            "created_at": run.now,
        }
        run.settle(bulk.upsert(run.connection, _account, "name", wanted, fresh), wanted, progress)
    return run.result
