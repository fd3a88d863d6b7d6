"""How a command comes to its app, and how trouble is put into one line."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, IntegrityError

from engage import config

Command = Callable[..., Any]


def in_app(function: Command) -> Command:
    """Run a command inside the app that `engage` was asked to open."""

    @click.pass_context
    @wraps(function)
    def run(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        app: Flask = ctx.find_root().obj()
        with app.app_context():
            return ctx.invoke(function, *args, **kwargs)

    return run


def in_app_without_pages(function: Command) -> Command:
    """Run a command that shows nobody a page: it needs a third less memory."""

    @click.pass_context
    @wraps(function)
    def run(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        app: Flask = ctx.find_root().obj(with_pages=False)
        with app.app_context():
            return ctx.invoke(function, *args, **kwargs)

    return run


def settings() -> config.Settings:
    """Return the settings of the app in use."""
    found: config.Settings = current_app.extensions["engage"]
    return found


def database_trouble(error: DBAPIError) -> str:
    """Say in one line why the database did not do what was asked."""
    reason = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
    if any(sign in reason for sign in ("no such table", "no such column", "does not exist")):
        return "The database is not up to date: run `engage db upgrade`."
    if isinstance(error, IntegrityError):
        return "The database refused: something like this is there already."
    return f"The database did not answer: {reason}"
