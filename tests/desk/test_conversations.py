"""A conversation by text: what it shows to whom, writing once, taking back, sending again, consent."""

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    CALLER,
    OTHER_CALLER,
    all_rows,
    answered,
    call,
    contact,
    entry_of,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import AttachmentStage, Channel, Direction, OutboxState
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.store import tables


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def said(desk: Desk, seat: Seat, interaction_id: int) -> list[str]:
    return [line.text for line in seat.conversations.of_interaction(interaction_id).lines]


def written(desk: Desk) -> list[Any]:
    return [row for row in all_rows(desk.store, tables.Outbox) if row.kind == "text" and not row.rule]


def test_a_text_is_written_once_and_may_be_taken_back(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    seat, exchange = answered(desk, web_actor, mei, text(body="Is the pool open?"))
    clock.forward(seconds=20)
    line = seat.conversations.write(exchange, "Yes, until 20:00.", key="a")
    assert (line.state, line.automatic, line.by, line.direction) == (
        OutboxState.PENDING,
        False,
        "Mei",
        Direction.OUTBOUND,
    )
    assert line.undo_until is not None
    assert (line.undo_until - clock()).total_seconds() == 5
    assert seat.conversations.write(exchange, "Yes, until 20:00.", key="a") == line
    (row,) = written(desk)
    assert row.detail == {"sender": "+12025550100", "recipient": CALLER}
    talk = seat.conversations.of_interaction(exchange)
    assert [one.text for one in talk.lines][0::2] == ["Is the pool open?", "Yes, until 20:00."]
    assert talk.lines[1].automatic
    assert (talk.blocked, talk.channel, talk.our_line, talk.opted_out) == ("", Channel.SMS, "+1 202-555-0100", False)
    (entry,) = all_rows(desk.store, tables.QueueEntry)
    assert entry.replied_at == clock()
    assert line.outbox_id is not None
    with pytest.raises(NotFound):
        Seat(desk, staff(desk, "lan")).conversations.undo(line.outbox_id)
    assert seat.conversations.undo(line.outbox_id) == "Yes, until 20:00."
    assert len(said(desk, seat, exchange)) == 2
    with pytest.raises(InvalidInput, match="under way"):
        seat.conversations.undo(line.outbox_id)
    assert histories.check_all(desk, staff(desk, "boss", "supervisor")) == []
    for words, problem in (("  \n", "Write the text"), ("x" * 1601, "1601 characters")):
        with pytest.raises(InvalidInput, match=problem):
            seat.conversations.write(exchange, words, key="b")
    with pytest.raises(StaleChange):
        Seat(desk, staff(desk, "zoe")).conversations.write(exchange, "Hello", key="c")


def test_a_shared_number_shows_what_is_the_settled_speakers(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    take_in(desk, web_actor, text("SM0", "Before anybody was known"))
    chen = contact(desk.store, "Chen Li", CALLER)
    clock.forward(minutes=1)
    take_in(desk, web_actor, text("SM1", "Chen's own"))
    contact(desk.store, "Chen Bo", CALLER)
    clock.forward(minutes=1)
    seat, exchange = answered(desk, web_actor, mei, call("CA1"))
    assert said(desk, seat, exchange) == []
    seat.confirm_speaker(exchange, chen, "name")
    assert [one for one in said(desk, seat, exchange) if not one.startswith("Automatic")] == ["Chen's own"]
    assert seat.conversations.of_interaction(exchange).who == "Chen Li"


def test_of_nobody_by_name_all_texts_of_the_number_are_shown(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    for number in range(60):
        take_in(desk, web_actor, text(f"SM{number}", f"text {number}"))
        clock.forward(seconds=1)
    take_in(desk, web_actor, text("SMx", "somebody else", OTHER_CALLER))
    seat, exchange = answered(desk, web_actor, mei, call("CA1"))
    talk = seat.conversations.of_interaction(exchange)
    found = [line.text for line in talk.lines if not line.automatic]
    while talk.older is not None:
        lines, older = seat.conversations.older(exchange, talk.older)
        found = [line.text for line in lines if not line.automatic] + found
        assert len(lines) == 50 or older is None
        break
    assert found == [f"text {number}" for number in range(60)]
    withheld = answered(desk, web_actor, staff(desk, "lan"), call("CA2", "anonymous"))
    talk = withheld[0].conversations.of_interaction(withheld[1])
    assert (talk.lines, talk.contact_point_id) == ((), None)
    assert "withheld" in talk.blocked


def test_what_may_not_go_is_refused_in_words(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    seat, exchange = answered(desk, web_actor, mei, text(body="stop it", sender="+447700900123"))
    with pytest.raises(InvalidInput, match="GRM_TEXT_COUNTRIES"):
        seat.conversations.write(exchange, "Hello", key="a")
    seat.wrap_up(exchange, "informed", "")
    seat, exchange = answered(desk, web_actor, mei, text("SM2"))
    point = seat.conversations.of_interaction(exchange).contact_point_id
    assert point is not None
    with pytest.raises(InvalidInput, match="Say why"):
        seat.conversations.set_consent(point, opted_out=True, reason="")
    log = seat.conversations.set_consent(point, opted_out=True, reason="said so by telephone")
    assert (log.opted_out, log.words[0].word, log.words[0].by) == (True, OptOut.STOP, "Mei")
    with pytest.raises(InvalidInput, match="said STOP"):
        seat.conversations.write(exchange, "Hello", key="a")
    assert seat.conversations.of_interaction(exchange).opted_out
    with pytest.raises(InvalidInput, match="already"):
        seat.conversations.set_consent(point, opted_out=True, reason="once more")
    seat.conversations.set_consent(point, opted_out=False, reason="wants them again")
    assert seat.conversations.write(exchange, "Hello", key="a").state is OutboxState.PENDING
    clock.forward(seconds=1)
    seat.wrap_up(exchange, "informed", "")
    theirs, ours = "whatsapp:+12025550144", "whatsapp:+12025550100"
    take_in(desk, web_actor, replace(text("SM3", sender=theirs, recipient=ours), channel=Channel.WHATSAPP))
    seat.answer(entry_of(desk.store, "SM3"))
    exchange = interaction_of(desk.store, "SM3")
    talk = seat.conversations.of_interaction(exchange)
    assert any("window closes" in warning for warning in talk.warnings)
    seat.conversations.write(exchange, "Hello", key="a")
    assert written(desk)[-1].detail == {"sender": ours, "recipient": theirs}
    clock.forward(hours=24)
    with pytest.raises(InvalidInput, match="24 hours"):
        seat.conversations.write(exchange, "Still there?", key="b")


def test_an_exchange_begins_at_the_contacts_screen(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    (point,) = [row.id for row in all_rows(desk.store, tables.ContactPoint)]
    seat = Seat(desk, mei)
    exchange = seat.conversations.start(point, chen)
    seat.conversations.write(exchange, "Your passport is ready.", key="a")
    card = seat.current()
    assert card is not None
    assert (card.interaction_id, card.channel, card.direction) == (exchange, Channel.SMS, Direction.OUTBOUND)
    assert said(desk, seat, exchange) == ["Your passport is ready."]
    seat.end(exchange)
    seat.wrap_up(exchange, "informed", "")
    landline = put(desk.store, tables.ContactPoint(kind="short-code", address="911"))
    with pytest.raises(InvalidInput, match="takes no texts"):
        seat.conversations.start(landline, None)
    assert seat.current() is None


def test_attachments_are_listed(desk: Desk, web_actor: Actor, mei: Actor) -> None:
    media = (("image/jpeg", "https://api.twilio.com/M1"), ("application/x-evil", "https://api.twilio.com/M2"))
    seat, exchange = answered(desk, web_actor, mei, text(body="", media=media))
    first, second = seat.conversations.of_interaction(exchange).lines[0].attachments
    assert (first.media_type, first.size, first.stage) == ("image/jpeg", None, AttachmentStage.LISTED)
    assert first.name.endswith(".jpg")
    assert second.name.endswith(".bin")
