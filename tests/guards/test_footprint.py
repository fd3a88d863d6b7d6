"""What a process does not use it does not load: memory and time to start are counted in `bench`."""

import ast
import inspect
import os
import subprocess
import sys

import pytest

from engage.people import passkeys
from tests.database import ENVIRON
from tests.guards.code import ROOT

PAGES = {"flask_security", "flask_wtf", "wtforms", "govuk_frontend_jinja", "whitenoise"}
NOW_AND_THEN = {
    "alembic", "dateutil", "gunicorn", "huey", "icalendar", "OpenSSL", "PIL", "pillow_heif",
    "qrcode", "redis", "weasyprint", "webauthn",
}  # fmt: skip
LOADED = """
import sys
{start}
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
WEB = """
import os
from engage import app, cli, config
app.create_app(config.load(os.environ))
"""
WORKER = """
import os
from engage import app, cli, config, worker
from engage.worker.running import Runner
Runner(app.create_app(config.load(os.environ), with_pages=False))
"""


def loaded(start, url):
    """Return the packages a fresh interpreter has loaded after this start."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("ENGAGE_", "TWILIO_"))}
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(start=start)],
        cwd=ROOT,
        env={**environ, **ENVIRON, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'engage.db'}"


def test_a_worker_loads_neither_pages_nor_the_drivers_of_other_databases(url):
    found = loaded(WORKER, url)
    assert "huey" in found
    assert not found & (PAGES | (NOW_AND_THEN - {"huey"}) | {"psycopg"})


def test_a_web_process_loads_nothing_that_is_needed_now_and_then(url):
    found = loaded(WEB, url)
    assert "flask_security" in found
    assert not found & (NOW_AND_THEN | {"psycopg"})


def test_the_command_loads_what_operators_do_only_when_asked(url):
    brought = loaded("from engage import cli; cli.main.get_command(None, 'worker')", url)
    assert not brought & {"flask", "sqlalchemy"}
    asked = loaded("from engage import cli; assert cli.main.get_command(None, 'doctor')", url)
    assert "sqlalchemy" in asked


def test_every_command_is_named_in_the_help(url):
    start = "import click; from engage import cli; print(*cli.main.list_commands(None))"
    assert {"demo", "run", "web", "worker", "doctor", "db", "staff", "import"} <= loaded(start, url)


def test_an_import_inside_a_block_without_drivers_leaves_no_trace(url):
    start = """
from engage.worker import drivers
assert drivers.storage.Redis is None and drivers.storage.psycopg is None
import redis, psycopg
assert drivers.bring_redis().__name__ == "RedisHuey"
assert drivers.storage.RedisStorage.redis_client is redis.Redis
assert drivers.storage.TimeoutError is redis.exceptions.TimeoutError
drivers.bring_postgres()
assert drivers.storage.psycopg is psycopg
"""
    assert {"redis", "psycopg"} <= loaded(start, url)


def test_flask_security_is_handed_all_that_it_takes_of_the_passkey_library():
    taken = set()
    for module in (passkeys.pages, passkeys.rules):
        tried = [node for node in ast.parse(inspect.getsource(module)).body
                 if isinstance(node, ast.Try)]  # fmt: skip
        for statement in tried[0].body:
            taken |= {alias.asname or alias.name for alias in statement.names}
    assert taken == passkeys.WANTED | {"webauthn"}
    passkeys.bring()
    assert all(hasattr(passkeys.pages, name) for name in passkeys.WANTED)


def test_the_passkey_library_is_loaded_by_its_first_page(url):
    start = (
        WEB.replace("app.create_app", "made = app.create_app")
        + """
import sys
assert "webauthn" not in sys.modules
made.test_client().get("/sign-in/passkey", base_url="http://localhost")
"""
    )
    assert {"webauthn", "OpenSSL"} <= loaded(start, url)


def test_what_every_process_needs_is_made_before_there_are_several(url):
    start = f"""{WEB}
from engage import i18n
from engage.db import Base
from engage.operators import memory
memory.spare()
assert all(mapper.configured for mapper in Base.registry.mappers)
assert i18n.catalogue.cache_info().currsize == len(i18n.LOCALES)
"""
    assert "engage" in loaded(start, url)
