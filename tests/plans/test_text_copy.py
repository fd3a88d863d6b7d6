"""One's own people and places as a text: shown exactly, agreed to, and nothing that tells."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engage import clock
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message, OptOut
from engage.messaging.rules import Klass, segments
from engage.paper import text_actions
from engage.paper.text_rules import Entry, compose, initial, is_their_name
from engage.people.models import Person
from engage.web.errors import NotFound
from tests.page import Page
from tests.plans.conftest import MayasPlan
from tests.sealing import is_sealed


def page_of(plan: MayasPlan, who: str = "maya") -> Page:
    return Page(plan.browser(who).get(f"{plan.path}/text"))


def ask(plan: MayasPlan, page: Page, press: str | None = None, **fields: Any) -> Any:
    answer = page.form(f"{plan.path}/text").fill(**fields).submit(plan.browser("maya"), press)
    return answer if answer.status_code == 303 else Page(answer)


def texts(plan: MayasPlan) -> list[str]:
    with plan.app.app_context():
        import json

        from engage.crypto import unseal

        return [
            json.loads(unseal(row._params, "messages.params", row.id))["words"]
            for row in db.session.scalars(select(Message).where(Message.template == "plan_copy"))
        ]


def send_it(plan: MayasPlan, **fields: Any) -> Any:
    shown = ask(plan, page_of(plan), **fields)
    return ask(plan, shown, "yes", read="y")


def test_letters_stand_for_people_and_no_number_is_ticked(plan: MayasPlan) -> None:
    form = page_of(plan).form(f"{plan.path}/text")
    assert [form.values[f"short_{n}"] for n in (1, 2, 3)] == [["A"], ["C"], ["N"]]
    assert not [name for name in form.values if name.startswith("number_")]
    assert "read" not in form.values


def test_the_text_is_shown_exactly_before_anything_is_sent(plan: MayasPlan) -> None:
    shown = ask(plan, page_of(plan), number_1="y", places="library till 8")
    assert "This is the text, exactly" in shown
    (quote,) = shown.all("blockquote")
    assert "".join(quote.itertext()) == "A 07700 900108\nC\nN\nlibrary till 8"
    assert "It goes as 1 text." in shown
    assert texts(plan) == []


def test_what_was_shown_is_what_goes_and_once(plan: MayasPlan) -> None:
    shown = ask(plan, page_of(plan), number_1="y", places="library till 8")
    (quote,) = shown.all("blockquote")
    for _ in range(3):
        assert ask(plan, shown, "yes", read="y").status_code in {303, 429}
    assert texts(plan) == ["".join(quote.itertext())]


def test_without_the_tick_nothing_goes(plan: MayasPlan) -> None:
    shown = ask(plan, page_of(plan))
    refused = ask(plan, shown, "yes")
    assert refused.status == 400
    assert "Read the text and tick the box, if you want it." in refused
    assert texts(plan) == []


def test_it_goes_to_her_own_phone_at_any_hour_and_is_hers_in_class(plan: MayasPlan) -> None:
    assert send_it(plan).status_code == 303
    with plan.app.app_context():
        row = db.session.scalars(select(Message).where(Message.template == "plan_copy")).one()
        assert row.person_id == plan.cast.maya
        assert row.klass == Klass.YOUNG_PERSON and row.answers_at == clock.now()
        verbs = db.session.scalars(select(AuditEntry.verb)).all()
        assert "plan_copy:texted" in verbs
        # Sealed like every text, and never readable in the audit.
        assert is_sealed(row._params)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"places": "police station"}, "places"),
        ({"places": "ask my social worker"}, "places"),
        ({"places": "www.example.com/me"}, "places"),
        ({"short_1": "carer"}, "short_1"),
        ({"short_2": "council"}, "short_2"),
    ],
)
def test_words_that_tell_what_it_is_about_are_named_and_stay_typed(
    plan: MayasPlan, fields: dict[str, str], field: str
) -> None:
    page = ask(plan, page_of(plan), **fields)
    assert page.status == 400
    assert "This word could tell others what it is about" in page
    assert page.form(f"{plan.path}/text").values[field] == [fields[field]]
    assert texts(plan) == []


@pytest.mark.parametrize(("at", "name"), [(1, "Ade"), (1, "ade"), (2, "Lee"), (3, "Nan Ruth")])
def test_the_name_in_the_plan_is_not_for_a_text(plan: MayasPlan, at: int, name: str) -> None:
    page = ask(plan, page_of(plan), **{f"short_{at}": name})
    assert page.status == 400
    assert "This is the name in your plan. Use a letter or a nickname." in page


def test_a_nickname_is_fine(plan: MayasPlan) -> None:
    send_it(plan, short_1="big T", short_2="", short_3="")
    assert texts(plan) == ["big T"]


def test_leaving_everything_out_is_said_kindly(plan: MayasPlan) -> None:
    page = ask(plan, page_of(plan), short_1="", short_2="", short_3="")
    assert "Put in one person or one place first." in page


def test_a_text_too_long_says_so(plan: MayasPlan) -> None:
    # In Arabic letters a text holds seventy signs, and three of them are the most.
    page = ask(plan, page_of(plan), places="م" * 61)
    assert "1 letter too long" in page
    assert segments(compose([Entry("ن" * 12, "07700 900108")] * 3, "م" * 60)).count <= 3


def test_whose_phone_wants_no_texts_is_told_and_none_is_queued(plan: MayasPlan) -> None:
    with plan.app.app_context():
        maya = db.session.get(Person, plan.cast.maya)
        db.session.add(OptOut(phone_index=maya.phone_index, how="stop", since=clock.now()))
        db.session.commit()
    page = page_of(plan)
    assert "Your phone asked for no more texts." in page
    send_it(plan)
    assert texts(plan) == []


def test_without_a_number_there_is_nothing_to_text(plan: MayasPlan) -> None:
    with plan.app.app_context():
        db.session.get(Person, plan.cast.maya).phone = None
        db.session.commit()
    assert "We have no phone number of yours" in page_of(plan)
    send_it(plan)
    assert texts(plan) == []


def test_three_a_day_are_enough(plan: MayasPlan) -> None:
    answers = [send_it(plan) for _ in range(4)]
    assert [a.status_code if hasattr(a, "status_code") else a.status for a in answers] == [
        303, 303, 303, 429,
    ]  # fmt: skip
    assert len(texts(plan)) == 3


@pytest.mark.parametrize("who", ["jo", "sam", "sue", "kit", "zed_young", "zed_worker"])
def test_nobody_else_asks_for_it(plan: MayasPlan, who: str) -> None:
    browser = plan.browser(who)
    assert browser.get(f"{plan.path}/text").status_code == 404
    token = Page(browser.get("/phone-sign-in")).form().values["csrf_token"]
    sent = {"csrf_token": token, "send": "yes", "read": "y", "places": "x"}
    assert browser.post(f"{plan.path}/text", data=sent).status_code == 404
    with plan.app.app_context():
        viewer = plan.viewer(who)
        with pytest.raises(NotFound):
            text_actions.text_to_self(viewer, plan.id, "x", key="k" * 16, now=clock.now())


def test_staff_see_that_a_text_went_and_not_what_stands_in_it(
    plan: MayasPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_it(plan, number_1="y", places="library till 8")
    with plan.app.app_context():
        row = db.session.scalars(select(Message).where(Message.template == "plan_copy")).one()
        row.body = "A 07700 900108\nlibrary till 8"
        db.session.commit()
    page = plan.browser("sam").get(f"/young-people/{plan.cast.maya}/check-ins").text
    assert "07700 900108" not in page and "library till 8" not in page
    with plan.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Message)) >= 1


signs = st.text(st.characters(categories=("L", "N")), max_size=12)


@given(st.lists(st.builds(Entry, signs, signs), max_size=3))
def test_the_text_holds_what_was_chosen_and_not_a_word_of_ours(entries: list[Entry]) -> None:
    words = compose(entries, "p")
    for entry in entries:
        if entry.short:
            assert entry.short in words
    ours = words.replace("\n", "").replace(" ", "").replace("p", "")
    for entry in entries:
        if entry.short:
            for sign in entry.short + entry.number:
                ours = ours.replace(sign, "")
    assert ours == ""


@pytest.mark.parametrize(
    ("name", "letter"), [("Ade", "A"), ("  ñato", "Ñ"), ("'Lee", "L"), ("مريم", "م"), ("—", "")]
)
def test_a_name_becomes_its_first_letter(name: str, letter: str) -> None:
    assert initial(name) == letter


def test_a_single_letter_is_never_a_name() -> None:
    assert not is_their_name("A", "A")
    assert is_their_name("ADE", "Ade")
    assert not is_their_name("", "Ade")
