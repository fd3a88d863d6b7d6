"""Bringing in safe places: all of the file or nothing of it, and each bad line is named."""

import pytest
from flask import Flask
from sqlalchemy import select

from engage.db import db
from engage.operators import importing, places_sheet
from engage.operators.importing import BadFile, bring_in, check_sheet, template
from engage.people.models import Organisation
from engage.places.models import Place
from tests.cast import NOW, Cast

HEADER = "name,what,run_by,languages,town,postcode,phone,hours,latitude,longitude"
GOOD = (
    "The Hub,youth,community black_led,en so,Croydon,cr02ab,020 7946 0100,"
    '"Mon-Fri 9-17",51.37,-0.09'
)


def sheet(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def problems(app: Flask, cast: Cast, data: bytes) -> list[str]:
    with app.app_context():
        house = db.session.get_one(Organisation, cast.organisation)
        with pytest.raises(BadFile) as bad:
            check_sheet("places", data, house)
        return [str(problem) for problem in bad.value.problems]


def test_a_good_file_is_brought_in(app: Flask, cast: Cast) -> None:
    with app.app_context():
        house = db.session.get_one(Organisation, cast.organisation)
        rows = check_sheet("places", sheet(GOOD, GOOD.replace("The Hub", "Roots")), house)
        made = [place_id for place_id, _ in bring_in("places", rows, house, now=NOW)]
        assert len(made) == 2
        place = db.session.get_one(Place, made[0])
        assert (place.name, place.run_by) == ("The Hub", ["community", "black_led"])
        assert (place.postcode, place.phone) == ("CR0 2AB", "020 7946 0100")
        assert (place.latitude, place.longitude) == (51.37, -0.09)
        assert place.checked_on == NOW.date()


def test_the_example_is_a_good_file(app: Flask, cast: Cast) -> None:
    with app.app_context():
        house = db.session.get_one(Organisation, cast.organisation)
        (row,) = check_sheet("places", template("places").encode(), house)
        facts = places_sheet.facts_of(row)
    assert (facts.name, facts.hours) == ("The Hub", "Mon-Fri 9:00-17:00, Sat 10-14")
    assert str(facts.checked_on) == "2026-11-01"


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", "", "is empty"),
        ("name", "N" * 81, "is longer than 80 letters"),
        ("name", "=SUM(A1)", "starts with a sign that a spreadsheet would run"),
        ("what", "castle", "use one of: youth, drop_in"),
        ("run_by", "community mafia", "use one of: community, black_led"),
        ("languages", "en klingon", "use one of: en, cy"),
        ("hours", "late", "“late” is not like Mon-Fri 9:00-17:00, Sat 10-14"),
        ("latitude", "north", "is not a number, like 51.3728"),
        ("latitude", "91", "is not between -90 and 90"),
        ("longitude", "-200", "is not between -180 and 180"),
        ("latitude", "nan", "is not between -90 and 90"),
        ("postcode", "far too long a code", "is not a postcode"),
        ("phone", "=1+1", "starts with a sign that a spreadsheet would run"),
        ("phone", "+44 call me maybe", "starts with a sign that a spreadsheet would run"),
        ("hours", "Mon 9-17, " * 21, "is longer than 200 letters"),
        ("town", "", "is empty"),
    ],
)
def test_each_bad_line_is_named(
    column: str, value: str, reason: str, app: Flask, cast: Cast
) -> None:
    names = HEADER.split(",")
    cells = dict(zip(names, GOOD.replace('"', "").split(","), strict=True))
    bad = ",".join(f'"{({**cells, column: value})[name]}"' for name in names)
    found = problems(app, cast, sheet(GOOD, bad, GOOD.replace("The Hub", "Roots")))
    assert len(found) == 1
    assert found[0].startswith(f"line 3, {column}: {reason}")


def test_every_bad_line_is_named_at_once(app: Flask, cast: Cast) -> None:
    worse = GOOD.replace("youth", "castle").replace("51.37", "north")
    found = problems(app, cast, sheet(worse, GOOD, worse))
    assert [line.partition(":")[0] for line in found] == [
        "line 2, what", "line 2, latitude", "line 4, what", "line 4, latitude"
    ]  # fmt: skip


def test_a_missing_column_is_named(app: Flask, cast: Cast) -> None:
    header = HEADER.replace(",latitude", "")
    assert problems(app, cast, sheet(header=header)) == ["line 1, latitude: this column is missing"]


