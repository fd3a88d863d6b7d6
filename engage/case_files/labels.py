"""The words of a case file."""

from engage.case_files.rules import Chapter
from engage.i18n import lazy_gettext as _

CHAPTERS = {
    Chapter.PERSON: _("Who it is about"),
    Chapter.PLAN: _("The plan"),
    Chapter.HAPPENED: _("What happened"),
    Chapter.TALKS: _("Talks after coming back"),
    Chapter.APART: _("What others told"),
    Chapter.MEETINGS: _("Meetings"),
    Chapter.NEXT_STEPS: _("What was promised"),
}
BORN = _("Date of birth")
LANGUAGE = _("Language")
REFERENCE = _("Reference")
PUPIL_NUMBER = _("Pupil number (UPN)")
CARE_BEGAN = _("Care began on")
CARE_ENDED = _("Care ended on")
GENDER = _("Gender")
ETHNICITY = _("Ethnic background")
DISABILITY = _("Disability")
PLACEMENT = _("Kind of home")
NEARNESS = _("How far from the area they know")
WHY_FAR = _("Why it is so far")
TALK_OF = _("Talk of %(date)s")
HELD_BY = _("Held by")
PUT_RIGHT = _("They put it right")
NOTES = _("Notes")
DECIDED = _("What was decided")
OWN_WORDS = _("The young person’s own words")
WHO_DOES = _("Who does what")
WHO_WAS_ASKED = _("Who was asked")
OWNER = _("Who does it")
BY_WHEN = _("By when")
STANDING = _("How far it is")
THEY_SAID = _("What they said")
WE_DID = _("What came of it")
