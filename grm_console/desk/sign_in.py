"""Signing in: argon2id, the same time for every name, and a growing delay after failures."""

import threading
from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Role
from grm_console.errors import NotFound, SignInRefused
from grm_console.store import accounts

FREE_FAILURES = 3
"""Failures that cost no delay: people mistype."""

LONGEST_DELAY = timedelta(minutes=15)

_at_once = threading.Semaphore(2)
"""argon2 takes 64 MiB each on purpose; more at once would starve the desk."""


def delay_after(failures: int) -> timedelta:
    """How long an account refuses every password after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_DELAY, timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)))


def sign_in(desk: Desk, name: str, password: str) -> Actor:
    """The actor of a name and password.

    Raises SignInRefused: wrong, inactive, or too many failures; it says how long to wait and never which it was.
    """
    with desk.store.reading() as connection:
        account = accounts.account_named(connection, name.strip())
    if account is not None and account.failed_at is not None:
        wait = account.failed_at + delay_after(account.failures) - desk.store.now()
        if wait > timedelta(0):
            raise SignInRefused(
                f"Too many attempts. Wait {max(1, round(wait.total_seconds()))} s, then try again, or ask the "
                "administrator for a new password."
            )
    usable = account is not None and account.active and account.role != Role.SYSTEM and account.password_hash
    with _at_once:
        right = _verify(account.password_hash if usable and account is not None else _NOBODY, password)
    if account is None or not usable or not right:
        if account is not None:
            with desk.store.writing() as write:
                accounts.note_failure(write.connection, account.id, write.now)
                write.audit(account.id, account.organisation_id, "account.sign-in-refused", f"account:{account.id}", "")
        raise SignInRefused("Name or password is wrong. Check both and try again.")
    with desk.store.writing() as write:
        accounts.clear_failures(write.connection, account.id)
        write.audit(account.id, account.organisation_id, "account.sign-in", f"account:{account.id}", "console")
    return actor_named(desk, account.name)


def actor_named(desk: Desk, name: str) -> Actor:
    """The actor of an account, without a password: for system accounts, the command line, and a demo's console."""
    with desk.store.reading() as connection:
        account = accounts.account_named(connection, name)
        if account is None or not account.active:
            raise NotFound(f"There is no account {name}. Run grm init, or add it with grm staff add.")
        acts = accounts.acts_of(connection, account.role)
    return Actor(
        account_id=account.id,
        name=account.name,
        full_name=account.full_name,
        role=account.role,
        organisation_id=account.organisation_id,
        organisation=account.organisation,
        acts=acts,
        device=account.device,
        masked=account.organisation_kind == "contractor",
    )


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    from argon2 import PasswordHasher  # costs 20 ms that only signing in should pay

    return PasswordHasher().hash(password)


def _verify(digest: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(digest, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$Q0FSRzVCUDJ4bHlVbHZxTUFpQmNzYUJNcnBnOXRxVHc"
"""A hash that no password has, so that an unknown name takes as long as a known one."""
