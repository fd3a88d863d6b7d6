"""Who waited in vain for another process gets a second go, and nothing else does."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as TookTooLong

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
