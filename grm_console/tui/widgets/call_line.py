"""The live call under the caller card: who is on the line and how, what did not work, what is offered."""

from datetime import datetime, timedelta

from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock, elapsed
from grm_console.desk.call_views import CallLine, KeyAnswer, LegLine, TransferOffer
from grm_console.desk.views import CaseForm
from grm_console.domain.call_legs import CALLER
from grm_console.domain.words import LegRole, LegState, NotTaken
from grm_console.i18n import _
from grm_console.text import printable

Piece = tuple[str, str]
MUTED = "$text-muted"
WARNING = "bold $warning"
ALIVE = (LegState.ASKED, LegState.RINGING, LegState.JOINED)

GONE_SHOWN = timedelta(seconds=30)
"""How long somebody who left, or was not reached, still stands in the line."""

ANSWERS_SHOWN = 6
"""Answers by keys that are shown, the newest ones."""

NAME = 30
"""Characters of a name, so that one name leaves the others their place."""


def role_name(leg: LegLine) -> str:
    """Who that is: the name they are listed under, else what they are."""
    words = {
        LegRole.CALLER: _("citizen"),
        LegRole.OPERATOR: _("operator"),
        LegRole.SUPERVISOR: _("supervisor"),
        LegRole.DEPARTMENT: _("department"),
        LegRole.INTERPRETER: _("interpreter"),
        LegRole.EMERGENCY: _("emergency service"),
    }
    if leg.number == CALLER or not leg.name:
        return words[leg.role]
    name = printable(leg.name, limit=NAME)
    named = leg.role in (LegRole.INTERPRETER, LegRole.EMERGENCY) and words[leg.role].casefold() not in name.casefold()
    return f"{words[leg.role]} {name}" if named else name


def own_leg(line: CallLine, me: str) -> LegLine | None:
    """The operator's own telephone in a call; `me` is the operator's name."""
    legs = [leg for leg in line.legs if leg.role is LegRole.OPERATOR and leg.state in ALIVE]
    return next((leg for leg in reversed(legs) if leg.name == me), legs[0] if legs else None)


def others(line: CallLine, me: str) -> tuple[LegLine, ...]:
    """Everybody alive in a call but the citizen, the operator, and whoever only listens."""
    own = own_leg(line, me)
    return tuple(
        leg for leg in line.legs if leg.number != CALLER and leg != own and leg.state in ALIVE and not _listens(leg)
    )


def _listens(leg: LegLine) -> bool:
    """A supervisor who only hears is shown to nobody in the call: it would change the talk."""
    return leg.role is LegRole.SUPERVISOR and leg.muted and not leg.coaching


def leg_alive(line: CallLine, number: int) -> bool:
    """Whether a leg is on the line, or rings."""
    return any(leg.number == number and leg.state in ALIVE for leg in line.legs)


def legs_of(line: CallLine, me: str, now: datetime) -> tuple[LegLine, ...]:
    """The legs to show, the citizen first and oneself last; who has gone only for a while."""
    own = own_leg(line, me)
    rest = [
        leg
        for leg in line.legs
        if leg.number != CALLER
        and leg != own
        and not _listens(leg)
        and (leg.state in ALIVE or (leg.role is not LegRole.OPERATOR and now - leg.since < GONE_SHOWN))
    ]
    citizen = [leg for leg in line.legs if leg.number == CALLER]
    return (*citizen, *rest, *([own] if own is not None else []))


