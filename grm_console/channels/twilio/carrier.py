"""Twilio's REST API as the desk's carrier."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from grm_console.errors import CarrierError, SettingsError
from grm_console.text import printable

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT = 10.0
"""Seconds for one request; the package itself would wait for ever."""

_CALL_IS_OVER = frozenset({20404, 21220})
_TOO_MANY = frozenset({20429, 21611})
"""Refused before anything was done: too many requests at once, or a full queue of the sender."""

_ADVICE = {
    **dict.fromkeys((21211, 21217), "The number is not valid; check it with the citizen."),
    **dict.fromkeys((21214, 21614, 21635), "This number cannot receive texts; call instead."),
    21610: "The person has opted out of texts; call instead.",
    **dict.fromkeys((21408, 21215), "The account may not reach this country; the administrator can allow it."),
    21612: "There is no route from our number to this one; call instead.",
    20003: "Twilio refused our credentials; the administrator must check the account SID and the auth token.",
    **dict.fromkeys((21212, 21210, 21606, 21603), "Our own number cannot send; the administrator must check it."),
    **dict.fromkeys((21602, 21619), "The text is empty; write one."),
    21617: "The text is too long; shorten it.",
    21608: "A trial account reaches verified numbers only; the administrator must upgrade it.",
    63016: "WhatsApp allows free words for 24 hours after the person's last message only; call instead.",
}
"""What to do about an error code (Twilio documentation, error dictionary)."""

_Result = TypeVar("_Result")


class TwilioCarrier:
    """Sends texts and ends calls; implements `desk.ports.Carrier`."""

    def __init__(self, account_sid: str, auth_token: str, *, api_base_url: str, public_base_url: str) -> None:
        """Raises SettingsError unless account and token are set. No request is made yet."""
        if not account_sid or not auth_token:
            raise SettingsError(
                "Texts and hang-ups need an account; set GRM_TWILIO_ACCOUNT_SID and GRM_TWILIO_AUTH_TOKEN."
            )
        self._client = _client(account_sid, auth_token, api_base_url)
        self._status_url = public_base_url + "/twilio/sms/status"

    def end_call(self, sid: str) -> None:
        """Hang up a call; one that has ended meanwhile is no error.

        Ending twice does no harm, so every failure that may pass is `retryable`.
        """
        try:
            _asked(lambda: self._client.calls(sid).update(status="completed"), harmless_twice=True)
        except CarrierError as error:
            if error.code not in _CALL_IS_OVER:
                raise

    def send_text(self, sender: str, recipient: str, body: str) -> str:
        """Send a text and ask for reports on it; gives Twilio's SID, which says no more than that it is queued.

        After a lost answer the text may have gone out: such an error is not `retryable`.
        """
        message = _asked(
            lambda: self._client.messages.create(
                to=recipient, from_=sender, body=body, status_callback=self._status_url
            ),
            harmless_twice=False,
        )
        return str(message.sid)


def _client(account_sid: str, auth_token: str, api_base_url: str) -> "Client":
    # Imported when a carrier is made: the package costs 0.2 s and 38 MiB.
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    # At INFO it would write numbers into the log.
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
    client = Client(account_sid, auth_token, http_client=TwilioHttpClient(timeout=TIMEOUT))
    client.api.base_url = api_base_url
    return client


def _asked(request: Callable[[], _Result], *, harmless_twice: bool) -> _Result:
    """Carry out a request; raises CarrierError, classified."""
    from requests import ConnectionError as NotConnected
    from requests import ConnectTimeout, RequestException
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        return request()
    except TwilioRestException as error:
        code = int(error.code or 0)
        never_begun = error.status == 429 or code in _TOO_MANY
        may_pass = harmless_twice and error.status >= 500
        # Its str() may hold colour escapes; .msg comes from the server.
        told = _ADVICE.get(code) or printable(str(error.msg), limit=200)
        raise CarrierError(
            f"Twilio refused the request (error {code or error.status}). {told}",
            code=code,
            retryable=never_begun or may_pass,
            unknown=error.status >= 500 and not may_pass,
        ) from error
    except (TwilioException, RequestException) as error:
        never_begun = isinstance(error, ConnectTimeout) or (isinstance(error, NotConnected) and _no_connection(error))
        told = "It is tried again." if never_begun or harmless_twice else "It may have gone out; look before repeating."
        again = never_begun or harmless_twice
        raise CarrierError(
            f"Twilio did not answer ({type(error).__name__}). {told}", retryable=again, unknown=not again
        ) from error


def _no_connection(error: Exception) -> bool:
    """Whether not even a connection was made, so that nothing can have been done."""
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)
