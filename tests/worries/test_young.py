"""How young is young comes from the pack of the place, and so does how long one may wait."""

from datetime import timedelta

import pytest

from engage.db import db
from engage.people.models import YoungPerson
from engage.worries import actions, queries
from engage.worries.reading import young_wait
from engage.worries.rules import Because
from tests.cast import NOW, Cast
from tests.episodes.away import seen_as
from tests.worries.test_actions import MINUTE, begun

QUARTER = timedelta(minutes=15)
FOURTEEN, FIFTEEN = "2012-06-01", "2011-06-01"


@pytest.mark.parametrize(
    ("pack", "oldest"),
    [("england", 12), ("plymouth", 12), ("scotland", 12), ("us-federal", 14), ("missouri", 14)],
)
def test_each_place_says_who_is_young(pack: str, oldest: int) -> None:
    """Source: S4 (under 13); S0 (14 or younger)."""
    assert young_wait([pack], oldest) == QUARTER
    assert young_wait([pack], oldest + 1) is None
    assert young_wait([pack], None) is None


def test_of_several_packs_the_strictest_counts() -> None:
    assert young_wait(["england", "missouri"], 14) == QUARTER
    assert young_wait([], 3) is None


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("policy", "born", "is_young"),
    [
        ("missouri", FOURTEEN, True),
        ("missouri", FIFTEEN, False),
        ("england", FOURTEEN, False),
        ("missouri", None, False),
    ],
)
def test_somebody_who_is_young_there_is_reported_after_a_quarter_of_an_hour(
    cast: Cast, policy: str, born: str | None, is_young: bool
) -> None:
    db.session.get_one(YoungPerson, cast.maya).birth_date = born
    worry = begun(cast, policy=policy)
    late = NOW + QUARTER + MINUTE
    page = queries.get_worry(seen_as(cast.jo, late), worry.id, now=late)
    why = {each for advice in page.advice(late) for each in advice.because}
    assert (Because.YOUNG in why) is is_young


@pytest.mark.usefixtures("inside")
def test_nobody_decides_to_wait_longer_for_somebody_young(cast: Cast) -> None:
    db.session.get_one(YoungPerson, cast.maya).birth_date = FOURTEEN
    worry = begun(cast, policy="missouri")
    jo = seen_as(cast.jo)
    with pytest.raises(actions.TooLongToWait):
        actions.wait(jo, worry.id, NOW + 30 * MINUTE, reason="At the shop", now=NOW)
    assert actions.wait(jo, worry.id, NOW + QUARTER, reason="At the shop", now=NOW)
