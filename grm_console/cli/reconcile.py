"""`grm reconcile`: what no webhook brought, found in the carrier's own lists."""

import json
import re
import sys
import time
from datetime import datetime, timedelta
from typing import Annotated

import typer

from grm_console.i18n import _

_SPAN = re.compile(r"([0-9]{1,4})\s*(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def reconcile(
    since: Annotated[str, typer.Option(help="From when on: 90m, 6h, 2d, or a moment such as 2026-11-23 08:00.")],
    until: Annotated[str, typer.Option(help="Until when; two minutes ago unless given.")] = "",
) -> None:
    """Take in texts, calls and delivery reports whose webhooks were lost; tells each as a line of JSON."""
    from grm_console.channels.twilio.carrier import TwilioCarrier
    from grm_console.cli.opening import open_desk, system_actor
    from grm_console.desk.reconcile import reconcile as look
    from grm_console.errors import InvalidInput
    from grm_console.settings import read_settings

    settings = read_settings()
    carrier = TwilioCarrier(
        settings.twilio_account_sid,
        settings.auth_tokens[0] if settings.auth_tokens else "",
        api_base_url=settings.twilio_api_base_url,
        public_base_url=settings.public_base_url,
    )
    desk = open_desk(settings)
    with desk.store:
        now = desk.store.now()
        first = _moment("since", since, now)
        last = _moment("until", until, now) if until else now
        if first >= last:
            raise InvalidInput({"since": _("The time to look at ends before it begins; write an earlier --since.")})
        count = 0
        for found in look(desk, system_actor(desk, "system:cli"), carrier, first, last, pause=_pause):
            count += 1
            told = {
                "found": found.what,
                "sid": found.sid,
                "at": found.at.isoformat(),
                "from": found.sender,
                "to": found.recipient,
                "state": found.state,
            }
            print(json.dumps(told, ensure_ascii=False), flush=True)
    sentence = _("Nothing was missing since {since}.") if not count else _("Brought back since {since}: {count}.")
    print(sentence.format(count=count, since=f"{first.astimezone():%Y-%m-%d %H:%M}"), file=sys.stderr)


def _moment(option: str, words: str, now: datetime) -> datetime:
    """A moment, or so long ago; raises InvalidInput naming the option."""
    from grm_console.domain.moments import read_moment
    from grm_console.errors import InvalidInput

    if (span := _SPAN.fullmatch(words.strip())) is not None:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError:
        try:
            moment = read_moment(words, now)
        except ValueError:
            told = _("{words} is no moment; write --{option} as 90m, 6h, 2d or 2026-11-23 08:00.")
            raise InvalidInput({option: told.format(words=words, option=option)}) from None
    return moment if moment.tzinfo is not None else moment.astimezone()


def _pause(seconds: float) -> None:
    print(_("The carrier is busy; asking again in {seconds} seconds.").format(seconds=round(seconds)), file=sys.stderr)
    time.sleep(seconds)
