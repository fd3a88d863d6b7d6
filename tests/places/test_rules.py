"""Opening hours, distances, postcodes and town names as people type them."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.places.plus_codes import decode, encode, find_full, find_short
from engage.places.rules import (
    BadHours,
    Span,
    area_key,
    box_around,
    distance,
    find_position,
    hours_of_day,
    is_always,
    is_near_spelling,
    middle,
    open_until,
    parse_hours,
    postcode,
)

LONDON = "Europe/London"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # winter: UTC is British time
LATITUDES = st.floats(-89, 89)
LONGITUDES = st.floats(-180, 179.99)
POINTS = st.tuples(LATITUDES, LONGITUDES)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def closes(typed: str, when: datetime) -> str | None:
    until = open_until(parse_hours(typed), when, LONDON)
    return f"{until:%a %H:%M}" if until else None


@pytest.mark.parametrize(
    ("typed", "when", "closes_at"),
    [
        ("Mon-Fri 9:00-17:00", at(0, 9), "Mon 17:00"),
        ("Mon-Fri 9:00-17:00", at(0, 16, 59), "Mon 17:00"),
        ("Mon-Fri 9:00-17:00", at(0, 17), None),
        ("Mon-Fri 9:00-17:00", at(0, 8, 59), None),
        ("mon-fri 9-17, sat 10-14", at(5, 11), "Sat 14:00"),
        ("Mon-Fri 9:00-17:00", at(5, 11), None),
        ("Sat-Sun 10.00-16.30", at(6, 12), "Sun 16:30"),
        ("Fri-Mon 18:00-23:00", at(0, 20), "Mon 23:00"),
        ("Fri 20:00-04:00", at(5, 1), "Sat 04:00"),
        ("Fri 20:00-04:00", at(4, 21), "Sat 04:00"),
        ("Sun 20:00-04:00", at(7, 2), "Mon 04:00"),
        ("daily 9-12 14-18", at(2, 15), "Wed 18:00"),
        ("daily 9-12 14-18", at(2, 13), None),
        ("Mon 0-24, Tue 0-24", at(0, 12), "Wed 00:00"),
        ("Mon Wed 9-12", at(2, 10), "Wed 12:00"),
        ("Mon–Fri 9–17", at(1, 10), "Tue 17:00"),
    ],
)
def test_opening_hours_are_read_as_people_write_them(
    typed: str, when: datetime, closes_at: str | None
) -> None:
    assert closes(typed, when) == closes_at


@pytest.mark.parametrize("typed", ["always", "24/7", "Always."])
def test_always_is_always(typed: str) -> None:
    spans = parse_hours(typed)
    assert is_always(spans)
    assert open_until(spans, at(3, 3), LONDON) is not None
    assert not hours_of_day(spans, 0)


@pytest.mark.parametrize("typed", ["", "  ", "?"])
def test_hours_nobody_knows_are_none(typed: str) -> None:
    assert parse_hours(typed) == ()
    assert open_until((), at(0, 12), LONDON) is None


@pytest.mark.parametrize(
    "typed",
    ["9-5", "Mon", "Mon 9", "Mon 25-26", "Mon 9-9", "Moo 9-17", "Mon-Xyz 9-17", "Mon 9:70-10",
     "open late", "Mon 9-17 or so"],
)  # fmt: skip
def test_hours_that_nobody_can_read_are_named(typed: str) -> None:
    with pytest.raises(BadHours) as bad:
        parse_hours(f"Tue 9-17, {typed}")
    assert str(bad.value)


def test_open_is_in_the_places_own_time() -> None:
    summer = datetime(2026, 7, 6, 8, 30, tzinfo=UTC)  # Monday 09:30 in London
    assert open_until(parse_hours("Mon 9-17"), summer, LONDON) is not None
    assert open_until(parse_hours("Mon 9-17"), summer - timedelta(minutes=31), LONDON) is None


@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 23), st.integers(0, 7 * 24 * 60 - 1))
def test_a_place_is_open_exactly_within_its_hours(
    day: int, opens: int, shuts: int, minute: int
) -> None:
    if opens == shuts:
        return
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    spans = parse_hours(f"{names[day]} {opens}:00-{shuts}:00")
    now = MONDAY + timedelta(minutes=minute)
    start = day * 1440 + opens * 60
    length = ((shuts - opens) % 24) * 60
    inside = (minute - start) % (7 * 1440) < length
    assert (open_until(spans, now, "UTC") is not None) is inside


def test_hours_of_a_day_are_listed_in_order() -> None:
    spans = parse_hours("Mon 14-18 9-12, Tue 22-02")
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in hours_of_day(spans, 0)] == [
        ("09:00", "12:00"), ("14:00", "18:00")
    ]  # fmt: skip
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in hours_of_day(spans, 1)] == [("22:00", "02:00")]
    assert hours_of_day(spans, 2) == []


@pytest.mark.parametrize(
    ("one", "two", "kilometres"),
    [
        ((51.5007, -0.1246), (40.6892, -74.0445), 5574),  # Big Ben to the Statue of Liberty
        ((51.3728, -0.0990), (51.3728, -0.0990), 0),
        ((0, 0), (0, 180), 20015),
        ((90, 0), (-90, 0), 20015),
        ((0, 179.5), (0, -179.5), 111.19),
    ],
)
def test_distances_are_those_of_the_earth(one: tuple, two: tuple, kilometres: float) -> None:
    assert distance(one, two) == pytest.approx(kilometres, rel=0.002, abs=0.01)
    assert distance(two, one) == pytest.approx(distance(one, two))


@given(POINTS, st.floats(0.1, 500), st.floats(0, 360), st.floats(0, 1))
def test_a_box_holds_everything_within_its_distance(
    point: tuple[float, float], kilometres: float, bearing: float, share: float
) -> None:
    """Walk in any direction for at most that distance: the box still holds where one is."""
    lat, lon = map(math.radians, point)
    angle = kilometres * share * 0.9999 / 6371
    turn = math.radians(bearing)
    there_lat = math.asin(
        math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn)
    )
    there_lon = lon + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there_lat),
    )
    latitude = math.degrees(there_lat)
    longitude = (math.degrees(there_lon) + 180) % 360 - 180
    south, north, west, east = box_around(point, kilometres)
    assert south - 1e-9 <= latitude <= north + 1e-9
    if west <= east:
        assert west - 1e-9 <= longitude <= east + 1e-9 or abs(longitude) > 180 - 1e-9
    else:
        assert longitude >= west - 1e-9 or longitude <= east + 1e-9


def test_the_middle_of_places_across_the_date_line_is_between_them() -> None:
    class Point:
        def __init__(self, latitude: float, longitude: float):
            self.latitude, self.longitude = latitude, longitude

    latitude, longitude = middle([Point(0, 179), Point(0, -179)])
    assert latitude == pytest.approx(0, abs=1e-6)
    assert abs(longitude) == pytest.approx(180)
    assert middle([Point(51, 0), Point(52, 0)])[0] == pytest.approx(51.5, abs=1e-6)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("CR0 2AB", ("CR0", "2AB")),
        ("cr02ab", ("CR0", "2AB")),
        ("cr0", ("CR0", "")),
        ("SW1A 1AA", ("SW1A", "1AA")),
        ("m1 1ae", ("M1", "1AE")),
        ("croydon", None),
        ("12", None),
        ("CR0 2A", None),
        ("", None),
    ],
)
def test_a_postcode_is_read_with_its_district(typed: str, parts: tuple | None) -> None:
    assert postcode(typed) == parts


@pytest.mark.parametrize(
    ("typed", "name", "is_near"),
    [
        ("croyden", "croydon", True),
        ("croydn", "croydon", True),
        ("crooydon", "croydon", True),
        ("coryndon", "croydon", False),
        ("corydon", "croydon", True),
        ("york", "cork", False),
        ("leeds", "needs", True),
        ("london", "luton", False),
    ],
)
def test_one_slip_in_a_towns_name_is_forgiven(typed: str, name: str, is_near: bool) -> None:
    assert is_near_spelling(typed, name) is is_near


def test_towns_are_compared_without_case_accents_and_signs() -> None:
    assert area_key("  Llanfair-ym-Muallt ") == "llanfair ym muallt"
    assert area_key("Cádiz!") == "cadiz"
    assert area_key("القاهرة") == area_key("القاهرة ")


# Source: the test data of the Open Location Code project, a few of its rows.
@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("7FG49QCJ2V", 20.3700625, 2.7821875),
        ("8FVC9G8FXX", 47.3674375, 8.5248125),
        ("9C3W9QCJ2V", 51.3701, -1.2178),
    ],
)
def test_known_plus_codes_are_read(code: str, latitude: float, longitude: float) -> None:
    found = decode(code)
    assert found == pytest.approx((latitude, longitude), abs=0.001)


@given(POINTS)
def test_a_plus_code_leads_back_to_where_it_was_made(point: tuple[float, float]) -> None:
    code = encode(*point)
    found = find_full(f"I am at {code[:8]}+{code[8:]} now")
    assert found is not None
    assert abs(found[0] - point[0]) <= 0.000125
    assert abs(found[1] - point[1]) <= 0.000125


@given(POINTS, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_a_short_plus_code_is_the_one_nearest_to_the_town(
    point: tuple[float, float], north: float, east: float
) -> None:
    if not -179 < point[1] < 179:
        return
    town = (point[0] + north, point[1] + east)
    code = encode(*point)
    found = find_short(f"{code[4:8]}+{code[8:]} Croydon", town)
    assert found == pytest.approx(point, abs=0.0002)


def test_words_are_no_plus_code() -> None:
    assert find_full("8 + 4 is 12") is None
    assert find_full("HELLOOOO+ME") is None
    assert find_short("ok+fine", (51.0, 0.0)) is None


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("51.3728, -0.0990", (51.3728, -0.0990)),
        ("https://maps.apple.com/?ll=51.37280,-0.09901&q=Pin", (51.3728, -0.09901)),
        ("https://www.google.com/maps?q=51.3728%2C-0.0990", (51.3728, -0.0990)),
        ("call 07700 900 123", None),
        ("1.50, 2.30", None),
        ("95.12345, 10.12345", None),
    ],
)
def test_a_shared_position_is_read(text: str, position: tuple | None) -> None:
    assert find_position(text) == position


@given(st.lists(st.tuples(st.integers(0, 10079), st.integers(1, 600)), max_size=6))
def test_open_until_never_lies_in_the_past(spans: list[tuple[int, int]]) -> None:
    held = tuple(Span(start, start + length) for start, length in spans)
    now = at(2, 12, 30)
    until = open_until(held, now, "UTC")
    assert until is None or until > now
