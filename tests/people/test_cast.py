"""The cast itself: everybody stands where the other tests think they stand."""

from engage.people.access import SYSTEM, Object, Verb, may
from engage.people.contacts import contacts_of
from engage.people.queries import young_people


def test_sam_sees_maya_and_nobody_else(app, cast, now):
    with app.app_context():
        seen = young_people(cast.viewer(cast.sam), now=now)
        assert [young_person.name for young_person in seen] == ["Maya"]


def test_nobody_called_zed_sees_maya(app, cast, now):
    with app.app_context():
        for person_id in cast.strangers.values():
            assert not may(cast.viewer(person_id), Verb.READ, Object.PROFILE, cast.maya, now=now)


def test_the_order_in_which_people_hear_of_maya(app, cast, now):
    with app.app_context():
        order = [c.person_id for c in contacts_of(SYSTEM, cast.maya, now=now)]
        assert order == [cast.ade, cast.jo, cast.olu, cast.sam, cast.sue]
