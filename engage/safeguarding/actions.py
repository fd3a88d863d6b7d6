"""Begin at once when somebody may have been hurt, log who was told, and close it without blanks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from engage.alerts.actions import acknowledge, raise_alert
from engage.alerts.hiding import hide
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, How
from engage.alerts.taken_actions import resolve
from engage.alerts.taken_rules import Outcome
from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.policy.clock_rules import as_data
from engage.policy.queries import pack
from engage.safeguarding.models import Allegation, AllegationHidden, AllegationTold, Screening
from engage.safeguarding.queries import get_call_screen, open_allegation, require_opening
from engage.safeguarding.reading import around_of, blanks_of, left_to_tell
from engage.safeguarding.rules import (
    About,
    Blank,
    Deed,
    Found,
    Seen,
    Stage,
    Whom,
    first_look,
    hidden_from,
    is_real_day,
)
from engage.web.errors import Changed, NotFound

CLOCK = "report_harm"


class Blanks(Exception):
    """It cannot be closed like this."""

    def __init__(self, left: list[Blank]):
        super().__init__(left)
        self.left = left


class SayMore(Exception):
    """A name, or a reason, is missing."""


class BadDay(Exception):
    """A screening cannot have been done on that day."""


@dataclass(frozen=True)
class Opening:
    """What is known when somebody presses. All but `seen` may be left open."""

    seen: Seen
    seen_id: UUID | None = None
    about: About = About.UNKNOWN
    about_ids: tuple[UUID, ...] = ()
    about_name: str = ""
    words: str = ""


@dataclass(frozen=True)
class Telling:
    """That somebody was told, tried, or need not be."""

    whom: Whom
    deed: Deed
    told_at: datetime | None = None
    named: str = ""
    reference: str = ""
    reason: str = ""


def begin(
    viewer: Viewer, young_person_id: UUID | None, opening: Opening, *, address: str, now: datetime
) -> Allegation:
    """Start it with one press: those who may know are told at once, those it may be about are not.

    Nothing of the story is needed. Lines of the audit do not name the young person; see the model.
    """
    require_opening(viewer, young_person_id, now=now)
    assert viewer.person_id is not None and viewer.organisation_id is not None
    begin_write(db.session)
    hidden = _hidden(viewer, viewer.person_id, young_person_id, opening.about,
                     opening.about_ids, now)  # fmt: skip
    rule = pack(db.session.get_one(Organisation, viewer.organisation_id).policy).strictest(CLOCK)
    due_at = now + rule.duration
    made = Allegation(
        organisation_id=viewer.organisation_id,
        young_person_id=young_person_id,
        seen=opening.seen,
        seen_id=opening.seen_id,
        about=opening.about,
        about_name=opening.about_name or None,
        words=opening.words or None,
        opened_at=now,
        opened_by_id=viewer.person_id,
        due_at=due_at,
        rule=as_data(rule),
        stage=Stage.OPEN,
        next_look_at=first_look(now, due_at),
    )
    db.session.add(made)
    db.session.flush()
    _hide(made, hidden)
    tell_staff(made, "begun", address=address, now=now)
    _note("harm:begun", viewer, made, now, str(opening.seen))
    return made


def say_about(
    viewer: Viewer,
    allegation_id: UUID,
    about: About,
    about_ids: Collection[UUID],
    about_name: str,
    *,
    address: str,
    now: datetime,
) -> None:
    """Say who it is about, as soon as it is known: from then on it is kept from them alone."""
    made = _to_change(viewer, allegation_id, now)
    hidden = _hidden(viewer, made.opened_by_id, made.young_person_id, about, about_ids, now)
    made.about, made.about_name = about, about_name or None
    _hide(made, hidden)
    alert = db.session.get(Alert, made.alert_id) if made.alert_id else None
    if alert is not None:
        hide(alert.id, hidden)
        if alert.acknowledged_by_id in hidden:
            _end_alert(viewer, made, now)
            tell_staff(made, f"about:{now.isoformat()}", address=address, now=now)
    _note("harm:about_said", viewer, made, now, str(about))


def note_told(viewer: Viewer, allegation_id: UUID, telling: Telling, *, now: datetime) -> None:
    """Log that somebody outside was told, was tried, or need not be told and why.

    Raises SayMore for a telling without the name of whom one spoke with, or no reason.
    """
    made = _to_change(viewer, allegation_id, now, verb=Verb.READ)
    if telling.deed is Deed.TOLD and not telling.named.strip():
        raise SayMore("named")
    if telling.deed is Deed.NOT_NEEDED and not telling.reason.strip():
        raise SayMore("reason")
    told_at = telling.told_at or now
    if told_at > now:
        raise SayMore("at")
    assert viewer.person_id is not None
    highest = select(func.max(AllegationTold.number)).where(AllegationTold.allegation_id == made.id)
    db.session.add(
        AllegationTold(
            allegation_id=made.id, number=(db.session.scalar(highest) or 0) + 1,
            whom=telling.whom, deed=telling.deed,
            told_at=told_at if telling.deed is not Deed.NOT_NEEDED else None,
            named=telling.named or None, reference=telling.reference or None,
            reason=telling.reason or None, by_id=viewer.person_id, at=now,
        )
    )  # fmt: skip
    db.session.flush()
    _note(f"harm:{telling.deed}", viewer, made, now, str(telling.whom))


def close(
    viewer: Viewer, allegation_id: UUID, *, safe_now: str, they_know: str, now: datetime
) -> None:
    """Close it: everybody who must hear has heard, it is known who it is about, they are safe.

    Raises Blanks, naming what is missing; what was written is kept all the same.
    """
    made = _to_change(viewer, allegation_id, now)
    made.safe_now, made.they_know = safe_now or None, they_know or None
    left = blanks_of(made, left_to_tell(made))
    if left:
        raise Blanks(left)
    made.stage, made.closed_at, made.closed_by_id = Stage.CLOSED, now, viewer.person_id
    made.next_look_at = None
    _end_alert(viewer, made, now)
    _note("harm:closed", viewer, made, now)


def note_screening(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    tool: str,
    done_on: date,
    found: Found,
    note: str,
    now: datetime,
) -> None:
    """Note which tool was used when, and what it found. Raises BadDay, SayMore without a tool."""
    require(viewer, Verb.EDIT, Object.SAFEGUARDING, young_person_id, now=now)
    assert viewer.person_id is not None and viewer.organisation_id is not None
    zone = db.session.get_one(Organisation, viewer.organisation_id).time_zone
    if not is_real_day(done_on, now.astimezone(ZoneInfo(zone)).date()):
        raise BadDay
    if not tool.strip():
        raise SayMore("tool")
    made = Screening(
        young_person_id=young_person_id, tool=tool, done_on=done_on, found=found,
        note=note or None, by_id=viewer.person_id, at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _note_screening("screening:noted", viewer, made, now)


def share_screening(viewer: Viewer, screening_id: UUID, *, now: datetime) -> None:
    """Let the carers read one screening. What somebody has read cannot be taken back."""
    made = db.session.get(Screening, screening_id)
    if made is None:
        raise NotFound("screening")
    require(viewer, Verb.EDIT, Object.SAFEGUARDING, made.young_person_id, now=now)
    if made.shared_at is None:
        made.shared_at, made.shared_by_id = now, viewer.person_id
    _note_screening("screening:shared", viewer, made, now)


def tell_staff(made: Allegation, why: str, *, address: str, now: datetime) -> None:
    """Raise the alert about it. It names nobody, and is kept from whom it may be about."""
    hidden = db.session.scalars(
        select(AllegationHidden.person_id).where(AllegationHidden.allegation_id == made.id)
    ).all()
    made.alert_id = raise_alert(
        AlertKind.HARM,
        organisation_id=made.organisation_id,
        young_person_id=None,
        near=made.young_person_id,
        dedupe_key=f"harm:{made.id}:{why}",
        address=address,
        now=now,
        about_kind="harm",
        about_id=made.id,
        hidden_from=hidden,
    )


def _hidden(
    viewer: Viewer,
    opener: UUID,
    young_person_id: UUID | None,
    about: About,
    about_ids: Collection[UUID],
    now: datetime,
) -> frozenset[UUID]:
    offered = {each for each, _name in get_call_screen(viewer, young_person_id, now=now).around}
    if not set(about_ids) <= offered:
        raise NotFound("person")
    assert viewer.organisation_id is not None
    around = around_of(viewer.organisation_id, young_person_id, now)
    return hidden_from(about, about_ids, around, opener)


def _hide(made: Allegation, hidden: Collection[UUID]) -> None:
    db.session.execute(delete(AllegationHidden).where(AllegationHidden.allegation_id == made.id))
    db.session.add_all(AllegationHidden(allegation_id=made.id, person_id=each) for each in hidden)
    db.session.flush()


def _end_alert(viewer: Viewer, made: Allegation, now: datetime) -> None:
    alert = db.session.get(Alert, made.alert_id) if made.alert_id else None
    if alert is None or viewer.person_id is None:
        return
    if alert.state == AlertState.OPEN:
        acknowledge(alert.id, viewer.person_id, how=How.PAGE, now=now, viewer=viewer)
    resolve(viewer, alert.id, Outcome.HANDLED, now=now)


def _to_change(
    viewer: Viewer, allegation_id: UUID, now: datetime, *, verb: Verb = Verb.EDIT
) -> Allegation:
    begin_write(db.session)
    made = open_allegation(viewer, allegation_id, verb, now=now)
    db.session.refresh(made, with_for_update=True)
    if made.stage != Stage.OPEN:
        raise Changed("harm")
    return made


def _note(
    verb: str, viewer: Viewer, made: Allegation, now: datetime, reason: str | None = None
) -> None:
    db.session.flush()
    record(verb, viewer=viewer, now=now, object_kind="harm", object_id=made.id, reason=reason)


def _note_screening(verb: str, viewer: Viewer, made: Screening, now: datetime) -> None:
    db.session.flush()
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=made.young_person_id,
        object_kind="screening",
        object_id=made.id,
    )
