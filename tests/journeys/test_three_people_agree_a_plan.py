"""Three people write and agree a plan, each on their own screen.

Kit has come to live with Carys. Kit's worker Wyn opens Kit's page and sees that there is no plan
yet, and by when one should be agreed. Wyn starts it. Wyn can write in Wyn's own words, but sees
nothing of Kit's until Kit says so.

Kit opens the plan on a phone. It is a list of rooms, none of them started, and none of them red.
Before Kit is asked what safe means, the page says that only Kit can see the answer. Kit writes
it, skips another, and names three people: a cousin, a coach, a nan. Each is asked by a text with
no name in it. The cousin opens the link, sees no name, says yes. The coach says no; Kit reads
that kindly and picks someone else. Kit says whom to check in with, having read that the worker
must be able to talk to them. Kit picks two words that nobody can read back.

Kit then says who may see what: Carys and Wyn what to try first, what safe means, and the people;
nobody anything else. From that moment, and not before, Carys reads Kit's words, adds her own
beside them, and says where she sees it differently, and why.

Kit says: I agree, ask the others. Wyn agrees, Carys says no with a reason, they talk, Carys says
yes. Now the plan is in use, and all three can read it. Kit changes one answer: the page says
what is different, in words a fourteen-year-old can read, and the agreed version stays in use
until all three have agreed again.

Wyn reads it over, asks for a change with a note, and Kit and Carys read the note. Kit takes one
part back from Carys; it is gone on her next page. Kit sees who opened the plan. Kit moves to Jo:
Jo reads the plan the same day, and Carys no longer finds it. Zed never finds anything.
"""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage import i18n
from engage.db import db
from engage.messaging.models import Message
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import RelationshipKind
from tests.cast import Cast
from tests.page import Page, follow, stands_in

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


class Story:
    """The people of the story, each with a browser of their own."""

    def __init__(self, app: Flask, cast: Cast, sign_in: SignIn, code: str):
        self.app, self.cast, self.sign_in, self.code = app, cast, sign_in, code
        self.kit = self.phone(cast.kit)
        self.carys = self.phone(cast.kits_carer)
        self.wyn = self.phone(cast.kits_worker)

    def phone(self, person_id: UUID) -> FlaskClient:
        browser = self.sign_in(self.app.test_client(), person_id)
        browser.get(f"/plans/for/{self.cast.kit}?lang={self.code}")
        return browser

    def start(self) -> str:
        page = Page(self.wyn.get(f"/plans/for/{self.cast.kit}"))
        return page.form().send(self.wyn).path

    def links_sent(self) -> list[str]:
        """The addresses in the texts that wait to be sent, oldest first."""
        with self.app.app_context():
            rows = db.session.scalars(
                select(Message)
                .where(Message.template == "trusted_invite")
                .order_by(Message.created_at)
            )
            return [re.search(r"/t/\w+", row.params)[0] for row in rows]  # type: ignore[index]

    def name(self, plan: str, name: str, phone: str) -> str:
        """Kit names somebody and sends the text; returns the link that went out."""
        before = set(self.links_sent())
        form = Page(self.kit.get(f"{plan}/people/new")).form(f"{plan}/people/new")
        ask = form.fill(name=name, phone=phone, asks=["message", "look"]).send(self.kit)
        ask.form("/ask").send(self.kit)
        return (set(self.links_sent()) - before).pop()

    def share(self, plan: str, *lines: str) -> None:
        """Say yes to exactly these lines, for the carer and the worker."""
        for whom in ("carer", "social_worker"):
            form = Page(self.kit.get(f"{plan}/sharing/with/{whom}")).form(f"/with/{whom}")
            for name in form.names - {"csrf_token", "everything"}:
                section = name.removeprefix("part-")
                yes = f"{section}|role:{whom}" in lines
                form.fill({name: "always" if yes else ""})
            form.send(self.kit)


def both(section: str) -> list[str]:
    return [f"{section}|role:carer", f"{section}|role:social_worker"]


@pytest.mark.parametrize("code", list(i18n.LOCALES))
def test_three_people_agree_a_plan(
    app: Flask, cast: Cast, sign_in: SignIn, clock: time_machine.Traveller, code: str
) -> None:
    story = Story(app, cast, sign_in, code)
    plan = story.start()
    write_the_first_words(story, plan)
    name_people(story, plan)
    choose_words(story, plan)
    share_and_answer_each_other(story, plan)
    agree(story, plan)
    clock.shift(60)
    change_and_see_what_changed(story, plan)
    read_it_over(story, plan)
    take_back_and_move(story, plan)


def write_the_first_words(story: Story, plan: str) -> None:
    home = Page(story.kit.get(plan))
    assert home.lang == story.code
    assert not home.all(cls="is-urgent")
    question = Page(story.kit.get(f"{plan}/safe"))
    question.form(f"{plan}/safe").fill(text="A room with a lock <b>I</b> hold").send(story.kit)
    Page(story.kit.get(f"{plan}/ready")).form(f"{plan}/ready").send(story.kit, press="1")
    unseen = Page(story.wyn.get(f"{plan}/safe"))
    assert "A room with a lock" not in unseen.html
    Page(story.kit.get(f"{plan}/safe"))


