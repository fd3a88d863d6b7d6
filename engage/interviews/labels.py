"""The words for talks after coming back. Youth pages never call them interviews."""

from engage.i18n import lazy_gettext as _
from engage.interviews.rules import InterviewState, Manner, Reached, Standing, Who, Wish

STATES = {
    InterviewState.OWED: _("Not offered yet"),
    InterviewState.OFFERED: _("Offered"),
    InterviewState.DECLINED: _("They said not now"),
    InterviewState.BOOKED: _("Booked"),
    InterviewState.DONE: _("It took place"),
    InterviewState.GONE_AGAIN: _("Away again before it took place"),
}
STANDINGS = {
    Standing.NO_RETURN_TIME: _("Nobody has noted when they came back"),
    Standing.IN_TIME: _("In time"),
    Standing.SOON: _("Due soon"),
    Standing.LATE: _("Late"),
    Standing.DECLINED_IN_TIME: _("Offered in time, and they said not now"),
    Standing.DONE_IN_TIME: _("Took place in time"),
    Standing.DONE_LATE: _("Took place late"),
}
WHO = {
    Who.INDEPENDENT: _("Somebody who is not part of my care"),
    Who.ADVOCATE: _("An advocate: somebody who is on my side"),
    Who.YOUTH_WORKER: _("A youth worker"),
    Who.TEACHER: _("A teacher or somebody at school"),
    Who.OWN_WORKER: _("My own worker"),
    Who.SOMEONE_ELSE: _("Somebody else"),
    Who.NOT_NOW: _("Nobody now. Ask me again later."),
}
WISHES = {
    Wish.ANYBODY: _("It does not matter"),
    Wish.NOT_A_MAN: _("Not a man, please"),
    Wish.NOT_A_WOMAN: _("Not a woman, please"),
}
MANNERS = {
    Manner.WALK: _("On a walk"),
    Manner.CAR: _("In a car"),
    Manner.ROOM: _("In a quiet room"),
    Manner.CALL: _("By phone"),
    Manner.VIDEO: _("By video"),
    Manner.TEXT: _("By text"),
}
REACHED = {
    Reached.TALKED: _("We talked about it"),
    Reached.NO_ANSWER: _("No answer"),
    Reached.LEFT_WORD: _("I left word"),
}
# What a worker notes about the talk, one thing a page.
FORMS = {
    "choice": _("Write down what they chose"),
    "attempt": _("I tried to reach them"),
    "declined": _("They said not now"),
    "booking": _("Book it"),
    "done": _("It took place"),
}
