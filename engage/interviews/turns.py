"""What every change of a talk ends with: its clock, set anew, and the line of the audit."""

from datetime import datetime

from engage.audit.actions import record
from engage.db import db
from engage.interviews.models import ReturnInterview
from engage.interviews.reading import deadline_of, owing
from engage.interviews.rules import next_look
from engage.people.access import Viewer
from engage.policy.clock_rules import as_data


def keep(viewer: Viewer, interview: ReturnInterview, what: str, *, now: datetime) -> None:
    """Set by when it is owed and when somebody hears of it next, and write down what was done."""
    about = owing(interview)
    made = deadline_of(about)
    if made is not None:
        interview.due_at, interview.rule = made.due_at, as_data(made.wins.clock)
        interview.others = [as_data(each.clock) for each in made.others]
    elif about:
        interview.due_at, interview.rule, interview.others = None, None, []
    interview.next_look_at = next_look(interview.facts, now, again_at=interview.again_at)
    db.session.flush()
    record(
        f"interview:{what}",
        viewer=viewer,
        now=now,
        subject_id=interview.young_person_id,
        object_kind="interview",
        object_id=interview.id,
    )
