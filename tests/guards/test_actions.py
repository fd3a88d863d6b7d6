"""Every action is told the time and leaves a line in the audit; every query is told who asks."""

import ast
from collections.abc import Iterable
from pathlib import Path

from tests.guards.code import (
    Function,
    files_of_kind,
    functions_in,
    module_name,
    place,
    public_functions,
    python_files,
    report,
    tree_of,
)

AUDIT = "engage.audit.actions"
# Rules of a place belong to everybody; the audit's own look-ups are the operators'.
QUERIES_ABOUT_NOBODY = {"engage.policy.queries", "engage.audit.queries"}


def names_imported(tree: ast.Module, package: str) -> dict[str, str]:
    """Return what each imported name in a module stands for, as a dotted path."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom):
            parent = node.module or ""
            if node.level:
                base = package.split(".")[: -node.level + 1 or None]
                parent = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                found[alias.asname or alias.name] = f"{parent}.{alias.name}"
    return found


def calls_of(function: Function, module: str, imported: dict[str, str]) -> set[str]:
    """Return the dotted path of everything a function calls."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            head, _, tail = ast.unparse(node.func).partition(".")
            known = imported.get(head, f"{module}.{head}")
            found.add(f"{known}.{tail}" if tail else known)
    return found


def unaudited(modules: dict[str, ast.Module]) -> list[str]:
    """Name the public actions from which no path leads to the audit."""
    calls: dict[str, set[str]] = {}
    public = []
    for name, tree in modules.items():
        imported = names_imported(tree, name.rpartition(".")[0])
        for function in tree.body:
            if isinstance(function, Function):
                calls[f"{name}.{function.name}"] = calls_of(function, name, imported)
        if name != AUDIT and is_kind(name, "actions"):
            public += [f"{name}.{function.name}" for function in public_functions(tree)]
    recorded = {name for name in calls if name.startswith((f"{AUDIT}.record", f"{AUDIT}.entry"))}
    growing = True
    while growing:
        more = {name for name, called in calls.items() if called & recorded} - recorded
        recorded |= more
        growing = bool(more)
    return sorted(set(public) - recorded)


def untimed(tree: ast.Module, path: Path) -> list[str]:
    """Name the public actions that do not take keyword-only `now`."""
    return [
        f"{place(path, function.lineno)}: {function.name} takes no keyword-only `now`"
        for function in public_functions(tree)
        if "now" not in [argument.arg for argument in function.args.kwonlyargs]
    ]


def viewerless(tree: ast.Module, path: Path) -> list[str]:
    """Name the public queries whose first argument is not the viewer."""
    found = []
    for function in public_functions(tree):
        arguments = [*function.args.posonlyargs, *function.args.args]
        if not arguments or arguments[0].arg != "viewer":
            found.append(f"{place(path, function.lineno)}: {function.name}(viewer, …)")
    return found


def undocumented(tree: ast.Module, path: Path) -> list[str]:
    """Name the public functions without a docstring; forms and tables speak for themselves."""
    public: Iterable[Function] = public_functions(tree)
    return [
        f"{place(path, function.lineno)}: {function.name} has no docstring"
        for function in public
        if not ast.get_docstring(function)
    ]


def is_kind(module: str, kind: str) -> bool:
    """Say whether a module holds actions, queries, …; features may split theirs."""
    name = module.rpartition(".")[2]
    return name == kind or name.endswith(f"_{kind}")


def test_every_action_leaves_a_line_in_the_audit() -> None:
    report(unaudited({module_name(path): tree_of(path) for path in python_files()}))


def test_every_action_is_told_the_time() -> None:
    paths = [path for path in files_of_kind("actions") if module_name(path) != AUDIT]
    report([x for path in paths for x in untimed(tree_of(path), path)])


def test_every_query_is_told_who_asks() -> None:
    paths = [p for p in files_of_kind("queries") if module_name(p) not in QUERIES_ABOUT_NOBODY]
    report([x for path in paths for x in viewerless(tree_of(path), path)])


def test_every_public_function_says_what_it_does() -> None:
    paths = [p for kind in ("rules", "queries", "actions", "models") for p in files_of_kind(kind)]
    report([x for path in paths for x in undocumented(tree_of(path), path)])


def test_nothing_below_the_edges_reads_the_clock() -> None:
    found = []
    for kind in ("rules", "queries", "actions", "models", "labels", "forms"):
        for path in files_of_kind(kind):
            imported = names_imported(tree_of(path), module_name(path).rpartition(".")[0])
            if any(name.startswith("engage.clock") for name in imported.values()):
                found.append(place(path))
    report(found)


AUDITED = """
from engage.audit import actions as audit
from engage.audit.actions import record
def direct(x, *, now): record("plan:agreed", now=now)
def by_module(x, *, now): audit.record("plan:agreed", now=now)
def through_another(x, *, now): _step(now)
def _step(now): direct(1, now=now)
"""


def test_actions_that_record_pass() -> None:
    trees = {"engage.plans.actions": ast.parse(AUDITED)}
    trees[AUDIT] = ast.parse("def record(verb, *, now): pass")
    assert unaudited(trees) == []


def test_an_action_that_records_nothing_is_caught() -> None:
    trees = {
        AUDIT: ast.parse("def record(verb, *, now): pass"),
        "engage.plans.actions": ast.parse("def agree(plan, *, now): plan.agreed_at = now"),
        "engage.alerts.actions": ast.parse(
            "from engage.plans.actions import agree\ndef climb(a, *, now): agree(a, now=now)"
        ),
    }
    assert unaudited(trees) == ["engage.alerts.actions.climb", "engage.plans.actions.agree"]


def test_an_action_without_the_time_a_query_without_its_viewer_and_silence_are_caught() -> None:
    tree = ast.parse("def agree(plan, now): pass\ndef _private(plan): pass")
    assert len(untimed(tree, Path("actions.py"))) == 1
    assert len(viewerless(tree, Path("queries.py"))) == 1
    assert len(undocumented(tree, Path("rules.py"))) == 1
    assert [f.name for f in functions_in(tree)] == ["agree", "_private"]
