"""Languages: every one offered is loaded once, read in its own direction, and falls back kindly."""

import pytest

from engage import i18n


def test_the_four_languages_are_offered_in_their_own_names() -> None:
    assert list(i18n.LOCALES) == ["en", "cy", "es", "ar"]
    assert i18n.LOCALES["cy"] == "Cymraeg"


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("ar", "rtl"), ("cy", "ltr")])
def test_a_language_has_a_direction(code: str, direction: str) -> None:
    assert i18n.text_direction(code) == direction


def test_a_language_is_used_inside_the_block_only() -> None:
    with i18n.use_locale("ar"):
        assert i18n.current_locale() == "ar"
        with i18n.use_locale("cy"):
            assert i18n.current_locale() == "cy"
        assert i18n.current_locale() == "ar"
    assert i18n.current_locale() == "en"


def test_a_language_we_do_not_offer_becomes_english() -> None:
    with i18n.use_locale("xx"):
        assert i18n.current_locale() == "en"


def test_placeholders_are_filled_by_name() -> None:
    assert i18n.gettext("Sent by %(name)s", name="Maya") == "Sent by Maya"


def test_a_per_cent_sign_without_placeholders_is_left_alone() -> None:
    assert i18n.gettext("100 % done") == "100 % done"


@pytest.mark.parametrize(("n", "expected"), [(1, "1 text"), (2, "2 texts"), (0, "0 texts")])
def test_counts_choose_their_words(n: int, expected: str) -> None:
    assert i18n.ngettext("%(num)d text", "%(num)d texts", n) == expected


def test_a_lazy_sentence_speaks_when_shown() -> None:
    lazy = i18n.lazy_gettext("Hello %(name)s", name="<Maya>")
    assert str(lazy) == "Hello <Maya>"
    assert lazy.__html__() == "Hello &lt;Maya&gt;"
    assert lazy == "Hello <Maya>"
    assert len({lazy, i18n.lazy_gettext("Hello %(name)s", name="Sam")}) == 2


def test_each_language_has_one_environment_for_texts() -> None:
    assert i18n.environment("cy") is i18n.environment("cy")
    assert i18n.environment("cy") is not i18n.environment("es")
