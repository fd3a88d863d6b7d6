"""Notice a sign, take it back, note what makes leaving likelier, and that it no longer holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record, record_many
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.heightened.models import Flag
from engage.heightened.queries import flag_for
from engage.heightened.reading import replies_to
from engage.heightened.rules import (
    BY_HAND,
    SAME_TAP,
    Ending,
    From,
    Heard,
    Kind,
    Sign,
    may_undo,
)
from engage.heightened.sign_queries import sign_for
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person
from engage.web.errors import Changed, NotFound


def notice_sign(viewer: Viewer, young_person_id: UUID, *, address: str, now: datetime) -> Flag:
    """Keep that somebody noticed a warning sign, with one tap; the young person's worker and the
    person they check in with hear at once that it is a good time to be in touch, and no more.

    Two taps within ten minutes are one sign. Who hears of one that is still looked after needs no
    second text, and whoever noticed it none at all. Source: S1 (people engage before the young
    person leaves).
    """
    require(viewer, Verb.CREATE, Object.HELP, young_person_id, now=now)
    begin_write(db.session)
    # Two taps at once wait for each other here.
    young_person = db.session.scalars(
        select(Person).where(Person.id == young_person_id).with_for_update(key_share=True)
    ).one()
    same = db.session.scalar(
        select(Flag)
        .where(
            Flag.young_person_id == young_person_id,
            Flag.by_id == viewer.person_id,
            Flag.kind == Kind.SIGN,
            Flag.ended_at.is_(None),
            Flag.noted_at > now - SAME_TAP,
        )
        .order_by(Flag.noted_at.desc())
        .limit(1)
    )
    if same is not None:
        return same
    flag = Flag(
        young_person_id=young_person_id,
        organisation_id=young_person.organisation_id,
        kind=Kind.SIGN,
        origin=From.NOTICED,
        number=0,
        by_id=viewer.person_id,
        noted_at=now,
        happened_at=now,
        raised_at=now,
        asks_at=now,
    )
    db.session.add(flag)
    db.session.flush()
    flag.alert_id = _tell(viewer, flag, address, now)
    _note("help_flag:noticed", viewer, flag, now)
    return flag


def say_more(
    viewer: Viewer, flag_id: UUID, sign: Sign | None, words: str, *, now: datetime
) -> None:
    """Add what it was and some words to a sign one noticed; neither has to be said.

    Raises NotFound, Changed when it was taken back or is over.
    """
    flag = sign_for(viewer, flag_id, Verb.EDIT, now=now)
    if flag.ended_at is not None:
        raise Changed("sign")
    flag.sign, flag.words = sign, words or None
    db.session.flush()
    _note("help_flag:said_more", viewer, flag, now)


def undo_sign(viewer: Viewer, flag_id: UUID, *, now: datetime) -> None:
    """Take back a sign one noticed, within an hour and while nobody answered it. Everybody told
    hears that there was no need. Raises NotFound, Changed when it is too late.
    """
    begin_write(db.session)
    flag = sign_for(viewer, flag_id, Verb.EDIT, now=now)
    db.session.refresh(flag, with_for_update=True)
    if flag.ended_at is not None:
        return
    if not may_undo(flag.noted_at, now, is_answered=bool(replies_to([flag.id]))):
        raise Changed("sign")
    _end(viewer, flag, Ending.UNDONE, now)
    _note("help_flag:undone", viewer, flag, now)
    others = select(Flag.id).where(
        Flag.alert_id == flag.alert_id, Flag.ended_at.is_(None), Flag.id != flag.id
    )
    if flag.alert_id is None or db.session.scalar(others.limit(1)) is not None:
        return
    who = initials(str(db.session.get_one(Person, flag.young_person_id).name))
    connection = db.session.connection()
    lines = stop_alert(
        connection, flag.alert_id, "info_no_need", {"who": who}, now=now, viewer=viewer
    )
    record_many(lines, connection)


def note_factor(
    viewer: Viewer,
    young_person_id: UUID,
    kind: Kind,
    heard_from: Heard,
    words: str,
    *,
    now: datetime,
) -> Flag:
    """Note by hand what makes leaving likelier, and from where one knows it.

    What was said in a talk stands here only with the young person's yes; the page says so.
    """
    if kind not in BY_HAND:
        raise NotFound("kind")
    require(viewer, Verb.CREATE, Object.HELP, young_person_id, now=now)
    # A carer notices signs and notes nothing else: who may not read it all may not note it.
    require(viewer, Verb.READ, Object.HELP, young_person_id, now=now)
    if viewer.person_id is None or viewer.person_id == young_person_id:
        raise NotFound("support")
    flag = Flag(
        young_person_id=young_person_id,
        organisation_id=db.session.get_one(Person, young_person_id).organisation_id,
        kind=kind,
        origin=From.BY_HAND,
        number=0,
        heard_from=heard_from,
        words=words or None,
        by_id=viewer.person_id,
        noted_at=now,
        happened_at=now,
        raised_at=now,
        asks_at=now,
    )
    db.session.add(flag)
    db.session.flush()
    _note("help_flag:noted", viewer, flag, now)
    return flag


def end_flag(viewer: Viewer, flag_id: UUID, *, now: datetime) -> Flag:
    """Say that something no longer holds. What the record says goes by itself, and not by hand.

    Returns it. Raises NotFound, also for what is over.
    """
    begin_write(db.session)
    flag = flag_for(viewer, flag_id, Verb.EDIT, now=now)
    if flag.origin == From.RECORD:
        raise NotFound("flag")
    _end(viewer, flag, Ending.NO_LONGER, now)
    _note("help_flag:ended", viewer, flag, now)
    return flag


def _end(viewer: Viewer, flag: Flag, ending: Ending, now: datetime) -> None:
    flag.ending, flag.ended_at, flag.ended_by_id = ending, now, viewer.person_id
    flag.asks_at = None
    db.session.flush()


def _tell(viewer: Viewer, flag: Flag, address: str, now: datetime) -> UUID | None:
    """Let people hear of it, unless they hear of another sign just now; return the alert."""
    running = db.session.scalar(
        select(Alert.id)
        .where(
            Alert.young_person_id == flag.young_person_id,
            Alert.kind == AlertKind.SIGN,
            Alert.state != AlertState.RESOLVED,
        )
        .order_by(Alert.raised_at.desc())
        .limit(1)
    )
    return running or raise_alert(
        AlertKind.SIGN,
        organisation_id=flag.organisation_id,
        young_person_id=flag.young_person_id,
        dedupe_key=f"sign:{flag.id}",
        address=address,
        now=now,
        viewer=viewer,
        about_kind="help_flag",
        about_id=flag.id,
        known_to=[viewer.person_id] if viewer.person_id else (),
    )


def _note(verb: str, viewer: Actor, flag: Flag, now: datetime) -> None:
    # Not what it was: lines of the audit hold no content.
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=flag.young_person_id,
        object_kind="help_flag",
        object_id=flag.id,
    )
