"""What a benchmark reports."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure, the bar it is held against, and whether it is met."""

    what: str
    measured: float
    unit: str
    bar: str = ""
    is_met: bool | None = None


def at_most(what: str, values: list[float], unit: str, limit: float) -> Row:
    """Return the median of several rounds, met if it is at most the limit."""
    measured = statistics.median(values)
    return Row(what, measured, unit, f"<= {limit:g}", measured <= limit)


def at_least(what: str, values: list[float], unit: str, limit: float) -> Row:
    """Return the median of several rounds, met if it is at least the limit."""
    measured = statistics.median(values)
    return Row(what, measured, unit, f">= {limit:g}", measured >= limit)
