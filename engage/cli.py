"""The `engage` command: start the parts, look after the database, and all that operators do."""

import json
import os
import pkgutil
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engage.config import ConfigurationErrors, Settings, load

if TYPE_CHECKING:
    from flask import Flask

THREADS_OF_ONE_PROCESS = 16  # Source: DESIGN 6a, measured on SQLite
THREADS_OF_MANY = 4
GRACE = 25  # seconds to finish what is under way. Source: SAFETY R18


def open_app(environ: dict[str, str] | None = None, *, with_pages: bool = True) -> "Flask":
    """Build the app from the environment; the packages are loaded only now."""
    from engage.app import create_app

    settings = load(environ if environ is not None else dict(os.environ))
    return create_app(settings, with_pages=with_pages)


class Commands(click.Group):
    """Says what is wrong in one line each, instead of a traceback.

    What operators do now and then, `ALL` of every module of theirs called commands or ending in
    _commands, is loaded when somebody asks for it: web and worker start without.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        self._load_the_rest()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command by its name."""
        if name not in self.commands:
            self._load_the_rest()
        return super().get_command(ctx, name)

    def _load_the_rest(self) -> None:
        from engage import operators

        for module in pkgutil.iter_modules(operators.__path__):
            if module.name == "commands" or module.name.endswith("_commands"):
                for group in import_module(f"engage.operators.{module.name}").ALL:
                    self.add_command(group)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; configuration mistakes end with 2, everything else known with 1."""
        from sqlalchemy.exc import DBAPIError

        try:
            return super().invoke(ctx)
        except ConfigurationErrors as errors:
            for problem in errors.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except DBAPIError as error:
            from engage.operators.context import database_trouble

            click.echo(f"Error: {database_trouble(error)}", err=True)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engage", message="%(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Engage: safety plans, check-ins and alerts for young people in care."""
    ctx.obj = ctx.obj or open_app


@main.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True,
              type=click.IntRange(1, 65535))  # fmt: skip
@click.option("--data", default="demo-data", show_default=True, type=click.Path(path_type=Path),
              help="Folder for the database and the keys.")  # fmt: skip
@click.option("--policy", default=None, help="Policy pack, england unless given.")
def demo(port: int, data: Path, policy: str | None) -> None:
    """Try it out: made-up people, their phones on a page, nothing to set up."""
    from engage.db import alembic, db
    from engage.demo import configuration, greeting
    from engage.operators.doctor import pending_migrations

    refuse_a_taken_port(port)
    environ = configuration.prepare(data, port, policy, os.environ)
    app = open_app(environ)
    with app.app_context():
        # Looked at first, because a second start need not load Alembic.
        if pending_migrations():
            alembic.upgrade()
        click.echo(greeting.words(the_cast(), f"http://localhost:{port}"))
        db.engine.dispose()
    serve(app, port=port, processes=1, threads=THREADS_OF_ONE_PROCESS, worker_inside=True)


@main.command("seed-demo")
@click.option("--json", "as_json", is_flag=True, help="Print one object for scripts.")
@click.pass_context
def seed_demo(ctx: click.Context, as_json: bool) -> None:
    """Put the same made-up people into the configured database."""
    from engage.demo import greeting

    app = ctx.obj()
    with app.app_context():
        cast = the_cast()
        address = app.extensions["engage"].public_url
        click.echo(json.dumps(cast, ensure_ascii=False) if as_json
                   else greeting.words(cast, address))  # fmt: skip


def the_cast() -> dict[str, Any]:
    """Put the cast into the database unless it is there; say so if other people are."""
    from engage import clock
    from engage.db import db, transaction
    from engage.demo import seed

    try:
        with transaction(db.session):
            return seed.seed_once(now=clock.now())
    except seed.DatabaseInUse as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Web and worker in one process, for one machine."""
    app = ready(ctx.obj())
    serve(app, processes=1, threads=THREADS_OF_ONE_PROCESS, worker_inside=True)


@main.command()
@click.pass_context
def web(ctx: click.Context) -> None:
    """The web half: WEB_CONCURRENCY processes, PORT."""
    with counters_of_many():
        app = ready(ctx.obj())
        settings: Settings = app.extensions["engage"]
        serve(app, processes=settings.web_concurrency, threads=THREADS_OF_MANY)


@contextmanager
def counters_of_many() -> Iterator[None]:
    """Let processes share their counters in a folder; set before anything imports the metrics."""
    folder, parent = tempfile.mkdtemp(prefix="engage-metrics-"), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        # Each forked process comes through here too when it ends.
        if os.getpid() == parent:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
            shutil.rmtree(folder, ignore_errors=True)


@main.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """The worker half: sends texts, raises alerts; several may run."""
    from engage import worker as background

    background.run(ready(ctx.obj(with_pages=False)))


def ready(app: "Flask") -> "Flask":
    """Return the app if it may start; else end with one line for each reason why not."""
    from engage import clock
    from engage.db import db
    from engage.operators.doctor import refusals

    with app.app_context():
        if problems := refusals(app.extensions["engage"], now=clock.now()):
            raise ConfigurationErrors(problems)
        # Nothing that is open now may be shared with the processes to come.
        db.engine.dispose()
    return app


def refuse_a_taken_port(port: int) -> None:
    """Say at once when something else listens on the port."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is in use. Stop what uses it, or add --port."
            ) from None


def serve(
    app: "Flask",
    *,
    processes: int,
    threads: int,
    port: int | None = None,
    worker_inside: bool = False,
) -> None:
    """Serve the app with gunicorn until a signal ends it."""
    from gunicorn.app.base import BaseApplication

    from engage.operators import memory

    settings: Settings = app.extensions["engage"]
    host = "127.0.0.1" if port else "0.0.0.0"  # noqa: S104 - a platform's router is outside
    options = {
        "bind": f"{host}:{port or settings.port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "graceful_timeout": GRACE,
        "timeout": 60,
        "keepalive": 5,
        "accesslog": None,
        "loglevel": settings.log_level.lower(),
        "proc_name": "engage",
        "preload_app": True,
        # An answer must not wait for a slow disk elsewhere.
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
        "post_fork": _forked(app, worker_inside),
        "worker_exit": _ended,
        "child_exit": _left,
        "control_socket_disable": True,
    }

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings and value is not None:
                    self.cfg.set(name, value)

        def load(self) -> "Flask":
            return app

    memory.spare()
    Server().run()


def _forked(app: "Flask", worker_inside: bool) -> Callable[[Any, Any], None]:
    def begin(_server: Any, process: Any) -> None:
        from engage.operators import logs

        logs.configure(app.extensions["engage"].log_level)
        if worker_inside:
            from engage import worker as background

            background.start_in_thread(app)

    return begin


def _ended(_server: Any, _process: Any) -> None:
    from engage import worker as background

    # Before the interpreter shuts down: a text on the line still has to be written down.
    background.stop()


def _left(_server: Any, process: Any) -> None:
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(process.pid)


if __name__ == "__main__":
    main()
