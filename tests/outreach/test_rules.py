"""Which words hurt, in four languages, and that our own never do."""

import pytest

from engage.i18n import LOCALES, use_locale
from engage.messaging.rules import segments
from engage.messaging.wording_rules import MOST_SEGMENTS, flaws_of
from engage.outreach.labels import INSTEADS, LIBRARY, WHYS, advice, library
from engage.outreach.rules import Flag, Tone, asks_for_secrets, flags_of, phrases

FLAGGED = [
    ("en", "Everyone is worried sick because of you", Tone.BLAME),
    ("en", "You SHOULDN'T have gone", Tone.BLAME),
    ("en", "This is your last chance.", Tone.THREAT),
    ("en", "Come back now or else!", Tone.THREAT),
    ("en", "Grow up, will you", Tone.CONDESCENSION),
    ("en", "Don’t be silly", Tone.CONDESCENSION),
    ("cy", "Dy fai di ydy hyn", Tone.BLAME),
    ("cy", "Dyma dy gyfle olaf: rhybudd olaf", Tone.THREAT),
    ("cy", "Paid â bod yn wirion", Tone.CONDESCENSION),
    ("es", "Es por tu culpa", Tone.BLAME),
    ("es", "Última oportunidad", Tone.THREAT),
    ("es", "No seas tonta", Tone.CONDESCENSION),
    ("ar", "كل هذا بسببك", Tone.BLAME),
    ("ar", "هذه آخر فرصة", Tone.THREAT),
    ("ar", "لا تكوني سخيفة", Tone.CONDESCENSION),
]
KIND = [
    ("en", "Glad you are there. Text me when you like."),
    ("en", "No trouble. I just want to know you are OK."),
    ("en", "Are you warm enough? I can bring a coat."),
    ("cy", "Meddwl amdanat ti. Tecstia fi pan ti eisiau."),
    ("es", "Pienso en ti. Escríbeme cuando quieras."),
    ("ar", "أفكر فيك. اكتب لي متى شئت."),
    ("en", ""),
    ("en", "You are not in trouble, and it's not your fault"),
    ("cy", "Nid dy fai di. Dwyt ti ddim mewn trwbl."),
    ("es", "No es tu culpa"),
    ("ar", "لست في ورطة"),
]


@pytest.mark.parametrize(("locale", "words", "tone"), FLAGGED)
def test_words_that_hurt_are_flagged(locale: str, words: str, tone: Tone) -> None:
    assert tone in {flag.tone for flag in flags_of(words, locale=locale)}


@pytest.mark.parametrize(("locale", "words"), KIND)
def test_kind_words_are_left_alone(locale: str, words: str) -> None:
    assert flags_of(words, locale=locale) == []


def test_english_is_looked_for_in_every_language_and_others_only_in_theirs() -> None:
    assert flags_of("or else", locale="ar")
    assert not flags_of("por tu culpa", locale="cy")
    assert flags_of("or else", locale="de")


def test_the_longest_phrase_is_said_once() -> None:
    assert flags_of("es por tu culpa", locale="es") == [Flag(Tone.BLAME, "por tu culpa")]


def test_a_kind_phrase_excuses_only_itself() -> None:
    assert flags_of("not in trouble yet, but you will be in trouble", locale="en")


def test_a_phrase_is_found_only_as_whole_words() -> None:
    assert not flags_of("dramatics club, behaved, sillyness", locale="en")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_a_list_for_each_tone(locale: str) -> None:
    for tone in Tone:
        listed = phrases(locale)[tone]
        assert len(listed) >= 20
        assert all(listed), "a phrase without words would be found everywhere"


@pytest.mark.parametrize("locale", LOCALES)
def test_our_own_words_are_kind_short_and_give_nothing_away(locale: str) -> None:
    with use_locale(locale):
        ours = [str(each) for each in (*LIBRARY, *INSTEADS.values())]
    assert len(LIBRARY) >= 12
    for words in ours:
        assert flags_of(words, locale=locale) == [], words
        assert flaws_of(words, locale=locale) == [], words
        counted = segments(words)
        assert counted.count <= MOST_SEGMENTS[counted.is_gsm], words


def test_the_library_gives_the_meaning_only_where_it_is_not_read_anyway() -> None:
    with use_locale("en"):
        own = library(["Our own words"], "cy")
        assert own["Our own words"] == ""
        assert next(iter(own)) == "Our own words"
        assert all(meaning for words, meaning in own.items() if words != "Our own words")
        assert not any(library([], "en").values())


def test_advice_says_why_and_offers_other_words_in_the_language_of_the_text() -> None:
    with use_locale("en"):
        (one,) = advice([Flag(Tone.THREAT, "or else")], "es")
        assert one["why"] == str(WHYS[Tone.THREAT])
    with use_locale("es"):
        assert one["instead"] == str(INSTEADS[Tone.THREAT])


@pytest.mark.parametrize(
    "words",
    ["her password is rabbit", "I logged in as her", "logged into with his pin code", "cyfrinair",
     "la contraseña es", "كلمة السر", "made a fake profile", "PASSCODE 1234"],
)  # fmt: skip
def test_passwords_and_other_peoples_accounts_are_seen(words: str) -> None:
    assert asks_for_secrets(words)


@pytest.mark.parametrize("words", ["She posted a photo", "passed her house", "pinned a note", ""])
def test_what_anybody_may_see_is_fine(words: str) -> None:
    assert not asks_for_secrets(words)
