"""`engage policy`: mistakes in packs by file and line, and what a pack says."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engage.cli import main

TOWN = 'title = "Town"\nextends = "england"\nversion = 2026-01-01\n'
CLOCK = """
[[clocks]]
name = "recheck"
minutes = 30
starts_at = "worry_opened"
source = "Town handbook"
checked_on = 2026-01-01
"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """These commands run before anything is configured."""
    monkeypatch.delenv("ENGAGE_POLICY_DIR", raising=False)


def type_in(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env).invoke(main, words)


def test_our_own_packs_are_without_mistake() -> None:
    done = type_in("policy", "check")
    assert done.exit_code == 0
    assert "9 policy packs, no mistake." in done.output


def test_a_mistake_is_named_with_file_and_line_and_fails(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(TOWN + CLOCK.replace("minutes = 30", "minutes = 0"))
    for done in (
        type_in("policy", "check", str(tmp_path)),
        type_in("policy", "check", env={"ENGAGE_POLICY_DIR": str(tmp_path)}),
    ):
        assert done.exit_code == 1
        assert f"{tmp_path / 'town.toml'}:7: clocks[0].minutes" in done.stderr
        assert "Traceback" not in done.output


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = type_in("policy", "check", str(tmp_path / "nowhere"))
    assert done.exit_code == 2
    assert "does not exist" in done.stderr


def test_a_pack_shows_its_rules_the_strictest_first(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(TOWN + CLOCK)
    done = type_in("policy", "show", "town", "--directory", str(tmp_path))
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[0] == "Town, version of 2026-01-01, emergency number 999"
    assert "Town handbook" in done.output
    again = [each for each in lines if each.startswith("recheck")]
    assert [each.split()[1] for each in again] == ["30", "1"]
    assert "again and again" in again[1]
    assert any(each.startswith("report_police: at once from determined_missing") for each in lines)


def test_a_rule_that_holds_for_some_says_for_whom() -> None:
    done = type_in("policy", "show", "plymouth")
    assert "when younger_than_13 or vulnerable or repeat_episode" in done.output


def test_an_unknown_pack_is_answered_with_those_there_are() -> None:
    done = type_in("policy", "show", "atlantis")
    assert done.exit_code == 1
    assert "no such policy pack" in done.stderr
    assert "missouri" in done.stderr
