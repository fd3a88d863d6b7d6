"""The sentences of the prompts, by id. Our own words, not yet tested with young people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engage.i18n import LazyText, use_locale
from engage.i18n import lazy_gettext as _
from engage.web.when import local_words
from engage.worries.prompt_rules import Prompt, PromptSet


@dataclass(frozen=True)
class Told:
    """What somebody who calls for help says about a young person."""

    name: str
    age: int | None
    # When they were expected back; None: nobody said.
    since: datetime | None
    zone: str


@dataclass(frozen=True)
class PromptWords:
    """What one prompt asks. `%(name)s` is the young person's first name."""

    ask: LazyText
    hint: LazyText | None = None
    choices: dict[str, LazyText] = field(default_factory=dict)


YES_NO = {"yes": _("Yes"), "no": _("No")}
EVERYWHERE = {"dont_know": _("I don't know"), "skipped": _("Skip this")}
TRIED = {"tried": _("I have tried this"), "not_yet": _("Not yet")}
NONE = {"none": _("None of these")}

PRESS_ONE = _("Press one of the answers.")
BAD_TIME = _("Press one of the answers, or type a time like 21:30.")
SAY_HOW = _("Say in a few words how you know.")

PROMPTS: dict[str, PromptWords] = {
    "danger": PromptWords(
        ask=_("Do you think %(name)s is in danger right now?"),
        hint=_("You do not have to be sure. Go by what you feel and know."),
        choices=YES_NO,
    ),
    "harm": PromptWords(
        ask=_("Did %(name)s talk about hurting themselves, or was there a threat, just before?"),
        choices=YES_NO,
    ),
    "made_to_go": PromptWords(
        ask=_("Could somebody be making %(name)s go, or waiting for them?"),
        hint=_(
            "Lifts, gifts, a new phone or new friends can be signs. Keep this out of group chats."
        ),
        choices=YES_NO,
    ),
    "health": PromptWords(
        ask=_("Does %(name)s have a health need that cannot wait?"),
        hint=_("For example medicine, being pregnant, or a disability."),
        choices=YES_NO,
    ),
    "expected": PromptWords(
        ask=_("When did you expect %(name)s back?"),
        hint=_("If you are not sure, give the time when you began to wonder."),
    ),
    "usual": PromptWords(
        ask=_("Is this usual for %(name)s, or different this time?"),
        choices={
            "usual": _("It is like other times"),
            "different": _("Something is different"),
            "first": _("It has never happened before"),
        },
    ),
    "today": PromptWords(
        ask=_("What was going on today?"),
        hint=_("A row, bad news, somebody they heard from, a hard day. A few words are enough."),
    ),
    "plan": PromptWords(
        ask=_("Their plan says what to try first. Have you tried it?"),
        choices=TRIED,
    ),
    "texted": PromptWords(
        ask=_("Have you texted or called %(name)s?"),
        hint=_("Kind and short works best. Nothing they must answer, nothing they did wrong."),
        choices=YES_NO,
    ),
    "people": PromptWords(
        ask=_("Have you tried the people %(name)s trusts?"),
        choices=TRIED,
    ),
    "others": PromptWords(
        ask=_("Who else have you asked?"),
        choices={
            "friend": _("A friend"),
            "family": _("Somebody in the family"),
            "school": _("School or work"),
            "colleague": _("A colleague on shift"),
            "other_carer": _("Another carer"),
        },
    ),
    "places": PromptWords(
        ask=_("Have you looked where %(name)s usually goes?"),
        choices={
            "looked": _("I have looked"),
            "asked": _("I have asked somebody safe to look"),
            "not_yet": _("Not yet"),
        },
    ),
    "online": PromptWords(
        ask=_("Is there anything online that says where they are, or who with?"),
        hint=_("Only what you can see without their password."),
    ),
    "safe_with": PromptWords(
        ask=_("Is %(name)s with somebody safe? Who says so?"),
        choices={
            "others_say": _("Yes, and somebody I trust has seen them"),
            "they_say": _("They say so themselves"),
            "no": _("No"),
        },
    ),
    "needs": PromptWords(
        ask=_("Is any of this true?"),
        hint=_("Tick all that fit, or none."),
        choices={
            "no_phone": _("They have no phone, or it is off"),
            "no_money": _("They have no money or bus pass"),
            "no_coat": _("They have no coat"),
            "no_medicine": _("They do not have their medicine"),
            "bad_weather": _("The weather is bad"),
        },
    ),
    "agreed": PromptWords(
        ask=_("How long have you agreed to wait?"),
        hint=_("If their plan says a time, it is shown here."),
        choices={
            "15": _("15 minutes"),
            "30": _("Half an hour"),
            "60": _("1 hour"),
            "120": _("2 hours"),
        },
    ),
    "they_want": PromptWords(
        ask=_("What would %(name)s want you to do now?"),
    ),
    "you": PromptWords(
        ask=_("How are you doing?"),
        hint=_("This is hard. You do not have to do it alone."),
        choices={
            "fine": _("I am all right for now"),
            "call_me": _("I would like somebody to call me"),
        },
    ),
}


