"""Saying who may see which part of the plan and when, taking it back, and the two words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from engage.messaging.consent_actions import note_consent
from engage.messaging.consent_models import Purpose as Consented
from engage.people import phone_actions
from engage.people import sharing_actions as people
from engage.people.access import Object, Verb, Viewer
from engage.people.models import ReplyPolicy
from engage.people.phone_actions import NotUsableWords
from engage.people.rules import Purpose
from engage.people.sharing_models import ShareProposal
from engage.people.sharing_queries import open_proposals
from engage.plans import actions
from engage.plans.models import Voice
from engage.plans.page import PlanPage
from engage.plans.rules import REASON_LIMIT, means_something_else
from engage.plans.sharing_page import sections_for
from engage.plans.sharing_rules import Line, read_lines
from engage.plans.turns import open_turn
from engage.questions.answer_rules import clean
from engage.web.errors import NotFound

OWN_DEVICE = "own_device"
IN_PERSON = "in_person"


def set_sharing(viewer: Viewer, plan_id: UUID, lines: Iterable[str], *, now: datetime) -> None:
    """Make the sharing agreement exactly these lines: `section|role:…` or `section|<id>` for a
    yes, with `|away`, `|danger` or `|never` after it for the other answers.

    The young person's own choice, in force from the next request. Lines that were not offered
    are ignored.
    """
    page = _own_turn(viewer, plan_id, now)
    offered = page.sharing_offered()
    _make(viewer, page, read_lines(lines, offered), offered, OWN_DEVICE, now)


def share_with(
    viewer: Viewer,
    plan_id: UUID,
    whom: str,
    purposes: Mapping[str, Purpose | None],
    *,
    now: datetime,
) -> None:
    """Keep what the young person answered for one person or role, part by part; None takes an
    answer back. Other people's lines stay as they are. Raises NotFound for somebody not offered.
    """
    page = _own_turn(viewer, plan_id, now)
    sections = [s for s in sections_for(page, whom) if s in purposes]
    if whom not in page.sharing_columns():
        raise NotFound("person")
    wanted = {}
    for section in sections:
        purpose = purposes[section]
        if purpose is not None:
            line = Line(section, whom, purpose)
            wanted[line.key] = line
    _make(viewer, page, wanted, {f"{s}|{whom}" for s in sections}, OWN_DEVICE, now)


def still_right(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Keep that the young person looked at who sees what and wants it to stay."""
    page = _own_turn(viewer, plan_id, now)
    people.note_agreed(viewer, page.plan.young_person_id, agreed_how=OWN_DEVICE, now=now)


def propose(
    viewer: Viewer,
    plan_id: UUID,
    whom: str,
    purposes: Mapping[str, Purpose],
    *,
    why: str,
    now: datetime,
) -> list[ShareProposal]:
    """Ask the young person, in their worker's name, whether somebody may see these parts.

    Nothing opens before they said yes. What stands like this already is not asked.
    """
    page = open_turn(viewer, plan_id, now=now)
    if page.is_own or not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    if whom not in page.sharing_columns():
        raise NotFound("person")
    present = {page.key_of(grant): grant.purpose for grant in page.choices}
    asked = []
    for section in sections_for(page, whom):
        purpose = purposes.get(section)
        if purpose is None or present.get(f"{section}|{whom}") == purpose:
            continue
        line = Line(section, whom, purpose)
        asked.append(
            people.propose_share(
                viewer,
                page.plan.young_person_id,
                section,
                purpose=purpose,
                role=line.role,
                person_id=None if line.role else UUID(whom),
                why=clean(why)[:REASON_LIMIT],
                now=now,
            )
        )
    return asked


def answer_proposal(
    viewer: Viewer, plan_id: UUID, proposal_id: UUID, *, accepted: bool, now: datetime
) -> None:
    """Keep the young person's answer to what a worker asked; a yes is in force at once."""
    page = _own_turn(viewer, plan_id, now)
    _answer(viewer, page, proposal_id, accepted, OWN_DEVICE, now)


