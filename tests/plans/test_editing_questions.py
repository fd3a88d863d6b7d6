"""An organisation makes the questions its own: order, words, on and off, its own, a version."""

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.questions.models import QuestionVersion
from tests.page import Page, follow
from tests.plans.conftest import MayasPlan


def page_of(plan: MayasPlan, who: str, path: str = "/questions") -> Page:
    return Page(plan.browser(who).get(path))


def change(plan: MayasPlan, question: str, do: str, who: str = "sue") -> Page:
    path = f"/questions/{question}"
    return page_of(plan, who, path).form(path).send(plan.browser(who), press=do)


def publish(plan: MayasPlan, press: str = "Publish these questions") -> Page:
    sue = plan.browser("sue")
    return page_of(plan, "sue").form("/questions/publish").send(sue, press=press)


def word(plan: MayasPlan, question: str, locale: str = "en", **words: str) -> Page:
    path = f"/questions/{question}/words/{locale}"
    form = page_of(plan, "sue", path).form(path).fill(words)
    return Page(form.submit(plan.browser("sue"), follow_redirects=True))


def add(plan: MayasPlan, kind: str = "text", language: str = "en", **words: str) -> str:
    form = page_of(plan, "sue", "/questions/new").form("/questions/new")
    page = form.fill(words, kind=kind, language=language).send(plan.browser("sue"))
    return page.path.rsplit("/", 1)[1]


def start_for_kit(plan: MayasPlan) -> str:
    """A plan that begins now, with whatever is published."""
    kit = plan.browser("kit")
    page = follow(kit, kit.get("/plans/mine"))
    return page.form(f"/plans/for/{plan.cast.kit}").send(kit).path


def renew(plan: MayasPlan) -> Page:
    maya = plan.browser("maya")
    return Page(maya.get(plan.path)).form("/newest-questions").send(maya)


EDITS = ("/questions/safe", "/questions/safe/words/cy", "/questions/new")


@pytest.mark.parametrize("path", ["/questions", "/questions/safe/preview", *EDITS])
def test_questions_are_for_staff_to_read_and_for_supervisors_and_admins_to_change(
    plan: MayasPlan, path: str
) -> None:
    read = {"sam", "sue", "olu", "adil"} if path not in EDITS else {"sue", "adil"}
    for name in ("maya", "jo", "sam", "sue", "olu", "ines", "adil", "ade"):
        expected = 200 if name in read else 404
        assert plan.browser(name).get(path).status_code == expected, name


@pytest.mark.parametrize("name", ["sam", "olu", "ines", "jo", "maya"])
def test_nobody_else_changes_a_question(plan: MayasPlan, name: str) -> None:
    page = page_of(plan, "sue", "/questions/safe")
    token = page.form("/questions/safe").values["csrf_token"][0]
    browser = plan.browser(name)
    for path in ("/questions/safe", "/questions/new", "/questions/publish"):
        assert browser.post(path, data={"do": "off", "csrf_token": token}).status_code in {400, 404}
    with plan.app.app_context():
        assert not db.session.scalars(select(QuestionVersion)).all()


def test_a_change_is_a_draft_that_nobody_is_asked_until_it_is_published(plan: MayasPlan) -> None:
    change(plan, "likes", "off")
    assert "You are looking at a draft" in page_of(plan, "sam")
    kits = start_for_kit(plan)
    assert f"{kits}/likes" in Page(plan.browser("kit").get(kits)).links.values()
    publish(plan)
    maya = Page(plan.browser("maya").get(plan.path))
    assert "What I like" in maya and "There are newer questions." in maya
    assert "What I like" not in renew(plan)


def test_a_plan_keeps_its_questions_until_somebody_renews_them_and_every_answer(plan) -> None:
    with plan.app.app_context():
        plan.write("maya", "likes", "Football")
    change(plan, "likes", "off")
    publish(plan)
    before = Page(plan.browser("maya").get(f"{plan.path}/likes"))
    assert before.form("/likes")
    home = renew(plan)
    assert "From earlier questions" in home
    kept = Page(plan.browser("maya").get(f"{plan.path}/likes"))
    assert "Football" in kept
    assert not [f for f in kept.forms if f.action.endswith("/likes")]
    assert "Football" in Page(plan.browser("maya").get(f"{plan.path}/print"))
    change(plan, "likes", "on")
    publish(plan)
    assert "From earlier questions" not in renew(plan)


