"""From whom it is kept, who is still to be told, and what must not stay blank."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engage.policy.protect_rules import PROTECTORS, protector_faults
from engage.policy.queries import names, pack
from engage.safeguarding.rules import (
    FIRST_LOOK,
    About,
    Around,
    Blank,
    Deed,
    Whom,
    blanks,
    first_look,
    hidden_from,
    is_real_day,
    still_to_tell,
)

HOME = Around(frozenset({"jo", "jan"}), frozenset({"sam", "ines"}), frozenset({"sue", "olu"}))


@pytest.mark.parametrize(
    ("about", "named", "opener", "hidden"),
    [
        (About.CARER, [], "sam", {"jo", "jan"}),
        (About.CARER, ["jan"], "jo", {"jan"}),
        # A carer who tells us of another one keeps it; the other is somebody it may be about.
        (About.CARER, [], "jo", {"jan"}),
        (About.WORKER, [], "jo", {"sam", "ines", "sue", "olu"}),
        (About.WORKER, ["sue"], "sam", {"sue"}),
        (About.OTHER, [], "sam", set()),
        (About.OTHER, ["olu"], "sam", {"olu"}),
        (About.UNKNOWN, [], "sam", {"jo", "jan", "ines"}),
        # Whoever names themselves sees no more of it either.
        (About.WORKER, ["sam"], "sam", {"sam"}),
    ],
)
def test_it_is_kept_from_whom_it_may_be_about(
    about: About, named: list[str], opener: str, hidden: set[str]
) -> None:
    assert hidden_from(about, named, HOME, opener) == hidden


@pytest.mark.parametrize("about", About)
def test_somebody_named_is_always_shut_out(about: About) -> None:
    for who in ("jo", "sam", "sue", "somebody"):
        assert who in hidden_from(about, [who], HOME, "sam")


def test_trying_is_not_telling() -> None:
    wanted = [Whom.POLICE, Whom.CHILD_PROTECTION, Whom.LICENSING]
    done = {Whom.POLICE: Deed.TRIED, Whom.LICENSING: Deed.NOT_NEEDED}
    assert still_to_tell(wanted, done) == [Whom.POLICE, Whom.CHILD_PROTECTION]
    assert still_to_tell(wanted, dict.fromkeys(wanted, Deed.TOLD)) == []


@pytest.mark.parametrize(
    ("about", "to_tell", "safe", "know", "known", "left"),
    [
        (About.CARER, [], "At Nan's", "Sam told her", True, []),
        (About.CARER, [], " ", "Sam told her", True, [Blank.SAFE_NOW]),
        (About.CARER, [], "At Nan's", "", True, [Blank.THEY_KNOW]),
        (About.CARER, [], "At Nan's", "", False, []),
        (About.UNKNOWN, [], "At Nan's", "x", True, [Blank.WHO]),
        (About.OTHER, [Whom.POLICE], "x", "x", True, [Blank.TOLD]),
        (About.UNKNOWN, [Whom.POLICE], "", "", True, list(Blank)),
    ],
)
def test_it_does_not_close_with_blanks(
    about: About, to_tell: list[Whom], safe: str, know: str, known: bool, left: list[Blank]
) -> None:
    assert blanks(
        about, to_tell, safe_now=safe, they_know=know, is_about_somebody=known
    ) == left  # fmt: skip


def test_somebody_hears_again_half_an_hour_later_or_when_the_rule_says() -> None:
    at = datetime(2026, 11, 22, 18, tzinfo=UTC)
    assert first_look(at, at) == at + FIRST_LOOK
    assert first_look(at, at + timedelta(hours=24)) == at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("day", "real"),
    [(date(2026, 11, 22), True), (date(2026, 11, 23), False), (date(1999, 1, 1), False)],
)
def test_a_screening_was_done_on_a_day_that_has_been(day: date, real: bool) -> None:
    assert is_real_day(day, date(2026, 11, 22)) is real


@pytest.mark.parametrize("name", names())
def test_every_place_says_whom_to_tell_at_once_and_who_says_so(name: str) -> None:
    found = pack(name)
    told = [each.to for each in found.protectors]
    assert told[:2] == ["police", "child_protection"]
    assert told == [to for to in PROTECTORS if to in told]
    assert all(each.source and each.since for each in found.protectors)
    assert found.strictest("report_harm").duration == timedelta(0)
    assert set(Whom) == set(PROTECTORS)


@pytest.mark.parametrize(
    ("name", "phone"),
    [("missouri", "1-800-392-3738"), ("kentucky", "1-877-597-2331"), ("nevada", "1-800-422-4453")],
)
def test_a_state_with_a_line_of_its_own_names_that(name: str, phone: str) -> None:
    [line] = [each for each in pack(name).protectors if each.to == "child_protection"]
    assert line.phone == phone


@pytest.mark.parametrize(("about", "holds"), [
    ("carer", True), ("worker", True), ("unknown", True), ("other", False),
])  # fmt: skip
def test_the_designated_officer_hears_of_those_who_work_with_children(
    about: str, holds: bool
) -> None:
    [officer] = [each for each in pack("plymouth").protectors if each.to == "designated_officer"]
    assert officer.holds(about) is holds


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"to": "nobody"}, "to"),
        ({"to": ""}, "to"),
        ({"source": ""}, "source"),
        ({"about": ["everybody"]}, "about"),
        ({"about": "carer"}, "about"),
        ({"phone": 101}, "phone"),
        ({"hours": 2}, "hours"),
        ({"checked_on": None}, "checked_on"),
    ],
)
def test_a_mistyped_protector_is_found_at_start_up(change: dict[str, object], wrong: str) -> None:
    good = {"to": "police", "source": "x", "checked_on": date(2026, 11, 22)}
    assert protector_faults(good) == []
    assert wrong in {key for key, _problem in protector_faults(good | change)}
