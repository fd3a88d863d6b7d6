"""How often somebody is asked, what may be told, and what may follow what."""

from datetime import timedelta

import pytest

from engage.efforts.rules import (
    EVERY,
    MAY_BECOME,
    TODAY,
    MayKnow,
    SearcherState,
    is_overdue,
    may_become,
    next_due,
    rhythm,
    tellable,
)
from engage.policy.queries import names, pack
from tests.cast import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("policy", "every"),
    [
        ("missouri", 30 * DAY),  # the manual of May 2020: at least monthly
        ("england", 7 * DAY),
        ("scotland", 7 * DAY),
        ("us-federal", 7 * DAY),  # no rule about contacts: the one about trying again
        ("california", 7 * DAY),
    ],
)
def test_the_pack_says_how_often(policy, every):
    found = rhythm(pack(policy).clocks)
    assert found.every == every and found.source


def test_every_pack_gives_a_rhythm():
    for name in names():
        assert timedelta() < rhythm(pack(name).clocks).every <= 31 * DAY, name


def test_a_rule_about_contacts_goes_before_the_one_about_trying_again():
    assert "May 2020" in rhythm(pack("missouri").clocks).source
    only = [c for c in pack("missouri").clocks if c.name == "search_efforts"]
    assert rhythm(only).every == min(c.duration for c in only)


def test_without_any_rule_ours_holds_and_says_nothing_of_a_source():
    found = rhythm([])
    assert (found.every, found.source) == (EVERY, "")


def test_the_next_time_counts_from_the_last():
    assert next_due(NOW, 30 * DAY) == NOW + 30 * DAY
    assert is_overdue(NOW, NOW) and not is_overdue(NOW + DAY, NOW)


@pytest.mark.parametrize("agreed", [[], ["worried"], ["worried", "ready", "back", "plan"]])
def test_nothing_of_the_plan_may_be_told_to_somebody_who_is_not_trusted(agreed):
    assert tellable(agreed, is_trusted=False) == list(TODAY)


def test_a_trusted_person_may_be_told_what_the_young_person_chose():
    assert tellable(["ready", "nonsense"], is_trusted=True) == [*TODAY, MayKnow.READY]


def test_nobody_who_was_to_be_left_alone_is_asked_again():
    assert MAY_BECOME[SearcherState.STOPPED] == frozenset()
    assert all(may_become(each, SearcherState.STOPPED) for each in SearcherState
               if each is not SearcherState.STOPPED)  # fmt: skip
    assert not may_become(SearcherState.NOTED, SearcherState.YES)
