"""What is wrong in a Twilio account, in words."""

import os
from urllib.parse import urldefrag, urlsplit

from grm_console.channels.twilio.account import (
    MOST_NUMBERS,
    AccountFacts,
    NumberFacts,
    TwilioAccount,
    wanted_settings,
)
from grm_console.channels.twilio.rest import REFUSED_CREDENTIALS
from grm_console.errors import CarrierError
from grm_console.i18n import _
from grm_console.settings import Settings
from grm_console.text import printable

Fact = tuple[str, str, bool]
"""What it is about, the fact, and whether it is in order."""

_HOST = "api.twilio.com"
_HOME = "us1"


def account_health(settings: Settings) -> list[Fact]:
    """The account's facts by REST, changing nothing; what cannot be asked is said, no error is raised."""
    sid, tokens = settings.twilio_account_sid, settings.auth_tokens
    if not sid or not tokens:
        needed = _("GRM_TWILIO_ACCOUNT_SID and GRM_TWILIO_AUTH_TOKEN are needed to look into the account")
        return [("Twilio account", needed, False)]
    told = [_region(settings.twilio_api_base_url)]
    if not sid.startswith("AC"):
        wrong = _("GRM_TWILIO_ACCOUNT_SID is no account's SID; it begins with AC, an API key's with SK")
        return [*told, ("Twilio account", wrong, False)]
    try:
        place, account, facts = _signed_in(settings)
    except CarrierError as error:
        sentence = str(error)
        if error.code == REFUSED_CREDENTIALS:
            sentence = _(
                "Twilio refused GRM_TWILIO_ACCOUNT_SID with GRM_TWILIO_AUTH_TOKEN. The token must be that of this very "
                "account and region; a parent account's token or an API key's secret does not do"
            )
        return [*told, ("Twilio account", sentence, False)]
    told += [*_about(facts, place), _public_address(settings.public_base_url)]
    if not settings.public_base_url:
        return told
    try:
        numbers = account.numbers()
    except CarrierError as error:
        return [*told, ("Twilio numbers", str(error), False)]
    if not numbers:
        told.append(("Twilio numbers", _("the account has none; buy or port one in Twilio's console"), False))
    if len(numbers) == MOST_NUMBERS:
        told.append(("Twilio numbers", _("only the first {n} are looked at").format(n=MOST_NUMBERS), True))
    told += [_number(number, settings.public_base_url) for number in numbers]
    unseen = _("which ones may be called is not shown to programs; see Voice geographic permissions in the console")
    return [*told, ("Twilio countries", unseen, True)]


def _signed_in(settings: Settings) -> tuple[int, TwilioAccount, AccountFacts]:
    """The first of our tokens that Twilio takes, by its place from 1; CarrierError if it takes none."""
    tokens = settings.auth_tokens
    for place, token in enumerate(tokens, 1):
        account = TwilioAccount(settings.twilio_account_sid, token, api_base_url=settings.twilio_api_base_url)
        try:
            return place, account, account.facts(tokens)
        except CarrierError as error:
            if error.code != REFUSED_CREDENTIALS or place == len(tokens):
                raise
    raise AssertionError("there is a token")


def _about(facts: AccountFacts, place: int) -> list[Fact]:
    told: list[Fact] = [("Twilio account", f"{facts.sid} {facts.name}".strip(), True)]
    if facts.state != "active":
        wrong = _("the account is {state}; ask Twilio").format(state=printable(facts.state, limit=20))
        told.append(("Twilio account", wrong, False))
    if facts.trial:
        trial = _("a trial account reaches verified numbers only and speaks a notice first; upgrade it")
        told.append(("Twilio account", trial, False))
    if facts.owner_sid != facts.sid:
        sub = _("a sub-account of {owner}; its numbers' requests are signed with its own token").format(
            owner=facts.owner_sid
        )
        told.append(("Twilio account", sub, True))
    if place > 1:
        order = _("Twilio takes token {n} of GRM_TWILIO_AUTH_TOKEN only; write that one first").format(n=place)
        told.append(("Twilio token", order, False))
    if facts.signs_with_ours is False:
        other = _(
            "Twilio signs with a token that is not in GRM_TWILIO_AUTH_TOKEN, so every request is refused; add the "
            "account's primary token"
        )
        told.append(("Twilio token", other, False))
    elif place == 1:
        told.append(("Twilio token", _("accepted"), True))
    return told


