"""What a person decides about a referral: whose it is, who has it, that two are one, what came."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.actions import acknowledge
from engage.alerts.rules import How
from engage.alerts.told import find_raised
from engage.audit.actions import record
from engage.crypto import blind_index
from engage.db import begin_write, db
from engage.intake.arriving import reference_index
from engage.intake.models import Referral, ReferralFile, ReferralTurn
from engage.intake.queries import find_file, get_referral, owners, teams
from engage.intake.rules import LOOKED, OPEN, Known, State, Turn, may_become
from engage.people.access import Verb, Viewer
from engage.people.models import YoungPerson
from engage.web.errors import Changed, NotFound


class NotOneThing(Exception):
    """Two referrals that cannot be the same: they are about two young people, or are not open."""


def correct(
    viewer: Viewer,
    referral_id: UUID,
    *,
    name: str,
    born: date | None,
    phone: str | None,
    reference: str,
    now: datetime,
) -> None:
    """Write down who it is about in other words; what the sender wrote stays in the history."""
    referral = _to_change(viewer, referral_id, now)
    before = (referral.name, referral.birth_date, referral.phone, referral.reference)
    then = (name or None, born.isoformat() if born else None, phone, reference or None)
    if before == then:
        return
    referral.name, referral.birth_date, referral.phone, referral.reference = then
    referral.phone_index = blind_index("phone", phone) if phone else None
    referral.reference_index = reference_index(reference)
    was = ", ".join(str(each) for each in before if each)
    _turn(viewer, referral, Turn.CORRECTED, now, words=was)


def match(
    viewer: Viewer, referral_id: UUID, young_person_id: UUID, known: Known, *, now: datetime
) -> None:
    """Say which young person it is about, and whether social care knows them.

    Raises NotFound for somebody of another organisation or who is no young person here.
    """
    referral = _to_change(viewer, referral_id, now)
    person = db.session.get(YoungPerson, young_person_id)
    if (
        person is None
        or person.organisation_id != referral.organisation_id
        or (person.ended_at is not None and person.ended_at <= now)
    ):
        raise NotFound("young person")
    if known not in (Known.LOOKED_AFTER, Known.KNOWN):
        raise ValueError("Somebody who is here is known.")
    if (referral.young_person_id, referral.known) == (person.id, known):
        return
    referral.young_person_id, referral.known = person.id, known
    referral.decided_by_id = viewer.person_id
    # From now on their own workers see it. Whoever matched it keeps it until they hand it on.
    referral.owner_id = referral.owner_id or viewer.person_id
    for each in _parts_of(referral):
        each.young_person_id = person.id
    _turn(viewer, referral, Turn.MATCHED, now, other_id=person.id, reason=str(known))


def say_nobody_here(viewer: Viewer, referral_id: UUID, known: Known, *, now: datetime) -> None:
    """Say that it is about none of the young people here, and whether social care knows them.

    Also takes back a match that was wrong: who it was is kept in the history.
    """
    if known in (Known.NOT_ASKED, Known.LOOKED_AFTER):
        raise ValueError("Who is looked after here has a record here.")
    referral = _to_change(viewer, referral_id, now)
    was = referral.young_person_id
    if was is None and referral.known == known:
        return
    referral.young_person_id, referral.known = None, known
    referral.decided_by_id = viewer.person_id
    for each in _parts_of(referral):
        each.young_person_id = None
    turn = Turn.KNOWN if was is None else Turn.UNMATCHED
    _turn(viewer, referral, turn, now, other_id=was, subject_id=was, reason=str(known))


def allocate(
    viewer: Viewer,
    referral_id: UUID,
    *,
    team_id: UUID | None,
    owner_id: UUID | None,
    now: datetime,
) -> None:
    """Give it to a team, to a worker, or both. Raises ValueError for neither, NotFound."""
    referral = _to_change(viewer, referral_id, now)
    if team_id is None and owner_id is None:
        raise ValueError("somebody must have it")
    if team_id is not None and team_id not in teams(viewer):
        raise NotFound("team")
    if owner_id is not None and owner_id not in owners(viewer, now=now):
        raise NotFound("owner")
    there = (referral.team_id, referral.owner_id, State(referral.state))
    if there == (team_id, owner_id, State.IN_HAND):
        return
    referral.team_id, referral.owner_id, referral.state = team_id, owner_id, State.IN_HAND
    referral.decided_by_id = viewer.person_id
    _turn(viewer, referral, Turn.ALLOCATED, now, other_id=owner_id or team_id)


def merge(viewer: Viewer, one_id: UUID, other_id: UUID, *, now: datetime) -> UUID:
    """Say that two are the same: the later one points to the first. Return the id of the first.

    Nothing is erased. Raises NotOneThing for two that are about different young people, or when
    one of them is not open; NotFound for one that the viewer may not change.
    """
    pair = [_to_change(viewer, each, now) for each in sorted({one_id, other_id})]
    if len(pair) != 2:
        raise NotOneThing("the same one")
    first, later = sorted(pair, key=lambda each: (each.received_at, each.id))
    people = {each.young_person_id for each in pair} - {None}
    if len(people) > 1 or first.organisation_id != later.organisation_id:
        raise NotOneThing("two young people")
    if people and first.young_person_id is None:
        first.young_person_id, first.known = later.young_person_id, later.known
        for each in _parts_of(first):
            each.young_person_id = first.young_person_id
    later.young_person_id = first.young_person_id
    later.state, later.merged_into_id = State.MERGED, first.id
    later.closed_at, later.decided_by_id = now, viewer.person_id
    _turn(viewer, later, Turn.MERGED, now, other_id=first.id)
    _turn(viewer, first, Turn.TOOK_IN, now, other_id=later.id)
    # What hung on the later one hangs on the first: no chain has to be followed.
    for each in _parts_of(later):
        each.merged_into_id, each.young_person_id = first.id, first.young_person_id
    return first.id


def finish(viewer: Viewer, referral_id: UUID, state: State, reason: str, *, now: datetime) -> None:
    """Say what came of it, or that it is not ours and why. Raises ValueError without words."""
    if state not in (State.DONE, State.NOT_OURS):
        raise ValueError(f"{state} is no end")
    if not reason.strip():
        raise ValueError("say why")
    referral = _to_change(viewer, referral_id, now)
    referral.state, referral.reason, referral.closed_at = state, reason, now
    referral.decided_by_id = viewer.person_id
    _turn(viewer, referral, Turn(state.value), now, words=reason)


def reopen(viewer: Viewer, referral_id: UUID, reason: str, *, now: datetime) -> None:
    """Put it back among those that wait: it was closed or put together by mistake."""
    if not reason.strip():
        raise ValueError("say why")
    referral = _locked(viewer, referral_id, now)
    if not may_become(State(referral.state), State.WAITING):
        raise Changed("referral")
    referral.state, referral.closed_at = State.WAITING, None
    referral.merged_into_id, referral.reason = None, None
    _turn(viewer, referral, Turn.REOPENED, now, words=reason)


def fetch_file(viewer: Viewer, referral_id: UUID, file_id: UUID, *, now: datetime) -> ReferralFile:
    """Return a file that came along, once it is written down who fetches it."""
    referral, file = find_file(viewer, referral_id, file_id, now=now)
    _note("referral:file_opened", viewer, referral, now)
    return file


def note_looked_up(viewer: Viewer, referral_id: UUID, people: list[UUID], *, now: datetime) -> None:
    """Write down whose names were shown because they may be the one: a line for each."""
    for young_person_id in people:
        record("referral:compared", viewer=viewer, now=now, subject_id=young_person_id,
               object_kind="referral", object_id=referral_id)  # fmt: skip


VERBS = {
    Turn.CAME: "referral:came",
    Turn.CORRECTED: "referral:corrected",
    Turn.MATCHED: "referral:matched",
    Turn.UNMATCHED: "referral:unmatched",
    Turn.KNOWN: "referral:known",
    Turn.ALLOCATED: "referral:allocated",
    Turn.MERGED: "referral:merged",
    Turn.TOOK_IN: "referral:took_in",
    Turn.NOT_OURS: "referral:not_ours",
    Turn.DONE: "referral:done",
    Turn.REOPENED: "referral:reopened",
}


def _to_change(viewer: Viewer, referral_id: UUID, now: datetime) -> Referral:
    referral = _locked(viewer, referral_id, now)
    if referral.state not in OPEN:
        raise Changed("referral")
    return referral


def _locked(viewer: Viewer, referral_id: UUID, now: datetime) -> Referral:
    begin_write(db.session)
    # The lock first: who may see it follows whom it is about, and that may change meanwhile.
    db.session.get(Referral, referral_id, with_for_update=True, populate_existing=True)
    return get_referral(viewer, referral_id, Verb.EDIT, now=now)


def _parts_of(referral: Referral) -> list[Referral]:
    """List those that were put together with this one."""
    return list(db.session.scalars(select(Referral).where(Referral.merged_into_id == referral.id)))


def _turn(
    viewer: Viewer,
    referral: Referral,
    turn: Turn,
    now: datetime,
    *,
    words: str = "",
    other_id: UUID | None = None,
    subject_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    highest = select(func.max(ReferralTurn.number)).where(ReferralTurn.referral_id == referral.id)
    db.session.add(
        ReferralTurn(
            referral_id=referral.id, number=(db.session.scalar(highest) or 0) + 1, turn=turn,
            at=now, by_id=viewer.person_id, other_id=other_id, words=words or None,
        )
    )  # fmt: skip
    _note(VERBS[turn], viewer, referral, now, subject_id, reason)
    if turn in LOOKED:
        _looked(viewer, referral, now)


def _looked(viewer: Viewer, referral: Referral, now: datetime) -> None:
    """Let nobody be told of it any more; whoever decides has the alert, if there is one."""
    referral.tell_at = None
    alert_id = find_raised(f"referral:{referral.id}")
    if alert_id is not None and viewer.person_id is not None:
        acknowledge(alert_id, viewer.person_id, how=How.PAGE, now=now, viewer=viewer)


def _note(
    verb: str,
    viewer: Viewer,
    referral: Referral,
    now: datetime,
    subject_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=subject_id or referral.young_person_id,
        object_kind="referral",
        object_id=referral.id,
        reason=reason,
    )
