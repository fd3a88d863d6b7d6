"""May this person see it? The one place that decides, asked again on every request."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engage.db import QuickUuid, UtcDateTime, db
from engage.people.models import (
    Consent,
    EmergencyAccess,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    ShareGrant,
)
from engage.people.rules import Level, Purpose
from engage.people.sharing_models import Circumstance
from engage.people.table import SECTION_OF, Column, Object, Verb, rules_for
from engage.people.viewer import ANONYMOUS, SYSTEM, Viewer
from engage.web.errors import NotFound

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Access",
    "Object",
    "Verb",
    "Viewer",
    "access_to",
    "is_in_force",
    "is_open",
    "may",
    "require",
    "stands",
    "visible_young_people",
]

WHOLE_ORGANISATION = None
EVERYTHING = "*"
_RELATIONSHIP_OF = {
    Column.CARER: RelationshipKind.CARER,
    Column.TRUSTED_PERSON: RelationshipKind.TRUSTED,
    Column.SOCIAL_WORKER: RelationshipKind.SOCIAL_WORKER,
    Column.INTERVIEWER: RelationshipKind.INTERVIEWER,
}
_READING = frozenset({Verb.READ, Verb.READ_MASKED, Verb.READ_TOTALS})
_TEAM_COLUMNS = {Column.SUPERVISOR: Role.SUPERVISOR, Column.OUT_OF_HOURS: Role.OUT_OF_HOURS}


def is_in_force(table: Any, now: Any) -> ColumnElement[bool]:
    """Tell, in SQL, whether a row with starts_at and ends_at holds at this instant."""
    return and_(table.starts_at <= now, or_(table.ends_at.is_(None), table.ends_at > now))


@dataclass(frozen=True, slots=True)
class Access:
    """All that decides between one viewer and one young person, read in one statement."""

    viewer: Viewer
    young_person_id: UUID | None
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    relationships: frozenset[str] = frozenset()
    # What is shared with them now: section, whom it reaches, and what it allows.
    sections: frozenset[tuple[str, str, str]] = frozenset()
    emergency: frozenset[str] = frozenset()

    def on_paper(self) -> "Access":
        """Return what may stand on paper: what an emergency opens for an hour must not, as paper
        stays. Source: SAFETY 5.3 (no export).
        """
        return replace(self, emergency=frozenset())

    def may(
        self,
        verb: Verb,
        obj: Object,
        *,
        section: str | None = None,
        owner_id: UUID | None = None,
        team_id: UUID | None = None,
    ) -> bool:
        """Say whether the viewer may do this; no when nothing says yes."""
        if self.viewer.is_system:
            return True
        if self.young_person_id is not None and self.organisation_id is None:
            return False
        section = section or SECTION_OF.get(obj)
        about = (section, owner_id, team_id)
        return any(
            all(self._holds(condition, column, verb, *about) for condition in conditions)
            for column in self.viewer.columns()
            for conditions in rules_for(column, verb, obj)
        )

    def _holds(
        self,
        condition: str,
        column: Column,
        verb: Verb,
        section: str | None,
        owner_id: UUID | None,
        team_id: UUID | None,
    ) -> bool:
        viewer = self.viewer
        match condition:
            case "o":
                return self.young_person_id is not None and (
                    viewer.person_id == self.young_person_id
                )
            case "a":
                return self._is_related(column)
            case "c":
                return section is not None and self._covers(section, column, verb)
            case "b":
                return bool({section, EVERYTHING} & self.emergency)
            case "g":
                return self.young_person_id is None or (
                    viewer.organisation_id == self.organisation_id
                )
            case "w":
                return owner_id is not None and owner_id == viewer.person_id
            case "n":
                return owner_id is None or owner_id != viewer.person_id
            case "t":
                teams = viewer.teams_as(Role.SUPERVISOR)
                return WHOLE_ORGANISATION in teams or (team_id is not None and team_id in teams)
            case "p":
                return self.young_person_id is None
            case "v":
                return self.young_person_id == viewer.young_person_id
        return False

    def _covers(self, section: str, column: Column, verb: Verb) -> bool:
        # To read, any share will do; to change what stands there, one that says so.
        enough = Level if verb in _READING else (Level.ACT,)
        wanted = {(section, whom, level) for whom in ("person", column.value) for level in enough}
        return bool(wanted & self.sections)

    def _is_related(self, column: Column) -> bool:
        if self.young_person_id is None:
            return False
        if column in _TEAM_COLUMNS:
            teams = self.viewer.teams_as(_TEAM_COLUMNS[column])
            same = self.viewer.organisation_id == self.organisation_id
            return same and (
                WHOLE_ORGANISATION in teams or (self.team_id is not None and self.team_id in teams)
            )
        return _RELATIONSHIP_OF.get(column) in self.relationships


def access_to(viewer: Viewer, young_person_id: UUID | None, *, now: datetime) -> Access:
    """Read, in one statement, what decides between this viewer and this young person.

    For pages that ask several questions about one young person. Never keep it.
    """
    if young_person_id is None or viewer.is_system:
        return Access(viewer, young_person_id)
    found: dict[str, set[tuple[Any, Any, str, str, str]]] = {}
    is_own = viewer.person_id is None or viewer.person_id == young_person_id
    asked: dict[str, Any] = {"young": young_person_id, "now": now}
    if not is_own:
        asked |= {"who": viewer.person_id, "roles": _role_names(viewer)}
    for what, *values in db.session.execute(_OWN_FACTS if is_own else _FACTS, asked):
        found.setdefault(what, set()).add(tuple(values))
    if "young_person" not in found:
        return Access(viewer, young_person_id)
    organisation_id, team_id, *_ = next(iter(found["young_person"]))
    return Access(
        viewer,
        young_person_id,
        organisation_id,
        team_id,
        frozenset(text for _, _, text, *_ in found.get("relationship", ())),
        frozenset((text, whom, level) for _, _, text, whom, level in found.get("share", ())),
        frozenset(text for _, _, text, *_ in found.get("emergency", ())),
    )


def _is_active(person_id: Any, now: Any) -> ColumnElement[bool]:
    """Tell, in SQL, whether a relationship of this person holds; the trio must have said yes."""
    return and_(
        Relationship.person_id == person_id,
        is_in_force(Relationship, now),
        or_(Relationship.kind != RelationshipKind.TRUSTED, Relationship.consent == Consent.YES),
    )


def _role_names(viewer: Viewer) -> list[str]:
    return [column.value for column in viewer.columns()]


def _is_granted_to(person_id: Any, roles: Any) -> ColumnElement[bool]:
    return or_(
        and_(ShareGrant.grantee_kind == "person", ShareGrant.grantee_id == person_id),
        and_(ShareGrant.grantee_kind == "role", ShareGrant.grantee_role.in_(roles)),
    )


def is_open(now: Any) -> ColumnElement[bool]:
    """Tell, in SQL over ShareGrant, whether a line of the sharing agreement is open now.

    "Only if I am missing" and "only if I am in danger" are open while that is noted down.
    """
    noted = exists().where(
        Circumstance.young_person_id == ShareGrant.young_person_id,
        Circumstance.kind == ShareGrant.purpose,
        Circumstance.began_at <= now,
        or_(Circumstance.ended_at.is_(None), Circumstance.ended_at > now),
    )
    return and_(stands(now), or_(ShareGrant.purpose == Purpose.ALWAYS, noted))


def stands(now: Any) -> ColumnElement[bool]:
    """Tell, in SQL over ShareGrant, whether a line was neither taken back nor ran out."""
    return and_(
        ShareGrant.withdrawn_at.is_(None),
        or_(ShareGrant.expires_at.is_(None), ShareGrant.expires_at > now),
    )


def _share_rows(granted: ColumnElement[bool]) -> Any:
    return select(
        literal("share"),
        ShareGrant.agreed_by_id,
        ShareGrant.young_person_id,
        ShareGrant.section,
        # Whom it reaches: the name of a role, or this person.
        func.coalesce(ShareGrant.grantee_role, "person"),
        ShareGrant.level,
    ).where(ShareGrant.young_person_id == YOUNG, granted, is_open(NOW))


def _young_person() -> Any:
    person = Person.__table__
    return select(
        literal("young_person"),
        person.c.organisation_id,
        person.c.team_id,
        literal(""),
        literal(""),
        literal(""),
    ).where(
        person.c.id == YOUNG,
        person.c.kind == PersonKind.YOUNG_PERSON,
        or_(person.c.ended_at.is_(None), person.c.ended_at > NOW),
    )


def _facts() -> Any:
    related = select(
        literal("relationship"),
        Relationship.person_id,
        Relationship.young_person_id,
        Relationship.kind,
        literal(""),
        literal(""),
    ).where(Relationship.young_person_id == YOUNG, _is_active(WHO, NOW))
    emergency = select(
        literal("emergency"),
        EmergencyAccess.person_id,
        EmergencyAccess.young_person_id,
        EmergencyAccess.section,
        literal(""),
        literal(""),
    ).where(
        EmergencyAccess.young_person_id == YOUNG,
        EmergencyAccess.person_id == WHO,
        is_in_force(EmergencyAccess, NOW),
    )
    return union_all(_young_person(), related, _share_rows(_is_granted_to(WHO, ROLES)), emergency)


# Built once: putting a statement together takes longer than running it, and every page asks.
YOUNG, WHO = bindparam("young", type_=QuickUuid()), bindparam("who", type_=QuickUuid())
NOW = bindparam("now", type_=UtcDateTime())
ROLES: Any = bindparam("roles", expanding=True)
_FACTS = _facts()
_OWN_FACTS = union_all(_young_person(), _share_rows(ShareGrant.grantee_id == YOUNG))


def may(
    viewer: Viewer | None,
    verb: Verb,
    obj: Object,
    young_person_id: UUID | None,
    *,
    now: datetime,
    section: str | None = None,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
) -> bool:
    """Say whether this viewer may do this to this object of this young person, now.

    `section` is the part of the sharing agreement it belongs to; `owner_id` whose own thing
    it is (an alert's recipient, an entry's person, an account's holder). One query, or none
    when the table alone says no.
    """
    viewer = viewer or ANONYMOUS
    if not viewer.is_system and not any(rules_for(c, verb, obj) for c in viewer.columns()):
        return False
    access = access_to(viewer, young_person_id, now=now)
    return access.may(verb, obj, section=section, owner_id=owner_id, team_id=team_id)


def require(
    viewer: Viewer | None,
    verb: Verb,
    obj: Object,
    young_person_id: UUID | None,
    *,
    now: datetime,
    section: str | None = None,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
) -> None:
    """Raise NotFound unless `may` says yes: not yours looks like not there."""
    if not may(
        viewer,
        verb,
        obj,
        young_person_id,
        now=now,
        section=section,
        owner_id=owner_id,
        team_id=team_id,
    ):
        raise NotFound(f"{verb.name} {obj.name}")


def visible_young_people(viewer: Viewer | None, *, now: datetime) -> ColumnElement[bool]:
    """Tell, in SQL over Person, whose profile this viewer may read: lists match details (I11)."""
    viewer = viewer or ANONYMOUS
    is_young = and_(
        Person.kind == PersonKind.YOUNG_PERSON,
        or_(Person.ended_at.is_(None), Person.ended_at > now),
    )
    if viewer.is_system:
        return is_young
    ways: list[ColumnElement[bool]] = []
    for column in viewer.columns():
        ways += _ways_to_see(viewer, column, now)
    return and_(is_young, or_(false(), *ways))


def _ways_to_see(viewer: Viewer, column: Column, now: datetime) -> list[ColumnElement[bool]]:
    if viewer.person_id is None:
        return []
    if column is Column.YOUNG_PERSON:
        return [Person.id == viewer.person_id]
    if column in _TEAM_COLUMNS:
        same = Person.organisation_id == viewer.organisation_id
        teams = viewer.teams_as(_TEAM_COLUMNS[column])
        if WHOLE_ORGANISATION in teams:
            return [same]
        return [and_(same, Person.team_id.in_(sorted(t for t in teams if t)))]
    if column not in _RELATIONSHIP_OF:
        return []
    related = select(Relationship.young_person_id).where(
        _is_active(viewer.person_id, now), Relationship.kind == _RELATIONSHIP_OF[column]
    )
    if column is not Column.TRUSTED_PERSON:
        return [Person.id.in_(related)]
    shared = select(ShareGrant.young_person_id).where(
        _is_granted_to(viewer.person_id, _role_names(viewer)),
        ShareGrant.section == SECTION_OF[Object.PROFILE],
        is_open(now),
    )
    return [and_(Person.id.in_(related), Person.id.in_(shared))]
