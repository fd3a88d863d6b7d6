"""Naming people on a phone: what is typed is read as people type it, and never lost."""

import pytest
from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.messaging.models import Message
from engage.plans import queries
from tests.page import Page
from tests.plans.conftest import MayasPlan


@pytest.fixture
def roomy(plan: MayasPlan) -> MayasPlan:
    """Maya's plan with two people named, so that there is room for one."""
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/people"))
    edit = page.link("Change or take out Nan Ruth")
    Page(maya.get(edit)).form("/remove").send(maya)
    return plan


def people_of(plan: MayasPlan):
    with plan.app.app_context():
        page = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
        return [(n.person.name, n.person.phone) for n in page.named("trusted")]


def new(plan: MayasPlan, **values: str):
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/people/new")).form("/people/new")
    return form.fill(name="Bo", **values).submit(maya)


@pytest.mark.parametrize(
    "typed",
    ["07700 900 810", "+44 (0)7700 900810", "+447700900810", "٠٧٧٠٠ ٩٠٠ ٨١٠", "(07700) 900-810"],
)
def test_a_number_is_read_however_it_is_typed(roomy: MayasPlan, typed: str) -> None:
    assert new(roomy, phone=typed).status_code == 303
    assert ("Bo", "+447700900810") in people_of(roomy)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"phone": "0770"}, "Check the phone number, like 07700 900 123."),
        ({"phone": "call me"}, "Check the phone number, like 07700 900 123."),
        ({"phone": ""}, "Type their phone number, so that they can be asked."),
        ({"phone": "07700 900 810", "name": ""}, "Tell us what you call them."),
        ({"phone": "07700 900 101"}, "That is your own number. Type this person's number."),
        ({"phone": "07700 900 810", "name": "ade"}, "You have already named someone called that."),
        ({"phone": "07700 900 810", "name": "B" * 70}, "This is 10 letters too long."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    roomy: MayasPlan, values: dict[str, str], problem: str
) -> None:
    maya = roomy.browser("maya")
    form = Page(maya.get(f"{roomy.path}/people/new")).form("/people/new")
    filled = {"name": "Bo", "how_known": "O'Neill's shop <i>", **values}
    page = Page(form.fill(filled, asks=["look"]).submit(maya))
    assert page.status == 400
    assert any(line.startswith(problem) for line in page.errors), page.errors
    kept = page.form("/people/new").values
    for name, value in filled.items():
        assert kept[name] == [value]
    assert kept["asks"] == ["look"]
    assert len(people_of(roomy)) == 2


def test_the_number_of_somebody_named_or_of_a_worker_is_refused(roomy: MayasPlan) -> None:
    with roomy.app.app_context():
        page = queries.get_page(roomy.viewer("maya"), roomy.id, now=clock.now())
        numbers = {n.person.name: n.person.phone for n in page.around}
    taken = Page(new(roomy, phone=numbers["Ade"]))
    assert taken.errors == ["That number belongs to someone you have already named."]
    worker = Page(new(roomy, phone=numbers["Sam"]))
    assert worker.errors[0].startswith("That is a worker's number.")


def test_a_fourth_person_is_refused_in_words(plan: MayasPlan) -> None:
    page = Page(new(plan, phone="07700 900 810"))
    assert page.errors == ["You have named three people. Take one out to name another."]


def test_the_text_is_shown_before_it_is_sent(roomy: MayasPlan) -> None:
    maya = roomy.browser("maya")
    form = Page(maya.get(f"{roomy.path}/people/new")).form("/people/new")
    page = form.fill(name="Bo", phone="07700900810", locale="es").send(maya)
    assert page.heading == "Ask Bo now?"
    shown = page.one("blockquote")
    page.form("/ask").send(maya)
    with roomy.app.app_context():
        (sent,) = db.session.scalars(
            select(Message).where(Message.template == "trusted_invite")
        ).all()
        assert sent.locale == "es" and "Bo" not in (sent.params or "")
    assert "Bo" not in "".join(shown.itertext())
    assert "Asked, no answer yet" in Page(maya.get(f"{roomy.path}/people"))


def test_details_can_be_changed_and_stay_as_they_were_otherwise(roomy: MayasPlan) -> None:
    maya = roomy.browser("maya")
    page = Page(maya.get(f"{roomy.path}/people")).click(maya, "Change or take out Ade")
    form = page.form(page.path)
    assert form.values["name"] == ["Ade"] and form.values["phone"] == ["07700 900108"]
    form.fill(how_known="My cousin", tells=["worried"]).send(maya)
    again = Page(maya.get(page.path)).form(page.path)
    assert again.values["how_known"] == ["My cousin"] and again.values["tells"] == ["worried"]
    bad = Page(again.fill(phone="1").submit(maya))
    assert bad.errors == ["Check the phone number, like 07700 900 123."]


def test_grown_ups_read_names_and_no_numbers(written: MayasPlan) -> None:
    for name in ("jo", "sam"):
        page = Page(written.browser(name).get(f"{written.path}/people"))
        assert "Nan Ruth" in page and "900" not in page.main_text
        assert not [f for f in page.forms if f.method == "POST"]


def test_the_check_in_person_is_somebody_who_is_not_the_worker(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/check-in-person"))
    assert "Your worker must be able to talk to this person" in page
    form = page.form("/check-in-person")
    offered = page.all("label")
    assert not any("Sam" in "".join(label.itertext()) for label in offered)
    wrong = Page(form.fill(who="someone_else", phone="1", channel="text").submit(maya))
    assert set(wrong.errors) == {
        "Tick the box when you have read it. Or pick someone else.",
        "Pick how often, or no set times.",
        "Tell us what you call them.",
        "Check the phone number, like 07700 900 123.",
    }
    form = wrong.form("/check-in-person")
    form.fill(name="Bo", phone="07700 900 810", how_often="At ten", understood="y")
    form.fill(rhythm="none").send(maya)
    shown = Page(maya.get(f"{plan.path}/check-in-person"))
    assert "Bo" in shown and "By text, At ten" in shown


def test_choosing_nobody_says_what_is_missing_and_may_be_skipped(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/check-in-person")).form("/check-in-person")
    form.values["who"] = []
    page = Page(form.submit(maya))
    assert "Pick who you would check in with." in page.errors
    page.form("/check-in-person").send(maya, press="1")


def test_somebody_elses_relationship_is_not_found(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    with plan.app.app_context():
        page = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
        jos = next(n.relationship.id for n in page.around if n.relationship.kind == "carer")
    for path in (f"/people/{jos}", f"/people/{jos}/ask", f"/people/{plan.cast.maya}"):
        assert maya.get(plan.path + path).status_code == 404


def test_the_order_of_calling_can_be_changed(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/people"))
    up = [f for f in page.forms if f.action.endswith("/up")]
    assert len(up) == 2, "the first has nowhere to go"
    up[0].send(maya)
    assert [name for name, _ in people_of(plan)] == ["Coach Lee", "Ade", "Nan Ruth"]


def test_texts_to_typed_numbers_are_few_a_day(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    page = Page(maya.get(f"{plan.path}/people"))
    edit = page.link("Change or take out Ade")
    form = Page(maya.get(f"{edit}/ask")).form("/ask")
    codes = [form.submit(maya).status_code for _ in range(14)]
    assert codes == [303] * 12 + [429] * 2
    with plan.app.app_context():
        texts = select(Message).where(Message.template == "trusted_invite")
        assert len(db.session.scalars(texts).all()) == 1