def test_a_plan_of_the_first_questions_reads_on_and_can_take_the_new_ones(plan) -> None:
    from engage.plans.models import SafetyPlan

    with plan.app.app_context():
        db.session.get(SafetyPlan, plan.id).question_set = "2026-1"
        plan.write("maya", "ready", "Meet me at the station")
        db.session.commit()
    home = Page(plan.browser("maya").get(plan.path))
    assert "What I like" not in home
    page = Page(plan.browser("maya").get(f"{plan.path}/ready"))
    assert page.form("/ready").values["text"] == ["Meet me at the station"]
    assert "What I like" in renew(plan)
    page = Page(plan.browser("maya").get(f"{plan.path}/ready"))
    assert page.form("/ready").values["p-who"] == ["Meet me at the station"]


def test_words_in_one_language_leave_the_others_as_ours(plan: MayasPlan) -> None:
    word(plan, "safe", "cy", ask="Beth sy'n ddiogel i ti?")
    publish(plan)
    renew(plan)
    maya = plan.browser("maya")
    assert "Beth sy'n ddiogel i ti?" in Page(maya.get(f"{plan.path}/safe?lang=cy"))
    assert "What does safe mean to you?" in Page(maya.get(f"{plan.path}/safe?lang=en"))
    shown = page_of(plan, "sue", "/questions/safe/words/cy").form("/cy").values
    assert shown["ask"] == ["Beth sy'n ddiogel i ti?"] and shown["title"] == [""]


def test_a_question_of_ones_own_is_asked_and_marked_where_it_is_not_translated(plan) -> None:
    extra = add(plan, "rows", title="Pets", ask="Which animals do you miss?", why="They matter.")
    publish(plan)
    renew(plan)
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/{extra}"))
    page.form(f"/{extra}").fill(**{"p-list-0-what": "The dog"}).send(maya)
    assert "Pets" in Page(maya.get(f"{plan.path}/sharing/parts"))
    other = Page(maya.get(f"{plan.path}/{extra}?lang=ar"))
    (mark,) = [e for e in other.all("span", lang="en") if "animals" in (e.text or "")]
    assert mark.get("dir") == "ltr"
    assert "The dog" in other
    maya.get("/?lang=en")
    with plan.app.app_context():
        plan.share(f"{extra}|role:carer")
    assert "The dog" in Page(plan.browser("jo").get(f"{plan.path}/{extra}"))
    change(plan, extra, "remove")
    publish(plan)
    renew(plan)
    gone = Page(maya.get(f"{plan.path}/{extra}"))
    assert "The dog" in gone and "A question from your team" in gone


def test_a_question_goes_higher_in_its_room(plan: MayasPlan) -> None:
    change(plan, "house", "up")
    order = [e.get("id") for e in page_of(plan, "sue").all("li") if e.get("id")]
    assert order[:3] == ["safe", "house", "likes"]


@pytest.mark.parametrize("question", ["sharing", "words"])
def test_what_keeps_young_people_safe_is_always_asked(plan: MayasPlan, question: str) -> None:
    page = page_of(plan, "sue", f"/questions/{question}")
    assert "it is always asked" in page
    form = page.form(f"/questions/{question}")
    assert "Stop asking this question" not in form.buttons
    form.values["do"] = ["off"]
    plan.browser("sue").post(form.action, data={k: v[0] for k, v in form.values.items()})
    assert "Not asked" not in page_of(plan, "sue")


LONG = "This question goes on " + "and on " * 12 + "until nobody young would read it."


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"ask": LONG}, "One sentence has more than 20 words. Make it two."),
        (
            {"why": "Tell us why you went AWOL."},
            "There is a word in it that labels young people. Say it another way.",
        ),
        ({"title": "x" * 81}, "This is 1 letter too long. Please make it shorter."),
    ],
)
def test_bad_wording_is_named_beside_the_field_and_kept(plan, words, problem) -> None:
    page = word(plan, "safe", **words)
    assert page.status == 400 and page.errors == [problem]
    for name, typed in words.items():
        assert page.form("/words/en").values[name] == [typed]


