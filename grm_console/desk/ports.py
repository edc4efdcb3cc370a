"""What the desk needs from outside, in its own words; doors implement it, the command line composes it."""

from typing import Protocol


class Carrier(Protocol):
    """A telephone provider, asked by the web process alone.

    Each method raises CarrierError: `retryable` only if the request surely had no effect.
    """

    def end_call(self, sid: str) -> None:
        """Hang up a call; a call that has ended meanwhile is no error."""

    def send_text(self, sender: str, recipient: str, body: str) -> str:
        """Send a text; gives the provider's id."""
