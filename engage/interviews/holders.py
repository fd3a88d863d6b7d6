"""Who holds a talk, and whose calendar must hear when that changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.calendar_mail.posting import ask
from engage.db import db
from engage.interviews.models import InterviewHolder, ReturnInterview
from engage.interviews.rules import InterviewState


def is_held_by(talk: ReturnInterview, person_id: UUID | None) -> bool:
    """Say whether it is arranged with this member of staff; None is nobody of ours."""
    is_theirs = person_id is not None and talk.interviewer_id == person_id
    return is_theirs and talk.state == InterviewState.BOOKED


def rearrange(talk: ReturnInterview, *, now: datetime) -> None:
    """Count a change of what is arranged, and let mails wait: for whoever holds it now, and for
    whoever has it in their calendar, or will have in a moment. For callers that locked the talk.
    """
    talk.booked_number += 1
    holders = db.session.scalars(
        select(InterviewHolder)
        .where(InterviewHolder.interview_id == talk.id)
        .execution_options(populate_existing=True)
    ).all()
    known = {each.person_id for each in holders}
    if talk.interviewer_id not in known and is_held_by(talk, talk.interviewer_id):
        holder = InterviewHolder(interview_id=talk.id, person_id=talk.interviewer_id)
        db.session.add(holder)
        ask(holder, now=now)
    for each in holders:
        is_told = each.mailed_sequence is not None or each.mail_due_at is not None
        if is_told or is_held_by(talk, each.person_id):
            ask(each, now=now)
