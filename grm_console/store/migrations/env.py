"""Runs the migrations on the connection that store.schema hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from grm_console.store.tables import columns, metadata
from grm_console.store.tables.find import is_ours


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types by their names."""
    if kind == "type":
        for name in ("KEY", "INSTANT", "WORDS", "JSON"):
            ours = getattr(columns, name)
            if type(item) is type(ours) and repr(item) == repr(ours):
                return f"columns.{name}"
    return False


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave out what full-text search makes for itself."""
    return is_ours(name, kind, connection.dialect.name)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    include_object=include_object,
    compare_type=True,
    # The caller owns the transaction: on SQLite it checks foreign keys before the commit.
    transactional_ddl=False,
)
context.run_migrations()
