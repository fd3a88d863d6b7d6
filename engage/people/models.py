"""People, organisations, who is linked to whom since when, and how each one signs in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.crypto import blind_index, sealed
from engage.db import Base
from engage.people.rules import Level, Purpose


class PersonKind(StrEnum):
    """What a person is to the organisation."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    TRUSTED_PERSON = "trusted_person"
    WORKER = "worker"


class Role(StrEnum):
    """What a member of staff may do."""

    SOCIAL_WORKER = "social_worker"
    SUPERVISOR = "supervisor"
    OUT_OF_HOURS = "out_of_hours"
    INTERVIEWER = "interviewer"
    ADMIN = "admin"


class RelationshipKind(StrEnum):
    """What another person is to a young person."""

    CARER = "carer"
    SOCIAL_WORKER = "social_worker"
    INTERVIEWER = "interviewer"
    TRUSTED = "trusted"
    BACK_UP = "back_up"
    CHECK_IN = "check_in"


class Consent(StrEnum):
    """What a trusted person answered when asked."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    LEFT = "left"


class ReplyPolicy(StrEnum):
    """Whether we may answer a young person's texts, agreed in their plan. Source: SAFETY T06."""

    NONE = "none"
    NEUTRAL = "neutral"
    AGREED = "agreed"


class LinkKind(StrEnum):
    """What a link or typed code opens."""

    CHECK_IN = "check_in"
    TRUSTED = "trusted"
    ALERT = "alert"
    SIGN_IN = "sign_in"
    FEEDBACK = "feedback"
    RETURN = "return"
    MEETING = "meeting"
    STEP = "step"
    OUTREACH = "outreach"
    SEARCHER = "searcher"


