"""Who asks: a person signed in, the holder of a link, nobody known, or the system itself."""

from dataclasses import dataclass, field
from uuid import UUID

from engage.people.models import LinkKind, PersonKind, Role
from engage.people.table import Column

_PERSON_COLUMNS = {
    PersonKind.YOUNG_PERSON: Column.YOUNG_PERSON,
    PersonKind.CARER: Column.CARER,
    PersonKind.TRUSTED_PERSON: Column.TRUSTED_PERSON,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, as the database knows them at this request. Never kept between requests."""

    person_id: UUID | None = None
    organisation_id: UUID | None = None
    kind: PersonKind | None = None
    # Each role held now, with its team; None stands for the whole organisation.
    grants: frozenset[tuple[Role, UUID | None]] = field(default_factory=frozenset)
    locale: str = "en"
    # anonymous, link, phone, staff or system
    area: str = "anonymous"
    link_id: UUID | None = None
    link_kind: LinkKind | None = None
    # Whom the link is about; never set for somebody signed in.
    young_person_id: UUID | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held now, in any team."""
        return frozenset(role for role, _ in self.grants)

    @property
    def team_ids(self) -> frozenset[UUID]:
        """The teams in which any role is held."""
        return frozenset(team for _, team in self.grants if team is not None)

    @property
    def is_system(self) -> bool:
        """Say whether this is the worker or a command, not a person."""
        return self.area == "system"

    @property
    def actor_kind(self) -> str:
        """What the audit says they acted as."""
        if self.is_system:
            return "system"
        if self.link_kind is not None:
            return f"link:{self.link_kind}"
        return str(self.kind) if self.kind else "anonymous"

    def columns(self) -> list[Column]:
        """List the columns of the table in which this viewer stands."""
        if self.kind in _PERSON_COLUMNS and self.link_kind in (None, LinkKind.TRUSTED):
            return [_PERSON_COLUMNS[self.kind]]
        if self.kind is PersonKind.WORKER and self.link_kind is None:
            return [Column(role) for role in sorted(self.roles)]
        return [Column.VISITOR]

    def teams_as(self, role: Role) -> frozenset[UUID | None]:
        """Return the teams in which they hold this role."""
        return frozenset(team for held, team in self.grants if held is role)


ANONYMOUS = Viewer()
SYSTEM = Viewer(area="system")
