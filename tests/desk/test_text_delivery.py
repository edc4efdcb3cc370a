"""What becomes of a text we sent: answers and reports in any order, each error with the one right act."""

import random
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from builders import all_rows, answered, found_town, staff, take_in, text
from conftest import FixedClock
from switchboard import RememberingCarrier

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.ports import Carrier
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.desk.shift import Shift
from grm_console.domain.delivery import furthest, outbox_state
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import AttachmentStage, Direction, OutboxState
from grm_console.errors import CarrierError, InvalidInput
from grm_console.store import tables


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def report(outbox_id: int, state: str, error: str = "", sid: str = "") -> InboundEvent:
    """What the carrier tells of a text of ours, at the address that names it."""
    name = f"text-{outbox_id}"
    return replace(
        text(sid or f"SM900-{name}", "", "+12025550100", recipient="+12025550142"),
        kind=EventKind.TEXT_STATUS,
        discriminator=f"status:{state}",
        direction=Direction.OUTBOUND,
        state=state,
        error=error,
        parent=name,
    )


def wrote(seat: Seat, exchange: int, clock: FixedClock, words: str = "Yes.", key: str = "a") -> int:
    """A text that is due; gives its row."""
    line = seat.conversations.write(exchange, words, key=key)
    clock.forward(seconds=6)
    assert line.outbox_id is not None
    return line.outbox_id


def send_all(desk: Desk, web: Actor, carrier: Carrier, *, fetches: bool = False) -> int:
    """Carry out all that is due; gives how many rows were taken."""
    count = 0
    while taken := send_due(desk, web, carrier, fetches=fetches):
        count += taken
    return count


def row_of(desk: Desk, outbox_id: int) -> Any:
    return next(row for row in all_rows(desk.store, tables.Outbox) if row.id == outbox_id)


