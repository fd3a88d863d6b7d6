"""Putting the cast into a database, through the actions people use; telling who they are."""

import base64
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from flask_security import hash_password
from sqlalchemy import select

from engage.agreed.actions import propose
from engage.agreed.rules import WEEK, Proposal, Repeat
from engage.cards import actions as card_actions
from engage.circle import actions as important_actions
from engage.crypto import blind_index, keyring
from engage.db import db
from engage.demo.feedback import poster_code, seed_feedback
from engage.demo.help import seed_help
from engage.demo.meetings import seed_facilitators, seed_staffing
from engage.demo.people import (
    HOME,
    IMPORTANT,
    MAYA,
    NEUTRAL_NAME,
    ORGANISATION,
    SERVICE_NUMBER,
    STAFF,
    TEAM,
    TRIO,
    YOUNG_PEOPLE,
    DemoStaff,
    DemoYoungPerson,
)
from engage.demo.places import seed_places
from engage.demo.plan import FOR_POLICE, JOS, MAYAS, ONLY_THEN, SAMS, SKIPPED
from engage.demo.referrals import seed_referrals
from engage.demo.talks import seed_talk
from engage.people import account_actions, actions, links, phone_actions
from engage.people.access import SYSTEM, Viewer
from engage.people.models import (
    Consent,
    Link,
    LinkKind,
    Organisation,
    Person,
    RelationshipKind,
    Role,
)
from engage.people.queries import viewer_of
from engage.places.queries import count_places
from engage.plans import actions as plans
from engage.plans import agreement_actions, queries
from engage.plans.models import Channel, Voice
from engage.sharing import actions as sharing_actions
from engage.trust import actions as trio_actions
from engage.trust import invitation_actions
from engage.trust.actions import Details

SHARED_WITH = ("role:carer", "role:social_worker", "role:out_of_hours")
SIGN_IN_LASTS = timedelta(days=30)


class DatabaseInUse(Exception):
    """The database holds other people; a demonstration is never put among them."""


def seed_once(*, now: datetime) -> dict[str, Any]:
    """Add the cast unless it is there; return who they are, as `engage seed-demo --json` prints."""
    organisation = db.session.scalars(select(Organisation)).first()
    if organisation is None:
        organisation = _seed(now)
    elif not organisation.is_demo:
        raise DatabaseInUse("The database holds other people. Nothing was added.")
    return describe(organisation, now=now)


def _seed(now: datetime) -> Organisation:
    settings = current_app.extensions["engage"]
    organisation = actions.create_organisation(
        SYSTEM,
        name=ORGANISATION,
        neutral_name=NEUTRAL_NAME,
        policy=settings.policy,
        region="GB",
        service_number=settings.twilio_number or SERVICE_NUMBER,
        is_demo=True,
        now=now,
    )
    team = actions.create_team(SYSTEM, organisation.id, TEAM, now=now)
    staff = {one.role: _add_staff(organisation.id, team.id, one, now) for one in STAFF}
    for young in YOUNG_PEOPLE:
        _add_young_person(organisation.id, team.id, young, staff[Role.SOCIAL_WORKER], now)
    maya = _find(MAYA.phone)
    kind = RelationshipKind.INTERVIEWER
    actions.assign(SYSTEM, maya.id, staff[Role.INTERVIEWER], kind, now=now)
    _write_plan(maya.id, _find(MAYA.carer_phone).id, staff[Role.SOCIAL_WORKER], now)
    seed_places(organisation.id, now=now)
    _propose_a_time(maya.id, staff[Role.SOCIAL_WORKER], now)
    seed_talk(maya.id, staff[Role.INTERVIEWER], now=now)
    seed_help(maya.id, _find(MAYA.carer_phone).id, staff[Role.SOCIAL_WORKER], now=now)
    seed_feedback(_admin(now), now=now)
    leaders = staff[Role.OUT_OF_HOURS], staff[Role.SUPERVISOR]
    seed_facilitators(_admin(now), *leaders, now=now)
    seed_staffing(organisation.id, team.id, staff[Role.SOCIAL_WORKER], now=now)
    seed_referrals(organisation.id, date.fromisoformat(MAYA.birth_date), now=now)
    return organisation


