"""The words for what goes on while somebody is away."""

from datetime import date

from engage.efforts.rules import (
    AskedTo,
    CourtKind,
    Looked,
    MayKnow,
    NeedKind,
    NeedState,
    Result,
    SearcherKind,
    SearcherState,
    Whom,
)
from engage.i18n import lazy_gettext as _
from engage.questions.wording import day_words

WHOM = {
    Whom.FAMILY: _("Family"),
    Whom.FRIENDS: _("Friends"),
    Whom.SCHOOL: _("School"),
    Whom.COUNSELLORS: _("Counsellors and others who know them"),
}
RESULTS = {
    Result.NEWS: _("They know something"),
    Result.NO_NEWS: _("They know nothing new"),
    Result.NO_ANSWER: _("Nobody answered"),
}
SEARCHER_KINDS = {
    SearcherKind.FAMILY: _("Family"),
    SearcherKind.FRIEND: _("A friend"),
    SearcherKind.NEIGHBOUR: _("A neighbour"),
    SearcherKind.COMMUNITY: _("Somebody from the community"),
    SearcherKind.YOUTH_WORKER: _("A youth worker"),
    SearcherKind.OTHER: _("Somebody else"),
}
ASKED_TO = {
    AskedTo.LOOK: _("Look where they go"),
    AskedTo.DOOR: _("Keep a door open"),
    AskedTo.LISTEN: _("Listen, and tell us what they hear"),
}
MAY_KNOW = {
    MayKnow.NOT_BACK: _("That they are not back"),
    MayKnow.CLOTHES: _("What they are wearing"),
    MayKnow.LAST_SEEN: _("Where they were last seen"),
    MayKnow.WORRIED: _("That people are worried about them"),
    MayKnow.READY: _("That they are ready to come back"),
    MayKnow.BACK: _("That they are back"),
    MayKnow.PLAN: _("What stands in their plan, as far as it is shared with this person"),
}
SEARCHER_STATES = {
    SearcherState.NOTED: _("Not asked yet"),
    SearcherState.ASKED: _("Asked, no answer yet"),
    SearcherState.YES: _("Said yes"),
    SearcherState.NO: _("Said no"),
    SearcherState.STOPPED: _("Not asked any more"),
}
SEARCHER_DEEDS = {
    SearcherState.NOTED: _("Noted"),
    SearcherState.ASKED: _("I asked them"),
    SearcherState.YES: _("They said yes"),
    SearcherState.NO: _("They said no"),
    SearcherState.STOPPED: _("Stop asking them"),
}
LOOKED = {
    Looked.FOUND: _("I found them"),
    Looked.NOT_FOUND: _("I looked, and did not find them"),
    Looked.CANNOT: _("I cannot look"),
}
SAID_BY_LINK = {
    Looked.FOUND: _("They say that they found them"),
    Looked.NOT_FOUND: _("They looked, and did not find them"),
    Looked.CANNOT: _("They cannot look"),
}
NEEDS = {
    NeedKind.HEALTH: _("Health: whom to see, and when"),
    NeedKind.CLOTHES: _("Clothes and things to wash with"),
    NeedKind.BED: _("A bed for the night"),
    NeedKind.PLACEMENT: _("Another home, if it needs one"),
    NeedKind.COUNSELLOR: _("Somebody to talk to"),
    NeedKind.SCHOOL: _("School or training"),
}
NEED_STATES = {
    NeedState.OPEN: _("Not ready yet"),
    NeedState.READY: _("Ready"),
    NeedState.NOT_NEEDED: _("Not needed"),
}
COURT_KINDS = {
    CourtKind.WARRANT: _("A warrant"),
    CourtKind.ORDER: _("An order"),
    CourtKind.OTHER: _("Something else"),
}
# Read by whoever looks at the phone: no name, no place, nothing about care.
NEUTRAL_TEXT = _("Hello, could you ring me when you have a moment? Nothing you did. Thank you.")
OUR_DEFAULT = _("Our default: no rule here says how often.")
NO_WHERE = _("Write where they could look.")
NO_CALL = _("Write whom they call.")
BAD_NUMBER = _("This number cannot be right. Write it with its area code.")
NO_PHONE = _("No phone that can be texted is noted for them. Give them the link yourself.")
NO_NAME = _("Write a name.")
NO_TASK = _("Pick what you ask them to do.")
SAY_HOW = _("Say who recalled it.")
NO_NUMBER = _("Write the number.")
NO_COURT = _("Write which court.")
BAD_DAY = _("Write the day, like 2026-11-22. It cannot be a day to come.")
PICK_RESULT = _("Pick what came of it.")
PICK_STATE = _("Pick how far it is.")
PICK_ITEM = _("Pick what was issued.")
PICK_KIND = _("Pick what they are to the young person.")
NOT_PICKED = _("Pick one")


def day_of(day: date) -> str:
    """Write a day as people say it."""
    return str(day_words(day))