def test_nothing_of_a_bad_file_is_kept(app: Flask, cast: Cast) -> None:
    problems(app, cast, sheet(GOOD, GOOD.replace("youth", "castle")))
    with app.app_context():
        assert not db.session.scalars(select(Place)).all()
    assert "places" in importing.SHEETS


def brought_in(app: Flask, cast: Cast, data: bytes) -> list[Place]:
    with app.app_context():
        house = db.session.get_one(Organisation, cast.organisation)
        rows = check_sheet("places", data, house)
        list(bring_in("places", rows, house, now=NOW))
        db.session.commit()
        return list(db.session.scalars(select(Place).order_by(Place.name)))


def test_a_sheet_of_a_spreadsheet_with_a_mark_and_semicolons_is_read(
    app: Flask, cast: Cast
) -> None:
    line = GOOD.replace('"', "").replace(",", ";").replace("51.37;-0.09", "51,37;-0,09")
    data = b"\xef\xbb\xbf" + sheet(line, header=HEADER.replace(",", ";")).replace(b"\n", b"\r\n")
    (place,) = brought_in(app, cast, data)
    assert (place.name, place.latitude, place.longitude) == ("The Hub", 51.37, -0.09)
    assert place.hours == "Mon-Fri 9-17"


def test_accents_as_older_spreadsheets_write_them_are_read(app: Flask, cast: Cast) -> None:
    data = sheet(GOOD.replace("The Hub", "Café Tŷ".replace("ŷ", "y"))).decode().encode("cp1252")
    (place,) = brought_in(app, cast, data)
    assert place.name == "Café Ty"


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        ("0,0", "0 and 0 is a place in the sea"),
        ("-0.09,51.37", "does not fit the postcode: latitude and longitude may be the wrong way"),
        ("38.62,-90.19", "does not fit the postcode"),
    ],
)
def test_a_position_that_cannot_be_is_named(
    app: Flask, cast: Cast, position: str, reason: str
) -> None:
    found = problems(app, cast, sheet(GOOD.replace("51.37,-0.09", position)))
    assert len(found) == 1 and found[0].startswith(f"line 2, latitude: {reason}")


@pytest.mark.parametrize("code", ["63101", "BT1 1AA", ""])
def test_where_no_postcode_says_otherwise_any_position_is_taken(
    app: Flask, cast: Cast, code: str
) -> None:
    position = "54.6,-5.93" if code.startswith("BT") else "38.62,-90.19"
    line = GOOD.replace("cr02ab", code).replace("51.37,-0.09", position)
    assert len(brought_in(app, cast, sheet(line))) == 1


def test_the_same_place_twice_in_a_file_is_named(app: Flask, cast: Cast) -> None:
    again = GOOD.replace("The Hub", "the  HUB!").replace("Croydon", "croydon")
    found = problems(app, cast, sheet(GOOD, GOOD.replace("The Hub", "Roots"), again))
    assert found == ["line 4, name: is the same place as in line 2"]


def test_a_place_of_the_same_name_in_another_town_or_street_is_another(
    app: Flask, cast: Cast
) -> None:
    header = f"{HEADER},address"
    found = brought_in(
        app, cast,
        sheet(f"{GOOD},1 High St", f"{GOOD},2 Low St",
              f"{GOOD.replace('Croydon', 'Sutton')},1 High St", header=header),
    )  # fmt: skip
    assert len(found) == 3


def test_the_same_file_again_doubles_nothing(app: Flask, cast: Cast) -> None:
    assert len(brought_in(app, cast, sheet(GOOD))) == 1
    assert problems(app, cast, sheet(GOOD)) == ["line 2, name: is in the directory already"]


def test_a_number_with_a_plus_is_a_number(app: Flask, cast: Cast) -> None:
    (place,) = brought_in(app, cast, sheet(GOOD.replace("020 7946 0100", "+44 20 7946 0100")))
    assert place.phone == "+44 20 7946 0100"


def test_good_lines_are_looked_at_together_though_others_are_bad(app: Flask, cast: Cast) -> None:
    swapped = GOOD.replace("The Hub", "Roots").replace("51.37,-0.09", "-0.09,51.37")
    found = problems(app, cast, sheet(GOOD, GOOD.replace("youth", "castle"), swapped, GOOD))
    assert [line.partition(":")[0] for line in found] == [
        "line 3, what", "line 4, latitude", "line 5, name"
    ]  # fmt: skip


def test_unicode_text_of_a_spreadsheet_is_told_how_to_be_saved(app: Flask, cast: Cast) -> None:
    (found,) = problems(app, cast, sheet(GOOD).decode().encode("utf-16"))
    assert found == "line 1, file: not UTF-8: save it as “CSV UTF-8”"
