"""Finding and reading our own files, for the guards."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "engage"
TESTS = ROOT / "tests"
TEMPLATES = APP / "templates"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def python_files(folder: Path = APP) -> list[Path]:
    """Return our Python files under a folder; migrations are written by a machine."""
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def files_of_kind(kind: str) -> list[Path]:
    """Return what holds the rules, queries, actions, … of every feature, also when split."""
    return [p for p in python_files() if p.stem == kind or p.stem.endswith(f"_{kind}")]


def template_files(*suffixes: str) -> list[Path]:
    """Return the templates with one of these endings."""
    return [p for p in sorted(TEMPLATES.rglob("*")) if p.is_file() and p.suffix in suffixes]


def tracked_files() -> list[Path]:
    """Return what a clone would hold: files git knows, and new ones it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def readable_files() -> Iterator[tuple[Path, str]]:
    """Yield each tracked file that holds text, with that text."""
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content.decode(errors="replace")


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(), str(path))


def functions_in(tree: ast.AST) -> Iterator[Function]:
    """Yield every function, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def public_functions(tree: ast.Module) -> Iterator[Function]:
    """Yield the functions that other modules may call."""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def length(node: Function) -> int:
    """Return how many lines a function takes, without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def module_name(path: Path) -> str:
    """Return the dotted name under which a file of ours is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def place(path: Path, line: int = 0) -> str:
    """Return `folder/file.py:12`, for messages."""
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
    return f"{name}:{line}" if line else name


def report(problems: list[str]) -> None:
    """Fail with every problem on its own line."""
    assert not problems, "\n" + "\n".join(problems)