def test_it_goes_out_once_and_reports_settle_it_whatever_their_order(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    seat, exchange = answered(desk, web_actor, mei, text())
    carrier = RememberingCarrier()
    line = seat.conversations.write(exchange, "Yes.", key="a")
    assert send_all(desk, web_actor, carrier) == 0, "it can be taken back yet"
    steps = (("sent", ""), ("delivered", ""), ("delivered", ""))
    for number, order in enumerate(permutations(steps)):
        for early in range(len(order) + 1):
            key = wrote(seat, exchange, clock, key=f"{number}-{early}")

            class Slow(RememberingCarrier):
                """Whose answer comes after some of its reports."""

                def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
                    sid = super().send_text(sender, recipient, body, label)
                    if label == f"text-{key}":  # noqa: B023 - called within the round
                        for state, error in order[:early]:  # noqa: B023
                            take_in(desk, web_actor, report(key, state, error))  # noqa: B023
                    return sid

            send_all(desk, web_actor, Slow())
            take_in(desk, web_actor, *(report(key, state, error) for state, error in order[early:]))
            row = row_of(desk, key)
            assert (row.state, row.provider_id) == ("delivered", f"SM900-text-{key}")
    assert send_all(desk, web_actor, carrier) == 0
    assert line.outbox_id is not None
    assert row_of(desk, line.outbox_id).state == "sent"
    assert histories.check_all(desk, staff(desk, "boss", "supervisor")) == []


def test_any_order_and_any_repetition_leaves_one_row_and_at_most_one_reply(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    chance = random.Random(525)
    seat, exchange = answered(desk, web_actor, mei, text("SM0", "first", "+12025550160"))
    words = ("hello", "STATUS", "STOP", "退订", "gas leak!", "1", "complaint", "START", "")
    for number in range(12):
        key = wrote(seat, exchange, clock, key=str(number))
        send_all(desk, web_actor, RememberingCarrier())
        ends = chance.choice((("delivered",), ("undelivered",), ("delivered", "read"), ("failed", "delivered")))
        reports = [
            report(key, state, "30008" if state in ("undelivered", "failed") else "") for state in ("sent", *ends)
        ]
        came = [
            text(f"R{number}-{each}", chance.choice(words), f"+1202555{chance.randrange(300, 304):04}")
            for each in range(6)
        ]
        stream = [*came, *reports, *chance.choices([*came, *reports], k=8)]
        chance.shuffle(stream)
        replies: dict[str, set[str]] = {}
        for event in stream:
            (receipt,) = take_in(desk, web_actor, event)
            if event.kind is EventKind.TEXT:
                replies.setdefault(event.sid, set()).add(receipt.reply)
        assert all(len(found) == 1 for found in replies.values()), "a retry is answered alike"
        told = outbox_state(furthest(one.state for one in reports))
        assert row_of(desk, key).state == told
    exchanges = [row.sid for row in all_rows(desk.store, tables.Interaction)]
    assert len(exchanges) == len(set(exchanges)) == 1 + 12 * 6
    answers = [row.answered_sid for row in all_rows(desk.store, tables.Outbox) if row.rule]
    assert len(answers) == len(set(answers))
    assert histories.check_all(desk, staff(desk, "boss", "supervisor")) == []


def test_a_lost_answer_is_unknown_until_a_report_heals_it(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    seat, exchange = answered(desk, web_actor, mei, text())
    key = wrote(seat, exchange, clock)
    lost = RememberingCarrier(refuses={"send_text": CarrierError("No answer.", unknown=True)})
    send_all(desk, web_actor, lost)
    line = seat.conversations.of_interaction(exchange).lines[-1]
    assert (line.state, line.may_send_again) == (OutboxState.UNKNOWN, False)
    assert "Nobody can say" in line.problem
    with pytest.raises(InvalidInput, match="may have arrived"):
        seat.conversations.send_again(key)
    clock.forward(hours=1)
    assert send_all(desk, web_actor, RememberingCarrier()) == 0
    take_in(desk, web_actor, report(key, "delivered", sid="SMx"))
    assert (row_of(desk, key).state, row_of(desk, key).provider_id) == ("delivered", "SMx")
    take_in(desk, web_actor, report(key, "undelivered", "30003", sid="SMforeign"))
    assert row_of(desk, key).state == "delivered", "the address alone names a text only once"


def test_each_error_has_its_act(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    seat, exchange = answered(desk, web_actor, mei, text())
    point = seat.conversations.of_interaction(exchange).contact_point_id
    assert point is not None
    carrier = RememberingCarrier()

    # Stop for this number, and a text from there lifts it.
    key = wrote(seat, exchange, clock, key="stop")
    send_all(desk, web_actor, carrier)
    take_in(desk, web_actor, report(key, "undelivered", "30006"), report(key, "sent"))
    line = seat.conversations.of_interaction(exchange).lines[-1]
    assert (line.state, line.may_send_again) == (OutboxState.FAILED, True)
    assert "cannot receive texts" in line.problem
    assert not seat.conversations.consent(point).reached
    assert "cannot receive" in seat.conversations.of_interaction(exchange).warnings[0]
    take_in(desk, web_actor, text("SM2", "I am here"))
    assert seat.conversations.consent(point).reached
    again = seat.conversations.send_again(key)
    assert again.outbox_id != key
    assert seat.conversations.send_again(key).outbox_id == again.outbox_id
    clock.forward(seconds=6)
    send_all(desk, web_actor, carrier)

    # Try later, a bounded number of times.
    key = wrote(seat, exchange, clock, key="later")
    for tried in range(1, 5):
        send_all(desk, web_actor, carrier)
        assert row_of(desk, key).attempts == tried
        take_in(desk, web_actor, report(key, "undelivered", "30003", sid=f"SM900-text-{key}"))
        state = "pending" if tried <= 3 else "failed"
        if tried > 1:  # the very same report was kept before: the carrier gives a new id each time
            break
        assert row_of(desk, key).state == state
        take_in(desk, web_actor, report(key, "sent"))
        assert row_of(desk, key).state == "pending", "an old report stops no new try"
        clock.forward(hours=2)

    # Filtered: other words.
    key = wrote(seat, exchange, clock, key="filtered")
    send_all(desk, web_actor, carrier)
    take_in(desk, web_actor, report(key, "undelivered", "30007"))
    with pytest.raises(InvalidInput):
        seat.conversations.send_again(key)

    # Fix our settings: an alert, and what else is to go out from this line waits.
    key = wrote(seat, exchange, clock, key="fix")
    next_key = wrote(seat, exchange, clock, key="after")
    refusing = RememberingCarrier(refuses={"send_text": CarrierError("Not ours.", code=21606)})
    send_all(desk, web_actor, refusing)
    assert [row_of(desk, one).state for one in (key, next_key)] == ["failed", "pending"]
    (notice,) = Shift(desk, staff(desk, "boss", "supervisor")).notices()
    assert "held back" in notice.text
    clock.forward(minutes=11)
    send_all(desk, web_actor, carrier)
    assert row_of(desk, next_key).state == "sent"

    # Opted out at the carrier.
    key = wrote(seat, exchange, clock, key="out")
    send_all(desk, web_actor, RememberingCarrier(refuses={"send_text": CarrierError("Stopped.", code=21610)}))
    assert seat.conversations.of_interaction(exchange).opted_out
    log = seat.conversations.consent(point)
    assert (log.words[0].by_carrier, log.words[0].by) == (True, "")


def test_the_carrier_is_busy_or_gone_for_a_while(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    seat, exchange = answered(desk, web_actor, mei, text())
    key = wrote(seat, exchange, clock)
    busy = RememberingCarrier(refuses={"send_text": CarrierError("Busy.", code=20429, retryable=True)})
    for _ in range(9):
        send_all(desk, web_actor, busy)
        assert row_of(desk, key).state == "pending"
        clock.forward(minutes=6)
    send_all(desk, web_actor, busy)
    assert row_of(desk, key).state == "failed"
    late = wrote(seat, exchange, clock, key="b")
    clock.forward(hours=11)
    send_all(desk, web_actor, RememberingCarrier())
    assert row_of(desk, late).state == "failed"
    assert "given up" in seat.conversations.of_interaction(exchange).lines[-1].problem


def test_an_attachment_is_fetched_when_it_is_wished_for(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, tmp_path: Any
) -> None:
    media = (("image/jpeg", "https://api.twilio.com/M1"), ("image/png", "https://api.twilio.com/M2"))
    seat, exchange = answered(desk, web_actor, mei, text(body="", media=media))
    first, second = seat.conversations.of_interaction(exchange).lines[0].attachments
    with pytest.raises(InvalidInput, match="Fetch it first"):
        seat.conversations.attachment(first.attachment_id)
    for one in (first, first, second):
        assert seat.conversations.ask_attachment(one.attachment_id).stage is AttachmentStage.ASKED
    refusing = RememberingCarrier(refuses={"fetch_attachment": CarrierError("Gone.")})
    assert send_all(desk, web_actor, refusing, fetches=True) == 2
    failed = seat.conversations.of_interaction(exchange).lines[0].attachments[0]
    assert (failed.stage, failed.problem) == (AttachmentStage.FAILED, "Gone.")
    for one in (first, second):
        seat.conversations.ask_attachment(one.attachment_id)
    assert send_all(desk, web_actor, RememberingCarrier(), fetches=True) == 2
    kept, content = seat.conversations.attachment(first.attachment_id)
    assert (kept.stage, kept.size, content) == (AttachmentStage.KEPT, 7, b"picture")
    assert len(all_rows(desk.store, tables.StoredFile)) == 1, "the same content is one file"
    seat.conversations.save_attachment(first.attachment_id, tmp_path / kept.name)
    assert (tmp_path / kept.name).read_bytes() == b"picture"
    assert seat.conversations.ask_attachment(first.attachment_id).stage is AttachmentStage.KEPT
