"""Telling everybody who must hear of an episode, as a worker notes it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import STILL_OPEN
from engage.evidence.actions import note_told
from engage.evidence.reading import facts_of, latest
from engage.evidence.rules import Field
from engage.people.access import SYSTEM, Viewer
from engage.people.queries import viewer_of
from tests.cast import NOW, Cast

ENOUGH = {
    Field.ROUTE: "phone",
    Field.NAME: "PC Doe",
    Field.AGENCY: "Northtown police",
    Field.REPORT_NUMBER: "NP-1234",
    Field.NCIC_ASKED: "yes",
    Field.WHAT_WAS_SENT: "A photo and what she wore",
    Field.REPORTED_BY: "Sam",
}


def as_seen(person_id: UUID, now: datetime = NOW) -> Viewer:
    viewer = viewer_of(SYSTEM, person_id, now=now)
    assert viewer is not None
    return viewer


def notices(episode: Episode, phase: str | None = None) -> dict[str, EpisodeNotice]:
    """Everybody who must hear, by the word of the packs; of one phase, or `phase:word` of all."""
    db.session.expire_all()
    rows = db.session.scalars(
        select(EpisodeNotice)
        .where(EpisodeNotice.episode_id == episode.id)
        .order_by(EpisodeNotice.phase, EpisodeNotice.to)
    )
    if phase:
        return {row.to: row for row in rows if row.phase == phase}
    return {f"{row.phase}:{row.to}": row for row in rows}


def known(notice: EpisodeNotice) -> dict[Field, str]:
    return {name: f.value for name, f in latest(facts_of([notice.id])[notice.id]).items()}


def tell(
    cast: Cast,
    episode: Episode,
    notice: EpisodeNotice,
    *,
    now: datetime = NOW,
    at: datetime | None = None,
    by: UUID | None = None,
    answers: Mapping[Field, str] | None = None,
) -> str:
    """Note that one of them was told, with everything that is wanted; return the state."""
    wanted = answers if answers is not None else {**ENOUGH, Field.LATE_REASON: "No signal"}
    state = note_told(
        as_seen(by or cast.sam, now), episode.id, notice.id, wanted, now=now, told_at=at or now
    )
    db.session.commit()
    return str(state)


def tell_all(cast: Cast, episode: Episode, *clocks: str, now: datetime = NOW) -> None:
    """Tell everybody who hangs on these clocks; all there are unless named."""
    for row in notices(episode).values():
        if row.state in STILL_OPEN and (not clocks or row.clock in clocks):
            tell(cast, episode, row, now=now)
