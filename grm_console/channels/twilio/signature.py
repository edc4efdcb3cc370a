"""Whether a webhook request was signed by Twilio with one of our secrets."""

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
)

from grm_console.channels.twilio.form import Form
from grm_console.errors import SettingsError

FORM_TYPE = "application/x-www-form-urlencoded"

_SIGNATURE = SIGNATURE_HEADER.lower()
_SETTINGS = SIGNATURE_SETTINGS_HEADER.lower()
_SIGNATURE_LENGTH = {HMAC_SHA1: 28, HMAC_SHA256: 44}
"""Characters of a signature in base64, by algorithm; also the list of algorithms we allow."""


class SignatureCheck:
    """Checks requests against the address Twilio was given, never against what a proxy wrote into headers.

    The hash is the official `RequestValidator.compute_signature`. Its `validate` is not called: it parses
    the address anew for each request, compares in a loop that may end early, and raises on odd input.
    """

    def __init__(
        self, tokens: tuple[str, ...], public_base_url: str, shared_keys: Mapping[str, str] | None = None
    ) -> None:
        """`tokens` are auth tokens, more than one while rotating; `shared_keys` maps key id to secret.

        Raises SettingsError for an empty secret, for no secret at all, and for a base URL that is none.
        """
        keys = dict(shared_keys or {})
        if not tokens and not keys:
            raise SettingsError("No Twilio secret is set; set GRM_TWILIO_AUTH_TOKEN to the account's auth token.")
        if not all(token.strip() for token in tokens):
            # Anyone can compute a signature with an empty key.
            raise SettingsError("GRM_TWILIO_AUTH_TOKEN holds an empty token; remove it or write the token there.")
        if not all(name.strip() and secret.strip() for name, secret in keys.items()):
            raise SettingsError("A Twilio shared key has no id or no secret; write both or remove the key.")
        self._tokens = tuple(RequestValidator(token.strip()) for token in tokens)
        self._shared = {name: RequestValidator(secret.strip()) for name, secret in keys.items()}
        self.base_urls = _base_urls(public_base_url)
        """The public address as Twilio may have signed it: as configured, then with or without the port."""

    def accepts(
        self,
        *,
        path: str | bytes,
        query: str | bytes,
        headers: Mapping[str, str],
        form: Form | None,
        body: bytes,
    ) -> bool:
        """Whether the request is signed; never raises.

        `path` and `query` are the raw request target, undecoded; `headers` answers to lower-case names.
        `form` is the parsed `body`; for a GET, or a POST without a body, it is None or empty, since the
        query is signed as part of the address. A body that is not the form's, or not a form, is refused:
        nothing would vouch for it.
        """
        try:
            if body and not _is_form(headers, form, body):
                return False
            validators, algorithm = self._secrets(headers.get(_SETTINGS, ""))
            signature = headers.get(_SIGNATURE, "")
            if len(signature) != _SIGNATURE_LENGTH[algorithm]:
                return False
            target = _ascii(path) + ("?" + _ascii(query) if query else "")
            return any(
                compare_digest(validator.compute_signature(base + target, form, algorithm), signature)
                for base in self.base_urls
                for validator in validators
            )
        except Exception:  # odd input makes the official package raise in many ways; none is a signature
            return False

    def _secrets(self, settings: str) -> tuple[tuple[RequestValidator, ...], str]:
        """Who may have signed, and how; the settings header names a shared key, without it it is a token.

        Raises LookupError for a key or an algorithm we do not know.
        """
        named = {name.strip(): value.strip() for name, _, value in (p.partition("=") for p in settings.split(","))}
        if "key" not in named and "algorithm" not in named:
            return self._tokens, HMAC_SHA1
        validator, algorithm = self._shared[named["key"]], named["algorithm"].upper()
        if algorithm not in _SIGNATURE_LENGTH:
            raise LookupError(algorithm)
        return (validator,), algorithm


def _base_urls(public_base_url: str) -> tuple[str, str]:
    """The address with and without a port, as some Twilio products sign the one and some the other.

    User name, password, query and fragment are not signed and are dropped (Twilio documentation, security).
    """
    try:
        parts = urlsplit(public_base_url.strip())
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"GRM_PUBLIC_BASE_URL is no address ({error}); write https://host.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("GRM_PUBLIC_BASE_URL must be the address Twilio calls, such as https://desk.example.gov.")
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.rstrip("/")
    if port:
        other = host[: host.rindex(":")]
    else:
        host = host.removesuffix(":")
        other = f"{host}:{443 if parts.scheme == 'https' else 80}"
    return f"{parts.scheme}://{host}{path}", f"{parts.scheme}://{other}{path}"


def _is_form(headers: Mapping[str, str], form: Form | None, body: bytes) -> bool:
    media_type = headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    return form is not None and form.raw == body and media_type == FORM_TYPE


def _ascii(target: str | bytes) -> str:
    return target.decode("ascii") if isinstance(target, bytes) else target
