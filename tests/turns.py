"""In which order tests run, on which worker, and which run again with PostgreSQL.

A file's tests run in their order on one worker, so that they may share what was dear to make.
Those that take long begin, so that all workers end together.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# The longest has Chromium and a demonstration to itself; the other files there share theirs.
LONGEST = "tests/browser/test_every_page.py"
TOGETHER = "tests/browser/"
# Ten thousand requests: each test on whichever worker is free. None shares what it made.
APART = "tests/people/test_bad_input.py"
# Those of minutes first; then whatever is not named here, as it comes.
SLOW = ("tests/faults/", "tests/journeys/", "tests/operators/", "tests/guards/")
FIRST = (LONGEST, TOGETHER, APART, *SLOW)
DATABASE = "database_url"


class InTurns(LoadFileScheduling):
    """Gives a worker a file at a time in the order of collection; the browser's all at once."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        if scope == APART:
            return nodeid
        return TOGETHER if scope.startswith(TOGETHER) and scope != LONGEST else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InTurns | None:
    return InTurns(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: says nothing of the database, so SQLite is enough")


def rank(item: pytest.Item) -> int:
    """Return how early an item should begin: a low number first."""
    return next((n for n, place in enumerate(FIRST) if item.nodeid.startswith(place)), len(FIRST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort; with PostgreSQL leave out what says nothing of the database `--engine` chooses."""
    if config.getoption("--engine") == "postgresql":
        config.hook.pytest_deselected(items=[one for one in items if not _is_of_database(one)])
        items[:] = [one for one in items if _is_of_database(one)]
    items.sort(key=rank)


def _is_of_database(item: pytest.Item) -> bool:
    opens_it = DATABASE in getattr(item, "fixturenames", ())
    return opens_it and item.get_closest_marker("once") is None
