"""Guessing at the door: the same work for every name, any odd input answered, delays to the second, none lost."""

from collections.abc import Callable

import argon2
import pytest
from builders import account
from conftest import FixedClock

from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import hash_password, sign_in
from grm_console.errors import SignInRefused

PASSWORD = "correct horse battery"
WRONG = "Name or password is wrong. Check both and try again."


@pytest.fixture(scope="session")
def digest() -> str:
    """A hash of the password that is quick to check."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def li(desk: Desk, digest: str) -> int:
    return account(desk, "li.wei", password_hash=digest)


class Checks:
    """Every check of a password against a hash: the hash, and what to do during the check."""

    def __init__(self) -> None:
        self.digests: list[str] = []
        self.meanwhile: list[Callable[[], object]] = []


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Watches argon2 at work."""
    seen = Checks()
    verify = argon2.PasswordHasher.verify

    def watched(hasher: argon2.PasswordHasher, digest: str, password: str) -> bool:
        seen.digests.append(digest)
        if seen.meanwhile:
            seen.meanwhile.pop()()
        return verify(hasher, digest, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    return seen


def refused(desk: Desk, name: str, password: str = "wrong password") -> str:
    with pytest.raises(SignInRefused) as refusal:
        sign_in(desk, name, password)
    return str(refusal.value)


def test_every_name_costs_one_check_of_the_same_strength(desk: Desk, li: int, checks: Checks, digest: str) -> None:
    account(desk, "gone", password_hash=digest, active=False)
    account(desk, "new", password_hash=None)
    for name in ("li.wei", "nobody", "gone", "new", "system:web"):
        assert refused(desk, name) == WRONG
    known, *others = checks.digests
    assert known == digest
    assert len(others) == 4
    usual = argon2.extract_parameters(hash_password(PASSWORD))
    assert [argon2.extract_parameters(other) for other in others] == [usual] * 4


def test_no_password_fits_an_unknown_name(desk: Desk, checks: Checks) -> None:
    refused(desk, "nobody")
    (nobody,) = checks.digests
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(nobody, "")


@pytest.mark.parametrize("password", ["", "\x00", "\ud800", "终" * 1000])
def test_any_password_is_answered(desk: Desk, li: int, password: str) -> None:
    assert refused(desk, "li.wei", password) == WRONG


@pytest.mark.parametrize("name", ["\x00", "\ud800", "' OR 1=1 --", "%"])
def test_any_name_is_answered(desk: Desk, li: int, name: str) -> None:
    assert refused(desk, name, PASSWORD) == WRONG


def test_three_failures_are_free_then_each_doubles_the_delay(desk: Desk, li: int, clock: FixedClock) -> None:
    for _ in range(4):
        assert refused(desk, "li.wei") == WRONG
    for seconds in (2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900):
        for right_or_wrong in (PASSWORD, "wrong password"):
            assert f"Wait {seconds} s" in refused(desk, "li.wei", right_or_wrong)
        clock.forward(seconds=seconds - 1)
        assert "Wait 1 s" in refused(desk, "li.wei", PASSWORD)
        clock.forward(seconds=1)
        assert refused(desk, "li.wei") == WRONG
    clock.forward(minutes=15)
    assert sign_in(desk, "li.wei", PASSWORD).account_id == li


def test_a_success_makes_the_next_three_failures_free_again(desk: Desk, li: int, clock: FixedClock) -> None:
    for _ in range(4):
        refused(desk, "li.wei")
    clock.forward(seconds=2)
    sign_in(desk, "li.wei", PASSWORD)
    for _ in range(4):
        assert refused(desk, "li.wei") == WRONG


def test_failures_at_the_same_time_all_count(desk: Desk, li: int, checks: Checks) -> None:
    for _ in range(2):
        checks.meanwhile = [lambda: refused(desk, "li.wei")]
        assert refused(desk, "li.wei") == WRONG
    assert "Wait 2 s" in refused(desk, "li.wei", PASSWORD)
