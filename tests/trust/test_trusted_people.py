"""Naming people, asking them by text, their yes or no, and the check-in person."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.messaging.models import Message
from engage.people.access import SYSTEM
from engage.people.models import Consent, Link, LinkKind, Relationship, RelationshipKind, ShareGrant
from engage.plans import queries
from engage.plans.models import Channel
from engage.plans.named import Details
from engage.plans.rules import PersonProblem
from engage.trust import actions as trio_actions
from engage.trust import invitation_actions
from engage.trust.actions import CannotName
from engage.web.errors import NotFound
from tests.page import Page, stands_in
from tests.plans.conftest import MayasPlan

ADDRESS = "http://localhost"
FRIEND = Details("Bo", "+447700900810", "From school", ("look", "nonsense"), ("worried",))


def people(plan: MayasPlan, kind: RelationshipKind = RelationshipKind.TRUSTED):
    page = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
    return page.named(kind)


def relationship_of(plan: MayasPlan, name: str, kind: str = "trusted") -> Relationship:
    return db.session.scalars(
        select(Relationship).where(
            Relationship.person_id == getattr(plan.cast, name),
            Relationship.kind == kind,
            Relationship.ends_at.is_(None),
        )
    ).one()


def take_out(plan: MayasPlan, name: str) -> None:
    relationship = relationship_of(plan, name)
    trio_actions.take_out(plan.viewer("maya"), plan.id, relationship.id, now=clock.now())
    db.session.commit()


def ask(plan: MayasPlan, name: str, kind: str = "trusted") -> str:
    """Ask somebody of the cast by text; return the path in it."""
    relationship_id = relationship_of(plan, name, kind).id
    assert invitation_actions.invite(
        plan.viewer("maya"), plan.id, relationship_id, address=ADDRESS, now=clock.now()
    )
    db.session.commit()
    texts = select(Message).where(Message.person_id == getattr(plan.cast, name))
    newest = db.session.scalars(texts.order_by(Message.created_at.desc())).first()
    return re.search(r"/t/\w+", newest.params)[0]


@pytest.fixture
def stranger(app) -> FlaskClient:
    return app.test_client()


def test_a_fourth_person_waits_until_somebody_is_taken_out(plan: MayasPlan, app) -> None:
    with app.app_context():
        maya = plan.viewer("maya")
        with pytest.raises(CannotName) as caught:
            trio_actions.name_trusted_person(maya, plan.id, FRIEND, now=clock.now())
        assert caught.value.problem is PersonProblem.TOO_MANY
        db.session.rollback()
        take_out(plan, "nan_ruth")
        named = trio_actions.name_trusted_person(maya, plan.id, FRIEND, now=clock.now())
        db.session.commit()
        assert named.consent == Consent.NOT_ASKED
        bo = people(plan)[-1]
        assert (bo.person.name, bo.terms.how_known) == ("Bo", "From school")
        assert (bo.terms.may_be_asked, bo.terms.may_be_told) == (["look"], ["worried"])


@pytest.mark.parametrize("name", ["jo", "sam", "sue", "olu"])
def test_only_the_young_person_names_and_asks(plan: MayasPlan, app, name: str) -> None:
    with app.app_context():
        viewer, other = plan.viewer(name), relationship_of(plan, "ade").id
        for act in (
            lambda: trio_actions.name_trusted_person(viewer, plan.id, FRIEND, now=clock.now()),
            lambda: trio_actions.take_out(viewer, plan.id, other, now=clock.now()),
            lambda: trio_actions.move_up(viewer, plan.id, other, now=clock.now()),
            lambda: invitation_actions.invite(
                viewer, plan.id, other, address=ADDRESS, now=clock.now()
            ),
        ):
            with pytest.raises(NotFound):
                act()


def test_who_stops_may_be_asked_for_nothing_any_more(plan: MayasPlan, app) -> None:
    with app.app_context():
        take_out(plan, "nan_ruth")
        maya = plan.viewer("maya")
        trio_actions.name_trusted_person(maya, plan.id, FRIEND, now=clock.now())
        db.session.commit()
        bo = people(plan)[-1]
        for yes, asks in ((True, ["look"]), (None, [])):
            bo.relationship.consent = Consent.ASKED if yes else Consent.YES
            db.session.commit()
            invitation_actions.answer_by_text(SYSTEM, bo.person.id, yes=yes, now=clock.now())
            db.session.commit()
            assert people(plan)[-1].terms.agreed_asks == asks


def test_somebody_taken_out_loses_links_and_shares_at_once(plan: MayasPlan, app) -> None:
    with app.app_context():
        path = ask(plan, "nan_ruth")
        plan.share(f"safe|{plan.cast.nan_ruth}")
        invitation_actions.answer_by_text(SYSTEM, plan.cast.nan_ruth, yes=True, now=clock.now())
        db.session.commit()
        take_out(plan, "nan_ruth")
        grants = select(ShareGrant).where(ShareGrant.grantee_id == plan.cast.nan_ruth)
        assert all(g.withdrawn_at for g in db.session.scalars(grants))
        links = select(Link).where(Link.kind == LinkKind.TRUSTED, Link.revoked_at.is_(None))
        assert not db.session.scalars(links).all()
    assert app.test_client().get(path).status_code == 404


def test_moving_somebody_up_changes_who_is_called_first(plan: MayasPlan, app) -> None:
    with app.app_context():
        coach = relationship_of(plan, "coach_lee").id
        for _ in range(3):  # the first stays the first
            trio_actions.move_up(plan.viewer("maya"), plan.id, coach, now=clock.now())
        db.session.commit()
        assert [n.person.name for n in people(plan)] == ["Coach Lee", "Ade", "Nan Ruth"]


def test_the_text_has_no_name_in_it_and_the_page_behind_it_neither(
    plan: MayasPlan, app, stranger
) -> None:
    with app.app_context():
        path = ask(plan, "ade")
        texts = db.session.scalars(select(Message).where(Message.template == "trusted_invite"))
        (text,) = texts
        assert "Maya" not in text.params and "Ade" not in text.params
    page = Page(stranger.get(path))
    assert not {"Maya", "Ade", "Jo", "Sam", "Northtown Council"} & set(page.text.split())
    assert page.title == "My page"


def test_looking_at_the_link_changes_nothing(plan: MayasPlan, app, stranger) -> None:
    with app.app_context():
        path = ask(plan, "ade")
    for _ in range(3):
        stranger.get(path)
        stranger.head(path)
    with app.app_context():
        assert relationship_of(plan, "ade").consent == Consent.ASKED


def test_a_yes_and_a_change_of_mind_count_in_both_places(plan, app, stranger) -> None:
    with app.app_context():
        path = ask(plan, "ade")
    Page(stranger.get(path)).form(path).send(stranger, press="yes")
    with app.app_context():
        for kind in ("trusted", "check_in"):
            assert relationship_of(plan, "ade", kind).consent == Consent.YES
    Page(stranger.get(path)).form(path).send(stranger, press="no")
    with app.app_context():
        assert relationship_of(plan, "ade").consent == Consent.LEFT
        (news,) = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now()).news()
        assert news.person.name == "Ade"
    maya = plan.browser("maya")
    home = Page(maya.get(plan.path))
    assert "Ade can't go on being one of your people right now." in home
    home.form("/people/read").send(maya)
    assert "Ade can't" not in Page(maya.get(plan.path))


def test_an_answer_without_yes_or_no_is_asked_again(plan, app, stranger) -> None:
    with app.app_context():
        path = ask(plan, "ade")
    form = Page(stranger.get(path)).form(path)
    response = form.submit(stranger, press="yes", headers={})
    assert response.status_code == 303
    token = form.values["csrf_token"]
    bad = stranger.post(path, data={"csrf_token": token, "answer": "perhaps"})
    assert bad.status_code == 400


def test_the_name_is_shown_to_whoever_knows_the_end_of_the_number(plan, app, stranger) -> None:
    with app.app_context():
        path = ask(plan, "ade")
        end = plan.cast.viewer(plan.cast.ade) and people(plan)[0].person.phone[-4:]
    wrong = Page(stranger.get(path)).form("/who").fill(digits="0000").submit(stranger)
    assert wrong.status_code == 400 and not stands_in("Maya", wrong.text)
    arabic = end.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    known = Page(stranger.get(path)).form("/who").fill(digits=arabic).send(stranger)
    assert known.path == "/trusted" and "Maya trusts you" in known
    known.form("/trusted").send(stranger, press="yes")
    with app.app_context():
        assert relationship_of(plan, "ade").consent == Consent.YES


def test_the_end_of_the_number_cannot_be_guessed(plan, app, stranger) -> None:
    with app.app_context():
        path = ask(plan, "ade")
    form = Page(stranger.get(path)).form("/who")
    codes = [form.fill(digits=f"{n:04}").submit(stranger).status_code for n in range(7)]
    assert codes[:5] == [400] * 5 and codes[5:] == [429] * 2


def test_a_trusted_person_reads_what_is_shared_with_them_and_nothing_else(live, app) -> None:
    browser = app.test_client()
    with app.app_context():
        path = ask(live, "ade")
        end = people(live)[0].person.phone[-4:]
    form = Page(browser.get(path)).form("/who").fill(digits=end)
    known = form.send(browser)
    known = known.form("/trusted").send(browser, press="yes")
    assert "A door I can close" not in known
    with app.app_context():
        live.share(f"safe|{live.cast.ade}")
    shared = Page(browser.get("/trusted"))
    assert "A door I can close" in shared and "Text me first" not in shared
    with app.app_context():
        live.share()
    assert "A door I can close" not in Page(browser.get("/trusted"))


@pytest.mark.parametrize("path", ["/t/NOSUCHCODE", "/t/x", "/trusted", "/t/" + "A" * 3000])
def test_unknown_links_are_not_there(app, cast, stranger, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_old_and_new_links_look_alike_when_they_are_closed(plan, app, stranger, clock) -> None:
    with app.app_context():
        path = ask(plan, "ade")
    clock.shift(timedelta(days=15))
    expired, unknown = stranger.get(path), stranger.get("/t/0000000000000")
    assert expired.status_code == unknown.status_code == 404
    assert Page(expired).main_text == Page(unknown).main_text


def test_asking_twice_in_a_day_sends_one_text_and_a_new_one_closes_the_old(plan, app, clock):
    with app.app_context():
        first = ask(plan, "ade")
        relationship_id = relationship_of(plan, "ade").id
        again = invitation_actions.invite(
            plan.viewer("maya"), plan.id, relationship_id, address=ADDRESS, now=clock_now()
        )
        assert not again
    clock.shift(timedelta(days=1))
    with app.app_context():
        second = ask(plan, "ade")
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200


def clock_now():
    return clock.now()


@pytest.mark.parametrize(("yes", "expected"), [(True, Consent.YES), (False, Consent.NO)])
def test_a_text_answers_the_open_question(plan, app, yes: bool, expected) -> None:
    with app.app_context():
        ask(plan, "coach_lee")
        answered = invitation_actions.answer_by_text(
            SYSTEM, plan.cast.coach_lee, yes=yes, now=clock.now()
        )
        db.session.commit()
        assert answered and relationship_of(plan, "coach_lee").consent == expected
        again = invitation_actions.answer_by_text(
            SYSTEM, plan.cast.coach_lee, yes=True, now=clock.now()
        )
        assert not again, "no question is open any more"


def test_stop_from_a_trusted_person_is_leaving_and_the_plan_wants_reading(live, app) -> None:
    with app.app_context():
        assert invitation_actions.answer_by_text(
            SYSTEM, live.cast.coach_lee, yes=None, now=clock.now()
        )
        db.session.commit()
        assert relationship_of(live, "coach_lee").consent == Consent.LEFT
        found = queries.get_page(live.viewer("maya"), live.id, now=clock.now())
        assert found.plan.review_reason == "trio_change"
        assert found.plan.review_due_at == clock.now()


def test_another_number_means_asking_anew(plan: MayasPlan, app) -> None:
    with app.app_context():
        relationship = relationship_of(plan, "ade")
        details = Details("Ade B", "+447700900811", "Cousin")
        trio_actions.change_named_person(
            plan.viewer("maya"), plan.id, relationship.id, details, now=clock.now()
        )
        db.session.commit()
        ade = people(plan)[0]
        assert (ade.person.name, ade.person.phone) == ("Ade B", "+447700900811")
        assert ade.relationship.consent == Consent.NOT_ASKED


def test_the_check_in_person_may_be_one_of_the_three_or_somebody_else(plan, app) -> None:
    with app.app_context():
        maya = plan.viewer("maya")
        trio_actions.choose_check_in_person(
            maya, plan.id, person_id=plan.cast.nan_ruth, channel=Channel.CALL,
            how_often="Daily", now=clock.now(),
        )  # fmt: skip
        db.session.commit()
        (nan,) = people(plan, RelationshipKind.CHECK_IN)
        assert nan.person.name == "Nan Ruth" and nan.has_said_yes
        assert nan.terms.worker_may_talk and nan.terms.channel == Channel.CALL
        trio_actions.choose_check_in_person(
            maya, plan.id, details=FRIEND, channel=Channel.TEXT, how_often="", now=clock.now()
        )
        db.session.commit()
        (bo,) = people(plan, RelationshipKind.CHECK_IN)
        assert bo.person.name == "Bo" and not bo.has_said_yes
        with pytest.raises(NotFound):
            trio_actions.choose_check_in_person(
                maya, plan.id, person_id=plan.cast.zed_carer, channel=Channel.TEXT,
                how_often="", now=clock.now(),
            )  # fmt: skip


def test_a_worker_cannot_be_the_check_in_person(plan: MayasPlan, app) -> None:
    with app.app_context():
        sams = next(
            n.person.phone
            for n in queries.get_page(plan.viewer("maya"), plan.id, now=clock.now()).around
            if n.relationship.kind == "social_worker"
        )
        with pytest.raises(CannotName) as caught:
            trio_actions.choose_check_in_person(
                plan.viewer("maya"), plan.id, details=Details("Sam", sams),
                channel=Channel.TEXT, how_often="", now=clock.now(),
            )  # fmt: skip
        assert caught.value.problem is PersonProblem.IS_WORKER
