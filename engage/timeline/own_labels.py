"""What a young person reads of what happened: to themselves, plainly, and without blame."""

from collections.abc import Mapping
from typing import Any

from engage.checkins.ready_models import Answer
from engage.checkins.rules import Kind
from engage.episodes.notice_labels import WHO
from engage.episodes.notice_rules import Phase
from engage.episodes.rules import EpisodeState, Event
from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.outreach.models import Channel
from engage.people.rules import CircumstanceKind
from engage.staffings.rules import MeetingState
from engage.timeline.queries import Happening
from engage.ways_back import labels as ways_back
from engage.worries.rules import WorryState

I_SAID = {
    Kind.SOS: _("You said you are not safe."),
    Kind.NOT_OK: _("You said you are not OK."),
    Kind.STOP: _("You asked for no more texts."),
    Kind.START: _("You asked for texts again."),
    Kind.HELP: _("You asked for help."),
    Kind.INFO: _("You asked what this is."),
    Kind.WRONG_NUMBER: _("Someone said this is the wrong number."),
    Kind.CHOICE: _("You picked an answer."),
    Kind.READY: _("You said you want to come back."),
    Kind.TALK: _("You asked to talk."),
    Kind.WHERE: _("You asked where you can go."),
    Kind.OK: _("You said you are OK."),
    Kind.YES: _("You said yes."),
    Kind.NO: _("You said no."),
    Kind.THANKS: _("You said thanks."),
    Kind.FREE: _("You sent some words."),
}
_STATES = {
    EpisodeState.LATE: _("You were not back yet, and somebody noticed."),
    EpisodeState.WORRIED: _("Somebody was worried about you."),
    EpisodeState.MISSING: _("Nobody knew where you were."),
    EpisodeState.AWAY: _("You were away, and we knew where."),
    EpisodeState.IN_TOUCH: _("You were away, and in touch with us."),
    EpisodeState.READY: _("You were ready to come back."),
    EpisodeState.RETURNING: _("You were on your way back."),
    EpisodeState.RETURNED: _("You came back."),
    EpisodeState.CLOSED: _("Everything about it was done."),
}
_TIMES = {
    Event.EXPECTED_BACK: _("People expected you then."),
    Event.LAST_CONTACT: _("Somebody last saw you or heard from you."),
    Event.DISCOVERED: _("Somebody noticed that you were not back."),
    Event.INFORMATION_RECEIVED: _("Your team was told."),
    Event.DETERMINED_MISSING: _("Your team decided to look for you."),
    Event.REPORT_MADE: _("The police were asked to help find you."),
    Event.RETURNED: _("You came back at this time."),
}
_NOTED = {
    CircumstanceKind.AWAY: _("It was noted that you were away. What you share for that opened."),
    CircumstanceKind.DANGER: _("It was noted that you may be in danger."),
}
_NOTED_OVER = {
    CircumstanceKind.AWAY: _("It was noted that you are back. What you share for that closed."),
    CircumstanceKind.DANGER: _("It was noted that the danger is over."),
}
_DECIDED = {
    WorryState.ASKING: _("Somebody was worried about you."),
    WorryState.WAITING: _("Somebody waited a bit, and looked again."),
    WorryState.NOT_MISSING: _("It was clear that you were not missing."),
    WorryState.MISSING: _("Somebody said that you were missing."),
    WorryState.BACK: _("Somebody said that you were back."),
}
_ANSWERED = {
    Answer.ON_THE_WAY: _("We said that someone is on the way to you."),
    Answer.LIFT_COMING: _("We said that a lift is coming to you."),
    Answer.CALLING: _("We said that someone is calling you."),
    Answer.SPOKEN: _("Someone spoke to you about coming back."),
}
_INVITED = {
    MeetingState.PLANNED: _("You were asked to a meeting about you."),
    MeetingState.HELD: _("You were asked to a meeting about you. It took place."),
    MeetingState.CANCELLED: _("You were asked to a meeting about you. It was called off."),
}
WORDS: Mapping[str, LazyText | Mapping[Any, LazyText]] = {
    "state": _STATES,
    "time": _TIMES,
    "noted": _NOTED,
    "noted_over": _NOTED_OVER,
    "check_in": I_SAID,
    "text": _("We sent you a text."),
    "worry": _("Somebody was worried about you, and was asked some questions."),
    "worry_decided": _DECIDED,
    "way_back_answered": _ANSWERED,
    "own_invited": _INVITED,
    "own_heard": _("Something you said was kept for a meeting about you."),
    "step": ways_back.MY_STEPS,
    "step_ended": ways_back.MY_STEPS,
}
_REACHED = {
    Channel.CALL: _("%(who)s tried to call you."),
    Channel.TEXT: _("%(who)s wrote to you."),
    Channel.VISIT: _("%(who)s went to see you."),
    Channel.EMAIL: _("%(who)s wrote you an email."),
    Channel.SOCIAL: _("%(who)s looked at what you put up for all to see."),
    Channel.OTHER: _("%(who)s tried to reach you."),
}
_ASKED = _("%(who)s was asked to get in touch with you.")
_TOLD = {
    Phase.MISSING: _("Told that you were not back: %(who)s."),
    Phase.RETURNED: _("Told that you are back: %(who)s."),
}
_NOT_TOLD = _("Not told, because it might not have been good for you: %(who)s.")
_SOMEBODY = _("Somebody who cares")
# These say a name: who reached out to them, and who was told.
NAMED = frozenset({"own_reached", "own_asked", "own_told", "own_not_told"})


def named(one: Happening) -> str:
    """Say who reached out to them, or who was told about them. Source: SAFETY 5, O9."""
    match one.line.source:
        case "own_reached":
            words = _REACHED.get(Channel(one.line.what), _REACHED[Channel.OTHER])
            return words % {"who": one.by or _SOMEBODY}
        case "own_asked":
            return _ASKED % {"who": one.to or _SOMEBODY}
        case "own_told":
            return _TOLD[Phase(one.line.also or "")] % {"who": _who(one.line.what)}
    return _NOT_TOLD % {"who": _who(one.line.what)}


def _who(code: str) -> str:
    return str(WHO.get(code, _("Somebody who has to know")))


# By name: they read of these kinds alone.
GROUPS = {
    "states": _("How it went"),
    "times": _("Times"),
    "said": _("What you let us know"),
    "texts": _("Our texts to you"),
    "worries": _("Who was worried"),
    "notices": _("Who was told about you"),
    "outreach": _("Who reached out to you"),
    "way_back": _("Your way back"),
    "meetings": _("Meetings about you"),
}
