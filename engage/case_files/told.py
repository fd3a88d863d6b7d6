"""The chapters of what is known and was said: through what each feature shows its reader.

Everything comes as on paper: what an emergency opened for an hour is not taken along.
"""

from datetime import date

from sqlalchemy import select

from engage.care_records import labels as care
from engage.care_records.queries import find_record
from engage.case_files import labels
from engage.case_files.reading import Reader
from engage.case_files.rules import Chapter, Entry, Said, Written, said
from engage.db import db
from engage.i18n import LOCALES, current_locale
from engage.interviews.models import ReturnInterview
from engage.paper.pages import make_paper
from engage.people.access import SYSTEM
from engage.people.models import YoungPerson
from engage.plans.page import NAMED, PlanPage
from engage.plans.queries import find_plan
from engage.plans.queries import get_page as get_plan
from engage.questions.wording import day_words
from engage.talks import labels as talk_labels
from engage.talks import queries as talks
from engage.talks.wording import words_of
from engage.timeline import labels as happened_labels
from engage.timeline.queries import Happening, whole_timeline
from engage.web.errors import NotFound


def person(reader: Reader) -> Written:
    """Return who it is about, and the care record."""
    about = db.session.get_one(YoungPerson, reader.young_person_id)
    record = find_record(reader.viewer, about.id, now=reader.now)
    details = record.details if record else None
    born = date.fromisoformat(about.birth_date) if about.birth_date else None
    facts: list[tuple[object, object]] = [
        (labels.BORN, day_words(born) if born else ""),
        (labels.LANGUAGE, LOCALES.get(about.locale, about.locale)),
    ]
    if details is not None:
        began, ended = details.care_began_on, details.care_ended_on
        facts += [
            (labels.REFERENCE, details.reference),
            (labels.PUPIL_NUMBER, details.upn),
            (labels.CARE_BEGAN, day_words(began) if began else ""),
            (labels.CARE_ENDED, day_words(ended) if ended else ""),
            (labels.GENDER, details.gender and care.GENDERS[details.gender]),
            (labels.ETHNICITY, details.ethnicity and care.ETHNICITIES[details.ethnicity]),
            (labels.DISABILITY, details.disability and care.DISABILITIES[details.disability]),
            (labels.PLACEMENT,
             details.placement_type and care.PLACEMENT_TYPES[details.placement_type]),
            (labels.NEARNESS, details.nearness and care.NEARNESS[details.nearness]),
            (labels.WHY_FAR, details.why_far),
        ]  # fmt: skip
    found = said(*facts)
    return Written(Chapter.PERSON, (Entry(str(about.name), said=found),))


def plan(reader: Reader) -> Written:
    """Return the plan as it may stand on paper."""
    found = find_plan(reader.viewer, reader.young_person_id, now=reader.now)
    if found is None:
        return Written(Chapter.PLAN)
    page = get_plan(reader.viewer, found.id, now=reader.now).on_paper()
    paper = make_paper(
        page, (current_locale(),), policy=reader.house.policy, now=reader.now,
        zone=reader.house.time_zone, everything=True,
    )  # fmt: skip
    entries = [Entry(paper.state.first)]
    for part in paper.parts:
        answers = said(*((by.first, words.first) for words, by in part.said))
        people = said(*((name, about.first) for name, about in part.people))
        entries.append(Entry(part.title.first, said=answers + people))
    return Written(Chapter.PLAN, tuple(entries), _is_kept_back(page))


def _is_kept_back(page: PlanPage) -> bool:
    """Say whether somebody said something in the plan that this reader does not see."""
    if any(a.text and not page.covers(a.question) for a in page.answers):
        return True
    everybody = sum(len(page.named(kind)) for kind in NAMED)
    return everybody > len(page.readable_people())


def happened(reader: Reader) -> Written:
    """Return all that happened, oldest first."""
    about, now, zone = reader.young_person_id, reader.now, reader.house.time_zone
    found = whole_timeline(reader.viewer, about, now=now)
    # What there is for whoever may read all of it: only how much, never what.
    there_is = whole_timeline(SYSTEM, about, now=now)

    def entry(one: Happening) -> Entry:
        told = (happened_labels.detail(one), happened_labels.words(one, zone), one.more)
        words = [each for each in told if each] or ([""] if one.by else [])
        lines = [Said("" if n else one.by, each) for n, each in enumerate(words)]
        return reader.entry(happened_labels.heading(one), one.line.at, *lines)

    entries = tuple(entry(one) for one in found.happenings)
    is_cut = found.is_cut or _amount(found.happenings) < _amount(there_is.happenings)
    return Written(Chapter.HAPPENED, entries, is_cut)


def _amount(happenings: list[Happening]) -> int:
    return sum(1 + bool(one.words) + bool(one.more) for one in happenings)


def held_talks(reader: Reader) -> Written:
    """Return the talks after coming back, the lines agreed with this reader."""
    entries, is_cut = [], False
    for talk in talks.list_talks(reader.viewer, reader.young_person_id, now=reader.now):
        try:
            page = talks.get_page(reader.viewer, talk.id, now=reader.now, on_paper=True)
        except NotFound:
            is_cut = True
            continue
        asked = words_of(page.questions)
        is_cut = is_cut or page.hidden > 0
        lines: list[tuple[object, object]] = [(labels.HELD_BY, page.names.get(talk.interviewer_id))]
        for line in page.spoken:
            lines.append((asked[line.question.id].ask, line.answer.words))
            lines += [(labels.PUT_RIGHT, each.words) for each in line.corrections]
        heading = str(labels.TALK_OF) % {"date": reader.when(talk.began_at, "d MMMM y")}
        entries.append(reader.entry(heading, talk.began_at, *said(*lines)))
    return Written(Chapter.TALKS, tuple(entries), is_cut)


def apart(reader: Reader) -> Written:
    """Return what was told elsewhere about a time away."""
    interviews = db.session.scalars(
        select(ReturnInterview.id)
        .where(ReturnInterview.young_person_id == reader.young_person_id)
        .order_by(ReturnInterview.opened_at, ReturnInterview.id)
    ).all()
    entries, is_cut = [], False
    for interview_id in interviews:
        found = talks.kept_apart(reader.viewer, interview_id, now=reader.now)
        all_of_it = talks.kept_apart(SYSTEM, interview_id, now=reader.now)
        is_cut = is_cut or len(found) < len(all_of_it)
        entries += [
            reader.entry(
                talk_labels.APART[each.kind], each.told_at, *said((each.told_by, each.words))
            )
            for each in found
        ]
    return Written(Chapter.APART, tuple(entries), is_cut)
