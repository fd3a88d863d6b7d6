"""The people in the plan: the three, the check-in person, asking them, taking somebody out."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.agreed.actions import TooMany
from engage.agreed.labels import TOO_MANY, said_words
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import render_text
from engage.people.models import Organisation, PersonKind, RelationshipKind
from engage.people.phones import local_form
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import actions, labels, queries, sharing_labels
from engage.plans.forms import PersonForm
from engage.plans.models import Channel, Voice
from engage.plans.page import NAMED, NamedPerson, PlanPage
from engage.plans.rules import TRIO, PersonProblem, may_ask_again
from engage.trust import actions as trio_actions
from engage.trust import invitation_actions
from engage.trust.actions import CannotName, Details
from engage.trust.forms import SOMEONE_ELSE, CheckInForm
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.limits import count

bp = Blueprint("plan_people", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
YOUNG = PersonKind.YOUNG_PERSON
INVITATIONS = "12 per day"


def _page(plan_id: UUID) -> PlanPage:
    return queries.get_page(signed_in_viewer(), plan_id, now=clock.now())


def _own(plan_id: UUID) -> PlanPage:
    page = _page(plan_id)
    if not page.is_own:
        raise NotFound("plan")
    return page


def _named(page: PlanPage, relationship_id: UUID) -> NamedPerson:
    for named in page.around:
        if named.relationship.id == relationship_id and named.relationship.kind in NAMED:
            return named
    raise NotFound("person")


def _organisation(page: PlanPage) -> Organisation:
    organisation = db.session.get(Organisation, page.young_person.organisation_id)
    assert organisation is not None
    return organisation


def _region(page: PlanPage) -> str:
    return _organisation(page).region


def _may_ask(named: NamedPerson) -> bool:
    return may_ask_again(named.terms.invited_at if named.terms else None, clock.now())


def _note(page: PlanPage, part: str) -> None:
    if not page.is_own:
        actions.note_opened(page.viewer, page.plan, part, now=clock.now())
        db.session.commit()


@bp.get("/plans/<uuid:plan_id>/people")
@viewer_required(*READERS)
def trio(plan_id: UUID) -> str:
    """Show the three trusted people in order."""
    page = _page(plan_id)
    question = page.questions.find("trio")
    if question is None or not page.may_open_question(question):
        raise NotFound("people")
    html = render_template(
        "plans/people.html", page=page, may_ask=_may_ask, labels=labels,
        people=page.named(RelationshipKind.TRUSTED),
        back_up=next(iter(page.named(RelationshipKind.BACK_UP)), None),
        places_free=TRIO - len(page.active(RelationshipKind.TRUSTED)),
        sees=sharing_labels.who_sees(page, question.id),
    )  # fmt: skip
    _note(page, "trio")
    return html


@bp.post("/plans/<uuid:plan_id>/people/<any(trio, check_in):part>/skip")
@viewer_required(YOUNG)
def skip(plan_id: UUID, part: str) -> Response:
    """Leave a question about people for later."""
    viewer = signed_in_viewer()
    actions.skip_question(viewer, plan_id, part, voice=Voice.YOUNG_PERSON, now=clock.now())
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/people/<any(new, back_up):place>")
@viewer_required(YOUNG)
def new(plan_id: UUID, place: str) -> str:
    """Ask who it is: one of the three, or who steps in when one of them can't."""
    page = _own(plan_id)
    form = PersonForm(formdata=None, locale=page.young_person.locale)
    return _person_page(page, form, place=place)


def _person_page(
    page: PlanPage, form: PersonForm, named: NamedPerson | None = None, place: str = "new"
) -> str:
    question = page.questions.find("trio")
    assert question is not None
    return render_template(
        "plans/person.html", page=page, form=form, named=named, place=place,
        sees=sharing_labels.who_sees(page, question.id),
    )  # fmt: skip