def ask(prompt: Prompt, locale: str, name: str) -> str:
    """Return what a prompt asks: an organisation's words if it has them, else ours.

    An own prompt without words in this language is asked in English.
    """
    own = prompt.own_words.get(locale)
    if own is None and prompt.id not in PROMPTS:
        own = prompt.own_words.get("en", "")
    if own is not None:
        return own.replace("%(name)s", name)
    return str(PROMPTS[prompt.id].ask) % {"name": name}


def words_in(prompt: Prompt, locale: str, name: str) -> str:
    """Return our own words for a prompt in a language, whatever an organisation says instead."""
    with use_locale(locale):
        return str(PROMPTS[prompt.id].ask) % {"name": name}


def hint(prompt: Prompt) -> str:
    """Return the small line under a prompt; nothing for a reworded or own one."""
    words = PROMPTS.get(prompt.id)
    return str(words.hint) if words and words.hint and not prompt.own_words else ""


def choice_words(prompt: Prompt, value: str) -> str:
    """Return the words of one answer; an organisation's own choices speak for themselves."""
    words = PROMPTS.get(prompt.id)
    for table in (words.choices if words else {}, EVERYWHERE, YES_NO, TRIED, NONE):
        if value in table:
            return str(table[value])
    return value


def is_translated(prompt: Prompt, locale: str) -> bool:
    """Say whether a prompt speaks this language, or falls back to English."""
    return prompt.id in PROMPTS or locale in prompt.own_words


CALLING = _("I care for %(name)s, who is not back. I think they may be in danger.")
AGED = _("%(name)s is %(age)s years old.")
EXPECTED = _("We expected them at %(at)s.")
APPROACH = _("Please tell whoever meets them how to approach them:")
PLEASE = (
    _("Please treat this as a worry about their safety. They have done nothing wrong."),
    _("Please give me a report number and your name."),
)


def spoken(
    prompts: PromptSet,
    answers: Mapping[str, str],
    about: Told,
    locale: str,
    welfare: Sequence[str] = (),
) -> list[str]:
    """Return what a carer can read aloud to the emergency service, in one language.

    `welfare`: how to approach them, in the words in which it was written.
    """
    with use_locale(locale):
        lines = [str(CALLING) % {"name": about.name}]
        if about.age is not None:
            lines.append(str(AGED) % {"name": about.name, "age": about.age})
        if about.since is not None:
            at = local_words(about.since, "EEE d MMM HH:mm", about.zone)
            lines.append(str(EXPECTED) % {"at": at})
        for prompt in prompts.prompts:
            if prompt.is_gate and answers.get(prompt.id) == "yes":
                lines.append(f"{ask(prompt, locale, about.name)} {YES_NO['yes']}.")
        lines.append(str(PLEASE[0]))
        if welfare:
            lines += [str(APPROACH), *welfare]
        return [*lines, str(PLEASE[1])]
