"""What a care record may say. Plain Python.

Source: the Children looked-after data return of England (SSDA903): the child's identifier, its
ethnic codes, the form of a unique pupil number; MISSION C56 (what inequality is looked at by) and
C9 (how near the home is to what they know).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REFERENCE = re.compile(r"[A-Z0-9/_-]{1,20}")
# A permanent number, a temporary one (a letter at the end), or the reason that there is none.
UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-Z]|UN\d{1,2}")


# England's statistics of children looked after count a placement over 20 miles from home as far.
FAR_MILES = 20
MOST_MILES = 9_999
MOST_MINUTES = 24 * 60


class Nearness(StrEnum):
    """How near the home is to the area they know as theirs."""

    NEAR = "near"
    FAR = "far"


class Gender(StrEnum):
    """As the young person says it, or nobody asked."""

    GIRL = "girl"
    BOY = "boy"
    OTHER = "other"
    NOT_SAID = "not_said"


class Disability(StrEnum):
    """Whether they have a disability, as they or those who know them say."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"


class PlacementType(StrEnum):
    """What kind of home it is."""

    FOSTER = "foster"
    KINSHIP = "kinship"
    CHILDRENS_HOME = "childrens_home"
    SUPPORTED = "supported"
    SECURE = "secure"
    PARENTS = "parents"
    OTHER = "other"


class Ethnicity(StrEnum):
    """The codes of the SSDA903 return."""

    WBRI = "WBRI"
    WIRI = "WIRI"
    WIRT = "WIRT"
    WROM = "WROM"
    WOTH = "WOTH"
    MWBC = "MWBC"
    MWBA = "MWBA"
    MWAS = "MWAS"
    MOTH = "MOTH"
    AIND = "AIND"
    APKN = "APKN"
    ABAN = "ABAN"
    AOTH = "AOTH"
    BCRB = "BCRB"
    BAFR = "BAFR"
    BOTH = "BOTH"
    CHNE = "CHNE"
    OOTH = "OOTH"
    REFU = "REFU"
    NOBT = "NOBT"


class EthnicGroup(StrEnum):
    """The codes, put together so that groups are not too small to be shown."""

    WHITE = "white"
    MIXED = "mixed"
    ASIAN = "asian"
    BLACK = "black"
    OTHER = "other"
    NOT_SAID = "not_said"


_BY_FIRST_LETTER = {
    "W": EthnicGroup.WHITE,
    "M": EthnicGroup.MIXED,
    "A": EthnicGroup.ASIAN,
    "B": EthnicGroup.BLACK,
}
_BY_CODE = {
    Ethnicity.CHNE: EthnicGroup.ASIAN,
    Ethnicity.OOTH: EthnicGroup.OTHER,
    Ethnicity.REFU: EthnicGroup.NOT_SAID,
    Ethnicity.NOBT: EthnicGroup.NOT_SAID,
}


def group_of(code: Ethnicity | None) -> EthnicGroup:
    """Say to which group a code belongs; nobody asked counts as not said."""
    if code is None:
        return EthnicGroup.NOT_SAID
    return _BY_CODE.get(code) or _BY_FIRST_LETTER[code[0]]


class Flaw(StrEnum):
    """Why something cannot stand in a care record."""

    REFERENCE_FORM = "reference_form"
    REFERENCE_TAKEN = "reference_taken"
    UPN_FORM = "upn_form"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_BIRTH = "before_birth"
    ENDED_BEFORE_IT_BEGAN = "ended_before_it_began"
    ENDED_BUT_NEVER_BEGAN = "ended_but_never_began"
    TOO_MUCH = "too_much"
    WHY_SO_FAR = "why_so_far"


@dataclass(frozen=True, slots=True)
class Details:
    """All of a care record. None: nobody noted it.

    Miles are as one travels from where they live to the area they know as home; minutes are door to
    door, to their school and to the people who matter most to them.
    """

    reference: str | None = None
    upn: str | None = None
    gender: Gender | None = None
    ethnicity: Ethnicity | None = None
    disability: Disability | None = None
    placement_type: PlacementType | None = None
    care_began_on: date | None = None
    care_ended_on: date | None = None
    miles_home: int | None = None
    minutes_school: int | None = None
    minutes_people: int | None = None
    why_far: str | None = None

    @property
    def nearness(self) -> Nearness | None:
        """Say whether the home is near what they know; None if nobody noted how far it is."""
        if self.miles_home is None:
            return None
        return Nearness.FAR if self.miles_home > FAR_MILES else Nearness.NEAR

    @property
    def ethnic_group(self) -> EthnicGroup:
        """Return the group that the code belongs to."""
        return group_of(self.ethnicity)


def tidy(text: str | None) -> str | None:
    """Return a reference or pupil number as it is compared: capitals, no spaces; None if empty."""
    return "".join((text or "").split()).upper() or None


def flaws(details: Details, *, born_on: date | None, today: date) -> dict[str, Flaw]:
    """Name each field that cannot stand, and why. `today` is the organisation's own date."""
    found: dict[str, Flaw] = {}
    if details.reference and not REFERENCE.fullmatch(details.reference):
        found["reference"] = Flaw.REFERENCE_FORM
    if details.upn and not UPN.fullmatch(details.upn):
        found["upn"] = Flaw.UPN_FORM
    found.update(_too_far(details))
    began, ended = details.care_began_on, details.care_ended_on
    for name, day in (("care_began_on", began), ("care_ended_on", ended)):
        if day is None:
            continue
        if day > today:
            found[name] = Flaw.IN_THE_FUTURE
        elif born_on is not None and day < born_on:
            found[name] = Flaw.BEFORE_BIRTH
    if ended is not None and "care_ended_on" not in found:
        if began is None:
            found["care_ended_on"] = Flaw.ENDED_BUT_NEVER_BEGAN
        elif ended < began:
            found["care_ended_on"] = Flaw.ENDED_BEFORE_IT_BEGAN
    return found


def _too_far(details: Details) -> dict[str, Flaw]:
    """Name what no journey can be, and a home far away that nobody gives a reason for (C9)."""
    most = {
        "miles_home": MOST_MILES, "minutes_school": MOST_MINUTES, "minutes_people": MOST_MINUTES,
    }  # fmt: skip
    found = {
        name: Flaw.TOO_MUCH
        for name, limit in most.items()
        if (noted := getattr(details, name)) is not None and not 0 <= noted <= limit
    }
    if details.nearness is Nearness.FAR and not details.why_far:
        found["why_far"] = Flaw.WHY_SO_FAR
    return found
