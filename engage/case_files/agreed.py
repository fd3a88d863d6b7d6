"""The chapters of what was agreed: meetings, and what was promised."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from engage.case_files import labels
from engage.case_files.reading import Reader
from engage.case_files.rules import Chapter, Entry, Written, said
from engage.db import db
from engage.outcomes import labels as outcomes
from engage.outcomes.models import NextStep
from engage.outcomes.queries import StepLine, steps_about
from engage.questions.wording import day_words
from engage.staffings import labels as staffings
from engage.staffings.models import Meeting
from engage.staffings.queries import MeetingPage, get_meeting
from engage.web.errors import NotFound
from engage.welfare import labels as welfare
from engage.welfare.models import WelfareMeeting
from engage.welfare.queries import ActionLine, meetings_about
from engage.welfare.rules import About


def meetings(reader: Reader) -> Written:
    """Return the notes of each meeting, the young person's words first."""
    ids = db.session.scalars(
        select(Meeting.id)
        .where(Meeting.young_person_id == reader.young_person_id)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    entries, is_cut = [], False
    for meeting_id in ids:
        try:
            page = get_meeting(reader.viewer, meeting_id, now=reader.now)
        except NotFound:
            is_cut = True
        else:
            entries.append(_meeting(reader, page))
    together = meetings_about(reader.viewer, reader.young_person_id, now=reader.now)
    entries += [_together(reader, *each) for each in together]
    return Written(Chapter.MEETINGS, tuple(entries), is_cut)


def _together(reader: Reader, found: WelfareMeeting, agreed: Sequence[ActionLine]) -> Entry:
    """Return the minutes of a meeting in which they were thought of among others."""
    about = welfare.subject(About(found.about), found.subject or "")
    lines: list[tuple[object, object]] = [
        (welfare.ABOUT[found.about], about),
        (labels.NOTES, found.noticed),
        (labels.DECIDED, found.decided),
    ]
    for line in agreed:
        day = day_words(line.action.due_on)
        lines.append((f"{labels.WHO_DOES}: {line.owner}, {day}", line.action.what))
    heading = f"{welfare.MEETINGS}: {day_words(found.held_on)}"
    return reader.entry(heading, None, *said(*lines))


def _meeting(reader: Reader, page: MeetingPage) -> Entry:
    found = page.meeting
    lines: list[tuple[object, object]] = [
        (f"{labels.OWN_WORDS}: {staffings.WHOSE[each.whose]}", each.words) for each in page.words
    ]
    lines.append((labels.NOTES, found.notes))
    for each in page.actions:
        who, day = page.names.get(each.owner_id, ""), reader.when(each.due_at, "d MMM y")
        lines.append((f"{labels.WHO_DOES}: {who}, {day}", each.words))
    for line in page.guests:
        part, answer = staffings.PARTS[line.guest.part], staffings.ANSWERS[line.guest.answer]
        lines.append((labels.WHO_WAS_ASKED, f"{line.guest.name}, {part}: {answer}"))
    heading = f"{staffings.PURPOSES[found.purpose]}: {staffings.MEETING_STATES[found.state]}"
    return reader.entry(heading, found.starts_at, *said(*lines))


def next_steps(reader: Reader) -> Written:
    """Return what was promised after talks and returns, and what came of it."""
    about = reader.young_person_id
    try:
        page = steps_about(reader.viewer, about, now=reader.now)
    except NotFound:
        there_are = select(exists().where(NextStep.young_person_id == about))
        return Written(Chapter.NEXT_STEPS, (), bool(db.session.scalar(there_are)))
    lines = sorted((*page.open, *page.over), key=lambda line: (line.step.made_at, line.step.id))
    return Written(Chapter.NEXT_STEPS, tuple(_step(reader, line) for line in lines))


def _step(reader: Reader, line: StepLine) -> Entry:
    step = line.step
    lines = said(
        ("", step.what),
        (labels.THEY_SAID, step.said),
        (labels.OWNER, line.owner),
        (labels.BY_WHEN, day_words(step.due_on)),
        (labels.STANDING, outcomes.STANDINGS[line.standing]),
        (labels.WE_DID, step.did),
    )
    return reader.entry(outcomes.KINDS[step.kind], step.made_at, *lines)
