"""Whom a referral may be about: exact first, then alike, within one house, and bounded."""

from datetime import date

import pytest

from engage.care_records.models import CareRecord
from engage.crypto import blind_index
from engage.db import db
from engage.intake import deciding_actions as deciding
from engage.intake import matching_queries
from engage.intake.matching_queries import candidates
from engage.intake.rules import Known, Likeness
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import YoungPerson
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.intake.conftest import MAYAS_BIRTH, came


def found(cast: Cast, referral, by=None) -> list[tuple[object, Likeness]]:
    seen = candidates(cast.viewer(by or cast.sam), referral, now=NOW)
    return [(each.id, each.why) for each in seen.found]


def young(cast: Cast, name: str, born: date | None = None, house=None) -> YoungPerson:
    made = people.create_young_person(
        SYSTEM, organisation_id=house or cast.organisation, name=name, birth_date=born, now=NOW
    )
    db.session.commit()
    return made


def test_name_and_date_of_birth_find_one_of_the_house_and_nobody_elsewhere(inside: Cast) -> None:
    young(inside, "Maya", MAYAS_BIRTH, inside.other_organisation)
    first, *others = found(inside, came(inside))
    assert first == (inside.maya, Likeness.NAME_AND_BIRTH)
    # The others of the cast were born on the same day.
    assert {why for _, why in others} == {Likeness.BIRTH}
    seen = candidates(inside.viewer(inside.sam), came(inside), now=NOW).found[0]
    assert (seen.name, seen.born, seen.team) == ("Maya", MAYAS_BIRTH, "North team")


def test_a_phone_finds_its_owner_whatever_name_was_given(inside: Cast) -> None:
    phone = db.session.get_one(YoungPerson, inside.kit).phone
    referral = came(inside, name="Somebody", birth_date=None, phone=phone)
    assert found(inside, referral) == [(inside.kit, Likeness.PHONE)]


def test_the_phone_of_a_carer_names_no_young_person(inside: Cast) -> None:
    phone = db.session.get_one(people.Person, inside.jo).phone
    assert found(inside, came(inside, name="", birth_date=None, phone=phone)) == []


def test_a_reference_of_the_care_record_is_the_strongest(inside: Cast) -> None:
    db.session.add(
        CareRecord(
            young_person_id=inside.maya, organisation_id=inside.organisation,
            reference_index=blind_index("child_reference", "NT-77"),
        )
    )  # fmt: skip
    phone = db.session.get_one(YoungPerson, inside.maya).phone
    referral = came(inside, name="", birth_date=None, reference="NT-77", phone=phone)
    assert found(inside, referral) == [(inside.maya, Likeness.REFERENCE)]


def test_an_earlier_one_with_the_same_reference_says_whom_it_was_about(inside: Cast) -> None:
    earlier = came(inside, "1", reference="NT 123/26")
    deciding.match(inside.viewer(inside.sam), earlier, inside.maya, Known.LOOKED_AFTER, now=NOW)
    db.session.commit()
    later = came(inside, "2", name="", birth_date=None, reference="nt123/26")
    assert found(inside, later) == [(inside.maya, Likeness.EARLIER)]
    # It does not speak for itself.
    assert (inside.maya, Likeness.NAME_AND_BIRTH) in found(inside, earlier)


def test_those_who_left_are_not_offered(inside: Cast) -> None:
    db.session.get_one(YoungPerson, inside.maya).ended_at = NOW
    db.session.commit()
    assert inside.maya not in [one for one, _ in found(inside, came(inside))]


def test_a_referral_that_says_nobody_offers_nobody(inside: Cast) -> None:
    assert found(inside, came(inside, name="", birth_date=None)) == []


def test_only_who_may_decide_is_shown_anybody(inside: Cast) -> None:
    referral = came(inside)
    for stranger in (inside.far_zed_worker, inside.far_zed_supervisor, inside.jo, inside.ines):
        with pytest.raises(NotFound):
            found(inside, referral, stranger)


def test_the_number_compared_and_the_number_shown_are_bounded_and_it_is_said(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(14):
        young(inside, "Rosalind Park")
    referral = came(inside, name="Park", birth_date=None)
    seen = candidates(inside.viewer(inside.sam), referral, now=NOW)
    assert (len(seen.found), seen.is_cut) == (12, True)
    monkeypatch.setattr(matching_queries, "MOST_COMPARED", 2)
    exact = came(inside, "2", phone=db.session.get_one(YoungPerson, inside.maya).phone)
    seen = candidates(inside.viewer(inside.sam), exact, now=NOW)
    assert seen.is_cut and seen.found[0].id == inside.maya
