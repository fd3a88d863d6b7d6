"""The words for episodes."""

from engage.episodes.rules import (
    EpisodeKind,
    EpisodeState,
    Event,
    Obstacle,
    Source,
    Stage,
    TimeProblem,
)
from engage.i18n import lazy_gettext as _

STATES = {
    EpisodeState.LATE: _("Late back"),
    EpisodeState.WORRIED: _("Somebody is worried"),
    EpisodeState.MISSING: _("Missing: nobody knows where they are"),
    EpisodeState.AWAY: _("Away: we know where, and they will not come back yet"),
    EpisodeState.IN_TOUCH: _("Away, and in touch with us"),
    EpisodeState.READY: _("Ready to come back"),
    EpisodeState.RETURNING: _("On the way back"),
    EpisodeState.RETURNED: _("Came back"),
    EpisodeState.CLOSED: _("Everything is done"),
}
KINDS = {
    EpisodeKind.CHOSE_TO_GO: _("They chose to go"),
    EpisodeKind.MADE_TO_LEAVE: _("Somebody made them go"),
    EpisodeKind.NOT_KNOWN: _("We do not know"),
}
EVENTS = {
    Event.EXPECTED_BACK: _("Expected back"),
    Event.LAST_CONTACT: _("Last seen or heard from"),
    Event.DISCOVERED: _("Somebody noticed"),
    Event.INFORMATION_RECEIVED: _("The agency was told"),
    Event.DETERMINED_MISSING: _("Counted as missing"),
    Event.REPORT_MADE: _("Reported to the police"),
    Event.RETURNED: _("Came back"),
}
SOURCES = {
    Source.YOUNG_PERSON: _("The young person"),
    Source.CARER: _("A carer"),
    Source.TRUSTED_PERSON: _("A trusted person"),
    Source.WORKER: _("A worker"),
    Source.POLICE: _("The police"),
    Source.OTHER: _("Somebody else"),
}
STAGES = {
    Stage.RUNNING: _("There is time"),
    Stage.AMBER: _("Due soon"),
    Stage.RED: _("Overdue"),
    Stage.DONE: _("Done"),
    Stage.NOT_NEEDED: _("Not needed"),
}
CLOCKS = {
    "recheck": _("Look again: are they back?"),
    "count_as_missing": _("Decide whether they count as missing"),
    "report_police": _("Report to the police"),
    "report_ncmec": _("Report to the national centre (NCMEC)"),
    "inform_supervisor": _("Tell the supervisor"),
    "inform_listed_people": _("Tell the people who must know"),
    "inform_partners": _("Tell those who help to look"),
    "danger_check": _("Ask again: are they in danger?"),
    "search_efforts": _("Try again to reach and find them"),
    "update_police": _("Tell the police what is new"),
    "update_ncmec": _("Tell the national centre what is new"),
    "return_notices": _("Tell everybody that they are back"),
    "health_check": _("Offer a health check"),
}
TIME_PROBLEMS = {
    TimeProblem.FUTURE: _("This time has not come yet. Look at the date and the time."),
    TimeProblem.TOO_LONG_AGO: _("This is more than a year ago. Look at the date."),
    TimeProblem.BEFORE_LAST_CONTACT: _("This is before they were last seen or heard from."),
    TimeProblem.RETURNED_BEFORE_MISSING: _("They cannot be back before they were gone."),
    TimeProblem.NEEDS_REASON: _("Say why this time is changed. The first one is kept."),
}
OBSTACLES = {
    Obstacle.NOT_BACK: _("They are not back yet."),
    Obstacle.NO_RETURN_TIME: _("Say when they came back."),
    Obstacle.NO_REASON: _("Say how you know that they are not missing."),
    Obstacle.DUTIES_OPEN: _("Something is still to be done, or to be said that it is not needed."),
    Obstacle.NOTICES_OPEN: _("Somebody has not been told yet, or something about it is blank."),
}
