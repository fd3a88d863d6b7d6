"""What was told without the young person's yes, on the pages of everybody it concerns."""

import pytest

from tests.page import Page
from tests.plans.conftest import MayasPlan

WHY = "She was seen with the man she is afraid of"


def tell(plan: MayasPlan, name: str = "sam") -> Page:
    browser, path = plan.browser(name), f"/told/{plan.cast.maya}"
    form = Page(browser.get(f"{path}/new")).form(f"{path}/new")
    form.fill(code="serious_harm", told_to="O'Neill, night sergeant", reason=WHY)
    if "sections" in form.names:
        form.fill(sections=["safe", "trusted_people"])
    return form.send(browser)


def told(plan: MayasPlan, name: str) -> Page:
    return Page(plan.browser(name).get(f"/told/{plan.cast.maya}"))


def test_it_is_said_openly_before_anything_is_written(plan: MayasPlan) -> None:
    page = Page(plan.browser("sam").get(f"/told/{plan.cast.maya}/new"))
    words = page.main_text
    assert words.index("The young person reads it too") < words.index("Whom did you tell?")


@pytest.mark.parametrize("name", ["sam", "olu"])
def test_it_is_written_down_looked_at_and_shown(written: MayasPlan, name: str) -> None:
    page = tell(written, name)
    assert "O'Neill, night sergeant" in page and "A supervisor has not looked at it yet" in page
    assert "What safe means to me" in page
    assert "Nothing was told without your yes." in told(written, "maya")
    sue = written.browser("sue")
    told(written, "sue").form("/right").send(sue)
    hers = told(written, "maya")
    assert "We were afraid you could be badly hurt." in hers and WHY in hers
    assert "The young person has read it" in told(written, name)
    assert not [f for f in told(written, "sue").forms if f.action.endswith("/right")]


def test_a_supervisor_keeps_it_back_with_a_reason(plan: MayasPlan) -> None:
    tell(plan)
    sue = plan.browser("sue")
    page = told(plan, "sue").click(sue, "Not yet: knowing would harm them")
    short = Page(page.form("/later").fill(why="no").submit(sue))
    assert short.status == 400 and short.errors == ["Say a little more, in at least 15 letters."]
    assert short.form("/later").values["why"] == ["no"]
    page = short.form("/later").fill(why="He reads her phone every evening").send(sue)
    assert "The young person sees this on 22 December 2026" in page
    assert WHY not in told(plan, "maya")


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        ({"code": ""}, "Pick the reason."),
        ({"told_to": " "}, "Say whom you told."),
        ({"reason": "harm"}, "Say a little more, in at least 15 letters."),
        ({"reason": ""}, "Say a little more, in at least 15 letters."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(plan, missing, problem) -> None:
    sam, path = plan.browser("sam"), f"/told/{plan.cast.maya}/new"
    form = Page(sam.get(path)).form(path)
    values = {"code": "law", "told_to": "A court", "reason": WHY, **missing}
    for name, value in values.items():
        if name == "code" and not value:
            continue
        form.fill({name: value})
    page = Page(form.submit(sam))
    assert page.status == 400 and problem in page.errors
    kept = page.form(path).values
    assert kept["told_to"] == [values["told_to"].strip()] and kept["reason"] == [values["reason"]]
    assert "Nothing was told without a yes." in told(plan, "sam")


@pytest.mark.parametrize("name", ["jo", "ines", "adil", "kit", "kits_worker", "zed_worker"])
def test_nobody_else_finds_it(plan: MayasPlan, name: str) -> None:
    tell(plan)
    for path in ("", "/new"):
        found = plan.browser(name).get(f"/told/{plan.cast.maya}{path}")
        assert found.status_code == 404


def test_one_of_another_young_person_is_not_found_under_this_one(plan: MayasPlan) -> None:
    tell(plan)
    approve = told(plan, "sue").form("/right").action
    wrong = approve.replace(str(plan.cast.maya), str(plan.cast.kit))
    sue = plan.browser("sue")
    token = told(plan, "sue").form("/right").values["csrf_token"]
    assert sue.post(wrong, data={"csrf_token": token}).status_code == 404
    nowhere = approve.replace(approve.split("/")[3], str(plan.cast.maya))
    assert sue.post(nowhere, data={"csrf_token": token}).status_code == 404