def name_people(story: Story, plan: str) -> None:
    cousin = story.name(plan, "Ade", "07700 900 801")
    coach = story.name(plan, "Coach Lee", "+44 (0)7700 900802")
    story.name(plan, "Nan Ruth", "٠٧٧٠٠ ٩٠٠ ٨٠٣")
    stranger = story.app.test_client()
    asked = Page(stranger.get(cousin))
    assert not stands_in("Kit", asked.html) and "Northtown Council" not in asked.html
    asked.form(cousin).send(stranger, press="yes")
    Page(stranger.get(coach)).form(coach).send(stranger, press="no")
    news = Page(story.kit.get(plan))
    assert "Ade" in news and "Coach Lee" in news
    news.form("/people/read").send(story.kit)
    assert "Coach Lee" not in Page(story.kit.get(plan))
    known = Page(stranger.get(cousin)).form("/who").fill(digits="0801").send(stranger)
    assert known.path == "/trusted" and "Kit" in known
    form = Page(story.kit.get(f"{plan}/check-in-person")).form("/check-in-person")
    ade = form.options("who")[0]
    form.fill(who=ade, channel="text", rhythm="while_away", every_hours="4", grace="60",
              understood="y")  # fmt: skip
    form.send(story.kit)


def choose_words(story: Story, plan: str) -> None:
    form = Page(story.kit.get(f"{plan}/words")).form("/words")
    form.fill(code_word="Magpie", not_ok_word="lantern", replies="neutral").send(story.kit)
    assert "magpie" not in Page(story.kit.get(f"{plan}/words")).html.lower()


def share_and_answer_each_other(story: Story, plan: str) -> None:
    home = Page(story.carys.get(plan))
    assert f"{plan}/safe" not in home.links.values()
    assert story.carys.get(f"{plan}/safe").status_code == 404
    form = Page(story.kit.get(f"{plan}/sharing/with/carer")).form("/with/carer")
    assert not any(v for name, v in form.values.items() if name.startswith("part-") and v != [""])
    story.share(plan, *both("safe"), *both("try_first"), *both("trusted_people"))
    page = Page(story.carys.get(f"{plan}/safe"))
    assert "A room with a lock <b>I</b> hold" in page
    assert story.carys.get(f"{plan}/coming_back").status_code == 404
    page.form(f"{plan}/safe").fill(text="Kit is calmer with the dog").send(story.carys)
    opinion = next(a for a in page.links.values() if "/answers/" in a)
    form = Page(story.carys.get(opinion)).form()
    form.fill(agrees="no", reason="The lock worries me").send(story.carys)
    mine = Page(story.kit.get(f"{plan}/safe"))
    assert "The lock worries me" in mine and "Kit is calmer with the dog" in mine


def agree(story: Story, plan: str) -> None:
    waiting = Page(story.kit.get(f"{plan}/agree")).form("/share").send(story.kit)
    assert "A room with a lock" in waiting
    Page(story.wyn.get(f"{plan}/agree")).form().fill(says="yes").send(story.wyn)
    no = Page(story.carys.get(f"{plan}/agree")).form()
    no.fill(says="no", reason="The lock").send(story.carys)
    said_no = Page(story.carys.get(f"{plan}/agree"))
    assert "The lock" in said_no
    said_no.form().fill(says="yes").send(story.carys)
    for browser in (story.kit, story.carys, story.wyn):
        assert Page(browser.get(plan)).all(cls="is-good")
        assert "A room with a lock" in Page(browser.get(f"{plan}/print"))


def change_and_see_what_changed(story: Story, plan: str) -> None:
    form = Page(story.kit.get(f"{plan}/safe")).form(f"{plan}/safe")
    form.fill(text="A room where I choose who comes in").send(story.kit)
    changed = Page(story.carys.get(f"{plan}/changes"))
    assert "A room with a lock" in changed and "A room where I choose" in changed
    kept = Page(story.carys.get(f"{plan}/versions/1"))
    assert "A room with a lock" in kept and "A room where I choose" not in kept


def read_it_over(story: Story, plan: str) -> None:
    queue = Page(story.wyn.get("/plans/to-review"))
    assert f"{plan}/review" in queue.links.values()
    review = Page(story.wyn.get(f"{plan}/review"))
    assert "The lock worries me" not in review  # it was about words that are gone
    form = review.form("/review").fill(outcome="asked_to_change")
    assert Page(form.submit(story.wyn)).errors
    form.fill(comment="Shall we talk about the door?").send(story.wyn)
    for browser in (story.kit, story.carys):
        assert "Shall we talk about the door?" in Page(browser.get(plan))


def take_back_and_move(story: Story, plan: str) -> None:
    cast = story.cast
    story.share(plan, "safe|role:social_worker", *both("try_first"))
    assert story.carys.get(f"{plan}/safe").status_code == 404
    assert "A room" not in Page(story.carys.get(f"{plan}/print"))
    assert "A room" not in Page(story.carys.get(f"{plan}/versions/1"))
    assert "Carys" in Page(story.kit.get(f"{plan}/opened"))
    story.share(plan, *both("safe"))
    with story.app.app_context():
        around = select(people.Relationship).where(people.Relationship.person_id == cast.kits_carer)
        people.end_assignment(SYSTEM, db.session.scalars(around).one().id, now=people_now())
        people.assign(SYSTEM, cast.kit, cast.jo, RelationshipKind.CARER, now=people_now())
        db.session.commit()
    assert story.carys.get(plan).status_code == 404
    jo = story.phone(cast.jo)
    assert "A room where I choose who comes in" in Page(jo.get(f"{plan}/safe"))
    for zed in cast.strangers.values():
        assert story.phone(zed).get(plan).status_code == 404
    nobody = follow(story.app.test_client(), story.app.test_client().get(plan))
    assert nobody.path == "/phone-sign-in"


def people_now():
    from engage import clock

    return clock.now()
