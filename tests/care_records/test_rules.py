"""What a care record may say."""

from datetime import date, timedelta
from typing import Any

import pytest

from engage.care_records.models import as_text, read_details
from engage.care_records.rules import (
    Details,
    Disability,
    EthnicGroup,
    Ethnicity,
    Flaw,
    Gender,
    Nearness,
    PlacementType,
    flaws,
    group_of,
    tidy,
)

TODAY = date(2026, 11, 22)
BORN = date(2011, 10, 13)


def found(**details: Any) -> dict[str, Flaw]:
    return flaws(Details(**details), born_on=BORN, today=TODAY)


def test_an_empty_record_is_fine() -> None:
    assert found() == {}


@pytest.mark.parametrize("reference", ["1", "CH-204", "A/77_3", "0" * 20])
def test_references_are_taken_as_case_systems_write_them(reference: str) -> None:
    assert found(reference=reference) == {}


@pytest.mark.parametrize("reference", ["a b", "CH 204", "=1+1", "0" * 21, "café", "x;y", "-,"])
def test_what_a_return_could_not_carry_is_no_reference(reference: str) -> None:
    assert found(reference=reference) == {"reference": Flaw.REFERENCE_FORM}


@pytest.mark.parametrize("upn", ["A123456789012", "Z12345678901B", "UN1", "UN10"])
def test_pupil_numbers_may_be_permanent_temporary_or_a_reason(upn: str) -> None:
    assert found(upn=upn) == {}


@pytest.mark.parametrize(
    "upn", ["I123456789012", "O123456789012", "A12345678901", "A1234567890123", "UN", "UN123", "12"]
)
def test_other_pupil_numbers_are_refused(upn: str) -> None:
    assert found(upn=upn) == {"upn": Flaw.UPN_FORM}


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        (None, None, {}),
        (BORN, None, {}),
        (BORN, TODAY, {}),
        (TODAY, TODAY, {}),
        (TODAY + timedelta(days=1), None, {"care_began_on": Flaw.IN_THE_FUTURE}),
        (BORN - timedelta(days=1), None, {"care_began_on": Flaw.BEFORE_BIRTH}),
        (None, TODAY, {"care_ended_on": Flaw.ENDED_BUT_NEVER_BEGAN}),
        (TODAY, TODAY - timedelta(days=1), {"care_ended_on": Flaw.ENDED_BEFORE_IT_BEGAN}),
        (BORN, TODAY + timedelta(days=1), {"care_ended_on": Flaw.IN_THE_FUTURE}),
        (None, BORN - timedelta(days=9), {"care_ended_on": Flaw.BEFORE_BIRTH}),
    ],
)
def test_days_of_care_must_be_possible(
    began: date | None, ended: date | None, expected: dict[str, Flaw]
) -> None:
    assert found(care_began_on=began, care_ended_on=ended) == expected


def test_without_a_birth_date_nothing_is_before_it() -> None:
    early = Details(care_began_on=date(1990, 1, 1))
    assert flaws(early, born_on=None, today=TODAY) == {}


@pytest.mark.parametrize("code", list(Ethnicity))
def test_every_code_belongs_to_a_group(code: Ethnicity) -> None:
    assert group_of(code) in EthnicGroup


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("WROM", "white"),
        ("MWAS", "mixed"),
        ("CHNE", "asian"),
        ("BOTH", "black"),
        ("OOTH", "other"),
        ("REFU", "not_said"),
        ("NOBT", "not_said"),
    ],
)
def test_codes_are_put_together(code: str, group: str) -> None:
    assert Details(ethnicity=Ethnicity(code)).ethnic_group == group


def test_nobody_asked_is_not_said() -> None:
    assert Details().ethnic_group is EthnicGroup.NOT_SAID


@pytest.mark.parametrize(
    ("typed", "kept"), [(" ch 204 ", "CH204"), ("", None), (None, None), ("  ", None)]
)
def test_references_are_kept_in_one_form(typed: str | None, kept: str | None) -> None:
    assert tidy(typed) == kept


def test_what_is_sealed_is_read_back_as_it_was() -> None:
    details = Details(
        reference="CH204",
        upn="UN1",
        gender=Gender.OTHER,
        ethnicity=Ethnicity.MWBA,
        disability=Disability.NOT_SAID,
        placement_type=PlacementType.KINSHIP,
        miles_home=0,
        minutes_school=25,
        minutes_people=90,
        why_far="Her aunt lives here.",
    )
    assert Details(**read_details(as_text(details))) == details
    assert read_details(None) == {} == read_details(as_text(Details()))


@pytest.mark.parametrize(
    ("miles", "nearness"),
    [(None, None), (0, Nearness.NEAR), (20, Nearness.NEAR), (21, Nearness.FAR)],
)
def test_over_twenty_miles_is_far(miles: int | None, nearness: Nearness | None) -> None:
    assert Details(miles_home=miles).nearness is nearness


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"miles_home": 20}, {}),
        ({"miles_home": 21}, {"why_far": Flaw.WHY_SO_FAR}),
        ({"miles_home": 21, "why_far": "Her aunt lives here."}, {}),
        ({"why_far": "Nobody asked how far."}, {}),
        ({"miles_home": 9_999, "why_far": "x"}, {}),
        ({"miles_home": 10_000, "why_far": "x"}, {"miles_home": Flaw.TOO_MUCH}),
        ({"minutes_school": 1_440, "minutes_people": 0}, {}),
        ({"minutes_school": 1_441}, {"minutes_school": Flaw.TOO_MUCH}),
        ({"minutes_people": -1}, {"minutes_people": Flaw.TOO_MUCH}),
    ],
)
def test_a_home_far_away_needs_a_reason(typed: dict[str, Any], expected: dict[str, Flaw]) -> None:
    assert found(**typed) == expected
