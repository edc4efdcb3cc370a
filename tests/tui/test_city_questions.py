"""The demo city's own questions on the form: their help is there, and a wrong answer is refused by rule and example."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import staff
from conftest import FixedClock, settings_for
from test_case_form import Host

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.imports.organisations import import_organisations
from grm_console.desk.imports.services import import_services
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CaseForm
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.explain import explain
from grm_console.tui.widgets.form_field import FormField

CITY = Path(__file__).parents[2] / "data" / "city"


@pytest.fixture
def seat(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Seat]:
    """A seat in the demo city; the form does not know on which store."""
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        desk = Desk(store, "US", "en")
        brings = actor_named(desk, "system:cli")
        import_organisations(desk, brings, CITY / "organisations.csv")
        import_services(desk, brings, CITY / "services.yaml")
        yield Seat(desk, staff(desk, "mei"))


def field_of(app: Host, name: str) -> FormField:
    return next(field for field in app.query(FormField) if field.name == name)


def words_of(app: Host, field: FormField) -> str:
    """What the screen shows of a field, its lines joined."""
    shown = field.region.intersection(app.panel.query_one("#case-fields").region)
    lines = (line[shown.x : shown.right].strip() for line in app.text.splitlines()[shown.y : shown.bottom])
    return " ".join(lines)


@pytest.mark.parametrize(
    ("service", "question", "wrong", "rule", "right"),
    [
        ("low-pressure", "since", "friday", "Since when is a date, e.g. 2026-11-23.", "2026-11-20"),
        ("low-pressure", "floor", "top", "Floor is a number, e.g. 12.", "6"),
        (
            "water-outage",
            "since",
            "20 Nov",
            "Since when is a date and time, e.g. 2026-11-23 09:00.",
            "2026-11-20 08:00",
        ),
    ],
)
async def test_a_wrong_answer_is_refused_with_rule_and_example(
    seat: Seat, service: str, question: str, wrong: str, rule: str, right: str
) -> None:
    app = Host()
    async with app.run_test(size=(80, 40)) as pilot:
        app.panel.set_services(seat.services())
        app.panel.load(CaseForm(service=service, summary="Water"))
        await pilot.pause()
        field = field_of(app, f"answer:{question}")
        for typed, told in ((wrong, rule), (right, "")):
            field.focus_control()
            await pilot.press("end", *["backspace"] * len(field.value), *typed)
            await pilot.pause()
            problems = seat.missing(app.panel.form())
            assert problems.get(f"answer:{question}", "") == told
            app.panel.show_missing(problems)
            await pilot.pause()
            assert (rule in words_of(app, field)) == bool(told)


@pytest.mark.parametrize("width", [40, 80])
async def test_every_help_of_the_city_can_be_read(seat: Seat, width: int) -> None:
    app = Host()
    services = seat.services()
    helped = [(service, question) for service in services for question in service.questions if question.help]
    assert helped
    async with app.run_test(size=(width, 60)) as pilot:
        app.panel.set_services(services)
        for service, question in helped:
            app.panel.load(CaseForm(service=service.code))
            await pilot.pause()
            field = field_of(app, f"answer:{question.code}")
            if not field.display:
                continue  # asked only after another answer
            field.focus_control()
            await pilot.pause()
            assert explain(app.focused) == (question.label, question.help)
            assert question.help in words_of(app, field)
