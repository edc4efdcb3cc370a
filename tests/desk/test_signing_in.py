"""Signing in: one sentence for every refusal, the same work for every name, delays that grow."""

import pytest
from argon2 import PasswordHasher
from builders import account, all_rows, put
from conftest import FixedClock

from grm_console.desk import sign_in as door
from grm_console.desk.desk import Desk
from grm_console.desk.seat import SignIn
from grm_console.desk.sign_in import FREE_FAILURES, LONGEST_DELAY, delay_after, hash_password, sign_in
from grm_console.errors import SignInRefused
from grm_console.store import tables

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse 终"


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which hashes were worked through; the stand-in for nobody is as cheap as the others."""
    nobody = CHEAP.hash("nobody's")
    monkeypatch.setattr(door, "_NOBODY", nobody)
    seen: list[str] = []
    verify = door._verify

    def noting(digest: str, password: str) -> bool:
        seen.append("nobody" if digest == nobody else "somebody")
        return verify(digest, password)

    monkeypatch.setattr(door, "_verify", noting)
    return seen


@pytest.fixture
def mei(desk: Desk) -> int:
    return account(desk, "mei", password_hash=CHEAP.hash(PASSWORD), device="+12025550190")


def refused(desk: Desk, name: str, password: str) -> str:
    with pytest.raises(SignInRefused) as error:
        sign_in(desk, name, password)
    return str(error.value)


def row_of(desk: Desk, key: int) -> object:
    return next(row for row in all_rows(desk.store, tables.Account) if row.id == key)


def test_the_right_password_gives_an_actor_and_a_seat(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, " mei ", PASSWORD)
    assert (actor.account_id, actor.role, actor.device) == (mei, "operator", "+12025550190")
    assert SignIn(desk)("mei", PASSWORD).me.name == "mei"


def test_every_refusal_sounds_and_works_the_same(desk: Desk, mei: int, looked_at: list[str]) -> None:
    account(desk, "left", active=False, password_hash=CHEAP.hash(PASSWORD))
    account(desk, "new", password_hash=None)
    account(desk, "machine", "system", password_hash=CHEAP.hash(PASSWORD))
    said = {
        refused(desk, "mei", "wrong"),
        refused(desk, "mei", ""),
        refused(desk, "MEI", PASSWORD),
        refused(desk, "nobody", PASSWORD),
        refused(desk, "left", PASSWORD),
        refused(desk, "new", ""),
        refused(desk, "machine", PASSWORD),
        refused(desk, "system:web", ""),
        refused(desk, "", ""),
    }
    assert said == {"Name or password is wrong. Check both and try again."}
    assert looked_at == ["somebody"] * 2 + ["nobody"] * 7, "one hash is worked through for each attempt"


def test_delays_grow_and_end(desk: Desk, mei: int, clock: FixedClock, looked_at: list[str]) -> None:
    for failures in range(1, FREE_FAILURES + 6):
        assert "wrong" in refused(desk, "mei", "wrong")
        wait = delay_after(failures)
        if not wait:
            continue
        looked_at.clear()
        told = refused(desk, "mei", PASSWORD)
        assert f"Wait {int(wait.total_seconds())} s" in told
        assert looked_at == [], "while it waits no password is tried, not even the right one"
        clock.forward(seconds=wait.total_seconds())
    assert sign_in(desk, "mei", PASSWORD).account_id == mei
    assert row_of(desk, mei).failures == 0  # type: ignore[attr-defined]
    assert "wrong" in refused(desk, "mei", "wrong")
    assert sign_in(desk, "mei", PASSWORD).account_id == mei


def test_the_delay_has_an_end() -> None:
    delays = [delay_after(failures) for failures in range(200)]
    assert delays == sorted(delays)
    assert not any(delays[:FREE_FAILURES])
    assert delays[-1] == LONGEST_DELAY


def test_one_accounts_failures_are_not_anothers(desk: Desk, mei: int) -> None:
    zoe = account(desk, "zoe", password_hash=CHEAP.hash(PASSWORD))
    for _ in range(FREE_FAILURES + 1):
        with pytest.raises(SignInRefused):
            sign_in(desk, "mei", "wrong")
    assert sign_in(desk, "zoe", PASSWORD).account_id == zoe


def test_each_attempt_on_an_account_is_audited(desk: Desk, mei: int) -> None:
    before = len(all_rows(desk.store, tables.AuditRow))
    refused(desk, "mei", "wrong")
    refused(desk, "nobody", "wrong")
    sign_in(desk, "mei", PASSWORD)
    rows = all_rows(desk.store, tables.AuditRow)[before:]
    assert [(row.account_id, row.act) for row in rows] == [
        (mei, "account.sign-in-refused"),
        (mei, "account.sign-in"),
    ]
    assert not any("wrong" in repr(tuple(row)) for row in rows)


def test_a_damaged_hash_lets_nobody_in(desk: Desk) -> None:
    for number, damaged in enumerate(("", "plain", "$argon2id$v=19$m=8,t=1,p=1$broken")):
        account(desk, f"a{number}", password_hash=damaged)
        assert "wrong" in refused(desk, f"a{number}", damaged)


def test_passwords_are_kept_as_argon2id(desk: Desk) -> None:
    one, other = hash_password("secret"), hash_password("secret")
    assert one != other
    assert one.startswith("$argon2id$")
    assert "secret" not in one


def test_only_a_demo_signs_in_by_itself(desk: Desk, mei: int) -> None:
    with pytest.raises(SignInRefused):
        SignIn(desk).demo()
    put(desk.store, tables.Mark(name="demo", value="mei"))
    seat = SignIn(desk).demo()
    assert seat.me.account_id == mei
    seat.close()
