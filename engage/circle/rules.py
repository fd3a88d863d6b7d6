"""What holds about the people who matter to a young person, in plain Python."""

from datetime import date, timedelta
from enum import StrEnum

# How old a number may be before somebody should ask whether it still works. Ours; C1 asks for
# a "last checked" date and says nothing of how often.
CHECK_AGAIN = timedelta(days=90)


class Contact(StrEnum):
    """What a button beside somebody may do for whoever looks."""

    CALL = "call"
    ONLY_IF_WORRIED = "only_if_worried"
    NO = "no"


def contact_for(may_call: str, has_phone: bool) -> Contact:
    """Return whether a call button may stand beside somebody. `never` shows none. Source: C1."""
    if may_call == "never" or not has_phone:
        return Contact.NO
    return Contact.CALL if may_call == "yes" else Contact.ONLY_IF_WORRIED


def wants_checking(checked_on: date | None, today: date) -> bool:
    """Say whether nobody has made sure lately that this is still right."""
    return checked_on is None or today - checked_on >= CHECK_AGAIN


def may_change_calling(*, is_young_person: bool, never_by_young_person: bool) -> bool:
    """Say whether this viewer may change whether somebody is called.

    What the young person closed, nobody else opens. Source: C1, "YP can mark don't call".
    """
    return is_young_person or not never_by_young_person
