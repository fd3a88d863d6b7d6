"""Who waited in vain for another process gets a second go, and nothing else does."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as TookTooLong

from scripts import again
from tests.guards.code import ROOT
from tests.waiting import WaitedInVain, wait_for

OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
# Each test fails at its first go, and would pass at the second.
ONCE = """
import pathlib
import pytest
from playwright.sync_api import TimeoutError as TookTooLong
from tests.waiting import WaitedInVain, wait_for

def is_second(name):
    seen = pathlib.Path(__file__).with_name(name)
    if seen.exists():
        return True
    seen.touch()
    return False

def test_waited():
    if not is_second("waited"):
        wait_for(lambda: False, "a text", 0)

def test_page_waited():
    if not is_second("page"):
        raise TookTooLong("Locator.click: Timeout 5ms exceeded.")

def test_asserted():
    assert is_second("asserted")

def test_asserted_after_waiting():
    if not is_second("after"):
        try:
            wait_for(lambda: False, "a text", 0)
        except WaitedInVain:
            assert 1 == 2

@pytest.mark.parametrize("kind", [ValueError, TimeoutError, OSError, RuntimeError])
def test_broke(kind):
    if not is_second(kind.__name__):
        raise kind("Waited 5 s")
"""


def gets_another_go(error: Exception) -> bool:
    said = f"{type(error).__name__}: {error}"
    return any(re.search(one, said) for one in OPTIONS["only_rerun"]) and not any(
        re.search(one, said) for one in OPTIONS["rerun_except"]
    )


def test_the_whole_run_gives_one_more_go_and_says_so() -> None:
    script = (ROOT / "scripts" / "test.sh").read_text()
    assert set(re.findall(r"--reruns[ =](\d+)", script)) == {"1"}
    assert "--only-rerun" not in script and "--rerun-except" not in script
    assert "R" in OPTIONS["addopts"].split()[0], "the summary names who needed it"


@pytest.mark.parametrize(
    ("error", "another"),
    [
        (WaitedInVain("60 s for: a text"), True),
        (TookTooLong("Page.goto: Timeout 30000ms exceeded."), True),
        (AssertionError("WaitedInVain: said in an assertion"), False),
        (AssertionError("assert 11 == 12"), False),
        (TimeoutError("timed out"), False),
        (ConnectionRefusedError("refused"), False),
        (KeyError("WaitedInVain"), False),
    ],
)
def test_only_waiting_is_forgiven(error: Exception, another: bool) -> None:
    assert gets_another_go(error) is another


def test_waiting_in_vain_is_no_assertion() -> None:
    with pytest.raises(WaitedInVain, match=r"0 s for: a text; it said \[\] at last") as caught:
        wait_for(list, "a text", 0)
    assert not isinstance(caught.value, AssertionError)


def test_a_run_forgives_waiting_once_and_never_an_assertion(tmp_path: Path) -> None:
    file = tmp_path / "test_once.py"
    file.write_text(ONCE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--reruns", "1", "-p", "no:xdist",
         "-o", f"cache_dir={tmp_path}", "-c", str(ROOT / "pyproject.toml"),
         "--rootdir", str(ROOT), str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "6 failed, 2 passed, 2 rerun" in done.stdout, done.stdout
    again = re.findall(r"^RERUN .*::(\w+)", done.stdout, re.MULTILINE)
    assert sorted(again) == ["test_page_waited", "test_waited"]


# `once` fails until the file of that name is there; the first go makes it.
LATER = """
import pathlib
SEEN = pathlib.Path(__file__).with_name("seen")

def test_always():
    assert 1 == 2

def test_once():
    first = not SEEN.exists()
    SEEN.touch()
    assert not first

def test_by_turns():
    SEEN.write_text(SEEN.read_text() + "x" if SEEN.exists() else "x")
    assert len(SEEN.read_text()) % 2 == 0
"""


def ask_again(tmp_path: Path, *names: str) -> tuple[int, str]:
    """Run the named tests of LATER as the whole run does, then `scripts/again.py`."""
    (tmp_path / "test_later.py").write_text(LATER)
    cache = f"cache_dir={tmp_path}/.cache/pytest"
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:xdist"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, "-o", cache,
         *(f"test_later.py::{name}" for name in names)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    ask = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from scripts import again; import pathlib"
    )
    said = subprocess.run(
        [sys.executable, "-c",
         f"{ask}; sys.exit(again.main({options!r}, pathlib.Path({str(tmp_path)!r})))"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.returncode, said.stdout


def test_what_failed_by_chance_is_named_and_forgiven(tmp_path: Path) -> None:
    code, said = ask_again(tmp_path, "test_once")
    assert code == 0, said
    assert re.search(r"^UNSTEADY  .*::test_once: .*passed 3 times alone", said, re.MULTILINE)


@pytest.mark.parametrize("name", ["test_always", "test_by_turns"])
def test_what_fails_alone_too_fails(tmp_path: Path, name: str) -> None:
    code, said = ask_again(tmp_path, name)
    assert code == 1
    assert "1 failed" in said
    assert "UNSTEADY" not in said


@pytest.mark.parametrize(
    ("failed", "asked"),
    [
        ([], False),
        (["tests/web/test_a.py::test_b"], True),
        (["tests/web/test_a.py::test_b[c]"] * 3, True),
        (["tests/web/test_a.py::test_b"] * 4, False),
        (["tests/web/test_a.py"], False),
        (["tests/web/test_a.py::test_b", "tests/web/test_c.py"], False),
    ],
)
def test_only_few_tests_are_asked_again(failed: list[str], asked: bool) -> None:
    assert again.may_be_asked(failed) is asked


def test_a_kill_test_must_pass_more_often() -> None:
    assert again.times_for("tests/faults/test_a.py::test_b") == 10
    assert again.times_for("tests/web/test_faults.py::test_b") == 3


def test_a_run_that_broke_is_never_asked_again() -> None:
    script = (ROOT / "scripts" / "test.sh").read_text()
    assert '[ "$code" = 1 ] && .venv/bin/python scripts/again.py' in script
    assert script.index("rm -f .cache/pytest/v/cache/lastfailed") < script.index("    $all")
