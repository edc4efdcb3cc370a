"""Staff accounts' passwords, and new accounts, which have one; what else changes of an account is the catalogue's."""

import secrets
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.fields import STAFF, Row
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import writing
from grm_console.desk.sign_in import hash_password
from grm_console.domain.passwords import password_problem
from grm_console.domain.permissions import Act, Role
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import accounts
from grm_console.store.store import Write


def add_staff(
    desk: Desk, actor: Actor, cells: Row, password: str, *, once: bool, dry_run: bool = False
) -> dict[str, str]:
    """Make an account from the cells of its fields; with `once` the password must be changed at the first sign-in.

    Gives its cells as they are stored. Raises InvalidInput naming every field that is missing or wrong; then nothing
    was written.
    """
    actor.require(Act.MANAGE_STAFF)
    problem = password_problem(password, cells.get("account", ""), cells.get("name", ""))
    problems = {"password": problem} if problem else {}
    digest = hash_password(password) if not problem else ""
    with writing(desk, dry_run=dry_run) as write:
        try:
            stored = changes.add_in(desk, write, actor, STAFF, cells)
        except InvalidInput as error:
            raise InvalidInput(error.problems | problems) from None
        if problems:
            raise InvalidInput(problems)
        row = _account(write, stored[STAFF.key])
        accounts.change_account(write.connection, row.id, {"password_hash": digest, "must_change_password": once})
        return stored


def set_password(desk: Desk, actor: Actor, name: str, password: str, *, once: bool) -> None:
    """Give an account a password and forget its failed sign-ins; with `once` it must be changed at the next sign-in.

    Raises NotFound, and InvalidInput with the rule that the password breaks.
    """
    actor.require(Act.MANAGE_STAFF)
    if problem := password_problem(password, name):
        raise InvalidInput({"password": problem})
    digest = hash_password(password)
    with desk.store.writing() as write:
        row = _account(write, name)
        accounts.change_account(
            write.connection,
            row.id,
            {"password_hash": digest, "must_change_password": once, "failures": 0, "failed_at": None},
        )
        record(write, actor, Act.MANAGE_STAFF, f"account:{row.id}", "password set")
        write.changed("account", row.id)


def one_time_password() -> str:
    """A password to hand over, of 99 random bits, in groups that can be read out; to be changed at first sign-in."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(5)) for _group in range(4))


def _account(write: Write, name: str) -> Any:
    row = accounts.account_named(write.connection, name)
    if row is None or row.role == Role.SYSTEM:
        raise NotFound(_("There is no account {name}. See grm staff list.").format(name=name))
    return row