def leg_piece(leg: LegLine, own: bool, took: str) -> Piece:
    """One leg as a sign, who it is, and what it does; `took` is its running time, where that says something."""
    who = _("you") if own else role_name(leg)
    match leg.state:
        case LegState.ASKED | LegState.RINGING:
            if own:
                return _("◌ your telephone rings {time}").format(time=took), WARNING
            if leg.waits:
                return _("◌ {who} waits").format(who=who), "$warning"
            words = _("◌ {who} is called {time}") if leg.state is LegState.ASKED else _("◌ {who} ringing {time}")
            return words.format(who=who, time=took), "$warning"
        case LegState.FAILED:
            return _("✗ {who}: {why}").format(who=who, why=_why(leg.outcome)), "$warning"
        case LegState.LEFT if leg.role is LegRole.INTERPRETER and leg.joined_at is not None and leg.left_at is not None:
            spoke = elapsed((leg.left_at - leg.joined_at).total_seconds())
            return _("○ {who} has left after {time}").format(who=who, time=spoke), MUTED
        case LegState.LEFT:
            return _("○ {who} has left").format(who=who), MUTED
    if leg.machine:
        return _("▣ {who}: a MACHINE {time}").format(who=who, time=took), WARNING
    if leg.held:
        return _("‖ {who} ON HOLD").format(who=who), WARNING
    if leg.muted:
        return (_("⊘ you are MUTED") if own else _("⊘ {who} muted").format(who=who)), WARNING
    if leg.role is LegRole.SUPERVISOR and leg.coaching:
        return _("◆ {who} whispers to you").format(who=who), "$accent"
    return f"● {who} {took}", "$success" if leg.number == CALLER else "$foreground"


def _why(outcome: str) -> str:
    return {
        "no-answer": _("no answer"),
        "busy": _("engaged"),
        "canceled": _("taken back"),
        "failed": _("cannot be reached"),
    }.get(outcome, _("not reached"))


def leg_pieces(line: CallLine, me: str, now: datetime) -> list[Piece]:
    """Everybody in the call, in one line."""
    own = own_leg(line, me)
    pieces: list[Piece] = []
    for leg in legs_of(line, me, now):
        piece = leg_piece(leg, leg == own, elapsed((now - leg.since).total_seconds()))
        pieces += [("   ", MUTED), piece] if pieces else [piece]
    return pieces


def machine_words(line: CallLine) -> str:
    """That a machine has picked up, and what to do; empty if none has."""
    leg = next((leg for leg in reversed(line.legs) if leg.machine and leg.state is LegState.JOINED), None)
    if leg is None:
        return ""
    if leg.number != CALLER:
        told = _("A machine answered at {name}: speak after the tone, or Alt+D drops it")
        return told.format(name=printable(leg.name, limit=NAME))
    if line.callback:
        return _("A machine answered: speak after the tone, F8 ends. It counts as an attempt that reached nobody")
    return _("A machine answered: speak after the tone, F8 ends")


def refusal_words(line: CallLine) -> str:
    """That an offered call was not taken, and where the citizen is now; empty if none was refused."""
    refusal = line.refusal
    if refusal is None:
        return ""
    told = {
        NotTaken.SAID_NO: _("{name} said no"),
        NotTaken.RAN_OUT: _("{name} did not answer the offer"),
        NotTaken.LEFT: _("{name} has gone away"),
        NotTaken.NOT_REACHED: _("{name} did not pick up the telephone"),
    }[refusal.why].format(name=printable(refusal.to_name, limit=NAME))
    then = _("the citizen is on the line with you again") if refusal.resumed else _("the call is still yours")
    return f"{told}; {then}"


def leaving_words(line: CallLine) -> str:
    """That the operator is about to leave; empty if they are not."""
    leg = next((leg for leg in line.legs if leg.number == line.leaving), None)
    if leg is None:
        return ""
    told = _("→ you leave as soon as a person answers at {name}: F11, then K, stays")
    return told.format(name=printable(leg.name, limit=NAME))


def news_pieces(line: CallLine, now: datetime) -> list[Piece]:
    """What the operator must know besides: trouble first, then machines, the handing over, and answers by keys."""
    parts: list[Piece] = []
    if line.trouble:
        parts.append((f"▲ {printable(line.trouble)}", WARNING))
    if machine := machine_words(line):
        parts.append((f"▲ {machine}", WARNING))
    if line.refusal is not None and line.transfer is None and now - line.refusal.at < GONE_SHOWN:
        parts.append((f"▲ {refusal_words(line)}", WARNING))
    if leaving := leaving_words(line):
        parts.append((leaving, "$accent"))
    if line.transfer is not None:
        name = printable(line.transfer.to_name, limit=NAME)
        told = (
            _("→ {name} takes it over: F11, then Y")
            if line.transfer.accepted
            else _("→ offered to {name}, who sees it")
        )
        parts.append((told.format(name=name), "$accent"))
    if line.keys:
        answers = " · ".join(key_word(key) for key in line.keys[-ANSWERS_SHOWN:])
        parts.append((_("by keys: {answers}").format(answers=answers), "bold"))
    pieces: list[Piece] = []
    for part in parts:
        pieces += [("   ", MUTED), part] if pieces else [part]
    return pieces


