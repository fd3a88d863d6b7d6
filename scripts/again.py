"""Ask the few tests that failed again, alone, several times: all must pass (decision 158).

`python scripts/again.py [pytest's other words]` reads which tests the run before it left as failed.
It ends with 0 if each passed every time by itself, and names them; else with 1.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEFT = ".cache/pytest/v/cache/lastfailed"
FEW = 3
TIMES = 3
# What is lost or doubled once in many runs is what these look for.
KILL_TESTS, KILL_TIMES = "tests/faults/", 10


def may_be_asked(failed: list[str]) -> bool:
    """Return whether these are few, and are tests (not files that cannot be read)."""
    return 0 < len(failed) <= FEW and all("::" in name for name in failed)


def times_for(name: str) -> int:
    """Return how often a test must pass alone."""
    return KILL_TIMES if name.startswith(KILL_TESTS) else TIMES


def pass_alone(failed: list[str], words: list[str], root: Path) -> bool:
    """Run each test in a process of its own, so often; stop at the first that fails."""
    pytest = [sys.executable, "-m", "pytest", "-q", *words]
    return all(
        subprocess.run([*pytest, name], cwd=root, check=False).returncode == 0
        for name in failed
        for _ in range(times_for(name))
    )


def main(words: list[str], root: Path = ROOT) -> int:
    """Ask again what the last run in `root` left; return what the shell is told."""
    left = root / LEFT
    failed = sorted(json.loads(left.read_text())) if left.exists() else []
    if not (may_be_asked(failed) and pass_alone(failed, words, root)):
        return 1
    for name in failed:
        times = times_for(name)
        print(f"UNSTEADY  {name}: failed among the others, passed {times} times alone. Mend it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
