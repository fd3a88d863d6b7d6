"""What an organisation does to the ways of talking: reword, hide, bring back, add."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from engage.audit import actions as audit
from engage.db import begin_write, db
from engage.editing.strategies import SHIPPED
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.questions.answer_rules import clean
from engage.questions.models import Strategy
from engage.web.errors import Changed, NotFound

STRATEGIES_MOST = 100


def word_strategy(
    viewer: Viewer, key: str | None, *, topic: str, kind: str, text: str, now: datetime
) -> Strategy:
    """Put one of ours, or one's own, into other words; without a key a new one is added."""
    _take_turn(viewer, now)
    if key is None and len(_all(viewer)) >= STRATEGIES_MOST:
        raise Changed("too many strategies")
    found = _find(viewer, key) if key else None
    if found is None:
        found = Strategy(
            organisation_id=viewer.organisation_id, key=key or f"own-{uuid4().hex[:12]}"
        )
        db.session.add(found)
    found.topic, found.kind, found.text = topic, kind, clean(text)
    found.is_hidden = False
    _sign(found, viewer, now)
    db.session.flush()
    _record("strategy:worded", viewer, found, now)
    return found


def hide_strategy(viewer: Viewer, key: str, *, now: datetime) -> None:
    """Take one out: one of ours is hidden, one's own is deleted."""
    _take_turn(viewer, now)
    found, ours = _find(viewer, key), next((one for one in SHIPPED if one.key == key), None)
    if found is not None and ours is None:
        _record("strategy:removed", viewer, found, now)
        db.session.delete(found)
        return
    if found is None:
        assert ours is not None
        found = Strategy(
            organisation_id=viewer.organisation_id, key=key, topic=ours.topic, kind=ours.kind,
            text="",
        )  # fmt: skip
        db.session.add(found)
    found.is_hidden = True
    _sign(found, viewer, now)
    db.session.flush()
    _record("strategy:hidden", viewer, found, now)


def restore_strategy(viewer: Viewer, key: str, *, now: datetime) -> None:
    """Show one of ours again, in our words."""
    _take_turn(viewer, now)
    found = _find(viewer, key)
    if found is None or key not in {one.key for one in SHIPPED}:
        raise NotFound("strategy")
    _record("strategy:restored", viewer, found, now)
    db.session.delete(found)


def _take_turn(viewer: Viewer, now: datetime) -> None:
    require(viewer, Verb.EDIT, Object.QUESTIONS, None, now=now)
    begin_write(db.session)
    db.session.execute(
        select(Organisation.id).where(Organisation.id == viewer.organisation_id).with_for_update()
    )
    db.session.expire_all()


def _all(viewer: Viewer) -> list[Strategy]:
    return list(
        db.session.scalars(
            select(Strategy).where(Strategy.organisation_id == viewer.organisation_id)
        )
    )


def _find(viewer: Viewer, key: str) -> Strategy | None:
    """Return what the organisation made of it; raises NotFound for what is neither's."""
    found = next((one for one in _all(viewer) if one.key == key), None)
    if found is None and key not in {one.key for one in SHIPPED}:
        raise NotFound("strategy")
    return found


def _sign(strategy: Strategy, viewer: Viewer, now: datetime) -> None:
    assert viewer.person_id is not None
    strategy.changed_by_id = viewer.person_id
    strategy.changed_at = now


def _record(verb: str, viewer: Viewer, strategy: Strategy, now: datetime) -> None:
    audit.record(verb, viewer=viewer, now=now, object_kind="strategy", object_id=strategy.id)
