"""Keeping a number out for a time, or noting rules for the talk with a person."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from grm_console.desk.spoken import block_word
from grm_console.domain.reason import MOST
from grm_console.domain.words import BlockKind
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField

USUALLY = timedelta(days=30)
REVIEWED = timedelta(days=14)

Add = Callable[..., int]
"""`Blocked.add`."""


class BlockFormScreen(SmallFormScreen):
    """Number, what it is, why, until when; of a person also how they were told, and when it is looked at again."""

    def __init__(
        self,
        add: Add,
        today: date,
        words: dict[str, str],
        then: Callable[[int], None],
        *,
        persons: bool,
        number: str = "",
    ) -> None:
        """`persons` says whether rules for a person may be noted; `number` is proposed."""
        kinds = tuple((kind.value, block_word(kind)) for kind in BlockKind if persons or kind is not BlockKind.PERSON)
        fields = [
            FormField("number", _("Number that called"), LineField(limit=80), required=True),
            FormField("kind", _("What it is"), ChoiceField(kinds), hint=_("machine and fraud are kept out")),
            FormField("reason", _("Why; for a person the rules"), LineField(limit=MOST), required=True),
            FormField("until", _("Last day"), LineField(limit=10), required=True, hint=_("at most a year ahead")),
        ]
        if persons:
            told, again = _("for a person: how and when they were told"), _("for a person")
            fields += [
                FormField("notice", _("Notice"), LineField(limit=MOST), hint=told),
                FormField("review_on", _("Looked at again on"), LineField(limit=10), hint=again),
            ]
        super().__init__(_("Block a number"), tuple(fields), words, partial(_store, add), then)
        self._proposed = {
            "number": number,
            "kind": kinds[0][0],
            "until": (today + USUALLY).isoformat(),
            "review_on": (today + REVIEWED).isoformat(),
        }

    def on_mount(self) -> None:
        for field in self._fields:
            field.load(self._proposed.get(field.name or "", ""))
        super().on_mount()


def _store(add: Add, typed: dict[str, str]) -> int:
    person = typed["kind"] == BlockKind.PERSON
    problems: dict[str, str] = {}
    until = _day(typed, "until", problems)
    review_on = _day(typed, "review_on", problems) if person and typed.get("review_on") else None
    if problems or until is None:
        raise InvalidInput(problems)
    return add(
        typed["number"],
        BlockKind(typed["kind"]),
        typed["reason"],
        until,
        notice=typed.get("notice", "") if person else "",
        review_on=review_on,
    )


def _day(typed: dict[str, str], name: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        problems[name] = _("Write a day, e.g. 2027-01-31.")
        return None
