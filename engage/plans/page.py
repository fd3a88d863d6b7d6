"""A plan as one viewer may see it: what is asked of it on every page."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from engage.agreed.models import AgreedTime
from engage.people.access import Access, Object, Verb, Viewer
from engage.people.models import (
    Consent,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    ShareGrant,
)
from engage.plans.models import (
    PersonTerms,
    PlanAgreement,
    PlanAnswer,
    PlanReview,
    PlanVersion,
    SafetyPlan,
    Says,
    VersionState,
    Voice,
)
from engage.plans.reading import (
    FACTS,
    Snapshot,
    may_read,
    open_snapshot,
    section_of,
    shared_sections,
)
from engage.plans.rules import (
    TRIO,
    PlanState,
    Progress,
    people_progress,
    plan_state_of,
    progress,
)
from engage.questions.rules import EVERYBODY_ROLES, EXTRA, Question, QuestionKind, QuestionSet
from engage.questions.shipped import every_question

SHARED_ROLES = ("carer", "social_worker", "out_of_hours")
# Those who search get it on paper and by phone, never by signing in. Source: MISSION C30.
POLICE = "police"
CHECK_IN_SECTIONS = ("check_ins", "check_in_words")
IMPORTANT_SECTION = "important_people"
# Source: SAFETY 5, O7 and O8: who has to act on a check-in always sees it.
SEE_CHECK_INS_ANYWAY = ("social_worker", "out_of_hours")
NAMED = (RelationshipKind.TRUSTED, RelationshipKind.BACK_UP, RelationshipKind.CHECK_IN)
ADULTS = (RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER)


@dataclass(frozen=True)
class NamedPerson:
    """Somebody around the young person, with what was agreed about them in the plan."""

    relationship: Relationship
    person: Person
    terms: PersonTerms | None
    # When they check in, for the check-in person alone: what was said last.
    promise: AgreedTime | None = None

    @property
    def has_said_yes(self) -> bool:
        """Say whether they agreed to be named."""
        return self.relationship.consent == Consent.YES


@dataclass
class PlanPage:
    """One plan as one viewer may see it at one instant. Never keep it."""

    viewer: Viewer
    access: Access
    plan: SafetyPlan
    young_person: Person
    questions: QuestionSet
    answers: list[PlanAnswer]
    around: list[NamedPerson]
    grants: list[ShareGrant]
    versions: list[PlanVersion] = field(default_factory=list)
    agreements: list[PlanAgreement] = field(default_factory=list)
    latest_review: PlanReview | None = None
    # Every line of the sharing agreement that stands, open now or not; the noes too.
    choices: list[ShareGrant] = field(default_factory=list)
    # The version of the questions that a new plan would begin with.
    newest_questions: str = ""
    # How many photos there are: agreed to by the young person, and waiting for their yes.
    photos: tuple[int, int] = (0, 0)

    def on_paper(self) -> "PlanPage":
        """Return the page as it may be printed: without what an emergency opened for an hour."""
        return replace(self, access=self.access.on_paper())

    @property
    def is_own(self) -> bool:
        """Say whether the viewer is the young person whose plan this is."""
        return self.viewer.person_id == self.plan.young_person_id

    @property
    def voice(self) -> Voice | None:
        """Return the voice in which the viewer writes, or None for those who only read."""
        return voice_of(self.viewer, self.access, self.plan.young_person_id)

    @property
    def may_review(self) -> bool:
        """Say whether the viewer reviews this plan: its worker, or a supervisor of the team."""
        approves = self.access.may(Verb.APPROVE, Object.PLAN_SHARED)
        return self.voice is Voice.WORKER or approves

    @property
    def may_see_important_people(self) -> bool:
        """Say whether the viewer may open the list of people who matter."""
        obj = Object.IMPORTANT_PEOPLE
        return self.access.may(Verb.READ, obj) or self.access.may(Verb.CREATE, obj)

    @property
    def text_questions(self) -> set[str]:
        """Return the ids of the questions that are answered on their own page."""
        return {q.id for q in self.questions.questions if q.is_written}

    @property
    def state(self) -> PlanState:
        """Return how far the plan is."""
        return plan_state_of(self.plan.changed_at, [(v.state, v.made_at) for v in self.versions])

    @property
    def live(self) -> PlanVersion | None:
        """Return the version everybody agreed to, or None."""
        return self._version(VersionState.LIVE)

    @property
    def shared(self) -> PlanVersion | None:
        """Return the version that waits for agreement, or None."""
        return self._version(VersionState.SHARED)

    def said_about(self, version: PlanVersion) -> list[PlanAgreement]:
        """List who said what about a version."""
        return [a for a in self.agreements if a.version_id == version.id]

    def voices_said(self) -> set[str]:
        """Return the voices that have answered about the version that waits."""
        return {a.voice for a in self.said_about(self.shared)} if self.shared else set()

    def opened(self, version: PlanVersion) -> Snapshot:
        """Return what a version kept, as far as the viewer may read it today."""
        return open_snapshot(version, self.access, shared_sections(self.grants))

    def _version(self, state: VersionState) -> PlanVersion | None:
        return next((v for v in self.versions if v.state == state), None)

    def may_read(self, question: Question) -> bool:
        """Say whether the viewer may read the answers to this question."""
        return self.covers(question.id)

    def covers(self, question_id: str) -> bool:
        """Say whether the viewer may read what was said about this question."""
        return may_read(self.access, question_id, shared_sections(self.grants))

    def may_write(self, question: Question, voice: Voice) -> bool:
        """Say whether the viewer may write in this voice here."""
        if not question.is_written:
            return self.is_own
        if self.voice is None or voice not in (self.voice, Voice.YOUNG_PERSON):
            return False
        if voice not in question.writers:
            return False
        if question.id == FACTS:
            return self.access.may(Verb.CREATE, Object.EPISODE)
        written = any(a.question == question.id and a.voice == voice for a in self.answers)
        obj = Object.PLAN_SHARED
        can_edit = self.access.may(Verb.EDIT, obj, section=question.id)
        return can_edit or (not written and self.access.may(Verb.CREATE, obj, section=question.id))

    def may_open_question(self, question: Question) -> bool:
        """Say whether the viewer may open a question: to read it, or to write there."""
        if self.is_own or self.may_read(question):
            return True
        if question.kind is QuestionKind.SHARING:
            return self.access.may(Verb.CREATE, Object.SHARING)
        return question.is_written and any(self.may_write(question, voice) for voice in Voice)

    def answer_of(self, question: Question, voice: Voice) -> PlanAnswer | None:
        """Return this voice's answer as far as the viewer may read it, or None."""
        return next((a for a in self.answers_to(question) if a.voice == voice), None)

    def name_of(self, person_id: UUID) -> str:
        """Return the name of the young person or of somebody around them; empty for others."""
        if person_id == self.plan.young_person_id:
            return str(self.young_person.name)
        return next((str(n.person.name) for n in self.around if n.person.id == person_id), "")

    def answers_to(self, question: Question) -> list[PlanAnswer]:
        """List what was said about a question, the young person first; nothing if not shared."""
        if not self.may_read(question):
            return []
        order = list(Voice)
        found = [a for a in self.answers if a.question == question.id]
        return sorted(found, key=lambda a: order.index(Voice(a.voice)))

    def active(self, kind: RelationshipKind) -> list[NamedPerson]:
        """List the people of this kind in order, those who said no or left excepted."""
        gone = (Consent.NO, Consent.LEFT)
        return [n for n in self.named(kind) if n.relationship.consent not in gone]

    def named(self, kind: RelationshipKind) -> list[NamedPerson]:
        """List the people of this kind in order, those who said no or left included."""
        found = [n for n in self.around if n.relationship.kind == kind]
        return sorted(found, key=lambda n: (n.relationship.rank, n.relationship.starts_at))

    def readable_people(self, *kinds: str) -> list[NamedPerson]:
        """List the named people of these kinds (none: all) whom the viewer may see."""
        parts = {
            RelationshipKind.TRUSTED: "trio",
            RelationshipKind.BACK_UP: "trio",
            RelationshipKind.CHECK_IN: "check_in",
        }
        return [
            named
            for kind, part in parts.items()
            if (not kinds or kind in kinds) and self.covers(part)
            for named in self.named(kind)
        ]

    def progress_of(self, question: Question) -> Progress:
        """Return how far a question is, whoever answered it."""
        states = [a.state for a in self.answers if a.question == question.id]
        if question.kind is QuestionKind.TRIO:
            return people_progress(len(self.active(RelationshipKind.TRUSTED)), TRIO, states)
        if question.kind is QuestionKind.CHECK_IN:
            return people_progress(len(self.named(RelationshipKind.CHECK_IN)), 1, states)
        if question.kind is QuestionKind.WORDS:
            young = self.young_person
            return people_progress(
                sum(1 for word in (young.code_word_index, young.not_ok_word_index) if word),
                2,
                states,
            )
        if question.kind is QuestionKind.PHOTO:
            agreed, waiting = self.photos
            return Progress.DONE if agreed else people_progress(waiting, 2, states)
        if question.kind is QuestionKind.SHARING:
            return people_progress(len(self.choices), 1, states)
        return progress(states)

    def is_news(self, named: NamedPerson) -> bool:
        """Say whether the young person has yet to read what this person answered."""
        answered = named.relationship.consent in (Consent.YES, Consent.NO, Consent.LEFT)
        return bool(answered and named.terms and named.terms.told_at is None)

    def news(self) -> list[NamedPerson]:
        """List the named people whose answer the young person has yet to read, each once."""
        fresh = {n.person.id: n for n in self.around if self.is_news(n)}
        return list(fresh.values())

    def sharing_columns(self) -> list[str]:
        """List whom parts can be shared with: roles, police, then trusted people who said yes."""
        trusted = [n for n in self.named(RelationshipKind.TRUSTED) if n.has_said_yes]
        roles = (*SHARED_ROLES, POLICE)
        return [f"role:{role}" for role in roles] + [str(n.person.id) for n in trusted]

    def sharing_sections(self) -> list[str]:
        """List the parts that can be shared, in the plan's order, then what check-ins show."""
        parts = [section_of(q.id) for q in self.questions.questions if q.shareable]
        return [*parts, IMPORTANT_SECTION, *CHECK_IN_SECTIONS]

    def sharing_offered(self) -> set[str]:
        """Return every line of the sharing agreement that is asked, as `section|grantee`."""
        columns = self.sharing_columns()
        lines = {f"{s}|{c}" for s in self.sharing_sections() for c in columns}
        closed = {
            f"{section_of(q.id)}|{c}"
            for q in self.questions.questions
            if q.readers != EVERYBODY_ROLES
            for c in columns
            if c.removeprefix("role:") not in q.readers
        }
        anyway = {f"{s}|role:{r}" for s in CHECK_IN_SECTIONS for r in SEE_CHECK_INS_ANYWAY}
        # Pages for the police hold parts of the plan and nothing else of theirs.
        own = [q.id for q in self.questions.questions if q.is_extra]
        unheld = (IMPORTANT_SECTION, *CHECK_IN_SECTIONS, *own)
        no_part = {f"{s}|role:{POLICE}" for s in unheld}
        return lines - anyway - closed - no_part

    @staticmethod
    def key_of(grant: ShareGrant) -> str:
        """Return the line of the sharing agreement that a grant stands for."""
        whom = f"role:{grant.grantee_role}" if grant.grantee_role else str(grant.grantee_id)
        return f"{grant.section}|{whom}"

    def seen_by(self, question: Question) -> list[str]:
        """List who sees the answers to a question, beside the young person: names or role names.

        Role names are returned as `role:…`, for labels to put into words.
        """
        return readers(self.grants, self.around, section_of(question.id))


