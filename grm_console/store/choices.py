"""How each account likes its console."""

from sqlalchemy import Connection, delete, insert, select

from grm_console.store.tables import AccountChoice
from grm_console.store.tables.columns import table_of

_choice = table_of(AccountChoice)


def choices_of(connection: Connection, account_id: int) -> dict[str, str]:
    """What an account has chosen, by name."""
    statement = select(_choice.c.name, _choice.c.value).where(_choice.c.account_id == account_id)
    return {row.name: row.value for row in connection.execute(statement)}


def set_choices(connection: Connection, account_id: int, chosen: dict[str, str]) -> None:
    """Keep what an account has chosen, in place of what it chose before."""
    connection.execute(delete(_choice).where(_choice.c.account_id == account_id))
    if chosen:
        rows = [{"account_id": account_id, "name": name, "value": value} for name, value in chosen.items()]
        connection.execute(insert(_choice), rows)
