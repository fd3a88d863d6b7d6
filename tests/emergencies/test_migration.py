"""What the first version kept of an emergency is kept by the second, and the other way."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from engage.crypto import unseal
from engage.db import alembic, db
from engage.people.access import SYSTEM
from engage.people.actions import create_organisation, create_worker, create_young_person
from engage.people.emergency_models import EmergencyUse, UseState
from engage.people.models import EmergencyAccess
from tests.cast import NOW
from tests.guards.test_migrations import app  # noqa: F401 - a fixture

REASON = "She wrote that she may hurt herself tonight"


def test_reasons_and_reviews_survive_both_ways(app):  # noqa: F811
    """One use of two parts: down it is two rows, each with the reason sealed for itself."""
    alembic.upgrade()
    house = create_organisation(SYSTEM, name="N", neutral_name="N", policy="england", now=NOW)
    olu = create_worker(SYSTEM, organisation_id=house.id, name="Olu", now=NOW).id
    maya = create_young_person(SYSTEM, organisation_id=house.id, name="Maya", now=NOW).id
    use = EmergencyUse(
        id=uuid4(), person_id=olu, young_person_id=maya, sections=["safe", "ready"],
        reason_code="serious_harm", reason=REASON, state=UseState.OPENED, asked_at=NOW,
        starts_at=NOW, ends_at=NOW + timedelta(hours=1), review_due_at=NOW + timedelta(days=2),
        reviewed_at=NOW + timedelta(hours=2), reviewed_by_id=olu,
    )  # fmt: skip
    db.session.add(use)
    db.session.flush()
    for section in use.sections:
        db.session.add(
            EmergencyAccess(
                use_id=use.id, person_id=olu, young_person_id=maya, section=section,
                starts_at=NOW, ends_at=NOW + timedelta(hours=1),
            )
        )  # fmt: skip
    db.session.commit()
    db.session.close()
    alembic.downgrade("0001")
    rows = db.session.execute(text("SELECT * FROM emergency_accesses ORDER BY section")).mappings()
    rows = [dict(row) for row in rows]
    assert [(row["section"], row["reason_code"]) for row in rows] == [
        ("ready", "serious_harm"), ("safe", "serious_harm"),
    ]  # fmt: skip
    assert len({row["reason"] for row in rows}) == 2
    assert all(row["reviewed_at"] is not None for row in rows)
    for row in rows:
        row_id = row["id"] if isinstance(row["id"], UUID) else UUID(row["id"])
        assert unseal(row["reason"], "emergency_accesses.reason", row_id) == REASON
    db.session.close()
    alembic.upgrade()
    uses = db.session.query(EmergencyUse).all()
    assert sorted(one.sections[0] for one in uses) == ["ready", "safe"]
    for one in uses:
        assert (one.reason, one.state, one.starts_at) == (REASON, "opened", NOW)
        assert (one.reviewed_by_id, one.review_due_at) == (olu, NOW + timedelta(days=2))
    linked = db.session.query(EmergencyAccess).all()
    assert {one.use_id for one in linked} == {one.id for one in uses}
    assert len(linked) == 2
