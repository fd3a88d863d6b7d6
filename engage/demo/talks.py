"""A talk that Maya chose and that is booked with Ines, so that somebody can hold it at once."""

from datetime import datetime, timedelta
from uuid import UUID

from engage.db import db
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import InterviewState, Manner, Who
from engage.people.models import YoungPerson

WHERE = "The café by the river"


def seed_talk(young_person_id: UUID, interviewer_id: UUID, *, now: datetime) -> None:
    """Owe Maya a talk, chosen and booked for tomorrow. Nobody is told: nothing happened."""
    person = db.session.get_one(YoungPerson, young_person_id)
    db.session.add(
        ReturnInterview(
            young_person_id=young_person_id, organisation_id=person.organisation_id,
            state=InterviewState.BOOKED, opened_at=now, due_at=now + timedelta(hours=72),
            others=[], offered_at=now, chosen_at=now, who=Who.INDEPENDENT, manner=Manner.WALK,
            where=WHERE, needs_interpreter=False, interviewer_id=interviewer_id,
            is_involved=False, independent_offered=False, booked_for=now + timedelta(hours=24),
            place=WHERE,
        )
    )  # fmt: skip
    db.session.flush()
