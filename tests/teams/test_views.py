"""The pages about staff: invite, give and end roles, a second person's yes, suspend, leave."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engage.db import db
from engage.people import mail
from engage.people.access import SYSTEM
from engage.people.models import Person, Role, RoleGrant
from engage.people.queries import viewer_of
from engage.teams.models import StaffRequest
from tests.page import Page, words
from tests.sealing import is_sealed


@pytest.fixture
def at(client, sign_in):
    def go(person_id, path="/staff"):
        sign_in(client, person_id)
        return Page(client.get(path))

    return go


def new_person(cast, **more):
    return {
        "name": "Nia Bright", "email": "nia@example.org", "phone": "07700 900777",
        "role": "social_worker", "team": str(cast.team), "locale": "cy", **more,
    }  # fmt: skip


def roles(app, person_id, now):
    with app.app_context():
        return viewer_of(SYSTEM, person_id, now=now).roles


def test_the_journey_of_a_new_colleague(app, cast, client, at, bea, now):
    """Adil invites Nia and hands her the link himself, as no mail is set. She chooses a password,
    but may do nothing yet: her role waits. Adil cannot say yes to it himself. Bea does, and only
    then Nia is a social worker. She reads no record all the while she waits.
    """
    page = at(cast.adil).click(client, "Invite somebody")
    assert "their role begins when a second person has said yes" in page
    page = page.form().fill(new_person(cast)).send(client)
    assert page.heading == "Nia Bright"
    assert "Waits for a second person" in page
    link = words(page.one("p", cls="code"))
    assert link.startswith("http://localhost/sign-in/new/")
    assert "sign-in/new" not in Page(client.get(page.path)).html, "shown once"
    nia = UUID(page.path.rsplit("/", 1)[1])
    browser = app.test_client()
    chosen = Page(browser.get(link.removeprefix("http://localhost"))).form()
    assert chosen.fill(password="four words nobody guesses").send(browser).heading == "Sign in"
    assert roles(app, nia, now) == frozenset()
    page = at(cast.adil)
    assert "Yes, I agree" not in page, "not who asked"
    assert "Take it back" in page
    page = at(bea)
    assert "Nia Bright: Social worker, North team" in page
    form = next(f for f in page.forms if "/staff/requests/" in f.action)
    assert form.submit(client, "yes").status_code == 303
    assert roles(app, nia, now) == {Role.SOCIAL_WORKER}


def test_a_supervisors_invitation_needs_nobody_else(app, cast, client, at, now):
    page = at(cast.sue, "/staff/new")
    form = page.form()
    assert "admin" not in form.options("role")
    assert form.options("team") == [str(cast.team)]
    page = form.fill(new_person(cast)).send(client)
    assert "Invited, has not signed in yet" in page
    with app.app_context():
        nia = db.session.scalars(select(Person).order_by(Person.created_at.desc())).first()
        assert (nia.name, nia.phone, nia.locale) == ("Nia Bright", "+447700900777", "cy")
        assert is_sealed(nia._name)
    assert roles(app, nia.id, now) == {Role.SOCIAL_WORKER}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": " "}, "Type their name."),
        ({"email": ""}, "Type your work email."),
        ({"email": "nia"}, "This does not look like an email address."),
        ({"email": "sam@example.org"}, "Somebody signs in with this address already."),
        ({"email": "SAM@EXAMPLE.org "}, "Somebody signs in with this address already."),
        ({"phone": "12"}, "This does not look like a phone number."),
        ({"name": "x" * 121}, "This is 1 letter too long. Please make it shorter."),
        ({"name": "Ni\x00a"}, "Some signs could not be read. Check it and send it again."),
    ],
)
def test_a_mistake_in_an_invitation_is_said_and_what_was_typed_stays(
    app, cast, client, at, changed, says
):
    form = at(cast.sue, "/staff/new").form()
    page = Page(form.fill(new_person(cast, **changed)).submit(client))
    assert page.errors == [says]
    if "name" not in changed:
        assert "Nia Bright" in page.html
    with app.app_context():
        names = [person.name for person in db.session.scalars(select(Person))]
        assert "Nia Bright" not in names


@pytest.mark.parametrize(
    ("name", "value"),
    [("role", "admin"), ("role", "king"), ("team", "all"), ("team", "x"), ("role", ""),
     ("team", "00000000-0000-0000-0000-000000000000"), ("locale", "xx")],
)  # fmt: skip
def test_what_was_not_offered_to_a_supervisor_is_refused(app, cast, client, at, name, value):
    form = at(cast.sue, "/staff/new").form().fill(new_person(cast))
    form.values[name] = [value]
    assert Page(form.submit(client)).status == 400
    with app.app_context():
        assert db.session.scalars(select(StaffRequest)).all() == []


def test_an_administrator_of_one_team_is_refused_in_words(cast, client, at):
    form = at(cast.adil, "/staff/new").form().fill(new_person(cast, role="admin"))
    page = Page(form.submit(client))
    assert page.errors == ["An administrator looks after the whole organisation. Pick that."]


def test_with_mail_the_link_is_sent_and_shown_to_nobody(app, cast, client, at, monkeypatch):
    sent = []
    monkeypatch.setattr(
        mail, "send_beside", lambda settings, to, subject, body: sent.append((to, body))
    )
    monkeypatch.setattr(app.extensions["engage"], "mail_url", "smtp://127.0.0.1:1")
    page = at(cast.sue, "/staff/new").form().fill(new_person(cast, locale="en")).send(client)
    assert "We have sent a link to their email address." in page
    assert "/sign-in/new/" not in page.html
    [(to, body)] = sent
    assert to == "nia@example.org"
    assert "http://localhost/sign-in/new/" in body and "Nia" not in body


def member_of(cast, name):
    return f"/staff/{getattr(cast, name)}"


def test_a_supervisor_gives_and_ends_a_role(app, cast, client, at, now):
    page = at(cast.sue, member_of(cast, "sam"))
    page = page.form("/roles").fill(role="out_of_hours", team=str(cast.team)).send(client)
    assert roles(app, cast.sam, now) == {Role.SOCIAL_WORKER, Role.OUT_OF_HOURS}
    with app.app_context():
        grant = db.session.scalars(
            select(RoleGrant).filter_by(person_id=cast.sam, role="out_of_hours")
        ).one()
    page = page.form(f"/roles/{grant.id}/end").send(client)
    assert roles(app, cast.sam, now) == {Role.SOCIAL_WORKER}
    assert "Out-of-hours worker" not in [words(b) for b in page.one("ul", cls="tasks").iter("b")]


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("2026-11-21", "Pick a day that is still to come."),
        ("tomorrow", "Pick a day, or leave it empty."),
        ("2026-02-30", "Pick a day, or leave it empty."),
    ],
)
def test_a_role_ends_on_a_day_to_come(cast, client, at, until, says):
    form = at(cast.sue, member_of(cast, "sam")).form("/roles")
    form.fill(role="out_of_hours", team=str(cast.team), until=until)
    assert Page(form.submit(client)).errors == [says]


def test_a_role_until_today_holds_for_the_rest_of_the_day(app, cast, client, at, now):
    form = at(cast.sue, member_of(cast, "sam")).form("/roles")
    form.fill(role="out_of_hours", team=str(cast.team), until="2026-11-22").send(client)
    with app.app_context():
        grant = db.session.scalars(
            select(RoleGrant).filter_by(person_id=cast.sam, role="out_of_hours")
        ).one()
        assert grant.ends_at.isoformat() == "2026-11-23T00:00:00+00:00"


def test_the_same_role_twice_is_said_kindly(cast, client, at):
    form = at(cast.sue, member_of(cast, "sam")).form("/roles")
    page = Page(form.fill(role="social_worker", team=str(cast.team)).submit(client))
    assert page.errors == ["They have this role here already, or somebody has asked for it."]


def test_suspending_signs_out_at_the_very_next_request(app, cast, client, sign_in, at):
    sam = sign_in(app.test_client(), cast.sam)
    assert sam.get("/young-people").status_code == 200
    page = at(cast.sue, member_of(cast, "sam")).form("/suspend").send(client)
    assert "Suspended" in page
    assert sam.get("/young-people").status_code == 303
    page = page.form("/let-back").send(client)
    assert "Works here" in page
    assert sam.get("/young-people").status_code == 303, "they sign in anew"


def test_who_left_is_out_for_good(app, cast, client, at):
    page = at(cast.sue, member_of(cast, "olu"))
    refused = Page(page.form("/left").submit(client))
    assert refused.errors == ["Tick this if they have left for good."]
    page = page.form("/left").fill(sure="y").send(client)
    assert page.heading == "Staff"
    page = at(cast.adil, member_of(cast, "olu"))
    assert "Has left" in page
    assert [form.action for form in page.forms] == []
    assert client.get("/staff").status_code == 200


def test_nobody_changes_themselves(app, cast, client, at, now):
    for who in ("sue", "adil"):
        path = member_of(cast, who)
        page = at(getattr(cast, who), path)
        assert "This is you. Somebody else changes what you may do." in page
        assert page.forms == []
        token = Page(client.get("/staff/new")).form().values["csrf_token"][0]
        with app.app_context():
            grant = db.session.scalars(
                select(RoleGrant.id).where(RoleGrant.person_id == getattr(cast, who))
            ).first()
        data = {"csrf_token": token, "role": "supervisor", "team": str(cast.team), "sure": "y"}
        for end in ("roles", f"roles/{grant}/end", "suspend", "let-back", "left", "invitation",
                    "fresh-start"):  # fmt: skip
            assert client.post(f"{path}/{end}", data=data).status_code == 404, end
        assert roles(app, getattr(cast, who), now)


def test_a_fresh_start_shows_the_link_to_the_second_person_alone(app, cast, client, at):
    page = at(cast.adil, member_of(cast, "sam")).form("/fresh-start").send(client)
    assert "A fresh start of the sign-in, after a lost phone" in page
    page = at(cast.sue)
    form = next(f for f in page.forms if "/staff/requests/" in f.action)
    page = form.send(client, "yes")
    assert "Give them this link yourself" in page
    assert "sign-in/new" not in Page(client.get(page.path)).html


def test_a_request_is_taken_back_by_who_asked(app, cast, client, at, now):
    page = at(cast.adil, member_of(cast, "sam"))
    page.form("/roles").fill(role="interviewer", team=str(cast.team)).send(client)
    page = at(cast.adil)
    form = next(f for f in page.forms if "/staff/requests/" in f.action)
    page = form.send(client, "withdraw")
    assert "Waits for a second person" not in page
    assert form.submit(client, "withdraw").status_code == 409


def test_teams_are_added_by_administrators_and_named_by_supervisors_too(cast, client, at):
    page = at(cast.adil, "/staff/teams").form().fill(name="West team").send(client)
    assert "West team" in page
    page = at(cast.sue, "/staff/teams")
    assert "West team" not in page and page.forms == []
    page = page.click(client, "North team").form().fill(name="Coast team").send(client)
    assert "Coast team" in page
    page = Page(client.get(f"/staff/teams/{cast.team}"))
    refused = Page(page.form().fill(name="  ").submit(client))
    assert (refused.status, refused.errors) == (400, ["Type a name for the team."])


ZEDS = ("zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor")


@pytest.mark.parametrize("who", [*ZEDS, "sam", "olu", "ines", "jo", "maya"])
def test_for_strangers_and_other_roles_there_is_no_colleague(app, cast, client, sign_in, who):
    with app.app_context():
        request = StaffRequest(
            organisation_id=cast.organisation, kind="role", person_id=cast.sam, role="supervisor",
            state="waiting", asked_by_id=cast.adil, asked_at=cast.viewer(cast.adil) and _now(),
        )  # fmt: skip
        db.session.add(request)
        db.session.commit()
        request_id = request.id
    sign_in(client, getattr(cast, who))
    token = Page(client.get("/phone-sign-in")).form().values["csrf_token"][0]
    base = f"/staff/{cast.olu}"
    assert client.get(base).status_code == 404
    assert client.get(f"/staff/teams/{cast.team}").status_code == 404
    data = {"csrf_token": token, "role": "supervisor", "team": str(cast.team), "answer": "yes"}
    posts = [f"{base}/{end}" for end in ("roles", "suspend", "let-back", "left", "invitation",
                                         "fresh-start")]  # fmt: skip
    for path in [*posts, f"/staff/requests/{request_id}", f"/staff/teams/{cast.team}"]:
        assert client.post(path, data=data).status_code == 404, path
    with app.app_context():
        assert db.session.get(StaffRequest, request_id).state == "waiting"
        assert db.session.get(Person, cast.olu).ended_at is None


def _now():
    from engage import clock

    return clock.now()


def test_a_far_supervisor_sees_their_own_staff_only(cast, client, at):
    page = at(cast.far_zed_supervisor)
    assert "Sam" not in page.main_text and "Zed" in page.main_text


def test_the_menu_leads_there_who_may_go(client, sign_in, cast):
    for who, shown in (("adil", True), ("sue", True), ("sam", False), ("maya", False)):
        sign_in(client, getattr(cast, who))
        links = Page(client.get("/")).links.values()
        assert ("/staff" in links) is shown, who


@pytest.mark.parametrize("code", ["cy", "es", "ar"])
def test_the_pages_stand_in_every_language(cast, at, client, code):
    at(cast.adil)
    for path in ("/staff", "/staff/new", member_of(cast, "sam"), "/staff/teams"):
        assert Page(client.get(f"{path}?lang={code}")).lang == code


def test_looking_changes_nothing(client, cast, at):
    at(cast.sue)
    for end in ("suspend", "let-back", "left", "invitation", "fresh-start", "roles"):
        assert client.get(f"{member_of(cast, 'sam')}/{end}").status_code == 405
