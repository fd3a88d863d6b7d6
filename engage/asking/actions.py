"""Asking the trusted three, and keeping what they answer by digit or behind their link."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, false, func, or_, select

from engage.alerts.actions import raise_alert
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind, AlertState, initials
from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.queries import open_questions
from engage.asking.rules import ANSWER_WITHIN, DIGITS, Heard, How, may_ask, question_meant
from engage.audit.actions import record
from engage.db import begin_write, db
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people import links
from engage.people.access import Object, Verb, Viewer, is_in_force, require
from engage.people.models import (
    Consent,
    LinkKind,
    Organisation,
    Person,
    Relationship,
    RelationshipKind,
    YoungPerson,
)
from engage.policy.queries import pack

TEXT_LASTS = timedelta(hours=1)  # asked later than this it would be another question
LINK_LASTS = timedelta(hours=24)


def ask_trusted(
    viewer: Viewer, young_person_id: UUID, episode_id: UUID, *, address: str, now: datetime
) -> int:
    """Text each of the three who said yes: have you heard from them? Returns how many were asked.

    Whoever was asked a moment ago is left alone; one without a number, or who stopped our texts,
    is asked all the same and shown as not reached. The text names nobody. `address` is our
    public address. The caller has made sure that the episode is this young person's and runs.
    """
    require(viewer, Verb.CREATE, Object.PROMPT_ANSWERS, young_person_id, now=now)
    require(viewer, Verb.READ, Object.TRUSTED_PEOPLE, young_person_id, now=now)
    begin_write(db.session)
    young_person = db.session.get_one(YoungPerson, young_person_id, with_for_update=True)
    organisation = db.session.get_one(Organisation, young_person.organisation_id)
    last = {
        row.person_id: row.asked_at
        for row in db.session.execute(
            select(TrustedQuestion.person_id, func.max(TrustedQuestion.asked_at).label("asked_at"))
            .where(TrustedQuestion.episode_id == episode_id)
            .group_by(TrustedQuestion.person_id)
        )
    }
    people = [p for p in _three(young_person_id, now) if may_ask(last.get(p.id), now)]
    for person in people:
        _ask(viewer, young_person_id, episode_id, person, organisation.policy, address, now)
    if people:
        _note("trusted_people:asked", viewer, young_person_id, episode_id, now, str(len(people)))
    return len(people)


def _three(young_person_id: UUID, now: datetime) -> Sequence[Person]:
    return db.session.scalars(
        select(Person)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.TRUSTED,
            Relationship.consent == Consent.YES,
            is_in_force(Relationship, now),
            Person.ended_at.is_(None) | (Person.ended_at > now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
    ).all()


def _ask(
    viewer: Viewer,
    young_person_id: UUID,
    episode_id: UUID,
    person: Person,
    policy: str,
    address: str,
    now: datetime,
) -> None:
    assert viewer.person_id is not None
    try:
        within = pack(policy).strictest("trusted_answer").duration
    except KeyError:
        within = ANSWER_WITHIN
    question_id = uuid4()
    code = links.issue(
        LinkKind.TRUSTED,
        young_person_id=young_person_id,
        person_id=person.id,
        subject_id=question_id,
        expires_at=now + LINK_LASTS,
        now=now,
    )
    # As urgent as a text to staff: it goes at night too. See decision 121.
    text = message_row(
        "trusted_heard",
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"trusted_heard:{question_id}",
        person_id=person.id,
        locale=person.locale,
        params={"link": f"{address}/t/{code}"},
        about=young_person_id,
        not_after=now + TEXT_LASTS,
        object_kind="trusted_question",
        object_id=question_id,
    )
    db.session.add(
        TrustedQuestion(
            id=question_id,
            young_person_id=young_person_id,
            person_id=person.id,
            episode_id=episode_id,
            message_id=text["id"],
            asked_by_id=viewer.person_id,
            asked_at=now,
            silent_at=now + within,
        )
    )
    db.session.flush()
    queue_many([text])


def answer_by_text(
    viewer: Viewer,
    person_ids: Sequence[UUID],
    choice: int | None,
    *,
    address: str,
    now: datetime,
) -> bool:
    """Take a texted 1, 2 or 3 as the answer to the question this phone was asked last.

    Returns False when it answers no such question: it belongs to an alert or an invitation that
    came later, or nobody can tell about whom it is. `address` is our public address.
    """
    heard = DIGITS.get(choice or 0)
    if heard is None:
        return False
    open_now = open_questions(viewer, person_ids, now=now)
    if not open_now:
        return False
    meant = question_meant(open_now, others_asked_at=_asked_otherwise(person_ids, heard))
    if meant is None:
        return False
    _keep(viewer, meant.id, heard, How.TEXT, address, now)
    return True


def answer_by_link(
    viewer: Viewer,
    person_id: UUID,
    young_person_id: UUID,
    heard: Heard,
    *,
    address: str,
    now: datetime,
) -> bool:
    """Keep an answer given behind a trusted person's link; False when no question is open."""
    found = [
        each
        for each in open_questions(viewer, [person_id], now=now)
        if each.young_person_id == young_person_id
    ]
    if not found:
        return False
    newest = max(found, key=lambda each: each.asked_at)
    _keep(viewer, newest.id, heard, How.LINK, address, now)
    return True


