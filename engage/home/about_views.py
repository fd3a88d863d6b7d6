"""What this program is, and where its source can be had. For adults who have signed in."""

from importlib import metadata

from flask import Blueprint, current_app, render_template

from engage.config import Settings
from engage.people.models import PersonKind
from engage.people.signin import viewer_required

bp = Blueprint("about", __name__)


@bp.get("/about")
@viewer_required(PersonKind.CARER, PersonKind.WORKER)
def about() -> str:
    """Name the program, its licence and where the source of what runs here is.

    Source: AGPL 3, section 13. Never shown without a sign-in, or to a young person: the name
    of the program would tell whoever looks over a shoulder what this is.
    """
    settings: Settings = current_app.extensions["engage"]
    return render_template(
        "home/about.html", version=metadata.version("engage"), source=settings.source_url
    )
