"""A call driven from both ends: the desk's acts are taken by a carrier that remembers, callbacks come by hand."""

from dataclasses import dataclass, field
from typing import Any

from builders import all_rows, call, conference, connected, entry_of, interaction_of, leg, take_in

from grm_console.desk.actor import Actor
from grm_console.desk.call_views import CallLine
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sending import send_due
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import CarrierError
from grm_console.store import tables


@dataclass
class RememberingCarrier:
    """Notes what it is asked for; `refuses` names methods that fail, with their error."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: dict[str, CarrierError] = field(default_factory=dict)

    def _note(self, method: str, **values: Any) -> None:
        if method in self.refuses:
            raise self.refuses[method]
        self.asked.append((method, values))

    def end_call(self, sid: str) -> None:
        self._note("end_call", sid=sid)

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        self._note("send_text", sender=sender, recipient=recipient, body=body, label=label)
        return f"SM900-{label}"

    def ring(self, **values: Any) -> str:
        self._note("ring", **values)
        thread, _, number = values["label"].removeprefix("call-").rpartition("-")
        return f"{thread}L{number}"

    def join(self, **values: Any) -> None:
        self._note("join", **values)

    def send(self, **values: Any) -> None:
        self._note("send", **values)

    def change_leg(self, **values: Any) -> None:
        self._note("change_leg", **values)

    def drop_leg(self, **values: Any) -> None:
        self._note("drop_leg", **values)

    def end_conference(self, **values: Any) -> None:
        self._note("end_conference", **values)

    def fetch_recording(self, url: str) -> tuple[str, bytes]:
        self._note("fetch_recording", url=url)
        return "audio/wav", b"RIFF"

    def fetch_attachment(self, url: str) -> tuple[str, bytes]:
        self._note("fetch_attachment", url=url)
        return "image/jpeg", b"picture"


class Switchboard:
    """One desk with its web process and its carrier."""

    def __init__(self, desk: Desk, web: Actor) -> None:
        self.desk, self.web, self.carrier = desk, web, RememberingCarrier()

    def happens(self, *events: InboundEvent) -> None:
        """Callbacks come in, and what they lead to is sent."""
        take_in(self.desk, self.web, *events)
        self.send()

    def send(self) -> list[tuple[str, dict[str, Any]]]:
        """Let the sender carry out what is due; gives what the carrier was asked for in this round."""
        before = len(self.carrier.asked)
        while send_due(self.desk, self.web, self.carrier):
            pass
        return self.carrier.asked[before:]

    def talks(self, operator: Actor, sid: str = "CA1") -> tuple[Seat, int]:
        """An operator in a connected call."""
        seat = Seat(self.desk, operator)
        take_in(self.desk, self.web, call(sid))
        seat.answer(entry_of(self.desk.store, sid))
        self.send()
        self.happens(*connected(sid))
        return seat, interaction_of(self.desk.store, sid)

    def joins(self, sid: str, number: int, sequence: int) -> None:
        """A leg that was rung picks up."""
        self.happens(
            leg(sid, number, "ringing"),
            leg(sid, number, "in-progress"),
            conference(sid, "participant-join", number, sequence),
        )

    def line(self, seat: Seat, interaction: int) -> CallLine:
        """The call as its operator sees it."""
        line = seat.calls.line(interaction)
        assert line is not None
        return line

    def methods(self) -> list[str]:
        """What the carrier was asked for so far, in order."""
        return [method for method, _ in self.carrier.asked]

    def unsent(self) -> list[str]:
        """Kinds of outbox rows that are not settled."""
        return [row.kind for row in all_rows(self.desk.store, tables.Outbox) if row.state in ("pending", "sending")]
