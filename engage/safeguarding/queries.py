"""What is done when somebody may have been hurt, and screenings: nothing for whom it is about.

Whoever it may be about finds nothing, whatever their role. That is asked here, on every reading,
before the table of who sees what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engage.alerts.models import AlertNotice
from engage.db import db
from engage.episodes.reading import names_of
from engage.people.access import (
    Object,
    Verb,
    Viewer,
    is_in_force,
    may,
    require,
    visible_young_people,
)
from engage.people.models import (
    Organisation,
    Person,
    PersonKind,
    Role,
    RoleGrant,
)
from engage.policy.clock_rules import Clock, from_data
from engage.policy.protect_rules import Protector
from engage.policy.queries import pack
from engage.safeguarding.models import Allegation, AllegationHidden, AllegationTold, Screening
from engage.safeguarding.reading import around_of, blanks_of, deeds, left_to_tell, told_of
from engage.safeguarding.rules import (
    Blank,
    Stage,
    Whom,
    still_to_tell,
)
from engage.web.errors import NotFound

PAGE = 100


@dataclass(frozen=True)
class CallScreen:
    """Whom to call now, and who it may be about: before anything is written down."""

    young_person: Person | None
    emergency: str
    protectors: Sequence[Protector]
    around: Sequence[tuple[UUID, str]]


@dataclass(frozen=True)
class HarmLine:
    """One in the list."""

    allegation: Allegation
    name: str
    left: int


@dataclass(frozen=True)
class HarmPage:
    """Everything about one, for whoever may see it."""

    allegation: Allegation
    young_person: Person | None
    emergency: str
    rule: Clock
    protectors: Sequence[Protector]
    to_tell: Sequence[Whom]
    blanks: Sequence[Blank]
    log: Sequence[AllegationTold]
    last: Mapping[Whom, AllegationTold]
    hidden: Sequence[str]
    around: Sequence[tuple[UUID, str]]
    names: Mapping[UUID | None, str]
    may_change: bool


def get_call_screen(viewer: Viewer, young_person_id: UUID | None, *, now: datetime) -> CallScreen:
    """Return whom to call for a young person, or (None) for somebody unknown. Raises NotFound."""
    require_opening(viewer, young_person_id, now=now)
    assert viewer.organisation_id is not None
    found = pack(db.session.get_one(Organisation, viewer.organisation_id).policy)
    person = db.session.get_one(Person, young_person_id) if young_person_id else None
    named = _people_around(viewer.organisation_id, young_person_id, now)
    return CallScreen(person, found.emergency, found.protectors, named)


def require_opening(viewer: Viewer, young_person_id: UUID | None, *, now: datetime) -> None:
    """Raise NotFound unless the viewer may begin this about somebody, or nobody known."""
    if young_person_id is None:
        require(viewer, Verb.READ, Object.FEEDBACK_CONCERN, None, now=now)
    else:
        require(viewer, Verb.CREATE, Object.SAFEGUARDING, young_person_id, now=now)


def open_allegation(
    viewer: Viewer, allegation_id: UUID, verb: Verb, *, now: datetime
) -> Allegation:
    """Return one that the viewer may read or change. Kept from them, it is not there."""
    found = db.session.get(Allegation, allegation_id)
    if found is None or _is_kept_from(viewer, found.id):
        raise NotFound("harm")
    if found.young_person_id is None:
        require(viewer, Verb.READ, Object.FEEDBACK_CONCERN, None, now=now)
        if found.organisation_id != viewer.organisation_id:
            raise NotFound("harm")
        return found
    is_theirs = found.opened_by_id == viewer.person_id or _was_told(viewer, found)
    require(
        viewer,
        verb,
        Object.SAFEGUARDING,
        found.young_person_id,
        now=now,
        owner_id=viewer.person_id if is_theirs else None,
    )
    return found


def _is_kept_from(viewer: Viewer, allegation_id: UUID) -> bool:
    kept = select(AllegationHidden.id).where(
        AllegationHidden.allegation_id == allegation_id,
        AllegationHidden.person_id == viewer.person_id,
    )
    return not viewer.is_system and db.session.scalar(kept) is not None


def _was_told(viewer: Viewer, found: Allegation) -> bool:
    told = select(AlertNotice.id).where(
        AlertNotice.alert_id == found.alert_id, AlertNotice.person_id == viewer.person_id
    )
    return found.alert_id is not None and db.session.scalar(told.limit(1)) is not None


def get_harm(viewer: Viewer, allegation_id: UUID, *, now: datetime) -> HarmPage:
    """Return everything about one, or raise NotFound."""
    found = open_allegation(viewer, allegation_id, Verb.READ, now=now)
    rules = pack(db.session.get_one(Organisation, found.organisation_id).policy)
    log, last = told_of(found.id)
    wanted = [each for each in rules.protectors if each.holds(found.about)]
    to_tell = still_to_tell([Whom(each.to) for each in wanted], deeds(last))
    hidden = db.session.scalars(
        select(AllegationHidden.person_id).where(AllegationHidden.allegation_id == found.id)
    ).all()
    names = names_of({found.opened_by_id, found.closed_by_id, *(x.by_id for x in log), *hidden})
    return HarmPage(
        found,
        db.session.get_one(Person, found.young_person_id) if found.young_person_id else None,
        rules.emergency,
        from_data(found.rule),
        wanted,
        to_tell,
        blanks_of(found, to_tell),
        log,
        last,
        sorted(names[each] for each in hidden),
        _people_around(found.organisation_id, found.young_person_id, now),
        names,
        _may_change(viewer, allegation_id, now),
    )


def _may_change(viewer: Viewer, allegation_id: UUID, now: datetime) -> bool:
    try:
        open_allegation(viewer, allegation_id, Verb.EDIT, now=now)
    except NotFound:
        return False
    return True


def _not_kept_from(viewer: Viewer) -> ColumnElement[bool]:
    return ~exists().where(
        AllegationHidden.allegation_id == Allegation.id,
        AllegationHidden.person_id == viewer.person_id,
    )


def harm_lines(viewer: Viewer, *, now: datetime) -> list[HarmLine]:
    """List what goes on about young people the viewer may see; nothing that is kept from them.

    Carers and interviewers find what they opened themselves.
    """
    mine = select(Person.id).where(visible_young_people(viewer, now=now))
    ways: list[ColumnElement[bool]] = [
        and_(Allegation.opened_by_id == viewer.person_id, Allegation.young_person_id.in_(mine))
    ]
    if viewer.roles & {Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS}:
        ways.append(Allegation.young_person_id.in_(mine))
        ways.append(
            exists().where(
                AlertNotice.alert_id == Allegation.alert_id,
                AlertNotice.person_id == viewer.person_id,
            )
        )
    if may(viewer, Verb.READ, Object.FEEDBACK_CONCERN, None, now=now):
        ways.append(Allegation.young_person_id.is_(None))
    rows = db.session.scalars(
        select(Allegation)
        .where(
            Allegation.organisation_id == viewer.organisation_id,
            Allegation.stage == Stage.OPEN,
            _not_kept_from(viewer),
            or_(*ways),
        )
        .order_by(Allegation.opened_at)
        .limit(PAGE)
    ).all()
    seen = [row for row in rows if _is_seen(viewer, row, now)]
    names = names_of(row.young_person_id for row in seen)
    return [
        HarmLine(row, names.get(row.young_person_id, ""), len(left_to_tell(row))) for row in seen
    ]


def _is_seen(viewer: Viewer, row: Allegation, now: datetime) -> bool:
    try:
        open_allegation(viewer, row.id, Verb.READ, now=now)
    except NotFound:
        return False
    return True


def _people_around(
    organisation_id: UUID, young_person_id: UUID | None, now: datetime
) -> list[tuple[UUID, str]]:
    """List carers and staff whom it could be about, by name: of one young person, or of nobody
    known all staff.
    """
    on_duty = select(RoleGrant.person_id).where(
        RoleGrant.role.in_((Role.SUPERVISOR, Role.OUT_OF_HOURS)), is_in_force(RoleGrant, now)
    )
    ways = [Person.id.in_(on_duty)]
    if young_person_id is None:
        ways = [Person.kind.in_((PersonKind.WORKER, PersonKind.CARER))]
    else:
        found = around_of(organisation_id, young_person_id, now)
        ways.append(Person.id.in_(found.carers | found.workers | found.team))
    people = db.session.scalars(
        select(Person).where(
            Person.organisation_id == organisation_id,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            or_(*ways),
        )
    )
    named = [(person.id, str(person.name)) for person in people]
    return sorted(named, key=lambda pair: (pair[1].casefold(), str(pair[0])))


def screenings(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Screening]:
    """List the screenings of a young person that the viewer may read, the newest first.

    Carers read those that were shared with them, and of the others not even that there are any.
    """
    about = (Verb.READ, Object.SAFEGUARDING, young_person_id)
    sees_all = may(viewer, *about, now=now)
    found = select(Screening).where(Screening.young_person_id == young_person_id)
    if not sees_all:
        # Only for carers: to staff of another team there is not even somebody of this name.
        if viewer.kind is not PersonKind.CARER:
            raise NotFound("screenings")
        require(viewer, *about, now=now, owner_id=viewer.person_id)
        found = found.where(
            or_(Screening.by_id == viewer.person_id, Screening.shared_at.is_not(None))
        )
    return list(db.session.scalars(found.order_by(Screening.done_on.desc(), Screening.at.desc())))
