"""Where people say caregiver the pages do; what somebody wrote stays as they wrote it."""

import pytest

from engage.db import db
from engage.people.models import Organisation
from tests.page import Page
from tests.plans.conftest import MayasPlan

TYPED = "My carer knows when I need a walk."


def ask(plan: MayasPlan, policy: str, query: str = "") -> str:
    with plan.app.app_context():
        db.session.get_one(Organisation, plan.cast.organisation).policy = policy
        db.session.commit()
    return Page(plan.browser("maya").get(f"{plan.path}/honest{query}")).html


@pytest.mark.parametrize(
    ("policy", "said"), [("england", "your carer or worker"), ("missouri", "your caregiver or")]
)
def test_a_page_speaks_as_its_place_does(plan: MayasPlan, policy: str, said: str) -> None:
    assert said in ask(plan, policy)


def test_what_somebody_wrote_is_not_touched(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("maya", "honest", TYPED)
    found = ask(plan, "missouri", "?edit=1")
    assert TYPED in found and "your caregiver or" in found


def test_other_languages_stay_as_they_are(plan: MayasPlan) -> None:
    found = ask(plan, "missouri", "?lang=es")
    assert "quien te cuida" in found and "caregiver" not in found
