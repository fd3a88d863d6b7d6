"""What texts mean: cases that must pass, and a corpus of real-life-like texts per language."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.checkins.rules import LANGUAGES, Belief, Kind, Meaning, believe, understand
from engage.checkins.words import LISTS, lexicon
from engage.people.words import fold

CORPUS = Path(__file__).parent / "corpus"


def corpus(locale: str) -> list[tuple[Kind, str]]:
    """Read `kind<TAB>text`, one a line."""
    lines = (CORPUS / f"{locale}.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line]
    return [(Kind(kind), text) for kind, text in pairs]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_text_of_the_corpus_is_understood(locale: str) -> None:
    texts = corpus(locale)
    assert len({text for _, text in texts}) >= 300
    wrong = [
        f"{text!r}: {found}, not {kind}"
        for kind, text in texts
        if (found := understand(text, locale).kind) is not kind
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("locale", [code for code in LANGUAGES if code != "en"])
def test_concern_is_heard_whatever_language_we_think_they_speak(locale: str) -> None:
    """Only the reply's language may suffer when we guess the language wrong."""
    quiet = {Kind.OK, Kind.THANKS, Kind.STOP, Kind.YES, Kind.NO, Kind.INFO}
    for kind, text in corpus(locale):
        found = understand(text, "en").kind
        if kind in (Kind.SOS, Kind.NOT_OK):
            assert found not in quiet, text
        if kind is Kind.OK:
            assert found in (Kind.OK, Kind.FREE), text


@pytest.mark.parametrize(
    ("text", "kind", "locale"),
    [
        ("listo", Kind.READY, "es"),
        ("estoy bien", Kind.OK, "es"),
        ("dwi'n iawn", Kind.OK, "cy"),
        ("ffonia fi", Kind.TALK, "cy"),
        ("أنا بخير", Kind.OK, "ar"),
        ("ساعدوني", Kind.SOS, "ar"),
        ("no estoy bien", Kind.NOT_OK, "es"),
        ("ALTO", Kind.STOP, "es"),
        ("ok", Kind.OK, "en"),
    ],
)
def test_the_language_of_the_word_sets_the_language_of_the_reply(
    text: str, kind: Kind, locale: str
) -> None:
    assert understand(text, "en") == Meaning(kind, locale)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_word_of_several_languages_keeps_the_senders_own(locale: str) -> None:
    for text in ("ok", "sos", "STOP", "1", "👍"):
        assert understand(text, locale).locale == locale


@pytest.mark.parametrize(
    "text", ["not ok", "im not ok", "I'm NOT safe", "no estoy bien", "dw i ddim yn iawn",
             "لست بخير", "مش بخير", "ok not", "not at all ok", "im ok not", "NOT OK 👍"]
)  # fmt: skip
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_negation_is_never_read_as_fine(text: str, locale: str) -> None:
    meaning = understand(text, locale)
    assert not meaning.lowers_concern
    assert meaning.raises_concern


@pytest.mark.parametrize(
    "text",
    ["stop he's hurting me", "cancel my lift", "end of elm road", "help me", "STOP 4821",
     "quit it dan", "cancel please", "end it", "please stop him", "revoke my pass",
     "para mañana", "stop stop he wont let me go"],
)  # fmt: skip
def test_an_opt_out_word_inside_a_sentence_is_no_opt_out(text: str) -> None:
    assert understand(text).kind in (Kind.SOS, Kind.NOT_OK, Kind.FREE)


@pytest.mark.parametrize(
    "word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_the_carrier_takes_for_an_opt_out_is_one_in_every_language(
    word: str, locale: str
) -> None:
    for form in (word, word.lower(), f" {word.title()}. "):
        assert understand(form, locale).kind is Kind.STOP


def test_yes_answers_a_question_and_starts_texts_only_when_they_are_off() -> None:
    assert understand("yes").kind is Kind.YES
    assert understand("yes", is_stopped=True).kind is Kind.START
    assert understand("START").kind is Kind.START
    assert understand("no").kind is Kind.NO


@pytest.mark.parametrize("digit", ["1", "١", "۱", "１", "1️⃣", "1.", "(1)", "1 pls"])
def test_a_digit_answers_the_question_that_was_asked(digit: str) -> None:
    assert understand(digit, choices=4) == Meaning(Kind.CHOICE, "en", choice=1)
    assert understand(digit).kind is Kind.OK


