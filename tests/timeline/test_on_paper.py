"""What an emergency opens for an hour stands on the screen, on no paper and in no file."""

from datetime import timedelta

from engage.db import db
from engage.people.emergency_models import EmergencyUse, UseState
from engage.people.models import EmergencyAccess
from engage.timeline.queries import Timeline, find_timeline, whole_timeline
from tests.cast import Cast
from tests.episodes.away import HOUR
from tests.timeline.evening import WORDS, an_evening
from tests.timeline.test_queries import LATER


def words(found: Timeline) -> str:
    return " ".join(one.words for one in found.happenings)


def test_an_emergency_opens_words_on_the_screen_only(inside: Cast) -> None:
    an_evening(inside)
    about = {"person_id": inside.sue, "young_person_id": inside.maya}
    span = {"starts_at": LATER - HOUR / 2, "ends_at": LATER + HOUR / 2}
    use = EmergencyUse(
        **about, **span, sections=["check_in_words"], reason_code="serious_harm", reason="now",
        state=UseState.OPENED, asked_at=LATER, review_due_at=LATER + timedelta(days=2),
    )  # fmt: skip
    db.session.add(use)
    db.session.flush()
    db.session.add(EmergencyAccess(use_id=use.id, section="check_in_words", **about, **span))
    db.session.flush()
    sue = inside.viewer(inside.sue, LATER)
    assert WORDS in words(find_timeline(sue, inside.maya, now=LATER, limit=200))
    on_paper = whole_timeline(sue, inside.maya, now=LATER)
    assert on_paper.happenings
    assert WORDS not in words(on_paper)
