"""Which places are nearest, from a town, a postcode, a Plus Code or a shared position."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.places import actions, queries
from engage.places.actions import PlaceFacts
from engage.places.plus_codes import encode
from engage.places.rules import BadHours, RunBy, What
from engage.web.errors import NotFound
from tests.cast import NOW, Cast

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
CROYDON = (51.3728, -0.0990)


def put(cast: Cast, name: str, point: tuple[float, float], **facts: object) -> UUID:
    values: dict = {"town": "Croydon", "postcode": "CR0 2AB", "hours": "always", **facts}
    made = actions.add_place(
        cast.viewer(cast.sam),
        cast.organisation,
        PlaceFacts(name=name, what=What.YOUTH, latitude=point[0], longitude=point[1], **values),
        now=NOW,
    )
    db.session.commit()
    return made.id


@pytest.fixture
def town(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        put(cast, "The Hub", CROYDON)
        put(cast, "Blue House", (51.3760, -0.0990), postcode="CR0 3AA")
        put(cast, "Far Barn", (51.3700, -0.2500), town="Sutton", postcode="SM1 1AA")
        put(cast, "Wolf Tower", (52.5860, -2.1290), town="Wolverhampton", postcode="WV1 1AA")
        yield cast


def near(cast: Cast, typed: str, **more: object) -> list[str]:
    found = queries.nearest_to_words(cast.viewer(cast.maya), typed, now=NOON, **more)  # type: ignore[arg-type]
    return [one.place.name for one in found.found]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("croydon", ["The Hub", "Blue House"]),
        ("Croydon", ["The Hub", "Blue House"]),
        ("near croydon please", ["The Hub", "Blue House"]),
        ("croyden", ["The Hub", "Blue House"]),
        ("CR0 2AB", ["The Hub", "Blue House"]),
        ("cr03aa", ["Blue House", "The Hub"]),
        ("cr0", ["The Hub", "Blue House"]),
        ("cr9 9zz", ["The Hub", "Blue House"]),
        ("sutton", ["Far Barn", "The Hub"]),
        ("wolverhampton", ["Wolf Tower"]),
        ("51.3728, -0.0990", ["The Hub", "Blue House"]),
        ("https://maps.apple.com/?ll=51.37600,-0.09900", ["Blue House", "The Hub"]),
        ("atlantis", []),
        ("", []),
        ("zz1 1zz", []),
        ("60.1234, 10.1234", []),
    ],
)
def test_the_nearest_two_are_found(town: Cast, typed: str, names: list[str]) -> None:
    found = near(town, typed)
    if typed in ("croydon", "Croydon", "near croydon please", "croyden", "cr0", "cr9 9zz"):
        assert sorted(found) == sorted(names)
    else:
        assert found == names


def test_a_plus_code_is_enough_and_a_short_one_with_its_town(town: Cast) -> None:
    code = encode(51.3760, -0.0990)
    assert near(town, f"{code[:8]}+{code[8:]}") == ["Blue House", "The Hub"]
    assert near(town, f"{code[4:8]}+{code[8:]} Croydon") == ["Blue House", "The Hub"]
    assert near(town, f"{code[4:8]}+{code[8:]}")[0] == "Blue House"


def test_each_organisation_has_its_own_directory(town: Cast) -> None:
    viewer = town.viewer(town.far_zed_young)
    assert not queries.nearest_to_words(viewer, "croydon", now=NOON).found
    assert not queries.places(viewer, now=NOON)
    place = queries.places(town.viewer(town.maya), now=NOON)[0].place
    for who in (town.far_zed_worker, town.far_zed_young):
        with pytest.raises(NotFound):
            queries.get_place(town.viewer(who), place.id, with_hidden=True)


def test_a_hidden_place_is_found_by_nobody_until_it_is_shown_again(town: Cast) -> None:
    sam = town.viewer(town.sam)
    hub = next(one.place.id for one in queries.places(sam, now=NOON, words="hub"))
    actions.hide_place(sam, hub, now=NOW)
    assert near(town, "croydon") == ["Blue House", "Far Barn"]
    with pytest.raises(NotFound):
        queries.get_place(town.viewer(town.maya), hub)
    assert [one.place.id for one in queries.places(sam, now=NOON, hidden=True)] == [hub]
    actions.show_place(sam, hub, now=NOW)
    assert "The Hub" in near(town, "croydon")


def test_when_the_nearest_are_closed_one_that_is_open_is_the_last(town: Cast) -> None:
    put(town, "Shut One", (51.3729, -0.0990), hours="Tue 9-17", town="Purley", postcode="CR8 1AA")
    put(town, "Shut Two", (51.3730, -0.0990), hours="Tue 9-17", town="Purley", postcode="CR8 1AB")
    sam = town.viewer(town.sam)
    for name in ("The Hub", "Blue House"):
        place = next(one.place.id for one in queries.places(sam, now=NOON, words=name))
        actions.hide_place(sam, place, now=NOW)
    assert near(town, "purley") == ["Shut One", "Far Barn"] or near(town, "purley") == [
        "Shut Two", "Far Barn"
    ]  # fmt: skip


def test_the_filters_narrow_the_list(town: Cast) -> None:
    led = [RunBy.BLACK_LED, RunBy.COMMUNITY]
    put(town, "Roots", CROYDON, run_by=led, languages=["so", "en"], note="Hot food on Mondays.")
    maya = town.viewer(town.maya)

    def named(**asked: str) -> list[str]:
        return [one.place.name for one in queries.places(maya, now=NOON, **asked)]  # type: ignore[arg-type]

    assert named(run_by="black_led") == ["Roots"]
    assert named(run_by="lgbtq") == []
    assert named(language="so") == ["Roots"]
    assert named(words="HOT FOOD") == ["Roots"]
    assert named(what="library") == []
    assert len(named()) == 5
    assert queries.languages_spoken(maya) == ["en", "so"]
    found = queries.nearest_to_words(maya, "croydon", now=NOON, number=9, run_by=["black_led"])
    assert [one.place.name for one in found.found] == ["Roots"]


def test_a_place_keeps_what_was_written_and_its_postcode_in_order(town: Cast) -> None:
    sam = town.viewer(town.sam)
    made = put(town, "Roots", CROYDON, postcode="cr02ab", hours="Mon-Fri  9-17", text_name="R")
    place = queries.get_place(sam, made)
    assert (place.postcode, place.district, place.hours) == ("CR0 2AB", "CR0", "Mon-Fri 9-17")
    assert (place.called, place.checked_on) == ("R", NOW.date())
    facts = PlaceFacts("Roots 2", What.ADVICE, "Sutton", 51.36, -0.19)
    actions.change_place(sam, made, facts, now=NOW + timedelta(days=3))
    place = queries.get_place(sam, made)
    assert (place.name, place.town_key, place.hours, place.called) == (
        "Roots 2", "sutton", "", "Roots 2"
    )  # fmt: skip
    assert place.checked_on == (NOW + timedelta(days=3)).date()


def test_hours_nobody_can_read_are_refused(town: Cast) -> None:
    with pytest.raises(BadHours):
        put(town, "Roots", CROYDON, hours="late")


def test_a_position_across_the_date_line_finds_its_neighbours(town: Cast) -> None:
    put(town, "Fiji East", (-16.8, 179.95), town="Taveuni", postcode="")
    put(town, "Fiji West", (-16.8, -179.95), town="Rabi", postcode="")
    assert near(town, "taveuni") == ["Fiji East", "Fiji West"]


def test_how_many_places_there_are(town: Cast) -> None:
    assert queries.count_places(town.viewer(town.sam)) == 4


def test_many_places_nearby_hide_none_that_is_nearer(town: Cast) -> None:
    """The database puts them in order before it counts: the nearest are never cut off."""
    for n in range(queries.MANY + 1):
        put(town, f"Far {n:03}", (51.5 + n / 1000, -0.3), town="Elsewhere", postcode="UB1 1AA")
    assert set(near(town, "croydon")) == {"The Hub", "Blue House"}


def test_over_the_date_line_near_is_near(app: Flask, cast: Cast) -> None:
    with app.app_context():
        put(cast, "West Hut", (0.0, 179.95), town="West", postcode="")
        put(cast, "East Hut", (0.0, -179.80), town="East", postcode="")
        put(cast, "Middle Hut", (0.0, 178.5), town="Middle", postcode="")
        assert near(cast, "https://maps.google.com/?q=0.000,-179.990") == ["West Hut", "East Hut"]


def test_what_is_too_far_is_no_answer(town: Cast) -> None:
    assert near(town, "https://maps.google.com/?q=-33.900,151.200") == []


@pytest.fixture
def street(app: Flask, cast: Cast) -> Iterator[Cast]:
    """Three places in one street: each fits some filters, the last fits all."""
    with app.app_context():
        put(cast, "Closed Now", CROYDON, hours="Sun 9-10", run_by=[RunBy.BLACK_LED])
        put(cast, "Queer Corner", (51.3730, -0.0990), run_by=[RunBy.LGBTQ], languages=["en", "so"])
        put(cast, "Roots", (51.3740, -0.0990), run_by=[RunBy.BLACK_LED, RunBy.FAITH],
            languages=["so"], hours="Mon 9-17")  # fmt: skip
        yield cast


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Closed Now", "Queer Corner", "Roots"]),
        ({"run_by": "black_led"}, ["Closed Now", "Roots"]),
        ({"run_by": "lgbtq"}, ["Queer Corner"]),
        ({"run_by": "faith"}, ["Roots"]),
        ({"language": "so"}, ["Queer Corner", "Roots"]),
        ({"open_now": True}, ["Queer Corner", "Roots"]),
        ({"run_by": "black_led", "open_now": True}, ["Roots"]),
        ({"run_by": "community"}, []),
        ({"what": "shelter"}, []),
        ({"what": "youth", "language": "en"}, ["Queer Corner"]),
    ],
)
def test_each_filter_narrows_the_list_and_the_nearest_alike(
    street: Cast, asked: dict, names: list[str]
) -> None:
    listed = queries.places(street.viewer(street.maya), now=NOON, **asked)
    assert [one.place.name for one in listed] == names
    more = {**asked, "run_by": [asked["run_by"]] if "run_by" in asked else []}
    # By postcode too, which stands in no place's words.
    assert sorted(near(street, "CR0 9ZZ", number=5, **more)) == names
