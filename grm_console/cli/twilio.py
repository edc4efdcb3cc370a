"""`grm twilio`: lead a number of the account to this desk."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _twilio() -> None:
    pass


@app.command()
def connect(
    number: Annotated[str, typer.Argument(help="The number in international form, e.g. +12025550100.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the changes as JSON.")] = False,
) -> None:
    """Lead a number's calls and texts to GRM_PUBLIC_BASE_URL, with retries; tells each setting before and after."""
    from grm_console.channels.twilio.account import TwilioAccount, wanted_settings
    from grm_console.channels.twilio.account_health import emergency_fault
    from grm_console.errors import InvalidInput, SettingsError
    from grm_console.settings import read_settings

    settings = read_settings()
    if not settings.public_base_url:
        raise SettingsError(
            _("GRM_PUBLIC_BASE_URL is not set; set it to the address Twilio calls, such as https://desk.example.gov.")
        )
    e164 = _number(number, settings.default_region)
    token = settings.auth_tokens[0] if settings.auth_tokens else ""
    account = TwilioAccount(settings.twilio_account_sid, token, api_base_url=settings.twilio_api_base_url)
    before = account.number(e164)
    if before.trunk_sid:
        raise InvalidInput(
            {
                "number": _(
                    "A SIP trunk takes the calls of {number}, so its addresses count for nothing; take the trunk off "
                    "in Twilio's console first."
                ).format(number=e164)
            }
        )
    wanted = wanted_settings(before, settings.public_base_url)
    changes = {name: value for name, value in wanted.items() if before.settings[name] != value}
    if changes and not dry_run:
        account.change(before, changes)
    warnings = []
    if not settings.public_base_url.startswith("https:"):
        warnings.append(_("GRM_PUBLIC_BASE_URL is not https; what citizens say travels in the open."))
    if before.takes_fax:
        warnings.append(_("It receives faxes, not calls; change that in Twilio's console."))
    if before.takes_calls and (fault := emergency_fault(before)):
        warnings.append(_("Emergency calls: {fault}.").format(fault=fault))
    if as_json:
        rows = [{"setting": name, "before": before.settings[name], "after": value} for name, value in wanted.items()]
        told = {"number": e164, "sid": before.sid, "dry_run": dry_run, "settings": rows, "warnings": warnings}
        print(json.dumps(told, ensure_ascii=False))
    else:
        _tell(before.settings, wanted)
        for warning in warnings:
            print(warning, file=sys.stderr)
    print(_outcome(e164, len(changes), dry_run), file=sys.stderr)


def _number(text: str, region: str) -> str:
    """The number in E.164, written nationally or not; InvalidInput if it is none."""
    from grm_console.domain.addresses import AddressKind, read_address
    from grm_console.errors import InvalidInput
    from grm_console.text import printable

    address = read_address(text, region)
    if address.kind is not AddressKind.PHONE:
        sentence = _("{text} is not a telephone number; write it like +12025550100.")
        raise InvalidInput({"number": sentence.format(text=printable(text, limit=40))})
    return address.number


def _tell(before: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    from grm_console.text import printable

    width = max((len(name) for name in wanted), default=0)
    for name, value in wanted.items():
        was = before[name]
        if was == value:
            print(f"{name:<{width}}  {_shown(value)} ({_('as it is')})")
        else:
            print(f"{name:<{width}}  {printable(_shown(was), limit=300)} -> {_shown(value)}")


def _shown(value: str) -> str:
    return value or _("(empty)")


def _outcome(number: str, changes: int, dry_run: bool) -> str:
    if not changes:
        return _("{number} leads here already; nothing was changed.").format(number=number)
    if dry_run:
        return _("{n} settings of {number} would change; nothing was changed.").format(n=changes, number=number)
    return _("{n} settings of {number} were changed.").format(n=changes, number=number)
