"""Ways of talking: beside the questions for workers, in an organisation's own words."""

import pytest

from engage.editing.strategies import KINDS, SHIPPED, STRATEGY_LIMIT, TOPICS
from tests.page import Page
from tests.plans.conftest import MayasPlan

OURS = "What would a good ordinary day look like for you?"


def page_of(plan: MayasPlan, who: str, path: str = "/strategies") -> Page:
    return Page(plan.browser(who).get(path))


def press(plan: MayasPlan, key: str, which: str) -> Page:
    path = f"/strategies/{key}"
    form = next(f for f in page_of(plan, "sue").forms if f.action == path)
    sent = {**{k: v[0] for k, v in form.values.items()}, which: "1"}
    plan.browser("sue").post(path, data=sent)
    return page_of(plan, "sam")


def test_every_room_of_the_plan_has_a_way_to_begin_and_ours_are_well_formed() -> None:
    keys = [one.key for one in SHIPPED]
    assert len(keys) == len(set(keys))
    assert {one.topic for one in SHIPPED} == set(TOPICS)
    assert {one.kind for one in SHIPPED} == set(KINDS)
    for topic in ("me", "staying", "people", "back", "looking"):
        assert any(one.kind == "starter" for one in SHIPPED if one.topic == topic)
    assert all(len(str(one.text)) <= STRATEGY_LIMIT for one in SHIPPED)


def test_they_stand_beside_the_questions_for_workers_alone(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.share("honest|role:carer")
    link = page_of(plan, "sam", f"{plan.path}/honest").link("How to talk about this")
    assert link == "/strategies#staying"
    for name in ("maya", "jo"):
        assert "How to talk about this" not in page_of(plan, name, f"{plan.path}/honest")


@pytest.mark.parametrize("path", ["/strategies", "/strategies/new", "/strategies/begin"])
def test_workers_read_them_and_supervisors_and_admins_change_them(plan, path) -> None:
    read = {"sam", "sue", "olu", "adil"} if path == "/strategies" else {"sue", "adil"}
    for name in ("maya", "jo", "sam", "sue", "olu", "ines", "adil"):
        assert plan.browser(name).get(path).status_code == (200 if name in read else 404), name


def test_one_of_ours_is_put_into_other_words_and_back(plan: MayasPlan) -> None:
    sue = plan.browser("sue")
    form = page_of(plan, "sue", "/strategies/begin").form("/strategies/begin")
    assert form.values["text"] == [OURS]
    form.fill(text="What is a nice boring day?", topic="staying").send(sue)
    page = page_of(plan, "sam")
    assert "What is a nice boring day?" in page and OURS not in page
    assert OURS in press(plan, "begin", "restore")


def test_one_of_ours_is_hidden_from_workers_and_comes_back(plan: MayasPlan) -> None:
    assert OURS not in press(plan, "begin", "hide")
    assert OURS in page_of(plan, "sue"), "whoever may bring it back still sees it"
    assert OURS in press(plan, "begin", "restore")


def test_ones_own_is_added_changed_and_taken_out(plan: MayasPlan) -> None:
    sue = plan.browser("sue")
    form = page_of(plan, "sue", "/strategies/new").form("/strategies/new")
    form.fill(topic="back", kind="note", text="Say <b>hello</b> first").send(sue)
    page = page_of(plan, "sue")
    assert "Say <b>hello</b> first" in page and "<b>hello" not in page.html
    key = next(f.action for f in page.forms if "/strategies/own-" in f.action).rsplit("/", 1)[1]
    path = f"/strategies/{key}"
    page_of(plan, "sue", path).form(path).fill(text="Say hello").send(sue)
    assert "Say hello" in page_of(plan, "sam")
    assert "Say hello" not in press(plan, key, "hide")
    assert sue.get(path).status_code == 404


def test_bad_input_is_named_and_kept(plan: MayasPlan) -> None:
    form = page_of(plan, "sue", "/strategies/new").form("/strategies/new")
    page = Page(form.fill(text="x" * 401).submit(plan.browser("sue")))
    assert page.status == 400
    assert page.errors == [
        "Pick a part.", "Pick one.", "This is 1 letter too long. Please make it shorter.",
    ]  # fmt: skip
    assert page.form("/strategies/new").values["text"] == ["x" * 401]


@pytest.mark.parametrize("key", ["nothing", "own-0", "new-"])
def test_what_is_nobodys_cannot_be_changed(plan: MayasPlan, key: str) -> None:
    sue = plan.browser("sue")
    token = page_of(plan, "sue", "/strategies/new").form("/new").values["csrf_token"][0]
    assert sue.get(f"/strategies/{key}").status_code == 404
    for which in ({"hide": "1"}, {"restore": "1"}, {"topic": "me", "kind": "note", "text": "x"}):
        answer = sue.post(f"/strategies/{key}", data={"csrf_token": token, **which})
        assert answer.status_code == 404


def test_another_organisation_does_not_see_them(plan: MayasPlan) -> None:
    press(plan, "begin", "hide")
    for name in ("far_zed_worker", "far_zed_supervisor"):
        assert OURS in page_of(plan, name)
    for name in ("zed_carer", "zed_young", "far_zed_carer", "far_zed_young"):
        assert plan.browser(name).get("/strategies").status_code == 404
