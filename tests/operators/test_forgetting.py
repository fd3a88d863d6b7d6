"""What is past its time goes, a batch at a time; what is not stays."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engage.db import db
from engage.messaging.actions import InboundText, keep_inbound
from engage.messaging.models import InboundMessage, Message
from engage.operators import forgetting, keeping
from engage.people.models import LoginSession, SignInCode
from engage.plans import actions as plans
from engage.plans.models import PlanDraft
from engage.policy.keeping_rules import Kept
from tests.cast import NOW

DAY = timedelta(days=1)


@pytest.fixture
def inside(app, cast):
    with app.app_context():
        yield cast


def session(**values):
    made = {"area": "phone", "created_at": NOW, "seen_at": NOW, "expires_at": NOW + DAY, **values}
    db.session.add(LoginSession(token_digest=uuid4().hex, **made))


def test_sign_ins_go_a_day_after_they_ended(inside):
    db.session.query(LoginSession).delete()
    session()
    session(expires_at=NOW - DAY / 2)
    session(expires_at=NOW - 2 * DAY)
    session(revoked_at=NOW - 2 * DAY)
    db.session.flush()
    assert forgetting.end_sessions(now=NOW) == 2
    assert forgetting.end_sessions(now=NOW) == 0
    assert db.session.query(LoginSession).count() == 2


def test_codes_go_a_day_after_they_ran_out(inside):
    for ago in (0, 2):
        db.session.add(
            SignInCode(phone_index="x", code_digest=str(ago), created_at=NOW,
                       expires_at=NOW - ago * DAY)
        )  # fmt: skip
    db.session.flush()
    assert forgetting.drop_codes(now=NOW) == 1


def test_drafts_are_kept_a_day(inside):
    plan = plans.start_plan(inside.viewer(inside.maya), inside.maya, now=NOW)
    for question, ago in (("safe", 0), ("ready", 2)):
        db.session.add(
            PlanDraft(plan_id=plan.id, person_id=inside.maya, question=question,
                      voice="young_person", text="so far", saved_at=NOW - ago * DAY)
        )  # fmt: skip
    db.session.flush()
    assert forgetting.drop_drafts(now=NOW) == 1
    assert db.session.query(PlanDraft).one().question == "safe"


def test_words_of_texts_go_after_ninety_days_and_the_fact_stays(inside):
    for number, days in enumerate((1, 91)):
        at = NOW - days * DAY
        db.session.add(
            Message(dedupe_key=str(number), klass="Y", template="reply_neutral", body="hello",
                    person_id=inside.maya, created_at=at, not_before=at, not_after=at,
                    state="delivered")
        )  # fmt: skip
        text = InboundText("console", f"x{number}", "+447700900101", "+447700900000", "at Elm Road")
        keep_inbound(text, source="console", now=at)
    db.session.flush()
    forget = forgetting.forget_texts_of_nobody
    assert forget(now=NOW) == 1
    assert keeping.erase(Kept.TEXTS, now=NOW) == 1
    assert sorted(str(m.body) for m in db.session.query(Message)) == ["None", "hello"]
    assert sorted(str(m.body) for m in db.session.query(InboundMessage)) == ["None", "at Elm Road"]
    assert forget(now=NOW) == 0
