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


class IncomingNumber:
    """One number of the account; it begins with the desk's addresses, without fragments and fallback."""

    def __init__(self, number: str, base: str) -> None:
        self.number = number
        self.sid = f"PN{Random(number).getrandbits(128):032x}"  # noqa: S311 - play, no secret
        self.values = {
            **dict.fromkeys(_SETTINGS.values(), ""),
            **{name: "POST" for name in _SETTINGS.values() if name.endswith("_method")},
            "friendly_name": number,
            "voice_url": base + "/twilio/voice",
            "status_callback": base + "/twilio/voice/status",
            "sms_url": base + "/twilio/sms",
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

    def __init__(self, numbers: Iterable[str], base: str) -> None:
        """`base` is the desk's public address."""
        self.known = {number: IncomingNumber(number, base) for number in numbers}

    def by_sid(self, sid: str) -> IncomingNumber | None:
        """The number with this SID."""
        return next((number for number in self.known.values() if number.sid == sid), None)
