"""A poster of the demonstration, and what made-up young people said in the quarter before."""

from datetime import datetime, timedelta

from sqlalchemy import select

from engage.db import db
from engage.feedback.actions import make_poster
from engage.feedback.models import FeedbackAnswer, Poster
from engage.feedback.queries import get_code
from engage.feedback.rules import QUESTIONS, Subject, quarter_of
from engage.people.access import Viewer

PLACE = "Hall of Elm House"
# Scores for the four questions, and words. Enough about carers to be shown, too few about workers.
SAID: dict[Subject, list[tuple[tuple[int | None, ...], str]]] = {
    Subject.CARER: [
        ((5, 5, 4, 5), "There was toast, and nobody asked me anything until morning."),
        ((4, 5, 3, 5), ""),
        ((5, 4, 4, 4), "Jo was up when I came in. That was good."),
        ((2, 3, 2, 4), "Please do not take my phone away for it."),
        ((4, 4, None, 5), ""),
        ((3, 4, 3, 4), ""),
        ((5, 5, 5, 5), "I could have a shower first."),
    ],
    Subject.POLICE: [
        ((2, 2, 1, 2), "They talked to my carer and not to me."),
        ((3, 4, 2, 3), ""),
        ((4, 4, 4, 4), "The second one was alright."),
        ((1, 2, 1, 2), ""),
        ((2, 3, None, 3), "Do not come with blue lights."),
    ],
    Subject.WORKER: [((5, 5, 5, 5), ""), ((4, 4, 4, 4), "")],
}


def seed_feedback(admin: Viewer, *, now: datetime) -> None:
    """Hang up a poster, and let people have answered in the quarter before this one."""
    assert admin.organisation_id is not None
    make_poster(admin, place=PLACE, about=None, now=now)
    before = quarter_of(quarter_of(now.date()) - timedelta(days=1))
    for about, answers in SAID.items():
        for number, (scores, words) in enumerate(answers):
            db.session.add(
                FeedbackAnswer(
                    organisation_id=admin.organisation_id,
                    about=about,
                    quarter_on=before,
                    words=words or None,
                    needs_a_human=False,
                    key_digest=f"demonstration:{about}:{number}",
                    **dict(zip(QUESTIONS, scores, strict=True)),
                )
            )


def poster_code(admin: Viewer, *, now: datetime) -> str:
    """Return the code of the demonstration's first poster."""
    poster = db.session.scalars(
        select(Poster)
        .where(Poster.organisation_id == admin.organisation_id)
        .order_by(Poster.made_at)
    ).first()
    assert poster is not None
    return get_code(admin, poster, now=now)
