"""What machines ask: is it alive, is it ready, how much waits."""

import hmac

from flask import Blueprint, Response, abort, current_app, jsonify, request

from engage import clock
from engage.operators import health, metrics
from engage.people.signin import public

bp = Blueprint("operators", __name__)


@bp.get("/healthz/live")
@public
def live() -> Response:
    """Answer as long as this process can."""
    return jsonify(status="live")


@bp.get("/healthz/ready")
@public
def ready() -> tuple[Response, int]:
    """Answer 503 when the database or the worker's heartbeat is gone."""
    missing = health.what_is_missing(clock.now())
    status = "ready" if not missing else "not ready"
    return jsonify(status=status, missing=missing), 503 if missing else 200


@bp.get("/metrics")
@public
def numbers() -> Response:
    """Show the numbers to whoever has the token; without one set, to nobody."""
    wanted = current_app.extensions["engage"].metrics_token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if not wanted or kind != "Bearer" or not hmac.compare_digest(given.encode(), wanted.encode()):
        abort(404)
    return Response(metrics.page(clock.now()), mimetype="text/plain; version=0.0.4")
