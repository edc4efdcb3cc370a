"""Whom to ring for a place: the most exact area first, whatever script the place is written in."""

import pytest
from builders import put

from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.fields import EMERGENCY_LINE
from grm_console.desk.desk import Desk
from grm_console.desk.emergency_lines import area_fits, choices
from grm_console.desk.sign_in import actor_named
from grm_console.errors import InvalidInput
from grm_console.store.tables import EmergencyLine


def test_fitting_areas_come_first_then_the_line_for_all_others(desk: Desk) -> None:
    for area, dial in (("*", ""), ("Town", ""), ("Old Town", "+12025550198"), ("Harbourside", ""), ("老城区", "")):
        put(desk.store, EmergencyLine(area=area, number="911", dial=dial, script="Say where."))
    put(desk.store, EmergencyLine(area="Lane", number="999", active=False))
    found = choices(desk, "12 Lotus Lane, OLD town")
    assert [(c.area, c.fits) for c in found] == [
        ("Old Town", True),
        ("Town", True),
        ("*", False),
        ("Harbourside", False),
        ("老城区", False),
    ]
    assert [(c.number, c.can_dial, c.script) for c in found[:2]] == [
        ("911", True, "Say where."),
        ("911", False, "Say where."),
    ]
    assert choices(desk, "莲花巷12号，老城区")[0].area == "老城区"
    assert choices(desk, "")[0].area == "*"


@pytest.mark.parametrize(
    ("area", "place", "fits"),
    [
        ("Ham", "Hampton Road", False),
        ("St. Mary", "by the church of st mary", True),
        ("*", "anywhere", False),
        ("Old Town", "Town Hall", False),
        ("港前", "码头路，港前区", True),
        ("Zürich", "nahe ZÜRICH HB", True),
    ],
)
def test_an_area_fits_by_its_words(area: str, place: str, fits: bool) -> None:
    assert area_fits(area, place) is fits


def test_no_short_emergency_number_is_dialled_by_us(desk: Desk) -> None:
    cli = actor_named(desk, "system:cli")
    with pytest.raises(InvalidInput, match="911 would reach the service of our own place"):
        changes.add(desk, cli, EMERGENCY_LINE, {"area": "*", "number": "911", "dial": "911"})
    changes.add(desk, cli, EMERGENCY_LINE, {"area": "*", "number": "911", "dial": "202-555-0198"})
    assert choices(desk, "")[0].can_dial