def test_nine_is_danger_unless_nine_answers_were_offered() -> None:
    assert understand("9", choices=4).kind is Kind.SOS
    assert understand("5", choices=4).kind is Kind.FREE
    assert understand("0").kind is Kind.FREE
    assert understand("12").kind is Kind.FREE


def test_a_code_word_says_nothing_more_but_the_rest_does() -> None:
    word = [("bluebird",)]
    assert understand("ok bluebird", without=word).kind is Kind.OK
    assert understand("Bluebird", without=word).kind is Kind.OK
    assert understand("bluebird not ok", without=word).kind is Kind.NOT_OK
    assert understand("i am with bluebird", without=[("red", "kite")]).kind is Kind.FREE
    assert understand("ok red kite", without=[("red", "kite")]).kind is Kind.OK


def test_a_place_is_kept() -> None:
    assert understand("where croydon").place == "croydon"
    assert understand("CR0 2AB").place == "cr0 2ab"
    assert understand("where").place == ""


@pytest.mark.parametrize(
    "text",
    ["9C3XGV4F+2X", "WHERE 9C3XGV4F+2X", "im at 9c3xgv4f+2x", "51.3728, -0.0990",
     "https://maps.apple.com/?ll=51.37280,-0.09901"],
)  # fmt: skip
def test_a_shared_position_asks_for_what_is_near_it(text: str) -> None:
    meaning = understand(text)
    assert (meaning.kind, meaning.place) == (Kind.WHERE, text)


@pytest.mark.parametrize("text", ["help me 9C3XGV4F+2X", "im scared 51.3728, -0.0990"])
def test_a_cry_for_help_with_a_position_stays_one(text: str) -> None:
    assert understand(text).raises_concern


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "...", "\x00", "?!"])
def test_what_says_nothing_goes_to_a_human(text: str) -> None:
    assert understand(text).kind is Kind.FREE


def test_an_unknown_language_is_read_by_the_words_of_all() -> None:
    assert understand("not ok", "so").kind is Kind.NOT_OK
    assert understand("1", "so") == Meaning(Kind.OK, "so")


@given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.booleans(), st.integers(0, 4))
def test_every_text_means_something(text: str, locale: str, stopped: bool, choices: int) -> None:
    meaning = understand(text, locale, is_stopped=stopped, choices=choices)
    assert meaning.kind in Kind
    assert not (meaning.raises_concern and meaning.lowers_concern)


@given(st.sampled_from(["not", "never", "ddim", "no", "لست"]), st.text("abcdef ", max_size=12))
def test_no_noise_turns_a_negation_into_fine(negator: str, noise: str) -> None:
    assert understand(f"{noise} {negator} ok").kind is not Kind.OK


@pytest.mark.parametrize(
    ("known", "shared", "word", "belief"),
    [
        (False, False, False, Belief.V0),
        (True, False, False, Belief.V1),
        (True, False, True, Belief.V2),
        (False, False, True, Belief.V1),
        (True, True, False, Belief.V0),
        (True, True, True, Belief.V2),
    ],
)
def test_a_number_is_a_hint_and_a_word_is_more(
    known: bool, shared: bool, word: bool, belief: Belief
) -> None:
    assert believe(known_number=known, shared_number=shared, word_matches=word) is belief


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_has_every_list_and_none_contradicts_another(locale: str) -> None:
    lists = lexicon(locale).lists
    own = set(LISTS) - {"stop_said_politely"}
    assert all(lists[name].phrases for name in own)
    assert not lists["ok"].phrases & lists["sos"].phrases
    assert not lists["ok"].phrases & lists["not_ok"].phrases
    assert not lists["filler"].phrases & lists["negators"].phrases
    assert not lists["stop"].phrases & lists["yes"].phrases
    for form in lists["ok"].phrases:
        assert understand(" ".join(form), locale).kind is Kind.OK


def test_words_are_compared_whatever_a_phone_makes_of_them() -> None:
    assert fold("I’m NOT  ok!!") == ("im", "not", "ok")
    assert fold("ＯＫ") == fold("o\u200bk") == fold("Ok.") == ("ok",)
    assert fold("أَنَا بِخَيْرٍ") == fold("انا بخير")
    assert fold("٤٢") == ("42",)
    assert fold("👍🏽") == ("👍",)
    assert fold("x" * 5000) == ("x" * 1600,)