def test_an_own_question_needs_a_name_a_question_a_kind_and_a_language(plan) -> None:
    sue = plan.browser("sue")
    form = page_of(plan, "sue", "/questions/new").form("/questions/new")
    form.values.pop("language", None)
    page = Page(form.submit(sue))
    assert set(page.errors) == {
        "Give it a short name.", "Write the question.", "Pick how it is answered.",
        "Pick the language.",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/questions/nothing", "/questions/safe/words/xx", "/questions/extra-1",
     "/questions/versions/9/tested", "/questions/nothing/preview"],
)  # fmt: skip
def test_what_does_not_exist_is_not_there(plan: MayasPlan, path: str) -> None:
    assert plan.browser("sue").get(path).status_code == 404


def test_an_unknown_change_or_a_draft_that_is_gone_changes_nothing(plan: MayasPlan) -> None:
    sue = plan.browser("sue")
    form = page_of(plan, "sue", "/questions/safe").form("/questions/safe")
    token = form.values["csrf_token"][0]
    assert sue.post("/questions/safe", data={"csrf_token": token}).status_code == 404
    data = {"csrf_token": token, "do": "remove"}
    assert sue.post("/questions/safe", data=data).status_code == 404
    assert sue.post("/questions/publish", data={"csrf_token": token}).status_code == 409


def test_a_draft_can_be_thrown_away(plan: MayasPlan) -> None:
    change(plan, "likes", "off")
    page = publish(plan, press="Throw the draft away")
    assert "You are looking at a draft" not in page and "Not asked" not in page


def test_where_and_when_young_people_tried_the_questions_stands_on_each_plan(plan) -> None:
    change(plan, "likes", "off")
    publish(plan)
    untried = renew(plan)
    assert "These questions have not been tried out with young people yet." in untried
    path = "/questions/versions/1/tested"
    form = page_of(plan, "sue", path).form(path)
    page = Page(form.fill(where="", on="2099-01-01").submit(plan.browser("sue")))
    assert page.errors == ["Say where it was.", "That day has not been yet, or is too long ago."]
    form.fill(where="Northtown youth council", on="2026-11-02").send(plan.browser("sue"))
    home = Page(plan.browser("maya").get(plan.path))
    assert "Young people tried these questions: Northtown youth council" in home


def test_a_preview_shows_what_a_young_person_sees_in_each_language(plan: MayasPlan) -> None:
    for code in ("en", "cy", "es", "ar"):
        page = page_of(plan, "sam", f"/questions/try_first/preview?in={code}")
        assert page.lang == code
        assert not [f for f in page.forms if f.method == "POST"]
    assert "has a page of its own" in page_of(plan, "sam", "/questions/trio/preview")


def test_every_change_is_written_down_without_its_words(plan: MayasPlan) -> None:
    word(plan, "safe", ask="What is safe for you?")
    change(plan, "likes", "off")
    change(plan, "house", "up")
    extra = add(plan, title="Pets", ask="Which pets?")
    change(plan, extra, "remove")
    publish(plan)
    with plan.app.app_context():
        rows = db.session.scalars(
            select(AuditEntry.verb).where(AuditEntry.verb.like("questions:%"))
        )
        assert {*rows} == {
            f"questions:{verb}"
            for verb in ("draft_begun", "worded", "switched", "ordered", "added", "removed",
                         "published")
        }  # fmt: skip
        stored = db.session.scalars(select(QuestionVersion.__table__.c.edits)).one()
        assert "safe for you" not in stored, "sealed"


def test_another_organisation_has_its_own_questions(plan: MayasPlan) -> None:
    change(plan, "likes", "off")
    publish(plan)
    for name in ("far_zed_worker", "far_zed_supervisor"):
        assert "Not asked" not in page_of(plan, name)
    with plan.app.app_context():
        from engage.questions.queries import newest_version

        assert newest_version(plan.viewer("sue"), plan.cast.organisation) == "own-1"
        assert newest_version(plan.viewer("sue"), plan.cast.other_organisation) == "2026-2"


def test_two_supervisors_publish_once(plan: MayasPlan) -> None:
    change(plan, "likes", "off")
    form = page_of(plan, "sue").form("/questions/publish")
    assert form.submit(plan.browser("sue")).status_code == 303
    assert form.submit(plan.browser("sue")).status_code == 409
