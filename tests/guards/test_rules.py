"""Rules are plain Python: importing them brings neither the web nor the database."""

import subprocess
import sys

from tests.guards.code import ROOT, files_of_kind, module_name, report

HEAVY = ("flask", "sqlalchemy", "werkzeug", "jinja2", "wtforms", "pydantic", "urllib3", "huey")
LOAD = """
import sys, time
start = time.perf_counter()
import {module}
took = (time.perf_counter() - start) * 1000
heavy = sorted(set(sys.modules) & set({heavy!r}))
print(f"{{took:.0f}} ms", *heavy)
"""


def load(module: str) -> str:
    """Import a module in a fresh interpreter; return how long it took and what it brought."""
    code = LOAD.format(module=module, heavy=HEAVY)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_rules_load_neither_the_web_nor_the_database() -> None:
    found = []
    for path in files_of_kind("rules"):
        answer = load(module_name(path)).split()
        print(module_name(path), *answer)
        found += [f"{module_name(path)} brings {name}" for name in answer[2:]]
    report(found)


def test_a_module_that_brings_flask_is_caught() -> None:
    assert "flask" in load("engage.app").split()