def _region(api_base_url: str) -> Fact:
    host = urlsplit(api_base_url).hostname or ""
    ignored = [name for name in ("TWILIO_REGION", "TWILIO_EDGE") if os.environ.get(name)]
    note = "; " + _("{names} has no say here").format(names=", ".join(ignored)) if ignored else ""
    if host == _HOST:
        return "Twilio region", _HOME + note, True
    if not host.endswith(".twilio.com"):
        return "Twilio region", _("{host} is a test server, not Twilio").format(host=host) + note, True
    parts = host.removesuffix(".twilio.com").split(".")
    if len(parts) != 3:
        # api.ie1.twilio.com: a region without an edge leads to the home region (Twilio, global infrastructure).
        wrong = _("{host} names no edge and region; write https://api.EDGE.REGION.twilio.com").format(host=host)
        return "Twilio region", wrong + note, False
    told = _("{region} by edge {edge}; token and numbers must be of that region").format(region=parts[2], edge=parts[1])
    return "Twilio region", told + note, True


def _public_address(public_base_url: str) -> Fact:
    if not public_base_url:
        return "public address", _("GRM_PUBLIC_BASE_URL is not set; Twilio cannot be told where to call"), False
    if not public_base_url.startswith("https:"):
        return "public address", _("GRM_PUBLIC_BASE_URL is not https; what citizens say travels in the open"), False
    return "public address", public_base_url, True


def _number(number: NumberFacts, public_base_url: str) -> Fact:
    faults = _leading_elsewhere(number, public_base_url)
    if faults:
        faults.append(_("run grm twilio connect {number}").format(number=number.number))
    faults += _fax_or_trunk(number)
    if number.takes_calls and (emergency := emergency_fault(number)):
        faults.append(emergency)
    return number.number, "; ".join(faults) or _("leads here, with retries and fallback"), not faults


def emergency_fault(number: NumberFacts) -> str:
    """What is amiss with the address the emergency services see for a number; empty if nothing."""
    match number.emergency:
        case "registered":
            return ""
        case "pending-registration":
            return _("its emergency address is being registered; look again later")
        case "registration-failure":
            return _("its emergency address was refused; correct it in Twilio's console")
    return _(
        "it has no emergency address, so an emergency call from it goes to a national centre for a fee; register one "
        "in Twilio's console"
    )


def _fax_or_trunk(number: NumberFacts) -> list[str]:
    faults = []
    if number.trunk_sid:
        faults.append(_("a SIP trunk takes its calls; take it off in Twilio's console"))
    if number.takes_fax:
        faults.append(_("it receives faxes, not calls; change that in Twilio's console"))
    return faults


def _leading_elsewhere(number: NumberFacts, public_base_url: str) -> list[str]:
    """One sentence for each address that is missing, not ours, unencrypted or without retries."""
    names = {
        "voice_application_sid": _("an application takes its calls"),
        "voice_url": _("calls"),
        "voice_fallback_url": _("calls after a failure"),
        "status_callback": _("the end of calls"),
        "sms_application_sid": _("an application takes its texts"),
        "sms_url": _("texts"),
        "sms_fallback_url": _("texts after a failure"),
    }
    faults = []
    for name, wanted in wanted_settings(number, public_base_url).items():
        what, found = names.get(name, ""), number.settings[name]
        if not what or found == wanted:
            continue
        if not wanted:
            faults.append(what)
        elif not found:
            faults.append(_("{what}: leads nowhere").format(what=what))
        elif _plain(found) != _plain(wanted):
            faults.append(_("{what}: leads to {url}").format(what=what, url=printable(found, limit=120)))
            if found.startswith("http:"):
                faults[-1] += " " + _("(not encrypted)")
        elif "#" not in found:
            faults.append(_("{what}: a failure is not tried again").format(what=what))
    return faults


def _plain(url: str) -> tuple[str, str, int | None, str, str]:
    """An address without its fragment, its port told even where it is the usual one."""
    parts = urlsplit(urldefrag(url).url)
    try:
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port, parts.path, parts.query
