"""Asking Twilio's REST API: the client, and what its errors mean for whoever asked."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from grm_console.errors import CarrierError
from grm_console.i18n import _
from grm_console.text import printable

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT = 10.0
"""Seconds for one request; the package itself would wait for ever."""

NOT_FOUND = 20404
REFUSED_CREDENTIALS = 20003

_CODE_OF_STATUS = {401: REFUSED_CREDENTIALS, 404: NOT_FOUND}
"""The code of an answer that names none of its own."""
_TOO_MANY = frozenset({10004, 20429, 21611})
"""Refused before anything was done: too many calls or requests at once, or a full queue of the sender."""

_Result = TypeVar("_Result")


def rest_client(account_sid: str, auth_token: str, api_base_url: str) -> "Client":
    """A client of the API at an address, with a time-out. No request is made yet."""
    # Imported when a client is made: the package costs 0.2 s and 38 MiB.
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    # At INFO it would write numbers into the log.
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
    client = Client(account_sid, auth_token, http_client=TwilioHttpClient(timeout=TIMEOUT))
    client.api.base_url = api_base_url
    # The package reads TWILIO_REGION and TWILIO_EDGE from the environment and would rewrite our address by them.
    client.region = client.edge = None
    return client


def asked(request: Callable[[], _Result], *, harmless_twice: bool) -> _Result:
    """Carry out a request; raises CarrierError, classified.

    `harmless_twice` says that a repeat changes nothing more, so that after a lost answer it may be sent again.
    """
    from requests import ConnectionError as NotConnected
    from requests import ConnectTimeout, RequestException
    from twilio.base.exceptions import TwilioException
    from urllib3.exceptions import HTTPError

    try:
        return request()
    except (TwilioException, RequestException, HTTPError, ValueError) as error:
        if (refused := _refused(error)) is not None:
            raise refusal(*refused, harmless_twice=harmless_twice) from error
        # A ValueError is an answer that is no JSON: whatever answered, the act may be done.
        never_begun = isinstance(error, ConnectTimeout) or (isinstance(error, NotConnected) and _no_connection(error))
        again = never_begun or harmless_twice
        told = _("It can be tried again.") if again else _("It may have been carried out; look before repeating.")
        sentence = _("Twilio did not answer ({reason}).").format(reason=type(error).__name__)
        raise CarrierError(f"{sentence} {told}", retryable=again, unknown=not again) from error


def refusal(status: int, code: int, said: str, *, harmless_twice: bool) -> CarrierError:
    """What an HTTP status from 400 up means, with Twilio's own code if there is one, and what it said."""
    code = _CODE_OF_STATUS.get(status, code) if code in (0, status) else code
    never_begun = status == 429 or code in _TOO_MANY
    may_pass = harmless_twice and status >= 500
    sentence = _("Twilio refused the request (error {code}).").format(code=code or status)
    return CarrierError(
        f"{sentence} {_advice().get(code) or printable(said, limit=200)}".rstrip(),
        code=code,
        retryable=never_begun or may_pass,
        unknown=status >= 500 and not may_pass and not never_begun,
    )


def _refused(error: Exception) -> tuple[int, int, str] | None:
    """Status, code and words of an answer that refuses; None if there was no answer, or none of Twilio's."""
    from twilio.base.exceptions import TwilioRestException, TwilioServiceException
    from twilio.base.version import Version

    if len(error.args) == 2 and hasattr(error.args[1], "status_code"):
        # A list that cannot be read keeps the whole answer and says nothing of it.
        error = Version.exception("GET", "", error.args[1], "")
    if not isinstance(error, TwilioRestException | TwilioServiceException):
        return None
    # Its str() may hold colour escapes; what it says comes from the server.
    said = getattr(error, "msg", "") or getattr(error, "detail", "") or getattr(error, "title", "")
    return int(error.status), _number(error.code), str(said)


def _number(code: object) -> int:
    return int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else 0


def _no_connection(error: Exception) -> bool:
    """Whether not even a connection was made, so that nothing can have been done."""
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _advice() -> dict[int, str]:
    """What to do about an error code (Twilio documentation, error dictionary)."""
    own_number = _("Our own number cannot be used for this; the administrator must check it.")
    country = _("The account may not reach this country; the administrator can allow it.")
    invalid = _("The number is not valid; check it with the citizen.")
    closed = _("The account is not active; the administrator must ask Twilio.")
    full = _("The call has no room for another telephone; drop one first.")
    label = _("This telephone is in the call already, or its name is refused; drop it and add it again.")
    return {
        **dict.fromkeys((10001, 20005), closed),
        10004: _("Too many calls at a time for this account; try again in a moment."),
        **dict.fromkeys((13223, 13224, 13226, 21201, 21211, 21217, 21401), invalid),
        **dict.fromkeys((13225, 21216), _("Twilio blocks calls to this number; use another way to reach it.")),
        **dict.fromkeys((13227, 21215, 21408), country),
        13240: _("The telephone to be coached is not in the call any more; look who is."),
        **dict.fromkeys((16020, 16021), full),
        **dict.fromkeys((16023, 16024, 16025), label),
        REFUSED_CREDENTIALS: _(
            "Twilio refused our credentials; the administrator must check the account SID and the auth token."
        ),
        NOT_FOUND: _("It is over or was never there; nothing more is to be done."),
        **dict.fromkeys((20429, 21611), _("Too much at a time; try again in a moment.")),
        21205: _("Twilio cannot use our address; the administrator must check GRM_PUBLIC_BASE_URL."),
        **dict.fromkeys((21210, 21212, 21213, 21603, 21606), own_number),
        21214: _("This number cannot be reached; try another one."),
        **dict.fromkeys((21614, 21635), _("This number cannot receive texts; call instead.")),
        **dict.fromkeys(
            (21219, 21608), _("A trial account reaches verified numbers only; the administrator must upgrade it.")
        ),
        21220: _("The call is over; nothing more is to be done."),
        21610: _("The person has opted out of texts; call instead."),
        21612: _("There is no route from our number to this one; call instead."),
        **dict.fromkeys((21602, 21619), _("The text is empty; write one.")),
        21617: _("The text is too long; shorten it."),
        63016: _("WhatsApp allows free words for 24 hours after the person's last message only; call instead."),
    }
