"""What may not stand in a text on a watched phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.conversations.labels import FLAWS, SUGGESTIONS, offered, said_of
from engage.i18n import LOCALES, use_locale
from engage.messaging.rules import segments
from engage.messaging.wording_rules import MOST_SEGMENTS, Flaw, FlawKind, flaws_of

NAMES = ("Maya", "Jo", "Will Smith", "Nan Ruth", "Zoë")
PLACES = ("Hazel House", "Northtown Council", "22 Elm Road")


def kinds(words: str, locale: str = "en") -> list[FlawKind]:
    return [flaw.kind for flaw in flaws_of(words, locale=locale, names=NAMES, places=PLACES)]


@pytest.mark.parametrize(
    "words",
    [
        "Hi, all good? 1 yes 2 call me",
        "I will ring you at 6, ok?",
        "Will you be long?",
        "may I ring you? 1 yes",
        "Got your text, thank you x",
        "Is the house warm? 1 yes 2 no",
        "Stop worrying, it is fine",
        "No need to help, just say hi",
        "joke of the day: none",
        "Ar y ffordd. Wyt ti’n iawn?",
    ],
)
def test_ordinary_kind_words_may_go(words: str) -> None:
    assert kinds(words) == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", FlawKind.EMPTY),
        ("  \n ", FlawKind.EMPTY),
        ("a" * 161, FlawKind.TOO_LONG),
        ("ŵ" * 140, FlawKind.TOO_LONG),
        ("Hi Maya, all good?", FlawKind.NAME),
        ("hi maya", FlawKind.NAME),
        ("Ask MAYA'S friend", FlawKind.NAME),
        ("Shall Jo come?", FlawKind.NAME),
        ("tell Will I said hi", FlawKind.NAME),
        ("hi zoe", FlawKind.NAME),
        ("Ruth misses you", FlawKind.NAME),
        ("see you at hazel house", FlawKind.PLACE),
        ("by the Hazel", FlawKind.PLACE),
        ("meet at 22 elm road", FlawKind.PLACE),
        ("meet at 5 Station Street", FlawKind.PLACE),
        ("I am at SW1A 2AA now", FlawKind.PLACE),
        ("go to filled.count.soap", FlawKind.PLACE),
        ("look at https://x.example/a", FlawKind.LINK),
        ("see northtown.gov.uk", FlawKind.LINK),
        ("ring 07700 900123", FlawKind.NUMBER),
        ("code 918273", FlawKind.NUMBER),
        ("the police want to know", FlawKind.FORBIDDEN),
        ("you are Missing", FlawKind.FORBIDDEN),
        ("your carer is worried", FlawKind.FORBIDDEN),
        ("your Social  Worker here", FlawKind.FORBIDDEN),
        ("Reply STOP to end", FlawKind.KEYWORD),
        ("text HELP if you need me", FlawKind.KEYWORD),
        ("stop", FlawKind.KEYWORD),
    ],
)
def test_what_gives_them_away_may_not(words: str, kind: FlawKind) -> None:
    assert kind in kinds(words)


@pytest.mark.parametrize(
    ("words", "locale"),
    [("mae'r heddlu yma", "cy"), ("la policía pregunta", "es"), ("الشرطة تسأل", "ar"),
     ("police", "ar"), ("your carer", "cy")],
)  # fmt: skip
def test_their_own_language_and_english_are_looked_at(words: str, locale: str) -> None:
    assert FlawKind.FORBIDDEN in kinds(words, locale)


def test_a_name_that_is_an_everyday_word_counts_only_as_a_name() -> None:
    assert kinds("I will come") == []
    assert kinds("Will you come?") == []
    assert kinds("I saw Will there") == [FlawKind.NAME]
    assert kinds("jo") == [] and kinds("ask Jo") == [FlawKind.NAME]


def test_several_things_are_told_at_once_each_with_its_words() -> None:
    found = flaws_of("Maya, the police are at Hazel House", locale="en",
                     names=NAMES, places=PLACES)  # fmt: skip
    assert {(flaw.kind, flaw.found) for flaw in found} == {
        (FlawKind.NAME, "Maya"), (FlawKind.PLACE, "Hazel House"), (FlawKind.FORBIDDEN, "police"),
    }  # fmt: skip
    assert any("(police)" in sentence for sentence in said_of(found))


@given(st.text(max_size=400))
def test_whatever_is_typed_gets_an_answer_and_what_passes_fits(words: str) -> None:
    found = flaws_of(words, locale="ar", names=NAMES, places=PLACES)
    assert all(isinstance(flaw, Flaw) for flaw in found)
    if not found:
        counted = segments(words)
        assert counted.count <= MOST_SEGMENTS[counted.is_gsm]


@given(st.sampled_from(NAMES), st.text(alphabet=" ,.!?", min_size=1, max_size=5))
def test_a_name_is_found_wherever_it_stands(name: str, around: str) -> None:
    assert FlawKind.NAME in kinds(f"hello{around}{name}{around}there")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_offered_passes_in_every_language(locale: str) -> None:
    with use_locale(locale):
        sentences = [str(sentence) for sentence in SUGGESTIONS]
    assert len(set(sentences)) == len(SUGGESTIONS)
    for sentence in sentences:
        assert flaws_of(sentence, locale=locale, names=NAMES, places=PLACES) == []
    assert list(offered((), locale)) == sentences


def test_own_sentences_come_first_and_foreign_ones_say_what_they_mean() -> None:
    with use_locale("en"):
        found = offered(["Our own"], "cy")
        assert next(iter(found)) == "Our own"
        assert "Hi, all good? 1 yes 2 call me" in found.values()
        assert set(offered([], "en").values()) == {""}


def test_every_flaw_has_words() -> None:
    assert set(FLAWS) == set(FlawKind)
