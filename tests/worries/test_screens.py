"""The smaller screens and sentences of a worry: what is over, advice in words, sources, labels."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.asking.rules import Heard
from engage.db import db
from engage.episodes import actions as episodes
from engage.i18n import LOCALES, use_locale
from engage.people.models import Organisation
from engage.worries import actions, labels, wording
from engage.worries.models import Attempt
from engage.worries.prompt_rules import Effect, Prompt, PromptKind, PromptSet, brings_fact
from engage.worries.prompts import prompt_set
from engage.worries.rules import AdviceKind, Because, Circumstances, advise
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as
from tests.page import Page
from tests.worries.test_views import begin, the_worry

MINUTE = timedelta(minutes=1)
TOLD = wording.Told("Maya", 15, NOW, "Europe/London")


@pytest.fixture
def jo(client: FlaskClient, sign_in, cast: Cast) -> FlaskClient:
    return sign_in(client, cast.jo)


def circumstances(**more: object) -> Circumstances:
    about = {
        "effects": frozenset(), "age": 15, "since": NOW, "report_due_at": None,
        "agreed_wait": None, "recheck_every": timedelta(hours=1), "earlier": [timedelta(hours=2)],
    }  # fmt: skip
    return Circumstances(**{**about, **more})  # type: ignore[arg-type]


def test_somebody_they_trust_being_worried_leads_to_people_and_not_to_waiting_alone() -> None:
    calm = advise(circumstances(), NOW)
    assert [each.kind for each in calm] == [AdviceKind.WAIT]
    found = advise(circumstances(trusted_worried=True), NOW)
    assert found[0].kind is AdviceKind.ASK_OUT_OF_HOURS
    assert Because.TRUSTED_WORRIED in found[0].because


@pytest.mark.parametrize(
    ("prompt", "value", "new"),
    [
        ("made_to_go", "yes", True), ("health", "yes", True), ("needs", "no_coat", False),
        ("needs", "no_coat,no_medicine", True), ("made_to_go", "no", False),
        ("danger", "yes", False), ("harm", "yes", False), ("usual", "different", False),
    ],
)  # fmt: skip
def test_only_what_is_new_about_safety_asks_about_danger_again(
    prompt: str, value: str, new: bool
) -> None:
    found = prompt_set().get(prompt)
    assert found is not None and brings_fact(found, value) is new


def test_own_prompts_come_after_the_gates_and_lose_any_power_over_them() -> None:
    own = Prompt("own-1", PromptKind.YES_NO, {"yes": (Effect.DANGER, Effect.NEEDS)}, is_gate=True)
    with_own = prompt_set().with_own([own])
    at = [each.id for each in with_own.prompts].index("own-1")
    assert at == sum(each.is_gate for each in prompt_set().prompts)
    kept = with_own.get("own-1")
    assert kept is not None and not kept.is_gate
    assert kept.effects == {"yes": (Effect.NEEDS,)}
    assert prompt_set().with_own([]) == prompt_set()


def spoken(code: str, told: wording.Told, welfare: list[str]) -> list[str]:
    return wording.spoken(PromptSet("x", ()), {}, told, code, welfare)


@pytest.mark.parametrize("code", LOCALES)
def test_the_script_says_how_to_approach_her_before_it_asks_for_a_number(code: str) -> None:
    lines = spoken(code, TOLD, ["Sit down first"])
    without = spoken(code, TOLD, [])
    assert lines[-2] == "Sit down first" and lines[-1] == without[-1]
    assert len(lines) == len(without) + 2
    assert all(line.strip() for line in lines)


def test_the_script_gives_no_time_and_no_age_that_nobody_told() -> None:
    lines = spoken("en", wording.Told("Maya", None, None, "UTC"), [])
    assert not any(re.search(r"\d", line) for line in lines)


@pytest.mark.parametrize("code", LOCALES)
def test_ways_to_reach_people_are_things_and_not_orders(code: str) -> None:
    """ "Call" on a button asks somebody to call; in a list it says what was done."""
    from engage.i18n import gettext

    with use_locale(code):
        said = [str(labels.ATTEMPTS[each]) for each in Attempt]
        assert len(set(said)) == 3
        assert gettext("Call") not in said and gettext("Text") not in said
        assert len({str(labels.HEARD[each]) for each in Heard}) == 3


@pytest.mark.parametrize("code", LOCALES)
def test_the_source_of_a_rule_is_marked_as_english(
    app: Flask, jo: FlaskClient, cast: Cast, code: str
) -> None:
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).policy = "missouri"
        db.session.commit()
    begin(jo, cast)
    html = jo.get(f"/worries/{the_worry(app).id}?lang={code}").text
    assert re.search(r'<bdi lang="en">Missouri: RSMo 210\.795', html)


@pytest.mark.parametrize(
    ("hours", "said"), [(0, ""), (0.5, "30 minutes"), (1, "1 hour"), (2, "2 hours"), (24, "24")]
)
def test_how_long_a_rule_allows_is_said(hours: float, said: str) -> None:
    assert labels.how_long(timedelta(hours=hours)).startswith(said)


@pytest.mark.parametrize(
    ("policy", "said"),
    [("missouri", "2 hours. Missouri: RSMo 210.795"), ("california", "24 hours. California: ")],
)
def test_the_clock_says_how_long_it_runs_and_whose_it_is(
    app: Flask, jo: FlaskClient, cast: Cast, policy: str, said: str
) -> None:
    """Source: issue 5: due by 21:40 (2 hours, Missouri law)."""
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).policy = policy
        db.session.commit()
    begin(jo, cast)
    assert said in Page(jo.get(f"/worries/{the_worry(app).id}"))


def test_a_worry_that_ended_elsewhere_says_so_and_asks_nothing(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    begin(jo, cast)
    worry = the_worry(app)
    with app.app_context():
        from engage import clock

        now = clock.now()
        episodes.close(cast.viewer(cast.sam, now), worry.episode_id, reason="In bed", now=now)
        db.session.commit()
    page = Page(jo.get(f"/worries/{worry.id}"))
    assert "Decide" not in page and "Go on with the questions" not in page
    assert Page(jo.get(f"/worries/{worry.id}/summary")).status == 200
    # The next press begins anew.
    again = Page(jo.get("/")).form(f"/worried/{cast.maya}").send(jo)
    assert str(worry.id) not in again.path and "in danger right now" in again


@pytest.mark.usefixtures("inside")
def test_whoever_decides_again_stops_what_asked_them_to(cast: Cast) -> None:
    from engage.alerts.models import Alert
    from engage.alerts.rules import AlertKind, AlertState
    from tests.checkins.texting import told
    from tests.episodes.away import swept

    jo = seen_as(cast.jo)
    worry = actions.begin(jo, cast.maya, address=ADDRESS, now=NOW)
    actions.wait(jo, worry.id, NOW + 15 * MINUTE, reason="On the bus", now=NOW)
    db.session.commit()
    swept(NOW + 15 * MINUTE)
    assert told("alert_look_again") == {cast.jo}
    later = NOW + 16 * MINUTE
    actions.wait(jo, worry.id, later + 10 * MINUTE, reason="Bus is late", now=later)
    db.session.commit()
    alert = db.session.query(Alert).filter_by(kind=AlertKind.LOOK_AGAIN).one()
    assert alert.state == AlertState.RESOLVED
    assert told("info_looked") == {cast.jo}
