"""One statement on the database driver's own cursor, with SQLAlchemy's errors and listeners."""

from collections.abc import Callable
from operator import attrgetter, methodcaller
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

FETCH_ALL, FETCH_ONE = methodcaller("fetchall"), methodcaller("fetchone")
COUNT = attrgetter("rowcount")
_IDLE = 0  # libpq's PQTRANS_IDLE: no transaction is open


def run(
    connection: Connection,
    sql: str,
    values: Any,
    take: Callable[[Any], Any],
    *,
    is_many: bool = False,
) -> Any:
    """Run one statement and take something from the cursor."""
    cursor = connection.connection.cursor()
    try:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, sql, values, None, is_many)
        (cursor.executemany if is_many else cursor.execute)(sql, values)
        return take(cursor)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(error, connection, sql) from error
    finally:
        cursor.close()


def run_alone(connection: Connection, sql: str, values: Any, take: Callable[[Any], Any]) -> Any:
    """Run a statement that needs no other beside it in its transaction: one that only reads, or
    the one that writes everything.

    On PostgreSQL, where nothing was begun, it is a transaction of its own: it is safe on disk when
    it returns, and BEGIN and COMMIT are not sent (a round trip each). SQLite knows no such trips.
    """
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" or raw.autocommit or raw.pgconn.transaction_status:
        return run(connection, sql, values, take)
    raw.autocommit = True
    try:
        return run(connection, sql, values, take)
    finally:
        if not raw.closed:
            raw.autocommit = False


def _translated(error: Any, connection: Connection, sql: str) -> Exception:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_lost:
        connection.invalidate(error)
    made: Exception = DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    return made
