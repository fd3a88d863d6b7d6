"""Pages and answers that belong to no feature: leaving, the page one lands on, the robots' file."""

import json
import logging

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engage.config import Settings
from engage.web.forms import csrf
from engage.web.leave import forget_everything

bp = Blueprint("web", __name__)
log = logging.getLogger(__name__)
DIRECTIVES = {"script-src", "style-src", "img-src", "connect-src", "font-src", "form-action"}


@bp.get("/leave")
def leave() -> AnyResponse:
    """Forget who was here, empty the browser of us, and show something harmless."""
    settings: Settings = current_app.extensions["engage"]
    forget_everything()
    answer = redirect(settings.exit_url, 303)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@bp.get("/page")
def neutral_page() -> str:
    """Show a page that has nothing to do with us: where Leave goes unless told otherwise."""
    return render_template("web/page.html")


@bp.get("/robots.txt")
def robots() -> Response:
    """Ask robots to stay away."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@bp.post("/csp")
@csrf.exempt
def policy_report() -> Response:
    """Note which rule of our policy a page broke, and nothing of where or whose."""
    try:
        report = json.loads(request.get_data()[:8192])
        rule = str(report["csp-report"]["effective-directive"])
    except (ValueError, KeyError, TypeError):
        return Response(status=204)
    log.warning("content security policy: %s", rule if rule in DIRECTIVES else "other")
    return Response(status=204)
