"""Every state that people meet has words."""

import enum
import importlib
from types import ModuleType

from tests.guards.code import files_of_kind, module_name, report

Words = dict[object, object]


def tables_of(module: ModuleType) -> dict[str, Words]:
    """Return the tables of words in a labels module: those whose keys are members of an enum."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, dict) and value and all(isinstance(k, enum.Enum) for k in value)
    }


def unlabelled(name: str, table: Words) -> list[str]:
    """Name the members of the enum that the table forgot."""
    kinds = {type(member) for member in table}
    return [f"{name}: no words for {m!r}" for kind in kinds for m in kind if m not in table]


def test_every_state_that_has_words_has_them_for_every_member() -> None:
    found = []
    for path in files_of_kind("labels"):
        module = importlib.import_module(module_name(path))
        for name, table in tables_of(module).items():
            found += unlabelled(f"{module_name(path)}.{name}", table)
    report(found)


class Light(enum.StrEnum):
    RED = "red"
    GREEN = "green"


def test_a_forgotten_state_is_caught() -> None:
    module = ModuleType("labels")
    module.WORDS = {Light.RED: "Stop"}  # type: ignore[attr-defined]
    module.OTHER = {"red": 1}  # type: ignore[attr-defined]
    assert list(tables_of(module)) == ["WORDS"]
    assert unlabelled("x", {Light.RED: "Stop"}) == ["x: no words for <Light.GREEN: 'green'>"]
    assert not unlabelled("x", {Light.RED: "Stop", Light.GREEN: "Go"})
