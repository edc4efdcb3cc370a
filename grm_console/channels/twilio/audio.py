"""Fetching a recording's audio: from Twilio's own hosts only, with credentials, capped in size and time."""

import re
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from grm_console.channels.twilio.rest import TIMEOUT, asked, refusal
from grm_console.errors import CarrierError
from grm_console.i18n import _

if TYPE_CHECKING:
    from requests import Response

LARGEST = 20 * 1024 * 1024
"""Bytes of one recording: 21 minutes of WAV, over an hour of MP3."""
LONGEST = 30.0
"""Seconds for the whole of it; one silence inside may last `TIMEOUT` longer."""

_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~/?=&%+,:-]*")
"""An address that every reader understands alike: no user, no backslash, nothing invisible."""
_DOMAIN = ".twilio.com"
_PIECE = 64 * 1024
_REDIRECTS = 2


def fetch_audio(url: str, credentials: tuple[str, str], api_base_url: str) -> tuple[str, bytes]:
    """The media type and the bytes behind `url`; `credentials` are the account's SID and token.

    `url` comes out of a stored request, so it is believed only on a host ending in `.twilio.com` by https, or on the
    very scheme, host and port of `api_base_url`; a redirect is held to the same rule. Raises CarrierError.
    """
    return asked(lambda: _fetched(url, credentials, api_base_url), harmless_twice=True)


def _fetched(url: str, credentials: tuple[str, str], api_base_url: str) -> tuple[str, bytes]:
    import requests

    until = monotonic() + LONGEST
    with requests.Session() as session:
        for _turn in range(1 + _REDIRECTS):
            if not _is_of_twilio(url, api_base_url):
                raise CarrierError(_("The recording's address is not one of Twilio's; it is not fetched."))
            with session.get(
                url,
                auth=credentials,
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
                headers={"Accept": "audio/*", "Accept-Encoding": "identity"},
            ) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                if response.status_code != 200:
                    raise refusal(response.status_code, 0, _("The recording cannot be fetched."), harmless_twice=True)
                return _read(response, until)
    raise CarrierError(_("The recording's address leads nowhere; look for the recording in Twilio's console."))


def _read(response: "Response", until: float) -> tuple[str, bytes]:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not re.fullmatch(r"audio/[a-z0-9.+-]{1,60}", media_type):
        raise CarrierError(_("What Twilio sent is no sound; look for the recording in Twilio's console."))
    audio = bytearray()
    # Piece by piece as it arrives, so that a sender who drips is noticed.
    while piece := response.raw.read1(_PIECE):
        audio += piece
        if len(audio) > LARGEST:
            raise CarrierError(
                _("The recording is larger than {size} MB; hear it in Twilio's console.").format(size=LARGEST >> 20)
            )
        if monotonic() > until:
            raise CarrierError(
                _("The recording did not arrive in {seconds} seconds. It can be tried again.").format(
                    seconds=round(LONGEST)
                ),
                retryable=True,
            )
    return media_type, bytes(audio)


def _is_of_twilio(url: str, api_base_url: str) -> bool:
    if not _PLAIN.fullmatch(url):
        return False
    try:
        given, own = urlsplit(url), urlsplit(api_base_url)
        if (given.scheme, given.hostname, given.port) == (own.scheme, own.hostname, own.port):
            return True
        of_twilio = (given.hostname or "").endswith(_DOMAIN)
        return of_twilio and given.scheme == "https" and given.port in (None, 443)
    except ValueError:  # a port beyond 65535
        return False
