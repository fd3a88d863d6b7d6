"""Run the benchmarks: `python -m benchmarks [name …]`. Each module here has `run()`.

`run()` returns rows (what, measured, unit, bar, is_met); the exit code is 1 if a bar is missed.
"""

import argparse
import importlib
import json
import pkgutil
import sys
import time

import benchmarks
from benchmarks.rows import Row


def names() -> list[str]:
    """Return the modules that can be run."""
    skipped = {"bulk", "filling", "load", "rows", "setting", "__main__"}
    found = [m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.ispkg]
    return sorted(name for name in found if name not in skipped)


def show(row: Row) -> str:
    mark = " " if row.is_met is None else "+" if row.is_met else "MISSED"
    return f"  {row.what:<58} {row.measured:>10.3f} {row.unit:<8} {row.bar:<16} {mark}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which; all if none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    missed = 0
    for name in chosen.names or names():
        began = time.monotonic()
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "run"):
            continue
        rows = module.run()
        missed += sum(row.is_met is False for row in rows)
        if chosen.json:
            for row in rows:
                print(json.dumps({"benchmark": name, **row.__dict__}))
        else:
            print(f"{name} ({time.monotonic() - began:.0f} s)")
            print("\n".join(show(row) for row in rows))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
