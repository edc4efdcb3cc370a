"""The card of the exchange at the desk: what it is, who it is and how sure, what they bring with them."""

from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock, elapsed
from grm_console.desk.call_views import CallLine, TransferOffer
from grm_console.desk.spoken import channel_word
from grm_console.desk.views import AgentStatus, CallerCard, CaseLine, QueueStatus, Speaker
from grm_console.domain.words import (
    Channel,
    ContactKind,
    Direction,
    EndReason,
    Identification,
    InteractionState,
    LegRole,
    LegState,
)
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import clip
from grm_console.tui.widgets.contact_words import kind_word
from grm_console.tui.widgets.queue_peek import idle_head, queue_lines
from grm_console.tui.words import CHANNEL_SIGNS, KIND_SIGNS, when

Piece = tuple[str, str]
MUTED = "$text-muted"
FLAG = "bold $warning"
EMERGENCY = "bold $error"

LATER = timedelta(minutes=1)
"""What was entered so long after it happened says when that was."""

SMALL_FLAG = 28
"""Cells of a flag where it shares its line with all else."""


def state_piece(
    card: CallerCard, now: datetime, line: CallLine | None = None, offer: TransferOffer | None = None
) -> tuple[str, str, float]:
    """What the exchange is doing: word, style, and for how many seconds.

    `line` are the telephones of the call that is held, `offer` says that a colleague offers the call that is not.
    """
    call = card.channel is Channel.VOICE
    if not card.mine and offer is not None and offer.interaction_id == card.interaction_id:
        word = _("YOUR TELEPHONE RINGS: PICK IT UP") if offer.accepted else _("OFFERED BY A COLLEAGUE")
        if offer.on_the_line:
            word = _("YOU TALK WITH YOUR COLLEAGUE")
        return word, "bold $warning", (now - (card.connected_at or card.waiting_since)).total_seconds()
    if not card.mine:
        waited = (now - card.waiting_since).total_seconds()
        if card.emergency:
            return _("EMERGENCY SERVICE CALLS BACK"), "bold $error", waited
        return (
            (_("RINGING") if call else _("NEW {channel}").format(channel=channel_word(card.channel).upper())),
            ("bold $warning"),
            waited,
        )
    if card.state is InteractionState.WRAP_UP:
        ended = card.ended_at or now
        word = _("GAVE UP") if card.end_reason is EndReason.ABANDONED else _("WRAP-UP")
        return word, "bold $warning", (now - ended).total_seconds()
    began = card.answered_at or card.happened_at
    if not call:
        return channel_word(card.channel).upper(), "bold $success", (now - began).total_seconds()
    if card.connected_at is None:
        own = line.leg(LegRole.OPERATOR) if line is not None else None
        word = _("YOUR TELEPHONE RINGS: PICK IT UP")
        if own is not None and own.state is LegState.JOINED:
            word = _("CALLING THE CITIZEN") if card.direction is Direction.OUTBOUND else _("CONNECTING THE CALLER")
        return word, "bold $warning", (now - began).total_seconds()
    return _("TALKING"), "bold $success", (now - card.connected_at).total_seconds()


def happened_pieces(card: CallerCard, now: datetime) -> list[Piece]:
    """When an exchange that was entered later truly happened."""
    if card.entry_id is not None or card.answered_at is None or card.answered_at - card.happened_at < LATER:
        return []
    return [(_("of {when}").format(when=when(card.happened_at, now)), "$foreground"), ("  ", MUTED)]


def line_pieces(card: CallerCard) -> list[Piece]:
    """The way it came: own number, queue, time waited, language."""
    way = " → ".join(printable(part) for part in (card.line, card.queue) if part)
    pieces: list[Piece] = [(way, MUTED)]
    if card.answered_at is not None and card.entry_id is not None:
        waited = elapsed((card.answered_at - card.waiting_since).total_seconds())
        pieces.append((_(" · waited {time}").format(time=waited), MUTED))
    if card.language:
        pieces.append((_(" · language {code}").format(code=printable(card.language)), MUTED))
    if card.attachments:
        pieces.append((_(" · {n} attached").format(n=card.attachments), MUTED))
    return pieces


