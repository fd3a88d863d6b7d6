"""A searcher's own link: given to them, answered by one tap, and closed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.db import begin_write, db
from engage.efforts.models import Searcher, SearcherLine
from engage.efforts.reading import forget_link, last_line
from engage.efforts.rules import (
    LINK_LASTS,
    Looked,
    SearcherState,
    is_said_again,
    may_invite,
    state_after,
)
from engage.efforts.turns import write_down
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Link, LinkKind, Organisation, Person
from engage.people.phones import NotANumber, parse_phone
from engage.web.errors import Changed, NotFound


@dataclass(frozen=True)
class Guide:
    """All that somebody finds behind their link: where, which hours, and whom to call."""

    where_to_look: str
    hours: str
    call_name: str
    call_phone: str


def invite(
    viewer: Viewer, searcher_id: UUID, guide: Guide, *, address: str, now: datetime, by_text: bool
) -> str:
    """Give a searcher a link of their own and return its code; a link from before is closed.

    With `by_text` it goes to their phone in a text that names nobody: their own if they are one
    of the three, else the number noted. `address` is our public address. Raises Changed when
    they stopped, or had one a moment ago, or the time away is over; NotANumber.
    """
    searcher, episode = _locked(viewer, searcher_id, Verb.CREATE, now)
    state = SearcherState(searcher.state)
    if episode.state not in STILL_OUT or not may_invite(state, searcher.invited_at, now):
        raise Changed("searcher")
    to = _phone_of(searcher, episode) if by_text else None
    links.revoke(LinkKind.SEARCHER, subject_id=searcher.id, now=now)
    searcher.where_to_look, searcher.hours = guide.where_to_look, guide.hours or None
    searcher.call_name, searcher.call_phone = guide.call_name, guide.call_phone
    searcher.invited_at, searcher.link_until = now, now + LINK_LASTS
    code = links.issue(
        LinkKind.SEARCHER,
        young_person_id=episode.young_person_id,
        person_id=searcher.person_id,
        subject_id=searcher.id,
        expires_at=now + LINK_LASTS,
        now=now,
    )
    if to is not None:
        queue(
            "searcher_link",
            to=to,
            # Nobody outside is woken for it: it waits for the morning.
            klass=Klass.OTHER,
            now=now,
            params={"link": f"{address.rstrip('/')}/s/{code}"},
            dedupe_key=f"searcher:{searcher.id}:{now.timestamp():.0f}",
            about=episode.young_person_id,
            not_after=now + LINK_LASTS,
            object_kind="searcher",
            object_id=searcher.id,
        )
    if state is SearcherState.NOTED:
        searcher.state = SearcherState.ASKED
        _line(searcher, SearcherState.ASKED, now, by_id=viewer.person_id)
    write_down("searcher:link_given", viewer, episode, searcher, now=now)
    return code


def close_link(viewer: Viewer, searcher_id: UUID, *, now: datetime) -> None:
    """Close a searcher's link at once: what stood behind it is theirs no more."""
    searcher, episode = _locked(viewer, searcher_id, Verb.REVOKE, now)
    forget_link(searcher, now=now)
    write_down("searcher:link_closed", viewer, episode, searcher, now=now)


def answer_look(viewer: Viewer, link: Link, said: Looked, *, address: str, now: datetime) -> None:
    """Keep what a searcher answers behind their link; who found them makes people look at once.

    It is a claim, never a place: it changes no state and stops no clock. Pressed twice it is
    kept once; after the return nothing is kept. The caller has opened the link.
    """
    begin_write(db.session)
    searcher = db.session.get(Searcher, link.object_id, with_for_update=True)
    if searcher is None:
        raise NotFound("link")
    episode = db.session.get_one(Episode, searcher.episode_id)
    require(viewer, Verb.CREATE, Object.SEARCH_LINK, episode.young_person_id, now=now)
    before = _last_answer(searcher)
    if searcher.state == SearcherState.STOPPED or episode.state not in STILL_OUT:
        return
    if before is not None and is_said_again(before.looked, before.at, said, now):
        return
    searcher.state = state_after(said)
    number = _line(searcher, searcher.state, now, looked=said)
    write_down("searcher:answered", viewer, episode, searcher, now=now, reason=str(said))
    if said is Looked.FOUND:
        raise_alert(
            AlertKind.SEEN,
            organisation_id=episode.organisation_id,
            young_person_id=episode.young_person_id,
            dedupe_key=f"searcher:{searcher.id}:{number}",
            address=address,
            now=now,
            viewer=viewer,
            about_kind="episode",
            about_id=episode.id,
        )


def _last_answer(searcher: Searcher) -> SearcherLine | None:
    return db.session.scalars(
        select(SearcherLine)
        .where(SearcherLine.searcher_id == searcher.id, SearcherLine.looked.is_not(None))
        .order_by(SearcherLine.number.desc())
        .limit(1)
    ).first()


def _line(
    searcher: Searcher,
    state: SearcherState,
    now: datetime,
    *,
    by_id: UUID | None = None,
    looked: Looked | None = None,
) -> int:
    number = last_line(searcher) + 1
    db.session.add(
        SearcherLine(
            searcher_id=searcher.id, state=state, by_id=by_id, looked=looked, at=now, number=number
        )
    )
    return number


def _phone_of(searcher: Searcher, episode: Episode) -> Person | str:
    if searcher.person_id is not None:
        return db.session.get_one(Person, searcher.person_id)
    organisation = db.session.get_one(Organisation, episode.organisation_id)
    if not searcher.phone:
        raise NotANumber("")
    return parse_phone(searcher.phone, organisation.region)


def _locked(
    viewer: Viewer, searcher_id: UUID, verb: Verb, now: datetime
) -> tuple[Searcher, Episode]:
    begin_write(db.session)
    searcher = db.session.get(Searcher, searcher_id, with_for_update=True, populate_existing=True)
    if searcher is None:
        raise NotFound("searcher")
    episode = db.session.get_one(Episode, searcher.episode_id)
    require(viewer, verb, Object.SEARCH_LINK, episode.young_person_id, now=now)
    return searcher, episode