def _asked_otherwise(person_ids: Sequence[UUID], heard: Heard) -> datetime | None:
    """Return when these people were last asked something else that this digit answers: to take
    an alert (1), how an alert is that they have (1 to 3), or to be trusted (1, 2).
    """
    takes = (Alert.state == AlertState.OPEN) if heard is Heard.FINE else false()
    reminded = and_(
        Alert.state == AlertState.ACKNOWLEDGED,
        Alert.acknowledged_by_id.in_(person_ids),
        Alert.unanswered > 0,
    )
    told = db.session.scalar(
        select(func.max(AlertNotice.told_at))
        .join(Alert, Alert.id == AlertNotice.alert_id)
        .where(AlertNotice.person_id.in_(person_ids), or_(takes, reminded))
    )
    if heard is Heard.NO:
        return told
    invited = db.session.scalar(
        select(func.max(Relationship.consent_at)).where(
            Relationship.person_id.in_(person_ids), Relationship.consent == Consent.ASKED
        )
    )
    return max((at for at in (told, invited) if at is not None), default=None)


def _keep(
    viewer: Viewer, question_id: UUID, heard: Heard, how: How, address: str, now: datetime
) -> None:
    begin_write(db.session)
    question = db.session.get_one(
        TrustedQuestion, question_id, with_for_update=True, populate_existing=True
    )
    question.silent_at = None
    db.session.add(TrustedAnswer(question_id=question_id, heard=heard, how=how, at=now))
    db.session.flush()
    about = question.young_person_id
    _note("trusted_people:answered", viewer, about, question.episode_id, now, str(heard))
    person = db.session.get_one(Person, question.person_id)
    texts = []
    if how is How.TEXT:
        texts.append(_text("trusted_thanks", question, person, now, answers_at=now))
    if heard is Heard.WORRIED:
        raise_alert(
            AlertKind.CONCERN,
            organisation_id=person.organisation_id,
            young_person_id=about,
            dedupe_key=f"trusted:{question_id}:worried",
            address=address,
            now=now,
            viewer=viewer,
            about_kind="episode",
            about_id=question.episode_id,
        )
    else:
        asker = db.session.get_one(Person, question.asked_by_id)
        texts.append(_text("info_trusted", question, asker, now, klass=Klass.STAFF))
    queue_many(texts)


def _text(
    template: str,
    question: TrustedQuestion,
    person: Person,
    now: datetime,
    *,
    klass: Klass = Klass.OTHER,
    answers_at: datetime | None = None,
) -> dict[str, object]:
    young_person = db.session.get_one(Person, question.young_person_id)
    who = {"who": initials(str(young_person.name))}
    return message_row(
        template,
        klass=klass,
        now=now,
        dedupe_key=f"{template}:{question.id}:{now.timestamp():.0f}",
        person_id=person.id,
        locale=person.locale,
        # The thanks to a trusted person hold nobody's initials.
        params=who if klass is Klass.STAFF else None,
        about=question.young_person_id,
        answers_at=answers_at,
        not_after=now + TEXT_LASTS,
        object_kind="trusted_question",
        object_id=question.id,
    )


def _note(
    verb: str,
    viewer: Viewer,
    young_person_id: UUID,
    episode_id: UUID,
    now: datetime,
    reason: str,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="episode",
        object_id=episode_id,
        reason=reason,
    )
