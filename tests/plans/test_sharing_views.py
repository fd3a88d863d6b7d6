"""Who can see what, chosen on a phone: by person, by part, for which case, and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.people.circumstance_actions import note_away
from engage.people.models import ShareGrant
from engage.people.sharing_models import ShareProposal
from engage.plans import queries
from tests.page import Page
from tests.plans.conftest import MayasPlan


def choose(plan: MayasPlan, whom: str, **parts: str) -> Page:
    """Let Maya answer for somebody; every part not named stays as it is."""
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/sharing/with/{whom}")).form(f"/with/{whom}")
    return form.fill({f"part-{name}": value for name, value in parts.items()}).send(maya)


def note(plan: MayasPlan, button: str) -> Page:
    """Let Sam press a button on the page of how things are now."""
    sam, path = plan.browser("sam"), f"/young-people/{plan.cast.maya}/now"
    page = Page(sam.get(path))
    form = next(f for f in page.forms if button in [e.get("value") for e in f.buttons.values()])
    return form.send(sam, press=button)


def come_back(plan: MayasPlan) -> Page:
    """Let Sam say on the episode's page that Maya is back."""
    sam = plan.browser("sam")
    page = Page(sam.get(f"/young-people/{plan.cast.maya}/now"))
    here = next(link for link in page.links.values() if link.startswith("/episodes/"))
    return Page(sam.get(here)).form(f"{here}/change").fill(state="returned").send(sam)


def may_read(plan: MayasPlan, name: str = "jo", question: str = "safe") -> bool:
    return plan.browser(name).get(f"{plan.path}/{question}").status_code == 200


