"""What is said about photos: why one cannot be kept, and whose yes it has."""

from engage.i18n import lazy_gettext as _
from engage.photos.rules import DayProblem, PhotoProblem

PROBLEMS = {
    PhotoProblem.NOTHING: _("Choose a photo first."),
    PhotoProblem.TOO_HEAVY: _("This photo is bigger than 10 MB. Choose a smaller one."),
    PhotoProblem.NOT_A_PHOTO: _("This is not a photo. Choose a JPEG, PNG, WebP or HEIC photo."),
    PhotoProblem.OTHER_KIND: _(
        "We cannot use this kind of picture. Choose a JPEG, PNG, WebP or HEIC photo."
    ),
    PhotoProblem.BROKEN: _("This photo is damaged, or only part of it came. Try again."),
    PhotoProblem.TOO_LARGE: _("This photo has too many dots to handle. Choose a smaller one."),
    PhotoProblem.TOO_SMALL: _("This photo is too small to see you well. Choose a bigger one."),
    PhotoProblem.MOVES: _("This picture moves. Choose a photo that stands still."),
}

DAY_PROBLEMS = {
    DayProblem.UNREADABLE: _("Write the day like this: 22/11/2026."),
    DayProblem.NOT_YET: _("That day has not come yet. Check the date."),
    DayProblem.TOO_OLD: _("That is more than five years ago. Choose a newer photo."),
}

AGREED_HOW = {
    "own_device": _("You said yes to it yourself."),
    "in_person": _("You said yes to it on your worker's screen."),
}