def voice_of(viewer: Viewer, access: Access, young_person_id: UUID) -> Voice | None:
    """Return whose words this viewer writes: their own kind's, or None for readers."""
    if viewer.person_id == young_person_id:
        return Voice.YOUNG_PERSON
    if viewer.kind is PersonKind.CARER and RelationshipKind.CARER in access.relationships:
        return Voice.CARER
    is_worker = RelationshipKind.SOCIAL_WORKER in access.relationships
    if is_worker and Role.SOCIAL_WORKER in viewer.roles:
        return Voice.WORKER
    return None


def readers(grants: Iterable[ShareGrant], around: Iterable[NamedPerson], section: str) -> list[str]:
    """List who a section is shared with: names, or `role:…` where nobody holds the role now."""
    holders: dict[str, list[str]] = {"carer": [], "social_worker": []}
    by_id = {}
    for named in around:
        by_id[named.person.id] = named.person.name
        if named.relationship.kind in holders:
            holders[named.relationship.kind].append(named.person.name)
    found: list[str] = []
    covering = [grant for grant in grants if grant.section == section]
    for grant in sorted(covering, key=_as_listed):
        if grant.grantee_kind == "role":
            role = str(grant.grantee_role)
            found += holders.get(role) or [f"role:{role}"]
        elif grant.grantee_id in by_id:
            found.append(by_id[grant.grantee_id])
    return list(dict.fromkeys(found))


def _as_listed(grant: ShareGrant) -> int:
    order = {role: at for at, role in enumerate((*SHARED_ROLES, POLICE))}
    return order.get(str(grant.grantee_role), len(order))


def may_open(access: Access) -> bool:
    """Say whether somebody may open the plan at all: related, or trusted with a part of it."""
    if access.may(Verb.READ, Object.PROFILE) or access.may(Verb.CREATE, Object.PLAN_SHARED):
        return True
    known = {section_of(question.id) for question in every_question().questions}
    shared = {section for section, *_ in access.sections}
    parts = {one for one in shared if one in known or one.startswith(EXTRA)}
    return any(access.may(Verb.READ, Object.PLAN_SHARED, section=one) for one in parts)


def said_by_voice(agreements: Iterable[PlanAgreement], version_id: UUID) -> dict[str, set[str]]:
    """Map each voice to what its people said about a version."""
    found: dict[str, set[str]] = {}
    for agreement in agreements:
        if agreement.version_id == version_id:
            found.setdefault(str(agreement.voice), set()).add(str(Says(agreement.says)))
    return found
