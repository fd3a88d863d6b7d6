"""Being worried, one question at a time. Danger is one press from the first question."""

from datetime import timedelta
from uuid import UUID, uuid4

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes.actions import BadTime
from engage.episodes.labels import TIME_PROBLEMS
from engage.i18n import current_locale, text_direction
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.layout import time_zone
from engage.worries import actions, labels, queries, wording
from engage.worries.calling import find_call
from engage.worries.forms import WAITS, DecideForm, read_answer
from engage.worries.handover import For, hand_over, welfare_note
from engage.worries.models import Attempt, Outcome
from engage.worries.pages import shown
from engage.worries.prompt_rules import (
    BadAnswer,
    Prompt,
    PromptKind,
    brings_fact,
    is_danger,
    next_prompt,
    previous_prompt,
)
from engage.worries.queries import WorryPage

bp = Blueprint("worries", __name__)
# What 999 and 911 are answered in.
EMERGENCY_LANGUAGE = "en"
WHO = (PersonKind.CARER, Role.OUT_OF_HOURS, Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.post("/worried/<uuid:young_person_id>")
@viewer_required(*WHO)
def begin(young_person_id: UUID) -> Response:
    """Start the questions and the clocks, or join those that run."""
    viewer, now = signed_in_viewer(), clock.now()
    worry = actions.begin(viewer, young_person_id, address=_address(), now=now)
    db.session.commit()
    return _to_next(queries.get_worry(viewer, worry.id, now=now))


@bp.get("/worries/<uuid:worry_id>/ask/<prompt_id>")
@viewer_required(*WHO)
def ask(worry_id: UUID, prompt_id: str) -> str:
    """Show one question."""
    page = queries.get_worry(signed_in_viewer(), worry_id, now=clock.now())
    return _ask_page(page, _prompt(page, prompt_id))


@bp.post("/worries/<uuid:worry_id>/ask/<prompt_id>")
@viewer_required(*WHO)
def answer(worry_id: UUID, prompt_id: str) -> Response | tuple[str, int]:
    """Keep an answer and go to the next question, or to the screen to call from."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_worry(viewer, worry_id, now=now)
    prompt = _prompt(page, prompt_id)
    value = read_answer(prompt, request.form.to_dict(flat=False), now, time_zone())
    if value is None:
        return _ask_page(page, prompt, _problem_of(prompt)), 400
    try:
        actions.answer(viewer, worry_id, prompt_id, value, key=_key(), address=_address(), now=now)
    except BadAnswer:
        db.session.rollback()
        return _ask_page(page, prompt, wording.PRESS_ONE), 400
    except BadTime as bad:
        db.session.rollback()
        return _ask_page(page, prompt, TIME_PROBLEMS[bad.problem]), 400
    db.session.commit()
    page = queries.get_worry(viewer, worry_id, now=now)
    if is_danger(page.prompts, {prompt_id: value}):
        return redirect(url_for("worries.call", worry_id=worry_id), 303)
    if brings_fact(prompt, value) and page.may_answer:
        # Something new about their safety: asked again, on a screen of its own.
        return redirect(url_for("danger.ask", episode_id=page.episode.id), 303)
    return _to_next(page, prompt_id)


@bp.get("/worries/<uuid:worry_id>/go-on")
@viewer_required(*WHO)
def go_on(worry_id: UUID) -> Response:
    """Lead to the next question, or to what to do next when all are answered."""
    return _to_next(queries.get_worry(signed_in_viewer(), worry_id, now=clock.now()))


@bp.get("/worries/<uuid:worry_id>/call")
@viewer_required(*WHO)
def call(worry_id: UUID) -> str:
    """Show whom to call now, and words to read aloud."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_worry(viewer, worry_id, now=now)
    welfare = welfare_note(viewer, page.worry.young_person_id, now=now)
    return render_template(
        "worries/call.html", spoken=_spoken(page, welfare), welfare=welfare, **shown(page)
    )


@bp.get("/worries/<uuid:worry_id>")
@viewer_required(*WHO)
def overview(worry_id: UUID) -> str:
    """Show what to do next and why, and let somebody decide."""
    return _overview(worry_id, DecideForm(formdata=None))


@bp.post("/worries/<uuid:worry_id>/wait")
@viewer_required(*WHO)
def wait(worry_id: UUID) -> Response | tuple[str, int]:
    """Decide: not missing yet, look again at a time."""
    viewer, now, form = signed_in_viewer(), clock.now(), DecideForm()
    minutes = request.form.get("minutes", "")
    try:
        if minutes not in WAITS:
            raise actions.TooLongToWait(now)
        latest = queries.get_worry(viewer, worry_id, now=now).latest_look(now)
        # The page offered the longest wait there was; a moment later it is a little shorter.
        at = min(now + timedelta(minutes=int(minutes)), latest)
        actions.wait(viewer, worry_id, at, reason=form.reason.data or "", now=now)
    except actions.NeedsReason:
        form.say("reason", str(wording.SAY_HOW))
    except actions.TooLongToWait:
        form.say("reason", str(wording.PRESS_ONE))
    if form.reason.errors:
        db.session.rollback()
        return _overview(worry_id, form), 400
    db.session.commit()
    return redirect(url_for("worries.overview", worry_id=worry_id), 303)


@bp.post("/worries/<uuid:worry_id>/not-missing")
@viewer_required(*WHO)
def not_missing(worry_id: UUID) -> Response | tuple[str, int]:
    """Decide: not missing, and how somebody knows."""
    viewer, form = signed_in_viewer(), DecideForm()
    try:
        actions.say_not_missing(viewer, worry_id, reason=form.reason.data or "", now=clock.now())
    except actions.NeedsReason:
        db.session.rollback()
        form.say("reason", str(wording.SAY_HOW))
        return _overview(worry_id, form), 400
    db.session.commit()
    return redirect(url_for("worries.overview", worry_id=worry_id), 303)


@bp.post("/worries/<uuid:worry_id>/missing")
@viewer_required(*WHO)
def missing(worry_id: UUID) -> Response:
    """Decide: missing. Everybody who must know hears of it."""
    viewer = signed_in_viewer()
    actions.say_missing(viewer, worry_id, address=_address(), now=clock.now())
    db.session.commit()
    return redirect(url_for("worries.call", worry_id=worry_id), 303)


@bp.post("/worries/<uuid:worry_id>/tried")
@viewer_required(*WHO)
def tried(worry_id: UUID) -> Response:
    """Note what came of a call or a text, and stay where somebody was."""
    viewer, now = signed_in_viewer(), clock.now()
    try:
        how, outcome = Attempt(request.form["how"]), Outcome(request.form["outcome"])
        person_id = UUID(request.form["person"])
    except (KeyError, ValueError):
        raise NotFound("attempt") from None
    actions.note_attempt(
        viewer, worry_id, how=how, outcome=outcome, key=_key(), person_id=person_id, now=now
    )
    db.session.commit()
    came_from = request.form.get("prompt", "")
    if came_from == "everybody":
        return redirect(url_for("worry_people.people", worry_id=worry_id), 303)
    page = queries.get_worry(viewer, worry_id, now=now)
    if page.prompts.get(came_from):
        return redirect(url_for("worries.ask", worry_id=worry_id, prompt_id=came_from), 303)
    return redirect(url_for("worries.overview", worry_id=worry_id), 303)


@bp.get("/worries/<uuid:worry_id>/summary")
@viewer_required(*WHO)
def summary(worry_id: UUID) -> str:
    """Show one page for the next shift, or for the police, to read or to print."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_worry(viewer, worry_id, now=now)
    audience = For.POLICE if request.args.get("for") == For.POLICE else For.SHIFT
    over = hand_over(viewer, page, audience, now=now)
    return render_template(
        "worries/summary.html", over=over, shifts=For, police=labels.FOR_POLICE, **shown(page)
    )


def _spoken(page: WorryPage, welfare: list[str]) -> list[tuple[str, str, list[str]]]:
    """Return the words to read aloud: in the language of those who answer the call first."""
    told = wording.Told(page.first_name, page.circumstances.age, page.expected_at, time_zone())
    return [
        (
            code,
            text_direction(code),
            wording.spoken(page.prompts, page.answers, told, code, welfare),
        )
        for code in dict.fromkeys((EMERGENCY_LANGUAGE, current_locale()))
    ]


def _overview(worry_id: UUID, form: DecideForm) -> str:
    now = clock.now()
    viewer = signed_in_viewer()
    page = queries.get_worry(viewer, worry_id, now=now)
    latest = page.latest_look(now)
    return render_template(
        "worries/overview.html",
        form=form,
        advice=page.advice(now),
        # A wait of half an hour is offered a moment after it began: it ends a moment sooner.
        waits=[m for m in WAITS if now + timedelta(minutes=int(m) - 1) <= latest] or [WAITS[0]],
        going_on=next_prompt(page.prompts, page.answers),
        call=find_call(viewer, page.worry),
        **shown(page),
    )


def _ask_page(page: WorryPage, prompt: Prompt, problem: object = "") -> str:
    order = [each.id for each in page.prompts.prompts]
    return render_template(
        "worries/prompt.html",
        prompt=prompt,
        problem=problem,
        number=order.index(prompt.id) + 1,
        previous=previous_prompt(page.prompts, prompt.id),
        typed=request.form.get("words") or request.form.get("clock") or "",
        **shown(page),
    )


def _to_next(page: WorryPage, after: str | None = None) -> Response:
    prompt = next_prompt(page.prompts, page.answers, after) if page.may_answer else None
    if prompt is None:
        return redirect(url_for("worries.overview", worry_id=page.worry.id), 303)
    return redirect(url_for("worries.ask", worry_id=page.worry.id, prompt_id=prompt.id), 303)


def _prompt(page: WorryPage, prompt_id: str) -> Prompt:
    prompt = page.prompts.get(prompt_id)
    if prompt is None:
        raise NotFound("prompt")
    return prompt


def _problem_of(prompt: Prompt) -> object:
    return wording.BAD_TIME if prompt.kind is PromptKind.TIME else wording.PRESS_ONE


def _key() -> str:
    return request.form.get("key", "")[:40] or str(uuid4())


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
