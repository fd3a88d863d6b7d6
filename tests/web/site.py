"""A small site with every piece of the look on it, and nothing of the features above `web`."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, redirect, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from engage.config import Settings
from engage.i18n import lazy_gettext as _l
from engage.web import layout, limits, views
from engage.web.errors import Changed, NotFound
from engage.web.forms import (
    Choices,
    Form,
    Key,
    ManyChoices,
    PasswordField,
    Select,
    TextArea,
    TextField,
    Tick,
)

AT = datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
HELPLINES = (
    layout.Helpline("Missing People", phone="116 000", text="116000", note="Free, day and night"),
    layout.Helpline("Childline", phone="0800 1111"),
)


class TrustedForm(Form):
    """Every kind of field once."""

    name = TextField(_l("Who is it?"), needed=_l("Tell us what you call them"), hint="Any name")
    phone = TextField(_l("Call"), kind="tel", limit=20)
    how = Choices(
        _l("Back"),
        choices=[("family", "Family"), ("friend", "Friend", "Any age")],
        needed=_l("Pick how you know them"),
    )
    sees = ManyChoices("Who can see this?", choices=[("jo", "Jo"), ("sam", "Sam")])
    where = Select("Where?", choices=[("", "Pick one"), ("home", "Home"), ("away", "Away")])
    note = TextArea("Anything else?", limit=50, hint="In your own words")
    secret = PasswordField("Word only you know")
    sure = Tick("I have asked them")
    key = Key()


def build(**changes: Any) -> Flask:
    """Make the site; `changes` are settings by their names in the environment."""
    settings = Settings(
        **{
            "ENGAGE_ENVIRONMENT": "test",
            "ENGAGE_PUBLIC_URL": "http://localhost",
            "ENGAGE_SECRET_KEY": "k" * 40,
            **changes,
        }
    )
    app = Flask("engage")
    app.config.update(SECRET_KEY=settings.secret_key)
    app.extensions["engage"] = settings
    layout.init_app(app, settings)
    frame = layout.frame(app)
    frame.helplines = lambda: HELPLINES
    frame.neutral_name = lambda: "Our place"
    own = FileSystemLoader("tests/web/templates")
    app.jinja_loader = ChoiceLoader([own, app.jinja_loader])  # type: ignore[list-item]
    app.jinja_env.loader = app.jinja_loader
    app.register_blueprint(views.bp)
    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    @app.get("/")
    def start() -> str:
        return render_template("pieces.html", at=AT)

    @app.get("/now")
    def now() -> str:
        return render_template("now.html")

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str | Response:
        typed = TrustedForm()
        if typed.validate_on_submit():
            return redirect("/said?name=" + (typed.name.data or "").replace(" ", "+"), 303)
        return render_template("form.html", form=typed)

    @app.get("/aloud")
    def aloud() -> str:
        return render_template("aloud.html")

    @app.get("/said")
    def said() -> str:
        return render_template("said.html", words=request.args.get("name", ""))

    @app.get("/fails/<how>")
    def fails(how: str) -> str:
        problems: dict[str, Exception] = {
            "stranger": NotFound(),
            "changed": Changed(),
            "broken": ValueError("a secret of Maya's"),
            "database": OperationalError("select", {"name": "Maya"}, Exception("gone")),
        }
        raise problems[how]

    @app.post("/try")
    def try_once() -> str:
        limits.count("try", limits.network(), "2 per minute", fail_open="open" in request.args)
        return "ok"
