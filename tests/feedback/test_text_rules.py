"""Which texts are feedback: what young people mistype for it is, and what they text us never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.checkins.rules import LANGUAGES
from engage.checkins.words import lexicon
from engage.feedback.text_rules import DIGITS, LETTERS, Rating, read
from engage.feedback.wording import beginning, beginnings
from engage.i18n import LOCALES, render_text
from engage.people.words import fold
from tests.checkins.test_rules import corpus

CODES = st.builds(
    lambda first, letters, last: f"{first}{letters}{last}",
    st.sampled_from(DIGITS), st.text(LETTERS, min_size=3, max_size=3), st.sampled_from(DIGITS),
)  # fmt: skip
BEGINS = st.sampled_from([beginning(locale) for locale in LOCALES])


def reading(body: str) -> Rating | None:
    return read(body, beginnings())


@pytest.mark.parametrize(
    ("body", "score", "words"),
    [
        ("RATE 7KFR2 4", 4, ""),
        ("rate 7kfr2 4 they listened", 4, "they listened"),
        ("Rate: 7KFR2, 4. They Listened! x", 4, "They Listened! x"),
        ("RATE7KFR2 4 ok", 4, "ok"),
        ("RATE 7KFR24", 4, ""),
        ("rate7kfr24 fine", 4, "fine"),
        ("RATE 7 KFR 2 4 they", 4, "they"),
        ("“RATE 7KFR2 4/5 good”", 4, "good”"),
        ("RATE 7KFR2 ٤ كانوا لطفاء", 4, "كانوا لطفاء"),
        ("رأيي 7KFR2 4 كانوا لطفاء", 4, "كانوا لطفاء"),
        ("Sgorio 7KFR2 2 wnaethon nhw ddim gwrando", 2, "wnaethon nhw ddim gwrando"),
        ("opinión 7kfr2 5 muy bien", 5, "muy bien"),
        ("ＲＡＴＥ ７ＫＦＲ２ ３", 3, ""),
        ("RATE 7KFR2 they were kind", None, "they were kind"),
        ("RATE 7KFR2", None, ""),
        ("RATE 7KFR2 7", None, "7"),
        ("RATE 7KFR2 9 somebody", None, "9 somebody"),
        ("RATE 7KFR2 10", None, "10"),
        ("👍 RATE 7KFR2 5", 5, ""),
        ("7KFR2 4 they listened", 4, "they listened"),
        ("rsate 7KFR2 1 never came", 1, "never came"),
        ("hi rate 7KFR2 4", 4, ""),
        ("RATE 7KFR2 4 " + "one two three four five six seven eight", 4,
         "one two three four five six seven eight"),
    ],
)  # fmt: skip
def test_what_names_a_poster_is_read_however_it_is_typed(
    body: str, score: int | None, words: str
) -> None:
    found = reading(body)
    assert found is not None and (found.code, found.score, found.words) == ("7kfr2", score, words)


@pytest.mark.parametrize(
    "body",
    ["RATE", "rate 4 they listened", "RATE 7KF2 1 bad", "RATE kfrt2 2", "rate 7kfr22 3 fine",
     "RATE 7KFR 5 my worker", "opino 3", "رأيي ٣ جيد", "feedback 2 they were late"],
)  # fmt: skip
def test_what_can_only_be_meant_as_feedback_is_never_an_ordinary_text(body: str) -> None:
    found = reading(body)
    assert found is not None and found.is_called and found.code == ""


def test_words_behind_a_mistyped_code_are_still_read_for_danger() -> None:
    found = reading("RATE 7KF2 1 he hit me")
    assert found is not None and "he hit me" in found.words


@pytest.mark.parametrize(
    "body",
    [
        "1", "2", "4", "5", "9", "ok", "", "   ", "…", "4 they listened", "rate my day", "rated me",
        "rate of pay is bad", "rate 10/10 would", "rate 2nite was fun", "rate u m8", "rate gr8",
        "feedback on what", "opinion de ella", "opino que no", "adborth i bwy", "رأيي أنه بخير",
        "where SW1A 2AA", "meet me at PL4 8AA 2 of us", "im in barn 4", "flat 7 block 2 pls",
        "bus 44 at 9", "call 07700 900999", "Rate is a word, 7 of us at 2", "9C3XGV4C+XQ",
    ],
)  # fmt: skip
def test_ordinary_texts_are_left_alone(body: str) -> None:
    found = reading(body)
    assert found is None


@pytest.mark.parametrize("locale", LANGUAGES)
def test_nothing_that_young_people_text_us_is_taken_for_feedback(locale: str) -> None:
    assert [text for _kind, text in corpus(locale) if reading(text)] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_words_it_begins_with_belong_to_no_other_meaning(locale: str) -> None:
    assert not beginnings().keys() & lexicon(locale).vocabulary


@pytest.mark.parametrize("locale", LOCALES)
def test_our_answer_names_the_word_of_its_language(locale: str) -> None:
    word = beginning(locale)
    assert beginnings()[fold(word)[0]] == locale
    assert word in render_text("sms/reply_rate_again.txt", locale, em="999")


@given(
    BEGINS, CODES, st.integers(1, 5), st.booleans(), st.sampled_from([" ", "  ", ", ", ": ", "\n"])
)
def test_any_code_and_score_is_read_in_any_case_and_spacing(
    word: str, code: str, score: int, upper: bool, space: str
) -> None:
    typed = code.upper() if upper else code
    found = reading(f"{word}{space}{typed}{space}{score}{space}so so")
    assert found is not None
    assert (found.code, found.score, found.words, found.is_called) == (code, score, "so so", True)


@given(st.text(max_size=60), CODES)
def test_whatever_follows_is_kept_as_words_and_nothing_breaks_it(words: str, code: str) -> None:
    found = reading(f"RATE {code} 3 .. {words}")
    assert found is not None and (found.code, found.score) == (code, 3)
    assert set("".join(fold(words))) <= set("".join(fold(found.words)))


@given(st.text(max_size=40))
def test_a_text_without_the_word_and_without_a_code_is_never_feedback(body: str) -> None:
    found = reading(body)
    if found is not None:
        assert found.is_called or found.code
