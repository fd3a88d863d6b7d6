"""Who has been told: the list, one of them, and the pages on which somebody says so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes.actions import BadTime
from engage.episodes.labels import TIME_PROBLEMS
from engage.episodes.notice_rules import ForYoung, NoticeState
from engage.evidence import actions, labels, queries
from engage.evidence.actions import BadTelling, NeedsReason
from engage.evidence.addresses import LIST, ONE, TELLERS, WHO
from engage.evidence.forms import NEEDS_REASON, SAY_WHY, LeaveOutForm, LookForm, TellingForm
from engage.evidence.queries import NoticePage
from engage.evidence.rules import Group, LeftOut, groups
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.policy.queries import emergency_number
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone

bp = Blueprint("evidence", __name__)
PAGE = f"{ONE}/<any(contact,numbers,sent,refused,follow_up):group>"


@bp.get(LIST)
@viewer_required(*WHO)
def told(episode_id: UUID) -> str:
    """List everybody who must hear of an episode, with what shows that they did."""
    page = queries.told(signed_in_viewer(), episode_id, now=clock.now())
    return render_template("evidence/told.html", page=page, labels=labels)


@bp.get("/missing/gaps")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
def gaps() -> str:
    """List whom nobody has told yet, over all episodes."""
    viewer = signed_in_viewer()
    found = queries.gaps(viewer, now=clock.now())
    is_over = Role.SUPERVISOR in viewer.roles
    return render_template("evidence/gaps.html", gaps=found, labels=labels, is_over=is_over)


@bp.get(ONE)
@viewer_required(*WHO)
def one(episode_id: UUID, notice_id: UUID) -> str:
    """Show what is known of telling one of them, and what can be said next."""
    _, _, page = _notice(episode_id, notice_id)
    return _one_page(page)


@bp.get(PAGE)
@viewer_required(*TELLERS)
def ask(episode_id: UUID, notice_id: UUID, group: str) -> str:
    """Ask one group of questions about telling somebody."""
    _, _, page = _notice(episode_id, notice_id)
    form = _form(page, Group(group), fresh=True)
    return _asking(page, Group(group), form)


@bp.post(PAGE)
@viewer_required(*TELLERS)
def answer(episode_id: UUID, notice_id: UUID, group: str) -> Response | tuple[str, int]:
    """Keep the answers of one page, and go on to the next."""
    viewer, now, page = _notice(episode_id, notice_id)
    asked, form = Group(group), _form(page, Group(group))
    told_at = form.instant(time_zone(), now) if form.has_time else None
    is_valid = form.validate_on_submit()
    if form.has_time and told_at is None:
        form.say("at", str(form.why))
        is_valid = False
    if not is_valid:
        return _asking(page, asked, form), 400
    try:
        _keep(viewer, page, asked, form, told_at, now)
    except NeedsReason:
        # Somebody else noted it meanwhile, or there is no reason yet: ask for one.
        return _again(page, asked, "correction", str(NEEDS_REASON))
    except BadTelling as bad:
        return _again(page, asked, "at", str(labels.TELLING_PROBLEMS[bad.problem]))
    except BadTime as bad:
        return _again(page, asked, "at", str(TIME_PROBLEMS[bad.problem]))
    db.session.commit()
    return redirect(_next(page, asked), 303)


def _keep(
    viewer: Viewer,
    page: NoticePage,
    group: Group,
    form: TellingForm,
    told_at: datetime | None,
    now: datetime,
) -> None:
    where, answers = (page.episode.id, page.notice.id), form.answers()
    reason = form.correction.data if "correction" in form else None
    if group == Group.REFUSED:
        actions.note_refused(viewer, *where, answers, now=now, reason=reason)
    elif group == Group.FOLLOW_UP:
        actions.note_follow_up(viewer, *where, answers, now=now)
    else:
        if told_at and page.notice.told_at and _same_minute(told_at, page.notice.told_at):
            told_at = None
        actions.note_told(viewer, *where, answers, now=now, told_at=told_at, reason=reason)


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _again(page: NoticePage, group: Group, name: str, words: str) -> tuple[str, int]:
    db.session.rollback()
    form = _form(page, group, corrects=True if name == "correction" else None)
    form.validate_on_submit()
    form.say(name, words)
    return _asking(page, group, form), 400


def _next(page: NoticePage, group: Group) -> str:
    """Return where to go on: the next page of questions, else what is known now."""
    where: dict[str, Any] = {"episode_id": page.episode.id, "notice_id": page.notice.id}
    steps = groups(page.rule)
    if group in steps[:-1] and page.notice.state == NoticeState.STARTED:
        return url_for("evidence.ask", **where, group=steps[steps.index(group) + 1])
    return url_for("evidence.one", **where)


@bp.get(f"{ONE}/not")
@viewer_required(Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
def not_told(episode_id: UUID, notice_id: UUID) -> str:
    """Ask why somebody is not told."""
    _, _, page = _notice(episode_id, notice_id)
    return _not_page(page, LeaveOutForm(formdata=None).offer(page.notice.phase))


@bp.post(f"{ONE}/not")
@viewer_required(Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
def leave_out(episode_id: UUID, notice_id: UUID) -> Response | tuple[str, int]:
    """Keep that somebody is not told, and why."""
    viewer, now, page = _notice(episode_id, notice_id)
    form = LeaveOutForm().offer(page.notice.phase)
    if not form.validate_on_submit():
        return _not_page(page, form), 400
    try:
        actions.leave_out(
            viewer, episode_id, notice_id, LeftOut(form.why.data), form.words.data, now=now
        )
    except NeedsReason:
        db.session.rollback()
        form.say("words", str(SAY_WHY))
        return _not_page(page, form), 400
    db.session.commit()
    return redirect(url_for("evidence.told", episode_id=episode_id), 303)


@bp.post(f"{ONE}/their-page")
@viewer_required(Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
def their_page(episode_id: UUID, notice_id: UUID) -> Response:
    """Choose whether the young person reads of it."""
    viewer, now, _page = _notice(episode_id, notice_id)
    try:
        chosen = ForYoung(request.form.get("for_young", ""))
    except ValueError:
        raise NotFound("choice") from None
    actions.choose_for_young_person(viewer, episode_id, notice_id, chosen, now=now)
    db.session.commit()
    return redirect(url_for("evidence.one", episode_id=episode_id, notice_id=notice_id), 303)


@bp.post(f"{ONE}/look")
@viewer_required(Role.SUPERVISOR)
def look(episode_id: UUID, notice_id: UUID) -> Response | tuple[str, int]:
    """Keep a supervisor's second look."""
    viewer, now, page = _notice(episode_id, notice_id)
    form, agrees = LookForm(), request.form.get("do") == "agree"
    if not form.validate_on_submit():
        return _one_page(page, form), 400
    try:
        actions.look_at(
            viewer, episode_id, notice_id, agrees=agrees, now=now, words=form.words.data
        )
    except NeedsReason:
        db.session.rollback()
        form.say("words", str(SAY_WHY))
        return _one_page(page, form), 400
    db.session.commit()
    return redirect(url_for("evidence.told", episode_id=episode_id), 303)


