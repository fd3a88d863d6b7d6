"""What people can set and run is written down, and what is written down exists."""

import itertools
import os
import re
import tomllib

from engage import config
from tests.guards.code import ROOT, place, python_files, report, tracked_files

TARGET = re.compile(r"^([a-z.][\w.-]*):(?!=)(.*)$", re.MULTILINE)
# Read by a library, which has its own name for it.
OTHERS = {"PROMETHEUS_MULTIPROC_DIR"}
READ_FROM_ENVIRONMENT = re.compile(r"""environ(?:\.get\(|\[)\s*["']([A-Z_0-9]+)["']""")


def documents() -> str:
    """Return all that is written for people: every Markdown file of ours."""
    return "\n".join(p.read_text() for p in tracked_files() if p.suffix == ".md")


def undocumented_targets(makefile: str) -> list[str]:
    """Name the targets of a Makefile that people may call but `make help` hides."""
    return [
        name
        for name, rest in TARGET.findall(makefile)
        if "/" not in name and name != ".PHONY" and not name.isupper() and "##" not in rest
        if not name.startswith(".DEFAULT")
    ]


def test_the_example_environment_is_the_one_the_settings_describe() -> None:
    assert (ROOT / ".env.example").read_text() == config.example()


def test_every_setting_is_described_for_people() -> None:
    written = documents()
    names = [str(field.alias) for field in config.Settings.model_fields.values()]
    report([f"{name} is in no document" for name in names if f"`{name}" not in written])


def test_nothing_else_is_read_from_the_environment() -> None:
    known = {str(field.alias) for field in config.Settings.model_fields.values()} | OTHERS
    found = []
    for path in python_files():
        for name in READ_FROM_ENVIRONMENT.findall(path.read_text()):
            if name not in known:
                found.append(f"{place(path)}: {name} is no setting")
    report(found)


def test_every_make_target_explains_itself_and_is_written_down() -> None:
    makefile = (ROOT / "Makefile").read_text()
    report([f"{name} has no ## comment" for name in undocumented_targets(makefile)])
    written = documents()
    names = [name for name, rest in TARGET.findall(makefile) if "##" in rest]
    report([f"`make {name}` is in no document" for name in names if f"make {name}" not in written])


def rooms(readme: str, known: list[str]) -> list[str]:
    """Return the packages that the README's map of the house names, from top to bottom."""
    found: list[str] = []
    for line in readme.partition("engage/\n")[2].partition("```")[0].splitlines():
        found += itertools.takewhile(known.__contains__, line.split())
    return found


def test_the_map_of_the_house_is_true() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    known = re.findall(r"\w+", " ".join(layers))
    assert rooms((ROOT / "README.md").read_text(), known) == known


def test_a_room_that_is_left_out_is_seen() -> None:
    assert rooms("engage/\n  cli  app   the command\n  web  cli here\n```\n", ["cli", "web"]) == [
        "cli", "web", "cli",
    ]  # fmt: skip


def test_every_file_that_a_document_points_to_exists() -> None:
    found = []
    for path in tracked_files():
        if path.suffix == ".md":
            for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text()):
                if not (path.parent / link).exists():
                    found.append(f"{place(path)}: {link} does not exist")
    report(found)


def test_ci_runs_what_make_check_runs() -> None:
    ci = ROOT / ".ci" / "run"
    assert os.access(ci, os.X_OK)
    assert "make check" in ci.read_text()


def test_a_silent_target_is_caught() -> None:
    assert undocumented_targets("run: x ## start\n\tgo\nhidden: y\n\tgo\nA := b\n") == ["hidden"]
