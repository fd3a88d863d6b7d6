"""The words of the key figures: what each is called, what it counts, and of whom."""

from collections.abc import Callable
from datetime import date

from engage.i18n import lazy_gettext as _
from engage.key_figures.rules import Figure, LeftOut, Measured, Part, Quarter

PARTS = {
    Part.CAME_IN: _("What came in"),
    Part.AWAY: _("Times away"),
    Part.TOLD: _("Who was told in time"),
    Part.BACK: _("After coming back"),
    Part.BEFORE: _("Before anything happens"),
}
FIGURES = {
    Figure.REFERRALS: _("Referrals about young people who are looked after"),
    Figure.EPISODES: _("Times missing"),
    Figure.CHILDREN_MISSING: _("Young people missing"),
    Figure.WENT_AGAIN: _("Missing more than once"),
    Figure.WITHOUT_POLICE: _("Back without the police"),
    Figure.POLICE_ON_TIME: _("Police told in time"),
    Figure.NCMEC_ON_TIME: _("NCMEC told in time"),
    Figure.OTHERS_ON_TIME: _("Others told in time"),
    Figure.HEALTH_CHECKS: _("Health checked in time"),
    Figure.CONTACTED_24: _("Contacted within 24 hours"),
    Figure.CONTACTED_48: _("Contacted within 48 hours"),
    Figure.TALKS_72: _("Return talk within 72 hours"),
    Figure.TALKS_ON_TIME: _("Return talk in time by our own rule"),
    Figure.TALKS_DONE: _("Return talk held at all"),
    Figure.CHOSE_WHO: _("Talk with the person they chose"),
    Figure.PLANS_AGREED: _("With an agreed plan"),
    Figure.TRIOS: _("With three trusted people who said yes"),
}
# What is counted, and of what. Read aloud, it must be checkable by hand.
DEFINITIONS = {
    Figure.REFERRALS: _(
        "Referrals that came in and are about a young person who is looked after, of all that came"
        " in. One sent twice counts once when it was put together."
    ),
    Figure.EPISODES: _(
        "Times away that began in the quarter and in which somebody counted as missing."
    ),
    Figure.CHILDREN_MISSING: _(
        "Young people who counted as missing at least once, by when it began."
    ),
    Figure.WENT_AGAIN: _(
        "Young people with two or more times missing that began in the quarter, of all who were"
        " missing in it."
    ),
    Figure.WITHOUT_POLICE: _(
        "Times away that ended in the quarter without the police being told, of all that ended."
    ),
    Figure.POLICE_ON_TIME: _(
        "Times missing in which the police were told by when the rule says, of all in which a rule"
        " asks for it."
    ),
    Figure.NCMEC_ON_TIME: _(
        "Times missing in which NCMEC was told by when the rule says, of all in which a rule asks"
        " for it."
    ),
    Figure.OTHERS_ON_TIME: _(
        "Everybody else who had to be told that somebody is missing: told in time, of all who had"
        " to be told."
    ),
    Figure.HEALTH_CHECKS: _(
        "Returns after which the health check was done by when the rule says, of all returns after"
        " which a rule asks for it."
    ),
    Figure.CONTACTED_24: _(
        "Talks owed for which somebody reached the young person or offered a talk within 24 hours"
        " of the return, of all owed."
    ),
    Figure.CONTACTED_48: _(
        "Talks owed for which somebody reached the young person or offered a talk within 48 hours"
        " of the return, of all owed."
    ),
    Figure.TALKS_72: _(
        "Talks held within 72 hours of the return, of all owed. An offer in time that was declined"
        " in time is left out."
    ),
    Figure.TALKS_ON_TIME: _(
        "Talks held by when the strictest rule of this organisation says, of all owed. An offer in"
        " time that was declined in time is left out."
    ),
    Figure.TALKS_DONE: _("Talks held, whenever it was, of all that came to be owed."),
    Figure.CHOSE_WHO: _("Talks for which the young person chose who, of all talks held."),
    Figure.PLANS_AGREED: _(
        "Young people whose plan was agreed and live as the quarter ended, of all young people."
    ),
    Figure.TRIOS: _(
        "Young people with three trusted people who had said yes as the quarter ended, of all"
        " young people."
    ),
}
LEFT_OUT = {
    LeftOut.NO_RETURN_TIME: _("Nobody noted when they came back"),
    LeftOut.DECLINED_IN_TIME: _("Offered in time, and they said no"),
    LeftOut.NOT_YET_DUE: _("Not yet due"),
}
OTHERS = {
    "england": _("England, 2023 to 2024: %(percent)d%%"),
}
QUARTER = _("%(first)s to %(last)s")
TOO_FEW = _("fewer than 5")
OF_ALL = _("%(counted)d of %(of)d")
SHARE = _("%(percent)d%%")
EMPTY = _("–")


def quarter(asked: Quarter, day: Callable[[date], str]) -> str:
    """Return the months of a quarter, each in the reader's words by `day`."""
    return str(QUARTER) % {"first": day(asked.starts_on), "last": day(asked.ends_on)}


def result(found: Measured) -> str:
    """Return a figure in words, or that too few stand behind it."""
    if not found.is_shown:
        return str(TOO_FEW) if found.of else "0"
    if found.is_count:
        return str(found.counted)
    return str(OF_ALL) % {"counted": found.counted, "of": found.of}


def share(found: Measured) -> str:
    """Return the share of a figure, or a dash."""
    return str(EMPTY) if found.percent is None else str(SHARE) % {"percent": found.percent}
