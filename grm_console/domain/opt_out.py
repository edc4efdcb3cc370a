"""Who must not be written to by a machine: who said stop, and where nobody or a machine would read it."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from grm_console.domain.addresses import Address, AddressKind, number_of
from grm_console.text import printable


class OptOut(StrEnum):
    """What a text asks about further texts."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_WORDS = {
    OptOut.STOP: (
        "stop stopall unsubscribe cancel end quit revoke optout",
        "退订 退訂 停止 取消 取消订阅 取消訂閱 不再接收 td",
        "alto parar baja cancelar detener",
    ),
    OptOut.START: ("start yes unstop", "开始 開始 恢复 恢復 重新订阅 重新訂閱", "iniciar comenzar alta"),
    OptOut.HELP: ("help info", "帮助 幫助 说明 說明", "ayuda información informacion"),
}
"""The first line of each is the carrier's default list in English; then Chinese, then Spanish."""

_CARRIERS_OWN = frozenset(line for lines in _WORDS.values() for line in lines[0].split())
"""The words a carrier knows and answers by itself; of the others it does not even take notice."""

_MEANING = {word: act for act, lines in _WORDS.items() for line in lines for word in line.split()}


def read_opt_out(text: str) -> OptOut | None:
    """Return what a text asks if the whole of it, trimmed and in any case or width, is one of the words.

    "STOP please" is none: the carrier would not take it as one either, so a person reads it.
    """
    if len(text) > 100:
        return None
    return _MEANING.get(_folded(text))


class LineKind(StrEnum):
    """What one of our numbers is, which settles who answers STOP and HELP."""

    LONG_CODE = "long-code"
    """The carrier answers its own words and blocks the number."""
    TOLL_FREE = "toll-free"
    """The network answers them, with words nobody can change."""
    SHORT_CODE = "short-code"
    """Nobody answers: the desk must."""


def line_kind(line: Address, settled: Mapping[str, LineKind]) -> LineKind:
    """The kind of a line of ours: as it was settled by its number, else as the number tells."""
    known = settled.get(line.number or line.address)
    if known is not None:
        return known
    if line.kind is AddressKind.SHORT_CODE:
        return LineKind.SHORT_CODE
    return LineKind.TOLL_FREE if _is_toll_free(line.number) else LineKind.LONG_CODE


def carrier_answers(text: str, kind: LineKind, sender: Address, told: bool) -> bool:
    """Whether somebody else answers an opt-out word already, so that the desk stays silent.

    `told` says that the carrier itself told of the word. By WhatsApp and the like no carrier answers.
    """
    if told:
        return True
    if kind is LineKind.SHORT_CODE or sender.kind is not AddressKind.PHONE:
        return False
    return _folded(text) in _CARRIERS_OWN


def automatic_reply_allowed(sender: Address, own: frozenset[str], recipient: Address) -> bool:
    """Whether a machine may answer a text at all; duplicate, opt-out and budget are asked elsewhere.

    Never: withheld senders, short codes and names, our own numbers (`own`, in normal form, with or without
    the channel's prefix), a sender equal to the recipient, and numbers where a text is dear or reaches a
    machine: premium rate, shared cost, personal, pager, voicemail, company-wide and satellite numbers.
    """
    if not sender.repliable or sender.address == recipient.address:
        return False
    if not own.isdisjoint({sender.address, sender.number} - {""}):
        return False
    return not sender.number or (sender.number != recipient.number and _is_persons_number(sender.number))


def _folded(text: str) -> str:
    return printable(unicodedata.normalize("NFKC", text)).strip().casefold()


def _is_toll_free(number: str) -> bool:
    import phonenumbers  # here for the reason given in addresses

    parsed = number_of(number) if number else None
    return parsed is not None and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE


def _is_persons_number(number: str) -> bool:
    import phonenumbers  # here for the reason given in addresses

    parsed = number_of(number)
    if parsed is None:
        return False
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return False
    return phonenumbers.number_type(parsed) not in (
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    )
