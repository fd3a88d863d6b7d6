"""A pack says what its place calls people; our sentences follow, and what people wrote does not."""

from pathlib import Path

import pytest

from engage.policy.queries import BadPack, names, pack
from engage.policy.word_rules import TERMS, in_words_of, may_be_said_otherwise, word_faults

AMERICAN = {"carer": ("caregiver", "caregivers"), "social_worker": ("caseworker", "caseworkers")}
VOWEL = {"carer": ("aunt", "aunts")}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("From my carer", "From my caregiver"),
        ("Carers and homes", "Caregivers and homes"),
        ("A carer would like a call", "A caregiver would like a call"),
        ("Your carer and your social worker", "Your caregiver and your caseworker"),
        ("Social workers", "Caseworkers"),
        ("their carers' and a carer's page", "their caregivers' and a caregiver's page"),
        ("%(carer)s is a carer", "%(carer)s is a caregiver"),
        ("Carersville, scarers", "Carersville, scarers"),
        ("Nothing of it", "Nothing of it"),
    ],
)
def test_a_sentence_is_said_as_the_place_says_it(ours: str, theirs: str) -> None:
    assert in_words_of(AMERICAN, ours) == theirs
    assert in_words_of({}, ours) == ours


def test_the_article_fits_the_word() -> None:
    assert in_words_of(VOWEL, "A carer. With a carer") == "An aunt. With an aunt"


def test_only_sentences_with_such_a_word_are_looked_at() -> None:
    assert may_be_said_otherwise("Return interviews")
    assert not may_be_said_otherwise("%(carer)s has it")


def test_each_place_has_its_words() -> None:
    """Source: issue 6 (carer / caregiver, social worker / caseworker); Annex D (discussion)."""
    for name in names():
        words = pack(name).words
        assert set(words) <= set(TERMS)
        if pack(name).country == "US":
            assert words == AMERICAN
        else:
            assert set(words) == {"interview"}
    assert in_words_of(pack("scotland").words, "Return interviews") == "Return discussions"
    assert in_words_of(pack("plymouth").words, "Return interviews") == "Return home interviews"


@pytest.mark.parametrize(
    ("data", "key", "problem"),
    [
        ({"karer": ["a", "b"]}, "karer", "is not known"),
        ({"carer": "caregiver"}, "carer", "one and several"),
        ({"carer": ["caregiver"]}, "carer", "one and several"),
        ({"carer": ["caregiver", 7]}, "carer", "one and several"),
        ({"carer": ["<b>", "%s"]}, "carer", "one and several"),
        ({"carer": ["", ""]}, "carer", "one and several"),
        ("carer", "", "must be a table"),
    ],
)
def test_a_mistake_in_a_word_is_named(data: object, key: str, problem: str) -> None:
    ((at, said),) = word_faults(data)
    assert at == key and problem in said


def test_a_typo_is_found_with_its_line(tmp_path: Path) -> None:
    place = tmp_path / "smalltown.toml"
    place.write_text(
        'title = "Smalltown"\nextends = "england"\nversion = 2026-01-01\n[words]\n'
        'carer = ["foster parent", "foster parents"]\nsocialworker = ["worker", "workers"]\n'
    )
    with pytest.raises(BadPack) as caught:
        pack("smalltown", str(tmp_path))
    assert caught.value.problems[0].startswith(f"{place}:6: words.socialworker is not known")
