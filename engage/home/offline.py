"""What a phone may keep for when there is no signal: the list that later parts add to.

A document is what the phone can draw by itself: a title, a language and blocks of words. It is
locked on the phone before it is kept (assets/offline.mjs). To add one, such as the card for coming
back, write a function like `plan_document` and name it in DOCUMENTS.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.home.offline_worries import worry_documents
from engage.i18n import current_locale, text_direction
from engage.paper.pages import Paper, Phrase, make_paper
from engage.people.access import Viewer
from engage.people.models import Organisation, PersonKind
from engage.plans import queries
from engage.plans.models import SafetyPlan
from engage.talks.kept import talk_documents

Document = dict[str, Any]
Block = list[str]


def documents_for(viewer: Viewer, *, now: datetime) -> list[Document]:
    """List what this viewer's phone may keep, drawn for them alone and as it is now."""
    found = [make(viewer, now) for make in DOCUMENTS]
    own = [document for document in found if document is not None]
    return [*own, *worry_documents(viewer, now), *talk_documents(viewer, now)]


def plan_document(viewer: Viewer, now: datetime) -> Document | None:
    """Return the young person's own plan, without the parts that only they can see."""
    if viewer.kind is not PersonKind.YOUNG_PERSON or viewer.person_id is None or viewer.link_id:
        return None
    plan_id = _plan_of(viewer.person_id)
    house = db.session.get(Organisation, viewer.organisation_id)
    if plan_id is None or house is None:
        return None
    page = queries.get_page(viewer, plan_id, now=now)
    here = current_locale()
    paper = make_paper(
        page, (here,), policy=house.policy, now=now, zone=house.time_zone, everything=False
    )  # fmt: skip
    return {
        "name": "plan",
        "lang": here,
        "dir": text_direction(here),
        "title": paper.title.first,
        "blocks": _blocks(paper),
    }


DOCUMENTS: tuple[Callable[[Viewer, datetime], Document | None], ...] = (plan_document,)


def _plan_of(person_id: UUID) -> UUID | None:
    return db.session.scalar(select(SafetyPlan.id).where(SafetyPlan.young_person_id == person_id))


def _blocks(paper: Paper) -> list[Block]:
    """Return kind and words of each piece: h2, p, said, by, or call with a number."""
    found: list[Block] = [["p", paper.state.first], ["call", paper.danger.first, paper.emergency]]
    for line in paper.lines:
        if line.phone:
            found.append(["call", line.name, line.phone.replace(" ", "")])
    for part in paper.parts:
        found.append(["h2", part.title.first])
        for words, who in part.said:
            found += [["said", _first(words)], ["by", _first(who)]]
        for name, about in part.people:
            found += [["h3", name], ["said", _first(about)]]
    return found


def _first(phrase: Phrase) -> str:
    return phrase.first
