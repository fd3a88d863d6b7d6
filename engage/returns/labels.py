"""The words for a welcome. Our own, not yet tested with young people."""

from engage.i18n import lazy_gettext as _
from engage.returns.rules import Check, Choice, Mark, Way

# step → what to do, and why or how
STEPS = {
    "glad": (_("Show that you are glad"), _("Say it: good that you are here.")),
    "thanks": (_("Thank them for coming"), _("Even if it was not their choice.")),
    "hard": (_("Say that coming back can be hard"), _("Then they do not have to.")),
    "no_questions": (_("Ask nothing about it yet"), _("Watch your face and your voice.")),
    "first": (_("Ask what they need first"), _("And do that first.")),
    "food": (_("Offer food and drink"), _("Something they like, if you can.")),
    "shower": (_("Offer a shower or a bath"), _("Nobody has to.")),
    "clothes": (_("Offer clean clothes"), _("Keep what they wore, if they were hurt.")),
    "medical": (_("Ask if anything hurts"), _("Call a doctor if it does.")),
    "rest": (_("Let them rest"), _("At any hour, as long as they like.")),
    "choices": (_("Let them choose"), _("Small things too: light, door, music.")),
    "plan": (_("Look at what their plan says"), _("It is above.")),
    "who": (_("Ask who they want to talk to"), _("Maybe nobody yet. That is fine.")),
    "contact": (_("Let them call somebody they like"), _("If they want to.")),
    "what_next": (_("Say what happens next"), _("And what does not happen.")),
    "ready": (_("Ask if they are ready to talk"), _("Take no for an answer.")),
    "safety": (
        _("If they tell you about harm, pass it on"),
        _("Tell them that you must, and to whom."),
    ),
}
MARKS = {Mark.DONE: _("Done"), Mark.SKIPPED: _("Skipped")}
WAYS = {
    Way.BY_THEMSELVES: _("By themselves"),
    Way.TRUSTED_PERSON: _("With somebody they trust"),
    Way.CARER: _("With a carer"),
    Way.WORKER: _("With a worker"),
    Way.POLICE: _("With the police"),
    Way.OTHER: _("In another way"),
}
CHOICES = {
    Choice.YES: _("Yes"),
    Choice.PARTLY: _("Partly"),
    Choice.NO: _("No"),
    Choice.NOT_SAID: _("They did not say"),
}
CHECKS = {
    "injury": _("Injuries"),
    "substances": _("Alcohol or drugs"),
    "sexual_health": _("Sexual health and pregnancy"),
    "mental_health": _("How they feel, and thoughts of hurting themselves"),
}
OUTCOMES = {
    Check.NOT_ASKED: _("Not asked yet"),
    Check.DECLINED: _("Offered, they said no"),
    Check.BOOKED: _("Booked"),
    Check.DONE: _("Done"),
}
