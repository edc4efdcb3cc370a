"""How far texts are answered by themselves: answered, asked back, left to people, wrong, and minutes saved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import automation

LONGEST_REPORT = timedelta(days=366)
ALTOGETHER = "all"


@dataclass(frozen=True, slots=True)
class AutomationLine:
    """The texts of one language in a span."""

    language: str
    """A code, that of the desk for texts whose language nothing told; `all` for the sum."""
    texts: int
    """Texts that came."""
    answered: int
    """Answers that machines told, also by a choice."""
    asked_back: int
    """Texts answered with a choice."""
    handed_over: int
    """Texts that waited for a person, at once or in the end."""
    wrong: int
    """Answers after which the citizen said within 24 hours that it did not help, or asked the same again."""
    minutes_saved: float
    """An operator's minutes, at so many for each answer that was not wrong: an assumption of the desk's."""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What the engine was asked about, by what was decided."""

    language: str
    outcome: str
    """`answer`, `menu`, or why it was left to people."""
    texts: int


def report(desk: Desk, actor: Actor, first: date, last: date, minutes: float) -> tuple[AutomationLine, ...]:
    """A line for each language and one for all, days by the desk's clock; `minutes` are saved by an answer.

    Raises InvalidInput for a span that ends before it begins or is longer than LONGEST_REPORT. The reading is on
    record.
    """
    since, until = _span(desk, actor, first, last)
    with desk.store.reading() as connection:
        came = automation.came(connection, since, until)
        told = automation.answered(connection, since, until)
        menus = automation.asked_back(connection, since, until)
    texts, left, answered, wrong, back = (Counter[str]() for _count in range(5))
    for language, count, waited in came:
        texts[language or desk.language] += count
        left[language or desk.language] += waited
    for language, count, refused in told:
        answered[language or desk.language] += count
        wrong[language or desk.language] += refused
    for language, count in menus:
        back[language or desk.language] += count
    languages = sorted({*texts, *answered, *back})

    def line(name: str, of: Iterable[str]) -> AutomationLine:
        these = tuple(of)
        right = sum(answered[one] - wrong[one] for one in these)
        return AutomationLine(
            name,
            sum(texts[one] for one in these),
            sum(answered[one] for one in these),
            sum(back[one] for one in these),
            sum(left[one] for one in these),
            sum(wrong[one] for one in these),
            round(right * minutes, 1),
        )

    return (*(line(one, [one]) for one in languages), line(ALTOGETHER, languages))


def outcomes(desk: Desk, actor: Actor, first: date, last: date) -> tuple[OutcomeLine, ...]:
    """How often the engine decided what, by language, the commonest first; raises as `report`."""
    since, until = _span(desk, actor, first, last)
    with desk.store.reading() as connection:
        found = automation.outcomes(connection, since, until)
    counts = Counter[tuple[str, str]]()
    for language, outcome, texts in found:
        counts[language or desk.language, outcome] += texts
    lines = [OutcomeLine(*key, texts) for key, texts in counts.items()]
    return tuple(sorted(lines, key=lambda one: (one.language, -one.texts, one.outcome)))


def _span(desk: Desk, actor: Actor, first: date, last: date) -> tuple[datetime, datetime]:
    actor.require(Act.EXPORT)
    if last < first:
        raise InvalidInput({"until": _("The last day lies before the first one. Swap them.")})
    if last - first > LONGEST_REPORT:
        raise InvalidInput({"until": _("Ask for {n} days at most.").format(n=LONGEST_REPORT.days)})
    begin, end = (datetime.combine(day, time()).astimezone() for day in (first, last + timedelta(days=1)))
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, "report:automation", f"{first.isoformat()} to {last.isoformat()}")
    return begin, end
