"""Only the edges commit: pages, the worker, the provider's webhooks, commands."""

import ast
from pathlib import Path

from tests.guards.code import APP, module_name, place, python_files, report, tree_of

EDGES = {"views", "worker", "webhooks", "cli"}
# Packages that are commands or pages of the demonstration as a whole, and the database itself.
EDGE_PACKAGES = {"operators", "demo", "cli", "worker", "webhooks"}
# Inside a feature, bottom to top.
ORDER = ("rules", "models", "queries", "actions", "labels", "forms", "views")
KINDS = {name: rank for rank, name in enumerate(ORDER)}
ENDINGS = {"commit", "rollback"}


def is_edge(path: Path) -> bool:
    """Say whether this file may end a transaction."""
    parts = path.relative_to(APP).parts
    kind = path.stem.rpartition("_")[2]
    return kind in EDGES or parts[0] in EDGE_PACKAGES or parts in {("db.py",), ("fair_lock.py",)}


def endings(tree: ast.AST, path: Path) -> list[str]:
    """List the calls that commit or roll back, or that open a block which does."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in ENDINGS or name == "transaction":
            found.append(f"{place(path, node.lineno)}: {name}() belongs to the edges")
    return found


def test_only_the_edges_commit() -> None:
    inside = [path for path in python_files() if not is_edge(path)]
    report([line for path in inside for line in endings(tree_of(path), path)])


def test_views_are_imported_by_the_app_factory_only() -> None:
    """Beside the import contract: also for files that end in `_views`."""
    found = []
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
            module = getattr(node, "module", None) or ""
            targets = [*names, *module.split(".")] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                targets = [part for name in names for part in name.split(".")]
            if any(part == "views" or part.endswith("_views") for part in targets):
                found.append(place(path, node.lineno))  # type: ignore[attr-defined]
    report(found)


def upward(path: Path, tree: ast.Module) -> list[str]:
    """List the imports inside a feature that go up, also between files like `trio_actions`."""
    mine = KINDS.get(path.stem.rpartition("_")[2])
    package = module_name(path).rpartition(".")[0]
    found = []
    for node in ast.walk(tree) if mine is not None else []:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        inside = [module.removeprefix(f"{package}.")] if module.startswith(f"{package}.") else []
        if module == package and isinstance(node, ast.ImportFrom):
            inside = [alias.name for alias in node.names]
        for name in inside:
            theirs = KINDS.get(name.rpartition("_")[2])
            if theirs is not None and theirs > mine:
                found.append(f"{place(path, node.lineno)}: {name} stands above {path.stem}")
    return found


def test_split_files_keep_the_order_inside_a_feature_too() -> None:
    report([line for path in python_files() for line in upward(path, tree_of(path))])


def test_an_import_that_goes_up_is_caught() -> None:
    path = APP / "plans" / "trio_queries.py"
    assert upward(path, ast.parse("from engage.plans.agreement_actions import agree"))
    assert upward(path, ast.parse("from engage.plans import actions"))
    assert not upward(path, ast.parse("from engage.plans.models import Plan"))
    assert not upward(path, ast.parse("from engage.people.actions import invite"))


def test_a_commit_in_an_action_is_caught() -> None:
    path = APP / "plans" / "actions.py"
    assert not is_edge(path)
    assert is_edge(APP / "plans" / "views.py")
    assert is_edge(APP / "people" / "signin_views.py")
    assert endings(ast.parse("db.session.commit()"), path)
    assert endings(ast.parse("with transaction(db.session):\n    pass"), path)
    assert not endings(ast.parse("commitment(1)"), path)
