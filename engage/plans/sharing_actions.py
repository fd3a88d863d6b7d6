"""Saying who may see which part of the plan, and taking it back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engage.people import phone_actions
from engage.people import sharing_actions as people
from engage.people.access import Object, Verb, Viewer
from engage.people.models import ReplyPolicy
from engage.people.phone_actions import NotUsableWords
from engage.plans import actions
from engage.plans.models import Voice
from engage.plans.page import PlanPage
from engage.plans.rules import means_something_else
from engage.plans.turns import open_turn
from engage.web.errors import NotFound

OWN_DEVICE = "own_device"
IN_PERSON = "in_person"


def set_sharing(viewer: Viewer, plan_id: UUID, lines: Iterable[str], *, now: datetime) -> None:
    """Make the sharing agreement exactly these lines, each `section|role:…` or `section|<id>`.

    The young person's own choice, in force from the next request. Lines that were not offered
    are ignored.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not page.is_own:
        raise NotFound("sharing")
    wanted = set(lines) & page.sharing_offered()
    present = {page.key_of(grant): grant for grant in page.grants}
    for key, grant in present.items():
        if key not in wanted and key in page.sharing_offered():
            people.withdraw_share(viewer, grant.id, now=now)
    for key in sorted(wanted - set(present)):
        _add(viewer, page, key, OWN_DEVICE, now)


def add_sharing_in_person(
    viewer: Viewer, plan_id: UUID, lines: Iterable[str], *, now: datetime
) -> None:
    """Add lines that the young person said yes to themselves, on their worker's screen.

    A worker can propose; it is the young person who presses yes. Nothing is taken away here.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    present = {page.key_of(grant) for grant in page.grants}
    for key in sorted((set(lines) & page.sharing_offered()) - present):
        _add(viewer, page, key, IN_PERSON, now)


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


def skip_words(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Leave the two words for later."""
    actions.skip_question(viewer, plan_id, "words", voice=Voice.YOUNG_PERSON, now=now)


def _add(viewer: Viewer, page: PlanPage, key: str, how: str, now: datetime) -> None:
    section, _, grantee = key.partition("|")
    role = grantee.removeprefix("role:") if grantee.startswith("role:") else None
    grant = people.share(
        viewer,
        page.plan.young_person_id,
        section,
        now=now,
        agreed_how=how,
        role=role,
        person_id=None if role else UUID(grantee),
    )
    grant.agreed_by_id = page.plan.young_person_id
