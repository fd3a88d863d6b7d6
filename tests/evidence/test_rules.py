"""What is asked about telling somebody, what is blank, and what was late."""

from datetime import date, datetime, timedelta

import pytest

from engage.episodes.notice_rules import NoticeState, Phase, appears, is_moot
from engage.episodes.rules import EpisodeState
from engage.evidence.rules import (
    AT_ONCE_ALLOWS,
    PAGES,
    Field,
    Group,
    LeftOut,
    TellingProblem,
    asked,
    blanks,
    groups,
    is_late,
    on_page,
    reasons_for,
    state_agreed,
    state_left_out,
    state_told,
    telling_problem,
)
from engage.policy.notice_rules import Notice
from engage.policy.queries import names, pack
from tests.cast import NOW

HOUR = timedelta(hours=1)
S = EpisodeState


def rule(to: str, phase: str = "missing", *evidence: str) -> Notice:
    return Notice(to, phase, "report_police", "a source", date(2026, 1, 1), evidence)


POLICE = rule(
    "police", "missing", "agency", "report_number", "ncic_asked", "what_was_sent", "reported_by"
)


def test_the_police_are_asked_about_fully() -> None:
    """Source: MISSION C21."""
    assert set(asked(POLICE)) == {
        Field.TIME, Field.ROUTE, Field.AGENCY, Field.NAME, Field.BADGE, Field.PHONE,
        Field.REPORT_NUMBER, Field.NCIC_ASKED, Field.NCIC_NUMBER, Field.WHAT_WAS_SENT,
        Field.REPORTED_BY,
    }  # fmt: skip
    assert groups(POLICE) == (Group.CONTACT, Group.NUMBERS, Group.SENT)


def test_where_there_is_no_ncic_nobody_is_asked_about_it() -> None:
    british = rule("police", "missing", "agency", "report_number")
    assert not {Field.NCIC_ASKED, Field.NCIC_NUMBER} & set(asked(british))


def test_the_national_centre_is_asked_not_to_say_that_it_is_about_care() -> None:
    """Source: MISSION C22."""
    assert Field.NOT_IN_CARE in asked(rule("ncmec", "missing", "report_number"))
    assert Field.NCIC_ASKED not in asked(rule("ncmec", "missing", "report_number"))


def test_who_hears_of_a_return_is_asked_when_how_and_whom_alone() -> None:
    for to in ("police", "ncmec", "school", "warrants"):
        assert asked(rule(to, "returned")) == (Field.TIME, Field.ROUTE, Field.NAME)
        assert groups(rule(to, "returned")) == (Group.CONTACT,)


def test_every_field_that_is_asked_stands_on_one_page_only() -> None:
    everywhere = [name for fields in PAGES.values() for name in fields]
    assert len(everywhere) == len(set(everywhere))
    for each in (notice for name in names() for notice in pack(name).notices):
        shown = [f for g in groups(each) for f in on_page(each, g, is_late=False)]
        assert shown == list(asked(each))


@pytest.mark.parametrize("phase", ["missing", "returned"])
def test_a_late_one_asks_why_on_its_last_page_and_is_not_done_without(phase: str) -> None:
    for each in (POLICE, rule("school", phase)):
        last = groups(each)[-1]
        assert Field.LATE_REASON in on_page(each, last, is_late=True)
        assert Field.LATE_REASON not in on_page(each, last, is_late=False)
        for group in groups(each)[:-1]:
            assert Field.LATE_REASON not in on_page(each, group, is_late=True)
        assert blanks(each, set(asked(each)), is_late=False) == ()
        assert blanks(each, set(asked(each)), is_late=True) == (Field.LATE_REASON,)


def test_what_may_come_later_is_no_blank() -> None:
    known = set(asked(POLICE)) - {Field.NCIC_NUMBER, Field.BADGE, Field.PHONE}
    assert blanks(POLICE, known, is_late=False) == ()
    assert blanks(POLICE, known - {Field.REPORT_NUMBER}, is_late=False) == (Field.REPORT_NUMBER,)


@pytest.mark.parametrize("name", names())
def test_no_pack_wants_what_is_never_asked(name: str) -> None:
    for each in pack(name).notices:
        assert set(blanks(each, (), is_late=False)) <= set(asked(each))