def key_word(answer: KeyAnswer) -> str:
    """An answer to a silent question with what was asked: 1 is yes, 2 is no, anything else is what was pressed."""
    first = {"1": _("cannot speak"), "2": _("asks for a text")}
    if answer.question == 0 and answer.key in first:
        return first[answer.key]
    asked = (_("cannot speak"), _("in danger"), _("ambulance"), _("police"))
    subject = asked[answer.question] if answer.question < len(asked) else str(answer.question)
    said = {"1": _("yes"), "2": _("no")}.get(answer.key, printable(answer.key, limit=4))
    return f"{subject}: {said}"


def offer_pieces(offer: TransferOffer, brief: CaseForm | None) -> tuple[list[Piece], list[Piece]]:
    """A call offered to this operator: who hands it over and why, and what was typed so far."""
    name = printable(offer.from_name, limit=NAME)
    lead = _("→ {name} hands this call over") if not offer.accepted else _("→ you take over from {name}")
    first: list[Piece] = [(lead.format(name=name), WARNING)]
    if offer.note:
        first.append((_("   “{note}”").format(note=printable(offer.note)), "$foreground"))
    typed = brief if brief is not None else CaseForm()
    words = " · ".join(printable(word) for word in (typed.summary, typed.note, typed.place) if word.strip())
    keys = _("pick up your telephone   Esc steps back") if offer.accepted else _("F2 takes it   Esc declines   F7 all")
    if offer.on_the_line:
        keys = _("the citizen waits; {name} hands over   Esc steps back").format(name=name)
    second: list[Piece] = [(keys, "$foreground")]
    if offer.answers:
        told = " · ".join(printable(answer, limit=NAME) for answer in offer.answers)
        second.append((_("   told so far: {answers}").format(answers=told), MUTED))
    if words:
        second.append((_("   typed so far: {words}").format(words=words), MUTED))
    return first, second


def call_words(line: CallLine, me: str, now: datetime) -> str:
    """The call as one plain sentence without running times, so that the same state is said once."""
    own = own_leg(line, me)
    alive = (leg for leg in line.legs if leg.state in ALIVE and not _listens(leg))
    told = [leg_piece(leg, leg == own, "")[0][2:].rstrip() for leg in alive]
    return ", ".join([*told, *(words.strip() for words, _style in news_pieces(line, now) if words.strip())])


class CallLineView(Static):
    """One line, or two when there is something besides; nothing while no call is on. It never takes the focus."""

    can_focus = False

    def __init__(self, me: str, now: Clock) -> None:
        super().__init__(id="call-line", markup=False)
        self._me = me
        self._now = now
        self._line: CallLine | None = None
        self._offer: TransferOffer | None = None
        self._brief: CaseForm | None = None
        self.said = ""
        """What it stands for now, in a plain sentence."""

    def show(self, line: CallLine | None, offer: TransferOffer | None, brief: CaseForm | None) -> bool:
        """Show a call, else an offer, else nothing; gives whether that is news in words."""
        before, self.said = self.said, ""
        self._line, self._offer, self._brief = line, offer, brief
        if line is not None:
            self.said = call_words(line, self._me, self._now())
        elif offer is not None:
            first, second = offer_pieces(offer, brief)
            self.said = Content.assemble(*first, "  ", *second).plain
        self._paint()
        return self.said != before

    def tick(self) -> None:
        """A second has passed."""
        if self._line is not None:
            self._paint()

    def _lines(self) -> list[list[Piece]]:
        if self._line is not None:
            return [leg_pieces(self._line, self._me, self._now()), news_pieces(self._line, self._now())]
        return list(offer_pieces(self._offer, self._brief)) if self._offer is not None else []

    def _paint(self) -> None:
        lines = [Content.assemble(*pieces) for pieces in self._lines() if pieces]
        self.display = bool(lines)
        self.set_class(len(lines) > 1, "-two")
        troubled = self._line is None or self._line.held or bool(self._line.trouble)
        self.set_class(troubled, "-mind")
        self.update(Content("\n").join(lines), layout=False)
