"""The words for coming back."""

from engage.checkins.ready_models import Answer, How, ReturnState, StepKind, StepState
from engage.i18n import lazy_gettext as _
from engage.people.models import ReplyPolicy
from engage.ways_back.rules import Saying

HOWS = {
    How.MET: _("Someone meets me"),
    How.LIFT: _("Someone drives me"),
    How.OWN: _("I come by myself"),
    How.TALK: _("We talk first"),
}
REPLIES = {
    ReplyPolicy.NONE: _("Nothing at all"),
    ReplyPolicy.NEUTRAL: _("Only “Got it”"),
    ReplyPolicy.AGREED: _("Short answers to what I text, like “1 meet me, 2 send a lift”"),
}
STATES = {
    ReturnState.OPEN: _("Waits for an answer"),
    ReturnState.ANSWERED: _("Answered"),
    ReturnState.CLOSED: _("Over"),
}
# What staff and carers press; the young person reads the same words.
ANSWERS = {
    Answer.ON_THE_WAY: _("On the way"),
    Answer.LIFT_COMING: _("A lift is coming"),
    Answer.CALLING: _("Calling them now"),
    Answer.SPOKEN: _("Spoken to them already"),
}
MY_ANSWERS = {
    Answer.ON_THE_WAY: _("Someone is on the way to you"),
    Answer.LIFT_COMING: _("A lift is coming to you"),
    Answer.CALLING: _("Someone is calling you"),
    Answer.SPOKEN: _("Someone spoke to you"),
}
CHOICES = {
    1: _("Meet me"),
    2: _("Send a lift"),
    3: _("Call me"),
    4: _("Talk first"),
}
STEPS = {
    StepKind.MEET: _("Somebody meets them"),
    StepKind.LIFT: _("A lift"),
    StepKind.CALL: _("A call"),
    StepKind.TALK: _("Talk first"),
    StepKind.OWN: _("They come by themselves: be there and open the door"),
    StepKind.FOOD: _("Something to eat"),
    StepKind.NOT_TONIGHT: _("What will not happen tonight"),
    StepKind.NOT_THERE: _("Who they do not want there"),
    StepKind.BY_HAND: _("Find another way with them, and ring them"),
}
MY_STEPS = {
    StepKind.MEET: _("Someone meets you"),
    StepKind.LIFT: _("A lift"),
    StepKind.CALL: _("Someone calls you"),
    StepKind.TALK: _("You talk first"),
    StepKind.OWN: _("You come by yourself, and someone opens the door"),
    StepKind.FOOD: _("Something to eat"),
    StepKind.NOT_TONIGHT: _("What will not happen tonight"),
    StepKind.NOT_THERE: _("Who you do not want there"),
    StepKind.BY_HAND: _("Someone finds another way with you"),
}
# On a page that anybody may look at: no names, no places.
ASKED_FOR = {
    StepKind.MEET: _("Somebody you know would like you to meet them."),
    StepKind.LIFT: _("Somebody you know would like a lift."),
    StepKind.CALL: _("Somebody you know would like a call from you now."),
    StepKind.TALK: _("Somebody you know would like to talk with you now."),
    StepKind.OWN: _("Somebody you know is coming. Please be there and open the door."),
    StepKind.FOOD: _("Somebody you know would like something to eat."),
    StepKind.NOT_TONIGHT: _("Somebody you know asks that something does not happen tonight."),
    StepKind.NOT_THERE: _("Somebody you know asks you to see to something."),
    StepKind.BY_HAND: _("Something did not work. Please find another way with somebody you know."),
}
STEP_STATES = {
    StepState.ASKED: _("Waits for a yes"),
    StepState.AGREED: _("Said yes"),
    StepState.DONE: _("Done"),
    StepState.FAILED: _("Did not work"),
    StepState.DROPPED: _("Not needed any more"),
}
MY_STATES = {
    StepState.ASKED: _("We are asking someone. You do not have to do anything."),
    StepState.AGREED: _("Someone said yes."),
    StepState.DONE: _("Done."),
    StepState.FAILED: _("That did not work, sorry. Someone else is on it."),
    StepState.DROPPED: _("Changed."),
}
SAYINGS = {
    Saying.YES: _("Yes, I will"),
    Saying.NO: _("I cannot"),
    Saying.DONE: _("Done"),
    Saying.FAILED: _("It did not work"),
    Saying.MINE: _("I take this one"),
}
