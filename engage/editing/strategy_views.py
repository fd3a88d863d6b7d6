"""Ways of talking about the plan: for workers to read beside the questions, and to make own."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.editing import strategy_actions
from engage.editing.forms import StrategyForm
from engage.editing.strategies import KINDS, SHIPPED, TOPICS
from engage.people.access import Object, Verb, Viewer, may, require
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.queries import list_strategies
from engage.web.errors import NotFound

bp = Blueprint("plan_strategies", __name__)


@dataclass(frozen=True)
class Way:
    """One way of talking as it stands here: ours, or in the organisation's own words."""

    key: str
    topic: str
    kind: str
    text: str
    is_own: bool = False
    is_hidden: bool = False


def _viewer(verb: Verb = Verb.READ) -> Viewer:
    viewer = signed_in_viewer()
    require(viewer, verb, Object.QUESTIONS, None, now=clock.now())
    return viewer


def _ways(viewer: Viewer) -> list[Way]:
    changed = {one.key: one for one in list_strategies(viewer)}
    found = []
    for one in SHIPPED:
        mine = changed.pop(one.key, None)
        if mine is None or mine.is_hidden:
            hidden = mine is not None
            found.append(Way(one.key, one.topic, one.kind, str(one.text), is_hidden=hidden))
        else:
            found.append(Way(one.key, mine.topic, mine.kind, mine.text, is_own=True))
    own = [Way(one.key, one.topic, one.kind, one.text, is_own=True) for one in changed.values()]
    return [*found, *own]


@bp.get("/strategies")
@viewer_required(PersonKind.WORKER)
def strategies() -> str:
    """Show the ways of talking, by the part of the plan they are for."""
    viewer = _viewer()
    ways = _ways(viewer)
    may_edit = may(viewer, Verb.EDIT, Object.QUESTIONS, None, now=clock.now())
    groups = [
        (topic, words, [w for w in ways if w.topic == topic and (may_edit or not w.is_hidden)])
        for topic, words in TOPICS.items()
    ]
    return render_template(
        "plans/strategies.html", groups=groups, kinds=KINDS, may_edit=may_edit,
        shipped={one.key for one in SHIPPED},
    )  # fmt: skip


@bp.get("/strategies/new")
@viewer_required(PersonKind.WORKER)
def new() -> str:
    """Ask for a way of talking of the organisation's own."""
    _viewer(Verb.EDIT)
    return render_template("plans/strategy.html", form=StrategyForm(formdata=None))


@bp.post("/strategies/new")
@viewer_required(PersonKind.WORKER)
def add() -> Response | tuple[str, int]:
    """Keep a way of talking of the organisation's own."""
    return _save(_viewer(Verb.EDIT), None)


@bp.get("/strategies/<key>")
@viewer_required(PersonKind.WORKER)
def one(key: str) -> str:
    """Ask for other words for one way of talking."""
    viewer = _viewer(Verb.EDIT)
    way = next((way for way in _ways(viewer) if way.key == key), None)
    if way is None:
        raise NotFound("strategy")
    form = StrategyForm(formdata=None, topic=way.topic, kind=way.kind, text=way.text)
    return render_template("plans/strategy.html", form=form)


@bp.post("/strategies/<key>")
@viewer_required(PersonKind.WORKER)
def change(key: str) -> Response | tuple[str, int]:
    """Keep other words, hide it, or show ours again."""
    viewer, now = _viewer(Verb.EDIT), clock.now()
    if "hide" in request.form:
        strategy_actions.hide_strategy(viewer, key, now=now)
    elif "restore" in request.form:
        strategy_actions.restore_strategy(viewer, key, now=now)
    else:
        return _save(viewer, key)
    db.session.commit()
    return redirect(url_for("plan_strategies.strategies"), 303)


def _save(viewer: Viewer, key: str | None) -> Response | tuple[str, int]:
    form = StrategyForm()
    if not form.validate_on_submit():
        return render_template("plans/strategy.html", form=form), 400
    strategy_actions.word_strategy(
        viewer, key, topic=form.topic.data, kind=form.kind.data, text=form.text.data or "",
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("plan_strategies.strategies", _anchor=form.topic.data), 303)
