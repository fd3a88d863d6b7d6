"""Deciding about a referral: who it is, who has it, which is the same, how it ended."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes import labels as away_labels
from engage.episodes.actions import AlreadyOut, BadTime, open_episode
from engage.episodes.rules import EpisodeState, Event
from engage.intake import deciding_actions as actions
from engage.intake import labels, queries
from engage.intake.deciding_actions import NotOneThing
from engage.intake.forms import (
    AboutForm,
    AwayForm,
    EndForm,
    GiveForm,
    ReopenForm,
    SameForm,
    WhoForm,
)
from engage.intake.matching_queries import Candidates, candidates
from engage.intake.models import Referral
from engage.intake.rules import About, State
from engage.people.access import Object, Verb, require
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.questions.wording import day_words
from engage.web.errors import Changed, NotFound

bp = Blueprint("deciding", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
ONE = "/referrals/<uuid:referral_id>"


@bp.get(f"{ONE}/who")
@viewer_required(*WHO)
def ask_who(referral_id: UUID) -> str:
    """Show whom it may be about; it is written down whose names were shown."""
    viewer, now = signed_in_viewer(), clock.now()
    referral, found = _compared(viewer, referral_id, now)
    page = _who_page(referral, found, _who_form(found, WhoForm(formdata=None)))
    db.session.commit()
    return page


@bp.post(f"{ONE}/who")
@viewer_required(*WHO)
def say_who(referral_id: UUID) -> Response | tuple[str, int]:
    """Write down who it is, or that it is nobody here."""
    viewer, now = signed_in_viewer(), clock.now()
    referral = _open(viewer, referral_id, now)
    found = candidates(viewer, referral_id, now=now)
    form = _who_form(found, WhoForm())
    decided = form.decided()
    if decided is None:
        return _who_page(referral, found, form), 400
    person, known = decided
    if person is None:
        actions.say_nobody_here(viewer, referral_id, known, now=now)
    else:
        actions.match(viewer, referral_id, person, known, now=now)
    return _saved(viewer, referral_id, now)


def _compared(viewer: Viewer, referral_id: UUID, now: datetime) -> tuple[Referral, Candidates]:
    referral = _open(viewer, referral_id, now)
    found = candidates(viewer, referral_id, now=now)
    actions.note_looked_up(viewer, referral_id, [each.id for each in found.found], now=now)
    return referral, found


def _who_form(found: Candidates, form: WhoForm) -> WhoForm:
    words = {}
    for each in found.found:
        parts = [each.name, day_words(each.born) if each.born else "", each.team]
        # Each may run the other way than the page: isolated, none turns its neighbour round.
        words[each.id] = ", ".join(f"\u2068{part}\u2069" for part in parts if part)
    return form.offer(found.found, words)


def _who_page(referral: Referral, found: Candidates, form: WhoForm) -> str:
    return render_template(
        "intake/who.html", referral=referral, found=found, form=form, labels=labels,
        day=day_words,
    )  # fmt: skip


@bp.get(f"{ONE}/correct")
@viewer_required(*WHO)
def ask_correct(referral_id: UUID) -> str:
    """Ask how the name is written, when they were born, which number it is."""
    referral = _open(signed_in_viewer(), referral_id, clock.now())
    form = AboutForm(formdata=None)
    form.show(referral)
    return render_template("intake/correct.html", referral=referral, form=form)


@bp.post(f"{ONE}/correct")
@viewer_required(*WHO)
def correct(referral_id: UUID) -> Response | tuple[str, int]:
    """Write it anew; what the sender wrote stays in the history."""
    viewer, now, form = signed_in_viewer(), clock.now(), AboutForm()
    referral = _open(viewer, referral_id, now)
    is_good = form.validate_on_submit()
    born = form.born(now.date())
    number = form.number(queries.zone_and_region(viewer)[1])
    if not is_good or form.fixes:
        return render_template("intake/correct.html", referral=referral, form=form), 400
    actions.correct(
        viewer, referral_id, name=form.name.data or "", born=born, phone=number,
        reference=form.reference.data or "", now=now,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".ask_who", referral_id=referral_id), 303)


@bp.get(f"{ONE}/give")
@viewer_required(*WHO)
def ask_give(referral_id: UUID) -> str:
    """Ask who has it from now on."""
    viewer, now = signed_in_viewer(), clock.now()
    referral = _open(viewer, referral_id, now)
    form = _give_form(viewer, GiveForm(formdata=None), now)
    form.team.data = str(referral.team_id or queries.team_of(viewer, referral, now=now) or "")
    form.owner.data = str(queries.worker_of(viewer, referral, now=now) or referral.owner_id or "")
    return render_template("intake/give.html", referral=referral, form=form)


@bp.post(f"{ONE}/give")
@viewer_required(*WHO)
def give(referral_id: UUID) -> Response | tuple[str, int]:
    """Hand it on, or take it."""
    viewer, now = signed_in_viewer(), clock.now()
    referral = _open(viewer, referral_id, now)
    form = _give_form(viewer, GiveForm(), now)
    chosen = form.chosen()
    if chosen is None:
        return render_template("intake/give.html", referral=referral, form=form), 400
    team_id, owner_id = chosen
    actions.allocate(viewer, referral_id, team_id=team_id, owner_id=owner_id, now=now)
    return _saved(viewer, referral_id, now)


def _give_form(viewer: Viewer, form: GiveForm, now: datetime) -> GiveForm:
    return form.offer(queries.teams(viewer), queries.owners(viewer, now=now))


@bp.get(f"{ONE}/same")
@viewer_required(*WHO)
def ask_same(referral_id: UUID) -> str:
    """Show those that may be the same one."""
    return _same_page(referral_id, SameForm(formdata=None))


@bp.post(f"{ONE}/same")
@viewer_required(*WHO)
def put_together(referral_id: UUID) -> Response | tuple[str, int]:
    """Say that two are one; the later points to the first."""
    viewer, now, form = signed_in_viewer(), clock.now(), SameForm()
    referral = _open(viewer, referral_id, now)
    form.other.offer((str(each.id), "") for each in queries.alike(viewer, referral, now=now))
    if not form.validate_on_submit():
        return _same_page(referral_id, form), 400
    try:
        first = actions.merge(viewer, referral_id, UUID(form.other.data), now=now)
    except NotOneThing:
        db.session.rollback()
        form.say("other", str(labels.NOT_ONE_THING))
        return _same_page(referral_id, form), 400
    return _saved(viewer, first, now)


def _same_page(referral_id: UUID, form: SameForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    referral = _open(viewer, referral_id, now)
    found = queries.alike(viewer, referral, now=now)
    form.other.offer(
        (str(each.id), str(each.name or labels.ABOUT[each.about]),
         f"{labels.REFERRERS[each.source]}, {labels.waits(each.received_at, now)}")
        for each in found
    )  # fmt: skip
    return render_template("intake/same.html", referral=referral, form=form, found=found)


@bp.get(f"{ONE}/end")
@viewer_required(*WHO)
def ask_end(referral_id: UUID) -> str:
    """Ask what came of it."""
    referral = _open(signed_in_viewer(), referral_id, clock.now())
    return render_template("intake/end.html", referral=referral, form=EndForm(formdata=None))


@bp.post(f"{ONE}/end")
@viewer_required(*WHO)
def end(referral_id: UUID) -> Response | tuple[str, int]:
    """Say that it is done, or not ours and why."""
    viewer, now, form = signed_in_viewer(), clock.now(), EndForm()
    referral = _open(viewer, referral_id, now)
    if not form.validate_on_submit():
        return render_template("intake/end.html", referral=referral, form=form), 400
    actions.finish(viewer, referral_id, State(form.state.data), str(form.reason.data), now=now)
    return _saved(viewer, referral_id, now)


@bp.get(f"{ONE}/reopen")
@viewer_required(*WHO)
def ask_reopen(referral_id: UUID) -> str:
    """Ask why it is opened again."""
    return _reopen_page(referral_id, ReopenForm(formdata=None))


@bp.post(f"{ONE}/reopen")
@viewer_required(*WHO)
def reopen(referral_id: UUID) -> Response | tuple[str, int]:
    """Put it back among those that wait."""
    viewer, now, form = signed_in_viewer(), clock.now(), ReopenForm()
    if not form.validate_on_submit():
        return _reopen_page(referral_id, form), 400
    actions.reopen(viewer, referral_id, str(form.reason.data), now=now)
    return _saved(viewer, referral_id, now)


def _reopen_page(referral_id: UUID, form: ReopenForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    referral = queries.get_referral(viewer, referral_id, Verb.EDIT, now=now)
    return render_template("intake/reopen.html", referral=referral, form=form)


@bp.get(f"{ONE}/away")
@viewer_required(*WHO)
def ask_away(referral_id: UUID) -> str:
    """Offer to begin a time away, with what the referral says filled in."""
    viewer, now, form = signed_in_viewer(), clock.now(), AwayForm(formdata=None)
    referral = _to_begin(viewer, referral_id, now)
    if referral.since_at is not None:
        form.show(referral.since_at, queries.zone_and_region(viewer)[0])
    if referral.about == About.MISSING:
        form.state.data = EpisodeState.MISSING.value
    return _away_page(referral, form)


@bp.post(f"{ONE}/away")
@viewer_required(*WHO)
def begin_away(referral_id: UUID) -> Response | tuple[str, int]:
    """Begin it, as any other; go to the one that runs if there is one."""
    viewer, now, form = signed_in_viewer(), clock.now(), AwayForm()
    referral = _to_begin(viewer, referral_id, now)
    is_good, times = form.validate_on_submit(), {Event.INFORMATION_RECEIVED: referral.received_at}
    if form.on.data or form.at.data:
        since = form.instant(queries.zone_and_region(viewer)[0], now)
        if since is None:
            form.say("at", str(form.why))
        else:
            times[Event.LAST_CONTACT] = since
    if not is_good or form.fixes:
        return _away_page(referral, form), 400
    try:
        episode_id = _begin(viewer, referral, form, times, now)
    except BadTime as bad:
        db.session.rollback()
        form.say("at", str(away_labels.TIME_PROBLEMS[bad.problem]))
        return _away_page(_to_begin(viewer, referral_id, now), form), 400
    except AlreadyOut as out:
        db.session.rollback()
        episode_id = out.episode_id
    return redirect(url_for("episodes.one", episode_id=episode_id), 303)


def _begin(
    viewer: Viewer, referral: Referral, form: AwayForm, times: dict[Event, datetime], now: datetime
) -> UUID:
    assert referral.young_person_id is not None
    episode = open_episode(
        viewer, referral.young_person_id, state=EpisodeState(form.state.data),
        source=labels.SOURCE_OF[referral.source], times=times, now=now,
        address=current_app.extensions["engage"].public_url.rstrip("/"),
        reason=form.reason.data or None,
    )  # fmt: skip
    db.session.commit()
    return episode.id


def _to_begin(viewer: Viewer, referral_id: UUID, now: datetime) -> Referral:
    referral = _open(viewer, referral_id, now)
    if referral.young_person_id is None:
        raise NotFound("young person")
    require(viewer, Verb.CREATE, Object.EPISODE, referral.young_person_id, now=now)
    return referral


def _away_page(referral: Referral, form: AwayForm) -> str:
    return render_template("intake/away.html", referral=referral, form=form, labels=labels)


def _open(viewer: Viewer, referral_id: UUID, now: datetime) -> Referral:
    referral = queries.get_referral(viewer, referral_id, Verb.EDIT, now=now)
    if referral.closed_at is not None:
        raise Changed("referral")
    return referral


def _saved(viewer: Viewer, referral_id: UUID, now: datetime) -> Response:
    """Keep it, and go where the viewer may go: what was handed on may be theirs no more."""
    db.session.commit()
    try:
        queries.get_referral(viewer, referral_id, Verb.READ, now=now)
    except NotFound:
        return redirect(url_for("intake.inbox", passed=1), 303)
    return redirect(url_for("intake.one", referral_id=referral_id), 303)
