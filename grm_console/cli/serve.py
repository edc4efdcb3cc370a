"""`grm serve`: the web process."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; put a TLS proxy before any other one.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
) -> None:
    """Take in calls and texts from Twilio."""
    # Imported here: other commands need neither server nor carrier.
    from grm_console.cli import web_process
    from grm_console.settings import read_settings

    web_process.run(read_settings(), host, port, workers)
