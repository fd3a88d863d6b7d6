"""What several tests do: open something for somebody, and look who was told."""

from datetime import timedelta

from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.emergencies import actions
from engage.emergencies.rules import ReasonCode
from engage.messaging.models import Message
from engage.people.access import Object, Verb, may
from tests.cast import NOW

REASON = "She wrote that she may hurt herself tonight"
ADDRESS = "https://check.example"


def open_for(cast, who, sections=("safe",), reason=REASON, now=NOW, young=None):
    return actions.open_in_emergency(
        cast.viewer(who),
        young or cast.maya,
        list(sections),
        code=ReasonCode.SERIOUS_HARM,
        reason=reason,
        address=ADDRESS,
        now=now,
    )


def reads(cast, who, section="safe", now=NOW, young=None):
    viewer, young = cast.viewer(who), young or cast.maya
    return may(viewer, Verb.READ, Object.PLAN_PRIVATE, young, section=section, now=now)


def told(template):
    rows = db.session.scalars(select(Message).where(Message.template == template))
    return {row.person_id for row in rows}


def verbs():
    return set(db.session.scalars(select(AuditEntry.verb)))


def find(cast, who, typed="Maya", now=NOW):
    return actions.search(cast.viewer(who), typed, now=now)


def waiting(cast):
    open_for(cast, cast.sam)
    return open_for(cast, cast.sam, now=NOW + timedelta(days=1))