@bp.post("/plans/<uuid:plan_id>/people/<any(new, back_up):place>")
@viewer_required(YOUNG)
def add(plan_id: UUID, place: str) -> Response | tuple[str, int]:
    """Put somebody among the three, or keep them as back-up; then offer to ask them."""
    page, form = _own(plan_id), PersonForm()
    form.region = _region(page)
    if not form.validate_on_submit():
        return _person_page(page, form, place=place), 400
    name = trio_actions.name_trusted_person if place == "new" else trio_actions.name_back_up
    try:
        relationship = name(page.viewer, plan_id, _details(form), now=clock.now())
    except CannotName as stopped:
        return _refused(plan_id, form, stopped, place=place), 400
    relationship_id = relationship.id
    db.session.commit()
    return redirect(
        url_for("plan_people.ask", plan_id=plan_id, relationship_id=relationship_id), 303
    )


@bp.post("/plans/<uuid:plan_id>/people/step-in")
@viewer_required(YOUNG)
def step_in(plan_id: UUID) -> Response:
    """Let the back-up person take a free place among the three."""
    trio_actions.step_in(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_people.trio", plan_id=plan_id), 303)


def _details(form: PersonForm) -> Details:
    return Details(
        name=form.name.data or "",
        phone=form.number,
        how_known=form.how_known.data or "",
        asks=tuple(form.asks.data or ()),
        tells=tuple(form.tells.data or ()),
        locale=form.locale.data or "en",
    )


def _refused(
    plan_id: UUID,
    form: PersonForm,
    stopped: CannotName,
    relationship_id: UUID | None = None,
    place: str = "new",
) -> str:
    db.session.rollback()
    page = _own(plan_id)
    _say(form, stopped, place)
    named = _named(page, relationship_id) if relationship_id else None
    return _person_page(page, form, named, place)


def _say(form: Form, stopped: CannotName, place: str = "new") -> None:
    words = labels.PERSON_PROBLEMS[stopped.problem]
    if place == "back_up" and stopped.problem is PersonProblem.TOO_MANY:
        words = labels.ONE_BACK_UP
    form.say(labels.FIELD_OF[stopped.problem], str(words))


@bp.get("/plans/<uuid:plan_id>/people/<uuid:relationship_id>")
@viewer_required(YOUNG)
def edit(plan_id: UUID, relationship_id: UUID) -> str:
    """Show what is said about one person, to change it."""
    page = _own(plan_id)
    named = _named(page, relationship_id)
    terms = named.terms
    form = PersonForm(
        formdata=None,
        name=named.person.name,
        phone=local_form(named.person.phone, _region(page)) if named.person.phone else "",
        how_known=(terms.how_known if terms else None) or "",
        asks=list(terms.may_be_asked) if terms else [],
        tells=list(terms.may_be_told) if terms else [],
        locale=named.person.locale,
    )
    return _person_page(page, form, named)


@bp.post("/plans/<uuid:plan_id>/people/<uuid:relationship_id>")
@viewer_required(YOUNG)
def change(plan_id: UUID, relationship_id: UUID) -> Response | tuple[str, int]:
    """Change what is said about one person."""
    page, form = _own(plan_id), PersonForm()
    named = _named(page, relationship_id)
    form.region = _region(page)
    if not form.validate_on_submit():
        return _person_page(page, form, named), 400
    try:
        trio_actions.change_named_person(
            page.viewer, plan_id, relationship_id, _details(form), now=clock.now()
        )
    except CannotName as stopped:
        return _refused(plan_id, form, stopped, relationship_id), 400
    db.session.commit()
    return redirect(url_for("plan_people.trio", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/people/<uuid:relationship_id>/ask")
@viewer_required(YOUNG)
def ask(plan_id: UUID, relationship_id: UUID) -> str:
    """Show the text that would be sent to somebody, before it is sent."""
    page = _own(plan_id)
    named = _named(page, relationship_id)
    address = f"{current_app.extensions['engage'].public_url}/t/…"
    text = render_text("sms/trusted_invite.txt", named.person.locale, link=address)
    return render_template(
        "plans/ask.html", page=page, named=named, labels=labels, text_to_send=text
    )


@bp.post("/plans/<uuid:plan_id>/people/<uuid:relationship_id>/ask")
@viewer_required(YOUNG)
def send(plan_id: UUID, relationship_id: UUID) -> Response:
    """Ask somebody by text whether they say yes."""
    viewer, address = signed_in_viewer(), current_app.extensions["engage"].public_url
    # A number typed here gets a text: not many a day, whoever they are said to be.
    count("trusted invitation", token_digest(str(viewer.person_id)), INVITATIONS)
    invitation_actions.invite(viewer, plan_id, relationship_id, address=address, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_people.trio", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/people/<uuid:relationship_id>/up")
@viewer_required(YOUNG)
def up(plan_id: UUID, relationship_id: UUID) -> Response:
    """Put somebody one place earlier."""
    trio_actions.move_up(signed_in_viewer(), plan_id, relationship_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_people.trio", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/people/<uuid:relationship_id>/remove")
@viewer_required(YOUNG)
def remove(plan_id: UUID, relationship_id: UUID) -> Response:
    """Take somebody out of the plan."""
    trio_actions.take_out(signed_in_viewer(), plan_id, relationship_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_people.trio", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/people/read")
@viewer_required(YOUNG)
def read_news(plan_id: UUID) -> Response:
    """Remember that the young person has read who answered what."""
    invitation_actions.note_read(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/check-in-person")
@viewer_required(*READERS)
def check_in(plan_id: UUID) -> str:
    """Show or ask who the young person would check in with."""
    page = _page(plan_id)
    question = page.questions.find("check_in")
    if question is None or not page.may_open_question(question):
        raise NotFound("people")
    chosen = next(iter(page.named(RelationshipKind.CHECK_IN)), None)
    form = CheckInForm(formdata=None)
    if chosen is not None:
        form.who.data = str(chosen.person.id)
        form.channel.data = chosen.terms.channel if chosen.terms else None
        form.how_often.data = (chosen.terms.how_often if chosen.terms else None) or ""
        if chosen.terms and chosen.terms.channel:
            form.show(chosen.promise)
    html = _check_in_page(page, form)
    _note(page, "check_in")
    return html


def _check_in_page(page: PlanPage, form: CheckInForm) -> str:
    question = page.questions.find("check_in")
    assert question is not None
    form.offer_people(_offered(page))
    return render_template(
        "plans/check_in.html", page=page, may_ask=_may_ask, form=form, labels=labels,
        often=said_words,
        chosen=next(iter(page.named(RelationshipKind.CHECK_IN)), None),
        sees=sharing_labels.who_sees(page, question.id),
    )  # fmt: skip


def _offered(page: PlanPage) -> list[tuple[str, str]]:
    people = {n.person.id: str(n.person.name) for kind in NAMED for n in page.named(kind)}
    return [(str(person_id), name) for person_id, name in people.items()]


@bp.post("/plans/<uuid:plan_id>/check-in-person")
@viewer_required(YOUNG)
def choose_check_in(plan_id: UUID) -> Response | tuple[str, int]:
    """Keep who the young person would check in with."""
    page, form = _own(plan_id), CheckInForm()
    form.region = _region(page)
    form.offer_people(_offered(page))
    if "skip" in request.form:
        return skip(plan_id, "check_in")
    if not form.validate_on_submit():
        return _check_in_page(page, form), 400
    someone_new = form.who.data == SOMEONE_ELSE
    details = Details(form.name.data or "", form.number, locale=page.young_person.locale)
    try:
        trio_actions.choose_check_in_person(
            page.viewer, plan_id, details=details if someone_new else None,
            person_id=None if someone_new else UUID(form.who.data),
            channel=Channel(form.channel.data), how_often=form.how_often.data or "",
            proposal=form.proposal, now=clock.now(),
        )  # fmt: skip
    except (CannotName, TooMany) as stopped:
        db.session.rollback()
        if isinstance(stopped, TooMany):
            form.say("rhythm", str(TOO_MANY))
        else:
            _say(form, stopped)
        return _check_in_page(_own(plan_id), form), 400
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)
