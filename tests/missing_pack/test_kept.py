"""What is kept of a pack is sealed, in one shape, and in the language of the organisation."""

import json

import pytest

from engage.db import db
from engage.missing_pack import actions
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.rules import Fact
from engage.people.models import Organisation
from engage.people.rules import Purpose
from tests.missing_pack.conftest import LATER, Away
from tests.sealing import is_sealed


@pytest.fixture(autouse=True)
def inside(away: Away):
    with away.plan.app.app_context():
        yield


def test_words_photo_and_facts_are_sealed(away: Away) -> None:
    away.share_with_police({"safe": Purpose.ALWAYS, "photo": Purpose.ALWAYS})
    sam = away.plan.viewer("sam")
    actions.note_fact(sam, away.episode_id, Fact.PHONE, "07700 900456", now=LATER)
    actions.make_pack(sam, away.episode_id, now=LATER)
    db.session.commit()
    pack = db.session.execute(MissingPack.__table__.select()).mappings().one()
    fact = db.session.execute(PackFact.__table__.select()).mappings().one()
    assert is_sealed(pack["content"], pack["picture"], fact["words"])


def test_the_pages_are_in_the_language_of_the_organisation(away: Away) -> None:
    db.session.get_one(Organisation, away.cast.organisation).locale = "ar"
    db.session.commit()
    pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
    content = json.loads(pack.content)
    assert (content["locale"], content["direction"], content["shape"]) == ("ar", "rtl", 1)
    assert not any(title == "Last seen" for _, title, _ in content["facts"])


def test_a_pack_holds_no_home_no_card_and_no_number_of_the_young_persons(away: Away) -> None:
    away.share_with_police(dict.fromkeys(("safe", "trusted_people", "places"), Purpose.ALWAYS))
    content = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER).content
    from engage.people.models import Person

    number = db.session.get_one(Person, away.cast.maya).phone
    assert number not in content and "Hazel House" not in content and "Jo" not in content
