"""Colours: every text of every theme can be read, by the contrast ratio of WCAG 2.1 (success criterion 1.4.3)."""

import pytest
from textual.color import Color
from textual.theme import Theme

from grm_console.tui.theme import THEMES

ENOUGH = 4.5
INKS = ("foreground", "text-muted", "accent", "warning", "error", "success")
GROUNDS = ("background", "surface", "panel")


def colours(theme: Theme) -> dict[str, str]:
    own = {
        name: str(getattr(theme, name)) for name in ("foreground", "accent", "warning", "error", "success", *GROUNDS)
    }
    return own | theme.variables


def luminance(colour: Color) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(ink: str, ground: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    light, dark = sorted((luminance(Color.parse(ink)), luminance(Color.parse(ground))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_standards() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    known = colours(theme)
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [("block-cursor-foreground", "block-cursor-background"), ("foreground", "input-selection-background")]
    pairs += [("foreground", "block-cursor-blurred-background"), ("text-muted", "block-cursor-blurred-background")]
    low = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < ENOUGH} == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_cursor_can_be_seen(theme: Theme) -> None:
    known = colours(theme)
    ink = known.get("input-cursor-foreground", known["background"])
    assert contrast(ink, known["input-cursor-background"]) >= ENOUGH
