"""Own passwords: changed with the old one, one-time ones before anything else; guessing is slowed everywhere."""

import pytest
from argon2 import PasswordHasher
from builders import account, all_rows, found_town
from conftest import FixedClock

from grm_console.desk import sign_in as door
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import FREE_FAILURES, change_password, has_administrator, sign_in, unlock
from grm_console.errors import InvalidInput, NotAllowed, SignInRefused, StaleChange
from grm_console.store import tables

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OLD, NEW = "hand over once 12", "copper-window-tuesday"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_NOBODY", CHEAP.hash("nobody's"))
    monkeypatch.setattr(door, "hash_password", CHEAP.hash)


@pytest.fixture
def mei(desk: Desk) -> int:
    found_town(desk.store)
    return account(desk, "mei", password_hash=CHEAP.hash(OLD), must_change_password=True)


def test_a_one_time_password_opens_nothing_but_its_own_change(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, "mei", OLD)
    assert actor.must_change_password
    seat = Seat(desk, actor)
    for act in (
        seat.set_available,
        seat.queue_status,
        seat.services,
        lambda: seat.answers.search("water"),
        seat.ringing,
    ):
        with pytest.raises(NotAllowed, match="one time only"):
            act()
    seat.close()
    fresh = change_password(desk, actor, OLD, NEW)
    assert not fresh.must_change_password
    assert Seat(desk, fresh).set_available()
    assert sign_in(desk, "mei", NEW) == fresh
    with pytest.raises(SignInRefused):
        sign_in(desk, "mei", OLD)


def test_a_wrong_old_password_counts_and_changes_nothing(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, "mei", OLD)
    for _ in range(FREE_FAILURES + 1):
        with pytest.raises(SignInRefused, match="old password is wrong"):
            change_password(desk, actor, "wrong", NEW)
    for attempt in (lambda: change_password(desk, actor, OLD, NEW), lambda: unlock(desk, actor, OLD)):
        with pytest.raises(SignInRefused, match="Too many attempts"):
            attempt()


def test_a_weak_one_is_refused_before_the_old_one_is_looked_at(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, "mei", OLD)
    for weak in ("short", OLD, "password1234"):
        with pytest.raises(InvalidInput) as refusal:
            change_password(desk, actor, OLD, weak)
        assert "copper" in refusal.value.problems["new"]


def test_a_password_set_by_the_administrator_meanwhile_is_not_overwritten(
    desk: Desk, mei: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = sign_in(desk, "mei", OLD)

    def reset_meanwhile(password: str) -> str:
        table = tables.Account.__table__  # type: ignore[attr-defined]
        with desk.store.writing() as write:
            write.connection.execute(table.update().where(table.c.id == mei).values(password_hash="reset"))
        return CHEAP.hash(password)

    monkeypatch.setattr(door, "hash_password", reset_meanwhile)
    with pytest.raises(StaleChange):
        change_password(desk, actor, OLD, NEW)


def test_a_locked_seat_opens_with_its_own_password_only(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, "mei", OLD)
    unlock(desk, actor, OLD)
    with pytest.raises(SignInRefused, match="password is wrong"):
        unlock(desk, actor, NEW)
    acts = [row.act for row in all_rows(desk.store, tables.AuditRow)][-2:]
    assert acts == ["account.unlock", "account.sign-in-refused"]


def test_an_account_put_out_of_use_cannot_unlock(desk: Desk, mei: int) -> None:
    actor = sign_in(desk, "mei", OLD)
    table = tables.Account.__table__  # type: ignore[attr-defined]
    with desk.store.writing() as write:
        write.connection.execute(table.update().where(table.c.id == mei).values(active=False))
    with pytest.raises(SignInRefused):
        unlock(desk, actor, OLD)


def test_an_unknown_name_sounds_and_waits_like_a_known_one(desk: Desk, mei: int, clock: FixedClock) -> None:
    heard: dict[str, list[str]] = {"mei": [], "nobody": [], "\x00\ud800": []}
    for _ in range(12):
        for name, said in heard.items():
            with pytest.raises(SignInRefused) as refusal:
                sign_in(desk, name, "wrong")
            said.append(str(refusal.value))
        clock.forward(seconds=1)
    assert heard["nobody"] == heard["mei"] == heard["\x00\ud800"]
    assert any("Too many attempts" in sentence for sentence in heard["mei"])


def test_guessed_names_fill_nothing_and_are_not_kept(desk: Desk, mei: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PLACES", 8)
    for number in range(40):
        with pytest.raises(SignInRefused):
            sign_in(desk, f"my secret password {number}", "wrong")
    marks = [row for row in all_rows(desk.store, tables.Mark) if row.name.startswith("refused:")]
    assert 0 < len(marks) <= 8
    assert not any("secret" in row.value for row in marks)


def test_whether_there_is_an_administrator(desk: Desk, mei: int) -> None:
    assert not has_administrator(desk)
    account(desk, "gone", "administrator", active=False)
    assert not has_administrator(desk)
    account(desk, "ada", "administrator")
    assert has_administrator(desk)
