"""A password asked for on the command line, never given as an argument."""

import sys

import typer

from grm_console.i18n import _


def asked_password() -> str:
    """Asked for at a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(_("Password"), hide_input=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
