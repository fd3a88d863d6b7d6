"""Packages that others load wherever they are installed, and that a process may do without."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_loading(*names: str) -> Iterator[None]:
    """Have these imports fail inside the block, unless they were loaded before."""
    absent = [name for name in names if name not in sys.modules]
    # None stands for "not installed", which whoever loads them optionally is prepared for.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
