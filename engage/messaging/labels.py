"""The words for where a text stands and why."""

from engage.i18n import LazyText, lazy_gettext
from engage.messaging.code_rules import LANDLINE, PHONE_OFF, PhoneTrouble, Trouble, trouble_of
from engage.messaging.rules import MessageState, Reason

STATES: dict[MessageState, LazyText] = {
    MessageState.PENDING: lazy_gettext("Waiting to be sent"),
    MessageState.SENDING: lazy_gettext("Being sent"),
    MessageState.ACCEPTED: lazy_gettext("On its way"),
    MessageState.SENT: lazy_gettext("Sent"),
    MessageState.DELIVERED: lazy_gettext("Arrived on the phone"),
    MessageState.READ: lazy_gettext("Read"),
    MessageState.FAILED: lazy_gettext("Did not arrive"),
    MessageState.BLOCKED: lazy_gettext("Not sent"),
    MessageState.EXPIRED: lazy_gettext("Too late to send"),
    MessageState.UNKNOWN: lazy_gettext("We do not know whether this text went"),
    MessageState.DEAD: lazy_gettext("Could not be sent"),
}

REASONS: dict[Reason, LazyText] = {
    Reason.OPTED_OUT: lazy_gettext("This phone has asked for no texts. Use another way."),
    Reason.NO_NUMBER: lazy_gettext("We have no number for this person."),
    Reason.SUSPENDED: lazy_gettext("The phone was reported lost."),
    Reason.STALE_NUMBER: lazy_gettext("The number was silent for long. Check it first."),
    Reason.ENDED: lazy_gettext("This person is no longer part of this."),
    Reason.TOO_LATE: lazy_gettext("The text no longer made sense when it could be sent."),
    Reason.QUIET_HOURS: lazy_gettext("It was night, and no texts are sent at night."),
    Reason.BROKEN: lazy_gettext("Something is wrong with this text. Tell your administrator."),
    Reason.IN_DOUBT: lazy_gettext("The provider did not answer. Use another way."),
    Reason.NEVER_WENT: lazy_gettext("It did not go. Use another way."),
    Reason.REFUSED: lazy_gettext("The phone network did not take it. Use another way."),
    Reason.CANCELLED: lazy_gettext("It was withdrawn before it went."),
    Reason.OVER_BUDGET: lazy_gettext("Today's limit for texts is reached. Use another way."),
    Reason.COUNTRY: lazy_gettext("We do not answer unknown phones in that country."),
}

TROUBLES: dict[Trouble, LazyText] = {
    Trouble.NUMBER: lazy_gettext("This number takes no texts. Check it."),
    Trouble.OPTED_OUT: lazy_gettext("This phone has asked for no texts. Use another way."),
    Trouble.SETTINGS: lazy_gettext("The text provider needs setting up. Tell your administrator."),
    Trouble.CONTENT: lazy_gettext("The phone network refused the words. Use another way."),
    Trouble.LATE: lazy_gettext("The phone was not reached in time."),
    Trouble.PASSING: lazy_gettext("The phone network had a problem."),
}
# What stands beside a name, and what it means.
PHONE_TROUBLES: dict[PhoneTrouble, LazyText] = {
    PhoneTrouble.NO_NUMBER: lazy_gettext("No phone number"),
    PhoneTrouble.OPTED_OUT: lazy_gettext("Texts are off: use another way"),
    PhoneTrouble.LOST: lazy_gettext("Phone reported lost"),
    PhoneTrouble.STALE: lazy_gettext("Number not checked for long"),
    PhoneTrouble.UNREACHABLE: lazy_gettext("Last text did not arrive"),
}
PHONE_TROUBLES_MORE: dict[PhoneTrouble, LazyText] = {
    PhoneTrouble.NO_NUMBER: lazy_gettext("We have no number for this person."),
    PhoneTrouble.OPTED_OUT: lazy_gettext(
        "They asked for no more texts. What they send us still arrives."
    ),
    PhoneTrouble.LOST: lazy_gettext("Nothing is sent to it until the number is checked again."),
    PhoneTrouble.STALE: lazy_gettext(
        "It was silent for 90 days and may be somebody else's by now. Check it with them first."
    ),
    PhoneTrouble.UNREACHABLE: lazy_gettext("Reach them another way, and say so when you did."),
}

_SEEMS_OFF = lazy_gettext("The phone seems to be off.")
_LANDLINE = lazy_gettext("This number is a landline. It takes no texts.")


def trouble_label(code: int | None) -> LazyText | None:
    """Return the words for a provider's error code, or None without one. Source: SAFETY 8."""
    if not code:
        return None
    if code in LANDLINE:
        return _LANDLINE
    return _SEEMS_OFF if code == PHONE_OFF else TROUBLES[trouble_of(code)]