def who_pieces(card: CallerCard, now: datetime) -> list[Piece]:
    """Who speaks and how sure; only names as long as nobody confirmed it."""
    address = (f"   {printable(card.address)}", "$foreground")
    if card.speaker is not None:
        speaker = card.speaker
        names = " ".join(printable(name) for name in (speaker.name, speaker.other_name) if name)
        return [(KIND_SIGNS[speaker.kind] + names, "bold"), *_certainty(card), address]
    if card.identified is Identification.ANONYMOUS:
        return [(_("Anonymous"), "bold"), (_("  by the caller's wish"), MUTED)]
    if card.identified is Identification.SOMEONE_ELSE:
        return [
            (_("Someone else"), "bold"),
            address,
            (_("  F4 makes a contact, F3 chooses again"), MUTED),
        ]
    if not card.candidates and card.entry_id is None:  # entered by hand: what is known of it is its address, or nothing
        return [(printable(card.address), "bold"), (_("  F4 makes a contact"), MUTED)]
    if not card.candidates:
        unknown = _("Number withheld") if card.withheld else _("Unknown number")
        hint = _("  F3 says who speaks") if card.withheld else _("  F4 makes a contact")
        return [(unknown, "bold"), *([] if card.withheld else [address]), (hint, MUTED)]
    names = " · ".join(
        " ".join(printable(name) for name in (person.name, person.other_name) if name) for person in card.candidates[:4]
    )
    if len(card.candidates) > 4:
        names += _(" · {n} more").format(n=len(card.candidates) - 4)
    sure = len(card.candidates) == 1 and card.candidates[0].sure
    ask = (_("  ✓ sure"), "$success") if sure else (_("  ? who speaks"), "$warning")
    if card.mine:
        ask = (ask[0] + _(": F3"), ask[1])
    return [(names, "bold"), ask, address]


def _certainty(card: CallerCard) -> list[Piece]:
    words = {
        Identification.BY_NUMBER: _("  ✓ sure by the number"),
        Identification.CONFIRMED: _("  ✓ confirmed"),
        Identification.CREATED: _("  ✓ new contact"),
    }
    pieces: list[Piece] = []
    if card.identified in words:
        pieces.append((words[card.identified], "$success"))
    if len(card.candidates) > 1:
        others = len(card.candidates) - 1
        told = _(" · 1 other uses this number") if others == 1 else _(" · {n} others use this number")
        pieces.append((told.format(n=others), MUTED))
    return pieces


def wish_pieces(speaker: Speaker) -> list[Piece]:
    """What the desk should mind with this speaker: flags first, then groups, wishes, mandates."""
    words = [*speaker.segments, *speaker.prefers, *speaker.acts_for]
    flags: list[Piece] = [(f"   ▲ {printable(flag)}", FLAG) for flag in speaker.flags]
    return flags + ([("   " + " · ".join(printable(word) for word in words), "$foreground")] if words else [])


def history_pieces(speaker: Speaker, now: datetime) -> list[Piece]:
    """How often they came and what is open."""
    pieces = [*_came_pieces(speaker, now), (" · ", MUTED)]
    if not speaker.open_cases:
        return [*pieces, (_("no open case"), MUTED)]
    first, count = speaker.open_cases[0], len(speaker.open_cases)
    return [
        *pieces,
        (_("1 open case") if count == 1 else _("{n} open cases").format(n=count), "bold"),
        (f" {printable(first.number)} {printable(first.service)}", "$foreground"),
        (_(" at {department}, ").format(department=printable(first.department)), MUTED),
        _due_piece(first, now),
    ]


def small_pieces(card: CallerCard, now: datetime) -> list[Piece]:
    """All that a small screen has one line for, what matters most first, as its end is cut.

    Flags and the words of a text; else for whom they speak, whom it concerns, what is open and by when, their past.
    """
    speaker = card.speaker
    flags = [(f"▲ {clip(printable(flag), SMALL_FLAG)}", FLAG) for flag in speaker.flags] if speaker else []
    if card.text or card.problem or card.emergency or speaker is None:
        return _joined([[flag] for flag in flags] + [words_pieces(card) or reason_pieces(card)])
    parts: list[list[Piece]] = [[flag] for flag in flags]
    parts += [[(printable(mandate), "$foreground")] for mandate in speaker.acts_for]
    if card.concerned:
        parts.append([(_("Concerns {name}").format(name=printable(card.concerned)), "$foreground")])
    if speaker.open_cases:
        first, more = speaker.open_cases[0], len(speaker.open_cases) - 1
        parts.append([(_("case {number} ").format(number=printable(first.number)), "$foreground")])
        parts[-1] += [_due_piece(first, now), (_(" · {n} more open").format(n=more) if more else "", MUTED)]
    parts.append(_came_pieces(speaker, now))
    if speaker.prefers:
        parts.append([(" · ".join(printable(wish) for wish in speaker.prefers), MUTED)])
    return _joined(parts)


def _joined(parts: list[list[Piece]]) -> list[Piece]:
    joined: list[Piece] = []
    for part in filter(None, parts):
        joined += [(" · ", MUTED), *part] if joined else part
    return joined


def _came_pieces(speaker: Speaker, now: datetime) -> list[Piece]:
    kind = "" if speaker.kind is ContactKind.CITIZEN else f"{kind_word(speaker.kind)} · "
    if speaker.contacts == 0:
        return [(kind + _("First contact"), MUTED)]
    told = _("1 contact") if speaker.contacts == 1 else _("{n} contacts").format(n=speaker.contacts)
    last = _(" · last {when}").format(when=when(speaker.last_contact, now)) if speaker.last_contact else ""
    return [(kind + told + last, MUTED)]


