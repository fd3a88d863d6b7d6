"""What the page of the photo accepts."""

from datetime import date

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from engage.i18n import lazy_gettext as _
from engage.photos.labels import DAY_PROBLEMS, PROBLEMS
from engage.photos.pictures import NotUsable, Picture, read_picture
from engage.photos.rules import MOST_BYTES, DayProblem, PhotoProblem, day_problem, read_day
from engage.web.fields import as_text
from engage.web.forms import Form, TextField, Tick, ValidationError

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class PhotoForm(Form):
    """A photo, the day it was taken on, and a yes to keeping it."""

    photo = FileField(as_text(_("The photo")))
    taken_on = TextField(
        _("When was it taken?"), needed=DAY_PROBLEMS[DayProblem.UNREADABLE], kind="date"
    )
    agreed = Tick(
        _("I am OK with this photo being kept in my plan."),
        needed=_("Tick the box if you are OK with it. If not, leave the photo out."),
    )

    today = date.max
    picture: Picture | None = None
    day: date | None = None

    def validate_photo(self, field: FileField) -> None:
        """Read the photo; whatever is wrong with it is said in one sentence."""
        sent = field.data
        data = sent.stream.read(MOST_BYTES + 1) if isinstance(sent, FileStorage) else b""
        try:
            self.picture = read_picture(data)
        except NotUsable as refused:
            raise ValidationError(str(PROBLEMS[refused.problem])) from None

    def validate_taken_on(self, field: TextField) -> None:
        """Read the day."""
        self.day = read_day(field.data or "")
        if problem := day_problem(self.day, self.today):
            raise ValidationError(str(DAY_PROBLEMS[problem]))

    def say_too_heavy(self) -> None:
        """Say what is wrong with a photo that was too big even to be read."""
        self.say("photo", str(PROBLEMS[PhotoProblem.TOO_HEAVY]))
