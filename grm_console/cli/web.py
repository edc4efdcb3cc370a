"""`grm web`: the desk in a browser."""

from typing import Annotated

import typer


def web(
    host: Annotated[str, typer.Option(help="Address to listen on; put a TLS proxy before any other one.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
    public_url: Annotated[
        str, typer.Option(help="Where browsers reach it through a proxy, such as https://desk.example.gov.")
    ] = "",
    sessions: Annotated[int, typer.Option(min=1, max=500, help="Browser tabs at most, about 130 MB each.")] = 20,
) -> None:
    """Show the desk in browsers; each tab is a console of its own, and everybody signs in."""
    # Imported here: other commands need no such server.
    from grm_console.cli.browser import server
    from grm_console.settings import read_settings

    server.run(read_settings(), host, port, public_url, sessions)
