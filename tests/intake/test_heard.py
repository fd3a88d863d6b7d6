"""Word of somebody missing that nobody has: those on duty hear, at any hour, once; it climbs."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind, AlertState, Urgency
from engage.alerts.sweep_actions import sweep as climb
from engage.db import db
from engage.intake import deciding_actions as deciding
from engage.intake.actions import Arrived, receive, receive_many
from engage.intake.models import Referral
from engage.intake.rules import LOOKED, MOST_APART, SEEN_WITHIN, About, CameBy, Known, State, Turn
from engage.intake.sweep_actions import sweep
from engage.messaging.models import Message
from engage.people.access import SYSTEM
from engage.people.models import Organisation, RoleGrant
from engage.policy.queries import pack
from engage.worker.steps import STEPS, sweep_referrals
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.intake.conftest import WORDS, came, draft, stored

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SEEN = SEEN_WITHIN


def swept(now: datetime, limit: int = 500) -> int:
    done = sweep(now=now, address=ADDRESS, limit=limit)
    db.session.commit()
    return done


def alerts() -> list[Alert]:
    db.session.expire_all()
    found = select(Alert).where(Alert.kind == AlertKind.REFERRAL)
    return list(db.session.scalars(found.order_by(Alert.raised_at, Alert.id)))


def told() -> set[UUID]:
    return set(db.session.scalars(select(AlertNotice.person_id)))


@pytest.mark.parametrize("policy", ["england", "scotland", "missouri", "california", "plymouth"])
def test_every_pack_says_how_long_it_may_wait(policy: str) -> None:
    clock = pack(policy).strictest("referral_seen")
    assert timedelta(0) < clock.duration <= timedelta(minutes=15) and clock.source


def test_nobody_hears_before_its_time_then_the_night_team_does(inside: Cast) -> None:
    referral = came(inside)
    assert swept(NOW + SEEN - SECOND) == 0 and not alerts()
    assert swept(NOW + SEEN) == 1
    [alert] = alerts()
    assert (alert.about_kind, alert.about_id, alert.young_person_id) == (
        "referral", referral, None,
    )  # fmt: skip
    assert alert.urgency == Urgency.NOW and alert.state == AlertState.OPEN
    assert inside.olu in told() and inside.sue not in told() and inside.sam not in told()


@pytest.mark.parametrize(
    "at",
    [
        # Night, day, a weekend, and the hour that London has twice and Chicago skips.
        datetime(2026, 11, 23, 3, 0, tzinfo=UTC), datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 15, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 55, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 55, tzinfo=UTC), datetime(2027, 3, 14, 7, 55, tzinfo=UTC),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["Europe/London", "America/Chicago"])
def test_ten_minutes_are_ten_minutes_at_any_hour_in_any_zone(
    inside: Cast, at: datetime, zone: str
) -> None:
    db.session.get_one(Organisation, inside.organisation).time_zone = zone
    came(inside, at=at)
    assert swept(at + SEEN - SECOND) == 0
    assert swept(at + SEEN) == 1 and len(alerts()) == 1


def test_it_is_raised_once_however_often_one_looks(inside: Cast) -> None:
    came(inside)
    came(inside)
    assert [swept(NOW + SEEN), swept(NOW + SEEN), swept(NOW + timedelta(days=1))] == [1, 0, 0]
    assert len(alerts()) == 1


def test_it_climbs_to_supervisors_when_nobody_has_it(inside: Cast) -> None:
    came(inside)
    swept(NOW + SEEN)
    climb(now=NOW + SEEN + 9 * MINUTE, address=ADDRESS, limit=50)
    db.session.commit()
    assert inside.sue not in told()
    climb(now=NOW + SEEN + 10 * MINUTE, address=ADDRESS, limit=50)
    db.session.commit()
    assert inside.sue in told()
    assert not {inside.far_zed_worker, inside.far_zed_supervisor, inside.sam} & told()


def test_without_a_night_team_the_supervisors_hear_at_once(inside: Cast) -> None:
    for grant in db.session.query(RoleGrant).filter_by(person_id=inside.olu):
        grant.ends_at = NOW
    came(inside)
    swept(NOW + SEEN)
    assert inside.sue in told()


def test_with_nobody_to_tell_every_member_of_staff_sees_it(inside: Cast) -> None:
    for grant in db.session.query(RoleGrant):
        grant.ends_at = NOW
    came(inside)
    swept(NOW + SEEN)
    [alert] = alerts()
    assert alert.nobody_told and alert.next_due_at is not None


def test_the_text_holds_no_name_and_nothing_of_what_came(inside: Cast) -> None:
    came(inside)
    swept(NOW + SEEN)
    sent = list(db.session.scalars(select(Message).where(Message.template == "alert_referral")))
    assert {each.person_id for each in sent} == told()
    for each in sent:
        params = json.loads(str(each.params))
        assert set(params) == {"who", "link"} and params["who"] == "?"
        assert "Maya" not in str(each.params) and WORDS not in str(each.params)


@pytest.mark.parametrize("about", [each for each in About if each is not About.MISSING])
def test_other_news_wakes_nobody(inside: Cast, about: About) -> None:
    assert stored(came(inside, about=about)).tell_at is None
    assert swept(NOW + timedelta(days=2)) == 0 and not alerts()


def decide(cast: Cast, referral: UUID, how: str) -> None:
    sam = cast.viewer(cast.sam)
    match how:
        case "match":
            deciding.match(sam, referral, cast.maya, Known.LOOKED_AFTER, now=NOW + MINUTE)
        case "nobody":
            deciding.say_nobody_here(sam, referral, Known.NOT_KNOWN, now=NOW + MINUTE)
        case "allocate":
            deciding.allocate(sam, referral, team_id=None, owner_id=cast.sam, now=NOW + MINUTE)
        case "finish":
            deciding.finish(sam, referral, State.NOT_OURS, "Elsewhere", now=NOW + MINUTE)
    db.session.commit()


@pytest.mark.parametrize("how", ["match", "nobody", "allocate", "finish"])
def test_whoever_decides_in_time_keeps_it_quiet(inside: Cast, how: str) -> None:
    referral = came(inside)
    decide(inside, referral, how)
    assert swept(NOW + SEEN) == 0 and not alerts()


@pytest.mark.parametrize("how", ["match", "nobody", "allocate", "finish"])
def test_whoever_decides_later_has_the_alert(inside: Cast, how: str) -> None:
    referral = came(inside)
    swept(NOW + SEEN)
    decide(inside, referral, how)
    [alert] = alerts()
    assert (alert.state, alert.acknowledged_by_id) == (AlertState.ACKNOWLEDGED, inside.sam)


def test_to_put_a_letter_right_is_not_to_have_it(inside: Cast) -> None:
    referral = came(inside)
    deciding.correct(inside.viewer(inside.sam), referral, name="Mayah", born=None, phone=None,
                     reference="", now=NOW + MINUTE)  # fmt: skip
    db.session.commit()
    assert swept(NOW + SEEN) == 1 and len(alerts()) == 1


def test_of_two_that_are_one_the_first_still_waits(inside: Cast) -> None:
    first, later = came(inside, "1"), came(inside, "2", at=NOW + MINUTE)
    deciding.merge(inside.viewer(inside.sam), first, later, now=NOW + 2 * MINUTE)
    db.session.commit()
    assert swept(NOW + SEEN + MINUTE) == 1
    assert [each.about_id for each in alerts()] == [first]


def test_a_few_at_once_are_an_alert_each(inside: Cast) -> None:
    ids = {came(inside, str(number)) for number in range(MOST_APART)}
    assert swept(NOW + SEEN) == MOST_APART
    assert {each.about_id for each in alerts()} == ids


def test_a_sheet_of_many_is_one_alert_about_the_oldest(inside: Cast) -> None:
    first = came(inside, "first", at=NOW - MINUTE)
    lines = [Arrived(draft(name=f"N{n}"), CameBy.SHEET, str(n)) for n in range(MOST_APART + 3)]
    receive_many(SYSTEM, inside.organisation, lines, now=NOW)
    db.session.commit()
    assert swept(NOW + SEEN) == MOST_APART + 4
    assert [each.about_id for each in alerts()] == [first]
    assert swept(NOW + timedelta(days=1)) == 0


def test_each_house_hears_of_its_own(inside: Cast) -> None:
    here, there = came(inside), came(inside, house=inside.other_organisation)
    swept(NOW + SEEN)
    assert {(each.organisation_id, each.about_id) for each in alerts()} == {
        (inside.organisation, here), (inside.other_organisation, there),
    }  # fmt: skip


def test_a_batch_at_a_time_leaves_nothing_behind(inside: Cast) -> None:
    for number in range(5):
        came(inside, str(number), at=NOW + number * SECOND)
    assert [swept(NOW + SEEN + MINUTE, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(alerts()) == 5


def test_what_came_before_is_not_doubled_by_the_same_mark(inside: Cast) -> None:
    arrived = Arrived(draft(), CameBy.PROGRAM, "1")
    receive(SYSTEM, inside.organisation, arrived, now=NOW)
    db.session.commit()
    swept(NOW + SEEN)
    receive(SYSTEM, inside.organisation, arrived, now=NOW + timedelta(hours=1))
    db.session.commit()
    assert db.session.query(Referral).one().tell_at is None
    assert swept(NOW + timedelta(days=1)) == 0 and len(alerts()) == 1


def test_the_worker_goes_round_for_it(inside: Cast, settings) -> None:
    assert any(step.act is sweep_referrals and not step.is_slow for step in STEPS)
    came(inside)
    sweep_referrals(settings, None, NOW + SEEN)  # type: ignore[arg-type]
    assert len(alerts()) == 1


def test_what_shows_that_a_person_looked() -> None:
    assert {Turn.MATCHED, Turn.UNMATCHED, Turn.KNOWN, Turn.ALLOCATED, Turn.MERGED,
                      Turn.NOT_OURS, Turn.DONE} == LOOKED  # fmt: skip
