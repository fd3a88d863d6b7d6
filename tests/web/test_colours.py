"""Contrast: text 4.5 : 1 and edges of controls 3 : 1, light and dark, worked out from the sheet."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "assets" / "look" / "_colours.scss").read_text()
LIGHT, DARK = SHEET.split("@media")
VARIABLE = re.compile(r"(--[a-z-]+): (#[0-9a-f]{3,6});")


def colours(dark: bool) -> dict[str, str]:
    found = dict(VARIABLE.findall(LIGHT))
    return found | dict(VARIABLE.findall(DARK)) if dark else found


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    ("--ink", "--ground"),
    ("--ink", "--surface"),
    ("--ink", "--tint"),
    ("--soft", "--ground"),
    ("--soft", "--surface"),
    ("--link", "--ground"),
    ("--link", "--surface"),
    ("--link", "--tint"),
    ("--on", "--brand"),
    ("--on", "--good"),
    ("--on", "--urgent"),
    ("--good-ink", "--surface"),
    ("--good-ink", "--ground"),
    ("--urgent-ink", "--surface"),
    ("--urgent-ink", "--ground"),
    ("--ink", "--good-tint"),
    ("--ink", "--urgent-tint"),
    ("--link", "--urgent-tint"),
]
EDGES = [
    ("--edge", "--ground"),
    ("--edge", "--surface"),
    ("--brand-edge", "--ground"),
    ("--good-edge", "--ground"),
    ("--urgent-edge", "--ground"),
    ("--good-ink", "--good-tint"),
    ("--urgent-ink", "--urgent-tint"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [(*p, 4.5) for p in TEXT] + [(*p, 3.0) for p in EDGES]
)
def test_what_is_to_be_read_or_pressed_stands_out(
    front: str, back: str, least: float, dark: bool
) -> None:
    known = colours(dark)
    assert contrast(known[front], known[back]) >= least


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_where_one_is_can_be_seen_on_every_ground(dark: bool) -> None:
    # A yellow ring within a near-black one: one of the two stands out anywhere.
    known = colours(dark)
    for ground in ("--ground", "--surface", "--brand", "--urgent", "--good"):
        best = max(contrast(known["--focus"], known[ground]), contrast("#1a1322", known[ground]))
        assert best >= 3
    assert contrast(known["--focus"], "#1a1322") >= 3
