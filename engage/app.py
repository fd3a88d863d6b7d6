"""The app factory: every part, put together once."""

import os
import pkgutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from engage import config, crypto, db
from engage.config import Settings
from engage.web.environment import keep_compiled
from engage.web.programs import is_for_programs

# Parts that need the app itself; each has init_app(app, settings).
PARTS_OF_ALL = ("engage.operators.logs", "engage.policy.setup")
PARTS = (
    # First, so that refused requests are logged and counted too.
    "engage.operators.logs",
    "engage.operators.health",
    "engage.web.layout",
    # Before sign-in, which loads Flask-Security.
    "engage.people.passkeys",
    "engage.people.signin",
    "engage.policy.setup",
    "engage.worker.wakeups",
    "engage.home.delays",
)
# Where pages live: every module called views, or ending in _views, has one blueprint `bp`.
FEATURES = (
    "web",
    "people",
    "teams",
    "alerts",
    "places",
    "plans",
    "sharing",
    "trust",
    "circle",
    "editing",
    "photos",
    "reviews",
    "paper",
    "checkins",
    "cards",
    "ways_back",
    "agreed",
    "conversations",
    "episodes",
    "evidence",
    "outreach",
    "efforts",
    "missing_pack",
    "worries",
    "danger",
    "staffings",
    "returns",
    "interviews",
    "talks",
    "feedback",
    "outcomes",
    "heightened",
    "safeguarding",
    "timeline",
    "care_records",
    "key_figures",
    "exports",
    "intake",
    "supervision",
    "patterns",
    "welfare",
    "support",
    "oversight",
    "emergencies",
    "home",
    "operators",
)

# The blueprint that programs call, which prove themselves by a signature.
PROGRAMS = "webhooks"


class Engage(Flask):
    """Flask, for views that are all ordinary functions, and for programs that call us."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._of_programs: tuple[list[Any], list[Any]] | None = None

    def preprocess_request(self) -> Any:
        """Do before a request what is to be done; for a program's only what it needs.

        Sixteen functions look after browsers: language, forms, sign-in, compression. That none of
        them had anything to do with a text was a twentieth of its cost.
        """
        if request.blueprint != PROGRAMS:
            return super().preprocess_request()
        for before in self._for_programs()[0]:
            answer = before()
            if answer is not None:
                return answer
        return None

    def process_response(self, response: Response) -> Response:
        """Do after a request what is to be done; a program has no session to keep."""
        if request.blueprint != PROGRAMS:
            return super().process_response(response)
        for after in self._for_programs()[1]:
            response = after(response)
        return response

    def _for_programs(self) -> tuple[list[Any], list[Any]]:
        if self._of_programs is None:
            before, after = self.before_request_funcs[None], self.after_request_funcs[None]
            self._of_programs = (
                [each for each in before if is_for_programs(each)],
                [each for each in reversed(after) if is_for_programs(each)],
            )
        return self._of_programs

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: Flask would ask of twenty a request whether they are coroutines."""
        return func


def create_app(settings: Settings | None = None, *, with_pages: bool = True) -> Flask:
    """Build the app from settings, or from the environment.

    A worker serves nobody: without pages it needs a third less memory and time to start.
    Raises ConfigurationErrors with everything that is wrong.
    """
    settings = settings or config.load(os.environ)
    crypto.configure(settings.encryption_keys, settings.index_key)
    app = Engage("engage")
    app.extensions["engage"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=[key for key in settings.secret_key_fallbacks.split(",") if key],
        TESTING=settings.environment is config.Environment.TEST,
        # Everything typed by hand is far below this; uploads set their own, larger limit.
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=200,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    db.init_app(app, settings)
    for part in PARTS if with_pages else PARTS_OF_ALL:
        if find_spec(part) and hasattr(import_module(part), "init_app"):
            import_module(part).init_app(app, settings)
    if with_pages:
        register_pages(app, settings)
    return app


def register_pages(app: Flask, settings: Settings) -> None:
    """Register every blueprint; the demonstration's pages exist in a demonstration only."""
    keep_compiled(app)
    names = [f"engage.{feature}" for feature in FEATURES]
    if settings.environment is not config.Environment.PRODUCTION:
        names.append("engage.demo")
    for name in names:
        if not find_spec(name):
            continue
        package = import_module(name)
        for module in pkgutil.iter_modules(package.__path__):
            if module.name == "views" or module.name.endswith("_views"):
                app.register_blueprint(import_module(f"{name}.{module.name}").bp)
    if find_spec("engage.webhooks"):
        app.register_blueprint(import_module("engage.webhooks").bp)
