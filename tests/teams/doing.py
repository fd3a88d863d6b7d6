"""What several tests do: invite somebody, ask for a role, look what somebody may do."""

from datetime import timedelta

from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people.access import SYSTEM
from engage.people.models import Person, Role
from engage.people.queries import viewer_of
from engage.teams import actions
from tests.cast import NOW

LATER = NOW + timedelta(minutes=5)


def invite(cast, who, role=Role.SOCIAL_WORKER, team="team", email="nia@example.org"):
    return actions.invite_member(
        cast.viewer(who),
        name="Nia",
        email=email,
        roles=[role],
        team_id=getattr(cast, team) if team else None,
        now=NOW,
    )


def ask(cast, person="sam", role=Role.OUT_OF_HOURS, team="team", who="adil", **more):
    return actions.give_role(
        cast.viewer(getattr(cast, who)), getattr(cast, person), role,
        team_id=getattr(cast, team) if team else None, now=NOW, **more,
    )  # fmt: skip


def roles(cast, person_id, now=LATER):
    return viewer_of(SYSTEM, person_id, now=now).roles


def east(cast):
    return db.session.get(Person, cast.kit).team_id


def verbs_about(person_id):
    rows = select(AuditEntry.verb).where(AuditEntry.object_id == person_id)
    return list(db.session.scalars(rows.order_by(AuditEntry.at)))
