"""When somebody looks again, and what is new for them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.danger.labels import NEWS, THINKS
from engage.danger.rules import New, NewKind, Thinks, look_sooner_at, newest_first
from engage.i18n import LOCALES, use_locale
from tests.cast import NOW

MINUTE = timedelta(minutes=1)


def test_only_whoever_is_not_sure_is_asked_sooner_than_the_rule_says() -> None:
    assert look_sooner_at(Thinks.YES, NOW) is None
    assert look_sooner_at(Thinks.NO, NOW) is None
    assert look_sooner_at(Thinks.DONT_KNOW, NOW) == NOW + 60 * MINUTE


@given(st.lists(st.integers(min_value=-600, max_value=0)), st.integers(min_value=-600, max_value=0))
def test_what_is_new_is_all_since_the_last_look_the_newest_first(
    ago: list[int], looked: int
) -> None:
    found = [New(NewKind.ANSWERED, NOW + each * MINUTE) for each in ago]
    since = NOW + looked * MINUTE
    shown = newest_first(found, since)
    assert len(shown) == sum(each > looked for each in ago)
    assert [each.at for each in shown] == sorted((each.at for each in shown), reverse=True)
    assert len(newest_first(found, None)) == len(ago)


@pytest.mark.parametrize("code", LOCALES)
def test_every_kind_of_news_is_a_sentence_with_whom_it_is_from(code: str) -> None:
    with use_locale(code):
        for kind in NewKind:
            said = str(NEWS[kind]) % {"who": "Nan Ruth", "what": "OK"}
            assert ("OK" if kind is NewKind.HEARD_FROM_THEM else "Nan Ruth") in said
        assert len({str(THINKS[each]) for each in Thinks}) == 3
