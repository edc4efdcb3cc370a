"""What the desk needs from outside, in its own words; doors implement it, the command line composes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grm_console.domain.inbound import InboundEvent

CALL_IS_OVER = frozenset({20404, 21220})
"""Codes of a CarrierError that say the call or leg is gone, which is a normal event (Twilio's error dictionary)."""


@dataclass(frozen=True, slots=True)
class PastEvents:
    """A page of what the provider's own list tells, each event as its request would have told it and `recovered`."""

    events: Sequence[InboundEvent]
    """In the provider's order. Texts that came in name no attachments yet, `fields` tells how many there are."""
    following: str
    """What to ask for next; empty at the end."""


class Carrier(Protocol):
    """A telephone provider, asked by the web process alone.

    Each method raises CarrierError: `retryable` only if the request surely had no effect or does no harm twice.
    `sid` is a call's id, `conference_sid` that of a running conference; `conference` is a conference's name.
    """

    def end_call(self, sid: str) -> None:
        """Hang up a call; a call that has ended meanwhile is no error."""

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        """Send a text; gives the provider's id. Its reports come to an address that names it by `label`."""

    def ring(
        self,
        *,
        conference: str,
        label: str,
        to: str,
        caller_id: str,
        seconds: int,
        muted: bool = False,
        coach: str = "",
        record: bool = False,
        detects: bool = False,
    ) -> str:
        """Ring a telephone into a conference, for 5 to 600 seconds; gives the id of the leg's call.

        `coach` is the call of the one leg that alone shall hear the new one. `record` has the conference recorded,
        `detects` has it told whether a person or a machine picks up.
        """

    def join(self, *, sid: str, conference: str, label: str, record: bool = False) -> None:
        """Move a live call into a conference; a call that is over raises with a code of `CALL_IS_OVER`."""

    def send(self, *, sid: str, step: str) -> None:
        """Move a live call to a step of ours, the path below `/twilio/voice/`; a call that is over raises as above."""

    def change_leg(
        self,
        *,
        conference_sid: str,
        sid: str,
        held: bool | None = None,
        muted: bool | None = None,
        coaching: bool | None = None,
        coach: str = "",
    ) -> None:
        """Change what is given of a leg in a conference; a leg that is gone raises as above."""

    def drop_leg(self, *, conference_sid: str, sid: str) -> None:
        """Take a leg out, also one that still rings; one that is gone already is no error."""

    def end_conference(self, *, conference_sid: str) -> None:
        """End a conference for all legs; one that is over already is no error."""

    def fetch_recording(self, url: str) -> tuple[str, bytes]:
        """The media type and the audio behind a recording's address, from the provider's own hosts alone."""

    def fetch_attachment(self, url: str) -> tuple[str, bytes]:
        """The media type and content of what came with a text, from the provider's own hosts alone."""

    def past_texts(self, since: datetime, until: datetime, *, recipient: str = "", following: str = "") -> PastEvents:
        """A page of the texts between two moments: those that came in, and the state of those that went out."""

    def past_calls(self, since: datetime, until: datetime, *, following: str = "") -> PastEvents:
        """A page of the calls that began between two moments and are over: that they came in, and how they ended."""

    def attachments_of(self, sid: str) -> Sequence[tuple[str, str]]:
        """(media type, address) of what came with a text."""
