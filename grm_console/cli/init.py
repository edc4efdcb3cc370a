"""`grm init` and `grm migrate`: the store's schema, and the demo city if asked."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from grm_console.i18n import _

CITY = Path(__file__).parents[2] / "data" / "city"


def init(
    demo: Annotated[bool, typer.Option("--demo", help="Add the demo city and mark the store as a demo.")] = False,
    city: Annotated[Path, typer.Option(help="Folder of the demo city.")] = CITY,
) -> None:
    """Make the store, or bring it to this version; doing it again changes nothing."""
    from grm_console.cli.opening import initialise, open_desk, system_actor
    from grm_console.desk.sign_in import has_administrator
    from grm_console.settings import read_settings

    settings = read_settings()
    state = initialise(settings)
    print(_("The store is ready (schema {needed}).").format(needed=state.needed), file=sys.stderr)
    desk = open_desk(settings)
    with desk.store:
        if demo:
            from grm_console.desk.demo import load_city

            load_city(desk, system_actor(desk, "system:cli"), city, desk.store.now())
            print(_("The demo city is in it; the console signs in by itself there."), file=sys.stderr)
        if not has_administrator(desk):
            print(first_administrator(), file=sys.stderr)


def first_administrator() -> str:
    """How a store without any administrator gets its first one."""
    return _("Next: make the first administrator with {command}").format(
        command="grm staff add NAME --full-name 'First Last' --role administrator"
    )


def migrate() -> None:
    """Bring an existing store to this version; make a backup first."""
    from grm_console.cli.opening import migrate_store
    from grm_console.settings import read_settings

    state = migrate_store(read_settings())
    print(_("The store has schema {found}.").format(found=state.found), file=sys.stderr)
