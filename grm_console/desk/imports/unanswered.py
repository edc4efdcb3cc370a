"""Past texts that nothing answered, from a file: exchanges as in a history, noted as unanswered questions."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.history import OPTIONAL, REQUIRED, import_history
from grm_console.desk.imports.imported import Imported
from grm_console.desk.imports.table import Problems, read_table
from grm_console.desk.unanswered import KEPT_FOR, as_question
from grm_console.domain.permissions import Act
from grm_console.domain.words import AskedBy
from grm_console.store import bulk, unanswered
from grm_console.store.tables import Interaction
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)


def import_unanswered(desk: Desk, actor: Actor, path: Path, *, shift_days: int = 0) -> Imported:
    """Bring such a file in, by `key`; what is there already is left alone. Raises ImportRefused naming each bad line.

    What is older than unanswered questions are kept is an exchange and no question.
    """
    actor.require(Act.IMPORT)
    done = import_history(desk, actor, path, shift_days=shift_days)
    keys = [line["key"] for line in read_table(path, REQUIRED, OPTIONAL, key=("key",), problems=Problems(path))]
    with desk.store.writing() as write:
        known = bulk.keys_by(write.connection, _interaction, "import_key", keys)
        found = unanswered.unkept_texts(write.connection, list(known.values()), write.now - KEPT_FOR)
        unanswered.add(write.connection, (as_question(AskedBy.TEXT, row, row.id) for row in found))
    return done
