"""When somebody checks in, said in their plan: one agreed time, which holds with both yeses."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from engage import clock
from engage.agreed import actions as times
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.reading import said_in_plan, says_the_same
from engage.agreed.rules import (
    EVERY,
    GRACES,
    MOST,
    ExpectedState,
    Proposal,
    ProposalProblem,
    Repeat,
    TimeState,
    is_wall_time,
    mask_of,
    proposal_problems,
)
from engage.db import db
from engage.messaging.consent_models import Purpose, TextConsent
from engage.messaging.models import Message
from engage.people.models import RelationshipKind
from engage.plans import agreement_actions, queries
from engage.trust import actions as trio_actions
from tests.page import Page
from tests.plans.conftest import MayasPlan

HOURS = {"rhythm": "while_away", "every_hours": "4", "grace": "60"}
DAYS = {"rhythm": "weekly", "days": ["0", "4"], "by": "21:30", "grace": "30"}
FRIDAYS = Proposal(Repeat.WEEKLY, frozenset({4}), "22:00")


def form_of(plan: MayasPlan):
    page = Page(plan.browser("maya").get(f"{plan.path}/check-in-person"))
    form = page.form("/check-in-person")
    return form.fill(who=str(plan.cast.ade), channel="text", understood="y")


def kept(plan: MayasPlan) -> list[AgreedTime]:
    """What the plan says now."""
    with plan.app.app_context():
        return said_in_plan(plan.cast.maya)


def waiting() -> list[ExpectedCheckIn]:
    return list(
        db.session.scalars(
            select(ExpectedCheckIn).where(ExpectedCheckIn.state == ExpectedState.WAITING)
        )
    )


def sams_page(plan: MayasPlan) -> Page:
    return Page(plan.browser("sam").get(f"/young-people/{plan.cast.maya}/check-in-times"))


def test_every_few_hours_is_kept_with_the_clock_it_runs_on(plan: MayasPlan) -> None:
    form_of(plan).fill(HOURS).send(plan.browser("maya"))
    (found,) = kept(plan)
    assert (found.repeat, found.every_hours, found.days, found.wall) == ("while_away", 4, 0, None)
    assert (found.grace_minutes, found.zone) == (60, "Europe/London")
    assert (found.young_person_id, found.state) == (plan.cast.maya, TimeState.PROPOSED)
    page = Page(plan.browser("maya").get(f"{plan.path}/check-in-person"))
    assert "By text, Every 4 hours while away (not agreed by both yet)" in page


def test_a_time_on_some_days_is_kept_and_shown_to_whoever_may_see_it(plan: MayasPlan) -> None:
    form_of(plan).fill(DAYS).send(plan.browser("maya"))
    (found,) = kept(plan)
    assert (found.every_hours, found.days, found.wall) == (None, 0b10001, "21:30")
    with plan.app.app_context():
        plan.share("check_in|role:carer")
    for path in ("/check-in-person", "/print"):
        assert "By 21:30: Monday, Friday" in Page(plan.browser("jo").get(plan.path + path))


def test_their_worker_finds_it_among_the_agreed_times_and_says_yes_there(plan: MayasPlan) -> None:
    form_of(plan).fill(DAYS).send(plan.browser("maya"))
    page = sams_page(plan)
    assert "By 21:30: Monday, Friday" in page and "Not agreed by both yet" in page
    page.form("/agree").send(plan.browser("sam"))
    assert [time.state for time in kept(plan)] == [TimeState.ACTIVE]
    with plan.app.app_context():
        assert len(waiting()) == 1
    assert "not agreed by both yet" not in Page(
        plan.browser("maya").get(f"{plan.path}/check-in-person")
    )


def test_a_yes_to_the_plan_is_a_yes_to_the_times_in_it(written: MayasPlan) -> None:
    form_of(written).fill(DAYS).send(written.browser("maya"))
    with written.app.app_context():
        maya, sam = written.viewer("maya"), written.viewer("sam")
        now = clock.now()
        number = agreement_actions.share_for_agreement(maya, written.id, now=now).number
        assert not waiting()
        agreement_actions.agree(written.viewer("jo"), written.id, number, now=now)
        assert not waiting(), "a carer's yes to the plan is not the worker's"
        agreement_actions.agree(sam, written.id, number, now=now)
        db.session.commit()
        (time,) = said_in_plan(written.cast.maya)
        assert (time.state, time.worker_id) == (TimeState.ACTIVE, written.cast.sam)
        assert [one.agreed_time_id for one in waiting()] == [time.id]


def test_what_is_changed_after_the_plan_was_put_to_everybody_needs_its_own_yes(
    written: MayasPlan,
) -> None:
    with written.app.app_context():
        maya, sam, now = written.viewer("maya"), written.viewer("sam"), clock.now()
        number = agreement_actions.share_for_agreement(maya, written.id, now=now).number
        trio_actions.choose_check_in_person(
            maya, written.id, person_id=written.cast.ade, channel="text", how_often="",
            proposal=FRIDAYS, now=now + timedelta(minutes=1),
        )  # fmt: skip
        agreement_actions.agree(sam, written.id, number, now=now + timedelta(minutes=2))
        db.session.commit()
        assert [t.state for t in said_in_plan(written.cast.maya)] == [TimeState.PROPOSED]


def test_what_holds_goes_on_until_both_have_said_yes_to_the_change(plan: MayasPlan) -> None:
    maya, sam = plan.browser("maya"), plan.browser("sam")
    form_of(plan).fill(DAYS).send(maya)
    sams_page(plan).form("/agree").send(sam)
    form_of(plan).fill({**DAYS, "by": "23:00"}).send(maya)
    old, new = kept(plan)
    assert (old.state, new.state, new.replaces_id) == ("active", "proposed", old.id)
    with plan.app.app_context():
        assert [one.agreed_time_id for one in waiting()] == [old.id]
    sams_page(plan).form("/agree").send(sam)
    assert [(time.id, time.state) for time in kept(plan)] == [(new.id, "active")]
    with plan.app.app_context():
        assert [one.agreed_time_id for one in waiting()] == [new.id]
        assert db.session.get_one(AgreedTime, old.id).state == TimeState.ENDED


def test_a_change_of_mind_before_the_yes_leaves_one_proposal(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    for by in ("21:00", "22:00", "23:00"):
        form_of(plan).fill({**DAYS, "by": by}).send(maya)
    assert [time.wall for time in kept(plan)] == ["23:00"]
    form_of(plan).fill({**DAYS, "by": "23:00"}).send(maya)
    assert len(kept(plan)) == 1


def test_taking_a_change_back_leaves_what_held(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill(DAYS).send(maya)
    sams_page(plan).form("/agree").send(plan.browser("sam"))
    form_of(plan).fill({**DAYS, "by": "23:00"}).send(maya)
    form_of(plan).fill(DAYS).send(maya)
    assert [(time.wall, time.state) for time in kept(plan)] == [("21:30", "active")]


def test_saving_the_page_again_changes_no_time(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill(DAYS).send(maya)
    (before,) = kept(plan)
    form_of(plan).fill({**DAYS, "how_often": "A thumbs up"}).send(maya)
    (after,) = kept(plan)
    assert (after.id, after.proposed_at) == (before.id, before.proposed_at)


def test_what_was_picked_stands_there_again(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill({**DAYS, "may_ask": "y"}).send(maya)
    values = Page(maya.get(f"{plan.path}/check-in-person")).form("/check-in-person").values
    assert values["rhythm"] == ["weekly"] and values["days"] == ["0", "4"]
    assert values["by"] == ["21:30"] and values["grace"] == ["30"] and values["may_ask"] == ["y"]
    assert "understood" not in values, "read and ticked each time"


def test_nothing_is_asked_by_text_unless_they_said_so(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill(DAYS).send(maya)
    assert [time.may_ask for time in kept(plan)] == [False]
    form_of(plan).fill({**DAYS, "may_ask": "y"}).send(maya)
    assert [time.may_ask for time in kept(plan)] == [True]
    with plan.app.app_context():
        said = db.session.scalars(
            select(TextConsent).where(TextConsent.purpose == Purpose.QUESTIONS)
        ).all()
        assert any(one.says_yes for one in said)


def test_no_set_times_ends_it_at_once_and_their_worker_hears(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill(DAYS).send(maya)
    sams_page(plan).form("/agree").send(plan.browser("sam"))
    with plan.app.app_context():
        db.session.execute(delete(Message))
        db.session.commit()
    form_of(plan).fill(rhythm="none").send(maya)
    assert kept(plan) == []
    with plan.app.app_context():
        assert not waiting()
        (heard,) = db.session.scalars(select(Message))
        assert (heard.template, heard.person_id) == ("info_times", plan.cast.sam)
    assert "By 21:30" not in Page(maya.get(f"{plan.path}/check-in-person"))


def test_every_day_is_said_in_two_words(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill({**DAYS, "days": [str(n) for n in range(7)]}).send(maya)
    assert "Every day by 21:30" in Page(maya.get(f"{plan.path}/check-in-person"))


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"rhythm": "while_away"}, {"Pick after how many hours.", "Pick how late it may be."}),
        ({"rhythm": "while_away", "every_hours": "4"}, {"Pick how late it may be."}),
        (
            {"rhythm": "weekly"},
            {"Pick one day or more.", "Type a time, like 21:30.", "Pick how late it may be."},
        ),
        ({"rhythm": "weekly", "days": ["1"], "by": "half nine", "grace": "15"},
         {"Type a time, like 21:30."}),
        ({"rhythm": "weekly", "days": ["1"], "by": "25:00", "grace": "15"},
         {"Type a time, like 21:30."}),
        ({}, {"Pick how often, or no set times."}),
    ],
)  # fmt: skip
def test_what_is_missing_stands_beside_its_field_and_nothing_is_half_saved(
    plan: MayasPlan, values, problems
) -> None:
    form = form_of(plan).fill({"how_often": "A thumbs up", **values})
    page = Page(form.submit(plan.browser("maya")))
    assert page.status == 400 and set(page.errors) == problems
    again = page.form("/check-in-person").values
    assert again["how_often"] == ["A thumbs up"] and again["who"] == [str(plan.cast.ade)]
    for name, value in values.items():
        assert again[name] == (value if isinstance(value, list) else [value])
    assert kept(plan) == []


@pytest.mark.parametrize("typed", ["9pm", "21.00", "21:00:00", "9:00 PM"])
def test_a_time_is_read_as_people_type_it(plan: MayasPlan, typed: str) -> None:
    form_of(plan).fill({**DAYS, "by": typed}).send(plan.browser("maya"))
    assert [time.wall for time in kept(plan)] == ["21:00"]


def test_another_person_hears_of_the_same_times(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form_of(plan).fill(DAYS).send(maya)
    sams_page(plan).form("/agree").send(plan.browser("sam"))
    form_of(plan).fill({**DAYS, "who": str(plan.cast.nan_ruth)}).send(maya)
    (time,) = kept(plan)
    assert time.state == TimeState.ACTIVE, "with whom they check in changes no time"
    with plan.app.app_context():
        page = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
        (person,) = page.named(RelationshipKind.CHECK_IN)
        assert person.relationship.id == time.relationship_id
    assert "By text, By 21:30: Monday, Friday" in Page(maya.get(f"{plan.path}/check-in-person"))


def test_taking_the_person_out_leaves_what_was_agreed(plan: MayasPlan) -> None:
    """Whoever makes a young person drop their friend does not silence the clock with it."""
    form_of(plan).fill(DAYS).send(plan.browser("maya"))
    sams_page(plan).form("/agree").send(plan.browser("sam"))
    with plan.app.app_context():
        page = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
        (person,) = page.named(RelationshipKind.CHECK_IN)
        trio_actions.take_out(plan.viewer("maya"), plan.id, person.relationship.id, now=clock.now())
        db.session.commit()
        assert len(waiting()) == 1


def test_too_many_times_are_said_in_words_and_nothing_is_lost(plan: MayasPlan) -> None:
    with plan.app.app_context():
        for _ in range(MOST):
            times.propose(plan.viewer("sam"), plan.cast.maya, FRIDAYS, now=clock.now())
        db.session.commit()
    form = form_of(plan).fill({**DAYS, "how_often": "A thumbs up"})
    page = Page(form.submit(plan.browser("maya")))
    assert page.status == 400
    assert page.errors == ["These are too many to keep in mind. End one first."]
    assert page.form("/check-in-person").values["how_often"] == ["A thumbs up"]
    assert kept(plan) == []


def test_what_is_agreed_beside_the_plan_is_left_alone_by_it(plan: MayasPlan) -> None:
    with plan.app.app_context():
        beside = times.propose(
            plan.viewer("sam"), plan.cast.maya, FRIDAYS, said_aloud=True, now=clock.now()
        ).id
        db.session.commit()
    form_of(plan).fill(DAYS).send(plan.browser("maya"))
    form_of(plan).fill(rhythm="none").send(plan.browser("maya"))
    with plan.app.app_context():
        assert db.session.get_one(AgreedTime, beside).state == TimeState.ACTIVE
        assert [one.agreed_time_id for one in waiting()] == [beside]


@pytest.mark.parametrize("who", ["jo", "sam", "zed_young", "zed_worker"])
def test_only_the_young_person_says_it_in_their_plan(plan: MayasPlan, who: str) -> None:
    answer = plan.browser(who).post(f"{plan.path}/check-in-person", data=DAYS)
    assert answer.status_code in (400, 404)
    assert kept(plan) == []


PROPOSALS = st.builds(
    Proposal,
    st.sampled_from(list(Repeat)),
    days=st.frozensets(st.integers(-2, 9), max_size=9),
    wall=st.none() | st.text(max_size=6) | st.from_regex(r"[0-2]\d:[0-5]\d", fullmatch=True),
    every_hours=st.none() | st.integers(-5, 50),
    grace_minutes=st.integers(-5, 300) | st.sampled_from(GRACES),
    may_ask=st.booleans(),
)


@settings(deadline=None)
@given(PROPOSALS)
def test_a_proposal_without_problems_has_all_that_a_clock_needs(proposal: Proposal) -> None:
    found = proposal_problems(proposal)
    assert len(found) == len(set(found))
    if proposal.repeat is Repeat.WHILE_AWAY:
        assert not {ProposalProblem.NO_DAYS, ProposalProblem.NO_TIME} & set(found)
        assert (ProposalProblem.NO_HOURS in found) is (proposal.every_hours not in EVERY)
    else:
        assert ProposalProblem.NO_HOURS not in found
        assert (ProposalProblem.NO_TIME in found) is not is_wall_time(proposal.wall or "")
    assert (ProposalProblem.NO_GRACE in found) is (proposal.grace_minutes not in GRACES)


@settings(deadline=None)
@given(PROPOSALS, PROPOSALS)
def test_two_proposals_say_the_same_only_when_nothing_that_counts_differs(one, other) -> None:
    if proposal_problems(one) or proposal_problems(other):
        return
    weekly = one.repeat is Repeat.WEEKLY
    time = AgreedTime(
        repeat=str(one.repeat), days=mask_of(one.days) if weekly else 0,
        wall=one.wall if weekly else None, every_hours=None if weekly else one.every_hours,
        grace_minutes=one.grace_minutes, may_ask=one.may_ask,
    )  # fmt: skip
    assert says_the_same(time, one)
    shape = (one.repeat, one.grace_minutes, one.may_ask)
    if says_the_same(time, other):
        assert (other.repeat, other.grace_minutes, other.may_ask) == shape


@pytest.mark.parametrize(
    ("text", "right"),
    [("00:00", True), ("23:59", True), ("24:00", False), ("9:30", False), ("09:3", False),
     ("٠٩:٣٠", False), ("", False), ("21.30", False), ("2130", False), ("-1:00", False)],
)  # fmt: skip
def test_times_of_day(text, right) -> None:
    assert is_wall_time(text) is right
