"""What staff read of the three: silence, lost texts, several rounds, and who may read it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.queries import asked_about, last_said, open_questions
from engage.asking.rules import Heard, How
from engage.db import db
from engage.episodes.models import Episode
from engage.messaging.models import Message
from engage.messaging.rules import MessageState
from tests.asking.test_actions import ask, phone_of, share
from tests.cast import NOW, Cast
from tests.checkins.texting import text
from tests.episodes.away import opened, seen_as

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(cast: Cast) -> Episode:
    share(cast)
    episode = opened(cast)
    ask(cast, episode)
    return episode


def seen(cast: Cast, episode: Episode, who, now=NOW):
    return asked_about(seen_as(who, now), cast.maya, episode.id, now=now)


@pytest.mark.parametrize("state", list(MessageState))
def test_a_text_that_cannot_arrive_is_shown_as_lost(
    cast: Cast, asked: Episode, state: MessageState
) -> None:
    """Source: SAFETY 8: sent is not delivered."""
    for row in db.session.query(Message).filter_by(template="trusted_heard"):
        row.state = state
    db.session.commit()
    lost = {MessageState.FAILED, MessageState.BLOCKED, MessageState.EXPIRED, MessageState.UNKNOWN,
            MessageState.DEAD}  # fmt: skip
    assert {each.is_lost for each in seen(cast, asked, cast.jo).values()} == {state in lost}


def test_silence_begins_when_the_time_of_the_pack_is_over(cast: Cast, asked: Episode) -> None:
    assert not any(each.is_silent for each in seen(cast, asked, cast.jo).values())
    later = seen(cast, asked, cast.jo, NOW + 15 * MINUTE)
    assert all(each.is_silent and each.last is None for each in later.values())
    assert {each.asked_by_id for each in later.values()} == {cast.jo}


def test_a_second_round_keeps_what_was_said_in_the_first(cast: Cast, asked: Episode) -> None:
    from tests.checkins.texting import own_number

    own_number(cast)
    text(phone_of(cast.nan_ruth), "3", now=NOW + MINUTE)
    ask(cast, asked, now=NOW + 40 * MINUTE)
    found = seen(cast, asked, cast.jo, NOW + 41 * MINUTE)[cast.nan_ruth]
    assert found.asked_at == NOW + 40 * MINUTE
    assert [one.heard for one in found.said] == [Heard.NO]
    text(phone_of(cast.nan_ruth), "2", now=NOW + 42 * MINUTE)
    found = seen(cast, asked, cast.jo, NOW + 43 * MINUTE)[cast.nan_ruth]
    assert [one.heard for one in found.said] == [Heard.NO, Heard.WORRIED]


def test_another_time_away_begins_with_nothing_said(cast: Cast, asked: Episode) -> None:
    other = uuid4()
    assert asked_about(seen_as(cast.jo), cast.maya, other, now=NOW) == {}


def test_only_who_may_see_the_three_reads_what_they_said(cast: Cast, asked: Episode) -> None:
    assert set(seen(cast, asked, cast.olu)) == {cast.ade, cast.coach_lee, cast.nan_ruth}
    # Neither a supervisor without an emergency nor a stranger sees who they are.
    for who in (cast.sue, cast.ines, cast.zed_worker, cast.kits_carer, cast.far_zed_supervisor):
        assert seen(cast, asked, who) == {}


def test_what_is_open_to_a_phone_is_its_own_and_ends_after_half_a_day(
    cast: Cast, asked: Episode
) -> None:
    lee = seen_as(cast.coach_lee)
    assert len(open_questions(lee, [cast.coach_lee], now=NOW + MINUTE)) == 1
    assert open_questions(lee, [cast.sam], now=NOW + MINUTE) == []
    assert open_questions(lee, [cast.coach_lee], now=NOW + timedelta(hours=12)) == []


def test_the_newest_answer_is_shown_to_whoever_gave_it(cast: Cast, asked: Episode) -> None:
    lee = seen_as(cast.coach_lee)
    question = db.session.query(TrustedQuestion).filter_by(person_id=cast.coach_lee).one()
    assert last_said(lee, [question.id]) is None
    for minutes, heard in ((1, Heard.NO), (2, Heard.FINE)):
        at = NOW + minutes * MINUTE
        db.session.add(TrustedAnswer(question_id=question.id, heard=heard, how=How.LINK, at=at))
    db.session.commit()
    said = last_said(lee, [question.id])
    assert said is not None and (said.heard, said.how) == (Heard.FINE, How.LINK)
