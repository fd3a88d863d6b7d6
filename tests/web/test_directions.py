"""Names and numbers in Latin letters stay whole in a page that runs from right to left."""

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from engage.i18n import in_a_row, stand_alone, use_locale
from engage.plans import labels

WHOLE = "\u2068{}\u2069"
SAID = "{% trans by=by, at=at, what=what %}{{ by }}, {{ at }}: {{ what }}{% endtrans %}"


@pytest.mark.parametrize("value", ["Jo", "12:18", "116 000", "+44 7700 900123", "Ade, 23"])
def test_what_has_no_letter_of_the_page_stands_alone(value: str) -> None:
    with use_locale("ar"):
        assert stand_alone(value) == WHOLE.format(value)
    for code in ("en", "cy", "es"):
        with use_locale(code):
            assert stand_alone(value) == value


@pytest.mark.parametrize(
    "value", ["", 3, None, "الاثنين 23 نوفمبر", "أنت وJo", "\u2068Jo\u2069 وSam"]
)
def test_everything_else_stays_as_it_is(value: object) -> None:
    with use_locale("ar"):
        assert stand_alone(value) == value


def test_marked_up_words_stay_so_and_others_are_still_escaped() -> None:
    with use_locale("ar"):
        assert stand_alone(Markup("<b>Jo</b>")) == Markup("\u2068<b>Jo</b>\u2069")
        assert isinstance(stand_alone(Markup("<b>Jo</b>")), Markup)
        assert not isinstance(stand_alone("<b>"), Markup)


def test_sentences_of_a_page_keep_them_whole(app: Flask) -> None:
    with app.test_request_context(), use_locale("ar"):
        page = render_template_string(SAID, by="Carys", at="12:19", what="لا")
        assert page == "\u2068Carys\u2069، \u206812:19\u2069: لا"
        page = render_template_string(SAID, by="<b>", at=Markup("<time>1</time>"), what="لا")
        assert page == "\u2068&lt;b&gt;\u2069، \u2068<time>1</time>\u2069: لا"
    with app.test_request_context(), use_locale("cy"):
        assert "\u2068" not in render_template_string(SAID, by="Carys", at="12:19", what="Na")


def test_rows_have_the_comma_of_the_language(app: Flask) -> None:
    assert in_a_row(["Friday", "Saturday"]) == "Friday, Saturday"
    with app.test_request_context(), use_locale("ar"):
        assert in_a_row(["الجمعة", "السبت"]) == "الجمعة، السبت"
        page = render_template_string("{{ words|in_a_row }}", words=["<i>", Markup("<b>س</b>")])
        assert page == "\u2068&lt;i&gt;\u2069، <b>س</b>"


def test_names_in_a_sentence_keep_their_order() -> None:
    assert labels.names(["you", "Jo", "Sam"]) == "you, Jo and Sam"
    with use_locale("ar"):
        assert labels.names(["أنت", "Jo", "Sam"]) == "أنت، \u2068Jo\u2069 و\u2068Sam\u2069"
        assert labels.names(["Jo"]) == "Jo"