@pytest.mark.parametrize(
    ("told_after", "due_after", "now_after", "late"),
    [
        (1, 2, 9, False),
        (2, 2, 9, False),
        (2.1, 2, 9, True),
        (None, 2, 1, False),
        (None, 2, 3, True),
        (None, None, 99, False),
        (5, None, 9, False),
    ],
)
def test_late_is_by_when_they_were_told_not_by_when_it_was_noted(
    told_after: float | None, due_after: float | None, now_after: float, late: bool
) -> None:
    told = NOW + told_after * HOUR if told_after is not None else None
    due = NOW + due_after * HOUR if due_after is not None else None
    assert is_late(told, NOW, due, now=NOW + now_after * HOUR) is late


def test_at_once_is_not_late_in_the_time_that_a_call_takes() -> None:
    assert not is_late(NOW + AT_ONCE_ALLOWS, NOW, NOW, now=NOW + 9 * HOUR)
    assert is_late(NOW + AT_ONCE_ALLOWS + timedelta(minutes=1), NOW, NOW, now=NOW)


@pytest.mark.parametrize(
    ("told_at", "phase", "problem"),
    [
        (NOW, "missing", None),
        (NOW + timedelta(minutes=4), "missing", None),
        (NOW + timedelta(minutes=6), "missing", TellingProblem.FUTURE),
        (NOW - timedelta(days=365), "missing", None),
        (NOW - timedelta(days=367), "missing", TellingProblem.TOO_LONG_AGO),
        (NOW - 2 * HOUR, "missing", None),
        (NOW - 2 * HOUR, "returned", TellingProblem.BEFORE_RETURN),
        (NOW - HOUR, "returned", None),
    ],
)
def test_when_somebody_can_have_been_told(
    told_at: datetime, phase: str, problem: TellingProblem | None
) -> None:
    assert telling_problem(told_at, phase=phase, returned_at=NOW - HOUR, now=NOW) == problem


def test_what_somebody_becomes_when_told_or_left_out() -> None:
    assert state_told([]) == NoticeState.DONE
    assert state_told([Field.NAME]) == NoticeState.STARTED
    assert state_left_out("parents", LeftOut.NOT_SAFE) == NoticeState.NOT_SAFE
    assert state_left_out("parents", LeftOut.OTHER) == NoticeState.NOT_NEEDED
    for to in ("police", "ncmec"):
        for why in LeftOut:
            assert state_left_out(to, why) == NoticeState.WAITING
    assert state_agreed(LeftOut.NOT_SAFE) == NoticeState.NOT_SAFE
    assert state_agreed(LeftOut.KNOW_ALREADY) == NoticeState.NOT_NEEDED


def test_some_reasons_fit_a_return_only() -> None:
    assert set(reasons_for("returned")) == set(LeftOut)
    assert set(LeftOut) - set(reasons_for("missing")) == {LeftOut.NEVER_TOLD, LeftOut.AWAY_AGAIN}


@pytest.mark.parametrize(
    ("phase", "state", "running", "was_missing", "was_told", "shows"),
    [
        (Phase.MISSING, S.LATE, (), False, False, False),
        (Phase.MISSING, S.WORRIED, ("x",), False, False, False),
        # A legal clock that runs from the first worry shows whom to tell at once.
        (Phase.MISSING, S.WORRIED, ("report_police",), False, False, True),
        (Phase.MISSING, S.MISSING, (), True, False, True),
        (Phase.MISSING, S.AWAY, (), True, False, True),
        (Phase.MISSING, S.RETURNING, (), True, False, True),
        (Phase.MISSING, S.RETURNED, ("report_police",), True, False, False),
        (Phase.RETURNED, S.MISSING, ("report_police",), True, True, False),
        (Phase.RETURNED, S.RETURNED, (), True, False, True),
        (Phase.RETURNED, S.RETURNED, (), False, False, False),
        (Phase.RETURNED, S.RETURNED, (), False, True, True),
        (Phase.RETURNED, S.CLOSED, (), False, True, True),
    ],
)
def test_when_somebody_shows_on_the_list(
    phase: Phase,
    state: EpisodeState,
    running: tuple[str, ...],
    was_missing: bool,
    was_told: bool,
    shows: bool,
) -> None:
    found = appears(
        phase, "report_police", state, running=running, was_missing=was_missing, was_told=was_told
    )
    assert found is shows


@pytest.mark.parametrize("state", list(NoticeState))
def test_only_who_was_not_told_can_be_moot(state: NoticeState) -> None:
    untold = state in (NoticeState.OPEN, NoticeState.WAITING)
    assert is_moot("missing", state, S.CLOSED, was_missing=False) is untold
    assert not is_moot("missing", state, S.CLOSED, was_missing=True)
    assert not is_moot("missing", state, S.WORRIED, was_missing=False)
    assert not is_moot("returned", state, S.RETURNED, was_missing=False)
