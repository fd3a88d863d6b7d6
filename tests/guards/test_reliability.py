"""The table of what must hold names tests that exist, and leaves no requirement out."""

import ast
import re
from functools import cache

from tests.guards.code import APP

ROOT = APP.parent
TABLE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def rows() -> dict[str, str]:
    cells = [line.split("|") for line in TABLE.splitlines() if re.match(r"\| [RT]\d\d ", line)]
    return {row[1].strip(): row[3] for row in cells}


def test_every_test_that_the_table_names_exists():
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(TABLE)
        if not (ROOT / path).exists() or name not in names_in(path)
    ]
    assert missing == []


def test_every_requirement_of_reliability_has_a_test():
    assert {f"R{number:02}" for number in range(1, 24)} <= rows().keys()
    assert [key for key, tests in rows().items() if not NAMED.search(tests)] == []
