"""Who matters to a young person: who keeps the list, who reads it, and whom nobody may call."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage import clock
from engage.circle import actions as important_actions
from engage.circle.actions import About
from engage.circle.models import ImportantPerson, MayCall, Tie
from engage.circle.queries import get_important_people
from engage.circle.rules import Contact, contact_for, may_change_calling, wants_checking
from engage.db import db
from engage.people import circumstance_actions
from engage.people.rules import CircumstanceKind
from engage.sharing import actions as sharing_actions
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.page import Page
from tests.plans.conftest import MayasPlan

DAD = About(
    "Dad O'Shea", Tie.PARENT, MayCall.YES, phone="+447700900820", languages=("cy",),
    words={"visits": "Every second Sunday", "for_carer": "He taught me to cook"},
)  # fmt: skip


def path(plan: MayasPlan, end: str = "") -> str:
    return f"/important-people/{plan.cast.maya}{end}"


def add(plan: MayasPlan, name: str = "maya", about: About = DAD):
    with plan.app.app_context():
        made = important_actions.add_important_person(
            plan.viewer(name), plan.cast.maya, about, now=clock.now()
        )
        db.session.commit()
        return made.id


def share(plan: MayasPlan, *lines: str) -> None:
    with plan.app.app_context():
        plan.share(*[f"important_people|{line}" for line in lines])


def listed(plan: MayasPlan, name: str):
    return get_important_people(plan.viewer(name), plan.cast.maya, now=clock.now()).people


def test_maya_writes_down_who_matters_on_her_phone(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(path(plan)))
    assert "The people who matter will be here." in page
    form = page.click(maya, "Add a person").form("/new")
    page = form.fill(
        name="Nan D'Arcy", tie="family", may_call="if_worried", phone="٠٧٧٠٠ ٩٠٠ ٨٢٠",
        other_phone="+44 (0)7700 900821", email="nan@example.org", social="@nan on Snapchat",
        languages=["ar", "cy"], other_languages="Romani", visits="Sundays", calls="After tea",
        distance="An hour on the bus", needed="Bus money", for_carer="She <b>raised</b> me",
    ).send(maya)  # fmt: skip
    for words in ("Nan D'Arcy", "Other family", "العربية, Cymraeg, Romani", "+447700900820",
                  "+447700900821", "nan@example.org", "Bus money", "She <b>raised</b> me",
                  "Only if you are worried", "Added by Maya"):  # fmt: skip
        assert words in page or words.replace("العربية, Cymraeg", "Cymraeg, العربية") in page, words


def test_nobody_else_sees_the_list_before_she_shares_it(plan: MayasPlan) -> None:
    add(plan)
    for name in ("jo", "olu", "sue", "ines", "adil", "ade", "kit", "kits_worker"):
        assert plan.browser(name).get(path(plan)).status_code in (404, 303), name
        assert b"O&#39;Shea" not in plan.browser(name).get(path(plan)).data
    assert "Dad" not in Page(plan.browser("sam").get(path(plan))), "may add, may not read"


def test_the_carer_reads_why_they_matter_and_gets_a_button_and_no_number(plan) -> None:
    add(plan)
    share(plan, "role:carer", "role:social_worker")
    page = Page(plan.browser("jo").get(path(plan)))
    assert "He taught me to cook" in page and "Every second Sunday" in page
    assert page.link("Call Dad O'Shea") == "tel:+447700900820"
    assert "900820" not in page.main_text
    assert not [f for f in page.forms if f.action.startswith("/important-people")]
    worker = Page(plan.browser("sam").get(path(plan)))
    assert "+447700900820" in worker.main_text


def test_only_if_worried_is_said_beside_the_button(plan: MayasPlan) -> None:
    add(plan, about=About("Bo", Tie.FRIEND, MayCall.IF_WORRIED, phone="+447700900820"))
    share(plan, "role:carer")
    page = Page(plan.browser("jo").get(path(plan)))
    assert "Only if you are worried" in page and "Call Bo" in page.links


def test_dont_call_takes_the_button_away_and_only_maya_can_bring_it_back(plan) -> None:
    add(plan)
    share(plan, "role:carer", "role:social_worker")
    maya, sam = plan.browser("maya"), plan.browser("sam")
    Page(maya.get(path(plan))).form("/never").send(maya)
    page = Page(plan.browser("jo").get(path(plan)))
    assert "Don't call" in page and "tel:" not in page.html
    form = Page(sam.get(path(plan))).click(sam, "Change Dad O'Shea").form(None)
    assert form.values["may_call"] == ["never"]
    form.values["may_call"] = ["yes"]
    form.fill(needed="A quiet room").send(sam)
    page = Page(plan.browser("jo").get(path(plan)))
    assert "tel:" not in page.html and "A quiet room" in page
    edit = Page(maya.get(path(plan))).click(maya, "Change Dad O'Shea")
    next(f for f in edit.forms if "name" in f.names).fill(may_call="yes").send(maya)
    assert "tel:" in Page(plan.browser("jo").get(path(plan))).html


def test_a_workers_own_no_may_be_changed_by_the_worker(plan: MayasPlan) -> None:
    share(plan, "role:social_worker")
    important_id = add(plan, "sam", About("Bo", Tie.FRIEND, MayCall.NEVER))
    with plan.app.app_context():
        yes = About("Bo", Tie.FRIEND, MayCall.YES)
        important_actions.change_important_person(
            plan.viewer("sam"), plan.cast.maya, important_id, yes, now=clock.now()
        )
        assert listed(plan, "maya")[0].person.may_call == "yes"


def test_a_new_number_has_to_be_checked_anew(plan: MayasPlan) -> None:
    important_id = add(plan)
    maya = plan.browser("maya")
    page = Page(maya.get(path(plan))).form("/checked").send(maya)
    assert "Checked by Maya, 22 November 2026." in page and "/checked" not in page.html
    with plan.app.app_context():
        for phone, checked in (("+447700900820", date(2026, 11, 22)), ("+447700900822", None)):
            about = About("Dad O'Shea", Tie.PARENT, MayCall.YES, phone=phone)
            important_actions.change_important_person(
                plan.viewer("maya"), plan.cast.maya, important_id, about, now=clock.now()
            )
            assert db.session.get(ImportantPerson, important_id).checked_on == checked


def test_after_ninety_days_somebody_should_check(plan: MayasPlan, clock) -> None:
    important_id = add(plan)
    with plan.app.app_context():
        important_actions.note_checked(plan.viewer("maya"), plan.cast.maya, important_id, now=NOW)
        db.session.commit()
        clock.shift(timedelta(days=89))
        assert not listed(plan, "maya")[0].wants_checking
        clock.shift(timedelta(days=1))
        assert listed(plan, "maya")[0].wants_checking


def test_taking_somebody_off_erases_what_was_written_about_them(plan: MayasPlan) -> None:
    add(plan)
    maya = plan.browser("maya")
    edit = Page(maya.get(path(plan))).click(maya, "Change Dad O'Shea")
    page = edit.form("/remove").send(maya)
    assert "Dad" not in page.main_text
    with plan.app.app_context():
        (kept,) = db.session.scalars(select(ImportantPerson)).all()
        assert (kept.name, kept.phone, kept.visits, kept.for_carer) == ("", None, None, None)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": ""}, "Tell us what you call them."),
        ({"phone": "call him"}, "Check the phone number, like 07700 900 123."),
        ({"other_phone": "123"}, "Check the phone number, like 07700 900 123."),
        ({"email": "dad"}, "Check the email, like name@example.org."),
        ({"email": "dad @example.org"}, "Check the email, like name@example.org."),
        ({"name": "D" * 70}, "This is 10 letters too long."),
        ({"visits": "v" * 201}, "This is 1 letter too long."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    plan: MayasPlan, values, problem
) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(path(plan, "/new"))).form("/new")
    filled = {
        "name": "Dad O'Shea",
        "tie": "parent",
        "may_call": "yes",
        "for_carer": "He <i>cooks</i>",
        **values,
    }
    page = Page(form.fill(filled).submit(maya))
    assert page.status == 400 and any(e.startswith(problem) for e in page.errors)
    kept = page.form("/new").values
    for name, value in filled.items():
        assert kept[name] == [value]
    with plan.app.app_context():
        assert db.session.scalars(select(ImportantPerson)).all() == []


def test_nobody_is_added_without_saying_whether_they_may_be_called(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(path(plan, "/new"))).form("/new")
    assert "may_call" not in form.values, "nothing is picked beforehand"
    assert form.values["tie"] == [""]
    page = Page(form.fill(name="Dad").submit(maya))
    assert page.errors == [
        "Pick who they are. It can be someone else.",
        "Pick yes, only if worried, or no.",
    ]


@pytest.mark.parametrize(
    "name", ["jo", "sue", "olu", "ines", "ade", "adil", "kit", "kits_worker", "zed_worker"]
)
def test_only_the_young_person_and_their_worker_write(plan: MayasPlan, name: str) -> None:
    important_id = add(plan)
    share(plan, "role:carer", "role:social_worker", "role:out_of_hours")
    with plan.app.app_context():
        viewer, maya = plan.viewer(name), plan.cast.maya
        for act in (
            lambda: important_actions.add_important_person(viewer, maya, DAD, now=NOW),
            lambda: important_actions.change_important_person(
                viewer, maya, important_id, DAD, now=NOW
            ),
            lambda: important_actions.note_checked(viewer, maya, important_id, now=NOW),
            lambda: important_actions.say_never(viewer, maya, important_id, now=NOW),
            lambda: important_actions.take_off_list(viewer, maya, important_id, now=NOW),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_worker_says_neither_never_nor_goodbye_in_the_young_persons_place(plan) -> None:
    important_id = add(plan)
    share(plan, "role:social_worker")
    with plan.app.app_context():
        sam, maya = plan.viewer("sam"), plan.cast.maya
        for act in (important_actions.say_never, important_actions.take_off_list):
            with pytest.raises(NotFound):
                act(sam, maya, important_id, now=NOW)


def test_the_list_of_another_young_person_is_not_reached_through_ones_own(plan) -> None:
    important_id = add(plan)
    with plan.app.app_context():
        kit = plan.viewer("kit")
        with pytest.raises(NotFound):
            important_actions.say_never(kit, plan.cast.kit, important_id, now=NOW)
    kit = plan.browser("kit")
    assert kit.get(f"/important-people/{plan.cast.kit}/{important_id}").status_code == 404


def test_shared_only_if_missing_opens_with_the_note_and_closes_after(plan: MayasPlan) -> None:
    add(plan)
    with plan.app.app_context():
        sharing_actions.set_sharing(
            plan.viewer("maya"), plan.id, ["important_people|role:carer|away"], now=NOW
        )
        db.session.commit()
    assert plan.browser("jo").get(path(plan)).status_code == 404
    with plan.app.app_context():
        circumstance_actions.note_away(plan.viewer("sam"), plan.cast.maya, now=NOW)
        db.session.commit()
    assert "Dad O'Shea" in Page(plan.browser("jo").get(path(plan)))
    with plan.app.app_context():
        circumstance_actions.end_away(plan.viewer("sam"), plan.cast.maya, now=NOW)
        db.session.commit()
    assert plan.browser("jo").get(path(plan)).status_code == 404
    assert str(CircumstanceKind.AWAY) == "away"


def test_maya_sees_who_opened_her_list(plan: MayasPlan) -> None:
    add(plan)
    share(plan, "role:carer")
    plan.browser("jo").get(path(plan))
    page = Page(plan.browser("maya").get(f"{plan.path}/sharing/parts"))
    assert "Last opened by Jo" in page


def test_the_list_is_reached_from_the_plan_by_those_who_may_see_it(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    assert Page(maya.get(plan.path)).click(maya, "People who matter to me").path == path(plan)
    assert "People who matter to them" not in Page(plan.browser("jo").get(plan.path)).links
    share(plan, "role:carer")
    assert "People who matter to them" in Page(plan.browser("jo").get(plan.path)).links


@settings(deadline=None)
@given(st.sampled_from(list(MayCall)), st.booleans())
def test_never_shows_no_button_and_no_button_calls_nobody(may_call, has_phone) -> None:
    contact = contact_for(may_call, has_phone)
    if may_call is MayCall.NEVER or not has_phone:
        assert contact is Contact.NO
    else:
        assert (contact is Contact.CALL) == (may_call is MayCall.YES)


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_a_check_lasts_ninety_days(checked, days) -> None:
    assert wants_checking(checked, checked + timedelta(days=days)) == (days >= 90)
    assert wants_checking(None, checked)


@settings(deadline=None)
@given(st.booleans(), st.booleans())
def test_what_the_young_person_closed_nobody_else_opens(is_young, never) -> None:
    allowed = may_change_calling(is_young_person=is_young, never_by_young_person=never)
    assert allowed == (is_young or not never)
