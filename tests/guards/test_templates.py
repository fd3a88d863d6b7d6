"""Pages ask nothing of other origins, carry no script or style of their own, and draw icons."""

import json
import re
from pathlib import Path

from hatch_build import ICON_IN_TEMPLATE
from tests.guards.code import APP, ROOT, place, report, template_files

OUTSIDE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xlink))[a-z0-9-]+\.[a-z]""")
FORBIDDEN = {
    "an address outside our origin": OUTSIDE,
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|javascript:", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a picture sign instead of an icon": re.compile(
        "[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f]"
    ),
    "text marked safe": re.compile(r"\|\s*safe\b"),
}
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def breaches(text: str, path: Path) -> list[str]:
    """List what a template must not hold."""
    # Blanked, not removed, so that the lines still count right.
    text = JINJA_COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    found = []
    for what, pattern in FORBIDDEN.items():
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{place(path, line)}: {what}: {match.group()[:60]!r}")
    return found


def test_templates_stay_inside_our_origin_and_our_style_sheet() -> None:
    report([x for path in template_files(".html") for x in breaches(path.read_text(), path)])


def test_style_sheets_and_scripts_ask_nothing_of_other_origins() -> None:
    found = []
    for path in sorted((ROOT / "assets").rglob("*")):
        if path.suffix in {".scss", ".mjs"}:
            code = "\n".join(line.partition("// ")[0] for line in path.read_text().splitlines())
            found += [f"{place(path)}: {m.group()}" for m in OUTSIDE.finditer(code)]
    report(found)


def test_every_icon_that_a_template_draws_was_built() -> None:
    built = json.loads((APP / "static" / "dist" / "icons.json").read_text())
    found = []
    for path in template_files(".html"):
        names = ICON_IN_TEMPLATE.findall(path.read_text())
        found += [f"{place(path)}: no icon {name!r}" for name in names if name not in built]
    report(found)


def test_each_mistake_is_caught() -> None:
    path = Path("page.html")
    for mistake in (
        '<img src="https://cdn.example/x.png">',
        '<script src="//cdn.example/x.js"></script>',
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<a href="javascript:void(0)">',
        '<button onclick="go()">',
        "<p>Well done \U0001f600</p>",
        "{{ note | safe }}",
        "{#\n\n#}<p style='x'>",
    ):
        assert breaches(mistake, path), mistake


def test_a_good_template_passes() -> None:
    good = """{# see https://example.org #}
    <svg xmlns="http://www.w3.org/2000/svg"></svg><script src="{{ asset('app.mjs') }}"></script>
    <a href="{{ url_for('home') }}" data-on="x">{% trans %}Home{% endtrans %}</a>"""
    assert breaches(good, Path("page.html")) == []
