"""Which questions a plan asks: ours, or an organisation's own version of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.access import Viewer
from engage.questions.models import QuestionVersion, Strategy
from engage.questions.rules import QuestionSet, with_earlier
from engage.questions.shipped import NEWEST, every_question, question_set
from engage.wordings import queries as wordings
from engage.wordings.rules import WordingState, number_of


def asked_in_plan(
    viewer: Viewer, organisation_id: UUID | None, version: str, answered: Iterable[str]
) -> tuple[QuestionSet, str]:
    """Return the questions of a plan the viewer may open, and the newest version there is.

    Questions that are asked no longer stand at the end if somebody answered them. One statement.
    """
    number = number_of(version)
    rows = db.session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.organisation_id == organisation_id,
            or_(QuestionVersion.state == WordingState.PUBLISHED, QuestionVersion.number == number),
        )
    ).all()
    own = next((row for row in rows if row.number == number), None)
    newest = next((row.name for row in rows if row.state == WordingState.PUBLISHED), NEWEST)
    asked = own.as_set() if own is not None else question_set(version)
    return with_earlier(asked, set(answered), every_question()), newest


def newest_version(viewer: Viewer, organisation_id: UUID | None) -> str:
    """Return the version of the questions that a plan of this organisation begins with."""
    return wordings.newest_name(viewer, QuestionVersion, organisation_id, NEWEST)


def find_draft_version(viewer: Viewer) -> QuestionVersion | None:
    """Return the version that the viewer's organisation is working on, or None."""
    return wordings.find_version(viewer, QuestionVersion, WordingState.DRAFT)


def find_published_version(viewer: Viewer) -> QuestionVersion | None:
    """Return the version that plans of the viewer's organisation begin with; None: ours."""
    return wordings.find_version(viewer, QuestionVersion, WordingState.PUBLISHED)


def list_versions(viewer: Viewer) -> list[QuestionVersion]:
    """List every version of the viewer's organisation, newest first."""
    return wordings.list_versions(viewer, QuestionVersion)


def get_version(viewer: Viewer, number: int) -> QuestionVersion:
    """Return a version of the viewer's organisation, or raise NotFound."""
    return wordings.get_version(viewer, QuestionVersion, number)


def list_strategies(viewer: Viewer) -> list[Strategy]:
    """List what the viewer's organisation changed or added in the ways of talking."""
    return list(
        db.session.scalars(
            select(Strategy)
            .where(Strategy.organisation_id == viewer.organisation_id)
            .order_by(Strategy.changed_at, Strategy.id)
        )
    )
