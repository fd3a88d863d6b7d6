"""The same words in the young person's own language, to be read aloud beside the page's."""

from typing import Any

from engage.i18n import LOCALES, current_locale, text_direction, use_locale
from engage.people.models import Person
from engage.talks.rules import Question
from engage.talks.wording import words_for


def in_their_language(person: Person, words: tuple[object, ...]) -> dict[str, Any] | None:
    """Return sentences in the young person's language; None where the page is in it already."""
    theirs = person.locale
    if theirs == current_locale() or theirs not in LOCALES:
        return None
    with use_locale(theirs):
        said = [str(each) for each in words]
    return {"lang": theirs, "dir": text_direction(theirs), "said": said}


def asked_in_their_language(person: Person, question: Question) -> dict[str, Any] | None:
    """Return a question in the young person's language; None where the page is in it already."""
    found = in_their_language(person, ())
    if found is not None:
        with use_locale(found["lang"]):
            found["said"] = [str(words_for(question).ask)]
    return found
