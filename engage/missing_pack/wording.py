"""The words of a missing pack: on its pages, on the phone, and in its questions."""

from collections.abc import Iterable
from datetime import date

from engage.episodes.labels import EVENTS
from engage.i18n import lazy_gettext as _
from engage.missing_pack.rules import TRIO, Fact, Say
from engage.plans.labels import section_title
from engage.questions.wording import day_words
from engage.questions.wording import words_of as question_words

__all__ = ["EVENTS", "day_of", "photo_taken", "title_of"]

FACT_TITLES = {
    Fact.LAST_SEEN: _("Last seen"),
    Fact.CLOTHES: _("Wearing"),
    Fact.WITH_WHOM: _("Perhaps with"),
    Fact.PHONE: _("Phone"),
    Fact.HEALTH: _("Health, what cannot wait"),
}
FACT_QUESTIONS = {
    Fact.LAST_SEEN: _("Where were they last seen, by whom and when?"),
    Fact.CLOTHES: _("What are they wearing, and what have they got with them?"),
    Fact.WITH_WHOM: _("Who might they be with?"),
    Fact.PHONE: _("Have they got a phone? Which number, and is it on?"),
    Fact.HEALTH: _("Is there a health need that cannot wait?"),
}
FACT_HINTS = {
    Fact.LAST_SEEN: _("A place, a time, a bus. What you know is enough."),
    Fact.CLOTHES: _("Coat, shoes, bag, money, bus pass."),
    Fact.WITH_WHOM: _("A name or what you know about them. Say if it is a guess."),
    Fact.PHONE: _("If they use somebody else's phone, say whose."),
    Fact.HEALTH: _("Medicine, pregnancy, allergy, asthma, a disability, hurting themselves."),
}
# What the episode knows already, by the question it helps to answer.
KNOWN = {
    "health_need": (Fact.HEALTH, _("Somebody said that there is a health need.")),
    "taken_suspected": (Fact.WITH_WHOM, _("Somebody thinks that they were made to go.")),
}
NOT_KNOWN = _("Not known")
NOT_ASKED = _("Not asked yet")
TAKEN_ON = _("Photo of %(date)s")
ANSWER_IT = _("Write what you know, or press “I don't know”.")
PICK_A_PART = _("Pick at least one part.")
SAY_TO_WHOM = _("Say who gets it.")
SAY_TITLES = {
    Say.WHERE: _("Where"),
    Say.WHO: _("Who"),
    Say.SINCE: _("Since when"),
    Say.HEALTH: _("Health, what cannot wait"),
    Say.LOOKS: _("How to know them"),
    Say.CLOTHES: _("Wearing"),
    Say.WITH_WHOM: _("Perhaps with"),
    Say.PHONE: _("Phone"),
    Say.MEET: _("How to meet them"),
    Say.CALL_BACK: _("Who to call back"),
}
FIRST_WORDS = _("I am calling about a young person who is not back. I want to report them missing.")
BORN = _("Born on %(date)s, %(age)s years old")
MADE_BY = _("%(name)s put this together.")
CALL_OWNER = _("%(name)s, %(organisation)s")
# On its pages and in the PDF; the title says nothing to somebody who looks over a shoulder.
NEUTRAL_TITLE = _("Information")


def title_of(part: str) -> str:
    """Return what a part of the plan is called, in the language in use."""
    return str(section_title(part) if part == TRIO else question_words(part).title)


def day_of(birth_date: str | None) -> str:
    """Write a birth date, or nothing when it is not known."""
    return str(day_words(date.fromisoformat(birth_date))) if birth_date else ""


def known_before(fact: Fact, facts: Iterable[str]) -> list[str]:
    """List what was said already that helps to answer this, in the language in use."""
    known = [KNOWN[each] for each in facts if each in KNOWN]
    return [str(words) for about, words in known if about is fact]


def photo_taken(taken_on: date | None) -> str:
    """Say how old a photo is."""
    return str(TAKEN_ON) % {"date": day_words(taken_on)} if taken_on else ""