def test_nothing_is_chosen_before_the_young_person_chooses_it(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/sharing"))
    assert "If someone is in danger, your worker must act" in page
    assert "Not chosen yet: " in page and "Yes: " not in page
    for whom in ("carer", "social_worker", "out_of_hours", plan.cast.ade):
        form = Page(maya.get(f"{plan.path}/sharing/with/{whom}")).form(f"/with/{whom}")
        sent = {
            value for name, value in form.values.items() for value in value if name != "csrf_token"
        }
        assert sent == {""}


def test_the_answers_stand_from_the_most_private_on(plan: MayasPlan) -> None:
    form = Page(plan.browser("maya").get(f"{plan.path}/sharing/with/carer")).form("/with/carer")
    assert form.options("part-safe") == ["", "never", "danger", "away", "always"]


def test_what_is_saved_is_shown_again_and_nobody_else_gained_by_it(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("maya", "safe", "A door I can close")
    page = choose(plan, "carer", safe="always", ready="never", try_first="away")
    assert "Yes: 1. Only if missing: 1. No: 1." in page
    form = Page(plan.browser("maya").get(f"{plan.path}/sharing/with/carer")).form("/with/carer")
    assert form.values["part-ready"] == ["never"] and form.values["part-safe"] == ["always"]
    assert may_read(plan) and not may_read(plan, "olu") and not may_read(plan, "ines")


def test_only_if_missing_opens_when_it_is_noted_and_closes_when_they_are_back(live) -> None:
    choose(live, "carer", safe="away", ready="danger")
    closed = Page(live.browser("jo").get(f"{live.path}/print"))
    assert "A door I can close" not in closed and "Meet me at the station" not in closed
    note(live, "away")
    opened = Page(live.browser("jo").get(f"{live.path}/print"))
    assert "A door I can close" in opened and "Meet me at the station" not in opened
    note(live, "danger")
    assert may_read(live, question="ready")
    come_back(live)
    assert not may_read(live) and not may_read(live, question="ready")


def test_the_young_person_sees_that_it_is_open_now_and_why(live) -> None:
    assert "is open now" not in Page(live.browser("maya").get(f"{live.path}/sharing"))
    note(live, "away")
    page = Page(live.browser("maya").get(f"{live.path}/sharing"))
    assert "People don't know where you are, we were told." in page
    assert "So what you share for that case is open now." in page


def test_coming_back_asks_for_another_look_at_plan_and_sharing(live) -> None:
    note(live, "away")
    come_back(live)
    maya = live.browser("maya")
    page = Page(maya.get(f"{live.path}/sharing"))
    assert "Is this still right?" in page
    page.form("/still-right").send(maya)
    assert "Is this still right?" not in Page(maya.get(f"{live.path}/sharing"))
    with live.app.app_context():
        found = queries.get_page(live.viewer("sam"), live.id, now=clock.now())
        assert (found.plan.review_reason, found.plan.review_due_at) == ("episode", clock.now())


def test_after_ninety_days_it_is_asked_again(live, clock) -> None:
    clock.shift(timedelta(days=89))
    assert "Is this still right?" not in Page(live.browser("maya").get(f"{live.path}/sharing"))
    live.browsers.clear()
    clock.shift(timedelta(days=1, minutes=1))
    assert "Is this still right?" in Page(live.browser("maya").get(f"{live.path}/sharing"))
    live.browsers.clear()
    assert "It is time to look at this together" in Page(
        live.browser("sam").get(f"{live.path}/sharing")
    )


def test_who_sees_it_is_said_before_it_is_asked_case_by_case(plan: MayasPlan) -> None:
    choose(plan, "carer", safe="away")
    choose(plan, str(plan.cast.ade), safe="danger")
    choose(plan, "out_of_hours", safe="never")
    page = Page(plan.browser("maya").get(f"{plan.path}/safe"))
    assert "Only if you are missing: Jo. Only if you are in danger: Ade." in page
    choose(plan, "social_worker", safe="always")
    page = Page(plan.browser("maya").get(f"{plan.path}/safe"))
    assert "Who can see this: you and Sam. Only if you are missing: Jo." in page
    theirs = Page(plan.browser("sam").get(f"{plan.path}/safe"))
    assert "Shared with Sam. Only if they are missing: Jo." in theirs


def test_one_answer_may_stand_for_every_part(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/sharing/with/social_worker")).form("/with/social_worker")
    form.fill({"everything": "away", "part-safe": "always"}).send(maya)
    form = Page(maya.get(f"{plan.path}/sharing/with/social_worker")).form("/with/social_worker")
    parts = [value for name, value in form.values.items() if name.startswith("part-")]
    assert len(parts) >= 6 and all(value == ["away"] for value in parts)


@pytest.mark.parametrize("sent", ["perhaps", "<b>", "ALWAYS", "always "])
def test_an_answer_that_was_not_offered_changes_nothing(plan: MayasPlan, sent: str) -> None:
    choose(plan, "carer", safe="danger")
    maya, path = plan.browser("maya"), f"{plan.path}/sharing/with/carer"
    token = Page(maya.get(path)).form("/with/carer").values["csrf_token"]
    data = {"csrf_token": token, "part-safe": sent, "part-nonsense": "always", "everything": sent}
    assert maya.post(path, data=data).status_code == 303
    form = Page(maya.get(path)).form("/with/carer")
    assert form.values["part-safe"] == ["danger"]
    with plan.app.app_context():
        sections = db.session.scalars(select(ShareGrant.section)).all()
        assert "nonsense" not in sections


@pytest.mark.parametrize("whom", ["admin", "interviewer", "nobody", "role:carer2"])
def test_only_people_who_are_offered_can_be_shared_with(plan: MayasPlan, whom: str) -> None:
    assert plan.browser("maya").get(f"{plan.path}/sharing/with/{whom}").status_code == 404


def test_nobody_shares_with_a_stranger_by_their_id(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    token = Page(maya.get(f"{plan.path}/sharing/with/carer")).form().values["csrf_token"]
    for person in (plan.cast.zed_carer, plan.cast.kits_carer, plan.cast.maya):
        data = {"csrf_token": token, "part-safe": "always"}
        assert maya.post(f"{plan.path}/sharing/with/{person}", data=data).status_code == 404


def test_part_by_part_says_who_sees_it_and_who_opened_it(written: MayasPlan) -> None:
    choose(written, "carer", ready="away")
    written.browser("jo").get(f"{written.path}/safe")
    page = Page(written.browser("maya").get(f"{written.path}/sharing/parts"))
    assert "Who can see this: you and Jo and Sam. Last opened by Jo" in page
    assert "Only if you are missing: Jo." in page
    for name in ("jo", "sam", "sue", "zed_young"):
        path = f"{written.path}/sharing/parts"
        assert written.browser(name).get(path).status_code == 404


def ask(plan: MayasPlan, whom: str = "carer", why: str = "", **parts: str) -> Page:
    sam = plan.browser("sam")
    form = Page(sam.get(f"{plan.path}/sharing/with/{whom}")).form(f"/with/{whom}")
    values = {f"part-{name}": value for name, value in parts.items()}
    return form.fill(values, why=why).send(sam)


def test_a_worker_asks_and_the_young_person_answers_on_their_own_phone(plan: MayasPlan) -> None:
    page = ask(plan, why="O'Brien said <b>Jo</b> should know", safe="away", ready="always")
    assert page.heading == "Maya, is this right?"
    assert not may_read(plan, question="ready")
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/sharing"))
    assert "O'Brien said <b>Jo</b> should know" in page
    asked = [form for form in page.forms if "/asked/" in form.action]
    assert len(asked) == 2
    asked[0].send(maya, press="yes")
    page = Page(maya.get(f"{plan.path}/sharing"))
    next(form for form in page.forms if "/asked/" in form.action).send(maya, press="no")
    with plan.app.app_context():
        answers = db.session.scalars(select(ShareProposal)).all()
        assert sorted(a.accepted for a in answers) == [False, True]
        (grant,) = db.session.scalars(select(ShareGrant)).all()
        assert grant.agreed_how == "own_device" and grant.agreed_by_id == plan.cast.maya
    assert "/asked/" not in Page(maya.get(f"{plan.path}/sharing")).html


def test_a_worker_hands_over_the_screen_and_only_what_was_answered_counts(plan) -> None:
    page = ask(plan, "social_worker", safe="always", ready="always", try_first="always")
    sam = plan.browser("sam")
    form = page.form("/in-person")
    proposals = sorted(form.names - {"csrf_token"})
    assert len(proposals) == 3 and all(form.values.get(name) is None for name in proposals)
    form.fill({proposals[0]: "yes", proposals[1]: "no"}).send(sam)
    with plan.app.app_context():
        (grant,) = db.session.scalars(select(ShareGrant)).all()
        assert grant.agreed_how == "in_person" and grant.agreed_by_id == plan.cast.maya
    left = Page(sam.get(f"{plan.path}/sharing/hand-over")).form("/in-person")
    assert left.names - {"csrf_token"} == {proposals[2]}


def test_a_carer_reads_of_their_own_lines_when_a_part_would_open(plan: MayasPlan) -> None:
    choose(plan, "carer", safe="away", ready="danger", try_first="never")
    choose(plan, "social_worker", coming_back="away")
    page = Page(plan.browser("jo").get(plan.path))
    assert page.main_text.count("Opens if they are missing.") == 1
    assert page.main_text.count("Opens if they are in danger.") == 1
    note(plan, "away")
    assert "Opens if they are missing." not in Page(plan.browser("jo").get(plan.path))


def test_each_reads_of_others_in_their_own_way(plan: MayasPlan) -> None:
    maya, sam = plan.browser("maya"), plan.browser("sam")
    mine, his = (Page(one.get(f"{plan.path}/sharing")) for one in (maya, sam))
    assert "Whoever cares for me at home (now Jo)" in mine and "for me at home" not in his
    page = Page(sam.get(f"{plan.path}/sharing/with/carer"))
    assert page.heading == "Jo"
    page = Page(sam.get(f"{plan.path}/sharing/with/out_of_hours"))
    assert page.heading == "The out-of-hours worker"


def test_what_stands_already_is_not_asked(plan: MayasPlan) -> None:
    choose(plan, "carer", safe="away")
    page = ask(plan, safe="away")
    assert page.path == f"{plan.path}/sharing"
    with plan.app.app_context():
        assert db.session.scalars(select(ShareProposal)).all() == []


def test_a_reason_that_is_too_long_is_said_and_nothing_typed_is_lost(plan: MayasPlan) -> None:
    sam, path = plan.browser("sam"), f"{plan.path}/sharing/with/carer"
    form = Page(sam.get(path)).form("/with/carer")
    page = Page(form.fill({"part-safe": "away", "why": "x" * 600}).submit(sam))
    assert page.status == 400 and page.errors[0].startswith("This is 100 letters too long.")
    again = page.form("/with/carer")
    assert again.values["why"] == ["x" * 600] and again.values["part-safe"] == ["away"]


@pytest.mark.parametrize("name", ["jo", "sue", "olu", "ines", "adil", "kits_worker", "kit"])
def test_the_pages_of_sharing_are_for_two(plan: MayasPlan, name: str) -> None:
    for path in ("/sharing", "/sharing/with/carer", "/sharing/hand-over"):
        assert plan.browser(name).get(plan.path + path).status_code == 404


@pytest.mark.parametrize("name", ["jo", "ines", "adil", "kits_worker", "zed_worker", "maya"])
def test_how_things_are_is_for_the_staff_around(plan: MayasPlan, name: str) -> None:
    assert plan.browser(name).get(f"/young-people/{plan.cast.maya}/now").status_code == 404


def test_a_supervisor_reads_how_things_are_and_changes_nothing(plan: MayasPlan) -> None:
    sue, path = plan.browser("sue"), f"/young-people/{plan.cast.maya}/now"
    page = Page(sue.get(path))
    assert not [f for f in page.forms if f.action == path]
    token = Page(sue.get("/phone-sign-in")).form().values["csrf_token"]
    assert sue.post(path, data={"csrf_token": token, "note": "away"}).status_code == 404


def test_what_follows_from_an_episode_is_not_ended_by_hand(plan: MayasPlan) -> None:
    with plan.app.app_context():
        note_away(plan.viewer("sam"), plan.cast.maya, about_id=plan.cast.maya, now=clock.now())
        db.session.commit()
    sam, path = plan.browser("sam"), f"/young-people/{plan.cast.maya}/now"
    page = Page(sam.get(path))
    assert "It ends when somebody says that they are back." in page
    form = next(f for f in page.forms if f.action == path)
    data = {"csrf_token": form.values["csrf_token"], "end": "away"}
    assert sam.post(path, data=data).status_code == 404
    assert "since" in Page(sam.get(path))


def test_a_state_that_does_not_exist_is_not_there(plan: MayasPlan) -> None:
    sam, path = plan.browser("sam"), f"/young-people/{plan.cast.maya}/now"
    token = Page(sam.get(path)).forms[-1].values["csrf_token"]
    assert sam.post(path, data={"csrf_token": token, "note": "holiday"}).status_code == 404


def test_what_is_noted_stands_on_top_of_the_staff_page(plan: MayasPlan) -> None:
    path = f"/young-people/{plan.cast.maya}"
    assert "Missing or away" not in Page(plan.browser("olu").get(path))
    note(plan, "away")
    page = Page(plan.browser("olu").get(path))
    assert "Missing or away" in page and "What they share for that case is open." in page
    assert "Missing or away" in Page(plan.browser("ines").get(path))
