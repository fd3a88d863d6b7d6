"""Opening what is closed, for an hour, saying why: seen by others at once, and looked over after.

Source: SAFETY 5.3. Nothing opens unless its notice and its line in the audit are kept with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.db import begin_write, db
from engage.emergencies.queries import (
    FOUND,
    MAY_OPEN,
    closed_parts,
    get_asked_about,
    get_use,
    people_called,
    supervises,
)
from engage.emergencies.rules import (
    MOST_MATCHES,
    ReasonCode,
    is_too_old,
    needs_supervisor,
    says_enough,
)
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.access import SYSTEM, Viewer, access_to
from engage.people.emergency_models import EmergencyUse, ReviewOutcome, UseState
from engage.people.models import EmergencyAccess, Person, Role
from engage.people.queries import viewer_of, workers_of
from engage.people.rules import EMERGENCY_LENGTH, REVIEW_WITHIN, working_days_after
from engage.teams.reading import Told, supervisors_of
from engage.web.errors import Changed, NotFound


class ReasonTooShort(ValueError):
    """The reason says too little for whoever reviews it."""


class NobodyToTell(Exception):
    """Nobody but the worker would hear of it, so nothing opens."""


class TooManyMatches(Exception):
    """So many people have this name that it says nothing about whom is meant."""


def search(viewer: Viewer, typed: str, *, now: datetime) -> int:
    """Look for a young person of the viewer's organisation by exact number or whole name.

    Every search is written down, whoever it finds as well. Returns how many were found; who
    they are is `found_lately`. Raises TooManyMatches.
    """
    if not viewer.roles & MAY_OPEN:
        raise NotFound("emergency")
    people = people_called(viewer, typed, now=now)
    how = "number" if any(c.isdigit() for c in typed) else "name"
    record("emergency:searched", viewer=viewer, now=now, object_kind="search", reason=how)
    if len(people) > MOST_MATCHES:
        raise TooManyMatches
    for person_id in people:
        record(FOUND, viewer=viewer, now=now, subject_id=person_id, object_kind="young_person",
               object_id=person_id)  # fmt: skip
    return len(people)


def open_in_emergency(
    viewer: Viewer,
    young_person_id: UUID,
    sections: Sequence[str],
    *,
    code: ReasonCode,
    reason: str,
    address: str,
    now: datetime,
) -> EmergencyUse:
    """Let a worker read these closed parts of one young person for an hour, or ask a supervisor.

    A second click finds what the first one opened. The second time within a week a supervisor must
    say yes first: the use then waits. Supervisors
    and the young person's own worker are told in the same transaction. `address` is our public
    address. Raises NotFound, ReasonTooShort, NobodyToTell.
    """
    _take_turn(viewer)
    if sections and (open_now := _opened_now(viewer, young_person_id, sections, now)):
        return open_now
    access = get_asked_about(viewer, young_person_id, now=now)
    allowed = closed_parts(viewer, access)
    wanted = [part for part in allowed if part in sections]
    if not wanted or set(sections) - set(allowed):
        raise NotFound("part")
    if not says_enough(reason):
        raise ReasonTooShort
    is_supervisor = Role.SUPERVISOR in viewer.roles
    use = EmergencyUse(
        person_id=viewer.person_id,
        young_person_id=young_person_id,
        sections=wanted,
        reason_code=code,
        reason=reason,
        state=UseState.WAITING,
        asked_at=now,
    )
    before = _opened_before(viewer, young_person_id)
    db.session.add(use)
    db.session.flush()
    if needs_supervisor(before, is_supervisor=is_supervisor, now=now):
        record("emergency:asked", viewer=viewer, now=now, subject_id=young_person_id,
               object_kind="emergency", object_id=use.id, reason=code)  # fmt: skip
        told = _supervisors(viewer, use, now)
        _tell("alert_emergency_asked", use, told, address, now)
    else:
        _open(viewer, use, address, now)
    return use


def _take_turn(viewer: Viewer) -> None:
    """Let one worker open one thing at a time, so that two clicks are not two first times."""
    begin_write(db.session)
    db.session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())


def _opened_now(
    viewer: Viewer, young_person_id: UUID, sections: Sequence[str], now: datetime
) -> EmergencyUse | None:
    """Return what this worker opened already, if it holds exactly these parts and still runs."""
    running = db.session.scalars(
        select(EmergencyUse).where(
            EmergencyUse.person_id == viewer.person_id,
            EmergencyUse.young_person_id == young_person_id,
            EmergencyUse.state == UseState.OPENED,
            EmergencyUse.starts_at <= now,
            EmergencyUse.ends_at > now,
        )
    )
    return next((use for use in running if set(use.sections) == set(sections)), None)


def _opened_before(viewer: Viewer, young_person_id: UUID) -> Iterable[datetime]:
    found = select(EmergencyUse.starts_at).where(
        EmergencyUse.person_id == viewer.person_id,
        EmergencyUse.young_person_id == young_person_id,
        EmergencyUse.starts_at.is_not(None),
    )
    return [at for at in db.session.scalars(found) if at is not None]


def _open(actor: Viewer, use: EmergencyUse, address: str, now: datetime) -> None:
    """Open the parts of a use for its worker, and tell the others."""
    use.state = UseState.OPENED
    use.starts_at, use.ends_at = now, now + EMERGENCY_LENGTH
    use.review_due_at = working_days_after(now, REVIEW_WITHIN)
    worker = Viewer(person_id=use.person_id, kind=actor.kind, area="staff")
    for section in use.sections:
        db.session.add(
            EmergencyAccess(
                use_id=use.id,
                person_id=use.person_id,
                young_person_id=use.young_person_id,
                section=section,
                starts_at=now,
                ends_at=use.ends_at,
            )
        )
        record("emergency:opened", viewer=worker, now=now, subject_id=use.young_person_id,
               object_kind=section, object_id=use.id, reason=use.reason_code)  # fmt: skip
    db.session.flush()
    own = [
        Told(one.id, one.locale)
        for one in workers_of(SYSTEM, use.young_person_id, now=now)
        if one.id != use.person_id and (one.ended_at is None or one.ended_at > now)
    ]
    told = [*_supervisors(worker, use, now), *own]
    _tell("alert_emergency_opened", use, told, address, now)


def _supervisors(viewer: Viewer, use: EmergencyUse, now: datetime) -> list[Told]:
    young_person = db.session.get(Person, use.young_person_id)
    assert young_person is not None
    teams = [young_person.team_id]
    return supervisors_of(viewer, young_person.organisation_id, teams, now=now)


def _tell(
    template: str, use: EmergencyUse, told: Iterable[Told], address: str, now: datetime
) -> None:
    people = list(dict.fromkeys(told))
    if not people:
        raise NobodyToTell
    young_person = db.session.get(Person, use.young_person_id)
    assert young_person is not None
    params = {"who": initials(young_person.name), "link": f"{address.rstrip('/')}/emergencies"}
    queue_many(
        [
            message_row(
                template,
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"emergency:{use.id}:{template}:{one.id}",
                person_id=one.id,
                locale=one.locale,
                params=params,
                about=use.young_person_id,
                object_kind="emergency",
                object_id=use.id,
            )
            for one in people
        ]
    )


def decide(viewer: Viewer, use_id: UUID, *, yes: bool, address: str, now: datetime) -> EmergencyUse:
    """Say yes or no, as a supervisor, to a worker who asks a second time within a week.

    The hour begins with the yes. Nobody decides for themselves; two at once: the first counts
    (Changed for the other). A request of yesterday is not found any more.
    """
    use = _of_another(viewer, use_id, now=now)
    if use.state != UseState.WAITING or is_too_old(use.asked_at, now):
        raise Changed("emergency")
    _require_still_possible(use, now)
    begin_write(db.session)
    state = UseState.OPENED if yes else UseState.REFUSED
    mine = (
        update(EmergencyUse)
        .where(EmergencyUse.id == use_id, EmergencyUse.state == UseState.WAITING)
        .values(state=state, decided_at=now, decided_by_id=viewer.person_id)
    )
    if db.session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        raise Changed("emergency")
    db.session.refresh(use)
    record(f"emergency:{'allowed' if yes else 'refused'}", viewer=viewer, now=now,
           subject_id=use.young_person_id, object_kind="emergency", object_id=use_id)  # fmt: skip
    if yes:
        _open(viewer, use, address, now)
    asker = db.session.get(Person, use.person_id)
    assert asker is not None
    _tell("alert_emergency_answered", use, [Told(asker.id, asker.locale)], address, now)
    return use


def _require_still_possible(use: EmergencyUse, now: datetime) -> None:
    """Make sure that the worker is still here in such a role, and the young person too."""
    asker = viewer_of(SYSTEM, use.person_id, now=now)
    if asker is None or not asker.roles & MAY_OPEN:
        raise Changed("emergency")
    if access_to(asker, use.young_person_id, now=now).organisation_id is None:
        raise Changed("emergency")


def _of_another(viewer: Viewer, use_id: UUID, *, now: datetime) -> EmergencyUse:
    """Return a use that the viewer supervises, and that is not their own; else NotFound."""
    use = get_use(viewer, use_id, now=now)
    if use.person_id == viewer.person_id:
        raise NotFound("emergency")
    if not supervises(viewer, use.young_person_id, now=now):
        raise NotFound("emergency")
    return use


def close(viewer: Viewer, use_id: UUID, *, now: datetime) -> None:
    """Close what is open before the hour is over; the next request reads nothing any more."""
    use = get_use(viewer, use_id, now=now)
    if use.ends_at is None or use.ends_at <= now:
        return
    use.ends_at = now
    db.session.execute(
        update(EmergencyAccess)
        .where(EmergencyAccess.use_id == use_id, EmergencyAccess.ends_at > now)
        .values(ends_at=now)
    )
    record("emergency:closed", viewer=viewer, now=now, subject_id=use.young_person_id,
           object_kind="emergency", object_id=use_id)  # fmt: skip


def note_read(viewer: Viewer, use: EmergencyUse, part: str, *, now: datetime) -> None:
    """Write down which part was read, for the supervisor who looks it over."""
    record("emergency:read", viewer=viewer, now=now, subject_id=use.young_person_id,
           object_kind=part, object_id=use.id)  # fmt: skip


def review(
    viewer: Viewer, use_id: UUID, *, outcome: ReviewOutcome, note: str, now: datetime
) -> None:
    """Note that a supervisor looked a use over; nobody reviews their own, and once is enough."""
    use = _of_another(viewer, use_id, now=now)
    if use.state != UseState.OPENED:
        raise NotFound("emergency")
    mine = (
        update(EmergencyUse)
        .where(EmergencyUse.id == use_id, EmergencyUse.reviewed_at.is_(None))
        .values(reviewed_at=now, reviewed_by_id=viewer.person_id, outcome=outcome)
    )
    if db.session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        raise Changed("emergency")
    db.session.refresh(use)
    use.note = note or None
    record("emergency:reviewed", viewer=viewer, now=now, subject_id=use.young_person_id,
           object_kind="emergency", object_id=use_id, reason=outcome)  # fmt: skip
