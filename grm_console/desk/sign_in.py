"""Signing in: argon2id, the same time for every name, and a growing delay after failures."""

import hmac
import threading
from datetime import timedelta
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.passwords import password_problem
from grm_console.domain.permissions import Role
from grm_console.errors import InvalidInput, NotFound, SignInRefused, StaleChange
from grm_console.i18n import _
from grm_console.store import accounts
from grm_console.store.refusals import note_refusal, refusals

FREE_FAILURES = 3
"""Failures that cost no delay: people mistype."""

LONGEST_DELAY = timedelta(minutes=15)

PLACES = 4096
"""Among so many places the failures of unknown names are spread: few enough to keep, too many to meet by chance."""

_at_once = threading.Semaphore(2)
"""argon2 takes 64 MiB each on purpose; more at once would starve the desk."""


def delay_after(failures: int) -> timedelta:
    """How long an account refuses every password after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_DELAY, timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)))


def sign_in(desk: Desk, name: str, password: str) -> Actor:
    """The actor of a name and password; with a one-time password it may do nothing but change it.

    Raises SignInRefused: wrong, inactive, or too many failures; it says how long to wait and never which it was.
    """
    account = _checked(desk, name.strip(), password, _("Name or password is wrong. Check both and try again."))
    _note_success(desk, account, "account.sign-in")
    return actor_named(desk, account.name)


def unlock(desk: Desk, actor: Actor, password: str) -> None:
    """Check the password of whoever sits at a locked seat; a wrong one counts as a failed sign-in.

    Raises SignInRefused.
    """
    account = _checked(desk, actor.name, password, _("The password is wrong. Try again."))
    _note_success(desk, account, "account.unlock")


def change_password(desk: Desk, actor: Actor, old: str, new: str) -> Actor:
    """Give one's own account a new password; gives the actor, who may act if the old one was a one-time password.

    Raises InvalidInput with the rule that the new one breaks, SignInRefused if the old one is wrong, which counts
    as a failed sign-in, StaleChange if the password was changed meanwhile.
    """
    if problem := password_problem(new, actor.name, actor.full_name, old=old):
        raise InvalidInput({"new": problem})
    account = _checked(desk, actor.name, old, _("The old password is wrong. Try again."))
    digest = hash_password(new)
    with desk.store.writing() as write:
        now = accounts.account_named(write.connection, account.name)
        if now is None or now.password_hash != account.password_hash:
            raise StaleChange(_("The password was changed by somebody else meanwhile. Sign in with the new one."))
        fresh = {"password_hash": digest, "must_change_password": False, "failures": 0, "failed_at": None}
        accounts.change_account(write.connection, account.id, fresh)
        write.audit(account.id, account.organisation_id, "account.password", f"account:{account.id}", "own")
        write.changed("account", account.id)
    return actor_named(desk, account.name)


def has_administrator(desk: Desk) -> bool:
    """Whether anybody may sign in and add the others; names nobody, so it needs no actor."""
    with desk.store.reading() as connection:
        return any(row.role == Role.ADMINISTRATOR and row.active for row in accounts.list_accounts(connection))


def actor_named(desk: Desk, name: str) -> Actor:
    """The actor of an account, without a password: for system accounts, the command line, and a demo's console."""
    with desk.store.reading() as connection:
        account = accounts.account_named(connection, name)
        if account is None or not account.active:
            raise NotFound(
                _("There is no account {name}. Run grm init, or add it with grm staff add.").format(name=name)
            )
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
        must_change_password=account.must_change_password,
    )


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    from argon2 import PasswordHasher  # costs 20 ms that only signing in should pay

    return PasswordHasher().hash(password)


def _checked(desk: Desk, name: str, password: str, wrong: str) -> Any:
    """The account of a name and its password; raises SignInRefused, with `wrong` if it is not due to many failures.

    A name that no account has is counted and delayed like one that has, so that nobody finds out which are there.
    """
    place = _place(desk, name)
    with desk.store.reading() as connection:
        account = accounts.account_named(connection, name)
        failures, failed_at = refusals(connection, place) if account is None else (account.failures, account.failed_at)
    if failed_at is not None:
        wait = failed_at + delay_after(failures) - desk.store.now()
        if wait > timedelta(0):
            raise SignInRefused(
                _(
                    "Too many attempts. Wait {seconds} s, then try again, or ask the administrator for a new password."
                ).format(seconds=max(1, round(wait.total_seconds())))
            )
    usable = account is not None and account.active and account.role != Role.SYSTEM and account.password_hash
    with _at_once:
        right = _verify(account.password_hash if usable and account is not None else _NOBODY, password)
    if usable and right:
        return account
    with desk.store.writing() as write:
        if account is None:
            note_refusal(write.connection, place, write.now)
        else:
            accounts.note_failure(write.connection, account.id, write.now)
            write.audit(account.id, account.organisation_id, "account.sign-in-refused", f"account:{account.id}", "")
    raise SignInRefused(wrong)


def _note_success(desk: Desk, account: Any, act: str) -> None:
    with desk.store.writing() as write:
        accounts.clear_failures(write.connection, account.id)
        write.audit(account.id, account.organisation_id, act, f"account:{account.id}", "console")


def _place(desk: Desk, name: str) -> int:
    """Where failures under an unknown name are counted; under a key, as somebody may type a password for a name."""
    data = name.encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(desk.store.trail.key, b"name:" + data, "sha256")[:4]) % PLACES


def _verify(digest: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(digest, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$Q0FSRzVCUDJ4bHlVbHZxTUFpQmNzYUJNcnBnOXRxVHc"
"""A hash that no password has, so that an unknown name takes as long as a known one."""
