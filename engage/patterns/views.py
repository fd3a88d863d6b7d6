"""The pages of what keeps happening, and to whom unequally."""

from flask import Blueprint, render_template, request

from engage import clock
from engage.feedback import labels as said
from engage.patterns import labels, place_labels, queries
from engage.patterns.rules import Pattern, Trait
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("patterns", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/patterns")
@viewer_required(*WHO)
def overview() -> str:
    """Show by what one can look."""
    # Who may not see totals finds nothing here either.
    queries.require_totals(signed_in_viewer(), now=clock.now())
    return render_template("patterns/overview.html", patterns=Pattern, traits=Trait, labels=labels,
                           same_place=place_labels)  # fmt: skip


@bp.get("/patterns/<pattern>")
@viewer_required(*WHO)
def pattern(pattern: str) -> str:
    """Show one pattern of a year."""
    if pattern not in set(Pattern):
        raise NotFound("pattern")
    asked = Pattern(pattern)
    page = queries.get_pattern(signed_in_viewer(), asked, request.args.get("year"), now=clock.now())
    return render_template("patterns/pattern.html", page=page, by=asked, labels=labels)


@bp.get("/patterns/fair/<trait>")
@viewer_required(*WHO)
def fair(trait: str) -> str:
    """Show how it went by one trait in a year."""
    if trait not in set(Trait):
        raise NotFound("trait")
    asked = Trait(trait)
    page = queries.get_fairness(
        signed_in_viewer(), asked, request.args.get("year"), now=clock.now()
    )
    return render_template("patterns/fair.html", page=page, by=asked, labels=labels, said=said)
