"""What we promise whoever comes back: read by everybody here, published by those who may."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import lazy_gettext as _
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.returns.standards_actions import NotYetWritten, Part, publish
from engage.returns.standards_queries import may_publish, standards
from engage.web.errors import NotFound
from engage.web.forms import Form, TextArea, TextField
from engage.web.layout import time_zone

bp = Blueprint("welcome_standards", __name__)
READERS = (
    PersonKind.YOUNG_PERSON, PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR,
    Role.OUT_OF_HOURS, Role.INTERVIEWER, Role.ADMIN,
)  # fmt: skip
WRITERS = (Role.SUPERVISOR, Role.ADMIN)


class StandardsForm(Form):
    """The words, and the young people's part in them."""

    words = TextArea(
        _("What do we promise whoever comes back?"),
        hint=_("One promise a line, in plain words."),
        limit=2000,
        rows=8,
        needed=_("Write what you promise."),
    )
    where = TextField(
        _("Where did young people write it with you?"),
        hint=_("Leave all three empty if they have not yet had a part in it."),
        limit=120,
    )
    on = TextField(_("When?"), kind="date")
    how_many = TextField(_("How many young people were there?"), limit=3)

    def part(self) -> Part:
        """Return the young people's part as it was filled in. Raises ValueError."""
        on = date.fromisoformat(self.on.data) if self.on.data else None
        many = int(self.how_many.data) if self.how_many.data else None
        if many is not None and many <= 0:
            raise ValueError(many)
        return Part(self.where.data or "", on, many)


@bp.get("/welcome-standards")
@viewer_required(*READERS)
def page() -> str:
    """Show what is promised, and what was before."""
    viewer = signed_in_viewer()
    return render_template(
        "returns/standards.html", found=standards(viewer), day=day_words,
        may_write=may_publish(viewer, now=clock.now()),
    )  # fmt: skip


@bp.get("/welcome-standards/new")
@viewer_required(*WRITERS)
def write() -> str:
    """Ask for new words, beginning with those that count."""
    viewer = signed_in_viewer()
    latest = next(iter(standards(viewer)), None)
    form = StandardsForm(formdata=None, words=latest.words if latest else "")
    return _form_page(form)


@bp.post("/welcome-standards/new")
@viewer_required(*WRITERS)
def publish_new() -> Response | tuple[str, int]:
    """Publish them."""
    form, now = StandardsForm(), clock.now()
    if not form.validate_on_submit():
        return _form_page(form), 400
    try:
        today = now.astimezone(ZoneInfo(time_zone())).date()
        publish(signed_in_viewer(), str(form.words.data), form.part(), today=today, now=now)
    except (NotYetWritten, ValueError):
        form.say("where", str(_("Fill in where, when and how many, or leave all three empty.")))
        return _form_page(form), 400
    db.session.commit()
    return redirect(url_for("welcome_standards.page"), 303)


def _form_page(form: StandardsForm) -> str:
    if not may_publish(signed_in_viewer(), now=clock.now()):
        raise NotFound("standards")
    return render_template("returns/standards_form.html", form=form)
