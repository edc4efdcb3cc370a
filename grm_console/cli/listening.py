"""A port taken, and its address as people write it."""

import socket

from grm_console.errors import SettingsError
from grm_console.i18n import _

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A bound and listening socket, so that whoever reads our address may connect at once; port 0 takes a free one.

    Raises SettingsError if the address cannot be had.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise SettingsError(
            _(
                "Cannot listen on {host} port {port} ({reason}). Choose another with --port, or 0 for a free one."
            ).format(host=host, port=port, reason=error.strerror)
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """`http://127.0.0.1:8080`, `http://[::1]:8080`."""
    name, port = listener.getsockname()[:2]
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
