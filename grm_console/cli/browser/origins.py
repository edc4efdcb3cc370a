"""Where browsers may come from: the desk's own origins, and no page of anybody else."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from grm_console.errors import SettingsError
from grm_console.i18n import _

_DEFAULT_PORT = {"http": 80, "https": 443}


def own_origins(public_url: str, listening: str) -> tuple[str, ...]:
    """The origins that a browser may show for this desk, the one to be told to people first.

    `public_url` is what the proxy's users type; without one it is the address listened on, and on loopback its name
    `localhost` as well. Raises SettingsError if the public URL is no origin, or if it is needed and missing.
    """
    if public_url:
        return (_origin(public_url),)
    address = urlsplit(listening)
    listens_on = ip_address(address.hostname or "")
    if listens_on.is_unspecified:
        raise SettingsError(
            _(
                "Listening on every address needs --public-url, the address that browsers show, such as "
                "https://desk.example.gov."
            )
        )
    if listens_on.is_loopback:
        return _origin(listening), _origin(f"http://localhost:{address.port}")
    return (_origin(listening),)


def is_loopback(listening: str) -> bool:
    """Whether only this machine can reach an address."""
    return ip_address(urlsplit(listening).hostname or "").is_loopback


def host_of(origin: str) -> str:
    """What a browser sends as `Host` for an origin."""
    return origin.partition("://")[2]


def _origin(url: str) -> str:
    """Scheme, host and port as browsers write them: lower case, no default port (RFC 6454, section 6.2)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname or ""
    plain = not (parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment)
    if parts.scheme not in _DEFAULT_PORT or not host or not host.isascii() or not plain:
        raise SettingsError(
            _(
                "--public-url is the start of the address that browsers show, without a path, such as "
                "https://desk.example.gov; write a name in other letters as xn--…"
            )
        )
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORT[parts.scheme]) else "")
