"""Who is told first, who next, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from engage.alerts.rules import (
    FAST_ROUNDS,
    SLOW_NAG,
    AlertKind,
    AlertState,
    Chain,
    Contact,
    Urgency,
    first_telling,
    initials,
    late_by,
    may_join,
    next_telling,
    urgency_of,
)

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADE, JO, SAM, SUE, OLU = (Contact(uuid4(), step) for step in (
    "check_in", "carer", "social_worker", "supervisor", "out_of_hours",
))  # fmt: skip
CHAIN = Chain(
    levels=(("check_in",), ("carer",), ("out_of_hours",), ("social_worker",), ("supervisor",)),
    waits=(10 * MINUTE, 5 * MINUTE, 5 * MINUTE, 20 * MINUTE, 15 * MINUTE),
    nag=15 * MINUTE,
)
ALL = [SUE, SAM, OLU, JO, ADE]


def ids(*people: Contact) -> set[UUID]:
    return {person.person_id for person in people}


def test_the_chosen_person_is_told_first_and_has_their_own_wait() -> None:
    telling = first_telling(CHAIN, ALL, NOW)
    assert telling.people == (ADE,)
    assert (telling.level, telling.round) == (0, 0)
    assert telling.next_due_at == NOW + 10 * MINUTE


def test_a_level_without_anybody_is_skipped_at_once() -> None:
    telling = first_telling(CHAIN, [SAM, SUE], NOW)
    assert telling.people == (SAM,)
    assert telling.level == 3
    assert telling.next_due_at == NOW + 20 * MINUTE


def test_the_chain_climbs_in_order_then_tells_everybody_again() -> None:
    order, told, level, round_no = [], set(), 0, 0
    first = first_telling(CHAIN, ALL, NOW)
    told |= ids(*first.people)
    for _ in range(6):
        telling = next_telling(CHAIN, ALL, level=level, round_no=round_no, told=told, now=NOW)
        order.append(telling.people)
        level, round_no = telling.level, telling.round
        told |= ids(*telling.people)
    assert order == [
        (JO,),
        (OLU,),
        (SAM,),
        (SUE,),
        (ADE, JO, OLU, SAM, SUE),
        (ADE, JO, OLU, SAM, SUE),
    ]
    assert round_no == 2


def test_nagging_slows_down_but_never_ends() -> None:
    fast = next_telling(CHAIN, ALL, level=4, round_no=1, told=(), now=NOW)
    slow = next_telling(CHAIN, ALL, level=4, round_no=FAST_ROUNDS, told=(), now=NOW)
    assert fast.next_due_at == NOW + CHAIN.nag
    last_fast = next_telling(CHAIN, ALL, level=4, round_no=FAST_ROUNDS - 1, told=(), now=NOW)
    assert last_fast.next_due_at == NOW + CHAIN.nag
    patient = replace(CHAIN, nag=2 * SLOW_NAG)
    late = next_telling(patient, ALL, level=4, round_no=FAST_ROUNDS, told=(), now=NOW)
    assert late.next_due_at == NOW + 2 * SLOW_NAG
    assert slow.next_due_at == NOW + SLOW_NAG
    assert slow.people


def test_the_step_comes_before_the_rank_of_who_stands_on_it() -> None:
    chain = Chain((("carer", "social_worker"),), (MINUTE,), MINUTE)
    first, second, worker = (
        Contact(uuid4(), "carer", 1),
        Contact(uuid4(), "carer", 2),
        Contact(uuid4(), "social_worker"),
    )
    told = first_telling(chain, [worker, second, first], NOW)
    assert told.people == (first, second, worker)


def test_nobody_is_told_twice_on_the_way_up() -> None:
    both = Contact(JO.person_id, "social_worker")
    telling = next_telling(
        CHAIN, [ADE, JO, both, SUE], level=1, round_no=0, told=ids(ADE, JO), now=NOW
    )
    assert telling.people == (SUE,)
    again = next_telling(CHAIN, [JO, both], level=4, round_no=1, told=(), now=NOW)
    assert len(again.people) == 1


def test_with_nobody_at_all_the_chain_keeps_looking() -> None:
    telling = first_telling(CHAIN, [], NOW)
    assert telling.people == ()
    assert telling.next_due_at == NOW + CHAIN.nag
    later = next_telling(CHAIN, [SUE], level=telling.level, round_no=1, told=(), now=NOW)
    assert later.people == (SUE,)


@pytest.mark.parametrize("kind", AlertKind)
def test_danger_and_wanting_back_are_urgent(kind: AlertKind) -> None:
    urgent = {
        "sos", "not_ok", "help", "ready", "unanswered", "overdue", "not_back", "due",
        "step_failed", "concern", "feedback", "harm", "seen", "referral",
    }  # fmt: skip
    assert urgency_of(kind) is (Urgency.NOW if kind in urgent else Urgency.SOON)


@pytest.mark.parametrize(
    ("kind", "raised", "state", "joins"),
    [
        (AlertKind.WORDS, AlertKind.TALK, AlertState.OPEN, True),
        (AlertKind.WORDS, AlertKind.TALK, AlertState.ACKNOWLEDGED, True),
        (AlertKind.TALK, AlertKind.WORDS, AlertState.OPEN, False),
        (AlertKind.SOS, AlertKind.NOT_OK, AlertState.OPEN, False),
        (AlertKind.NOT_OK, AlertKind.SOS, AlertState.OPEN, True),
        (AlertKind.NOT_OK, AlertKind.SOS, AlertState.ACKNOWLEDGED, False),
        (AlertKind.TEXTS_OFF, AlertKind.SOS, AlertState.OPEN, False),
        (AlertKind.TEXTS_OFF, AlertKind.TEXTS_OFF, AlertState.OPEN, True),
        (AlertKind.TEXTS_OFF, AlertKind.TEXTS_OFF, AlertState.ACKNOWLEDGED, False),
    ],
)
def test_only_what_adds_nothing_joins_an_alert(
    kind: AlertKind, raised: AlertKind, state: AlertState, joins: bool
) -> None:
    assert may_join(kind, raised, state) is joins


def test_a_step_is_late_only_when_the_scheduler_had_stopped() -> None:
    assert late_by(NOW, NOW + timedelta(seconds=30)) is None
    assert late_by(NOW, NOW + timedelta(seconds=60)) is None
    assert late_by(NOW, NOW + timedelta(hours=2)) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Maya", "M"),
        ("Maya Ali", "MA"),
        ("  ", "?"),
        ("Élan-Zoé O'Neil", "ÉO"),
        ("李 小龍", "李小"),
    ],
)
def test_initials_stand_for_a_name(name: str, shown: str) -> None:
    assert initials(name) == shown
