"""Fetching what Twilio keeps for us, sound or attachments: from its own hosts only, capped in size and time."""

import re
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from grm_console.channels.twilio.rest import TIMEOUT, asked, refusal
from grm_console.errors import CarrierError
from grm_console.i18n import _

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

LARGEST = 20 * 1024 * 1024
"""Bytes of one file: 21 minutes of WAV, over an hour of MP3; attachments have 5 MB by MMS, 16 MB by WhatsApp."""
LONGEST = 30.0
"""Seconds for the whole of it; one silence inside may last `TIMEOUT` longer."""

_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~/?=&%+,:-]*")
"""An address that every reader understands alike: no user, no backslash, nothing invisible."""
_DOMAIN = ".twilio.com"
_CONTENT_DOMAIN = ".twiliocdn.com"
"""Where the API sends whoever asks for an attachment (Twilio documentation, media resource); it gets no credentials."""
_PIECE = 64 * 1024
_REDIRECTS = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is fetched: the media types it may have, and what is said of any other."""

    accept: str
    types: re.Pattern[str]

    def otherwise(self) -> str:
        """The sentence for a type that is none of them."""
        if self is SOUND:
            return _("What Twilio sent is no sound; look for the recording in Twilio's console.")
        return _("What Twilio sent is no attachment; look for it in Twilio's console.")


SOUND = Wanted("audio/*", re.compile(r"audio/[a-z0-9.+-]{1,60}"))
ATTACHMENT = Wanted("*/*", re.compile(r"(?:image|audio|video|text|application)/[a-z0-9.+-]{1,80}"))


def fetch(url: str, credentials: tuple[str, str], api_base_url: str, wanted: Wanted) -> tuple[str, bytes]:
    """The media type and the bytes behind `url`; `credentials` are the account's SID and token.

    `url` comes out of a stored request, so it is believed only on a host ending in `.twilio.com` by https, or on the
    very scheme, host and port of `api_base_url`; a redirect is held to the same rule, but for Twilio's content hosts,
    which get no credentials. Raises CarrierError.
    """
    return asked(lambda: _fetched(url, credentials, api_base_url, wanted), harmless_twice=True)


def _fetched(url: str, credentials: tuple[str, str], api_base_url: str, wanted: Wanted) -> tuple[str, bytes]:
    import requests

    until = monotonic() + LONGEST
    with requests.Session() as session:
        for turn in range(1 + _REDIRECTS):
            trusted = _is_of_twilio(url, api_base_url)
            if not trusted and not (turn and _is_content(url)):
                raise CarrierError(_("This address is not one of Twilio's; it is not fetched."))
            # Explicitly nothing otherwise: the package would look for credentials of the host in the user's files.
            with session.get(
                url,
                auth=credentials if trusted else _nothing_added,
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
                headers={"Accept": wanted.accept, "Accept-Encoding": "identity"},
            ) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                if response.status_code != 200:
                    raise refusal(response.status_code, 0, _("It cannot be fetched."), harmless_twice=True)
                return _read(response, until, wanted)
    raise CarrierError(_("Its address leads nowhere; look for it in Twilio's console."))


def _read(response: "Response", until: float, wanted: Wanted) -> tuple[str, bytes]:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not wanted.types.fullmatch(media_type):
        raise CarrierError(wanted.otherwise())
    content = bytearray()
    # Piece by piece as it arrives, so that a sender who drips is noticed.
    while piece := response.raw.read1(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise CarrierError(
                _("It is larger than {size} MB; look at it in Twilio's console.").format(size=LARGEST >> 20)
            )
        if monotonic() > until:
            raise CarrierError(
                _("It did not arrive in {seconds} seconds. It can be tried again.").format(seconds=round(LONGEST)),
                retryable=True,
            )
    return media_type, bytes(content)


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


def _is_content(url: str) -> bool:
    if not _PLAIN.fullmatch(url):
        return False
    given = urlsplit(url)
    return given.scheme == "https" and (given.hostname or "").endswith(_CONTENT_DOMAIN) and ":" not in given.netloc


def _nothing_added(request: "PreparedRequest") -> "PreparedRequest":
    return request
