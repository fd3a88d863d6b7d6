"""Every address there is: open ones stand in a list, the others are closed, Zed finds nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.checkins.actions import receive_text
from engage.checkins.models import CheckIn
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.emergencies.actions import open_in_emergency
from engage.emergencies.models import ReadingAlarm
from engage.emergencies.rules import ReasonCode
from engage.messaging.inbound import InboundText
from engage.messaging.models import Message
from engage.people import links, signin
from engage.people.actions import create_person, end_placement, grant_role
from engage.people.models import (
    LinkKind,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
)
from engage.people.viewer import SYSTEM
from engage.plans.actions import start_plan
from engage.teams.models import StaffRequest
from tests.cast import NOW
from tests.page import Page, stands_in

# Open to the whole world. Add to it only what tells nothing about anybody, and say so in review.
OPEN = {
    # of no feature: leaving, a neutral page, files, programs that prove who they are
    "web.leave",
    "web.neutral_page",
    "web.robots",
    "web.policy_report",
    "static",
    "webhooks.sms",
    "webhooks.fallback",
    "webhooks.status",
    # a program with a token of its own sends referrals; it is told nothing but that they are kept
    "referral_programs.take",
    "operators.live",
    "operators.ready",
    "operators.numbers",
    # start page and signing in
    "home.start",
    "people.new_password",
    "people.by_link",
    "people.leave_account",
    "phone.number",
    "phone.code",
    "phone.who",
    "security.login",
    "security.forgot_password",
    "security.reset_password",
    "security.two_factor_setup",
    "security.two_factor_token_validation",
    "security.tf_select",
    "security.mf_recovery",
    "security.wan_signin",
    "security.wan_signin_response",
    # whoever stands before a poster; nobody is asked who they are
    "feedback.ask",
    "feedback.send",
    # whoever holds the link about their own talk, or is the young person themselves
    "interviews.by_link",
    "interviews.mine",
    "interviews.choose",
    # whoever is asked to a meeting: when and how, nothing about anybody
    "meeting_guest.ask",
    "meeting_guest.answer",
    "meeting_guest.say",
    "meeting_guest.calendar",
    # behind a card: asks for steps, shows none
    "mine.show",
    "mine.ask",
    # whoever has the link in the text about an alert
    "taken.over_by_code",
    "taken.keep_by_code",
    "taken.pass_on_by_code",
    # whoever has the link or the card
    "now.type_code",
    "now.open_typed",
    "now.open_link",
    "now.now",
    "now.send",
    "now.places",
    # a phone that keeps pages: what they are, and a token that only it has
    "later.send",
    "this_phone.page",
    "this_phone.keep",
    "this_phone.still",
    "this_phone.fresh",
    "this_phone.shell",
    "this_phone.worker",
    "worries_later.send",
    "talks_later.send",
    "now.search_places",
    "trusted.invitation",
    "trusted.answer",
    "trusted.who",
    "trusted.known",
    "trusted.heard",
    "trusted.heard_known",
    "trusted.answer_known",
    "alerts.by_code",
    "alerts.take_by_code",
    # how they would like to come back; whoever was asked to help with it, or to get in touch
    "wishes.ask",
    "wishes.say",
    "wishes.nobody",
    "steps.asked",
    "steps.answer_link",
    "steps.more",
    "outreach_ask.asked",
    "outreach_ask.answer",
    # whoever was asked to look, by a link of their own
    "looking.asked",
    "looking.answer",
    "looking.more",
    # keeps the words of somebody whose session ended while they were typing
    "plan_questions.answer",
    # in a demonstration only
    "demo.phones_page",
    "demo.send",
}
SIGN_IN = ("/sign-in", "/phone-sign-in")


def rules(app):
    return [r for r in app.url_map.iter_rules() if r.methods & {"GET", "POST"}]


def address(app, rule, values):
    """An address of this route, with what Maya has where it names something."""
    filled = {name: values.get(name, values["other"]) for name in rule.arguments}
    for name, converter in rule._converters.items():
        if type(converter).__name__ == "IntegerConverter":
            filled[name] = 1
        elif type(converter).__name__ == "AnyConverter":
            filled[name] = next(iter(converter.items))
        elif type(converter).__name__ == "UnicodeConverter":
            filled[name] = values.get(name, "trio")
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, filled, method=method(rule))


def method(rule):
    return "GET" if "GET" in rule.methods else "POST"


def token(client):
    """A token for forms, as any page with a form gives it to this browser."""
    return Page(client.get("/phone-sign-in")).form().values["csrf_token"][0]


def about_staff(cast):
    """What there is about the staff around Maya: an emergency, an alarm, a role, a request."""
    olu = cast.viewer(cast.olu)
    use = open_in_emergency(
        olu, cast.maya, ["safe"], code=ReasonCode.SERIOUS_HARM, address="http://x", now=NOW,
        reason="She wrote that she may hurt herself tonight",
    )  # fmt: skip
    house = cast.organisation
    alarm = ReadingAlarm(
        dedupe_key="x", person_id=cast.olu, organisation_id=house, people=31, raised_at=NOW
    )
    request = StaffRequest(
        organisation_id=house, kind="role", person_id=cast.sam, role="supervisor",
        team_id=cast.team, state="waiting", asked_by_id=cast.adil, asked_at=NOW,
    )  # fmt: skip
    db.session.add_all([alarm, request])
    db.session.flush()
    grant = select(RoleGrant.id).where(RoleGrant.person_id == cast.sam)
    return {
        "use_id": use.id, "alarm_id": alarm.id, "request_id": request.id, "team_id": cast.team,
        "person_id": cast.sam, "grant_id": db.session.scalar(grant),
    }  # fmt: skip


@pytest.fixture
def mayas(app, cast):
    """What there is about Maya, by the name that addresses use for it."""
    with app.app_context():
        maya, sam = cast.viewer(cast.maya), cast.viewer(cast.sam)
        plan = start_plan(maya, cast.maya, now=NOW).id
        receive_tap(maya, cast.maya, Tap(Kind.NOT_OK, "k" * 12), now=NOW, address="http://x")
        stranger = InboundText("console", "SM1", "+447700900998", "+447700900000", "hello?")
        receive_text(stranger, now=NOW, address="http://x")
        trusted = select(Relationship.id).where(Relationship.kind == RelationshipKind.TRUSTED)
        values = {
            "young_person_id": cast.maya,
            "plan_id": plan,
            "alert_id": db.session.scalars(
                select(Alert.id).where(Alert.young_person_id == cast.maya)
            ).first(),
            "check_in_id": db.session.scalars(
                select(CheckIn.id).where(CheckIn.young_person_id == cast.maya)
            ).first(),
            "message_id": db.session.scalars(
                select(Message.id).where(Message.young_person_id == cast.maya)
            ).first(),
            "relationship_id": db.session.scalars(trusted).first(),
            "question_id": "safe",
            "other": uuid4(),
            **about_staff(cast),
        }
        db.session.commit()
        assert all(values.values()), values
        assert sam.organisation_id == maya.organisation_id
        return values


def test_what_is_open_stands_in_the_list(app):
    opened = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if signin.is_open(rule.endpoint, app.view_functions[rule.endpoint])
    }
    assert opened - OPEN == set()
    assert OPEN - opened <= {"demo.phones_page", "demo.send"}


def test_every_other_page_sends_the_unknown_to_sign_in(app, client, mayas):
    csrf = token(client)
    for rule in rules(app):
        if rule.endpoint in OPEN:
            continue
        path = address(app, rule, mayas)
        for verb in sorted(rule.methods & {"GET", "POST"}):
            answer = client.open(path, method=verb, data={"csrf_token": csrf})
            assert answer.status_code == 303, f"{verb} {path}: {answer.status_code}"
            assert answer.location.partition("?")[0] in SIGN_IN


def test_what_is_there_and_what_is_not_look_the_same_to_the_unknown(app, client, mayas):
    for rule in rules(app):
        if "GET" in rule.methods and rule.arguments and rule.endpoint not in OPEN:
            there = client.get(path := address(app, rule, mayas))
            nowhere = address(app, rule, {"other": uuid4(), "question_id": "safe"})
            not_there = client.get(nowhere)
            assert there.status_code == not_there.status_code, path
            assert there.location.partition("?")[0] == not_there.location.partition("?")[0]


def test_nobody_called_zed_finds_anything_of_mayas(app, mayas, cast, sign_in):
    for name, person_id in cast.strangers.items():
        zed = sign_in(app.test_client(), person_id)
        csrf = token(zed)
        for rule in rules(app):
            named = rule.arguments & {n for n, v in mayas.items() if n != "other"}
            if not any(n.endswith("_id") and n != "question_id" for n in named):
                continue
            path = address(app, rule, mayas)
            for verb in sorted(rule.methods & {"GET", "POST"}):
                answer = zed.open(path, method=verb, data={"csrf_token": csrf, "text": "x"})
                assert answer.status_code == 404, f"{name}: {verb} {path} {answer.status_code}"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER])
def test_staff_of_another_team_find_nothing_of_mayas(app, mayas, cast, sign_in, role):
    with app.app_context():
        house, east = cast.organisation, db.session.get_one(Person, cast.kit).team_id
        zed = create_person(SYSTEM, PersonKind.WORKER, organisation_id=house, name="Zed", now=NOW)
        grant_role(SYSTEM, zed.id, role, team_id=east, now=NOW)
        zed_id = zed.id
        db.session.commit()
    zed = sign_in(app.test_client(), zed_id)
    csrf = token(zed)
    for rule in rules(app):
        if "young_person_id" not in rule.arguments and "plan_id" not in rule.arguments:
            continue
        path = address(app, rule, mayas)
        for verb in sorted(rule.methods & {"GET", "POST"}):
            answer = zed.open(path, method=verb, data={"csrf_token": csrf, "text": "x"})
            assert answer.status_code == 404, f"{verb} {path} {answer.status_code}"


def test_no_page_of_a_stranger_names_maya_or_hers(app, mayas, cast, sign_in):
    shown_to_all = {"web.leave", "demo.phones_page"}
    for name, person_id in cast.strangers.items():
        zed = sign_in(app.test_client(), person_id)
        for rule in rules(app):
            if "GET" not in rule.methods or rule.arguments or rule.endpoint in shown_to_all:
                continue
            shown = zed.get(rule.rule).get_data(as_text=True)
            # "Maya" by itself: in the tokens of so many pages four letters turn up by chance.
            assert not stands_in("Maya", shown), f"{name} reads of Maya on {rule.rule}"
            for word in ("Hazel House", "Coach Lee", "Nan Ruth", str(cast.maya)):
                assert word not in shown, f"{name} reads {word} on {rule.rule}"


def test_after_the_move_the_former_carer_finds_nothing(app, mayas, cast, sign_in, now):
    jo = sign_in(app.test_client(), cast.jo)
    assert jo.get(f"/plans/{mayas['plan_id']}").status_code == 200
    with app.app_context():
        end_placement(SYSTEM, cast.placement, now=now)
        db.session.commit()
    assert jo.get(f"/plans/{mayas['plan_id']}").status_code == 404


def test_unknown_expired_and_revoked_codes_meet_one_page(app, client, cast, now, clock):
    with app.app_context():

        def issue(kind, **more):
            return links.issue(kind, young_person_id=cast.maya, now=now, **more)

        kinds = {"/c/": LinkKind.CHECK_IN, "/t/": LinkKind.TRUSTED, "/a/": LinkKind.ALERT}
        codes = {
            start: [
                links.new_code(),
                "x" * 200,
                issue(kind, expires_at=now + timedelta(minutes=1)),
                issue(kind, person_id=cast.zed_carer),
            ]
            for start, kind in kinds.items()
        }
        for kind in kinds.values():
            links.revoke(kind, person_id=cast.zed_carer, now=now)
        db.session.commit()
    clock.shift(timedelta(minutes=2))
    for start, tried in codes.items():
        answers = [app.test_client().get(start + code) for code in tried]
        bodies = {
            answer.get_data(as_text=True).replace(code, "").replace(code.lower(), "")
            for answer, code in zip(answers, tried, strict=True)
        }
        assert len(bodies) == 1, start
        assert len({answer.status_code for answer in answers}) == 1
