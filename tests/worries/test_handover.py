"""One page on paper: only what may be passed on, whatever is shared, whatever is going on."""

from datetime import timedelta

import pytest

from engage.asking.actions import ask_trusted
from engage.db import db
from engage.people.access import Object, Verb, access_to
from engage.people.rules import Purpose
from engage.plans.queries import get_page
from engage.worries import actions, queries
from engage.worries.handover import For, hand_over, welfare_note
from engage.worries.models import Attempt, Outcome
from tests.cast import NOW
from tests.checkins.texting import ADDRESS, own_number, text
from tests.emergencies.doing import open_for
from tests.episodes.away import seen_as
from tests.missing_pack.conftest import Away, mark
from tests.page import Page

SITUATIONS = {"nothing": set(), "away": {"away"}, "danger": {"away", "danger"}}
OPEN = {
    Purpose.ALWAYS: {"nothing", "away", "danger"}, Purpose.AWAY: {"away", "danger"},
    Purpose.DANGER: {"danger"}, Purpose.NEVER: set(), None: set(),
}  # fmt: skip
MINUTE = timedelta(minutes=1)


def worried(away: Away, now=NOW):
    worry = actions.begin(seen_as(away.cast.jo, now), away.cast.maya, address=ADDRESS, now=now)
    db.session.commit()
    return worry


def over(away: Away, who: str, audience: For, now=NOW):
    viewer = seen_as(getattr(away.cast, who), now)
    page = queries.get_worry(viewer, worried(away).id, now=now)
    return hand_over(viewer, page, audience, now=now)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("purpose", OPEN)
def test_how_to_approach_her_stands_only_where_she_said_so_for_now(
    away: Away,
    purpose: Purpose | None,
    situation: str,
) -> None:
    with away.plan.app.app_context():
        worried(away)
        away.share_with_police({"treat_me": purpose})
        away.note(SITUATIONS[situation])
        for audience in For:
            told = over(away, "olu", audience).welfare
            stands = any(mark("treat_me") in line for line in told)
            assert stands == (situation in OPEN[purpose])


def test_a_carer_passes_on_only_what_she_may_read_herself(away: Away) -> None:
    with away.plan.app.app_context():
        away.share_with_police({"treat_me": Purpose.ALWAYS})
        jo = seen_as(away.cast.jo)
        assert welfare_note(jo, away.cast.maya, now=NOW) == []
        away.share_with("jo", "treat_me")
        assert welfare_note(jo, away.cast.maya, now=NOW)


def tried(away: Away) -> None:
    own_number(away.cast)
    away.share_with("jo", "trusted_people")
    away.share_with("olu", "trusted_people")
    worry = worried(away)
    jo = seen_as(away.cast.jo)
    for person, key in ((away.cast.ade, "a"), (away.cast.olu, "b")):
        actions.note_attempt(
            jo, worry.id, how=Attempt.CALL, outcome=Outcome.NO_ANSWER, key=key, now=NOW,
            person_id=person,
        )  # fmt: skip
    actions.answer(jo, worry.id, "you", "fine", key="c", address=ADDRESS, now=NOW)
    actions.answer(jo, worry.id, "today", "A row at tea", key="d", address=ADDRESS, now=NOW)
    ask_trusted(jo, away.cast.maya, worry.episode_id, address=ADDRESS, now=NOW)
    db.session.commit()
    text("+447700900109", "3", now=NOW + MINUTE)


@pytest.mark.parametrize(
    ("choices", "audience", "named"),
    [
        ({}, For.SHIFT, True),
        ({}, For.POLICE, False),
        ({"trusted_people": Purpose.NEVER}, For.POLICE, False),
        ({"trusted_people": Purpose.ALWAYS}, For.POLICE, True),
    ],
)
def test_the_three_are_named_only_to_whom_they_may_be(
    away: Away,
    choices: dict,
    audience: For,
    named: bool,
) -> None:
    with away.plan.app.app_context():
        tried(away)
        away.share_with_police(choices)
        page = over(away, "olu", audience, NOW + 2 * MINUTE)
        whom = {each.whom for each in page.tried}
        assert ("Ade" in whom) is named
        # Coach Lee never agreed to be named to the police.
        assert ("Coach Lee" in whom) is (named and audience is For.SHIFT)
        assert ("" in whom) is not ("Coach Lee" in whom)
        # Somebody at work is no secret.
        assert "Olu" in whom
        said = {prompt for prompt, _ in page.given}
        assert ("you" in said) is (audience is For.SHIFT) and "today" in said
        assert [each.at for each in page.tried] == sorted(each.at for each in page.tried)
        assert {name for name, _ in page.looks_at} == {"recheck", "danger_check"}


def test_what_an_emergency_opens_for_an_hour_is_not_on_paper(away: Away) -> None:
    with away.plan.app.app_context():
        cast = away.cast
        open_for(cast, cast.olu)
        db.session.commit()
        access = access_to(seen_as(cast.olu), cast.maya, now=NOW)
        assert access.may(Verb.READ, Object.PLAN_PRIVATE, section="safe")
        assert not access.on_paper().may(Verb.READ, Object.PLAN_PRIVATE, section="safe")
        page = get_page(seen_as(cast.olu), away.plan.id, now=NOW)
        assert page.covers("safe") and not page.on_paper().covers("safe")


def test_the_page_reads_aloud_how_to_approach_her_and_prints_for_both(away: Away) -> None:
    with away.plan.app.app_context():
        away.share_with_police({"treat_me": Purpose.ALWAYS})
        away.share_with("jo", "treat_me")
        worry = worried(away).id
    jo = away.plan.browser("jo")
    call = Page(jo.get(f"/worries/{worry}/call"))
    assert "How to approach them" in call and call.text.count(mark("treat_me")) >= 2
    shift = Page(jo.get(f"/worries/{worry}/summary"))
    assert mark("treat_me") in shift and "What comes next" in shift
    police = shift.click(jo, "For the police")
    assert "Maya: For the police" in police
    for who in ("zed_carer", "zed_worker", "kits_carer"):
        assert away.plan.browser(who).get(f"/worries/{worry}/summary").status_code == 404
