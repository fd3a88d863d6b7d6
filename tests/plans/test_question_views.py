"""One question a page, in parts: lists, weeks, bags; whose words; what bad input gets."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.db import db
from engage.plans.models import PlanAnswer, PlanDraft
from engage.questions.answer_rules import decode
from engage.questions.shipped import question_set
from tests.page import Page, words
from tests.plans.conftest import MayasPlan
from tests.plans.photo_page import press, put_in

WRITTEN = [q.id for q in question_set().questions if q.is_written]


def kept(plan: MayasPlan, question: str, voice: str = "young_person") -> dict[str, object]:
    """What is kept of an answer in parts."""
    with plan.app.app_context():
        found = db.session.scalars(
            select(PlanAnswer).where(
                PlanAnswer.plan_id == plan.id,
                PlanAnswer.question == question,
                PlanAnswer.voice == voice,
            )
        ).one()
        return decode(found.content) or {}


def asked(plan: MayasPlan, who: str, question: str, query: str = "") -> Page:
    return Page(plan.browser(who).get(f"{plan.path}/{question}{query}"))


def form_of(plan: MayasPlan, who: str, question: str, query: str = ""):
    return asked(plan, who, question, query).form(f"{plan.path}/{question}")


@pytest.mark.parametrize("question", WRITTEN)
@pytest.mark.parametrize("who", ["maya", "jo", "sam"])
def test_every_question_is_a_page_with_its_reasons_and_a_way_to_pass(plan, who, question) -> None:
    spec = question_set().find(question)
    voice = {"maya": "young_person", "jo": "carer", "sam": "worker"}[who]
    with plan.app.app_context():
        plan.share(*[f"{question}|role:{role}" for role in ("carer", "social_worker")])
    if question == "pressure" and who == "jo":
        assert plan.browser(who).get(f"{plan.path}/{question}").status_code == 404
        return
    page = asked(plan, who, question)
    assert len(page.all("h1")) == 1
    if voice in spec.writers:
        form = page.form(f"/{question}")
        assert page.html.index('class="who"') < page.html.index(f'action="{form.action}"')
        assert "Skip this" in form.buttons
    else:
        assert not [f for f in page.forms if f.action.endswith(question)]


def test_a_list_is_kept_in_order_with_who_does_what(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "try_first").fill(
        **{
            "p-steps-0-what": "Text me", "p-steps-0-who": "carer",
            "p-steps-2-what": "Ask Ade", "p-steps-2-who": "trusted", "p-wait": "٣٠",
        }
    )  # fmt: skip
    home = form.send(maya)
    assert home.path == plan.path
    assert kept(plan, "try_first") == {
        "steps": [{"what": "Text me", "who": "carer"}, {"what": "Ask Ade", "who": "trusted"}],
        "wait": 30,
    }
    page = asked(plan, "maya", "try_first")
    assert "Text me (Whoever cares for me)" in page and "30 minutes" in page
    assert page.form("/try_first").values["p-steps-1-what"] == ["Ask Ade"]


def test_a_line_is_put_higher_and_more_lines_are_offered_without_scripts(plan) -> None:
    maya = plan.browser("maya")
    rows = {f"p-mine-{at}-what": what for at, what in enumerate(("Music", "A walk", "Nan"))}
    form_of(plan, "maya", "instead").fill(**rows).send(maya)
    page = form_of(plan, "maya", "instead").send(maya, press="mine-2")
    assert page.path.endswith("/instead")
    assert [row["what"] for row in kept(plan, "instead")["mine"]] == ["Music", "Nan", "A walk"]
    before = len([n for n in page.form("/instead").values if n.startswith("p-mine")])
    page = (
        form_of(plan, "maya", "instead").fill(**{"p-mine-3-what": "Draw"}).send(maya, press="mine")
    )
    after = len([n for n in page.form("/instead").values if n.startswith("p-mine")])
    assert after > before and "Draw" in page


def test_more_lines_on_an_empty_page_ask_for_nothing(plan: MayasPlan) -> None:
    page = form_of(plan, "maya", "signs").send(plan.browser("maya"), press="signs")
    assert not page.errors and page.path.endswith("/signs")


def test_a_week_is_ticked_and_read_back(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "triggers")
    form.fill(**{"p-when": ["sun-evening", "fri-night"]}).send(maya)
    page = asked(plan, "maya", "triggers")
    assert "Friday: Night" in page and "Sunday: Evening" in page
    assert page.form("/triggers").values["p-when"] == ["fri-night", "sun-evening"]


def test_a_bag_keeps_when_it_was_given_and_what_runs_low(plan: MayasPlan) -> None:
    jo = plan.browser("jo")
    with plan.app.app_context():
        plan.share("bag|role:carer")
    form_of(plan, "jo", "bag").fill(
        **{"p-bag-charger-has": "y", "p-bag-charger-given_on": "2026-11-02",
           "p-bag-food-low": "y", "p-more-0-what": "A torch"}
    ).send(jo)  # fmt: skip
    assert kept(plan, "bag", "carer") == {
        "bag": {"charger": {"has": True, "given_on": "2026-11-02"}, "food": {"low": True}},
        "more": [{"what": "A torch"}],
    }
    page = asked(plan, "maya", "bag")
    assert "Charger or power bank (given on 2 November 2026)" in page


def test_a_number_beside_a_line_rings_with_one_tap(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan, "maya", "instead").fill(
        **{"p-mine-0-what": "Ring Nan", "p-mine-0-phone": "07700 900123"}
    ).send(maya)
    page = asked(plan, "maya", "instead")
    assert page.link("Call 07700 900123") == "tel:07700900123"


MINUTES = "Write a number of minutes, like 30. The most is 1440, one day."
PHONE = "Check the phone number, like 07700 900 123."
BAD = [
    ("try_first", {"p-wait": "soon"}, MINUTES),
    ("instead", {"p-mine-0-what": "Nan", "p-mine-0-phone": "nan"}, PHONE),
    ("bag", {"p-bag-food-given_on": "yesterday"}, "Write a day, like 2026-11-22."),
    ("likes", {"p-fun-0-what": "x" * 203}, "This is 3 letters too long. Please make it shorter."),
    ("honest", {"p-leave": "x" * 1001}, "This is 1 letter too long. Please make it shorter."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "fields", "problem"), BAD)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(
    plan: MayasPlan, question: str, fields: dict[str, str], problem: str
) -> None:
    maya = plan.browser("maya")
    page = Page(form_of(plan, "maya", question).fill(**fields).submit(maya))
    assert page.status == 400 and page.errors == [problem]
    for name, value in fields.items():
        assert page.form(f"/{question}").values[name] == [value]
    with plan.app.app_context():
        assert not db.session.scalars(select(PlanAnswer)).all(), "nothing half-saved"


def test_everything_wrong_is_said_at_once(plan: MayasPlan) -> None:
    form = form_of(plan, "maya", "try_first")
    page = Page(
        form.fill(**{"p-wait": "0", "p-steps-0-what": "x" * 300}).submit(plan.browser("maya"))
    )
    assert len(page.errors) == 2


def test_more_lines_than_fit_are_named_and_kept_on_the_page(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "likes")
    for at in range(13):
        form.values[f"p-fun-{at}-what"] = [f"Thing {at}"]
    page = Page(form.submit(maya))
    assert page.status == 400
    assert page.errors == ["That is more lines than fit here. Please take some out."]
    assert page.form("/likes").values["p-fun-12-what"] == ["Thing 12"]


@pytest.mark.parametrize(
    "sent",
    [
        {"p-steps-999999-what": "x"}, {"p-steps-0-who": "the cat"}, {"p-when": "x"},
        {"p-nothing": "x"}, {"up": "steps-99"}, {"up": "nothing-1"}, {"up": "steps-١"},
        {"more": "nothing"}, {"p-steps-0-what": "\x00"}, {"p-steps--1-what": "x"}, {"p-wait": "²"},
    ],
)  # fmt: skip
def test_forged_fields_never_break_a_question(plan: MayasPlan, sent: dict[str, str]) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "try_first")
    data = {k: v[0] for k, v in form.values.items() if v} | {"p-steps-1-what": "Text me"} | sent
    assert maya.post(f"{plan.path}/try_first", data=data).status_code in {303, 400}


def test_letters_of_every_script_stay_as_they_are(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    typed = "<b>نور</b> O'Neill \U0001f49c \u202bשלום\u202c ỳ"
    form_of(plan, "maya", "likes").fill(**{"p-fun-0-what": typed}).send(maya)
    assert kept(plan, "likes")["fun"] == [{"what": typed}]
    page = asked(plan, "maya", "likes")
    assert "<b>نور" not in page.html and typed in page.form("/likes").values["p-fun-0-what"]


def test_the_same_page_sent_twice_is_one_answer(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "honest").fill(**{"p-stay": "If I had a key"})
    for _ in range(2):
        assert form.submit(maya).status_code == 303
    assert kept(plan, "honest") == {"stay": "If I had a key"}


def test_two_people_editing_one_list_meet_and_lose_nothing(plan: MayasPlan) -> None:
    maya, sam = plan.browser("maya"), plan.browser("sam")
    with plan.app.app_context():
        plan.share("instead|role:social_worker")
    form_of(plan, "maya", "instead").fill(**{"p-mine-0-what": "Music"}).send(maya)
    hers = form_of(plan, "maya", "instead")
    his = form_of(plan, "sam", "instead", "?words=young_person")
    his.fill(**{"p-mine-1-what": "A walk, Maya says"}).send(sam)
    page = Page(hers.fill(**{"p-mine-1-what": "Draw"}).submit(maya))
    assert page.status == 409 and "Saved meanwhile by Sam" in page
    assert "A walk, Maya says" in page and "Draw" in page
    merged = page.form("/instead").fill(**{"p-mine-2-what": "A walk"})
    merged.send(maya)
    assert [row["what"] for row in kept(plan, "instead")["mine"]] == ["Music", "Draw", "A walk"]


def test_a_sign_in_that_ends_in_the_middle_of_a_list_gives_all_of_it_back(plan, app, clock) -> None:
    maya = plan.browser("maya")
    form = form_of(plan, "maya", "try_first")
    clock.shift(timedelta(minutes=30))
    typed = {"p-steps-0-what": "Text me", "p-steps-2-what": "Half a li", "p-wait": "half an h"}
    answer = form.fill(**typed).submit(maya)
    assert answer.status_code == 303 and answer.location.startswith("/phone-sign-in?next=")
    again = plan.sign_in(app.test_client(), plan.cast.maya)
    page = Page(again.get(f"{plan.path}/try_first"))
    assert "Here are your words again." in page
    for name, value in typed.items():
        assert page.form("/try_first").values[name] == [value], "even what cannot be kept yet"
    page.form("/try_first").fill(**{"p-wait": "30"}).send(again)
    with app.app_context():
        assert not db.session.scalars(select(PlanDraft)).all()


def test_a_draft_from_before_somebody_else_wrote_meets_them_on_the_merge_page(
    plan, app, clock
) -> None:
    with app.app_context():
        plan.share("honest|role:social_worker")
    form = form_of(plan, "maya", "honest")
    clock.shift(timedelta(minutes=30))
    form.fill(**{"p-stay": "A key"}).submit(plan.browser("maya"))
    plan.browsers.clear()
    sam = plan.browser("sam")
    form_of(plan, "sam", "honest", "?words=young_person").fill(**{"p-stay": "A lock"}).send(sam)
    maya = plan.browser("maya")
    page = Page(form_of(plan, "maya", "honest").submit(maya))
    assert page.status == 409 and "A lock" in page and "A key" in page


def test_an_empty_form_that_came_too_late_keeps_nothing(plan, app, clock) -> None:
    form = form_of(plan, "maya", "try_first")
    clock.shift(timedelta(minutes=30))
    assert form.submit(plan.browser("maya")).status_code == 303
    with app.app_context():
        assert not db.session.scalars(select(PlanDraft)).all()


def test_words_from_before_a_question_had_parts_are_shown_and_kept(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("maya", "try_first", "Text me first\nThen ask Ade")
    page = asked(plan, "maya", "try_first")
    assert page.form("/try_first").values["p-steps-1-what"] == ["Then ask Ade"]
    page.form("/try_first").send(plan.browser("maya"))
    assert [row["what"] for row in kept(plan, "try_first")["steps"]] == [
        "Text me first", "Then ask Ade",
    ]  # fmt: skip


def test_facts_are_the_adults_to_write_and_the_young_persons_to_read(plan: MayasPlan) -> None:
    jo, maya = plan.browser("jo"), plan.browser("maya")
    form_of(plan, "jo", "facts").fill(**{"p-height": "1.60 m, slight"}).send(jo)
    page = asked(plan, "maya", "facts")
    assert "Adults fill this in." in page and "1.60 m, slight" in page
    assert not [f for f in page.forms if f.action.endswith("/facts")]
    assert "1.60 m" in asked(plan, "sam", "facts")
    assert "1.60 m" in asked(plan, "olu", "facts")
    stolen = form_of(plan, "maya", "safe")
    stolen.action = f"{plan.path}/facts"
    stolen.values["p-height"] = ["2 m"]
    assert stolen.submit(maya).status_code == 404
    for zed in plan.cast.strangers:
        assert plan.browser(zed).get(f"{plan.path}/facts").status_code == 404


def test_a_young_person_says_that_a_fact_is_wrong(plan: MayasPlan) -> None:
    form_of(plan, "sam", "facts").fill(**{"p-height": "1.60 m"}).send(plan.browser("sam"))
    maya = plan.browser("maya")
    there = next(a for a in asked(plan, "maya", "facts").links.values() if "/answers/" in a)
    Page(maya.get(there)).form().fill(agrees="no", reason="I have grown").send(maya)
    assert "I have grown" in asked(plan, "jo", "facts")


def test_signs_of_pressure_can_be_shown_to_the_worker_alone(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan, "maya", "pressure").fill(**{"p-signs": "He texts all night"}).send(maya)
    everybody = [f"pressure|role:{r}" for r in ("carer", "social_worker", "out_of_hours")]
    with plan.app.app_context():
        plan.share(*everybody, f"pressure|{plan.cast.coach_lee}")
    assert "He texts all night" in asked(plan, "sam", "pressure")
    assert "He texts all night" not in plan.browser("jo").get(f"{plan.path}/pressure").text
    for name in ("jo", "olu", "ines"):
        assert "He texts" not in plan.browser(name).get(f"{plan.path}/print").text


def test_a_worker_writes_beside_what_they_may_not_read(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("maya", "pressure", "Secret")
    page = asked(plan, "sam", "pressure")
    assert "Secret" not in page.html
    page.form("/pressure").fill(**{"p-signs": "A car waits outside"}).send(plan.browser("sam"))
    assert "A car waits outside" in asked(plan, "maya", "pressure")
    assert plan.browser("jo").get(f"{plan.path}/pressure").status_code == 404


def test_what_is_delicate_says_where_it_never_goes(plan: MayasPlan) -> None:
    assert "never handed to the police unless you say so" in asked(plan, "maya", "safer")
    assert "Only your own worker can ever be shown this page." in asked(plan, "maya", "pressure")


def test_numbers_for_an_emergency_come_from_where_one_lives(plan: MayasPlan) -> None:
    page = asked(plan, "maya", "numbers")
    assert "In danger now? Call 999." in page and "Childline" in page


def test_words_and_parts_can_be_disagreed_with_and_changing_them_asks_anew(plan) -> None:
    with plan.app.app_context():
        plan.share("house|role:carer", "house|role:social_worker")
    maya, jo = plan.browser("maya"), plan.browser("jo")
    form_of(plan, "maya", "house").fill(**{"p-late": "Midnight on Fridays"}).send(maya)
    there = next(a for a in asked(plan, "jo", "house").links.values() if "/answers/" in a)
    opinion = Page(jo.get(there))
    assert "Midnight on Fridays" in opinion
    opinion.form().fill(agrees="no", reason="Eleven").send(jo)
    assert "Eleven" in asked(plan, "maya", "house")
    form_of(plan, "maya", "house").fill(**{"p-late": "Half past eleven"}).send(maya)
    assert "Eleven" not in asked(plan, "sam", "house").main_text


def test_parts_are_read_in_the_plan_its_versions_and_what_changed(plan, clock) -> None:
    with plan.app.app_context():
        plan.share("ready|role:carer", "ready|role:social_worker")
    maya, sam, jo = (plan.browser(name) for name in ("maya", "sam", "jo"))
    form_of(plan, "maya", "ready").fill(
        **{"p-who": "Ade", "p-who_else": "Nan", "p-where": "The library"}
    ).send(maya)
    Page(maya.get(f"{plan.path}/agree")).form("/share").send(maya)
    for browser in (sam, jo):
        page = Page(browser.get(f"{plan.path}/agree"))
        assert "Who should meet me" in page and "The library" in page
        page.form("/agree/1").fill(says="yes").send(browser)
    clock.shift(60)
    form_of(plan, "maya", "ready").fill(**{"p-where": "The station"}).send(maya)
    changes = Page(jo.get(f"{plan.path}/changes"))
    assert "The library" in changes and "The station" in changes
    assert "The library" in Page(jo.get(f"{plan.path}/versions/1"))
    for path in ("/print", "/changes", "/versions/1", "/agree"):
        assert '"kind"' not in jo.get(plan.path + path).text


def state_of(plan: MayasPlan, who: str, title: str) -> str:
    """What the list of parts says about one of them."""
    home = Page(plan.browser(who).get(plan.path))
    (row,) = [li for ul in home.all("ul", cls="tasks") for li in ul if title in words(li)]
    return words(row).removeprefix(title).strip()


def test_the_list_says_how_far_the_photo_is(plan: MayasPlan) -> None:
    assert state_of(plan, "maya", "A photo of me").endswith("Not started")
    with plan.app.app_context():
        plan.share("photo|role:social_worker")
    put_in(plan, "sam")
    assert state_of(plan, "maya", "A photo of me").endswith("Started")
    assert press(plan, "maya", "yes") == 303
    assert state_of(plan, "maya", "A photo of me").endswith("Done")
    assert state_of(plan, "jo", "A photo of me") == "Not shared with you"


def test_who_sees_most_parts_is_said_once_and_the_others_say_it_themselves(plan) -> None:
    parts = ("safe", "likes", "house", "honest")
    with plan.app.app_context():
        plan.share(*[f"{part}|role:carer" for part in parts])
    home = Page(plan.browser("maya").get(plan.path)).main_text
    assert home.count("Only you can see this.") == 1, "said of all the others, above them"
    assert home.count("Who can see this: you and Jo.") == len(parts)
    assert "That goes for every part that says nothing else." in home
    assert "Who can see this" not in Page(plan.browser("jo").get(plan.path)).main_text
