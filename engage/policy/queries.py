"""Reading policy packs: from the package, and from a local directory that may add to it."""

import functools
import re
import tomllib
from pathlib import Path

from engage.policy.rules import Fault, Pack, build, faults, untimed

PACKS = Path(__file__).parent / "packs"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class BadPack(Exception):
    """A pack that cannot be used: one line per fault, each with file and line."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


_local = {"directory": ""}


def use_directory(directory: str) -> None:
    """Look for packs in this local directory too, from now on in this process."""
    _local["directory"] = directory


def pack(name: str, directory: str | None = None) -> Pack:
    """Return a pack by name, read once. A local pack goes before ours of the same name.

    Raises BadPack, naming file, line and fault.
    """
    return _pack(name, _local["directory"] if directory is None else directory)


@functools.cache
def _pack(name: str, directory: str) -> Pack:
    return _load(name, directory, ())


def names(directory: str = "") -> list[str]:
    """List the packs there are, ours and the local ones."""
    folders = [PACKS, *([Path(directory)] if directory else [])]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def check(directory: str = "") -> list[str]:
    """Read every pack and return what is wrong, one line per fault; nothing when all is well."""
    problems: list[str] = []
    for name in names(directory):
        try:
            _load(name, directory, ())
        except BadPack as bad:
            problems += [line for line in bad.problems if line not in problems]
    return problems


def emergency_number(name: str) -> str:
    """Return the number to call in danger, under a pack."""
    return pack(name).emergency


def _load(name: str, directory: str, below: tuple[str, ...]) -> Pack:
    path = _find(name, directory)
    if name in below:
        raise BadPack([f"{path}:1: extends itself through {' > '.join((*below, name))}"])
    text = path.read_text("utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise BadPack([f"{path}:{line.group(1) if line else 1}: {error}"]) from None
    parent = data.get("extends", "")
    found = faults(data, is_base=not parent)
    if found:
        raise BadPack(_said(path, text, found))
    base = _load(parent, directory, (*below, name)) if parent else None
    made = build(name, data, base)
    if found := untimed(data, made):
        raise BadPack(_said(path, text, found))
    return made


def _said(path: Path, text: str, found: list[Fault]) -> list[str]:
    return [f"{path}:{_line(text, fault)}: {fault.path} {fault.problem}" for fault in found]


def _find(name: str, directory: str) -> Path:
    if _NAME.fullmatch(name):
        for folder in ([Path(directory)] if directory else []) + [PACKS]:
            path = folder / f"{name}.toml"
            if path.is_file():
                return path
    raise BadPack([f"{name[:60]}: there is no such policy pack. There are: "
                   + ", ".join(names(directory)) + "."])  # fmt: skip


def _line(text: str, fault: Fault) -> int:
    """Find the line of a fault such as `clocks[2].hours`: its key, else its table, else 1."""
    table, _, key = fault.path.rpartition(".")
    number = re.search(r"\[(\d+)\]", table or fault.path)
    lines = text.splitlines()
    start = 0
    if number:
        header = f"[[{fault.path.partition('[')[0]}]]"
        places = [at for at, line in enumerate(lines) if line.strip() == header]
        start = places[int(number.group(1))] if int(number.group(1)) < len(places) else 0
    elif table:
        start = next((at for at, line in enumerate(lines) if line.strip() == f"[{table}]"), 0)
    for at in range(start, len(lines)):
        if at > start and lines[at].startswith("[") and (number or table):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[at]):
            return at + 1
    return start + 1
