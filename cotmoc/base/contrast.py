"""The colours of the stylesheet and how well one is read on another (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

TOKENS = Path(__file__).parent / "static/cotmoc/tokens.css"
THEMES = ("light", "dark")
_BLOCK = re.compile(r'\[data-theme="(?P<theme>\w+)"\] \{(?P<body>[^}]*)\}')
_TOKEN = re.compile(r"--(?P<name>[\w-]+): (?P<colour>#[0-9a-f]{6});")


def tokens(css: str) -> dict[str, dict[str, str]]:
    """Colour by token name, for each theme of the stylesheet."""
    return {
        block["theme"]: {token["name"]: token["colour"] for token in _TOKEN.finditer(block["body"])}
        for block in _BLOCK.finditer(css)
    }


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
