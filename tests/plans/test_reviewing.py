"""The worker's reading of plans: what waits and why, what changed, and a word to each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.db import db
from engage.people import circumstance_actions, disclosure_actions, sharing_actions
from engage.people.models import Consent, Relationship
from engage.people.rules import DisclosureReason
from engage.plans.models import PlanReview
from engage.plans.rules import PlanState, ReviewNeed, needs
from engage.reviews.queries import plans_to_review, told_to_look_at
from tests.cast import NOW
from tests.page import Page
from tests.plans.conftest import MayasPlan

QUIET = {
    "now": NOW, "today": NOW.date(), "due": None, "review_due": None, "offer_again": None,
    "disagreements": False, "waits_for_worker": False, "missing_consents": False,
}  # fmt: skip


@pytest.mark.parametrize("state", list(PlanState))
def test_each_new_reason_is_named_by_itself_and_after_what_presses_more(state) -> None:
    assert needs(**QUIET, state=state, sharing_due=True)[-1] is ReviewNeed.SHARING_DUE
    assert needs(**QUIET, state=state, photo_old=True)[-1] is ReviewNeed.PHOTO_OLD
    both = needs(**QUIET, state=state, sharing_due=True, photo_old=True, moved=True)
    order = list(ReviewNeed)
    assert [order.index(need) for need in both] == sorted(order.index(need) for need in both)
    assert ReviewNeed.PHOTO_OLD not in needs(**QUIET, state=state)


def reasons(plan: MayasPlan, name: str = "sam", now=NOW) -> list[str]:
    return [
        str(need)
        for row in plans_to_review(plan.viewer(name), now=now)
        if row.young_person_id == plan.cast.maya
        for need in row.needs
    ]


def test_sharing_that_wants_another_look_waits_in_the_queue_until_it_had_one(live) -> None:
    with live.app.app_context():
        assert "sharing_due" not in reasons(live)
        sam = live.viewer("sam")
        circumstance_actions.note_away(sam, live.cast.maya, now=NOW)
        circumstance_actions.end_away(sam, live.cast.maya, now=NOW)
        db.session.commit()
        assert "sharing_due" in reasons(live)
        sharing_actions.note_agreed(
            live.viewer("maya"), live.cast.maya, agreed_how="own_device", now=NOW
        )
        db.session.commit()
        assert "sharing_due" not in reasons(live)
    queue = Page(live.browser("sam").get("/plans/to-review"))
    assert "Look again at who can see what" not in queue


def test_a_back_up_who_was_not_asked_yet_is_no_missing_yes(live: MayasPlan) -> None:
    with live.app.app_context():
        for one in db.session.scalars(select(Relationship)):
            one.consent = Consent.YES
        db.session.flush()
        assert "missing_consent" not in reasons(live)
        one = db.session.scalars(
            select(Relationship).where(Relationship.person_id == live.cast.nan_ruth)
        ).first()
        one.consent, kind = Consent.ASKED, one.kind
        db.session.flush()
        assert "missing_consent" in reasons(live) and kind == "trusted"
        one.kind = "back_up"
        db.session.flush()
        assert "missing_consent" not in reasons(live)


def test_ninety_days_after_it_came_into_use_a_plan_is_read_again(live: MayasPlan) -> None:
    with live.app.app_context():
        assert "due" not in reasons(live, now=NOW + timedelta(days=89))
        assert "due" in reasons(live, now=NOW + timedelta(days=90))


def test_what_changed_is_marked_with_what_it_said_before(live: MayasPlan) -> None:
    with live.app.app_context():
        live.write("maya", "safe", "Two doors I can close", seen=1)
        live.write("jo", "safe", "She likes the back room")
        live.write("maya", "ready", "", seen=1)
    page = Page(live.browser("sam").get(f"{live.path}/review"))
    struck = ["".join(e.itertext()) for e in page.all("del")]
    fresh = ["".join(e.itertext()) for e in page.all("ins")]
    assert any("A door I can close" in words for words in struck)
    assert any("Meet me at the station" in words for words in struck)
    assert any("Two doors I can close" in words for words in fresh)
    assert any("She likes the back room" in words for words in fresh)
    assert not any("Text me first" in words for words in fresh + struck)
    assert all(word in page for word in ("Changed", "New", "Taken out"))


def test_nothing_is_marked_before_anybody_agreed(written: MayasPlan) -> None:
    page = Page(written.browser("sam").get(f"{written.path}/review"))
    assert not page.all("del") and not page.all("ins")


def test_a_word_to_each_is_read_by_both(live: MayasPlan) -> None:
    sam = live.browser("sam")
    form = Page(sam.get(f"{live.path}/review")).form("/review")
    form.fill(
        outcome="agreed", comment="Well done, Maya", carer_comment="Thank you, Jo. <b>Soup</b>"
    ).send(sam)
    for name in ("maya", "jo"):
        home = Page(live.browser(name).get(live.path))
        assert "Well done, Maya" in home and "Thank you, Jo. <b>Soup</b>" in home
    with live.app.app_context():
        (review,) = db.session.scalars(select(PlanReview)).all()
        assert review.carer_comment == "Thank you, Jo. <b>Soup</b>"
    assert "To the carer" in Page(sam.get(f"{live.path}/review"))


def test_it_says_that_nothing_is_said_behind_their_back(live: MayasPlan) -> None:
    page = Page(live.browser("sam").get(f"{live.path}/review"))
    assert "The young person can read this too. Nothing is said behind their back." in page


def disclose(plan: MayasPlan, name: str = "sam"):
    return disclosure_actions.disclose(
        plan.viewer(name), plan.cast.maya, sections=[], code=DisclosureReason.LAW,
        reason="The court asked us for it today", told_to="The court", now=NOW,
    )  # fmt: skip


def test_a_supervisor_finds_what_was_told_on_top_of_the_queue(live: MayasPlan) -> None:
    with live.app.app_context():
        made = disclose(live).id
        db.session.commit()
        (row,) = told_to_look_at(live.viewer("sue"), now=NOW)
        assert row == (live.cast.maya, "Maya", NOW)
        for name in ("sam", "olu", "kits_worker", "far_zed_supervisor", "adil"):
            assert told_to_look_at(live.viewer(name), now=NOW) == []
    sue = live.browser("sue")
    queue = Page(sue.get("/plans/to-review"))
    assert "Told without a yes: please look at it" in queue
    links = [e.get("href") for e in queue.all("a")]
    assert f"/told/{live.cast.maya}" in links
    with live.app.app_context():
        disclosure_actions.approve_disclosure(live.viewer("sue"), made, now=NOW)
        db.session.commit()
        assert told_to_look_at(live.viewer("sue"), now=NOW) == []
