"""Counting, falling back, and speaking several languages at once without mixing them up."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import i18n
from engage.i18n import LOCALES, catalogue, gettext, lazy_gettext, ngettext, use_locale

ONE, MANY = "%(num)s minute left.", "%(num)s minutes left."


@given(count=st.integers(0, 10_000), code=st.sampled_from(list(LOCALES)))
def test_every_count_has_a_sentence_in_every_language(count, code):
    with use_locale(code):
        said = ngettext(ONE, MANY, count)
    assert said and "%(" not in said
    if count > 6:
        assert str(count) in said


def test_plural_forms_are_those_of_each_language():
    def said(code, *counts):
        with use_locale(code):
            return [ngettext(ONE, MANY, count) for count in counts]

    assert said("en", 0, 1, 2) == ["0 minutes left.", "1 minute left.", "2 minutes left."]
    assert said("es", 1, 2)[0] == "Queda 1 minuto."
    # Welsh has forms of its own for 0, 1, 2, 3 and 6; Arabic for 0, 1, 2, few and many.
    zero, one, two, _five = said("cy", 0, 1, 2, 5)
    assert "0" not in zero and one.startswith("1 f") and two.startswith("2 f")
    assert len(set(said("ar", 0, 1, 2, 3, 11))) == 5


def test_a_language_nobody_offers_is_english():
    for code in ("xx", "", "en-GB", "../cy", "CY"):
        with use_locale(code):
            assert i18n.current_locale() == "en"
            assert gettext("Leave") == "Leave"


def test_the_language_of_before_comes_back_also_after_an_error():
    def speak_and_fail():
        with use_locale("ar"):
            raise ValueError(i18n.current_locale())

    with use_locale("cy"):
        with pytest.raises(ValueError, match="ar"):
            speak_and_fail()
        assert i18n.current_locale() == "cy"
    assert i18n.current_locale() == "en"


def test_threads_do_not_hear_each_other():
    heard, gate = {}, threading.Barrier(len(LOCALES))

    def speak(code):
        with use_locale(code):
            gate.wait(60)
            heard[code] = [gettext("Young people") for _ in range(50)]
            gate.wait(60)

    threads = [threading.Thread(target=speak, args=[code]) for code in LOCALES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {code: set(said) for code, said in heard.items()} == {
        code: {catalogue(code).gettext("Young people")} for code in LOCALES
    }
    assert len({said[0] for said in heard.values()}) == len(LOCALES)


def test_lazy_words_wait_for_the_reader():
    words = lazy_gettext("Closed parts of %(who)s are open to you until %(at)s.", who="M", at="9")
    with use_locale("es"):
        assert str(words).startswith("Partes cerradas de M")
    assert str(words).startswith("Closed parts of M")
    assert "<b>" not in lazy_gettext("%(who)s", who="<b>").__html__()


@pytest.mark.parametrize("code", ["ar", "fa", "he", "ur"])
def test_right_to_left_is_known(code):
    assert i18n.text_direction(code) == "rtl"
    assert i18n.text_direction("cy") == "ltr"