def _admin(now: datetime) -> Viewer:
    db.session.flush()
    one = next(each for each in STAFF if each.role is Role.ADMIN)
    return _viewer(_find(one.phone).id, now)


def _propose_a_time(young_person_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Let Sam propose when to check in; it waits for Maya's yes."""
    db.session.flush()
    fridays = Proposal(Repeat.WEEKLY, frozenset({4, 5}), "21:00")
    propose(_viewer(worker_id, now), young_person_id, fridays, now=now)


def _add_staff(organisation_id: UUID, team_id: UUID, one: DemoStaff, now: datetime) -> UUID:
    worker = actions.create_worker(
        SYSTEM, organisation_id=organisation_id, name=one.name, phone=one.phone, now=now
    )
    where = None if one.role is Role.ADMIN else team_id
    actions.grant_role(SYSTEM, worker.id, one.role, now=now, team_id=where)
    hashed = hash_password(password_of(one.email))
    account_actions.create_account(SYSTEM, worker.id, one.email, password=hashed, now=now)
    return _known(worker, now).id


def _add_young_person(
    organisation_id: UUID, team_id: UUID, young: DemoYoungPerson, worker_id: UUID, now: datetime
) -> None:
    person = actions.create_young_person(
        SYSTEM,
        organisation_id=organisation_id,
        team_id=team_id,
        name=young.name,
        birth_date=date.fromisoformat(young.birth_date),
        phone=young.phone,
        locale=young.locale,
        now=now,
    )
    carer = actions.create_carer(
        SYSTEM, organisation_id=organisation_id, name=young.carer, phone=young.carer_phone, now=now
    )
    home = actions.place(SYSTEM, person.id, HOME, now=now)
    assign = actions.assign
    assign(SYSTEM, person.id, carer.id, RelationshipKind.CARER, now=now, placement_id=home.id)
    assign(SYSTEM, person.id, worker_id, RelationshipKind.SOCIAL_WORKER, now=now)
    phone_actions.set_words(
        SYSTEM, person.id, code_word=young.code_word, not_ok_word=young.not_ok_word, now=now
    )
    _known(person, now)
    _known(carer, now)
    card_actions.make_card(SYSTEM, person.id, now=now)


def _known(person: Person, now: datetime) -> Person:
    person.phone_verified_at = person.phone_heard_at = now
    return person


def _viewer(person_id: UUID, now: datetime) -> Viewer:
    found = viewer_of(SYSTEM, person_id, now=now)
    assert found is not None
    return found


def _write_plan(maya_id: UUID, carer_id: UUID, worker_id: UUID, now: datetime) -> None:
    """Let Maya, Jo and Sam write the plan and agree, each in their own name."""
    db.session.flush()
    maya, carer, worker = (_viewer(one, now) for one in (maya_id, carer_id, worker_id))
    plan_id = plans.start_plan(maya, maya_id, now=now).id
    for one in TRIO:
        details = Details(one.name, one.phone, one.how_known, one.asks, ("worried", "ready"))
        named = trio_actions.name_trusted_person(maya, plan_id, details, now=now)
        named.consent = Consent.ASKED
        person = db.session.get(Person, named.person_id)
        assert person is not None
        _known(person, now)
        db.session.flush()
        invitation_actions.answer_by_text(_viewer(person.id, now), person.id, yes=True, now=now)
    trio_actions.choose_check_in_person(
        maya,
        plan_id,
        person_id=_find(TRIO[0].phone).id,
        channel=Channel.TEXT,
        how_often="A thumbs up will do",
        proposal=Proposal(Repeat.WEEKLY, WEEK, "21:00", grace_minutes=60),
        now=now,
    )
    for about in IMPORTANT:
        important_actions.add_important_person(maya, maya_id, about, now=now)
    offered = queries.get_page(maya, plan_id, now=now).sharing_offered()
    shared = [line for line in offered if line.endswith(SHARED_WITH)]
    lines = ["|".join([x, *ONLY_THEN.get(x.partition("|")[0], "").split()]) for x in shared]
    sharing_actions.set_sharing(maya, plan_id, [*lines, *FOR_POLICE], now=now)
    for viewer, voice, answers in (
        (maya, Voice.YOUNG_PERSON, MAYAS),
        (carer, Voice.CARER, JOS),
        (worker, Voice.WORKER, SAMS),
    ):
        for question, given in answers.items():
            plans.write_answer(
                viewer, plan_id, question, given, voice=voice, seen_revision=0, now=now
            )
    for question in SKIPPED:
        plans.skip_question(maya, plan_id, question, voice=Voice.YOUNG_PERSON, now=now)
    version = agreement_actions.share_for_agreement(maya, plan_id, now=now)
    agreement_actions.agree(carer, plan_id, version.number, now=now)
    agreement_actions.agree(worker, plan_id, version.number, now=now)


def password_of(email: str) -> str:
    """Return a demonstration password: the same each time here, another one elsewhere."""
    made = base64.b32encode(keyring().digest("demo-password", email)).decode().lower()
    return f"{made[:4]}-{made[4:8]}-{made[8:12]}"


def _find(phone: str) -> Person:
    wanted = select(Person).where(Person.phone_index == blind_index("phone", phone))
    return db.session.scalars(wanted).one()


def describe(organisation: Organisation, *, now: datetime) -> dict[str, Any]:
    """Return who the cast are, in the shape of CONTRACT."""
    address = current_app.extensions["engage"].public_url
    return {
        "service_number": organisation.service_number,
        "policy": organisation.policy,
        "staff": [
            {
                "role": str(one.role),
                "name": one.name,
                "email": one.email,
                "password": password_of(one.email),
                "totp_secret": None,
            }
            for one in STAFF
        ],
        "young_people": [_young(one, address, now) for one in YOUNG_PEOPLE],
        "carers": [_carer(one, address, now) for one in YOUNG_PEOPLE],
        "trusted_people": [{"name": t.name, "phone": t.phone, "for": MAYA.name} for t in TRIO],
        "feedback_url": f"{address}/f/{poster_code(_admin(now), now=now)}",
        "places": count_places(Viewer(organisation_id=organisation.id, area="system")),
    }


def _young(one: DemoYoungPerson, address: str, now: datetime) -> dict[str, Any]:
    person = _find(one.phone)
    card = card_actions.find_card(SYSTEM, person.id, now=now)
    assert card is not None
    return {
        "id": str(person.id),
        "name": one.name,
        "phone": one.phone,
        "code_word": one.code_word,
        "not_ok_word": one.not_ok_word,
        "check_in_url": f"{address}/c/{card.code}",
        "check_in_code": links.grouped(card.typed),
        "locale": one.locale,
    }


def _carer(one: DemoYoungPerson, address: str, now: datetime) -> dict[str, Any]:
    person = _find(one.carer_phone)
    return {
        "id": str(person.id),
        "name": one.carer,
        "phone": one.carer_phone,
        "sign_in_url": f"{address}/sign-in/link/{_code(person.id, now)}",
    }


def _code(person_id: UUID, now: datetime) -> str:
    """Return the code of a sign-in link that still works; a new one when it was used up."""
    link = db.session.scalars(
        select(Link).where(
            Link.kind == LinkKind.SIGN_IN,
            Link.person_id == person_id,
            Link.revoked_at.is_(None),
            Link.expires_at > now,
        )
    ).first()
    if link is not None and link.code is not None:
        return str(link.code)
    return links.issue(
        LinkKind.SIGN_IN,
        young_person_id=None,
        person_id=person_id,
        now=now,
        expires_at=now + SIGN_IN_LASTS,
        keep=True,
    )
