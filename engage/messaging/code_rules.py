"""What the provider's error codes mean for us: whom they concern, and whether to try again.

Source: SAFETY 8 and Twilio's error dictionary. Twilio splits codes now and then, so one that
stands nowhere here is taken as passing: it is tried again, and given up in time.
"""

from enum import StrEnum


class Trouble(StrEnum):
    """What kind of refusal a provider's error code means for us."""

    NUMBER = "number"
    OPTED_OUT = "opted_out"
    SETTINGS = "settings"
    CONTENT = "content"
    LATE = "late"
    PASSING = "passing"


class PhoneTrouble(StrEnum):
    """Why a text may not reach somebody: shown wherever a worker looks."""

    NO_NUMBER = "no_number"
    OPTED_OUT = "opted_out"
    LOST = "lost"
    STALE = "stale"
    UNREACHABLE = "unreachable"


OPTED_OUT = 21610
PHONE_OFF = 30003
LANDLINE = frozenset({21635, 30006})
# The number itself will never take a text: wrong, a landline, premium, cut off, or our own.
NUMBERS = frozenset(
    {21211, 21213, 21214, 21217, 21265, 21266, 21604, 21614, 21635, 30004, 30005, 30006}
)
# Ours or the account's to put right: no text leaves until somebody does.
SETTINGS = frozenset(
    {
        10001, 20003, 20005, 20404, 21212, 21408, 21601, 21603, 21606, 21608, 21609, 21612, 21616,
        21659, 21660, 21661, 21701, 21703, 21704, 21705, 21712, 30002, 30010, 30024,
        30032, 30033, 30034, 30035, 30453,
    }
)  # fmt: skip
# The words: never sent again as they are.
CONTENTS = frozenset({21602, 21605, 21617, 21619, 21654, 30007, 30011, 30019, 30039})
# The time we gave it ran out on its way.
LATE = frozenset({30012, 30036})
# Worth another try while the text still makes sense.
PASSING = frozenset(
    {14107, 20429, 20500, 20503, 20504, 21611, 30001, 30003, 30008, 30009, 30017, 30022, 30023,
     30027}
)  # fmt: skip
TROUBLES = {
    OPTED_OUT: Trouble.OPTED_OUT,
    **dict.fromkeys(NUMBERS, Trouble.NUMBER),
    **dict.fromkeys(SETTINGS, Trouble.SETTINGS),
    **dict.fromkeys(CONTENTS, Trouble.CONTENT),
    **dict.fromkeys(LATE, Trouble.LATE),
    **dict.fromkeys(PASSING, Trouble.PASSING),
}
# The phone was off or out of reach: worth another try while the text still makes sense.
UNREACHED = frozenset({30001, 30003, 30008})


def trouble_of(code: int | None) -> Trouble:
    """Say what a provider's error code means for us."""
    return TROUBLES.get(code or 0, Trouble.PASSING)
