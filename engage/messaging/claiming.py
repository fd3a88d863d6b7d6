"""Taking texts from the outbox under a lease: in order of class, and fairly. Source: SAFETY 7."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, exists, func, literal, select, union_all, update

from engage.db import db
from engage.messaging.delivery import Timing
from engage.messaging.models import PAYLOAD_VERSION, Message
from engage.messaging.rules import CLAIM_ORDER, Klass, MessageState

_table: Any = Message.__table__
# Whoever has more texts than this waiting goes behind the others. Source: SAFETY 6 R16.
CROWD = 20
CROWDS_AMONG = 1000


def _due(klass: Klass) -> Any:
    return select(_table.c.id).where(
        _table.c.klass == klass,
        _table.c.due_at <= bindparam("now"),
        _table.c.payload_v <= PAYLOAD_VERSION,
    )


_PROBE = union_all(*(select(literal(str(k)).label("klass")).where(exists(_due(k))) for k in Klass))
_CLAIMED_COLUMNS = [
    _table.c[name]
    for name in (
        "id",
        "klass",
        "template",
        "person_id",
        "to_number",
        "phone_index",
        "locale",
        "params",
        "body",
        "state",
        "not_after",
        "answers_at",
        "fence",
        "attempts",
        "strikes",
        "first_post_at",
        "due_at",
        "former_sids",
        "young_person_id",
    )
]


# Whom a text is about; one about nobody we know stands alone.
_ABOUT = func.coalesce(_table.c.young_person_id, _table.c.person_id, _table.c.id)


def _crowds(klass: Klass) -> Any:
    waiting = (
        _due(klass)
        .with_only_columns(_ABOUT.label("about"))
        .order_by(_table.c.due_at)
        .limit(CROWDS_AMONG)
        .subquery()
    )
    return select(waiting.c.about).group_by(waiting.c.about).having(func.count() > CROWD)


def _claim(klass: Klass, *, passing_over: bool = False) -> Any:
    chosen = _due(klass).order_by(_table.c.due_at).limit(bindparam("n"))
    if passing_over:
        chosen = chosen.where(_ABOUT.not_in(bindparam("crowds", expanding=True)))
    state = _table.c.state
    return (
        update(_table)
        .where(_table.c.id.in_(chosen.with_for_update(skip_locked=True)))
        .values(
            # A text given up as unknown is only asked after, never sent again.
            state=_keep_unknown(state),
            due_at=bindparam("lease_until"),
            lease_owner=bindparam("owner"),
            fence=_table.c.fence + 1,
            attempts=_table.c.attempts + 1,
        )
        .returning(*_CLAIMED_COLUMNS)
    )


def _keep_unknown(state: Any) -> Any:
    return case((state == MessageState.UNKNOWN, state), else_=literal(str(MessageState.SENDING)))


_CLAIMS = {klass: _claim(klass) for klass in CLAIM_ORDER}
_CLAIMS_FAIRLY = {klass: _claim(klass, passing_over=True) for klass in CLAIM_ORDER}
_CROWDS = {klass: _crowds(klass) for klass in CLAIM_ORDER}


def classes_due(now: datetime) -> set[str]:
    """Return the classes in which a text is due; costs the same however many exist."""
    return set(db.session.connection().execute(_PROBE, {"now": now}).scalars())


def claim(
    *, owner: str, now: datetime, limit: int, timing: Timing, is_backed_up: bool = False
) -> list[Any]:
    """Take up to `limit` due texts under a lease: alerts to staff, then replies, then the rest.

    `is_backed_up`: more were waiting the last time, so a crowd about one young person stands
    behind everybody else's. Source: SAFETY 6 R16.
    """
    due = classes_due(now) if limit > 0 else set()
    taken: list[Any] = []
    connection = db.session.connection()
    for klass in CLAIM_ORDER:
        if klass not in due or len(taken) >= limit:
            continue
        values = {"now": now, "owner": owner, "lease_until": now + timing.lease}
        if is_backed_up:
            crowds = list(connection.execute(_CROWDS[klass], {"now": now}).scalars())
            if crowds:
                first = values | {"n": limit - len(taken), "crowds": crowds}
                taken += connection.execute(_CLAIMS_FAIRLY[klass], first).all()
        if len(taken) < limit:
            taken += connection.execute(_CLAIMS[klass], values | {"n": limit - len(taken)}).all()
    return taken


_HURRY = (
    update(_table)
    .where(
        _table.c.klass == Klass.STAFF,
        _table.c.state == MessageState.PENDING,
        _table.c.due_at > bindparam("now"),
        # It was refused and waits for its next try; not one that is meant for later.
        _table.c.last_error.is_not(None),
    )
    .values(due_at=bindparam("now"))
)


def hurry_alerts(now: datetime) -> int:
    """Make the alerts that wait for their next try due at once: the provider is well again."""
    done = db.session.connection().execute(_HURRY, {"now": now})
    return done.rowcount