def _notice(episode_id: UUID, notice_id: UUID) -> tuple[Viewer, datetime, NoticePage]:
    viewer, now = signed_in_viewer(), clock.now()
    return viewer, now, queries.get_notice(viewer, episode_id, notice_id, now=now)


def _form(
    page: NoticePage, group: Group, *, fresh: bool = False, corrects: bool | None = None
) -> TellingForm:
    if not page.may_tell or (group == Group.REFUSED and page.notice.told_at):
        raise NotFound("page")
    if group not in groups(page.rule) and not _may_stand_apart(page, group):
        raise NotFound("page")
    known = {name: str(fact.value) for name, fact in page.facts.items()}
    form = TellingForm(formdata=None) if fresh else TellingForm()
    if corrects is None:
        corrects = any(f in page.facts or f in page.hidden for f in page.asked_on(group))
    form.offer(page.rule, group, is_late=page.line.is_late, corrects=corrects)
    if fresh and group != Group.FOLLOW_UP:
        form.show(known, page.notice.told_at, time_zone())
    return form


def _may_stand_apart(page: NoticePage, group: Group) -> bool:
    if group == Group.FOLLOW_UP:
        return page.may_follow_up
    return group == Group.REFUSED and page.may_be_refused


def _asking(page: NoticePage, group: Group, form: TellingForm) -> str:
    steps = groups(page.rule)
    return render_template(
        "evidence/ask.html", page=page, group=group, form=form, labels=labels,
        step=steps.index(group) + 1 if group in steps else 0, steps=len(steps),
    )  # fmt: skip


def _not_page(page: NoticePage, form: LeaveOutForm) -> str:
    if not page.may_settle or page.notice.told_at:
        raise NotFound("page")
    return render_template("evidence/not.html", page=page, form=form, labels=labels)


def _one_page(page: NoticePage, form: Form | None = None) -> str:
    return render_template(
        "evidence/one.html", page=page, labels=labels, steps=groups(page.rule),
        form=form or LookForm(formdata=None), wrong=form, instant=datetime.fromisoformat,
        emergency=emergency_number(page.episode.packs[0]),
    )  # fmt: skip
