"""Staff accounts: adding and changing them, and giving passwords; every act is audited."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.sign_in import hash_password
from grm_console.domain.addresses import read_address
from grm_console.domain.permissions import Act, Role
from grm_console.errors import InvalidInput, NotFound
from grm_console.store import accounts
from grm_console.store.store import Write

SHORTEST_PASSWORD = 12
"""Characters; NIST SP 800-63B asks for length instead of kinds of characters."""

LONGEST_PASSWORD = 200

_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_LANGUAGES = re.compile(r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})*(\||$))*")


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """An account as the administrator sees it."""

    name: str
    full_name: str
    role: str
    organisation: str
    """The organisation's name."""
    languages: str
    """Codes separated by `|`."""
    phone: str
    """What rings at the operator's desk."""
    active: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class StaffChange:
    """What to change of an account; None leaves it as it is."""

    full_name: str | None = None
    role: str | None = None
    organisation: str | None = None
    languages: str | None = None
    phone: str | None = None
    active: bool | None = None


def has_people(desk: Desk) -> bool:
    """Whether anybody but the program itself has an account."""
    with desk.store.reading() as connection:
        return bool(accounts.list_accounts(connection))


def list_staff(desk: Desk, actor: Actor) -> list[StaffAccount]:
    """All accounts that people use, by name."""
    actor.require(Act.MANAGE_STAFF)
    with desk.store.reading() as connection:
        return [
            StaffAccount(
                row.name,
                row.full_name,
                row.role,
                row.organisation,
                row.languages,
                row.device,
                row.active,
                row.password_hash is not None,
            )
            for row in accounts.list_accounts(connection)
        ]


def add_staff(desk: Desk, actor: Actor, name: str, change: StaffChange, password: str, *, once: bool) -> None:
    """Make an account; with `once` the password must be changed at the first sign-in.

    Raises InvalidInput naming every field that is missing or wrong; then nothing was written.
    """
    actor.require(Act.MANAGE_STAFF)
    problems = _password_problem(password)
    if not _NAME.fullmatch(name):
        problems["name"] = "The name is lower-case letters, digits, dots and hyphens, e.g. li.wei."
    for field, value in (("full_name", change.full_name), ("role", change.role)):
        if not value:
            problems[field] = f"Give the account a {field.replace('_', ' ')}."
    digest = hash_password(password) if not problems else ""
    with desk.store.writing() as write:
        if accounts.account_named(write.connection, name) is not None:
            problems["name"] = f"There is an account {name} already; use grm staff change."
        values = _columns(desk, write, change, problems)
        if problems:
            raise InvalidInput(problems)
        account_id = accounts.add_account(
            write.connection,
            {"organisation_id": accounts.organisation_key(write.connection, "centre")}
            | values
            | {"name": name, "password_hash": digest, "must_change_password": once, "created_at": write.now},
        )
        record(write, actor, Act.MANAGE_STAFF, f"account:{account_id}", "added", values["role"])
        write.changed("account", account_id)


def change_staff(desk: Desk, actor: Actor, name: str, change: StaffChange) -> None:
    """Change an account; it can be put out of use, but never deleted, for the audit names it.

    Raises NotFound, and InvalidInput naming every field that is wrong; then nothing was written.
    """
    actor.require(Act.MANAGE_STAFF)
    with desk.store.writing() as write:
        row = _account(write, name)
        problems: dict[str, str] = {}
        values = _columns(desk, write, change, problems)
        if problems:
            raise InvalidInput(problems)
        if values:
            accounts.change_account(write.connection, row.id, values)
        record(write, actor, Act.MANAGE_STAFF, f"account:{row.id}", "changed", ", ".join(sorted(values)))
        write.changed("account", row.id)


def set_password(desk: Desk, actor: Actor, name: str, password: str, *, once: bool) -> None:
    """Give an account a password and forget its failed sign-ins; with `once` it must be changed at the next sign-in.

    Raises NotFound, and InvalidInput if the password is too short or too long.
    """
    actor.require(Act.MANAGE_STAFF)
    if problems := _password_problem(password):
        raise InvalidInput(problems)
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
    """A password to hand over, of 100 random bits, in groups that can be read out; to be changed at first sign-in."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def device_address(phone: str, region: str) -> str | None:
    """What rings at an operator's desk, in normal form; empty for none, None if it cannot be rung."""
    if not phone.strip():
        return ""
    address = read_address(phone, region)
    return address.address if address.dialable else None


def _account(write: Write, name: str) -> Any:
    row = accounts.account_named(write.connection, name)
    if row is None or row.role == Role.SYSTEM:
        raise NotFound(f"There is no account {name}. See grm staff list.")
    return row


def _columns(desk: Desk, write: Write, change: StaffChange, problems: dict[str, str]) -> dict[str, Any]:
    """What is to be written; what is wrong is added to `problems`."""
    values: dict[str, Any] = {}
    if change.full_name is not None:
        values["full_name"] = change.full_name.strip()
        if not values["full_name"]:
            problems["full_name"] = "Give the account a full name."
    if change.role is not None:
        values["role"] = change.role
        people = [role.value for role in Role if role is not Role.SYSTEM]
        if change.role not in people:
            problems["role"] = f"The role is one of: {', '.join(people)}."
    if change.organisation is not None:
        values["organisation_id"] = accounts.organisation_key(write.connection, change.organisation)
        if values["organisation_id"] is None:
            problems["organisation"] = f"There is no organisation {change.organisation}. See grm department list."
    if change.languages is not None:
        values["languages"] = change.languages
        if not _LANGUAGES.fullmatch(change.languages) or change.languages.endswith("|"):
            problems["languages"] = "Write languages as codes, e.g. en or zh."
    if change.phone is not None:
        values["device"] = device_address(change.phone, desk.region)
        if values["device"] is None:
            problems["phone"] = "This phone cannot be rung. Write e.g. +12025550191 or sip:li@desk.example."
    if change.active is not None:
        values["active"] = change.active
    return values


def _password_problem(password: str) -> dict[str, str]:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return {"password": f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."}
    return {}
