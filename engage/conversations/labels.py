"""The words of the conversation: what is wrong with a text, and what one may text."""

from collections.abc import Iterable

from engage.checkins.conversation_rules import Hurdle
from engage.i18n import LazyText, current_locale, gettext, use_locale
from engage.i18n import lazy_gettext as _
from engage.messaging.wording_rules import Flaw, FlawKind

FLAWS: dict[FlawKind, LazyText] = {
    FlawKind.EMPTY: _("Write a text, or choose one."),
    FlawKind.TOO_LONG: _("It does not fit into one text. Make it shorter."),
    FlawKind.NAME: _("It holds a name. Somebody else may read it on their phone."),
    FlawKind.PLACE: _("It names a place. Somebody else may read it on their phone."),
    FlawKind.FORBIDDEN: _("It holds a word that tells what this is about."),
    FlawKind.LINK: _("It holds a link. A link on their phone tells too much."),
    FlawKind.NUMBER: _("It holds a long number. Leave it out."),
    FlawKind.KEYWORD: _("It asks for a word that the phone network keeps for itself."),
}
HURDLES: dict[Hurdle, LazyText] = {
    Hurdle.WROTE_TODAY: _("A worker texted them within the last day, and they have not answered."),
    Hurdle.NIGHT: _("It is night. A text now may wake them, or somebody beside them."),
}
# What a text of ours was, for those who may not read its words.
TEXTS: dict[str, LazyText] = {
    "reply_sos": _("They got the words for danger, and were asked where they are."),
    "reply_ready": _("They were asked how they want to come back."),
    "reply_ready_own": _("They got the words they chose, and were asked how to come back."),
    "reply_own": _("They got the words they chose."),
    "reply_choice_meet": _("They were asked where to meet."),
    "reply_choice_lift": _("They were asked where to bring the lift."),
    "reply_choice_talk": _("They were told that somebody will talk with them first."),
    "reply_talk": _("They were told that somebody will call."),
    "reply_place": _("They got the nearest place to go."),
    "reply_places": _("They got the two nearest places to go."),
    "reply_where": _("They were asked which town or postcode."),
    "reply_info": _("They were told what this is, and where to turn in danger."),
    "reply_ok": _("They were thanked for checking in."),
    "reply_stop": _("They were told that texts are off now."),
    "reply_start": _("They were told that texts are on again."),
    "ask_neutral": _("We asked if all is good."),
    "ask_agreed": _("We asked if all is good."),
}
# Neutral sentences to begin with; organisations add their own. Answers are digits, so that
# nobody types a word that the phone network keeps for itself. Source: SAFETY 14.
SUGGESTIONS: tuple[LazyText, ...] = (
    _("Hi, all good? 1 yes 2 call me"),
    _("Thinking of you. Text me when you like."),
    _("Can I ring you? 1 yes 2 later"),
    _("Got it, thanks for telling me."),
    _("Anything you need? I can bring it."),
    _("No trouble. I just want to know you are OK."),
    _("Same time as usual? 1 yes 2 another time"),
)


def said_of(flaws: Iterable[Flaw]) -> list[str]:
    """Return what to change, in sentences, with the words they are about."""
    return [
        gettext("%(what)s (%(found)s)", what=FLAWS[flaw.kind], found=flaw.found)
        if flaw.found and flaw.kind is not FlawKind.TOO_LONG
        else str(FLAWS[flaw.kind])
        for flaw in flaws
    ]


def offered(own: Iterable[str], locale: str) -> dict[str, str]:
    """Return the sentences to choose from in a young person's language, with their meaning.

    The organisation's own come first. The meaning is empty where the worker reads it anyway.
    """
    found = dict.fromkeys(own, "")
    for sentence in SUGGESTIONS:
        meaning = str(sentence) if current_locale() != locale else ""
        with use_locale(locale):
            found.setdefault(str(sentence), meaning)
    return found
