"""Queues from a file, with our own numbers that lead to them."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.addresses import AddressKind
from grm_console.domain.permissions import Act
from grm_console.store import bulk, lines
from grm_console.store.tables import Queue
from grm_console.store.tables.columns import table_of

_queue = table_of(Queue)

REQUIRED = ("code", "name_en", "lines")
OPTIONAL = {
    "name_zh": "other_name",
    "languages": "languages",
    "target_seconds": "target_seconds",
    "text_delay_seconds": "text_delay_seconds",
    "wrap_up_seconds": "wrap_up_seconds",
}
"""Columns a file may lack, and what they fill."""

_SECONDS = {"target_seconds": 15, "text_delay_seconds": 120, "wrap_up_seconds": 60}
_FRESH = {"other_name": "", "languages": ""} | _SECONDS


def import_queues(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of queues into the store, by `code`; calls to unknown lines go to the queue that came first.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    wanted = {}
    leads: dict[str, str] = {}
    for line in read_table(path, REQUIRED, OPTIONAL, key=("code",), problems=problems):
        cells = Cells(line, problems)
        code = cells.code("code")
        values = {
            "name": cells.needed("name_en"),
            "other_name": cells.text("name_zh"),
            "languages": cells.languages("languages"),
        } | {column: cells.whole(column, usual) for column, usual in _SECONDS.items()}
        wanted[code] = cells.present(values, OPTIONAL)
        for address in cells.addresses("lines", AddressKind.PHONE, desk.region):
            if leads.setdefault(address.address, code) != code:
                cells.wrong(f"the line {address.address} leads to {leads[address.address]} already")
    problems.refuse()
    with importing(desk, actor, "queues", path, "queue", dry_run=dry_run) as run:
        done = bulk.upsert(run.connection, _queue, "code", wanted, _FRESH)
        leading = {number: done.keys[code] for number, code in leads.items()}
        moved = lines.lead_lines(run.connection, leading, {done.keys[code] for code in wanted})
        done.changed.update(code for code in wanted if done.keys[code] in moved and code not in done.added)
        run.settle(done, wanted, progress)
    return run.result
