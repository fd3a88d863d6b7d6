"""Shuffles what nobody put in order, to find tests and pages that count on it (decision 157).

ENGAGE_TEST_TIES=1 lets every SELECT end in ORDER BY random(): rows of one instant, and those that
nobody ordered, come in any order, as they may from PostgreSQL on a bad day. Run it a few times.
"""

from typing import Any

from sqlalchemy import Select, event, func
from sqlalchemy.engine import Engine


def shuffle_ties() -> None:
    """Begin; it lasts as long as this process."""
    event.listen(Engine, "before_execute", _ordered_by_chance, retval=True)


def _ordered_by_chance(
    _connection: Any, statement: Any, many: Any, values: Any, _options: Any
) -> tuple[Any, Any, Any]:
    # DISTINCT takes no order that is not among its columns.
    if isinstance(statement, Select) and not statement._distinct:
        statement = statement.order_by(func.random())
    return statement, many, values