def answer_in_person(
    viewer: Viewer, plan_id: UUID, accepted: Mapping[UUID, bool], *, now: datetime
) -> None:
    """Keep what the young person said themselves on their worker's screen, to what was asked.

    Only questions that are open can be answered; nothing is taken away here.
    """
    page = open_turn(viewer, plan_id, now=now)
    if page.is_own or not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    waiting = open_proposals(viewer, page.plan.young_person_id, now=now)
    for proposal, _ in waiting:
        if proposal.id in accepted:
            _answer(viewer, page, proposal.id, accepted[proposal.id], IN_PERSON, now)


def add_sharing_in_person(
    viewer: Viewer, plan_id: UUID, lines: Iterable[str], *, now: datetime
) -> None:
    """Add lines that the young person said yes to themselves, on their worker's screen.

    Nothing is taken away here.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    present = {page.key_of(grant) for grant in page.choices}
    wanted = read_lines(lines, page.sharing_offered() - present)
    _make(viewer, page, wanted, set(wanted), IN_PERSON, now)


def _own_turn(viewer: Viewer, plan_id: UUID, now: datetime) -> PlanPage:
    page = open_turn(viewer, plan_id, now=now)
    if not page.is_own:
        raise NotFound("sharing")
    return page


def _answer(
    viewer: Viewer, page: PlanPage, proposal_id: UUID, accepted: bool, how: str, now: datetime
) -> None:
    proposal = people.answer_proposal(
        viewer, proposal_id, accepted=accepted, in_person=how == IN_PERSON, now=now
    )
    if proposal is None or proposal.young_person_id != page.plan.young_person_id:
        return
    whom = f"role:{proposal.grantee_role}" if proposal.grantee_role else str(proposal.grantee_id)
    line = Line(proposal.section, whom, Purpose(proposal.purpose))
    if accepted and line.key in page.sharing_offered():
        _make(viewer, page, {line.key: line}, {line.key}, how, now)


def _make(
    viewer: Viewer,
    page: PlanPage,
    wanted: Mapping[str, Line],
    within: Iterable[str],
    how: str,
    now: datetime,
) -> None:
    """Make the lines within these keys exactly the wanted ones, and note when it was agreed."""
    young_person_id = page.plan.young_person_id
    present = {page.key_of(grant): grant for grant in page.choices}
    for key in sorted(within):
        line, grant = wanted.get(key), present.get(key)
        if grant is not None and line is not None and grant.purpose == line.purpose:
            continue
        if line is not None:
            made = people.share(
                viewer,
                young_person_id,
                line.section,
                role=line.role,
                person_id=None if line.role else UUID(line.whom),
                purpose=line.purpose,
                level=line.level,
                agreed_how=how,
                now=now,
            )
            made.agreed_by_id = young_person_id
        elif grant is not None:
            people.withdraw_share(viewer, grant.id, now=now)
    people.note_agreed(viewer, young_person_id, agreed_how=how, now=now)


def set_words(
    viewer: Viewer,
    plan_id: UUID,
    *,
    code_word: str,
    not_ok_word: str,
    replies: ReplyPolicy,
    word_needed: bool,
    now: datetime,
) -> None:
    """Keep the code word and the not-OK word, whether texts may be answered, and whether OK
    needs the code word because somebody else may hold the phone. Raises NotUsableWords.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not page.is_own:
        raise NotFound("words")
    if means_something_else(code_word) or means_something_else(not_ok_word):
        raise NotUsableWords
    phone_actions.set_words(
        viewer, page.plan.young_person_id, code_word=code_word, not_ok_word=not_ok_word, now=now
    )
    page.young_person.reply_policy = replies
    page.young_person.word_needed = word_needed
    note_consent(
        viewer,
        page.plan.young_person_id,
        Consented.REPLIES,
        says_yes=replies is not ReplyPolicy.NONE,
        detail=replies,
        now=now,
    )


def skip_words(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Leave the two words for later."""
    actions.skip_question(viewer, plan_id, "words", voice=Voice.YOUNG_PERSON, now=now)
