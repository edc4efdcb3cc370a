"""What a From or To really is, and the one form under which it is looked up.

phonenumbers is imported where it is used: importing it takes longer than all of this package, and a program
that never sees a number should not pay for it.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from grm_console.text import printable

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


class AddressKind(StrEnum):
    """The sort of address; the value is what stands in the database."""

    PHONE = "phone"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    SIP = "sip"
    CLIENT = "client"
    SHORT_CODE = "short-code"
    ALPHANUMERIC = "alphanumeric"
    MESSENGER = "messenger"
    RCS = "rcs"
    POSTAL = "postal"
    OTHER = "other"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a channel, read from what a provider or a person wrote."""

    kind: AddressKind
    address: str
    """Normal form, the key together with `kind`: E.164, `whatsapp:+…`, lower-cased e-mail; free of controls
    and at most 255 characters. Empty when withheld: it must not become a contact point, or strangers would
    share it."""
    raw: str
    """As it came, for evidence; may hold anything, also what a database refuses (NUL, lone surrogates)."""

    @property
    def number(self) -> str:
        """The E.164 number behind a phone, WhatsApp or RCS address, or an empty string."""
        if self.kind is AddressKind.PHONE:
            return self.address
        if self.kind not in (AddressKind.WHATSAPP, AddressKind.RCS):
            return ""
        return _e164(self.address.rpartition(":")[2], "")

    @property
    def repliable(self) -> bool:
        """Whether a text can go back to it; whether a machine may send one, `opt_out` decides."""
        return self.kind in _REPLIABLE

    @property
    def dialable(self) -> bool:
        """Whether it can be rung."""
        return self.kind in _DIALABLE

    @property
    def display(self) -> str:
        """As a person reads it, without prefix: international format for numbers; empty when withheld."""
        if self.number:
            return _international(self.number)
        scheme, _, rest = self.address.partition(":")
        return rest if scheme in _SCHEMES else self.address


_REPLIABLE = frozenset({AddressKind.PHONE, AddressKind.WHATSAPP, AddressKind.MESSENGER, AddressKind.RCS})
_DIALABLE = frozenset({AddressKind.PHONE, AddressKind.SHORT_CODE, AddressKind.SIP, AddressKind.CLIENT})

_SCHEMES = {
    "whatsapp": AddressKind.WHATSAPP,
    "rcs": AddressKind.RCS,
    "messenger": AddressKind.MESSENGER,
    "client": AddressKind.CLIENT,
    "sip": AddressKind.SIP,
    "sips": AddressKind.SIP,
}
"""Prefixes that stay part of the address: without them a reply would go out by another channel."""

_WITHHELD_WORDS = frozenset(
    {
        *("anonymous", "restricted", "unavailable", "unknown", "private", "blocked", "withheld", "unlisted"),
        *("anonymous caller", "private caller", "unknown caller", "caller unknown", "private number"),
        *("unknown number", "number withheld", "number unavailable", "not available", "id unavailable"),
        *("no caller id", "caller id blocked", "caller id withheld", "caller id unavailable"),
        *("匿名", "未知", "未知号码", "未知號碼", "未知来电", "私人号码", "私人號碼", "隐藏号码", "隱藏號碼"),
        *("无来电显示", "無來電顯示", "anónimo", "desconocido", "número desconocido", "oculto"),
        *("número oculto", "privado", "número privado"),
    }
)

_WITHHELD_KEYPAD = frozenset({"266696687", "7378742833", "86282452253", "8656696", "2562533", "7748283"})
"""ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED, PRIVATE typed on a keypad: real calls carry them."""

_LONGEST = 255
_LONGEST_EMAIL = 254
_LONGEST_NUMBER = 64
_LONGEST_CACHED = 512

_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_SIP_USER = re.compile(r"([^@\s]+@)([^@;?\s]+)(?:[;?].*)?")
_SHORT_CODE = re.compile(r"[0-9]{3,6}")
_ALPHANUMERIC = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_&][A-Za-z0-9 +_&-]{0,10}")
"""An alphanumeric sender: up to 11 characters, one of them a letter."""

_EXTENSION = re.compile(
    r"\s*(?:;ext=|ext(?:ension|n)?[. :]*|x|#|,+|转|轉|分机|分機|内线|內線)\s*[0-9]{1,9}#?$", re.IGNORECASE
)


def read_address(raw: str, region: str, *, expect: AddressKind | None = None) -> Address:
    """Read what a provider or a person wrote as an address; never raises, whatever the string.

    `region` is the two-letter region of numbers written nationally. `expect` settles what `raw` alone does
    not say: a bare number as WhatsApp, a bare name as SIP or client, a few digits as a short code, any line
    as postal. A number counts as a phone when it is possible, valid or not: numbering plans change faster
    than tables, and no caller is refused for it. An extension stays in `raw`; the key is the number it
    belongs to.
    """
    if len(raw) > _LONGEST_CACHED:
        return _read(raw, region, expect)
    return _read_cached(raw, region, expect)


def search_digits(text: str) -> str:
    """Return the digits by which to look up a number somebody typed, or an empty string if it is none.

    They are to be found at the end of an E.164 number: `202-555-0142`, `5550142`, `020 7946 0958` and
    `+44 (0)20 7946 0958` lose punctuation, trunk zeros and extension.
    """
    typed = _EXTENSION.sub("", _ascii_digits(_tidy(text, "NFKC")))
    scheme, colon, rest = typed.rpartition(":")
    if colon and scheme.strip().lower() in ("tel", *_SCHEMES):
        typed = rest
    digits = re.sub(r"[\s()./+-]", "", typed.replace("(0)", ""))
    return digits.lstrip("0") if re.fullmatch(r"[0-9]{3,20}", digits) else ""


