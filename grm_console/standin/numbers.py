"""The account's telephone numbers and the addresses that are asked what a call or a text is to hear."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from grm_console.standin.webhooks import stamp

_SETTINGS = {
    "FriendlyName": "friendly_name",
    **{
        f"{channel}{what}": f"{channel.lower()}_{name}"
        for channel in ("Voice", "Sms")
        for what, name in (
            *(("Url", "url"), ("Method", "method")),
            *(("FallbackUrl", "fallback_url"), ("FallbackMethod", "fallback_method")),
        )
    },
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "EmergencyAddressSid": "emergency_address_sid",
}
"""What a REST call may set, with the name of the resource's own field."""


_CALL_RETRIES = "#rc=3&rp=all&ct=2000&rt=4000"
_REPORT_RETRIES = "#rc=5&rp=all"


class IncomingNumber:
    """One number of the account; it leads to the desk, with retries and fallback, until a REST call changes that."""

    def __init__(self, number: str, base: str, service_sid: str = "") -> None:
        """`service_sid` is the Messaging Service with Advanced Opt-Out that the number is in."""
        self.number = number
        self.service_sid = service_sid
        self.sid = f"PN{Random(number).getrandbits(128):032x}"  # noqa: S311 - play, no secret
        self.values = {
            **dict.fromkeys(_SETTINGS.values(), ""),
            **{name: "POST" for name in _SETTINGS.values() if name.endswith("_method")},
            "friendly_name": number,
            "voice_url": base + "/twilio/voice" + _CALL_RETRIES,
            "voice_fallback_url": base + "/twilio/voice/fallback" + _CALL_RETRIES,
            "status_callback": base + "/twilio/voice/status" + _REPORT_RETRIES,
            "sms_url": base + "/twilio/sms" + _CALL_RETRIES,
            "sms_fallback_url": base + "/twilio/sms/fallback" + _CALL_RETRIES,
        }

    def set(self, wished: Mapping[str, str]) -> None:
        """Change what a REST call names; the rest stays."""
        self.values |= {_SETTINGS[name]: value for name, value in wished.items() if name in _SETTINGS}

    def as_json(self) -> dict[str, Any]:
        """The number as the REST API shows it."""
        registered = bool(self.values["emergency_address_sid"])
        return {
            **self.values,
            "emergency_address_sid": self.values["emergency_address_sid"] or None,
            "emergency_address_status": "registered" if registered else "unregistered",
            "sid": self.sid,
            "phone_number": self.number,
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "origin": "twilio",
            "status": "in-use",
            "date_created": stamp(),
        }


class IncomingNumbers:
    """All numbers of the account."""

    def __init__(self, numbers: Iterable[str], in_service: Iterable[str], base: str) -> None:
        """`in_service` are those in the account's one Messaging Service; `base` is the desk's public address."""
        inside = frozenset(in_service)
        service_sid = f"MG{Random('service').getrandbits(128):032x}"  # noqa: S311 - play, no secret
        self.known = {
            number: IncomingNumber(number, base, service_sid if number in inside else "") for number in numbers
        }

    def by_sid(self, sid: str) -> IncomingNumber | None:
        """The number with this SID."""
        return next((number for number in self.known.values() if number.sid == sid), None)

    def of_service(self, service_sid: str) -> str:
        """The number a Messaging Service sends from; empty for a service without one."""
        return next((one.number for one in self.known.values() if service_sid and one.service_sid == service_sid), "")
