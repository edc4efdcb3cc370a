"""What is asked of a Twilio account: who it is, its numbers, and where each sends its calls and texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grm_console.channels.twilio.rest import asked, rest_client
from grm_console.errors import CarrierError, NotFound, SettingsError
from grm_console.i18n import _
from grm_console.text import printable

CALL_RETRIES = "#rc=3&rp=all&ct=2000&rt=4000"
"""Behind an address whose answer somebody waits for: up to three more tries, whatever went wrong."""
REPORT_RETRIES = "#rc=5&rp=all"
"""Behind an address that is only told something: Twilio's most tries. A fragment is not signed."""

MOST_NUMBERS = 1000
_NUMBERS_TOLD = 10


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as Twilio describes it."""

    sid: str
    name: str
    owner_sid: str
    """The parent account; its own SID unless it is a sub-account."""
    trial: bool
    state: str
    """active, suspended or closed."""
    signs_with_ours: bool | None
    """Whether the token that signs webhooks is among ours; None if Twilio does not show it."""


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """A number of the account and where its calls and texts go."""

    sid: str
    number: str
    """In E.164."""
    settings: Mapping[str, str]
    """What `wanted_settings` may name, as it stands; empty where nothing is set."""
    takes_calls: bool
    takes_texts: bool
    takes_fax: bool
    """Whether calls are received as faxes."""
    trunk_sid: str
    """The SIP trunk that takes its calls, so that its own addresses count for nothing; empty for none."""
    emergency: str
    """State of its address at the emergency services, `registered` if it is."""


class TwilioAccount:
    """The account behind the credentials, asked by the command line; no method is repeated by itself."""

    def __init__(self, account_sid: str, auth_token: str, *, api_base_url: str) -> None:
        """Raises SettingsError unless both are set. No request is made yet."""
        if not account_sid or not auth_token:
            raise SettingsError(_("No Twilio account is set; set GRM_TWILIO_ACCOUNT_SID and GRM_TWILIO_AUTH_TOKEN."))
        self._sid = account_sid
        self._client = rest_client(account_sid, auth_token, api_base_url)

    def facts(self, tokens: tuple[str, ...]) -> AccountFacts:
        """Who the account is; `tokens` are those we check signatures with. Raises CarrierError."""
        account = asked(lambda: self._client.api.accounts(self._sid).fetch(), harmless_twice=True)
        signing = str(account.auth_token or "")
        return AccountFacts(
            sid=str(account.sid),
            name=printable(str(account.friendly_name or ""), limit=64),
            owner_sid=str(account.owner_account_sid or account.sid),
            trial=str(account.type).lower() == "trial",
            state=str(account.status),
            signs_with_ours=signing in tokens if signing else None,
        )

    def numbers(self) -> list[NumberFacts]:
        """The account's numbers, `MOST_NUMBERS` at most. Raises CarrierError."""
        found = asked(lambda: self._client.incoming_phone_numbers.list(limit=MOST_NUMBERS), harmless_twice=True)
        return sorted((_facts(number) for number in found), key=lambda facts: facts.number)

    def number(self, e164: str) -> NumberFacts:
        """One number; NotFound names those the account has. Raises CarrierError."""
        numbers = self.numbers()
        for facts in numbers:
            if facts.number == e164:
                return facts
        if not numbers:
            raise NotFound(_("The account has no number yet; buy or port one in Twilio's console first."))
        told = ", ".join(facts.number for facts in numbers[:_NUMBERS_TOLD])
        more = ", …" if len(numbers) > _NUMBERS_TOLD else ""
        raise NotFound(
            _("The account has no number {number}; it has {numbers}.").format(number=e164, numbers=told + more)
        )

    def change(self, number: NumberFacts, settings: Mapping[str, str]) -> NumberFacts:
        """Set what `settings` names and give the number as Twilio then tells it.

        Raises CarrierError, also if Twilio took the request and kept something else.
        """
        context = self._client.incoming_phone_numbers(number.sid)
        changed = _facts(asked(lambda: context.update(**settings), harmless_twice=True))
        kept = [name for name, value in settings.items() if changed.settings[name] != value]
        if kept:
            raise CarrierError(
                _("Twilio did not keep {settings}; look at the number in Twilio's console.").format(
                    settings=", ".join(kept)
                )
            )
        return changed


def wanted_settings(number: NumberFacts, public_base_url: str) -> dict[str, str]:
    """What leads a number's calls and texts to the desk, by the names of Twilio's REST API.

    The fallbacks are addresses of the desk as well: what failed once may work again, on another worker or a minute
    later, and the desk takes a repeat for what it is.
    An application set on the number makes Twilio ignore the addresses, so it is taken off.
    """
    voice, text = f"{public_base_url}/twilio/voice", f"{public_base_url}/twilio/sms"
    applications = ("voice_application_sid", "sms_application_sid")
    wanted = {name: "" for name in applications if number.settings[name]}
    if number.takes_calls:
        wanted |= {
            "voice_url": voice + CALL_RETRIES,
            "voice_method": "POST",
            "voice_fallback_url": f"{voice}/fallback{CALL_RETRIES}",
            "voice_fallback_method": "POST",
            "status_callback": f"{voice}/status{REPORT_RETRIES}",
            "status_callback_method": "POST",
        }
    if number.takes_texts:
        wanted |= {
            "sms_url": text + CALL_RETRIES,
            "sms_method": "POST",
            "sms_fallback_url": f"{text}/fallback{CALL_RETRIES}",
            "sms_fallback_method": "POST",
        }
    return wanted


_SETTINGS = (
    "voice_application_sid",
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
    "sms_application_sid",
    "sms_url",
    "sms_method",
    "sms_fallback_url",
    "sms_fallback_method",
)


def _facts(number: Any) -> NumberFacts:
    able = number.capabilities or {}
    return NumberFacts(
        sid=str(number.sid),
        number=str(number.phone_number),
        settings={name: str(getattr(number, name) or "") for name in _SETTINGS},
        takes_calls=bool(able.get("voice")),
        takes_texts=bool(able.get("sms")),
        takes_fax=str(number.voice_receive_mode or "") == "fax",
        trunk_sid=str(number.trunk_sid or ""),
        emergency=str(number.emergency_address_status or ""),
    )
