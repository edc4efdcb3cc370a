"""Intake: one event from outside becomes rows, once, whatever the order."""

from dataclasses import replace

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel

CALL = InboundEvent(
    provider="twilio",
    sid="CA1",
    kind=EventKind.CALL,
    discriminator="",
    channel=Channel.VOICE,
    sender="+12025550142",
    recipient="+12025550100",
    state="ringing",
)


def test_a_retry_changes_nothing(desk: Desk, web_actor: Actor) -> None:
    with desk.store.writing() as write:
        assert receive(desk, write, web_actor, CALL).fresh
    with desk.store.writing() as write:
        assert not receive(desk, write, web_actor, CALL).fresh
    ended = replace(CALL, kind=EventKind.CALL_STATUS, discriminator="status:completed", state="completed", duration=3)
    with desk.store.writing() as write:
        assert receive(desk, write, web_actor, ended).fresh
