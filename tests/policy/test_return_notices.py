"""Who must hear that somebody is back, place by place. Source: MISSION C44."""

from datetime import timedelta

import pytest

from engage.episodes.notice_labels import WHO
from engage.evidence.labels import WHY
from engage.i18n import LOCALES, use_locale
from engage.policy.queries import names, pack

EVERYWHERE = {"police", "parents", "treatment_team", "school", "staffings"}
US = EVERYWHERE | {"ncmec", "court", "warrants"}
UK = EVERYWHERE | {"placing_authority", "host_authority"}
MORE = {
    "california": {"task_force", "highway_patrol", "attorneys", "casa", "tribe", "siblings"},
    "missouri": {"juvenile_officer", "listed_people"},
    "north-dakota": {"supervisor"},
}


@pytest.mark.parametrize("name", names())
def test_everybody_of_c44_is_on_the_list_of_the_return(name: str) -> None:
    found = pack(name)
    told = {each.to for each in found.notices if each.phase == "returned"}
    assert told == (US if found.country == "US" else UK) | MORE.get(name, set())


@pytest.mark.parametrize("name", names())
def test_each_hangs_on_a_clock_of_at_most_a_day_and_says_who_says_so(name: str) -> None:
    found = pack(name)
    for each in found.notices:
        if each.phase == "returned":
            assert each.clock == "return_notices" and each.source and each.since
    assert found.strictest("return_notices").duration <= timedelta(hours=24)


@pytest.mark.parametrize("name", names())
def test_whoever_was_told_that_they_are_missing_hears_that_they_are_back(name: str) -> None:
    notices = pack(name).notices
    missing = {each.to for each in notices if each.phase == "missing"}
    returned = {each.to for each in notices if each.phase == "returned"}
    assert missing <= returned


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_said_why_they_are_told_and_who_is_meant(locale: str) -> None:
    with use_locale(locale):
        why = str(WHY["returned"])
        assert why and (locale == "en") == ("stopped" in why)
        assert all(str(WHO[to]) for to in US | UK)
