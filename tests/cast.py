"""The people of every test. Zed is the stranger, who must find nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from engage.db import db
from engage.people import actions
from engage.people.access import SYSTEM, Viewer
from engage.people.models import (
    Carer,
    Consent,
    Organisation,
    Person,
    PersonKind,
    Placement,
    Relationship,
    RelationshipKind,
    Role,
    Team,
    TrustedPerson,
    Worker,
    YoungPerson,
)
from engage.people.phone_actions import set_words
from engage.people.queries import viewer_of

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # a Sunday evening
LONG_AGO = NOW - timedelta(days=40)
CODE_WORD = "bluebird"
NOT_OK_WORD = "tangerine"


@dataclass(frozen=True)
class Cast:
    """Ids of everybody; objects would belong to a session that is gone."""

    organisation: UUID
    team: UUID
    maya: UUID
    jo: UUID
    sam: UUID
    sue: UUID  # supervises Sam's team
    olu: UUID  # works out of hours for Sam's team
    ines: UUID  # will interview Maya
    adil: UUID  # administrator
    ade: UUID
    coach_lee: UUID
    nan_ruth: UUID
    kit: UUID
    kits_carer: UUID
    kits_worker: UUID
    placement: UUID
    # Strangers in the same organisation …
    zed_worker: UUID
    zed_carer: UUID
    zed_young: UUID
    # … and in another one.
    other_organisation: UUID
    far_zed_worker: UUID
    far_zed_supervisor: UUID
    far_zed_carer: UUID
    far_zed_young: UUID

    @property
    def strangers(self) -> dict[str, UUID]:
        """Everybody called Zed, by what they are."""
        return {k: v for k, v in vars(self).items() if "zed" in k}

    def viewer(self, person_id: UUID, now: datetime = NOW) -> Viewer:
        """Return this person as the access function knows them."""
        found = viewer_of(SYSTEM, person_id, now=now)
        assert found is not None
        return found


class _Company:
    """Adds people one after the other, each with the next free number for drama."""

    def __init__(self, organisation: Organisation, first_number: int):
        self.organisation = organisation
        self.number = first_number

    def phone(self) -> str:
        self.number += 1
        return f"+447700900{self.number:03}"

    def young(self, name: str, team: Team | None, locale: str = "en") -> YoungPerson:
        person = actions.create_young_person(
            SYSTEM,
            organisation_id=self.organisation.id,
            team_id=team.id if team else None,
            name=name,
            birth_date=LONG_AGO.date().replace(year=2011),
            phone=self.phone(),
            locale=locale,
            now=LONG_AGO,
        )
        return self.known(person)

    def carer(self, name: str) -> Carer:
        return self.known(self._grown_up(PersonKind.CARER, name))

    def trusted(self, name: str) -> TrustedPerson:
        return self.known(self._grown_up(PersonKind.TRUSTED_PERSON, name))

    def worker(self, name: str, role: Role, team: Team | None = None) -> Worker:
        worker = self.known(self._grown_up(PersonKind.WORKER, name))
        actions.grant_role(SYSTEM, worker.id, role, team_id=team.id if team else None, now=LONG_AGO)
        return worker

    def known(self, person):
        person.phone_verified_at = person.phone_heard_at = NOW - timedelta(days=2)
        return person

    def _grown_up(self, kind: PersonKind, name: str) -> Person:
        return actions.create_person(
            SYSTEM,
            kind,
            organisation_id=self.organisation.id,
            name=name,
            phone=self.phone(),
            now=LONG_AGO,
        )


def relate(
    young: Person,
    person: Person,
    kind: RelationshipKind,
    *,
    rank: int = 0,
    placement: Placement | None = None,
    consent: Consent = Consent.NOT_ASKED,
) -> Relationship:
    """Make somebody something to a young person, forty days ago."""
    return actions.assign(
        SYSTEM,
        young.id,
        person.id,
        kind,
        rank=rank,
        placement_id=placement.id if placement else None,
        consent=consent,
        now=LONG_AGO,
    )


def make_cast() -> Cast:
    """Put everybody into the database and commit. Call inside an app context."""
    home = actions.create_organisation(
        SYSTEM,
        name="Northtown Council",
        neutral_name="Northtown",
        policy="england",
        service_number="+447700900000",
        now=LONG_AGO,
    )
    far = actions.create_organisation(
        SYSTEM,
        name="Southtown Council",
        neutral_name="Southtown",
        policy="england",
        service_number="+447700900500",
        now=LONG_AGO,
    )
    ids = {"organisation": home.id, "other_organisation": far.id}
    ids |= _at_home(_Company(home, 100))
    ids |= _far_away(_Company(far, 600))
    db.session.commit()
    return Cast(**ids)


def make_settled_cast() -> Cast:
    """Make the cast for processes on the real clock: no plan of theirs is due on any day."""
    cast = make_cast()
    db.session.execute(update(Placement).values(starts_at=LONG_AGO - timedelta(days=365)))
    db.session.commit()
    return cast


def _at_home(company: _Company) -> dict[str, UUID]:
    team = actions.create_team(SYSTEM, company.organisation.id, "North team", now=LONG_AGO)
    east = actions.create_team(SYSTEM, company.organisation.id, "East team", now=LONG_AGO)
    people: dict[str, Person] = {
        "maya": company.young("Maya", team),
        "jo": company.carer("Jo"),
        "sam": company.worker("Sam", Role.SOCIAL_WORKER, team),
        "sue": company.worker("Sue", Role.SUPERVISOR, team),
        "olu": company.worker("Olu", Role.OUT_OF_HOURS, team),
        "ines": company.worker("Ines", Role.INTERVIEWER, team),
        "adil": company.worker("Adil", Role.ADMIN),
        "ade": company.trusted("Ade"),
        "coach_lee": company.trusted("Coach Lee"),
        "nan_ruth": company.trusted("Nan Ruth"),
        "kit": company.young("Kit", east, locale="cy"),
        "kits_carer": company.carer("Carys"),
        "kits_worker": company.worker("Wyn", Role.SOCIAL_WORKER, east),
        "zed_worker": company.worker("Zed", Role.SOCIAL_WORKER, east),
        "zed_carer": company.carer("Zed"),
        "zed_young": company.young("Zed", None),
    }
    maya, kit = people["maya"], people["kit"]
    placement = actions.place(SYSTEM, maya.id, "Hazel House", now=LONG_AGO)
    relate(maya, people["jo"], RelationshipKind.CARER, placement=placement)
    relate(maya, people["sam"], RelationshipKind.SOCIAL_WORKER)
    relate(maya, people["ines"], RelationshipKind.INTERVIEWER)
    relate(maya, people["ade"], RelationshipKind.CHECK_IN)
    for rank, name in enumerate(("ade", "coach_lee", "nan_ruth"), start=1):
        relate(maya, people[name], RelationshipKind.TRUSTED, rank=rank, consent=Consent.YES)
    relate(kit, people["kits_carer"], RelationshipKind.CARER)
    relate(kit, people["kits_worker"], RelationshipKind.SOCIAL_WORKER)
    set_words(SYSTEM, maya.id, code_word=CODE_WORD, not_ok_word=NOT_OK_WORD, now=LONG_AGO)
    ids = {name: person.id for name, person in people.items()}
    return {**ids, "team": team.id, "placement": placement.id}


def _far_away(company: _Company) -> dict[str, UUID]:
    team = actions.create_team(SYSTEM, company.organisation.id, "South team", now=LONG_AGO)
    people: dict[str, Person] = {
        "far_zed_worker": company.worker("Zed", Role.SOCIAL_WORKER, team),
        "far_zed_supervisor": company.worker("Zed", Role.SUPERVISOR),
        "far_zed_carer": company.carer("Zed"),
        "far_zed_young": company.young("Zed", team),
    }
    return {name: person.id for name, person in people.items()}
