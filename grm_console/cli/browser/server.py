"""The process of `grm web`: its store and address checked, then the site served until a signal ends it."""

import asyncio
import signal
import socket

import typer
from aiohttp import web

from grm_console.cli.browser.console_process import LEAVES_WITHIN
from grm_console.cli.browser.origins import is_loopback, own_origins
from grm_console.cli.browser.site import Site
from grm_console.cli.json_log import write_log_as_json
from grm_console.cli.listening import address_of, listen
from grm_console.cli.opening import open_desk
from grm_console.i18n import _
from grm_console.settings import Settings


def run(settings: Settings, host: str, port: int, public_url: str, sessions: int) -> None:
    """Serve until SIGINT or SIGTERM, then end every console, whose words are kept; port 0 takes a free one.

    Raises SettingsError if the port or the public URL is not usable, StoreError if the store is not.
    """
    open_desk(settings).store.close()
    listener = listen(host, port)
    listening = address_of(listener)
    origins = own_origins(public_url, listening)
    write_log_as_json(settings.log_level)
    if not is_loopback(listening):
        typer.echo(
            _(
                "Warning: other machines can reach this address, and passwords cross the network unencrypted. "
                "Let a TLS reverse proxy be the only one that can."
            ),
            err=True,
        )
    typer.echo(_("listening on {address}, open {url}").format(address=listening, url=origins[0]), err=True)
    asyncio.run(_serve(Site(origins, sessions), listener))


async def _serve(site: Site, listener: socket.socket) -> None:
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=LEAVES_WITHIN + 2)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        await stopped.wait()
    finally:
        await runner.cleanup()
