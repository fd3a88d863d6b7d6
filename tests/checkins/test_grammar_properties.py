"""What must hold of every text anybody could type, not only of those in the corpus."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engage.checkins.rules import LANGUAGES, Kind, understand
from engage.checkins.words import lexicon
from engage.people.words import fold
from tests.checkins.test_rules import corpus

LOCALES = st.sampled_from(LANGUAGES)
CORPUS = [(locale, kind, text) for locale in LANGUAGES for kind, text in corpus(locale)]
# Signs that phones put in and nobody sees, and marks that say nothing more.
INVISIBLE = st.sampled_from(["\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad"])
MARKS = st.text(".!,…¡* \n", max_size=4)
NOT_OK = {
    "en": [
        "i'm not ok",
        "im not ok",
        "not ok",
        "im not safe",
        "never ok",
        "aint fine",
        "isnt good",
    ],
    "cy": ["dw i ddim yn iawn", "dwi ddim yn saff", "ddim yn iawn", "dwi'm yn iawn"],
    "es": ["no estoy bien", "ya no estoy bien", "nunca bien", "no todo bien", "nada bien"],
    "ar": ["لست بخير", "مش بخير", "مو منيح", "أنا مش تمام", "غير آمن"],
}
NEGATED = st.sampled_from([(locale, text) for locale, texts in NOT_OK.items() for text in texts])
QUIET = {Kind.OK, Kind.THANKS, Kind.STOP}


def disguised(text: str, upper: bool, sign: str, at: int, before: str, after: str) -> str:
    """Type the same words as another phone would."""
    place = at % (len(text) + 1)
    # A sign that joins two emoji makes one of them: only between letters it is nothing.
    near = text[max(place - 1, 0) : place + 1]
    if all(unicodedata.category(letter)[0] == "L" for letter in near):
        text = text[:place] + sign + text[place:]
    return f"{before}{text.upper() if upper else text}{after}"


def same_letters(text: str) -> bool:
    return fold(text.upper()) == fold(text)


@given(st.sampled_from(CORPUS), st.booleans(), INVISIBLE, st.integers(0, 60), MARKS, MARKS)
def test_case_punctuation_and_invisible_signs_change_nothing(
    row: tuple[str, Kind, str], upper: bool, sign: str, at: int, before: str, after: str
) -> None:
    locale, kind, text = row
    # "x)" is no smile, but ":" and a bracket make one: marks stand apart from faces.
    assume(not upper or same_letters(text))
    typed = disguised(text, upper, sign, at, before, f" {after}")
    assert understand(typed, locale).kind is kind, repr(typed)


@given(st.sampled_from(CORPUS))
def test_full_width_letters_and_digits_change_nothing(row: tuple[str, Kind, str]) -> None:
    locale, kind, text = row
    assume(":" not in text and ";" not in text)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in "'`" else c for c in text)
    assert understand(wide, locale).kind is kind, wide


@given(st.sampled_from(CORPUS))
def test_accents_taken_apart_change_nothing(row: tuple[str, Kind, str]) -> None:
    locale, kind, text = row
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert understand(unicodedata.normalize(form, text), locale).kind is kind


@given(
    NEGATED,
    LOCALES,
    st.booleans(),
    st.text(max_size=30),
    st.text(max_size=30),
    st.integers(0, 4),
)
@example(("en", "im not ok"), "en", False, "yes ", " thanks", 0)
@example(("en", "not ok"), "ar", True, "ok ok ", " ok ok ok", 4)
@example(("es", "no estoy bien"), "en", False, "ok 👍 ", " 👍", 0)
def test_no_text_with_a_negated_ok_is_ever_ok(
    said: tuple[str, str], locale: str, upper: bool, before: str, after: str, choices: int
) -> None:
    text = f"{before} {said[1].upper() if upper else said[1]} {after}"
    meaning = understand(text, locale, choices=choices)
    assert meaning.kind not in QUIET, text
    assert not meaning.lowers_concern


@given(NEGATED, st.sampled_from(["x", "👍", "lol", "thanks", "gracias", "diolch", "شكرا", "ok"]))
def test_a_negated_ok_is_heard_whatever_politeness_stands_around_it(
    said: tuple[str, str], polite: str
) -> None:
    locale, text = said
    for typed in (text, f"{text} {polite}", f"{polite}, {text}"):
        assert understand(typed, locale).raises_concern, typed


STOPS = ["stop", "STOP", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
         "alto", "basta", "parar", "توقف", "قف", "stopiwch"]  # fmt: skip


@given(
    st.sampled_from(STOPS),
    st.lists(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1), min_size=1, max_size=5),
    LOCALES,
    st.booleans(),
)
@example("stop", ["hes", "hurting", "me"], "en", False)
@example("cancel", ["my", "lift"], "en", False)
@example("end", ["of", "elm", "road"], "en", False)
@example("stop", ["4821"], "en", False)
@example("alto", ["me", "hace", "daño"], "es", False)
def test_a_reserved_word_among_other_words_is_never_an_opt_out(
    stop: str, others: list[str], locale: str, last: bool
) -> None:
    words = fold(" ".join(others))
    assume(words)
    for code in LANGUAGES:
        lists = lexicon(code).lists
        # A clear phrase ("stop texts"), politeness and a repeated word are opt-outs indeed.
        said = (*words, *fold(stop)) if last else (*fold(stop), *words)
        assume(said not in lists["stop_phrases"] and said not in lists["stop"])
        assume(any(word not in _asking(code) for word in words))
    text = f"{' '.join(others)} {stop}" if last else f"{stop} {' '.join(others)}"
    assert understand(text, locale).kind is not Kind.STOP, text


def _asking(code: str) -> set[str]:
    """Every word that may stand in a polite opt-out of this language."""
    lists = lexicon(code).lists
    forms = [lists[name].phrases for name in ("stop_fillers", "stop_phrases", "stop")]
    return {word for phrases in forms for form in phrases for word in form}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_opt_out_in_the_corpus_is_short_and_every_sentence_with_one_is_not(
    locale: str,
) -> None:
    for kind, text in corpus(locale):
        if kind is Kind.STOP:
            assert len(fold(text)) <= 7, text
        elif {"stop", "cancel", "end", "quit"} & set(fold(text)):
            assert kind in (Kind.SOS, Kind.NOT_OK, Kind.FREE), text


@given(st.text(max_size=60), LOCALES)
def test_ok_is_believed_only_when_every_word_is_known(text: str, locale: str) -> None:
    meaning = understand(f"{text} zzyzx ok", locale)
    assert meaning.kind is not Kind.OK


@pytest.mark.parametrize("kind", [k for k in Kind if k != Kind.CHOICE])
def test_the_corpus_holds_every_meaning_in_every_language(kind: Kind) -> None:
    for locale in LANGUAGES:
        assert [text for found, text in corpus(locale) if found is kind], (kind, locale)


@pytest.mark.parametrize(
    "script", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"]
)
def test_digits_of_every_script_are_the_same_answers(script: str) -> None:
    for digit, kind in ((1, Kind.OK), (2, Kind.READY), (3, Kind.TALK), (9, Kind.SOS)):
        for locale in LANGUAGES:
            assert understand(script[digit], locale).kind is kind
            assert understand(f" {script[digit]}. ", locale, choices=0).kind is kind
