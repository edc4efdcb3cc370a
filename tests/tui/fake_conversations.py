"""The texts of a seat in memory, with the real views."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from grm_console.desk.conversation_views import AttachmentLine, ConsentLine, ConsentLog, Conversation, ConversationLine
from grm_console.desk.views import AnswerFound
from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import AttachmentStage, Channel, Direction, OutboxState
from grm_console.errors import InvalidInput

if TYPE_CHECKING:
    from fake_seat import FakeSeat

UNDO = timedelta(seconds=5)


class FakeConversations:
    """One conversation for whatever exchange is asked about."""

    def __init__(self, seat: "FakeSeat") -> None:
        self._seat = seat
        self.lines: list[ConversationLine] = []
        self.earlier: list[ConversationLine] = []
        self.blocked = ""
        self.warnings: tuple[str, ...] = ()
        self.opted_out = False
        self.saved: list[Path] = []
        self.keys: dict[str, ConversationLine] = {}
        self.told: list[AnswerFound] = []
        """Answers that came with what was written."""

    def came(self, text: str, *attachments: AttachmentLine) -> None:
        """The citizen writes."""
        number = len(self.lines) + len(self.earlier) + 1
        line = ConversationLine(
            f"in-{number}", self._seat.now, Direction.INBOUND, text, "", False, None, "", attachments
        )
        self.lines.append(line)
        self._seat.change("interaction")

    def settle(self, outbox_id: int, state: OutboxState, problem: str = "", *, again: bool = False) -> None:
        """The carrier tells what became of a text."""
        at, line = next((at, line) for at, line in enumerate(self.lines) if line.outbox_id == outbox_id)
        self.lines[at] = replace(line, state=state, problem=problem, undo_until=None, may_send_again=again)
        self._seat.change("interaction")

    def of_interaction(self, interaction_id: int) -> Conversation:
        self._seat._reach()
        older = (self.lines[0].at, self.lines[0].line_id) if self.earlier and self.lines else None
        return Conversation(
            interaction_id, 9, self._seat.cards[interaction_id].channel, "+1 202 555 0177", "", "en",
            tuple(self.lines), older, self.blocked, self.warnings, self.opted_out, "+1 202 555 0100",
        )  # fmt: skip

    def older(self, interaction_id: int, key: object) -> tuple[tuple[ConversationLine, ...], None]:
        self._seat._act("older", interaction_id, key)
        return tuple(self.earlier), None

    def start(self, contact_point_id: int, contact_id: int | None) -> int:
        from fake_seat import text

        self._seat._act("start", contact_point_id, contact_id)
        card = text(77, "", channel=Channel.SMS, direction=Direction.OUTBOUND, mine=True, entry_id=None)
        self._seat.cards[77] = card
        self._seat.change("interaction")
        return 77

    def write(
        self, interaction_id: int, text: str, *, key: str, found: tuple[AnswerFound, ...] = ()
    ) -> ConversationLine:
        self._seat._act("write", interaction_id, text)
        self.told += found
        number = 100 + len(self.lines)
        line = ConversationLine(
            f"out-{number}", self._seat.now, Direction.OUTBOUND, text, "Li Wei", False, OutboxState.PENDING, "",
            outbox_id=number, undo_until=self._seat.now + UNDO,
        )  # fmt: skip
        if key not in self.keys:
            self.keys[key] = line
            self.lines.append(line)
            self._seat.change("interaction")
        return self.keys[key]

    def undo(self, outbox_id: int) -> str:
        self._seat._act("undo", outbox_id)
        line = next(line for line in self.lines if line.outbox_id == outbox_id)
        if line.state is not OutboxState.PENDING:
            raise InvalidInput({"text": "It is under way already and cannot be taken back. Write another one."})
        self.lines.remove(line)
        self._seat.change("interaction")
        return line.text

    def send_again(self, outbox_id: int) -> ConversationLine:
        self._seat._act("send_again", outbox_id)
        return next(line for line in self.lines if line.outbox_id == outbox_id)

    def ask_attachment(self, attachment_id: int) -> AttachmentLine:
        self._seat._act("ask_attachment", attachment_id)
        return self._stage(attachment_id, AttachmentStage.ASKED)

    def kept(self, attachment_id: int) -> None:
        """It was fetched."""
        self._stage(attachment_id, AttachmentStage.KEPT)

    def _stage(self, attachment_id: int, stage: AttachmentStage) -> AttachmentLine:
        for at, line in enumerate(self.lines):
            for one in line.attachments:
                if one.attachment_id == attachment_id:
                    fresh = replace(one, stage=stage, size=123_456 if stage is AttachmentStage.KEPT else None)
                    self.lines[at] = replace(line, attachments=(fresh,))
                    self._seat.change("interaction")
                    return fresh
        raise AssertionError(attachment_id)

    def save_attachment(self, attachment_id: int, path: Path, *, overwrite: bool = False) -> None:
        self._seat._act("save_attachment", attachment_id)
        self.saved.append(path)

    def consent(self, contact_point_id: int) -> ConsentLog:
        self._seat._reach()
        words = (ConsentLine(self._seat.now, OptOut.STOP, "", False, ""),) if self.opted_out else ()
        return ConsentLog(contact_point_id, self.opted_out, True, words, ())

    def set_consent(self, contact_point_id: int, *, opted_out: bool, reason: str) -> ConsentLog:
        self._seat._act("set_consent", contact_point_id, opted_out, reason)
        self.opted_out = opted_out
        self.blocked = "This number said STOP, so no text may go to it." if opted_out else ""
        return self.consent(contact_point_id)
