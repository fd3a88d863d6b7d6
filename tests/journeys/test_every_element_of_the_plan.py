"""Maya, Jo and Sam complete and agree a plan with every element, in each language.

Sam starts Maya's plan with her. It is a list of rooms: about me, when it gets hard, my people,
if I'm away, coming back, if people have to look for me, who sees it. Nothing in it is started,
and nothing is red.

First Maya says who may see what: Jo and Sam all of it, but how she stays safer only if she is in
danger, and signs of pressure only Sam. Before each question she reads who will see the answer.

Then she goes through every room. She writes what safe means. She makes lists, line by line, and
asks for more lines. She ticks a week. She says what she would do, and what adults should do, and
who. She names three people and the one she would check in with, and picks two words. She leaves
one question for later: it is skipped, not late. One answer she says aloud, and Sam types it.

Jo answers in her own words: what she will do, what is in the bag. Sam writes the facts that would
help to find Maya; Maya reads them, and says where she sees it differently, and why.

Maya puts the plan to everyone. Jo and Sam read it and agree. It is in use: every room says done,
Jo reads what is shared with her and nothing else, and Zed finds nothing.
"""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage import i18n
from engage.questions.shipped import question_set
from tests.cast import Cast
from tests.page import Form, Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
WRITTEN = [q for q in question_set().questions if q.is_written]
MARK = {"maya": "Mine", "jo": "Hers", "sam": "His"}
LATER = "location"


def fill_in(form: Form, mark: str) -> Form:
    """Answer every field of a question, each as its kind wants it."""
    controls = {c.get("name"): c for c in form.element.iter() if c.get("name")}
    for name, control in controls.items():
        if name != "text" and not name.startswith("p-"):
            continue
        offered = [one for one in form.options(name) if one]
        kind = control.get("type")
        if kind == "checkbox" and len(offered) > 1:
            form.fill(**{name: [offered[19], offered[-1]]})
        elif offered:
            form.fill(**{name: offered[0]})
        elif kind == "date":
            form.fill(**{name: "2026-11-02"})
        elif kind == "tel":
            form.fill(**{name: "30" if name == "p-wait" else "07700 900123"})
        else:
            form.fill(**{name: f"{mark} {name}"})
    return form


class Story:
    """Three people, each with a browser of their own, in one language."""

    def __init__(self, app: Flask, cast: Cast, sign_in: SignIn, code: str):
        self.app, self.cast, self.sign_in, self.code = app, cast, sign_in, code
        self.browsers = {name: self.browser(getattr(cast, name)) for name in MARK}
        page = Page(self.browsers["sam"].get(f"/plans/for/{cast.maya}"))
        self.path = page.form(f"/plans/for/{cast.maya}").send(self.browsers["sam"]).path

    def browser(self, person_id: UUID) -> FlaskClient:
        found = self.sign_in(self.app.test_client(), person_id)
        found.get(f"/?lang={self.code}")
        return found

    def page(self, who: str, path: str = "") -> Page:
        page = Page(self.browsers[who].get(self.path + path))
        assert page.lang == self.code
        assert not page.all(cls="is-urgent")
        return page

    def send(self, who: str, form: Form, press: str | None = None) -> Page:
        return form.send(self.browsers[who], press=press)

    def answer(self, who: str, question: str, query: str = "") -> None:
        form = self.page(who, f"/{question}{query}").form(f"{self.path}/{question}")
        self.send(who, fill_in(form, MARK[who] if not query else "Aloud"))


@pytest.mark.parametrize("code", list(i18n.LOCALES))
def test_a_plan_with_every_element_is_written_and_agreed(
    app: Flask, cast: Cast, sign_in: SignIn, code: str
) -> None:
    story = Story(app, cast, sign_in, code)
    assert len(story.page("maya").all("h3")) == 7
    say_who_sees_what(story)
    maya_answers(story)
    name_the_words_and_people(story)
    the_adults_answer(story)
    agree(story)
    nobody_else_finds_it(story)


def say_who_sees_what(story: Story) -> None:
    for whom in ("carer", "social_worker"):
        path = f"/sharing/with/{whom}"
        form = story.page("maya", path).form(path)
        form.fill({"everything": "always"})
        story.send("maya", form)
    form = story.page("maya", "/sharing/with/carer").form("/with/carer")
    assert "part-pressure" not in form.names, "never offered to anybody but the worker"
    story.send("maya", form.fill({"part-safer": "danger"}))


def maya_answers(story: Story) -> None:
    for question in WRITTEN:
        if "young_person" not in question.writers:
            continue
        page = story.page("maya", f"/{question.id}")
        form = page.form(f"{story.path}/{question.id}")
        assert page.html.index('class="who"') < page.html.index(f'action="{form.action}"')
        if question.id == LATER:
            story.send("maya", form, press="1")
        elif question.id == "honest":
            story.answer("sam", "honest", "?words=young_person")
        else:
            story.answer("maya", question.id)
    more = story.page("maya", "/triggers").form("/triggers")
    lines = len([name for name in more.values if name.endswith("-what")])
    story.send("maya", more, press="list")
    assert "Aloud" in story.page("maya", "/honest")
    again = story.page("maya", "/triggers?more=list").form("/triggers")
    assert len([name for name in again.values if name.endswith("-what")]) > lines


def name_the_words_and_people(story: Story) -> None:
    form = story.page("maya", "/words").form("/words")
    story.send("maya", form.fill(code_word="magpie", not_ok_word="lantern", replies="neutral"))
    page = story.page("maya", "/people")
    assert all(name in page for name in ("Ade", "Coach Lee", "Nan Ruth"))
    form = story.page("maya", "/check-in-person").form("/check-in-person")
    ade = form.options("who")[0]
    story.send("maya", form.fill(who=ade, channel="text", rhythm="none", understood="y"))


def the_adults_answer(story: Story) -> None:
    for who, voice in (("jo", "carer"), ("sam", "worker")):
        for question in WRITTEN:
            readable = who == "sam" or question.id not in ("pressure", "safer")
            if voice in question.writers and readable:
                story.answer(who, question.id)
    facts = story.page("maya", "/facts")
    there = next(a for a in facts.links.values() if "/answers/" in a)
    form = Page(story.browsers["maya"].get(there)).form()
    story.send("maya", form.fill(agrees="no", reason="I have grown"))
    assert "I have grown" in story.page("sam", "/facts")


def agree(story: Story) -> None:
    story.send("maya", story.page("maya", "/agree").form("/share"))
    for who in ("jo", "sam"):
        form = story.page(who, "/agree").form("/agree/1")
        story.send(who, form.fill(says="yes"))
    home = story.page("maya")
    tags = [tag for tasks in home.all("ul", cls="tasks") for tag in tasks.iter("span")]
    done = [t for t in tags if "is-good" in t.get("class", "")]
    # All but what was left for later, and the photo, which has a story of its own.
    assert len(done) == len(question_set().questions) - 2
    printed = story.page("jo", "/print").main_text
    for question in WRITTEN:
        if question.id not in (LATER, "pressure", "safer", "honest") and question.parts:
            keys = [f"Mine p-{p.key}" for p in question.parts_for("young_person")]
            assert "young_person" not in question.writers or any(k in printed for k in keys)
    assert "Aloud" in printed and "Hers" in printed and "His" in printed
    assert "Mine p-might" not in printed, "only if she is in danger"


def nobody_else_finds_it(story: Story) -> None:
    for zed in story.cast.strangers.values():
        browser = story.browser(zed)
        for path in ("", "/print", *(f"/{question.id}" for question in WRITTEN)):
            assert browser.get(story.path + path).status_code == 404