def _read(raw: str, region: str, expect: AddressKind | None) -> Address:
    kind, address = _classify(raw, region.upper(), expect)
    if len(address) > _LONGEST:
        digest = hashlib.sha256(address.encode()).hexdigest()[:32]
        address = f"{address[: _LONGEST - 33]}~{digest}"
    return Address(kind, address, raw)


_read_cached = lru_cache(maxsize=8192)(_read)


def _classify(raw: str, region: str, expect: AddressKind | None) -> tuple[AddressKind, str]:
    text = _tidy(raw, "NFC")
    if expect is AddressKind.POSTAL and text:
        return AddressKind.POSTAL, text.casefold()
    if "@" not in text:
        text = _tidy(text, "NFKC")
    if bracketed := _IN_BRACKETS.fullmatch(text):
        text = bracketed.group(1).strip()
    scheme, colon, rest = text.partition(":")
    scheme = scheme.strip().lower()
    if colon and (scheme in _SCHEMES or scheme in ("tel", "mailto")):
        text = rest.strip()
    elif expect is not None and expect.value in _SCHEMES:
        scheme, text = expect.value, _e164(_ascii_digits(text), region) or text
    else:
        scheme = ""
    if _is_withheld(text.partition("@")[0] if scheme in ("sip", "sips") else text):
        return AddressKind.WITHHELD, ""
    if scheme in _SCHEMES:
        return _SCHEMES[scheme], f"{scheme}:{_prefixed(scheme, text)}"
    if "@" in text:
        if _EMAIL.fullmatch(text) and len(text) <= _LONGEST_EMAIL:
            return AddressKind.EMAIL, unicodedata.normalize("NFC", text.lower())
        return AddressKind.OTHER, text
    return _number_or_name(text, region, expect)


def _number_or_name(text: str, region: str, expect: AddressKind | None) -> tuple[AddressKind, str]:
    number = _ascii_digits(text)
    bare = re.sub(r"[\s.-]", "", number)
    if bare.removeprefix("+") in _WITHHELD_KEYPAD and (bare[0] == "+" or not _e164(bare, region, valid=True)):
        return AddressKind.WITHHELD, ""
    expected_code = expect is AddressKind.SHORT_CODE and re.fullmatch(r"[0-9]{3,8}", bare)
    if expected_code or _SHORT_CODE.fullmatch(bare):
        # Small countries have numbers this short; three digits are always a service, above all an emergency.
        if not expected_code and len(bare) > 3 and (found := _e164(bare, region, valid=True)):
            return AddressKind.PHONE, found
        return AddressKind.SHORT_CODE, bare
    without_extension = _EXTENSION.sub("", number)
    if _ALPHANUMERIC.fullmatch(text) and re.search("[A-Za-z]", without_extension):
        return AddressKind.ALPHANUMERIC, text
    if found := _e164(without_extension, region):
        return AddressKind.PHONE, found
    return AddressKind.OTHER, text


def _prefixed(scheme: str, rest: str) -> str:
    if scheme in ("sip", "sips"):
        # The host is case-blind and its parameters are routing; the user's part is neither.
        user = _SIP_USER.fullmatch(rest)
        return user.group(1) + user.group(2).lower() if user else rest
    if scheme in ("whatsapp", "rcs"):
        digits = _ascii_digits(rest)
        return _e164(digits if digits.startswith("+") else f"+{digits}", "") or rest
    return rest


def _e164(text: str, region: str, *, valid: bool = False) -> str:
    """Return the E.164 form of a possible (or, if asked, a valid) number, else an empty string."""
    if not text or len(text) > _LONGEST_NUMBER or text[0] not in "+(0123456789":
        return ""
    return _parsed(text, region, valid)


@lru_cache(maxsize=8192)
def number_of(text: str, region: str = "") -> "PhoneNumber | None":
    """The number as the library reads it, None if it is none; kept, because a text asks for its sender's twice."""
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=8192)
def _parsed(text: str, region: str, valid: bool) -> str:
    import phonenumbers

    number = number_of(text, "" if text.startswith("+") else region)
    if number is None:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    # Letters are a keypad's digits only in a number that exists (1-800-FLOWERS), else they are a street
    # or name.
    if (valid or any(char.isalpha() for char in text)) and not phonenumbers.is_valid_number(number):
        return ""
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # Each reading takes off one trunk prefix; nonsense may hold several, and a key must stand.
    return found if found == text else _parsed(found, "", False)


@lru_cache(maxsize=8192)
def _international(number: str) -> str:
    import phonenumbers

    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _is_withheld(text: str) -> bool:
    words = re.sub(r"[\s_-]+", " ", text.casefold()).strip("\"'()[]. ")
    return not words or words in _WITHHELD_WORDS or words.endswith("@anonymous.invalid")


def _tidy(text: str, form: Literal["NFC", "NFKC"]) -> str:
    """One line without controls and without format characters: copied numbers come in direction marks."""
    if not text.isascii():
        visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = unicodedata.normalize(form, visible)
    return printable(" ".join(text.split()))


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)