class Organisation(Base):
    """An authority or agency. Its shown name is neutral, so that a screen gives nothing away."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(120))
    neutral_name: Mapped[str] = mapped_column(String(60))
    policy: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(12), default="en")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    # The country whose way of writing phone numbers people here use.
    region: Mapped[str] = mapped_column(String(2), default="GB")
    service_number: Mapped[str | None] = mapped_column(String(20), index=True)
    # Made-up people for showing Engage: its staff need no second factor. Source: CONTRACT.
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)


class Team(Base):
    """Workers who share young people, with their supervisors and out-of-hours workers."""

    __tablename__ = "teams"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))


class Person(Base):
    """Anyone we know: name and phone are sealed; the phone is found by its blind index."""

    __tablename__ = "people"
    __mapper_args__ = {"polymorphic_on": "kind"}

    kind: Mapped[PersonKind] = mapped_column(String(20))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    organisation: Mapped[Organisation] = relationship()
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    _phone: Mapped[str | None] = mapped_column("phone", Text)
    _phone_number = sealed("_phone")
    # Not unique: two people may share one phone.
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    phone_verified_at: Mapped[datetime | None]
    phone_heard_at: Mapped[datetime | None]
    phone_suspended_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(12), default="en")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    # A young person's own fields; empty for everybody else.
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    _birth_date: Mapped[str | None] = mapped_column("birth_date", Text)
    birth_date = sealed("_birth_date")
    code_word_index: Mapped[str | None] = mapped_column(String(32), index=True)
    not_ok_word_index: Mapped[str | None] = mapped_column(String(32), index=True)
    reply_policy: Mapped[ReplyPolicy] = mapped_column(String(12), default=ReplyPolicy.NEUTRAL)
    # True when the plan says someone else may hold the phone: OK then needs the code word.
    word_needed: Mapped[bool] = mapped_column(Boolean, default=False)

    # A list of everybody in an organisation is read in this order, a page at a time.
    __table_args__ = (Index("ix_people_list", "organisation_id", "kind", "id"),)

    @property
    def phone(self) -> str | None:
        """The number in E.164, or None."""
        return self._phone_number

    @phone.setter
    def phone(self, number: str | None) -> None:
        self._phone_number = number
        self.phone_index = None if number is None else blind_index("phone", number)


class YoungPerson(Person):
    """Someone in care, whose plan this is."""

    __mapper_args__ = {"polymorphic_identity": PersonKind.YOUNG_PERSON}


class Carer(Person):
    """Someone who cares for a young person at home, or works in their home."""

    __mapper_args__ = {"polymorphic_identity": PersonKind.CARER}


class TrustedPerson(Person):
    """Someone a young person chose; has no account, only links."""

    __mapper_args__ = {"polymorphic_identity": PersonKind.TRUSTED_PERSON}


class Worker(Person):
    """A member of staff; what they may do stands in their role grants."""

    __mapper_args__ = {"polymorphic_identity": PersonKind.WORKER}


class RoleGrant(Base):
    """A role a worker holds in a team (or in the whole organisation) for a time."""

    __tablename__ = "role_grants"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Placement(Base):
    """Where a young person lives, from when to when. On screen: home."""

    __tablename__ = "placements"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    _home_name: Mapped[str] = mapped_column("home_name", Text)
    home_name = sealed("_home_name")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]


class Relationship(Base):
    """What someone is to a young person, from when to when. Access and alerts follow it."""

    __tablename__ = "relationships"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[RelationshipKind] = mapped_column(String(20))
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placements.id"))
    rank: Mapped[int] = mapped_column(Integer, default=0)
    consent: Mapped[Consent] = mapped_column(String(12), default=Consent.NOT_ASKED)
    consent_at: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_relationships_young_person", "young_person_id", "kind"),
        Index("ix_relationships_person", "person_id", "kind"),
    )


class ShareGrant(Base):
    """One line of the sharing agreement: this section, to this person or role, until withdrawn.

    Source: SAFETY 5.1.
    """

    __tablename__ = "share_grants"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    section: Mapped[str] = mapped_column(String(40))
    grantee_kind: Mapped[str] = mapped_column(String(12))  # person or role
    grantee_id: Mapped[UUID | None]
    grantee_role: Mapped[str | None] = mapped_column(String(20))
    level: Mapped[Level] = mapped_column(String(8), default=Level.VIEW)
    purpose: Mapped[Purpose] = mapped_column(String(24), default=Purpose.ALWAYS)
    agreed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    agreed_at: Mapped[datetime]
    agreed_how: Mapped[str] = mapped_column(String(24))
    expires_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class EmergencyAccess(Base):
    """A section that is open to a worker for an hour, by one EmergencyUse. Source: SAFETY 5.3."""

    __tablename__ = "emergency_accesses"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    section: Mapped[str] = mapped_column(String(40))
    use_id: Mapped[UUID] = mapped_column(ForeignKey("emergency_uses.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (Index("ix_emergency_accesses_person", "person_id", "young_person_id"),)


class LoginSession(Base):
    """A signed-in browser, or one that opened a link. Ends the moment it is revoked."""

    __tablename__ = "login_sessions"

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"), index=True)
    area: Mapped[str] = mapped_column(String(12))  # anonymous, link, phone or staff
    _content: Mapped[str | None] = mapped_column("content", Text)
    content = sealed("_content")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class SignInCode(Base):
    """A six-digit code for a phone, good once and for ten minutes.

    Kept by the number's blind index, not by person: a number nobody has gets a row as well,
    so that asking for a code takes the same work and counts the same tries.
    """

    __tablename__ = "sign_in_codes"

    phone_index: Mapped[str] = mapped_column(String(32), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None]


class Link(Base):
    """A link or typed code: only its digest is kept.

    A young person's card has two rows: the long code of the QR and the short typed one.
    """

    __tablename__ = "links"

    kind: Mapped[LinkKind] = mapped_column(String(12))
    code_digest: Mapped[str] = mapped_column(String(64))
    # What the link is about, and who holds it (None: whoever has the paper).
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    object_id: Mapped[UUID | None]
    # The code of a card is kept sealed too, so that the card can be printed again.
    _code: Mapped[str | None] = mapped_column("code", Text)
    code = sealed("_code")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("kind", "code_digest"),)
