"""Huey with the one driver its queue needs.

It loads those of Redis and of PostgreSQL wherever they are installed: 14 MB that a queue in a
file never uses.
"""

from importlib import import_module
from typing import Any

from engage.imports import not_loading

__all__ = [
    "Consumer",
    "Huey",
    "Message",
    "Serializer",
    "SqliteHuey",
    "bring_postgres",
    "bring_redis",
]
DRIVERS = ("redis", "psycopg")

with not_loading(*DRIVERS):
    from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
    from huey import storage as _storage
    from huey.consumer import Consumer
    from huey.registry import Message
    from huey.serializer import Serializer

storage: Any = _storage


def bring_redis() -> type[Huey]:
    """Return Huey on Redis, its driver loaded."""
    if storage.Redis is None:
        redis, errors = import_module("redis"), import_module("redis.exceptions")
        storage.ConnectionPool = redis.ConnectionPool
        storage.Redis = storage.RedisStorage.redis_client = redis.Redis
        storage.ConnectionError = errors.ConnectionError
        storage.TimeoutError = errors.TimeoutError
    return RedisHuey


def bring_postgres() -> type[Huey]:
    """Return Huey on PostgreSQL, its driver loaded."""
    if storage.psycopg is None:
        storage.psycopg = import_module("psycopg")
    return PostgresHuey
