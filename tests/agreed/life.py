"""A young person's life on the real tables, and a list of Fridays to compare it with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from engage.agreed import actions as times
from engage.agreed import away_actions
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState, Proposal, Repeat, TimeState, days_of
from engage.agreed.sweep_actions import sweep_expected
from engage.alerts.models import AlertNotice
from engage.audit.models import AuditEntry
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.people import actions as people
from engage.people.access import SYSTEM, Viewer
from engage.people.models import Organisation, RelationshipKind
from engage.people.queries import viewer_of
from tests.cast import Cast
from tests.checkins.texting import ADDRESS

OPEN = (ExpectedState.WAITING, ExpectedState.ASKED)


@dataclass
class Life:
    """One young person, and what was done, in the words of the test."""

    young: UUID
    worker: Viewer
    now: datetime
    # When each agreed time held: from, until (None: still), without pauses.
    held: dict[UUID, list[list[datetime | None]]] = field(default_factory=dict)
    taps: int = 0

    def viewer(self) -> Viewer:
        found = viewer_of(SYSTEM, self.young, now=self.now)
        assert found is not None
        return found

    def pass_time(self, span: timedelta, lag: timedelta) -> None:
        """Let the clock run; the scheduler takes each step `lag` after it is due at most."""
        until = self.now + span
        while True:
            due = db.session.scalar(select(func.min(ExpectedCheckIn.next_step_at)))
            if due is None or due + lag > until:
                break
            at = max(due + lag, self.now)
            assert sweep_expected(now=at, address=ADDRESS) > 0
            db.session.commit()
            assert sweep_expected(now=at, address=ADDRESS) == 0, "a step is taken once"
            db.session.rollback()
        self.now = until

    def agree(self, proposal: Proposal, replaces: AgreedTime | None = None) -> None:
        time = times.propose(
            self.worker, self.young, proposal, said_aloud=True, replaces=replaces, now=self.now
        )
        self.held[time.id] = [[self.now, None]]
        if replaces is not None:
            self.stop(replaces.id)

    def stop(self, time_id: UUID) -> None:
        last = self.held[time_id][-1]
        if last[1] is None or last[1] > self.now:
            last[1] = self.now
            assert last[0] is not None
            if last[0] >= last[1]:
                self.held[time_id].pop()
        if not self.held[time_id]:
            self.held[time_id] = [[self.now, self.now]]

    def do(self, act: str, amount: int) -> None:
        live = [one for one in mine(self.young) if one.state == TimeState.ACTIVE]
        one = live[amount % len(live)] if live else None
        if act in ("ok", "not_ok"):
            self.taps += 1
            tap = Tap(Kind(act), f"key-{self.young.hex[:12]}-{self.taps}")
            receive_tap(self.viewer(), self.young, tap, now=self.now, address=ADDRESS)
        elif act == "away":
            away_actions.begin_away(self.worker, self.young, now=self.now)
        elif act == "back":
            away_actions.note_back(self.young, now=self.now)
        elif act == "heard":
            for row in rows(self.young):
                if row.settled_at is None and times.note_heard(self.worker, row.id, now=self.now):
                    break
        elif one is not None:
            self._change(act, one, amount)
        db.session.commit()

    def _change(self, act: str, one: AgreedTime, amount: int) -> None:
        if act == "pause":
            until = self.now + timedelta(days=1 + 3 * amount)
            times.pause(self.worker, one.id, until, now=self.now)
            self.stop(one.id)
            self.held[one.id].append([until, None])
        elif act == "go_on" and one.paused_until is not None:
            times.go_on(self.worker, one.id, now=self.now)
            self.stop(one.id)
            self.held[one.id].append([self.now, None])
        elif act == "end":
            times.end(self.worker, one.id, now=self.now)
            self.stop(one.id)
        elif act == "change":
            weekly = one.repeat == Repeat.WEEKLY
            self.agree(
                Proposal(Repeat.WEEKLY, frozenset({amount, 4}), "22:00", grace_minutes=30)
                if weekly
                else Proposal(Repeat.WHILE_AWAY, every_hours=6, grace_minutes=30),
                one,
            )


def rows(young: UUID) -> list[ExpectedCheckIn]:
    db.session.expire_all()
    wanted = select(ExpectedCheckIn).where(ExpectedCheckIn.young_person_id == young)
    return list(db.session.scalars(wanted.order_by(ExpectedCheckIn.due_at)))


def mine(young: UUID) -> list[AgreedTime]:
    db.session.expire_all()
    wanted = select(AgreedTime).where(AgreedTime.young_person_id == young)
    return list(db.session.scalars(wanted.order_by(AgreedTime.proposed_at, AgreedTime.repeat)))


def begin(cast: Cast, start: datetime, zone: str) -> Life:
    """Begin an empty life, with nothing left of the one before."""
    db.session.rollback()
    db.session.execute(update(AgreedTime).values(replaces_id=None))
    for table in (ExpectedCheckIn, AgreedTime):
        db.session.execute(delete(table))
    db.session.get_one(Organisation, cast.organisation).time_zone = zone
    young = people.create_young_person(
        SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name="Rae",
        phone=None, locale="en", now=start,
    )  # fmt: skip
    for who, kind in (
        (cast.sam, RelationshipKind.SOCIAL_WORKER),
        (cast.jo, RelationshipKind.CARER),
    ):
        people.assign(SYSTEM, young.id, who, kind, now=start)
    db.session.commit()
    return Life(young.id, cast.viewer(cast.sam, start), start)


def fridays(one: AgreedTime, start: datetime, until: datetime) -> list[datetime]:
    """List the deadlines of an agreed time by counting days on a calendar, nothing else."""
    zone, found = ZoneInfo(one.zone), []
    wall = time.fromisoformat(one.wall or "")
    day: date = start.astimezone(zone).date() - timedelta(days=1)
    while day <= until.astimezone(zone).date() + timedelta(days=1):
        if day.weekday() in days_of(one.days):
            found.append(datetime.combine(day, wall, zone).astimezone(UTC))
        day += timedelta(days=1)
    return found


def check_nothing_twice(life: Life) -> None:
    found = rows(life.young)
    keys = Counter((one.agreed_time_id, one.due_at) for one in found)
    assert set(keys.values()) <= {1}, "one deadline, one row"
    raised = Counter(
        db.session.scalars(
            select(AuditEntry.object_id).where(
                AuditEntry.verb == "expected_check_in:overdue", AuditEntry.subject_id == life.young
            )
        )
    )
    assert set(raised.values()) <= {1}, "told of once"
    assert {one.id for one in found if one.raised_at is not None} == set(raised)
    told = Counter(
        db.session.execute(
            select(
                AlertNotice.alert_id, AlertNotice.person_id, AlertNotice.level, AlertNotice.round
            )
        ).all()
    )
    assert set(told.values()) <= {1}, "nobody twice at one level"


def check_what_is_open(life: Life) -> None:
    """What holds now expects one check-in more, or waits out the grace of the last one; what
    does not hold expects none.
    """
    for one in mine(life.young):
        waits = [
            row for row in rows(life.young) if row.agreed_time_id == one.id and row.state in OPEN
        ]
        coming = [row for row in waits if row.due_at > life.now]
        in_grace = [row for row in waits if row.due_at <= life.now]
        runs = one.state == TimeState.ACTIVE and (
            one.repeat == Repeat.WEEKLY or one.running_since is not None
        )
        assert len(coming) <= (1 if runs else 0), (one.state, one.repeat, coming)
        assert not runs or coming or in_grace, (one.state, one.repeat, "forgotten")
        assert all(row.next_step_at is not None for row in waits), "a clock looks at it"
        for row in coming:
            assert row.next_step_at <= row.overdue_at
            if one.paused_until is not None and one.paused_until > life.now:
                assert row.due_at >= one.paused_until


def check_fridays(life: Life, start: datetime) -> None:
    """Every deadline that fell while the time held was met or told of; no other was."""
    for one in mine(life.young):
        if one.repeat != Repeat.WEEKLY:
            continue
        by_due = {row.due_at: row for row in rows(life.young) if row.agreed_time_id == one.id}
        for due in fridays(one, start, life.now):
            held = any(
                since < due and (until is None or due < until) and due < life.now
                for since, until in life.held[one.id]
                if since is not None
            )
            row = by_due.get(due)
            if held:
                assert row is not None, f"{due} was forgotten"
                assert row.state != ExpectedState.CALLED_OFF, f"{due} was called off"
        for due, row in by_due.items():
            assert due in fridays(one, start, due + timedelta(days=1)), "a deadline of its own"
            if row.raised_at is not None:
                assert any(
                    since is not None and since <= due and (until is None or due <= until)
                    for since, until in life.held[one.id]
                ), f"{due} was told of, and nobody had agreed to it"
