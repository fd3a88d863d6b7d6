"""Nothing here grows until nobody can read it."""

import ast
import re
from pathlib import Path

from tests.guards.code import (
    APP,
    ROOT,
    TESTS,
    functions_in,
    length,
    place,
    python_files,
    report,
    template_files,
    tree_of,
)

FILE = 400
FUNCTION = 60
VIEW = 30
CREATE_APP = 60
CONFTEST = 150
TEMPLATE = 150
MOCKS_PER_HUNDRED_TESTS = 5
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
MOCK = re.compile(r"\b(?:Magic|Async)?Mock\(|\bmock\.patch\b|\bcreate_autospec\(")


def all_python() -> list[Path]:
    """Return the app, its tests, its benchmarks and its build."""
    found = [*python_files(APP), *python_files(TESTS), ROOT / "hatch_build.py"]
    return [*found, *python_files(ROOT / "benchmarks"), *python_files(ROOT / "scripts")]


def too_long(tree: ast.Module, path: Path) -> list[str]:
    """List the functions over budget; views have a smaller one."""
    pages = path.stem == "views" or path.stem.endswith("_views")
    found = []
    for function in functions_in(tree):
        budget = VIEW if pages else CREATE_APP if function.name == "create_app" else FUNCTION
        if length(function) > budget:
            where = place(path, function.lineno)
            found.append(f"{where}: {function.name} has {length(function)} lines, not {budget}")
    return found


def test_no_python_file_is_longer_than_its_budget() -> None:
    found = []
    for path in all_python():
        budget = CONFTEST if path.name == "conftest.py" else FILE
        lines = len(path.read_text().splitlines())
        if lines > budget:
            found.append(f"{place(path)}: {lines} lines, not {budget}")
    report(found)


def test_no_function_is_longer_than_its_budget() -> None:
    report([line for path in all_python() for line in too_long(tree_of(path), path)])


def test_no_template_is_longer_than_its_budget() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in template_files(".html", ".txt")}
    report([f"{place(p)}: {n} lines, not {TEMPLATE}" for p, n in sizes.items() if n > TEMPLATE])


def test_no_file_has_a_name_that_says_nothing() -> None:
    report([place(p) for p in python_files() if p.stem in NAMES_THAT_SAY_NOTHING])


def test_every_package_is_a_real_one() -> None:
    folders = {path.parent for path in python_files()}
    report([place(f) for f in sorted(folders) if not (f / "__init__.py").exists()])


def test_few_tests_use_a_mock() -> None:
    files = [path for path in python_files(TESTS) if "guards" not in path.parts]
    mocks = sum(len(MOCK.findall(path.read_text())) for path in files)
    tests = sum(
        function.name.startswith("test_")
        for path in files
        for function in functions_in(tree_of(path))
    )
    assert mocks <= max(1, tests * MOCKS_PER_HUNDRED_TESTS / 100), f"{mocks} mocks, {tests} tests"


def test_a_long_view_and_a_long_function_are_caught() -> None:
    body = "\n".join(f"    a{n} = {n}" for n in range(40))
    tree = ast.parse(f"def page():\n{body}\n")
    assert too_long(tree, Path("views.py"))
    assert too_long(tree, Path("signin_views.py"))
    assert not too_long(tree, Path("actions.py"))
    assert too_long(ast.parse(f"def a():\n{body}\n{body}\n"), Path("actions.py"))
