"""Claims that expire: whoever waits is offered again in the old place, and nobody loses a call or a word."""

from datetime import timedelta

import pytest
from builders import (
    OTHER_CALLER,
    all_rows,
    answered,
    call,
    call_status,
    connected,
    entry_of,
    found_town,
    interaction_of,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from sqlalchemy import text as sql

from grm_console.desk import claims, queue_work
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.queue_work import CLAIM_LASTS
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState, InteractionState
from grm_console.errors import StaleChange
from grm_console.store import tables

LATE = CLAIM_LASTS + timedelta(seconds=1)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def ben(desk: Desk, mei: Actor) -> Actor:
    return staff(desk, "ben")


def state_of(desk: Desk, sid: str) -> str:
    key = interaction_of(desk.store, sid)
    return next(row.state for row in all_rows(desk.store, tables.Interaction) if row.id == key)


def test_a_text_whose_operator_is_gone_is_offered_again_with_her_words(
    desk: Desk, web_actor: Actor, mei: Actor, ben: Actor, clock: FixedClock
) -> None:
    seat, key = answered(desk, web_actor, mei, text("SM1"))
    seat.save_draft(key, CaseForm(summary="half a sentence"))
    since = all_rows(desk.store, tables.QueueEntry)[0].waiting_since
    clock.forward(seconds=60)
    take_in(desk, web_actor, text("SM2", sender=OTHER_CALLER))
    assert claims.release_expired(desk, web_actor) == 0, "it still lasts"
    clock.forward(seconds=31)
    assert claims.release_expired(desk, web_actor) == 1
    assert claims.release_expired(desk, web_actor) == 0
    other = Seat(desk, ben)
    other.set_available()
    offered = other.ringing()
    assert offered is not None
    assert (offered.interaction_id, offered.waiting_since) == (key, since), "before the one that came later"
    assert other.answer(offered.entry_id or 0).mine
    draft = other.draft(key)
    assert draft is not None
    assert draft.summary == "half a sentence"
    # She comes back.
    assert seat.current() is None
    assert "offered to the others" in claims.lost_sentence(desk, mei)
    with pytest.raises(StaleChange):
        seat.save_draft(key, CaseForm(summary="more"))
    seat.set_available()
    assert claims.lost_sentence(desk, mei) == ""


def test_a_seat_that_lives_keeps_what_it_holds(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(desk, web_actor, mei, text("SM1"))
    keeper = claims.ClaimKeeper(desk, mei)
    writes = []
    renew = claims.renew
    monkeypatch.setattr(claims, "renew", lambda *given: writes.append(renew(*given)))
    for _ in range(600):
        keeper.keep()
        clock.forward(seconds=1)
        assert claims.release_expired(desk, web_actor) == 0
    assert writes == [1] * 20, "the store is asked each half minute, not at every look"
    assert state_of(desk, "SM1") == InteractionState.TALKING


def test_a_keeper_gives_up_others_claims_but_writes_nothing_if_there_are_none(
    desk: Desk, web_actor: Actor, mei: Actor, ben: Actor, clock: FixedClock
) -> None:
    answered(desk, web_actor, mei, text("SM1"))
    keeper = claims.ClaimKeeper(desk, ben)
    audits = len(all_rows(desk.store, tables.AuditRow))
    keeper.keep()
    assert len(all_rows(desk.store, tables.AuditRow)) == audits
    clock.moment += LATE
    keeper.keep()
    assert state_of(desk, "SM1") == InteractionState.WAITING


def test_a_connected_call_is_never_taken_away(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    answered(desk, web_actor, mei, call("CA1"))
    take_in(desk, web_actor, call_status("CA1", "in-progress"), *connected("CA1"))
    clock.forward(hours=2)
    assert claims.release_expired(desk, web_actor) == 0
    assert state_of(desk, "CA1") == InteractionState.TALKING


def test_a_call_that_reached_nobody_waits_again(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    answered(desk, web_actor, mei, call("CA1"))
    clock.moment += LATE
    assert claims.release_expired(desk, web_actor) == 1
    assert state_of(desk, "CA1") == InteractionState.WAITING


def test_what_is_being_wrapped_up_stays(
    desk: Desk, web_actor: Actor, mei: Actor, ben: Actor, clock: FixedClock
) -> None:
    seat, key = answered(desk, web_actor, mei, call("CA1"))
    seat.end(key)
    take_in(desk, web_actor, text("SM2", sender=OTHER_CALLER))
    clock.forward(hours=2)
    assert claims.release_expired(desk, web_actor) == 0
    assert state_of(desk, "CA1") == InteractionState.WRAP_UP
    assert queue_work.answer(desk, ben, entry_of(desk.store, "SM2"))
    seat.wrap_up(key, "informed", "")


def test_whoever_signed_out_stays_signed_out(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    seat, _ = answered(desk, web_actor, mei, text("SM1"))
    seat.sign_out()
    clock.moment += LATE
    assert claims.release_expired(desk, web_actor) == 1
    assert seat.agent_status().state is AgentState.SIGNED_OUT
    assert claims.lost_sentence(desk, mei) == ""


def test_a_claim_renewed_at_the_last_moment_is_kept(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(desk, web_actor, mei, text("SM1"))
    clock.moment += LATE
    expired = claims.queue.expired_claims

    def seen_then_renewed(*given: object) -> object:
        found = expired(*given)  # type: ignore[arg-type]
        claims.renew(desk, mei)
        return found

    monkeypatch.setattr(claims.queue, "expired_claims", seen_then_renewed)
    assert claims.release_expired(desk, web_actor) == 0
    assert state_of(desk, "SM1") == InteractionState.TALKING


def test_it_is_audited_by_keys_alone(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    _, key = answered(desk, web_actor, mei, text("SM1"))
    clock.moment += LATE
    claims.release_expired(desk, web_actor)
    row = all_rows(desk.store, tables.AuditRow)[-1]
    assert (row.account_id, row.subject, row.purpose, row.detail) == (
        web_actor.account_id,
        f"interaction:{key}",
        "claim expired",
        f"account:{mei.account_id}",
    )


def test_looking_for_expired_claims_reads_only_what_is_held(desk: Desk, mei: Actor) -> None:
    if desk.store.dialect != "sqlite":
        pytest.skip("the plan is SQLite's; PostgreSQL chooses by its figures")
    with desk.store.reading() as connection:
        statement = claims.queue._EXPIRED._for(connection.dialect).sql
        plan = connection.execute(sql(f"EXPLAIN QUERY PLAN {statement.replace('?', 'NULL')}")).all()
    assert any("ix_interaction_held" in row[-1] for row in plan), plan
    assert not any("SCAN queue_entry" in row[-1] for row in plan), plan
