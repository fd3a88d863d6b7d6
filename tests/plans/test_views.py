"""The plan's pages: who finds them, what they say first, what bad input gets."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from engage.db import db
from engage.plans.models import PlanAnswer, PlanDraft
from tests.page import Page, follow
from tests.plans.conftest import MayasPlan


def statements(app: Flask) -> list[str]:
    """Every statement sent to the database from now on."""
    sent: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: sent.append(a[2]), named=False)
    return sent


def test_a_young_person_starts_their_own_plan(app, cast, sign_in) -> None:
    kit = sign_in(app.test_client(), cast.kit)
    page = follow(kit, kit.get("/plans/mine"))
    home = page.form(f"/plans/for/{cast.kit}").send(kit)
    assert [len(group.findall("li")) for group in home.all("ul", cls="tasks")] == [
        3, 6, 4, 6, 3, 3, 1,
    ]  # fmt: skip
    assert follow(kit, kit.get("/plans/mine")).path == home.path
    carer = sign_in(app.test_client(), cast.kits_carer)
    assert follow(carer, carer.get(f"/plans/for/{cast.kit}")).path == home.path


def test_a_carer_is_told_who_can_start_a_plan(app, cast, sign_in) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    page = Page(jo.get(f"/plans/for/{cast.maya}"))
    assert "The young person or their worker can start it." in page
    assert not [f for f in page.forms if f.method == "POST"]


def test_the_home_of_the_plan_shows_rooms_and_never_a_percentage_or_red(written) -> None:
    page = Page(written.browser("maya").get(written.path))
    assert "%" not in page.main_text
    assert not page.all(cls="is-urgent")
    assert page.main_text.count("Done") >= 4
    untouched = Page(written.browser("jo").get(written.path))
    assert "Not shared with you" in untouched.main_text and "%" not in untouched.main_text


def test_the_page_of_the_plan_costs_at_most_eight_queries(live: MayasPlan) -> None:
    browser = live.browser("maya")
    browser.get(live.path)
    sent = statements(live.app)
    assert browser.get(live.path).status_code == 200
    asked = [s for s in sent if s.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(asked) <= 8, "\n\n".join(asked)


def test_who_sees_an_answer_is_said_before_it_is_asked(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/safe"))
    assert page.html.index("Only you can see this.") < page.html.index("<textarea")
    with plan.app.app_context():
        plan.share("safe|role:carer", "safe|role:social_worker", "safe|role:out_of_hours")
    page = Page(maya.get(f"{plan.path}/safe"))
    assert "Who can see this: you and Jo, Sam and the out-of-hours worker." in page


def test_an_answer_is_saved_at_each_step_and_shown_again(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    text = "<script>alert(1)</script>\n\u202bنور\u202c O'Neill \U0001f600"
    form = Page(maya.get(f"{plan.path}/safe")).form("/safe")
    form.fill(text=text).send(maya)
    page = Page(maya.get(f"{plan.path}/safe"))
    assert page.form("/safe").values["text"] == [text.replace("\u202b", "\u202b")]
    assert "<script>alert" not in page.html


def test_too_long_a_text_keeps_every_letter_and_says_the_limit(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    long = "a" * 2050
    answer = Page(maya.get(f"{plan.path}/safe")).form("/safe").fill(text=long).submit(maya)
    page = Page(answer)
    assert page.status == 400
    assert page.errors == ["This is 50 letters too long. Please make it shorter."]
    assert page.form("/safe").values["text"] == [long]
    assert "You can write up to 2000 letters." in page


def test_an_empty_answer_asks_for_words_or_skip(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(Page(maya.get(f"{plan.path}/safe")).form("/safe").submit(maya))
    assert page.errors == ["Write a few words, or press Skip."]
    page.form("/safe").send(maya, press="1")
    assert "Skipped for now" in Page(maya.get(plan.path))


def test_two_people_writing_at_once_meet_on_a_page_that_shows_both(written: MayasPlan) -> None:
    maya, sam = written.browser("maya"), written.browser("sam")
    hers = Page(maya.get(f"{written.path}/safe")).form("/safe")
    his = Page(sam.get(f"{written.path}/safe?words=young_person")).form("/safe")
    his.fill(text="A lock, Maya says").send(sam)
    page = Page(hers.fill(text="A key of my own").submit(maya))
    assert page.status == 409
    assert "Saved meanwhile by Sam" in page
    assert "A lock, Maya says" in page and "A key of my own" in page
    page.form("/safe").fill(text="A lock and a key of my own").send(maya)
    with written.app.app_context():
        answer = db.session.scalars(select(PlanAnswer).where(PlanAnswer.question == "safe")).one()
        assert (answer.text, answer.revision) == ("A lock and a key of my own", 3)


def test_words_typed_for_somebody_say_whose_and_who_typed(written: MayasPlan) -> None:
    sam = written.browser("sam")
    page = Page(sam.get(f"{written.path}/safe")).click(sam, "Maya says it, I type")
    assert "Maya says it, you type it." in page
    page.form("/safe").fill(text="I want the window open").send(sam)
    jo = Page(written.browser("jo").get(f"{written.path}/safe"))
    assert "Maya said it, Sam typed it" in jo


def test_a_sign_in_that_ends_mid_sentence_gives_the_text_back(written, app, clock) -> None:
    maya = written.browser("maya")
    form = Page(maya.get(f"{written.path}/safe")).form("/safe")
    clock.shift(timedelta(minutes=30))
    answer = form.fill(text="Half a sentence").submit(maya)
    assert answer.status_code == 303 and answer.location.startswith("/phone-sign-in?next=")
    again = written.sign_in(app.test_client(), written.cast.maya)
    page = Page(again.get(f"{written.path}/safe"))
    assert "Here are your words again." in page
    assert page.form("/safe").values["text"] == ["Half a sentence"]
    page.form("/safe").send(again)
    with app.app_context():
        assert not db.session.scalars(select(PlanDraft)).all()


def test_a_kept_draft_is_for_its_writer_alone_and_for_a_day(written, app, clock) -> None:
    sam = written.browser("sam")
    form = Page(sam.get(f"{written.path}/safe?words=young_person")).form("/safe")
    clock.shift(timedelta(hours=1))
    answer = form.fill(text="Half of what Maya said").submit(sam)
    assert answer.location.startswith("/sign-in?next=") and "young_person" in answer.location
    written.browsers.clear()
    for name in ("maya", "jo"):
        assert "Half of what" not in written.browser(name).get(f"{written.path}/safe").text
    back = written.browser("sam").get(f"{written.path}/safe?words=young_person")
    assert "Half of what Maya said" in back.text
    clock.shift(timedelta(hours=25))
    written.browsers.clear()
    late = written.browser("sam").get(f"{written.path}/safe?words=young_person")
    assert "Half of what" not in late.text


@pytest.mark.parametrize("mark", ["", "forged", "k1.AAAA.BBBB"])
def test_nobody_can_plant_words_without_having_had_the_page(written, app, mark: str) -> None:
    data = {"text": "planted", "voice": "young_person", "revision": "0", "mark": mark}
    nobody = app.test_client()
    known = nobody.post(f"{written.path}/safe", data=data)
    unknown = nobody.post(f"/plans/{written.cast.maya}/safe", data=data)
    assert known.status_code == unknown.status_code == 303
    with app.app_context():
        assert not db.session.scalars(select(PlanDraft)).all()


def test_a_mark_from_another_plan_keeps_nothing(written, app, cast, sign_in, clock) -> None:
    kit = sign_in(app.test_client(), cast.kit)
    page = follow(kit, kit.post(
        f"/plans/for/{cast.kit}", data={"csrf_token": Page(
            kit.get(f"/plans/for/{cast.kit}")).form("/plans/for/" + str(cast.kit)).values[
            "csrf_token"]}))  # fmt: skip
    form = Page(kit.get(f"{page.path}/safe")).form("/safe")
    form.action = f"{written.path}/safe"
    clock.shift(timedelta(hours=1))
    form.fill(text="planted").submit(kit)
    with app.app_context():
        assert not db.session.scalars(select(PlanDraft)).all()


def test_a_form_from_before_the_last_sign_in_is_shown_again_with_its_words(written, app) -> None:
    maya = written.browser("maya")
    form = Page(maya.get(f"{written.path}/safe")).form("/safe")
    form.values["csrf_token"] = ["stale"]
    page = Page(form.fill(text="Typed for a long time").submit(maya))
    assert page.status == 400
    assert "Please save them once more." in page
    page.form("/safe").send(maya)
    assert "Typed for a long time" in Page(maya.get(f"{written.path}/safe"))


@pytest.mark.parametrize(
    "data",
    [
        {"revision": "-1"}, {"revision": "9" * 400}, {"revision": "x"}, {"voice": "carer"},
        {"voice": ""}, {"text": "\x00"}, {"text": "\ud800".encode("utf-8", "surrogatepass")},
    ],
)  # fmt: skip
def test_forged_fields_of_an_answer_never_break_it(written: MayasPlan, data) -> None:
    maya = written.browser("maya")
    form = Page(maya.get(f"{written.path}/safe")).form("/safe")
    sent = {**{k: v[0] for k, v in form.values.items()}, "text": "x", **data}
    assert maya.post(f"{written.path}/safe", data=sent).status_code in {303, 400, 409}


@pytest.mark.parametrize("path", ["/nothing", "/trio", "/words", "/sharing", "/agree/99"])
def test_answers_to_questions_that_take_none_are_not_found(written, path: str) -> None:
    maya = written.browser("maya")
    form = Page(maya.get(f"{written.path}/safe")).form("/safe")
    form.action = written.path + path
    assert form.submit(maya).status_code in {303, 400, 404, 409}
    with written.app.app_context():
        assert len(db.session.scalars(select(PlanAnswer)).all()) == 4


def test_changes_are_told_in_plain_words(live: MayasPlan, clock) -> None:
    maya = live.browser("maya")
    first = Page(maya.get(f"{live.path}/changes"))
    assert "Everyone agreed for the first time" in first
    clock.shift(60)
    form = Page(maya.get(f"{live.path}/safe")).form("/safe")
    form.fill(text="A window I can open").send(maya)
    page = Page(maya.get(f"{live.path}/changes"))
    assert "This is different from what everyone agreed" in page
    assert [e.tag for e in page.root.iter() if e.tag in {"del", "ins"}] == ["del", "ins"]


def test_an_unknown_version_is_not_there(live: MayasPlan) -> None:
    assert live.browser("maya").get(f"{live.path}/versions/7").status_code == 404


def test_a_no_is_answered_kindly(written: MayasPlan) -> None:
    maya, sam = written.browser("maya"), written.browser("sam")
    Page(sam.get(f"{written.path}/agree")).form("/share").send(sam)
    form = Page(maya.get(f"{written.path}/agree")).form("/agree/1")
    home = form.fill(says="no", reason="Too much").send(maya)
    assert "You said no for now. That is fine, and nobody is cross." in home
    assert "It will be offered again on 6 December 2026." in home


def test_agreeing_needs_an_answer_and_a_version_that_waits(written: MayasPlan) -> None:
    maya, jo = written.browser("maya"), written.browser("jo")
    Page(maya.get(f"{written.path}/agree")).form("/share").send(maya)
    form = Page(jo.get(f"{written.path}/agree")).form("/agree/1")
    page = Page(form.submit(jo))
    assert page.status == 400 and page.errors == ["Pick yes or no."]
    Page(maya.get(f"{written.path}/agree"))
    form.action = f"{written.path}/agree/5"
    assert form.fill(says="yes").submit(jo).status_code == 409


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [("stop", "tangerine", True), ("blue", "Blue!", True), ("12", "tangerine", True),
     ("...", "tangerine", True), ("magpie", "lantern", False)],
)  # fmt: skip
def test_two_words_must_differ_and_mean_nothing_else(plan, first, second, wrong) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/words")).form("/words")
    form.fill(code_word=first, not_ok_word=second, replies="none")
    answer = form.submit(maya)
    assert (answer.status_code == 400) is wrong
    if wrong:
        assert Page(answer).errors


def test_the_words_page_says_what_is_missing(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(Page(maya.get(f"{plan.path}/words")).form("/words").submit(maya))
    assert page.errors == ["Pick a code word.", "Pick a word that means you are not OK."]
    page.form("/words").send(maya, press="1")


def test_a_review_needs_an_answer_and_a_change_needs_a_reason(written: MayasPlan) -> None:
    sam = written.browser("sam")
    form = Page(sam.get(f"{written.path}/review")).form("/review")
    assert Page(form.submit(sam)).errors == ["Pick one."]
    form.fill(outcome="asked_to_change")
    assert Page(form.submit(sam)).errors == ["Say what should change, so that they know."]
    form.fill(comment="The lock: shall we talk?").send(sam)
    for name in ("maya", "jo"):
        assert "The lock: shall we talk?" in Page(written.browser(name).get(written.path))


def test_a_no_said_aloud_is_written_down_by_the_worker(written: MayasPlan) -> None:
    sam = written.browser("sam")
    page = Page(sam.get(f"{written.path}/review")).click(
        sam, "The young person does not want a plan now"
    )
    home = page.form("/refusal").fill(reason="Not this week").send(sam)
    assert "That is their right." in home
    assert "Not this week" in Page(written.browser("maya").get(f"{written.path}/versions/1"))


def test_the_queue_names_what_waits_and_empties(live: MayasPlan) -> None:
    sam = live.browser("sam")
    page = Page(sam.get("/plans/to-review"))
    assert "A trusted person has not said yes" in page  # the check-in person was never asked
    assert live.browser("jo").get("/plans/to-review").status_code == 404
    kits_worker = Page(live.browser("kits_worker").get("/plans/to-review"))
    assert "Kit" in kits_worker and "No plan yet" in kits_worker and "Maya" not in kits_worker
    far = Page(live.browser("far_zed_worker").get("/plans/to-review"))
    assert "No plan waits for you." in far


def test_the_whole_plan_leads_to_the_one_on_paper(written) -> None:
    jo = written.browser("jo")
    page = Page(jo.get(f"{written.path}/print")).click(jo, "Print it, in one language or two")
    assert "A door I can close" in page
