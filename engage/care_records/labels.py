"""The words of a care record."""

from datetime import date

from engage.care_records.rules import (
    Disability,
    EthnicGroup,
    Ethnicity,
    Flaw,
    Gender,
    Nearness,
    PlacementType,
)
from engage.i18n import lazy_gettext as _
from engage.i18n import ngettext
from engage.questions.wording import day_words

NOT_NOTED = _("Nobody noted it")
GENDERS = {
    Gender.GIRL: _("Girl or young woman"),
    Gender.BOY: _("Boy or young man"),
    Gender.OTHER: _("Another gender"),
    Gender.NOT_SAID: _("Not said"),
}
DISABILITIES = {
    Disability.YES: _("Has a disability"),
    Disability.NO: _("Has no disability"),
    Disability.NOT_SAID: _("Not said"),
}
PLACEMENT_TYPES = {
    PlacementType.FOSTER: _("Foster home"),
    PlacementType.KINSHIP: _("With family or friends"),
    PlacementType.CHILDRENS_HOME: _("Children’s home"),
    PlacementType.SUPPORTED: _("Supported or shared flat"),
    PlacementType.SECURE: _("Secure home"),
    PlacementType.PARENTS: _("With parents"),
    PlacementType.OTHER: _("Another kind of home"),
}
NEARNESS = {
    Nearness.NEAR: _("Up to 20 miles from the area they know"),
    Nearness.FAR: _("More than 20 miles from the area they know"),
}
ETHNICITIES = {
    Ethnicity.WBRI: _("White British"),
    Ethnicity.WIRI: _("White Irish"),
    Ethnicity.WIRT: _("Traveller of Irish heritage"),
    Ethnicity.WROM: _("Gypsy or Roma"),
    Ethnicity.WOTH: _("Another White background"),
    Ethnicity.MWBC: _("White and Black Caribbean"),
    Ethnicity.MWBA: _("White and Black African"),
    Ethnicity.MWAS: _("White and Asian"),
    Ethnicity.MOTH: _("Another mixed background"),
    Ethnicity.AIND: _("Indian"),
    Ethnicity.APKN: _("Pakistani"),
    Ethnicity.ABAN: _("Bangladeshi"),
    Ethnicity.AOTH: _("Another Asian background"),
    Ethnicity.BCRB: _("Black Caribbean"),
    Ethnicity.BAFR: _("Black African"),
    Ethnicity.BOTH: _("Another Black background"),
    Ethnicity.CHNE: _("Chinese"),
    Ethnicity.OOTH: _("Another background"),
    Ethnicity.REFU: _("They would rather not say"),
    Ethnicity.NOBT: _("Not known yet"),
}
ETHNIC_GROUPS = {
    EthnicGroup.WHITE: _("White"),
    EthnicGroup.MIXED: _("Mixed"),
    EthnicGroup.ASIAN: _("Asian"),
    EthnicGroup.BLACK: _("Black"),
    EthnicGroup.OTHER: _("Another background"),
    EthnicGroup.NOT_SAID: _("Not said"),
}
FLAWS = {
    Flaw.REFERENCE_FORM: _("Use up to 20 letters, digits and dashes, as in your case system."),
    Flaw.REFERENCE_TAKEN: _("Another young person has this reference."),
    Flaw.UPN_FORM: _("A pupil number is a letter and 12 digits, like A123456789012."),
    Flaw.IN_THE_FUTURE: _("This day has not come yet."),
    Flaw.BEFORE_BIRTH: _("This day is before they were born."),
    Flaw.ENDED_BEFORE_IT_BEGAN: _("This day is before care began."),
    Flaw.ENDED_BUT_NEVER_BEGAN: _("Write when care began as well."),
    Flaw.TOO_MUCH: _("No journey is that long. Check the number."),
    Flaw.WHY_SO_FAR: _("This is more than 20 miles. Write why they live so far away."),
}


def day(on: date | None) -> str:
    """Return a day in the reader's words, or that nobody noted it."""
    return str(day_words(on)) if on else str(NOT_NOTED)


def miles(number: int | None) -> str:
    """Return a distance in words, or that nobody noted it."""
    if number is None:
        return str(NOT_NOTED)
    return ngettext("%(num)s mile", "%(num)s miles", number)


def minutes(number: int | None) -> str:
    """Return how long a journey takes in words, or that nobody noted it."""
    if number is None:
        return str(NOT_NOTED)
    return ngettext("%(num)s minute", "%(num)s minutes", number)
