"""Colours: two greys and one accent; any other colour means act now (warning), late (error) or good (success)."""

from textual.theme import Theme

DARK = Theme(
    name="grm-dark",
    primary="#74a9cf",
    secondary="#8a949b",
    accent="#74a9cf",
    warning="#f0b849",
    error="#f0716b",
    success="#8fc46c",
    foreground="#e3e3e0",
    background="#121314",
    surface="#1b1d1f",
    panel="#232b31",
    dark=True,
    variables={
        "text-muted": "#8d979e",
        "border": "#74a9cf",
        "border-blurred": "#3a4046",
        "input-cursor-background": "#e3e3e0",
        "input-selection-background": "#2f5878",
        "block-cursor-background": "#2a3c4a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#22282d",
        "scrollbar": "#3a4046",
        "scrollbar-background": "#121314",
        "scrollbar-corner-color": "#121314",
    },
)

LIGHT = Theme(
    name="grm-light",
    primary="#1f5f8b",
    secondary="#5b646a",
    accent="#1f5f8b",
    warning="#8a5a00",
    error="#b3261e",
    success="#2f6b1f",
    foreground="#1d1f20",
    background="#fafaf8",
    surface="#efefec",
    panel="#dfe5e9",
    dark=False,
    variables={
        "text-muted": "#5b646a",
        "border": "#1f5f8b",
        "border-blurred": "#c3c8cb",
        "input-cursor-background": "#1d1f20",
        "input-cursor-foreground": "#fafaf8",
        "input-selection-background": "#bcd7ea",
        "block-cursor-background": "#cfe0ec",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#e6eaec",
        "scrollbar": "#c3c8cb",
        "scrollbar-background": "#fafaf8",
        "scrollbar-corner-color": "#fafaf8",
    },
)

CONTRAST = Theme(
    name="grm-contrast",
    primary="#5fd7ff",
    secondary="#d0d0d0",
    accent="#5fd7ff",
    warning="#ffd75f",
    error="#ff8787",
    success="#87ff5f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    variables={
        "text-muted": "#d0d0d0",
        "border": "#5fd7ff",
        "border-blurred": "#9e9e9e",
        "input-cursor-background": "#ffffff",
        "input-cursor-foreground": "#000000",
        "input-selection-background": "#005f87",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#3a3a3a",
        "scrollbar": "#9e9e9e",
        "scrollbar-background": "#000000",
        "scrollbar-corner-color": "#000000",
    },
)

COLOUR_BLIND = Theme(
    name="grm-colour-blind",
    primary="#56b4e9",
    secondary="#9aa4ab",
    accent="#56b4e9",
    warning="#f0e442",
    error="#e69f00",
    success="#56b4e9",
    foreground="#e8e8e6",
    background="#121314",
    surface="#1b1d1f",
    panel="#232b31",
    dark=True,
    variables=dict(DARK.variables) | {"text-muted": "#9aa4ab", "border": "#56b4e9"},
)
"""Blue, orange and yellow of Okabe and Ito's palette (Color Universal Design, 2008): no red beside green."""

THEMES = (DARK, LIGHT, CONTRAST, COLOUR_BLIND)
