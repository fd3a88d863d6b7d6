"""The words for who may see what, when, and what had to be told anyway."""

from datetime import datetime
from uuid import UUID

from engage.audit.queries import Opened
from engage.i18n import lazy_gettext as _
from engage.people.rules import CircumstanceKind, DisclosureReason, Purpose
from engage.people.sharing_models import ShareProposal
from engage.plans import labels
from engage.plans.page import PlanPage
from engage.plans.reading import section_of
from engage.plans.sharing_page import purposes_for_viewer, readers_by_purpose
from engage.plans.sharing_rules import Count

# What a young person picks for one part and one person.
PURPOSES = {
    Purpose.NEVER: _("No"),
    Purpose.DANGER: _("Only if I am in danger"),
    Purpose.AWAY: _("Only if I am missing"),
    Purpose.ALWAYS: _("Yes"),
}
# The same, as adults read it.
THEIR_PURPOSES = {
    Purpose.NEVER: _("No"),
    Purpose.DANGER: _("Only if they are in danger"),
    Purpose.AWAY: _("Only if they are missing"),
    Purpose.ALWAYS: _("Yes"),
}
NOT_CHOSEN = _("Not chosen yet")
# Said before anything is asked about somebody who never signs in here.
HOW_THEY_GET_IT = {
    "police": _(
        "They get it on paper or by phone, only if people look for you. Your worker or the night"
        " team puts it together and sees it too."
    ),
}
LEAVE_IT = _("Don't ask about this")
PART_BY_PART = _("Part by part, below")

# Said after who can see a part now.
ONLY_THEN = {
    "away": _("Only if you are missing: %(people)s."),
    "danger": _("Only if you are in danger: %(people)s."),
}
THEIRS_ONLY_THEN = {
    "away": _("Only if they are missing: %(people)s."),
    "danger": _("Only if they are in danger: %(people)s."),
}
OPENS_THEN = {
    "away": _("Opens if they are missing."),
    "danger": _("Opens if they are in danger."),
}
COUNTS = (
    ("always", _("Yes: %(num)s")),
    ("away", _("Only if missing: %(num)s")),
    ("danger", _("Only if in danger: %(num)s")),
    ("never", _("No: %(num)s")),
    ("unanswered", _("Not chosen yet: %(num)s")),
)

CIRCUMSTANCES = {
    CircumstanceKind.AWAY: _("Missing or away"),
    CircumstanceKind.DANGER: _("In danger"),
}
CIRCUMSTANCE_OVER = {
    CircumstanceKind.AWAY: _("They are back"),
    CircumstanceKind.DANGER: _("The danger is over"),
}
# What the young person reads while something is noted.
OPEN_NOW = {
    CircumstanceKind.AWAY: _("People don't know where you are, we were told."),
    CircumstanceKind.DANGER: _("We were told that you are in danger."),
}

REASONS = {
    DisclosureReason.SERIOUS_HARM: _("They may be badly hurt"),
    DisclosureReason.SOMEONE_ELSE_AT_RISK: _("Someone else may be hurt"),
    DisclosureReason.COURT_ORDER: _("A court ordered it"),
    DisclosureReason.LAW: _("The law says it must be told"),
}
# The same, as the young person reads it.
REASONS_TO_YOU = {
    DisclosureReason.SERIOUS_HARM: _("We were afraid you could be badly hurt."),
    DisclosureReason.SOMEONE_ELSE_AT_RISK: _("We were afraid someone else could be hurt."),
    DisclosureReason.COURT_ORDER: _("A court told us to."),
    DisclosureReason.LAW: _("The law says we must."),
}
SAY_MORE = _("Say a little more, in at least 15 letters.")
SAY_TO_WHOM = _("Say whom you told.")
PROPOSED = _("%(name)s asks: may %(whom)s see “%(part)s”?")
LAST_OPENED = _("Last opened by %(name)s")


def who_sees(page: PlanPage, question_id: str) -> str:
    """Say, before anything is asked, who can see the answer, and who only in which case."""
    return who_sees_part(page, section_of(question_id))


def who_sees_part(page: PlanPage, section: str) -> str:
    """Say who can see a part of the plan, and who only in which case."""
    found = readers_by_purpose(page, section)
    words = [labels.who_sees(found.pop(Purpose.ALWAYS, []), is_own=page.is_own)]
    if found and words[0] in (str(labels.ONLY_YOU), str(labels.NOBODY_YET)):
        words = []
    then = ONLY_THEN if page.is_own else THEIRS_ONLY_THEN
    for purpose, names in found.items():
        people = labels.names(labels.reader_names(names))
        words.append(str(then[purpose]) % {"people": people})
    return " ".join(words)


def closed_words(page: PlanPage, question_id: str) -> str:
    """Say why a part is closed to whoever looks: not shared, or shared for one case only."""
    purposes = purposes_for_viewer(page, section_of(question_id))
    said = [str(words) for purpose, words in OPENS_THEN.items() if purpose in purposes]
    return " ".join(said) or str(labels.NOT_SHARED)


def person_title(page: PlanPage, column: str) -> str:
    """Return whom a part can be shared with, as the young person says it or as adults do."""
    role = column.removeprefix("role:")
    if page.is_own or role == column:
        return labels.column_title(column, page)
    holders = [str(n.person.name) for n in page.around if n.relationship.kind == role]
    found = labels.names(holders) or str(labels.READER_ROLES[role])
    return found[:1].upper() + found[1:]


def count_words(count: Count) -> str:
    """Say how many parts somebody may see when; what there is none of is left out."""
    said = [str(words) % {"num": getattr(count, name)} for name, words in COUNTS
            if getattr(count, name)]  # fmt: skip
    return ". ".join(said)


def proposal_words(proposal: ShareProposal, name: str, page: PlanPage) -> str:
    """Say what a worker would like to share, with whom."""
    words = {
        "name": name,
        "whom": person_title(page, whom_of(proposal)),
        "part": str(labels.section_title(proposal.section, page)),
    }
    return str(PROPOSED) % words


def whom_of(proposal: ShareProposal) -> str:
    """Return the person or role a proposal is about, as lines of the agreement name them."""
    if proposal.grantee_role:
        return f"role:{proposal.grantee_role}"
    return str(proposal.grantee_id)


def last_openings(found: list[Opened], page: PlanPage) -> dict[str, tuple[str, datetime]]:
    """Map each part to who opened it last, and when; `plan` stands for the whole plan."""
    last: dict[str, tuple[str, datetime]] = {}
    for one in found:
        part = section_of(one.object_kind or "plan")
        last.setdefault(part, (name_of_reader(one.actor_id, page), one.at))
    return last


def name_of_reader(person_id: UUID | None, page: PlanPage) -> str:
    """Return the name of somebody around the young person, or a word for anybody else."""
    return (page.name_of(person_id) if person_id else "") or str(labels.SOMEONE_FROM_TEAM)
