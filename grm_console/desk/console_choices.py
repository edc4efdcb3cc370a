"""An account's own choices for the console: colours, language, plain mode; each keeps only its own."""

from dataclasses import asdict, fields
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.views import ConsoleChoices
from grm_console.store import choices


def load(desk: Desk, actor: Actor) -> ConsoleChoices:
    """What the account has chosen; what it has not is as usual."""
    with desk.store.reading() as connection:
        kept = choices.choices_of(connection, actor.account_id)
    chosen: dict[str, Any] = {}
    for field in fields(ConsoleChoices):
        if field.name in kept:
            chosen[field.name] = kept[field.name] == "yes" if field.type is bool else kept[field.name]
    return ConsoleChoices(**chosen)


def save(desk: Desk, actor: Actor, chosen: ConsoleChoices) -> None:
    """Keep what the account has chosen."""
    usual = asdict(ConsoleChoices())
    values = {name: value for name, value in asdict(chosen).items() if value != usual[name]}
    words = {name: "yes" if value is True else str(value) for name, value in values.items()}
    with desk.store.writing() as write:
        choices.set_choices(write.connection, actor.account_id, words)
        account = f"account:{actor.account_id}"
        write.audit(actor.account_id, actor.organisation_id, "account.choose", account, "console", " ".join(words))
