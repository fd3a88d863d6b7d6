"""Every code the provider is known to give says one thing; staff read it in plain words."""

import pytest

from engage.i18n import LOCALES, use_locale
from engage.messaging import code_rules as codes
from engage.messaging import labels
from engage.messaging.code_rules import Trouble, trouble_of
from engage.operators.alarms import Alarm, alarm_for

# SAFETY 8, row by row.
NAMED = {
    Trouble.NUMBER: (21211, 21214, 21614, 30005, 30006),
    Trouble.OPTED_OUT: (21610,),
    Trouble.SETTINGS: (21408, 21606, 21612, 30034, 30032),
    Trouble.CONTENT: (30007,),
    Trouble.PASSING: (20429, 20500, 20503, 30001, 30003, 30008, 21611),
    Trouble.LATE: (30036,),
}


@pytest.mark.parametrize(("trouble", "code"), [(t, c) for t, cs in NAMED.items() for c in cs])
def test_a_code_that_the_safety_page_names_means_what_it_says(trouble: Trouble, code: int) -> None:
    assert trouble_of(code) is trouble


def test_no_code_means_two_things() -> None:
    groups = (codes.NUMBERS, codes.SETTINGS, codes.CONTENTS, codes.LATE, codes.PASSING)
    every = [code for group in groups for code in group] + [codes.OPTED_OUT]
    assert len(every) == len(set(every)) == len(codes.TROUBLES)


def test_a_code_nobody_has_heard_of_and_none_at_all_may_pass() -> None:
    for code in (99999, 0, None, -1):
        assert trouble_of(code) is Trouble.PASSING


def test_what_is_sent_again_by_itself_is_among_what_passes() -> None:
    assert {code for code in codes.UNREACHED if trouble_of(code) is not Trouble.PASSING} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_words_without_jargon_in_every_language(locale: str) -> None:
    with use_locale(locale):
        for code in codes.TROUBLES:
            words = str(labels.trouble_label(code))
            assert words.endswith(".")
            assert str(code) not in words
        assert labels.trouble_label(None) is None


def test_operators_hear_of_settings_and_filters_and_of_nothing_that_passes() -> None:
    assert alarm_for(30034) is Alarm.TEXTS_REFUSED
    assert alarm_for(30007) is Alarm.TEXTS_FILTERED
    for code in (21610, 21211, 30003, 30008, None, 12345):
        assert alarm_for(code) is None