def _due_piece(case: CaseLine, now: datetime) -> Piece:
    due = (_("▲ late since {when}") if case.late else _("due {when}")).format(when=when(case.due_at, now))
    return due, "$error" if case.late else "$foreground"


def words_pieces(card: CallerCard) -> list[Piece]:
    """The last line: the words of a text, else whom the matter concerns, a note, or what was wrong."""
    if card.problem:
        return [(_("▲ Not readable: "), "$warning"), (printable(card.problem), "$foreground")]
    if card.emergency:
        return [(f"▲ {printable(card.emergency)}", EMERGENCY)]
    if card.text:
        return [("“" + printable(card.text) + "”", "$foreground")]
    pieces: list[Piece] = []
    if card.concerned:
        pieces.append((_("Concerns {name}  ").format(name=printable(card.concerned)), "$foreground"))
    if card.speaker is not None and card.speaker.note:
        pieces.append((_("Note: {note}").format(note=printable(card.speaker.note)), MUTED))
    return pieces


def reason_pieces(card: CallerCard) -> list[Piece]:
    """Why each of these names may be the caller."""
    if card.identified is not None:
        return []
    return [(" · ".join(printable(f"{person.name}: {person.why}") for person in card.candidates[:3]), MUTED)]


def card_words(card: CallerCard, now: datetime) -> str:
    """What the card says first, as one plain line for those who listen to the screen."""
    word, _style, _seconds = state_piece(card, now)
    return f"{word}: {Content.assemble(*who_pieces(card, now)).plain}"


class CallerCardView(Vertical):
    """Four lines, or two on a small screen; the clock repaints only the first one.

    Without an exchange it shows what waits. It never takes the focus.
    """

    can_focus = False

    def __init__(self, now: Clock) -> None:
        super().__init__()
        self._now = now
        self._card: CallerCard | None = None
        self._agent: AgentStatus | None = None
        self._queue: QueueStatus | None = None
        self._line: CallLine | None = None
        self._offer: TransferOffer | None = None
        self._beat = False

    def compose(self) -> ComposeResult:
        yield Static(id="card-head", markup=False)
        yield Static(id="card-who", markup=False)
        yield Static(id="card-words", markup=False)

    def show(
        self,
        card: CallerCard | None,
        agent: AgentStatus | None,
        queue: QueueStatus | None,
        line: CallLine | None = None,
        offer: TransferOffer | None = None,
    ) -> None:
        """Show this exchange, or the queue if there is none."""
        same = card is not None and (card, line, offer) == (self._card, self._line, self._offer)
        self._card, self._agent, self._queue, self._line, self._offer = card, agent, queue, line, offer
        if not same:
            self.set_class(card is not None and not card.mine, "-ringing")
            self.set_class(card is not None and card.mine, "-mine")
            self.set_class(card is not None and card.mine and card.state is InteractionState.WRAP_UP, "-wrap-up")
            self.set_class(bool(card and card.text), "-text")
            self._paint()

    def on_resize(self) -> None:
        self._paint()

    def tick(self) -> None:
        """A second has passed."""
        self._beat = not self._beat
        if self._card is None:
            self._paint()
        else:
            self._paint_head()

    @property
    def _small(self) -> bool:
        return self.size.height <= 2

    def _paint(self) -> None:
        now, card = self._now(), self._card
        self._paint_head()
        who = self.query_one("#card-who", Static)
        words = self.query_one("#card-words", Static)
        if card is None:
            lines = queue_lines(self._queue, now, max(0, self.size.height - 1))
            who.update(Content("\n").join(lines[:2]), layout=False)
            words.update(Content("\n").join(lines[2:]), layout=False)
            return
        speaker = card.speaker
        if self._small:
            who.update(Content.assemble(*small_pieces(card, now)), layout=False)
            words.update("", layout=False)
            return
        second = Content.assemble(*(history_pieces(speaker, now) if speaker else reason_pieces(card)))
        first = Content.assemble(*who_pieces(card, now), *(wish_pieces(speaker) if speaker else []))
        who.update(Content("\n").join([first, second]), layout=False)
        words.update(Content.assemble(*words_pieces(card)), layout=False)

    def _paint_head(self) -> None:
        now, card = self._now(), self._card
        head = self.query_one("#card-head", Static)
        if card is None:
            head.update(idle_head(self._agent, self._queue), layout=False)
            return
        word, style, seconds = state_piece(card, now, self._line, self._offer)
        if not card.mine and self._beat:
            style += " reverse"
        pieces: list[Piece] = [
            (f"{CHANNEL_SIGNS[card.channel]} {word} {elapsed(seconds)}", style),
            ("  ", MUTED),
            *happened_pieces(card, now),
        ]
        if self._small:
            pieces += who_pieces(card, now)
        else:
            pieces += line_pieces(card)
            if not card.mine and self._offer is None:
                pieces.append((_("   F2 answers"), "$foreground"))
        head.update(Content.assemble(*pieces), layout=False)
