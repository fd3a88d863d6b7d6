"""The words of outreach, and our library of messages."""

from collections.abc import Iterable

from engage.conversations.labels import offered
from engage.i18n import LazyText, current_locale, use_locale
from engage.i18n import lazy_gettext as _
from engage.outreach.models import AskAnswer, Channel, Outcome
from engage.outreach.rules import Flag, Tone

CHANNELS = {
    Channel.CALL: _("A call"),
    Channel.TEXT: _("A message"),
    Channel.VISIT: _("Went there"),
    Channel.EMAIL: _("An email"),
    Channel.SOCIAL: _("Social media"),
    Channel.OTHER: _("Another way"),
}
OUTCOMES = {
    Outcome.REACHED: _("Spoke with them, or they answered"),
    Outcome.NO_ANSWER: _("No answer"),
    Outcome.LEFT_WORDS: _("Left a few kind words"),
    Outcome.SEEN: _("Saw something they put up themselves"),
    Outcome.NOTHING: _("Found nothing"),
}
ASK_ANSWERS = {
    AskAnswer.REACHED: _("I reached them"),
    AskAnswer.TRIED: _("I tried, no answer yet"),
    AskAnswer.WILL: _("I will try soon"),
    AskAnswer.RATHER_NOT: _("I would rather not"),
}
NO_SECRETS = _(
    "Leave passwords and other people's accounts out. Look only at what anybody may see,"
    " as yourself."
)
TONES = {
    Tone.BLAME: _("This sounds like blame."),
    Tone.THREAT: _("This sounds like a threat."),
    Tone.CONDESCENSION: _("This talks down to them."),
}
WHYS = {
    Tone.BLAME: _("Somebody who feels blamed stays away longer. Say that you are glad of them."),
    Tone.THREAT: _(
        "Fear does not bring anybody back. Say what you can offer, and that they choose."
    ),
    Tone.CONDESCENSION: _(
        "They read it alone, and it shuts the door. Talk as you would to a friend."
    ),
}
# In the language of the text: another way to say it.
INSTEADS = {
    Tone.BLAME: _("Glad you are there. I just want to know you are OK."),
    Tone.THREAT: _("You choose how and when. I can come, or we can just talk."),
    Tone.CONDESCENSION: _("I would like to hear how you see it, when you like."),
}
# Ours, after S1 and S2: neutral, caring, honest, and they choose. Not yet tested with young people.
LIBRARY: tuple[LazyText, ...] = (
    _("No trouble at all. I just want to know you are OK."),
    _("You are not in trouble. Text me when you like."),
    _("Are you warm enough? Have you eaten? I can bring something."),
    _("You choose: 1 call me, 2 text me, 3 leave me for now"),
    _("I am up till late. Any time is fine."),
    _("I can come where you are. You say where and when."),
    _("Nobody is cross. It would be good to hear from you."),
    _("I kept your things safe. They are here when you want them."),
    _("Is your phone charged? There are places to charge it. 1 tell me"),
    _("I am thinking of you today. No need to answer."),
    _("If something is wrong, I will listen. You decide what I do next."),
    _("Want somebody with you when we meet? Tell me who."),
)


def library(own: Iterable[str], locale: str) -> dict[str, str]:
    """Return the messages to choose from in a young person's language, with their meaning.

    The organisation's own come first, then ours. No meaning where the worker reads it anyway.
    """
    own_first = dict.fromkeys(own, "")
    for sentence in LIBRARY:
        meaning = str(sentence) if current_locale() != locale else ""
        with use_locale(locale):
            own_first.setdefault(str(sentence), meaning)
    for words, meaning in offered((), locale).items():
        own_first.setdefault(words, meaning)
    return own_first


def advice(flags: Iterable[Flag], locale: str) -> list[dict[str, str]]:
    """Return, for each flag: the words, what they sound like, why, and another way to say it."""
    found = []
    for flag in flags:
        with use_locale(locale):
            instead = str(INSTEADS[flag.tone])
        found.append(
            {
                "found": flag.found,
                "sounds": str(TONES[flag.tone]),
                "why": str(WHYS[flag.tone]),
                "instead": instead,
            }
        )
    return found
