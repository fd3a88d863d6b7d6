"""What is kept without anybody's line in the audit: openings by the week, and words that go."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from engage.db import db
from engage.feedback.models import FeedbackAnswer, PosterWeek
from engage.feedback.rules import quarter_of

WORDS_KEPT = timedelta(days=365)


def count_opening(poster_id: UUID, *, now: datetime) -> None:
    """Count that a poster was opened this week. Not by whom, and not whether they answered.

    Nothing goes to the audit: a line with a time would say when somebody held this code.
    """
    insert = insert_sqlite if db.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    day = now.date()
    row = {"poster_id": poster_id, "week_on": day - timedelta(days=day.weekday()), "times": 1}
    new = PosterWeek(**row)
    db.session.execute(
        insert(PosterWeek)
        .values(id=new.id, **row)
        .on_conflict_do_update(
            index_elements=["poster_id", "week_on"], set_={"times": PosterWeek.times + 1}
        )
    )


def forget_words(*, now: datetime) -> int:
    """Drop what was written a year ago and longer, by whole quarters; return how many.

    The scores stay: nobody stands behind them. Source: SAFETY 10 (free text 12 months).
    """
    done = db.session.execute(
        update(FeedbackAnswer)
        .where(
            FeedbackAnswer.quarter_on < quarter_of((now - WORDS_KEPT).date()),
            FeedbackAnswer._words.is_not(None),
        )
        .values(_words=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
