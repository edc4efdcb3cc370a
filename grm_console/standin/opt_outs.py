"""Who asked for no more texts, and what the carrier itself answers to such a word."""

from dataclasses import dataclass

_STOP = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
_START = frozenset(["START", "YES", "UNSTOP"])
_HELP = frozenset(["HELP", "INFO"])
_ADDED = {"退订": "STOP", "停止": "STOP", "开始": "START", "恢复": "START", "帮助": "HELP"}
"""Words that a Messaging Service with Advanced Opt-Out was given besides the usual ones."""
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")

_ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
_NETWORK_ANSWERS = {
    "STOP": 'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. '
    'Text back "unstop" to receive messages again.',
    "START": 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
}
"""Of toll-free numbers; nobody can change them."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A word the carrier took as a wish about further texts."""

    word: str
    """`STOP`, `START` or `HELP`."""
    answer: str
    """What the carrier sends back; empty for silence."""


class OptOuts:
    """All numbers that asked for no more texts, by the number of ours or the Messaging Service they asked."""

    def __init__(self) -> None:
        self._out: set[tuple[str, str]] = set()

    def is_out(self, ours: str, theirs: str) -> bool:
        """Whether texts to them are refused; `ours` is our number, or the service it is in."""
        return (ours, theirs) in self._out

    def hear(self, line: str, service_sid: str, theirs: str, body: str) -> Handled | None:
        """Take what somebody writes to a number of ours; None if it is no such word, or none handled here.

        Nothing is handled for a short code that stands alone, nor over WhatsApp.
        """
        if not line.startswith("+"):
            return None
        network = is_toll_free(line)
        word = _meaning(body, network=network, service=bool(service_sid))
        if word is None:
            return None
        pair = (service_sid or line, theirs)
        was_out = pair in self._out
        if word == "STOP":
            self._out.add(pair)
        elif word == "START":
            self._out.discard(pair)
        # Who is out hears nothing but that they are back; who is in is not told so again.
        silent = was_out if word != "START" else not was_out
        answers = _NETWORK_ANSWERS if network and word in _NETWORK_ANSWERS else _ANSWERS
        return Handled(word, "" if silent else answers[word])


def is_toll_free(number: str) -> bool:
    """Whether a number of ours is toll-free in North America, where the network has rules of its own."""
    return number.startswith("+1") and number[2:5] in _TOLL_FREE


def _meaning(body: str, *, network: bool, service: bool) -> str | None:
    word = body.strip().upper()
    if service and word in _ADDED:
        return _ADDED[word]
    if word in _HELP:
        return "HELP"
    if network:
        # The network knows fewer words than the carrier.
        return "STOP" if word == "STOP" else "START" if word in ("START", "UNSTOP") else None
    return "STOP" if word in _STOP else "START" if word in _START else None
